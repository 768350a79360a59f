"""Routes are timed in turns, and a goal is met or missed by what was measured."""

from __future__ import annotations

from functools import partial

import pytest

from engine.bench.measure import QUICK, Aim, Case, Effort, compare, in_turns


def test_routes_take_turns() -> None:
    order: list[str] = []
    times = in_turns([partial(order.append, "a"), partial(order.append, "b")], QUICK)
    # Each once to warm up and once to be timed by, then one turn.
    assert order == ["a", "a", "b", "b", "a", "b"]
    assert [len(taken) for taken in times] == [1, 1]


@pytest.mark.parametrize(
    ("effort", "turns"),
    [(Effort(0, 0, 3, 9), 3), (Effort(0, 1e9, 3, 9), 9)],
)
def test_the_turns_follow_from_the_budget_within_bounds(effort: Effort, turns: int) -> None:
    times = in_turns([lambda: None], effort)
    assert [len(taken) for taken in times] == [turns]


def test_a_short_route_is_repeated_within_a_turn() -> None:
    calls: list[None] = []
    in_turns([lambda: calls.append(None)], Effort(sample=1e-3, budget=0, least=1, most=1))
    assert len(calls) > 3


def test_a_case_for_each_peer_and_goals_only_where_there_are_some() -> None:
    aim = Aim({"rival": 0.5}, units=8, unit="tokens", rate=10.0)
    rival, limit = compare("a", lambda: None, {"rival": int, "limit": int}, aim, QUICK)
    assert (rival.goal, limit.goal) == (0.5, None)
    assert (rival.rate_goal, limit.rate_goal) == (10.0, None)
    assert rival.met is not None
    assert limit.met is None
    assert rival.per_second == pytest.approx(8 / (rival.ours_ms / 1e3))


@pytest.mark.parametrize(
    ("ratio", "goal", "rate", "rate_goal", "met"),
    [
        (0.4, 0.4, None, None, True),
        (0.41, 0.4, None, None, False),
        (0.3, 0.4, 99.0, 100.0, False),
        (0.3, 0.4, 100.0, 100.0, True),
        (0.3, None, None, None, None),
    ],
)
def test_a_goal_is_met_up_to_and_with_its_bound(
    ratio: float, goal: float | None, rate: float | None, rate_goal: float | None, met: bool | None
) -> None:
    case = Case("a", 1.0, "b", 2.0, ratio, goal, rate, "nodes", rate_goal)
    assert case.met is met
    assert case.as_dict()["met"] is met
    assert case.as_dict()["nodes_per_second"] == rate
