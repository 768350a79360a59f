"""Corpora made ready: what is held out, where units begin, which types are kept."""

from __future__ import annotations

from collections import Counter

import pytest

from engine.errors import InputError
from engine.text.corpus import Corpus, Document, load_corpus
from engine.text.tokenizer import tokenizer
from engine.text.vocabulary import UNKNOWN
from engine.training.texts import most_frequent, training_text, unit_starts


def test_units_are_paragraphs_or_else_lines() -> None:
    chars, words = tokenizer("char"), tokenizer("word")
    assert unit_starts("ab\ncd\n\nef", chars).tolist() == [0, 7]
    assert unit_starts("ab\ncd", chars).tolist() == [0, 3]
    # "One two." is three tokens; the blank line after it is none.
    assert unit_starts("One two.\n\nThree four", words).tolist() == [0, 3]


def test_one_play_of_shakespeare_is_held_out() -> None:
    text = training_text(load_corpus("shakespeare"), tokenizer("char"))
    assert text.held_out_name == "As You Like It"
    opening = "".join(text.vocabulary.decode(text.held_out[:2000]))
    assert "ORLANDO" in opening
    assert len(text.train) > 30 * len(text.held_out)


def test_the_narwhal_sentences_are_too_few_to_hold_any_out() -> None:
    text = training_text(load_corpus("narwhals"), tokenizer("word"))
    assert len(text.held_out) == 0
    assert len(text.starts) == 8
    assert text.unknown is None


PLAYS = Corpus(
    "plays",
    "Two plays",
    (Document("First", "to be or not to be.\n"), Document("Second", "to sleep, to dream.\n")),
)


def test_documents_can_be_held_out_by_title_or_nothing_at_all() -> None:
    named = training_text(PLAYS, tokenizer("word"), hold_out=["Second"])
    assert named.held_out_name == "Second"
    assert named.vocabulary.decode(named.held_out) == ["to", "sleep", ",", "to", "dream", "."]
    nothing = training_text(PLAYS, tokenizer("word"), hold_out=["nothing"])
    assert len(nothing.held_out) == 0
    assert len(nothing.train) == 7 + 6
    with pytest.raises(InputError, match="First, Second"):
        training_text(PLAYS, tokenizer("word"), hold_out=["Third"])


def test_rare_and_unseen_words_become_the_unknown_token() -> None:
    # Of "to be or not to be." the types to and be occur twice, then "." comes first of the rest.
    text = training_text(PLAYS, tokenizer("word"), hold_out=["Second"], largest_vocabulary=4)
    assert text.vocabulary.tokens == (UNKNOWN, ".", "be", "to")
    assert text.unknown == 0
    read = text.vocabulary.decode(text.train)
    assert read == ["to", "be", UNKNOWN, UNKNOWN, "to", "be", "."]
    held_out = text.vocabulary.decode(text.held_out)
    assert held_out == ["to", UNKNOWN, UNKNOWN, "to", UNKNOWN, "."]


def test_the_most_frequent_types_are_kept() -> None:
    words = tokenizer("word").tokenize(load_corpus("shakespeare").documents[0].text)
    kept = most_frequent(words, 101).tokens[1:]
    counts = Counter(words)
    assert len(kept) == 100
    assert min(counts[w] for w in kept) >= max(counts[w] for w in set(words) - set(kept))


def test_a_vocabulary_of_nothing_but_the_unknown_token_is_refused() -> None:
    with pytest.raises(InputError, match="2 or more"):
        most_frequent(["a", "b"], 1)


def test_a_text_that_spells_the_unknown_token_holds_it_once() -> None:
    assert most_frequent(["a", UNKNOWN, UNKNOWN], 5).tokens == (UNKNOWN, "a")
