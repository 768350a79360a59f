"""How many pairs of lines cross: what makes a drawing of a graph hard to follow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Lines = NDArray[np.float64]

_BLOCK = 256


def crossings(lines: Lines, block: int = _BLOCK) -> int:
    """The number of pairs of lines (n, 4) that cross inside both; those that touch do not count."""
    left = np.minimum(lines[:, 0], lines[:, 2])
    order = np.argsort(left, kind="stable")
    lines, left = lines[order], left[order]
    right = np.maximum(lines[:, 0], lines[:, 2])
    low, high = np.sort(lines[:, (1, 3)], axis=1).T
    total = 0
    for first in range(0, len(lines), block):
        mine = slice(first, min(first + block, len(lines)))
        last = int(np.searchsorted(left, right[mine].max(), side="right"))
        others = slice(first, last)
        meet = (left[others] < right[mine, np.newaxis]) & (low[others] < high[mine, np.newaxis])
        meet &= high[others] > low[mine, np.newaxis]
        # Each pair once: the one that begins further right is the other.
        meet &= np.arange(first, last) > np.arange(first, mine.stop)[:, np.newaxis]
        one, other = np.nonzero(meet)
        total += int(_cross(lines[one + first], lines[other + first]).sum())
    return total


def _cross(one: Lines, other: Lines) -> NDArray[np.bool_]:
    """Whether the ends of each line lie on different sides of the other."""
    return np.asarray(
        (_side(one, other[:, :2]) * _side(one, other[:, 2:]) < 0)
        & (_side(other, one[:, :2]) * _side(other, one[:, 2:]) < 0)
    )


def _side(line: Lines, point: Lines) -> NDArray[np.float64]:
    """Positive on one side of a line, negative on the other, 0 on it."""
    along, toward = line[:, 2:] - line[:, :2], point - line[:, :2]
    return np.asarray(np.sign(along[:, 0] * toward[:, 1] - along[:, 1] * toward[:, 0]))
