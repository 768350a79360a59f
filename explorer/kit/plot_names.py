"""Names that stand on the lines of a plot instead of in its legend (pyqtgraph)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QFontMetricsF

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from explorer.theme import Role, Style

Named = tuple[str, "Role", "NDArray[np.float64]", "NDArray[np.float64]"]

_INSET = 0.03
"""Share of a line's width before its name."""


class LineNames:
    """One name above each line, near its left end: what is plotted beside it mostly ends right.

    Where lines lie so near that their names would cover each other, the names stand side by side.

    Args:
        plot: the plot item that the names are in.
    """

    def __init__(self, plot: pg.PlotItem) -> None:
        self._plot = plot
        self._items: list[pg.TextItem] = []

    def show(self, lines: Sequence[Named], style: Style) -> None:
        """Name lines.

        Args:
            lines: name, role of the colour, and the points as the axes count them.
            style: the look.
        """
        lines = [line for line in lines if np.isfinite(line[3]).any()]
        while len(self._items) > len(lines):
            self._plot.removeItem(self._items.pop())
        while len(self._items) < len(lines):
            item = pg.TextItem(anchor=(0, 1))
            item.setZValue(4)
            self._plot.addItem(item, ignoreBounds=True)
            self._items.append(item)
        font = style.font("secondary")
        metrics = QFontMetricsF(font)
        wide, high = self._plot.getViewBox().viewPixelSize()
        last_y, right = -np.inf, 0.0
        order = sorted(range(len(lines)), key=lambda i: float(_first(lines[i])[1]))
        for place in order:
            name, color, x, _ = lines[place]
            left, y = _first(lines[place])
            left += _INSET * float(x[-1] - left)
            if y - last_y < metrics.height() * high:
                left = max(left, right)
            else:
                last_y = y
            right = left + (metrics.horizontalAdvance(name) + style.px(16)) * wide
            item = self._items[place]
            item.setText(name, color=style.theme.text(color))
            item.setFont(font)
            item.fill = pg.mkBrush(style.theme.color("surface", 0.6))
            item.setPos(left, y)


def _first(line: Named) -> tuple[float, float]:
    """The first point of a line that has a place."""
    _, _, x, y = line
    place = int(np.flatnonzero(np.isfinite(y))[0])
    return float(x[place]), float(y[place])
