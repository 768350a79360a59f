"""Where the tokens of a text stand in lines, as arrays, and which of them is at a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.panels.generate_flow import Flow, Setting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """T tokens set into lines.

    Attributes:
        line: (T,) of each token, ascending.
        left, width: (T,) in pixels.
        count: how many lines there are.
    """

    line: NDArray[np.intp]
    left: NDArray[np.float64]
    width: NDArray[np.float64]
    count: int

    def of(self, first: int, last: int) -> slice:
        """The tokens of the lines from ``first`` to ``last``, the last one included."""
        begin, end = np.searchsorted(self.line, (first, last + 1))
        return slice(int(begin), int(end))

    def at(self, line: int, x: float, *, nearest: bool = False) -> int:
        """The token at a place in a line, -1 for none; or the nearest one."""
        if not len(self.line):
            return -1
        if nearest:
            line = min(max(line, 0), self.count - 1)
        here = self.of(line, line)
        if here.start == here.stop:
            return min(here.start, len(self.line) - 1) if nearest else -1
        found = here.start + int(np.searchsorted(self.left[here], x, side="right")) - 1
        found = max(found, here.start)
        inside = self.left[found] <= x < self.left[found] + self.width[found]
        return found if inside or nearest else -1

    def beside(self, token: int, lines: int) -> int:
        """The token that stands some lines below, or above for a negative number."""
        middle = float(self.left[token] + self.width[token] / 2)
        wanted = int(self.line[token]) + lines
        if not 0 <= wanted < self.count:
            return token
        return self.at(wanted, middle, nearest=True)


def lines_of(
    tokens: Sequence[str], kind: str, width: float, space: float, measure: Callable[[str], float]
) -> Lines:  # fmt: skip
    """Set tokens into lines of a width.

    Args:
        tokens: as typed.
        kind: ``char``, ``word`` or ``space``.
        width: of the lines.
        space: the width of a space, and of the sign of a line's end.
        measure: the width of a token.
    """
    flow = Flow(width, space)
    flow.add(Setting(kind).words(tokens), measure)
    places = flow.places
    line = np.array([place.line for place in places], np.intp)
    left = np.array([place.x for place in places], np.float64)
    wide = np.array([place.width for place in places], np.float64)
    last = int(line[-1]) + 1 if len(line) else 0
    return Lines(line, left, wide, last)
