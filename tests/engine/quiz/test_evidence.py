from __future__ import annotations

import math

import numpy as np
import pytest

from engine.models.architecture import Architecture
from engine.models.ngram import NGramModel
from engine.models.recurrent import RecurrentLM
from engine.quiz.evidence import Training, judged, longest_copy, training_text
from engine.quiz.passages import Passage
from engine.quiz.writers import Writer
from engine.text.corpus import Corpus, Document
from engine.text.tokenizer import tokenizer
from engine.text.vocabulary import Vocabulary

TRAINING = Training("So it goes on.\nTo be, or not to be.\n", (0, 15), ("First", "Second"))


def passage(source: str) -> Passage:
    return Passage(source.replace("\n", " "), source, 0, 0, 1)


@pytest.mark.parametrize(
    ("shown", "copied", "title"),
    [
        ("And not to be.", "not to be.", "Second"),
        ("So it is.", "So it", "First"),
        # Of two equally long ones, the first.
        ("it or it", "it", "First"),
    ],
)
def test_the_longest_copy_is_found_with_its_document(shown: str, copied: str, title: str) -> None:
    found = longest_copy(passage(shown), TRAINING)
    assert found is not None
    assert shown[found.start : found.start + found.length] == copied
    assert found.title == title


def test_where_not_a_word_is_alike_there_is_no_copy() -> None:
    assert longest_copy(passage("Zounds!"), TRAINING) is None


@pytest.mark.parametrize("seed", range(20))
def test_the_longest_copy_is_what_trying_every_stretch_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    letters = ["ab", "ba", "b", "aa"]
    text = " ".join(letters[i] for i in rng.integers(4, size=40))
    shown = " ".join(letters[i] for i in rng.integers(4, size=9))
    words = shown.split()
    stretches = [
        " ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)
    ]
    best = max((len(s) for s in stretches if s in text), default=0)
    found = longest_copy(passage(shown), Training(text, (0,), ("t",)))
    assert (found.length if found else 0) == best


def test_characters_are_judged_one_by_one_over_the_lines_of_the_source() -> None:
    text = "to be\nor not.\n" * 3
    vocabulary = Vocabulary.of(text)
    model = NGramModel.fit(vocabulary.encode(list(text)), vocabulary, 2)
    told = judged(passage("to be\nor."), Writer("2", "bigram", model, "char"))
    assert "".join(one.text for one in told) == "to be or."
    # A newline is read first; after one came 2 times "t" and 3 times "o": p(t) = 2/5.
    assert told[0].surprise == pytest.approx(-math.log2(2 / 5))
    # "or." never had a full stop after the r: the model rules it out.
    assert told[-1].surprise == math.inf


def test_words_are_judged_with_the_spaces_before_them_and_unknown_ones_not_at_all() -> None:
    tokens = tokenizer("word").tokenize("to be, or not to be.")
    vocabulary = Vocabulary.of(tokens)
    model = NGramModel.fit(vocabulary.encode(tokens), vocabulary, 2)
    told = judged(passage("To be, or zebra."), Writer("2", "bigram", model, "word"))
    assert [one.text for one in told] == ["To", " be", ",", " or", " zebra", "."]
    assert told[1].surprise == 0.0  # be always followed to
    assert told[4].surprise is None


def test_a_recurrent_model_judges_as_it_scores() -> None:
    vocabulary = Vocabulary.of("ab .")
    model = RecurrentLM.fresh(Architecture("gru", 4), vocabulary, np.random.default_rng(0))
    told = judged(passage("ab a."), Writer("g", "GRU", model, "char"))
    bits = -model.score([int(i) for i in vocabulary.encode(list("ab a."))]) / math.log(2)
    assert [one.surprise for one in told] == pytest.approx(list(bits))


def test_a_training_text_is_its_speeches_in_the_form_shown() -> None:
    corpus = Corpus(
        "two", "two", (Document("A", "ACT I\n\nX:\nOne\nline. Two."), Document("B", "Y:\nThree."))
    )
    assert training_text(corpus, "written") == Training(
        "One line. Two.\nThree.\n", (0, 15), ("A", "B")
    )
    assert training_text(corpus, "words").text == "One line. Two.\nThree.\n"
