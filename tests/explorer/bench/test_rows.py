"""Rows hold their times against the goal that is meant."""

from __future__ import annotations

import pytest

from explorer.bench.rows import Row, Times, stopped_at, times_of

OURS = Times(median=5.0, p95=20.0, worst=30.0, count=100)
THEIRS = Times(median=10.0, p95=11.0, worst=12.0, count=50)


@pytest.mark.parametrize(
    ("goal", "of_all", "met"),
    [(None, False, None), (8.0, False, True), (8.0, True, False), (20.0, True, True)],
)
def test_a_goal_is_for_the_median_or_for_the_95th_percentile(
    goal: float | None, of_all: bool, met: bool | None
) -> None:
    row = Row("pan", OURS, "peer", THEIRS, goal, of_all=of_all)
    assert row.met is met
    assert row.ratio == 0.5


def test_times_are_told_in_milliseconds() -> None:
    # 1, 2, ..., 21 ms: the median is 11; the 95th percentile is place 0.95 * 20 = 19, so 20 ms.
    times = times_of([0.001 * i for i in range(1, 22)])
    assert (times.median, times.p95, times.worst) == pytest.approx((11.0, 20.0, 21.0))
    assert times.count == 21


def test_a_peer_that_was_stopped_says_so_and_gives_the_most_the_ratio_can_be() -> None:
    row = Row("grid", OURS, "slow", stopped_at(2.0), counts={"crossings": 3})
    told = row.as_dict()
    assert told["peer_over_limit"]
    assert told["peer_ms"] == 2000.0
    assert told["ratio"] == 5.0 / 2000.0
    assert told["crossings"] == 3
