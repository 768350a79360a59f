"""Every smoothing against an exact version in fractions, written from the definitions alone."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

from engine.models.ngram_counts import NGramCounts
from engine.models.smoothing import SMOOTHINGS, Smoothing, smoothed
from engine.text.corpus import load_corpus
from engine.text.tokenizer import WordTokenizer, line_sentences
from engine.text.vocabulary import Vocabulary

SMOOTH = tuple(name for name in SMOOTHINGS if name != "mle")
SAID = "the cat saw the dog and the dog saw the cat run"
Gram = tuple[str, ...]


class Exact:
    """p(w | c) as the field defines it, slowly and without rounding."""

    def __init__(
        self, texts: list[Gram], vocabulary: tuple[str, ...], order: int, smoothing: Smoothing
    ) -> None:
        self.vocabulary, self.order, self.smoothing = vocabulary, order, smoothing
        self.raw = [
            Counter(t[i : i + k] for t in texts for i in range(len(t) - k + 1))
            for k in range(1, order + 1)
        ]
        first = texts[0]
        # <s> alone is no event.
        del self.raw[0][("<s>",)]
        self.counts = [dict(counter) for counter in self.raw]
        if "kneser-ney" in smoothing.name:
            for k in range(1, order):
                before: dict[Gram, set[str]] = {gram: set() for gram in self.raw[k - 1]}
                for gram in self.raw[k]:
                    if gram[1:] in before:
                        before[gram[1:]].add(gram[0])
                if first[0] != "<s>" and len(first) >= k:
                    before[first[:k]].add("the beginning")
                self.counts[k - 1] = {
                    gram: self.raw[k - 1][gram] if gram[0] == "<s>" else len(before[gram])
                    for gram in before
                }
        self.discounts = [self._discounts(list(counts.values())) for counts in self.counts]
        self.p = cache(self._p)

    def _discounts(self, counts: list[int]) -> tuple[Fraction, ...]:
        n = [counts.count(j) for j in range(5)]
        fallback = Fraction(1, 2), Fraction(1), Fraction(3, 2)
        if self.smoothing.name == "kneser-ney":
            if self.smoothing.discount is not None:
                one = Fraction(self.smoothing.discount)
            else:
                one = Fraction(n[1], n[1] + 2 * n[2]) if n[1] else fallback[0]
            return one, one, one
        if not (n[1] and n[2] and n[3]):
            return fallback
        y = Fraction(n[1], n[1] + 2 * n[2])
        three = tuple(j - (j + 1) * y * Fraction(n[j + 1], n[j]) for j in (1, 2, 3))
        return three if all(0 < d <= j for j, d in enumerate(three, start=1)) else fallback

    def _p(self, context: Gram, word: str) -> Fraction:
        counts = self.counts[len(context)]
        followers = {g[-1]: c for g, c in counts.items() if g[:-1] == context and c}
        total = sum(followers.values())
        size = len(self.vocabulary)
        if self.smoothing.name == "add-k":
            k = Fraction(self.smoothing.k)
            return (followers.get(word, 0) + k) / (total + k * size)
        shorter = self.p(context[1:], word) if context else Fraction(1, size)
        if not followers:
            return shorter
        count = followers.get(word, 0)
        if self.smoothing.name == "witten-bell":
            kinds = len(followers)
            return (count + kinds * shorter) / (total + kinds)
        taken = (Fraction(0), *self.discounts[len(context)])
        left = sum((taken[min(c, 3)] for c in followers.values()), Fraction(0))
        return (count - taken[min(count, 3)] + left * shorter) / total


def corpora() -> Iterator[tuple[str, list[Gram], bool]]:
    """Twenty small texts: a name, the sentences (one for a stream), whether it is a stream."""
    yield "one token", [("a",)], True
    yield "one type", [("a",) * 9], True
    yield "words", [tuple(SAID.split())], True
    yield "abracadabra", [tuple("abracadabra")], True
    yield "a beginning seen once", [tuple("xabababacabab")], True
    yield "an empty sentence", [()], False
    yield "the same sentence", [("a", "b")] * 5, False
    yield "of many lengths", [tuple("abc"[:i]) for i in range(4)], False
    for seed in range(12):
        draw = random.Random(seed)
        letters = "abcdef"[: draw.randint(2, 6)]
        weights = [2.0**-i for i in range(len(letters))]
        stream = seed % 2 == 0
        texts = [
            tuple(draw.choices(letters, weights, k=draw.randint(1, 60 if stream else 9)))
            for _ in range(1 if stream else draw.randint(1, 9))
        ]
        yield f"random {seed}", texts, stream


CORPORA = list(corpora())


def count(texts: list[Gram], stream: bool, order: int) -> NGramCounts:
    if stream:
        vocabulary = Vocabulary((*sorted(set(texts[0])), "never"))
        return NGramCounts.fit(vocabulary.encode(texts[0]), vocabulary, order)
    return NGramCounts.fit_sentences(texts, order)


def test_there_are_twenty_corpora() -> None:
    assert len(CORPORA) == 20


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize(("texts", "stream"), [c[1:] for c in CORPORA], ids=[c[0] for c in CORPORA])
def test_every_probability_is_the_exact_one(texts: list[Gram], stream: bool, name: str) -> None:
    for order in (1, 2, 3, 5):
        counted = count(texts, stream, order)
        smoothing = Smoothing(name, k=0.25)  # type: ignore[arg-type]  # from SMOOTHINGS
        model = smoothed(counted, smoothing)
        vocabulary = model.vocabulary.tokens
        framed = texts if stream else [("<s>", *text, "</s>") for text in texts]
        exact = Exact(framed, vocabulary, order, smoothing)
        number = {token: i for i, token in enumerate((*vocabulary, "<s>"))}
        contexts = {t[i : i + k] for t in framed for k in range(order) for i in range(len(t))}
        contexts |= {context[::-1] for context in contexts if "<s>" not in context}
        for context in contexts:
            p = model.query([number[token] for token in context])
            expected = [exact.p(context, token) for token in vocabulary]
            assert sum(expected) == 1
            assert p.probabilities.min() > 0
            assert p.probabilities.sum() == pytest.approx(1, abs=1e-12)
            ours = p.probabilities[np.argsort(p.tokens)]
            assert np.abs(ours - np.array(expected, dtype=np.float64)).max() < 1e-13


def test_the_narwhals_are_big_as_by_hand() -> None:
    # Eight sentences, one a line. "narwhals are" stands in all eight; its followers are big (2),
    # a (2), hiding, coming, friendly, generated (1 each). V = 37 types + </s> + <unk> = 39.
    lines = line_sentences(load_corpus("narwhals").text, WordTokenizer())
    counted = NGramCounts.fit_sentences(lines, 3)
    words = counted.vocabulary.encode(["narwhals", "are", "big"]).tolist()
    assert len(counted.vocabulary) == 39

    def p(smoothing: Smoothing) -> float:
        return smoothed(counted, smoothing).explain(words[:2], words[2]).probability

    # MLE: 2/8. Add-1: (2 + 1) / (8 + 39) = 3/47.
    assert p(Smoothing()) == 1 / 4
    assert p(Smoothing("add-k")) == pytest.approx(3 / 47, rel=1e-15)
    # Kneser-Ney, D = 3/4. Order 3: share (2 - 3/4)/8 = 5/32, left 6 * (3/4) / 8 = 9/16.
    # Order 2: "are" has before it in "are big" narwhals only, likewise in its other five
    # followers: share (1 - 3/4)/6 = 1/24, left 6 * (3/4) / 6 = 3/4.
    # Order 1: there are 50 bigram types; before big stands one type: share (1 - 3/4)/50 = 1/200,
    # left 38 * (3/4) / 50 = 57/100, spread over 39 tokens.
    by_hand = Fraction(5, 32) + Fraction(9, 16) * (
        Fraction(1, 24) + Fraction(3, 4) * (Fraction(1, 200) + Fraction(57, 100) / 39)
    )
    assert by_hand == Fraction(31277, 166400)
    smoothing = Smoothing("kneser-ney", discount=0.75)
    assert p(smoothing) == pytest.approx(31277 / 166400, rel=1e-15)
    framed = [("<s>", *line, "</s>") for line in lines]
    exact = Exact(framed, counted.vocabulary.tokens, 3, smoothing)
    expected = [exact.p(("narwhals", "are"), token) for token in counted.vocabulary.tokens]
    assert exact.p(("narwhals", "are"), "big") == Fraction(31277, 166400)
    assert sum(expected) == 1
    assert len(expected) == 39


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("order", range(1, 8))
def test_distributions_sum_to_one_after_seen_and_unseen_contexts(order: int, name: str) -> None:
    lines = line_sentences(load_corpus("narwhals").text, WordTokenizer())
    counted = NGramCounts.fit_sentences(lines, 7)
    smoothing = Smoothing(name)  # type: ignore[arg-type]  # from SMOOTHINGS
    model = smoothed(replace(counted, order=order), smoothing)
    stream = counted.suffixes.stream.tolist()
    seen = {
        tuple(stream[i : i + length])
        for i in range(len(stream))
        for length in range(order)
        if -1 not in stream[i : i + length]
    }
    rng = np.random.default_rng(order)
    unseen = rng.integers(-1, len(counted.vocabulary) + 1, (1000, order - 1)).tolist()
    for context in (*seen, *map(tuple, unseen)):
        p = model.query(context).probabilities
        assert abs(p.sum() - 1) < 1e-12
        assert p.min() > 0
