"""How a person wants to see a run: a value that the session keeps and layouts are made for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Which boxes are drawn as one, and how time is drawn.

    Attributes:
        collapsed: paths of the boxes that are drawn as one card, see
            :mod:`explorer.layout.hierarchy`.
        rolled: all time steps are drawn as one.
        rows: long runs are folded into rows; None leaves it to their length.
    """

    collapsed: frozenset[str] = frozenset()
    rolled: bool = False
    rows: bool | None = None
