"""Slices and ways in words."""

from __future__ import annotations

import math

import pytest

from engine.run_spec import RunSpec
from engine.runs import run
from engine.trace.expression import record_expression
from engine.trace.gradient_path import path_of
from engine.trace.origin import losses_of, origin_of, through
from engine.trace.origin_words import (
    factor,
    largest_sentence,
    magnitude,
    path_sentence,
    signed,
    slice_name,
    subject,
)
from engine.trace.spectral import rescaled
from engine.trace.trace import Trace

SENTENCE = "Narwhals are way cooler than parrots"


@pytest.fixture(scope="module")
def trace() -> Trace:
    return run(RunSpec(text=SENTENCE))


def named(trace: Trace, name: str) -> int:
    return next(node.index for node in trace.nodes if node.name == name)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.01234, "+0.0123"), (-4.12e-7, "−4.12e-7"), (0.0, "0"), (math.nan, "NaN"),
     (math.inf, "+∞"), (-123456.0, "−1.23e5"), (2.0, "+2")],
)  # fmt: skip
def test_a_slice_has_three_digits_and_a_sign(value: float, text: str) -> None:
    assert signed(value) == text


@pytest.mark.parametrize(
    ("value", "decades", "text"),
    [(0.0, -1079.28, "5.25e-1080"), (math.inf, 400.0, "1.00e400"), (0.0, -math.inf, "0"),
     (0.5, -0.301, "0.5")],
)  # fmt: skip
def test_what_a_float_cannot_hold_is_told_by_its_power(
    value: float, decades: float, text: str
) -> None:
    assert magnitude(value, decades) == text


def test_a_factor_keeps_its_sign() -> None:
    assert factor(0.834) == "×0.834"
    assert factor(-2.0) == "×−2"


def test_slices_are_called_by_step_or_by_consumer(trace: Trace) -> None:
    origin = origin_of(trace, named(trace, "W_hh"))
    assert [slice_name(trace, origin, k) for k in range(3)] == ["t = 1", "t = 2", "t = 3"]
    formula = record_expression("x*z + sin(x)", {"x": 2.0, "z": 3.0})
    by_consumer = origin_of(formula, named(formula, "x"))
    names = [slice_name(formula, by_consumer, k) for k in range(2)]
    assert "t = -1" not in names
    assert len(set(names)) == 2


def test_the_subject_says_component_and_loss(trace: Trace) -> None:
    node = named(trace, "W_hh")
    assert subject(trace, origin_of(trace, node), trace) == "The size of `∂L/∂W_hh`"
    part = through(trace, losses_of(trace)[-1])
    assert subject(part, origin_of(part, node, 9), trace) == (
        "Component 2, 2 of the part of `∂L/∂W_hh` through `ℓ_6`"
    )
    formula = record_expression("x*z + sin(x)", {"x": 2.0, "z": 3.0})
    x = named(formula, "x")
    assert subject(formula, origin_of(formula, x), formula).endswith("/∂x`")


def test_a_way_names_the_loss_the_states_and_the_use(trace: Trace) -> None:
    part = through(trace, losses_of(trace)[-1])
    origin = origin_of(part, named(trace, "W_hh"))
    path = path_of(part, origin.edges[2][0])
    told = path_sentence(part, origin, 2, path)
    assert told.startswith("Through step 3: `ℓ_6` → `h_5` → `h_4` → `h_3` → `W_hh h_2`: ")
    assert told.endswith(f"the product of local derivatives is {magnitude(path.gain)}.")


def test_a_long_way_is_cut_in_the_middle() -> None:
    long = run(RunSpec(corpus="shakespeare", tokens="char", steps=30))
    part = through(long, losses_of(long)[-1])
    origin = origin_of(part, named(long, "W_hh"))
    told = path_sentence(part, origin, 0, path_of(part, origin.edges[0][0]))
    assert "`ℓ_30` → `h_29` → `h_28` → … → `h_2` → `h_1` → `W_hh h_0`" in told


def test_it_says_where_most_comes_from_and_what_is_taken_away(trace: Trace) -> None:
    told = largest_sentence(trace, origin_of(trace, named(trace, "W_hh")))
    assert told.startswith("Most comes through step 3: +")
    assert "take" in told
    formula = record_expression("x*z + sin(x)", {"x": 0.0, "z": 3.0})
    # Through the product 3, through the sine 1: nothing is taken away.
    told = largest_sentence(formula, origin_of(formula, named(formula, "x")))
    assert ": +3." in told


def test_it_says_what_has_overflowed_and_what_is_zero() -> None:
    spec = RunSpec(corpus="shakespeare", tokens="char", steps=40, hidden=8, activation="relu")
    other = rescaled(run(spec), 1e12)
    assert "not finite" in largest_sentence(other, origin_of(other, named(other, "W_hh")))
    zero = record_expression("x*z + sin(x)*z", {"x": 2.0, "z": 0.0})
    assert largest_sentence(zero, origin_of(zero, named(zero, "x"))).startswith("All slices are 0")
