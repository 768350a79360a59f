"""Learning rates that change as training goes on: pure functions of progress.

Source: Loshchilov and Hutter, *SGDR: stochastic gradient descent with warm restarts* (2017) for
the cosine.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Literal, get_args

ScheduleName = Literal["constant", "cosine", "linear", "step"]
SCHEDULES: tuple[ScheduleName, ...] = get_args(ScheduleName)

_FLOOR = 0.05


def _cosine(progress: float) -> float:
    return _FLOOR + (1 - _FLOOR) * 0.5 * (1 + math.cos(math.pi * progress))


def _linear(progress: float) -> float:
    return 1 - (1 - _FLOOR) * progress


def _step(progress: float) -> float:
    return 1.0 if progress < 0.5 else 0.1 if progress < 0.75 else 0.01


_SHAPES: Mapping[ScheduleName, Callable[[float], float]] = {
    "constant": lambda _: 1.0,
    "cosine": _cosine,
    "linear": _linear,
    "step": _step,
}


def learning_rate(
    schedule: ScheduleName, highest: float, iteration: int, iterations: int, warm_up: int = 0
) -> float:
    """The learning rate of an iteration.

    Args:
        schedule: constant; cosine and linear fall to a twentieth at the end; step falls to a
            tenth at half of the way and to a hundredth at three quarters.
        highest: the rate after the warm-up.
        iteration: counted from 0.
        iterations: how many there will be.
        warm_up: iterations in which the rate rises evenly to ``highest``, before the schedule.
    """
    if iteration < warm_up:
        return highest * (iteration + 1) / warm_up
    progress = (iteration - warm_up) / max(1, iterations - warm_up)
    return highest * _SHAPES[schedule](min(progress, 1.0))
