"""Routes to the same result timed in turns, and what is reported of them."""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

Route = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure.

    Attributes:
        sample: seconds that one turn of a route lasts at least, by repeating it.
        budget: seconds that all turns of a case may take together.
        least, most: turns.
    """

    sample: float = 0.01
    budget: float = 3.0
    least: int = 5
    most: int = 41


QUICK = Effort(sample=0.0, budget=0.0, least=1, most=1)
"""Everything once, to see that it runs: the numbers mean little."""


@dataclass(frozen=True, slots=True)
class Case:
    """Ours and one peer doing the same.

    Attributes:
        name: what was done.
        ours_ms, peer_ms: medians, in milliseconds.
        peer: what ours is compared with.
        ratio: median over the turns of ours / peer.
        goal: the largest ratio aimed at; None for a limit that is only shown.
        per_second: how many of ``unit`` ours does in a second, where that is of interest.
        unit: such as nodes or tokens.
        rate_goal: the smallest ``per_second`` aimed at.
    """

    name: str
    ours_ms: float
    peer: str
    peer_ms: float
    ratio: float
    goal: float | None = None
    per_second: float | None = None
    unit: str | None = None
    rate_goal: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether all goals are met; None if there are none."""
        if self.goal is None and self.rate_goal is None:
            return None
        slow = self.rate_goal is not None and (self.per_second or 0) < self.rate_goal
        return not slow and (self.goal is None or self.ratio <= self.goal)

    def as_dict(self) -> dict[str, Any]:
        """The case as plain values, with the keys of the command line's contract."""
        result: dict[str, Any] = {
            "name": self.name,
            "ours_ms": self.ours_ms,
            "peer": self.peer,
            "peer_ms": self.peer_ms,
            "ratio": self.ratio,
            "goal": self.goal,
            "met": self.met,
        }
        if self.unit is not None:
            result[f"{self.unit}_per_second"] = self.per_second
            result[f"{self.unit}_per_second_goal"] = self.rate_goal
        return result


@dataclass(frozen=True, slots=True)
class Aim:
    """What is aimed at.

    Attributes:
        ratio: the largest ratio to each peer; a peer without one is a limit.
        units: how many of ``unit`` one call does.
        unit: nodes or tokens.
        rate: the smallest number of them a second, asked of the cases that have a ratio.
    """

    ratio: Mapping[str, float]
    units: int | None = None
    unit: str | None = None
    rate: float | None = None


def compare(
    name: str, ours: Route, peers: Mapping[str, Route], aim: Aim, effort: Effort
) -> tuple[Case, ...]:
    """One case for each peer, all of them and ours timed in turns."""
    times = in_turns([ours, *peers.values()], effort)
    ours_ms = statistics.median(times[0]) * 1e3
    cases = []
    for peer, peer_times in zip(peers, times[1:], strict=True):
        goal = aim.ratio.get(peer)
        cases.append(
            Case(
                name=name,
                ours_ms=ours_ms,
                peer=peer,
                peer_ms=statistics.median(peer_times) * 1e3,
                ratio=statistics.median(a / b for a, b in zip(times[0], peer_times, strict=True)),
                goal=goal,
                per_second=None if aim.units is None else aim.units / (ours_ms / 1e3),
                unit=aim.unit,
                rate_goal=None if goal is None else aim.rate,
            )
        )
    return tuple(cases)


def in_turns(routes: Sequence[Route], effort: Effort) -> list[list[float]]:
    """Seconds a call takes, for each route and turn.

    Each route runs once before anything counts, and once more to see how often it must be
    repeated; the number of turns follows from how long they last. As :mod:`timeit` does, the
    garbage collector is kept out of the turns: what it costs depends on all that is loaded.
    """
    repeats = []
    lasting = 0.0
    for route in routes:
        route()
        once = max(_seconds(route, 1), 1e-9)
        repeats.append(max(1, round(effort.sample / once)))
        lasting += once * repeats[-1]
    turns = min(max(int(effort.budget / lasting), effort.least), effort.most)
    times: list[list[float]] = [[] for _ in routes]
    with _without_collector():
        for _ in range(turns):
            for route, count, taken in zip(routes, repeats, times, strict=True):
                gc.collect(0)
                taken.append(_seconds(route, count))
    return times


@contextmanager
def _without_collector() -> Iterator[None]:
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _seconds(route: Route, count: int) -> float:
    start = perf_counter()
    for _ in range(count):
        route()
    return (perf_counter() - start) / count
