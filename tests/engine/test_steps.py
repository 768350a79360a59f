from __future__ import annotations

from collections.abc import Generator

from engine.steps import finished, part, reported


def counting(to: int, seen: list[int]) -> Generator[None, None, int]:
    for number in range(to):
        seen.append(number)
        yield
    return to * 10


def test_a_computation_in_steps_runs_to_what_it_returns() -> None:
    seen: list[int] = []
    assert finished(counting(3, seen)) == 30
    assert seen == [0, 1, 2]
    assert finished(counting(0, [])) == 0


def shares(*values: float) -> Generator[float, None, str]:
    yield from values
    return "found"


def test_shares_are_told_as_they_come() -> None:
    told: list[float] = []
    assert reported(shares(0.25, 1.0), told.append) == "found"
    assert told == [0.25, 1.0]
    assert reported(shares(0.5)) == "found"


def test_the_shares_of_a_part_lie_between_two_of_the_whole() -> None:
    told: list[float] = []
    assert reported(part(shares(0.0, 0.5, 1.0), 0.5, 0.75), told.append) == "found"
    assert told == [0.5, 0.625, 0.75]
