"""Gradient descent on a softmax table in a job, at a pace that can be watched."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from engine.training.softmax_table import learn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.training.softmax_table import BigramCounts, TableStep

PAUSE = 1 / 30
"""Seconds between two pictures."""

LAST = 100_000
"""Iterations after which it ends: the table has long been the counted one."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How quickly it goes.

    Attributes:
        steps: iterations between two pictures.
        pause: seconds between them.
    """

    steps: int = 1
    pause: float = PAUSE


def descend(
    counts: BigramCounts, start: TableStep, rate: float, pace: Pace, most: int = LAST
) -> Iterator[tuple[TableStep, ...]]:
    """The iterations after a step, those between two pictures together.

    Raises:
        InputError: the learning rate is not a positive number.
    """
    steps = islice(learn(counts, start, rate), most)
    while some := tuple(islice(steps, pace.steps)):
        yield some
        if pace.pause:
            time.sleep(pace.pause)
