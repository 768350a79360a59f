"""A nudged row computes f(x) + δ, and its derivative is that of f."""

from __future__ import annotations

import numpy as np
import pytest

from engine.autodiff.nudge import Nudged, nudge, numbers_in, unnudged
from engine.autodiff.primitives import PRIMITIVES
from engine.autodiff.tape import Tape

TANH = PRIMITIVES["tanh"]


def nudged_tanh(x: float, number: float) -> Nudged:
    return nudge(TANH, np.tanh(np.array([x])), {0: number})


def test_at_the_point_the_number_stands_exactly() -> None:
    # tanh 0.5 + (0.7 - tanh 0.5) need not be 0.7 to the last bit.
    assert float(nudged_tanh(0.5, 0.7).forward(np.array([0.5]))[0]) == 0.7


def test_elsewhere_it_is_moved_by_the_same_constant() -> None:
    row = nudged_tanh(0.5, 0.7)
    delta = 0.7 - np.tanh(0.5)
    assert row.delta(0) == delta
    assert row.delta(1) == 0.0
    assert row.forward(np.array([0.9]))[0] == pytest.approx(np.tanh(0.9) + delta, rel=1e-15)


def test_the_derivative_is_that_of_the_row_and_not_of_the_number() -> None:
    # d tanh(x) / dx at 0.5 is 1 - tanh(0.5)^2, whatever was typed; 1 - 0.7^2 would be 0.51.
    x = np.array([0.5])
    (part,) = nudged_tanh(0.5, 0.7).contributions((0,), np.ones(1), np.array([0.7]), (x,), {})
    assert part[0] == 1 - np.tanh(0.5) ** 2


@pytest.mark.parametrize("was", [np.inf, -np.inf, np.nan])
def test_what_is_not_finite_can_be_set_to_a_number(was: float) -> None:
    row = nudge(PRIMITIVES["neg"], np.array([was, 1.0]), {0: 2.0})
    assert row.shifted(np.array([was, 1.0])).tolist() == [2.0, 1.0]


def test_a_second_nudge_keeps_the_first() -> None:
    own = np.array([1.0, 2.0, 3.0])
    first = nudge(PRIMITIVES["neg"], own, {0: 5.0})
    again = nudge(first, own, {2: 7.0})
    assert again.numbers == {0: 5.0, 2: 7.0}
    assert again.row is PRIMITIVES["neg"]
    assert again.shifted(own).tolist() == [5.0, 2.0, 7.0]


def test_a_node_without_a_nudge_is_as_its_operands_make_it() -> None:
    tape = Tape()
    node = (-tape.input("x", 1.0)).node
    assert unnudged(node) is node
    assert not numbers_in(node)


def test_the_formula_of_the_derivative_speaks_of_the_row_s_own_value() -> None:
    assert nudged_tanh(0.5, 0.7).derivatives == (r"1 - (#y - \delta)^2",)
    assert nudged_tanh(0.5, 0.7).name == "tanh"
