"""The n-gram lines to beat."""

from __future__ import annotations

import math

import pytest

from engine.text.corpus import Corpus, Document, load_corpus
from engine.training.baselines import baselines
from engine.training.live import live_text


def test_a_text_without_a_held_out_part_is_judged_by_its_own_counts() -> None:
    text = live_text(Corpus("t", "t", (Document("t", "a b a b a c\n"),)), "word")
    one, two = baselines(text, (1, 2))
    # Counts: a 3, b 2, c 1 of 6.
    entropy = -(3 * math.log(3 / 6) + 2 * math.log(2 / 6) + math.log(1 / 6)) / 6
    assert one.loss == pytest.approx(entropy, rel=1e-12)
    # The first a has no context: 3/6. After a: b twice, c once. After b: a always.
    chain = math.log(3 / 6) + 2 * math.log(2 / 3) + 2 * math.log(1) + math.log(1 / 3)
    assert two.loss == pytest.approx(-chain / 6, rel=1e-12)
    assert not two.held_out
    assert two.title == "2-gram, counted"


def test_narwhals_are_learned_by_heart_by_long_contexts() -> None:
    losses = [b.loss for b in baselines(live_text(load_corpus("narwhals"), "word"))]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.3


def test_held_out_tokens_are_judged_by_smoothed_models() -> None:
    text = live_text(load_corpus("shakespeare"), "char")
    found = list(baselines(text, (1, 3, 5)))
    assert [b.held_out for b in found] == [True] * 3
    bits = [b.loss / math.log(2) for b in found]
    # Between what single characters and good recurrent models reach.
    assert 4 < bits[0] < 5
    assert 2 < bits[2] < bits[1] < 3.5
