"""Marks of a planted mistake: when they appear, and what is written in them."""

from __future__ import annotations

import numpy as np
import pytest

from engine.museum import exhibit, plant, spread_of
from explorer.canvas.mistake_painter import size_of, tag_text, wrong_now
from explorer.canvas.moment import moment_of
from explorer.canvas.scene import scene_of
from explorer.layout import layout_of


def test_the_error_spreads_as_the_run_is_played_backward() -> None:
    # y = sin a, a = exp x: x alone is wrong, from the moment its adjoint is complete.
    item = exhibit("exp-input")
    trace = plant(item.chain.record(), item).trace
    planted = plant(item.chain.record(), item)
    spread = spread_of(planted)
    everything = np.arange(len(trace))
    scene = scene_of(trace, layout_of(trace))
    counts = [
        len(wrong_now(spread, moment_of(scene, trace.frame(k), 0.0), everything))
        for k in range(len(trace.events()) + 1)
    ]
    assert counts[: trace.events().seed_index + 1] == [0] * (trace.events().seed_index + 1)
    assert counts == sorted(counts)
    assert counts[-1] == len(spread.wrong_adjoints)


def test_a_wrong_value_is_marked_in_the_forward_pass() -> None:
    item = exhibit("not-shifted")
    planted = plant(item.example.record(), item)
    trace, spread = planted.trace, spread_of(planted)
    scene = scene_of(trace, layout_of(trace))
    moment = moment_of(scene, trace.frame(trace.events().seed_index), 0.0)
    wrong = wrong_now(spread, moment, np.arange(len(trace)))
    assert [trace.nodes[i].name for i in wrong] == ["log p", "ℓ"]
    assert size_of(spread, moment, int(wrong[0])) == np.inf


@pytest.mark.parametrize(
    ("error", "text"),
    [(0.0409, "off 4e-2"), (2.3, "off 2"), (1.6e-12, "off 2e-12"), (np.inf, "not finite")],
)
def test_the_size_of_an_error_is_one_digit(error: float, text: str) -> None:
    assert tag_text(error) == text
