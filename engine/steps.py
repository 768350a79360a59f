"""Long computations in steps: a generator that yields now and then, and returns what it found.

Some yield nothing; others yield the share done, from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

T = TypeVar("T")


def finished(steps: Generator[None, None, T]) -> T:
    """Run a computation in steps to its end; returns what it returns."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result


def reported(
    steps: Generator[float, None, T], progress: Callable[[float], None] | None = None
) -> T:
    """Run a computation that yields its share to the end, telling it; returns what it returns."""
    while True:
        try:
            share = next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
        if progress is not None:
            progress(share)


def part(steps: Generator[float, None, T], begin: float, end: float) -> Generator[float, None, T]:
    """A computation that is a part of a longer one: its shares laid between two of that."""
    while True:
        try:
            share = next(steps)
        except StopIteration as stop:
            result: T = stop.value
            return result
        yield begin + (end - begin) * share
