"""Names that stand on the lines of a plot instead of in its legend (pyqtgraph)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from explorer.theme import Role, Style

Named = tuple[str, "Role", "NDArray[np.float64]", "NDArray[np.float64]"]


class LineNames:
    """One name above the right end of each line.

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
            item = pg.TextItem(anchor=(1, 1))
            item.setZValue(4)
            self._plot.addItem(item, ignoreBounds=True)
            self._items.append(item)
        for item, (name, color, x, y) in zip(self._items, lines, strict=True):
            last = int(np.flatnonzero(np.isfinite(y))[-1])
            item.setText(name, color=style.theme.text(color))
            item.setFont(style.font("secondary"))
            item.setPos(float(x[last]), float(y[last]))
