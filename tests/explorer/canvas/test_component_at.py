"""Which number of a card is under a point."""

from __future__ import annotations

import numpy as np
import pytest

from engine.autodiff.tape import Tape
from engine.run_spec import RunSpec
from engine.runs import run
from engine.trace.expression import record_expression
from engine.trace.trace import Trace, record
from explorer.arrangement import Arrangement
from explorer.canvas.component_at import component_at
from explorer.canvas.scene import Scene, scene_of
from explorer.layout import layout_of
from explorer.layout.cards import BAR_ROW, HEADER, PAD, STRIP, thumbnails

SENTENCE = run(RunSpec(text="a b c d e f", hidden=8))


def scene(trace: Trace, arrangement: Arrangement | None = None) -> Scene:
    return scene_of(trace, layout_of(trace, arrangement or Arrangement()))


def node(trace: Trace, name: str) -> int:
    return next(each.index for each in trace.nodes if each.name == name)


def at(shown: Scene, index: int, x: float, y: float) -> int:
    """The component at a place inside a node's card."""
    left, top = shown.corner[index]
    return component_at(shown, index, float(left + x), float(top + y))


@pytest.mark.parametrize("component", [0, 3, 7])
def test_each_cell_of_a_strip_is_its_component(component: int) -> None:
    shown = scene(SENTENCE)
    index = node(SENTENCE, "h_2")
    width = shown.size[index, 0] - 2 * PAD
    x = PAD + (component + 0.5) * width / 8
    assert at(shown, index, x, HEADER + STRIP / 2) == component
    # Not the strip of the adjoint, the header, or beside the card.
    assert at(shown, index, x, HEADER + STRIP + 8) == -1
    assert at(shown, index, x, 8) == -1
    assert at(shown, index, PAD / 2, HEADER + STRIP / 2) == -1
    assert at(shown, index, -30, HEADER + STRIP / 2) == -1


def test_a_cell_of_a_long_strip_is_the_number_that_it_shows() -> None:
    # 64 numbers on 32 cells: the second cell shows numbers 2 and 3, of which 3 is the larger.
    tape = Tape()
    values = np.zeros(64)
    values[2:4] = 0.5, -2.0
    x = tape.parameter("b", values)
    trace = record(tape, tape.apply("sum", x))
    shown = scene(trace)
    width = shown.size[0, 0] - 2 * PAD
    assert at(shown, 0, PAD + 1.5 * width / 32, HEADER + STRIP / 2) == 3


def test_a_cell_of_a_matrix_is_its_component() -> None:
    shown, index = scene(SENTENCE), node(SENTENCE, "W_hh")
    left, top, width, height = thumbnails((8, 8))[0]
    assert at(shown, index, left + 2.5 * width / 8, top + 5.5 * height / 8) == 5 * 8 + 2
    assert at(shown, index, left + width + 2, top) == -1


def test_a_single_number_is_taken_by_the_lower_part_of_its_card() -> None:
    trace = record_expression("x*x + 1", {"x": 2.0})
    shown = scene(trace)
    width, height = shown.size[0]
    assert at(shown, 0, width / 2, 0.7 * height) == 0
    assert at(shown, 0, width / 2, 0.1 * height) == -1


def test_a_row_of_a_distribution_is_its_token() -> None:
    shown = scene(SENTENCE)
    index = next(n.index for n in SENTENCE.nodes if n.op == "log_softmax")
    token = int(shown.distributions.token[shown.distributions.slot[index], 1])
    assert at(shown, index, 40, HEADER + 1.5 * BAR_ROW) == token


def test_a_token_and_what_is_hidden_in_a_box_have_none() -> None:
    shown = scene(SENTENCE)
    assert at(shown, node(SENTENCE, "x_1"), 60, 20) == -1
    boxed = scene(SENTENCE, Arrangement(collapsed=frozenset({"step[2]"})))
    assert at(boxed, node(SENTENCE, "h_2"), 60, HEADER + STRIP / 2) == -1
