from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from engine.errors import InputError
from engine.models.fitting import fit_ngram
from engine.models.held_out import HeldOut, holding_out, perplexity_by_order
from engine.models.ngram_counts import NGramCounts
from engine.models.smoothing import Smoothing
from engine.steps import reported
from engine.text.corpus import load_corpus
from engine.text.encoding import encoded
from engine.text.tokenizer import tokenizer
from engine.text.vocabulary import Vocabulary

NARWHALS = fit_ngram(load_corpus("narwhals"), 3).model.counted


def test_of_the_narwhals_the_last_five_words_are_held_out() -> None:
    held_out = reported(holding_out(NARWHALS))
    words = held_out.train.vocabulary.decode(held_out.tokens)
    assert words == ["are", "generated", "by", "ai", "."]
    assert held_out.title == "the last tenth (5 tokens: too few to judge a model by)"
    assert held_out.train.events == 52


@pytest.mark.parametrize("order", [1, 2])
def test_without_smoothing_what_was_never_seen_is_impossible(order: int) -> None:
    # The 52 words counted hold "are" 7 times and the full stop once, but none of the three words
    # between. Order 2 knows no context for the first word, and backs off for the last: "ai" was
    # never seen. The geometric mean of 52/7 and 52/1 is 52/sqrt(7).
    held_out = reported(holding_out(NARWHALS))
    [found] = perplexity_by_order(held_out, orders=[order])
    assert math.isinf(found.perplexity)
    assert found.possible == pytest.approx(52 / math.sqrt(7))
    assert (found.zeros, found.tokens) == (3, 5)


def test_adding_one_makes_everything_possible() -> None:
    # (count + 1) / (52 + 37): 8/89, three times 1/89, 2/89; 89 over the fifth root of 16.
    held_out = reported(holding_out(NARWHALS))
    [found] = perplexity_by_order(held_out, Smoothing("add-k"), [1])
    assert found.perplexity == pytest.approx(89 / 16 ** (1 / 5))
    assert found.possible == found.perplexity
    assert found.zeros == 0


def test_orders_that_were_not_counted_are_left_out() -> None:
    held_out = reported(holding_out(NARWHALS))
    assert [each.order for each in perplexity_by_order(held_out)] == [1, 2, 3]


def test_of_shakespeare_a_play_is_held_out() -> None:
    corpus = load_corpus("shakespeare")
    text = reported(encoded(corpus, tokenizer("word")))
    documents = list(zip((d.title for d in corpus.documents), text.firsts, strict=True))
    counted = NGramCounts.fit(text.ids, text.vocabulary, 3)
    held_out = reported(holding_out(counted, documents))
    assert held_out.title == "As You Like It"
    [play] = [d.text for d in corpus.documents if d.title == "As You Like It"]
    assert held_out.train.vocabulary.decode(held_out.tokens) == tokenizer("word").tokenize(play)
    assert held_out.train.events + held_out.tokens.size == counted.events
    smoothing = Smoothing("modified-kneser-ney")
    found = list(perplexity_by_order(held_out, smoothing, range(1, 4)))
    # More context helps a smoothed model as long as there is text enough for it.
    assert all(a.perplexity > b.perplexity for a, b in pairwise(found))
    assert not any(each.zeros for each in found)


def test_a_document_that_is_the_whole_text_is_not_held_out() -> None:
    [title] = {reported(holding_out(NARWHALS, [("As You Like It", 0)])).title}
    assert title.startswith("the last tenth")


def test_a_text_of_a_few_words_is_refused() -> None:
    counted = NGramCounts.fit(np.zeros(19, np.int32), Vocabulary(("a",)), 2)
    with pytest.raises(InputError, match="only 19 tokens, too few to hold"):
        reported(holding_out(counted))


def test_sentences_are_refused() -> None:
    with pytest.raises(InputError, match="counted in sentences"):
        reported(holding_out(NGramCounts.fit_sentences([["a"] * 30], 2)))


def test_a_text_never_seen_at_all_has_no_possible_token() -> None:
    counted = NGramCounts.fit([0] * 25, Vocabulary(("a", "b")), 2)
    [found] = perplexity_by_order(HeldOut(counted, np.ones(3, np.int32), "made"), orders=[2])
    assert found.possible is None
    assert found.zeros == 3
