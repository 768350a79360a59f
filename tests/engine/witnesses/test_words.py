"""What the witnesses found, in words."""

from __future__ import annotations

import numpy as np
import pytest

from engine.witnesses import Fault, error_curve, local_rule_off
from engine.witnesses.words import curve_sentence, fault_sentence, power
from tests.engine.witnesses.planted import WRONG, at, with_adjoint, with_rules


@pytest.mark.parametrize(
    ("h", "words"),
    [
        (1e-6, "10⁻⁶"),
        (0.1, "10⁻¹"),
        (1.0, "10⁰"),
        (5.6e-6, "5.6·10⁻⁶"),
        (2e-13, "2·10⁻¹³"),
        (0.0, "0"),
        (float("nan"), "no number"),
    ],
)
def test_a_step_is_written_as_a_power_of_ten(h: float, words: str) -> None:
    assert power(h) == words


def test_a_right_curve_falls_then_rises() -> None:
    curve = error_curve(at(lambda tape, x: tape.apply("exp", x), 0.5), 0)
    said = curve_sentence(curve, 1e-6)
    assert said.startswith("At h = 10⁻⁶ the error is ")
    # f''' = exp 0.5 = 1.65
    assert "truncation, h²/6 · f‴ with f‴ = 1.6" in said
    assert "rises ten times" in said


def test_in_single_precision_it_is_said_where_the_step_vanishes() -> None:
    # Beside 0.5 a float32 has a spacing of 2^-24 = 6e-8: half of it, 3e-8, is lost both ways.
    curve = error_curve(at(lambda tape, x: tape.apply("exp", x), 0.5), 0, dtype="float32")
    assert "x + h is rounded to x" in curve_sentence(curve, 1e-3)


def test_a_wrong_curve_is_flat_and_says_why() -> None:
    wrong = with_rules(at(lambda tape, x: tape.apply("exp", x), 0.5), WRONG)
    assert "the derivative itself is wrong" in curve_sentence(error_curve(wrong, 0), 1e-6)


def test_a_straight_function_has_no_truncation() -> None:
    curve = error_curve(at(lambda tape, x: x + x, 1.0), 0)
    assert "no truncation to see" in curve_sentence(curve, 1e-6)


def test_outside_of_the_domain_nothing_is_claimed() -> None:
    curve = error_curve(at(lambda tape, x: tape.apply("log", x), 1e-14), 0)
    assert curve_sentence(curve, 1e-6).startswith("No step gives a number")


def test_a_wrong_rule_is_named_with_its_consumer_and_operand() -> None:
    trace = with_rules(at(lambda tape, x: tape.apply("sin", x) * x, 3.0), WRONG, only=[2])
    fault = local_rule_off(trace, 0, np.random.default_rng(0))
    assert fault is not None
    said = fault_sentence(trace, fault)
    assert "the local rule of mul at" in said
    assert ", second operand, is off" in said


@pytest.mark.parametrize(
    ("adjoint", "words"),
    [
        (2.0, "is missing from the sum."),
        (1.0, "alone, not the sum of all."),
        (9.0, "it is not the sum of its contributions."),
    ],
)
def test_a_wrong_sum_says_what_is_left_of_it(adjoint: float, words: str) -> None:
    trace = at(lambda tape, x: x + (tape.apply("exp", x) + tape.apply("sin", x)), 0.0)
    wrong = with_adjoint(trace, 0, np.array(adjoint))
    fault = local_rule_off(wrong, 0, np.random.default_rng(0))
    assert fault is not None
    assert fault_sentence(trace, fault).endswith(words)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(1, "value", error=0.5), "The value of `y` is the first that differs"),
        (Fault(0, "missing", 1, 0, 0.5), "the contribution of `y` is missing"),
        (Fault(0, "rule", 1, 0, float("inf")), "its contribution has another shape"),
    ],
)
def test_wrong_values_and_shapes_are_said(fault: Fault, words: str) -> None:
    trace = at(lambda tape, x: tape.apply("exp", x).named("y"), 0.0)
    assert words in fault_sentence(trace, fault)
