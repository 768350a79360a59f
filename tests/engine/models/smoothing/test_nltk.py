"""Against NLTK, where it is right: without smoothing, Lidstone, Witten-Bell above the unigrams.

Its Kneser-Ney is no oracle: it sums to more than 1 at the beginning of sentences.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from engine.models.ngram_counts import NGramCounts
from engine.models.smoothing import NGramLM, Smoothing, smoothed
from engine.text.corpus import load_corpus
from engine.text.tokenizer import WordTokenizer, line_sentences

HELD_OUT = ["narwhals are big .", "who knows narwhals ?", "the band is coming"]


@cache
def lines() -> list[list[str]]:
    return line_sentences(load_corpus("narwhals").text, WordTokenizer())


def framed(words: list[str]) -> list[str]:
    return ["<s>", *words, "</s>"]


def theirs(make: Callable[[int], Any], order: int) -> Any:
    """NLTK's model of the same n-grams: those within <s> ... </s>, <s> alone never an event."""
    from nltk.lm.counter import NgramCounter
    from nltk.lm.vocabulary import Vocabulary

    model = make(order)
    texts = [framed(line) for line in lines()]
    grams = [
        [tuple(t[i : i + k]) for i in range(len(t) - k + 1)]
        for t in texts
        for k in range(1, order + 1)
    ]
    model.vocab = Vocabulary([*(w for t in texts for w in t if w != "<s>")], unk_label="<unk>")
    model.counts = NgramCounter([[g for g in each if g != ("<s>",)] for each in grams])
    return model


def scores(model: NGramLM, peer: Any, sentence: str) -> tuple[list[float], list[float]]:
    """Ours and theirs, in nats, each token after all of its sentence before it."""
    words = sentence.split()
    tokens = framed([word if word in model.vocabulary else "<unk>" for word in words])
    ours = model.score(model.vocabulary.encode(tokens[1:]).tolist()).tolist()
    both = []
    for i in range(1, len(tokens)):
        context = tuple(tokens[max(0, i - model.order + 1) : i])
        # Its vocabulary would mask <s>, which is no token that can be predicted.
        p = peer.unmasked_score(tokens[i], context)
        both.append(math.log(p) if p > 0 else -math.inf)
    return ours, both


@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_share_of_seen_n_grams_is_nltks(order: int) -> None:
    from nltk.lm import MLE

    model = smoothed(NGramCounts.fit_sentences(lines(), order))
    peer = theirs(MLE, order)
    for line in lines():
        ours, both = scores(model, peer, " ".join(line))
        assert ours == pytest.approx(both, rel=1e-12)
        assert np.exp(-np.mean(ours)) == pytest.approx(math.exp(-np.mean(both)), rel=1e-12)


@pytest.mark.parametrize("k", [1.0, 0.1])
@pytest.mark.parametrize("order", [1, 2, 3])
def test_adding_to_every_count_is_nltks_lidstone(order: int, k: float) -> None:
    from nltk.lm import Lidstone

    model = smoothed(NGramCounts.fit_sentences(lines(), order), Smoothing("add-k", k))
    peer = theirs(lambda n: Lidstone(k, n), order)
    assert len(peer.vocab) == len(model.vocabulary)
    for sentence in HELD_OUT:
        ours, both = scores(model, peer, sentence)
        assert ours == pytest.approx(both, rel=1e-12)


@pytest.mark.parametrize("order", [2, 3, 4])
def test_witten_bell_is_nltks_but_for_the_unigrams(order: int) -> None:
    from nltk.lm import WittenBellInterpolated

    model = smoothed(NGramCounts.fit_sentences(lines(), order), Smoothing("witten-bell"))
    peer = theirs(WittenBellInterpolated, order)
    # NLTK's unigrams are plain shares, 0 for <unk>; ours go on to 1/V: (c + T/V) / (N + T).
    empty = model.query(())
    by_id = empty.probabilities[np.argsort(empty.tokens)]
    unigrams = dict(zip(model.vocabulary.tokens, by_id.tolist(), strict=True))
    peer.estimator.counts = peer.counts
    peer.estimator.unigram_score = unigrams.__getitem__
    for sentence in HELD_OUT:
        ours, both = scores(model, peer, sentence)
        assert ours == pytest.approx(both, rel=1e-12)
