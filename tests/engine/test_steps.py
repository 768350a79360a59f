from __future__ import annotations

from collections.abc import Generator

from engine.steps import finished


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
