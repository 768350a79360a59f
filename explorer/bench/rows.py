"""What a measurement of the window says: times of ours and of a peer that did the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of a thing done several times.

    Attributes:
        median, p95, worst: over the times it was done.
        count: how often.
        over: it was stopped at this time instead of being waited for.
    """

    median: float
    p95: float
    worst: float
    count: int
    over: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Ours and one peer doing the same.

    Attributes:
        name: what was done.
        ours: times of ours.
        peer: what ours is compared with.
        theirs: its times.
        goal_ms: the most milliseconds aimed at, None where there is no goal.
        of_all: the goal is for the 95th percentile, not for the median.
        counts: what else was counted, such as ``crossings`` and ``peer_crossings``.
    """

    name: str
    ours: Times
    peer: str
    theirs: Times
    goal_ms: float | None = None
    of_all: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """Median of ours / median of the peer; the most it can be where that was stopped."""
        return self.ours.median / self.theirs.median

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None if there is none."""
        if self.goal_ms is None:
            return None
        return (self.ours.p95 if self.of_all else self.ours.median) <= self.goal_ms

    def as_dict(self) -> dict[str, Any]:
        """The row as plain values, with the keys of the command line's contract."""
        return {
            "name": self.name,
            "ours_ms": self.ours.median,
            "p95_ms": self.ours.p95,
            "worst_ms": self.ours.worst,
            "peer": self.peer,
            "peer_ms": self.theirs.median,
            "peer_p95_ms": self.theirs.p95,
            "peer_worst_ms": self.theirs.worst,
            "peer_over_limit": self.theirs.over,
            "ratio": self.ratio,
            "goal": None,
            "goal_ms": self.goal_ms,
            "goal_for": "p95" if self.of_all else "median",
            "met": self.met,
            **self.counts,
        }


def times_of(seconds: Sequence[float]) -> Times:
    """The times of something that took these seconds."""
    ms = np.array(seconds) * 1e3
    return Times(float(np.median(ms)), float(np.percentile(ms, 95)), float(ms.max()), len(ms))


def stopped_at(seconds: float) -> Times:
    """The times of something that was not done by then."""
    return Times(seconds * 1e3, seconds * 1e3, seconds * 1e3, 1, over=True)
