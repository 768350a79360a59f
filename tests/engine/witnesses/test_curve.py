"""The error against h: truncation and rounding as theory has them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.witnesses import curve_in_steps, error_curve
from tests.engine.witnesses.planted import WRONG, at, with_rules


@pytest.mark.parametrize(
    ("op", "x", "first", "third"),
    [
        # (sin x)' = cos x, (sin x)''' = -cos x.
        ("sin", 0.5, math.cos(0.5), -math.cos(0.5)),
        # (exp x)' = (exp x)''' = exp x.
        ("exp", 0.5, math.exp(0.5), math.exp(0.5)),
    ],
)
def test_truncation_is_h_squared_over_six_times_the_third_derivative(
    op: str, x: float, first: float, third: float
) -> None:
    curve = error_curve(at(lambda tape, v: tape.apply(op, v), x), 0)
    assert curve.derivative == pytest.approx(first, rel=1e-15)
    # D(h) = f' + f'''h^2/6 + f'''''h^4/120 and |f'''''| = |f'''|, so two steps h and h/2 give
    # f''' to the part (h^2 + h^2/4) / 20 = 2.5e-5 at h = 0.02.
    assert curve.third == pytest.approx(third, rel=3e-5)
    expected = 1e-4 / 6 * abs(third) / (1 + abs(first))
    at_hundredth = curve.nearest(1e-2)
    assert curve.truncation[at_hundredth] == pytest.approx(expected, rel=3e-5)
    # The next term is h^2/20 = 5e-6 of it.
    assert curve.error[at_hundredth] == pytest.approx(expected, rel=1e-5)


def test_the_error_falls_with_slope_two_and_rises_with_slope_minus_one() -> None:
    curve = error_curve(at(lambda tape, x: tape.apply("exp", x), 0.5), 0)
    falling = (curve.h <= 1e-1) & (curve.h >= 1e-4)
    slope, _ = np.polyfit(np.log10(curve.h[falling]), np.log10(curve.error[falling]), 1)
    assert slope == pytest.approx(2, abs=0.01)
    rising = curve.h <= 1e-7
    slope, _ = np.polyfit(np.log10(curve.h[rising]), np.log10(curve.error[rising]), 1)
    assert slope == pytest.approx(-1, abs=0.2)


def test_rounding_is_bounded_by_epsilon_times_the_value_over_two_h() -> None:
    curve = error_curve(at(lambda tape, x: tape.apply("exp", x), 0.5), 0)
    # f = f' = exp 0.5; eps f / 2h / (1 + f').
    f = math.exp(0.5)
    assert curve.rounding[curve.nearest(1e-9)] == pytest.approx(
        2**-52 * f / 2e-9 / (1 + f), rel=1e-9
    )
    # exp itself is right to a unit in the last place, twice what rounding alone would do.
    assert np.all(curve.error <= curve.truncation * 1.01 + 3 * curve.rounding)


def test_the_best_step_is_near_the_one_of_least_truncation_and_rounding() -> None:
    curve = error_curve(at(lambda tape, x: tape.apply("exp", x), 0.5), 0)
    # (3 eps f / 2 f''')^(1/3) with f = f''' is (1.5 * 2.22e-16)^(1/3) = 6.93e-6.
    assert curve.expected_best == pytest.approx(6.93e-6, rel=1e-3)
    assert curve.agrees
    assert abs(math.log10(curve.h[curve.best] / curve.expected_best)) < 2


def test_single_precision_has_its_best_step_at_a_larger_h_and_a_larger_error() -> None:
    trace = at(lambda tape, x: tape.apply("exp", x), 0.5)
    double, single = error_curve(trace, 0), error_curve(trace, 0, dtype="float32")
    # (1.5 * 1.19e-7)^(1/3) = 5.6e-3.
    assert single.expected_best == pytest.approx(5.6e-3, rel=1e-2)
    assert single.error[single.best] > 1e3 * double.error[double.best]
    assert single.agrees


def test_no_step_helps_a_wrong_rule() -> None:
    curve = error_curve(with_rules(at(lambda tape, x: tape.apply("exp", x), 0.5), WRONG), 0)
    # g x = 0.5 for g y = 1.6487: the difference is 1.1487, over 1 + 0.5.
    assert curve.error[curve.nearest(1e-6)] == pytest.approx(1.148721 / 1.5, rel=1e-6)
    assert not curve.agrees


def test_a_component_and_a_direction_can_be_chosen() -> None:
    trace = at(lambda tape, x: tape.apply("sum", x * x * x), [1.0, 2.0])
    # d/dx x^3 = 3x^2 and the third derivative is 6.
    assert error_curve(trace, 0, 1).derivative == pytest.approx(12.0)
    assert error_curve(trace, 0, 1).third == pytest.approx(6.0, rel=1e-6)
    along = error_curve(trace, 0, np.array([1.0, -1.0]))
    assert along.component == -1
    assert along.derivative == pytest.approx(3.0 - 12.0)


def test_a_linear_function_has_no_truncation_to_speak_of() -> None:
    curve = error_curve(at(lambda tape, x: x + x, 1.0), 0)
    assert curve.error[0] < 1e-14


def test_steps_that_leave_the_domain_give_no_number() -> None:
    curve = error_curve(at(lambda tape, x: tape.apply("log", x), 0.01), 0)
    assert np.isnan(curve.error[0])
    assert curve.agrees


def test_steps_run_from_a_tenth_to_1e_13() -> None:
    h = error_curve(at(lambda tape, x: x * x, 1.0), 0).h
    assert (len(h), h[0], h[-1]) == (49, pytest.approx(0.1), pytest.approx(1e-13))


def test_a_curve_can_be_given_up_after_each_step() -> None:
    steps = curve_in_steps(at(lambda tape, x: x * x, 1.0), 0, points=7)
    assert len(list(steps)) == 7
