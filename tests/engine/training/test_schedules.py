"""Learning rates at the places where they can be worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.training.schedules import SCHEDULES, ScheduleName, learning_rate


@pytest.mark.parametrize(
    ("schedule", "iteration", "expected"),
    [
        ("constant", 99, 2.0),
        ("cosine", 0, 2.0),
        ("cosine", 50, 1.05),  # half way between 2 and a twentieth of it
        ("cosine", 100, 0.1),
        ("linear", 0, 2.0),
        ("linear", 50, 1.05),
        ("linear", 100, 0.1),
        ("step", 49, 2.0),
        ("step", 50, 0.2),
        ("step", 75, 0.02),
    ],
)
def test_rates_worked_out_by_hand(schedule: ScheduleName, iteration: int, expected: float) -> None:
    assert learning_rate(schedule, 2.0, iteration, 100) == pytest.approx(expected)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_warm_up_rises_evenly_and_the_schedule_follows(schedule: ScheduleName) -> None:
    rates = [learning_rate(schedule, 1.0, i, 14, warm_up=4) for i in range(6)]
    assert rates[:4] == [0.25, 0.5, 0.75, 1.0]
    assert rates[4] == 1.0
    # After the warm-up, iteration 9 is half way through the ten that remain.
    assert learning_rate(schedule, 1.0, 9, 14, 4) == learning_rate(schedule, 1.0, 5, 10)


@given(
    schedule=st.sampled_from(SCHEDULES),
    iteration=st.integers(0, 300),
    iterations=st.integers(1, 200),
    warm_up=st.integers(0, 250),
)
def test_a_rate_is_positive_and_never_above_the_highest(
    schedule: ScheduleName, iteration: int, iterations: int, warm_up: int
) -> None:
    assert 0 < learning_rate(schedule, 3.0, iteration, iterations, warm_up) <= 3.0
