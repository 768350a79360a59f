"""Modified Kneser-Ney against a file that KenLM's lmplz made, as shown in its issue 405.

The text has eight sentences of three words; the file is of order 2, in float32.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.models.ngram_counts import NGramCounts
from engine.models.smoothing import NGramLM, Smoothing, fit, smoothed
from engine.models.smoothing.discounts import Discounts, three_discounts

GOING = [[who, verb, "to"] for who in ("I", "You", "Joe") for verb in ("went", "go")]
SENTENCES = [*GOING, ["Anna", "went", "ski"], ["Anna", "went", "ski"]]

BACK_OFFS = {
    "<s>": -0.059768215,
    "I": -0.5228788,
    "went": -0.022929981,
    "to": -0.30103,
    "Anna": -0.059768215,
    "ski": -0.059768215,
    "go": 0.0,
}
UNIGRAMS = {
    "<unk>": -1.30103,
    "</s>": -1.1249387,
    "I": -1.0579919,
    "went": -0.6726411,
    "to": -1.1249387,
    "go": -0.82390875,
    "ski": -1.0579919,
}
BIGRAMS = {
    ("to", "</s>"): -0.26962152,
    ("ski", "</s>"): -0.7123581,
    ("<s>", "I"): -0.9649993,
    ("I", "went"): -0.383262,
}

FLOAT32 = 1.5e-7
"""Two and a half units in the last place of numbers near 1/2."""


def number(model: NGramLM, word: str) -> int:
    token = model.start if word == "<s>" else model.vocabulary.index(word)
    assert token is not None
    return token


def test_the_back_off_weights_are_lmplzs() -> None:
    model = smoothed(NGramCounts.fit_sentences(SENTENCES, 2), Smoothing("modified-kneser-ney"))
    for word, log in BACK_OFFS.items():
        terms = model.explain((number(model, word),), 0).terms
        assert math.log10(terms[1].weight) == pytest.approx(log, abs=FLOAT32)


def test_the_probabilities_are_lmplzs_with_its_discounts(monkeypatch: pytest.MonkeyPatch) -> None:
    # lmplz enters the last word, ski, which only went comes before, with its plain count 2 (its
    # issues 405 and 427): of adjusted counts 1, 2, 3, 4 it has 4, 3, 1, 1 unigrams where 5, 2, 1,
    # 1 are right. y = 4/10: 1 - 2 y 3/4 = 2/5, 2 - 3 y 1/3 = 8/5, 3 - 4 y 1/1 = 7/5.
    lmplzs = Discounts((2 / 5, 8 / 5, 7 / 5), estimated=True, fallback=False)

    def estimated(counts: np.ndarray) -> Discounts:
        ours = three_discounts(counts)
        # Ours: y = 5/9, 1 - 2 y 2/5 = 5/9.
        return lmplzs if ours.amounts[0] == pytest.approx(5 / 9) else ours

    monkeypatch.setattr(fit, "three_discounts", estimated)
    model = smoothed(NGramCounts.fit_sentences(SENTENCES, 2), Smoothing("modified-kneser-ney"))
    for word, log in UNIGRAMS.items():
        p = model.explain((), number(model, word)).probability
        assert math.log10(p) == pytest.approx(log, abs=FLOAT32)
    for (before, word), log in BIGRAMS.items():
        p = model.explain((number(model, before),), number(model, word)).probability
        assert math.log10(p) == pytest.approx(log, abs=FLOAT32)
