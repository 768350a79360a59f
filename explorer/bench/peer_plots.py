"""pyqtgraph: the cards as bars, the edges as lines, one plotted item for each state.

Bars are drawn from one array of rectangles, four times as fast as a scatter of squares in units of
the plot, which also cannot be as wide as a card; a curve of pairs is one batch of lines.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pyqtgraph
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from engine.trace.frame import Frame
from explorer.bench.drawing import (
    BACKGROUND,
    CARD_COLORS,
    EDGE_COLORS,
    MARK,
    MARK_COLOR,
    SMOOTH_FROM,
    Picture,
)
from explorer.canvas import View

NAME = "pyqtgraph"

_PIECES = 6
"""Lines that a curved segment is drawn with."""


class PlotsView:
    """The picture as plotted items; a change of state sets the data of those it concerns."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self.widget = cast("QWidget", pyqtgraph.PlotWidget(background=BACKGROUND))
        plot: Any = self.widget
        plot.setMenuEnabled(False)
        plot.hideButtons()
        for side in ("left", "bottom"):
            plot.hideAxis(side)
        self._box = plot.getViewBox()
        self._box.disableAutoRange()
        self._box.invertY(True)
        self._box.setDefaultPadding(0)
        self._lines, self._line_of = _lines(picture)
        self._curves = [
            pyqtgraph.PlotCurveItem(pen=pyqtgraph.mkPen(color, width=1), connect="pairs")
            for color in EDGE_COLORS
        ]
        self._bars = [
            pyqtgraph.BarGraphItem(x0=[], y0=[], width=[], height=[], pen=None, brush=color)
            for color in CARD_COLORS
        ]
        self._marks = pyqtgraph.ScatterPlotItem(size=MARK, pen=None, brush=MARK_COLOR)
        for item in (*self._curves, *self._bars, self._marks):
            plot.addItem(item, ignoreBounds=True)
        self._card_state = np.full(len(picture.cards), -1, np.int8)
        self._edge_state = np.full(len(picture.edges), -1, np.int8)
        self._set(np.zeros_like(self._card_state), np.zeros_like(self._edge_state))

    @property
    def surface(self) -> QWidget:
        """The widget that is painted."""
        return cast("QWidget", cast("Any", self.widget).viewport())

    def look(self, view: View) -> None:
        """Show this part of the graph."""
        size = self.widget.size()
        shown = QRectF(view.x, view.y, size.width() / view.zoom, size.height() / view.zoom)
        cast("Any", self.widget).setAntialiasing(view.zoom >= SMOOTH_FROM)
        self._box.setRange(shown, padding=0, disableAutoRange=False)

    def show_frame(self, frame: Frame, alpha: float) -> None:
        """Show this state of the run."""
        shown = self._picture.shown(frame, alpha)
        self._set(shown.cards, shown.edges)
        self._marks.setData(shown.marks[:, 0], shown.marks[:, 1])

    def _set(self, cards: NDArray[np.int8], edges: NDArray[np.int8]) -> None:
        for state in _touched(cards, self._card_state):
            x, y, width, height = self._picture.boxes[cards == state].T
            self._bars[state].setOpts(x0=x, y0=y, width=width, height=height)
        for state in _touched(edges, self._edge_state):
            ends = self._lines[edges[self._line_of] == state].reshape(-1, 2)
            self._curves[state].setData(ends[:, 0], ends[:, 1])
        self._card_state, self._edge_state = cards, edges


def _touched(new: NDArray[np.int8], old: NDArray[np.int8]) -> list[int]:
    """The states that something has now or had before, where the two differ."""
    changed = new != old
    both = np.concatenate([new[changed], old[changed]])
    return [int(state) for state in np.unique(both) if state >= 0]


def _lines(picture: Picture) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """All ways as lines (L, 2, 2), and the edge of each."""
    pieces = np.where(picture.straight, 1, _PIECES)
    owner = np.repeat(np.arange(len(pieces)), pieces)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    edge = np.repeat(np.arange(len(picture.edges)), np.diff(picture.offsets))[owner]
    ends = []
    for t in (place / pieces[owner], (place + 1) / pieces[owner]):
        s = t[:, np.newaxis]
        a, b, c, d = (picture.ways[owner, i] for i in range(4))
        point = (1 - s) ** 3 * a + 3 * (1 - s) ** 2 * s * b + 3 * (1 - s) * s**2 * c + s**3 * d
        ends.append(np.where(picture.straight[owner, np.newaxis], a + (d - a) * s, point))
    return np.stack(ends, axis=1), edge
