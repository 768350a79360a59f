"""A QGraphicsView with one item for each card and each edge, as its documentation advises.

Items are of Qt's own classes, painted without Python; pens are cosmetic; the scene is indexed, a
view that moves is scrolled, and nothing but what changed is painted.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QTransform
from PySide6.QtWidgets import (
    QGraphicsEllipseItem,
    QGraphicsPathItem,
    QGraphicsRectItem,
    QGraphicsScene,
    QGraphicsView,
    QWidget,
)

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

NAME = "QGraphicsView"

_MARKS = 4
_ROOM = 50_000.0


class ItemsView:
    """The picture as items; a change of state sets the brush or pen of the items that changed."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._brushes = [QBrush(QColor(color)) for color in CARD_COLORS]
        self._pens = [QPen(QColor(color), 0) for color in EDGE_COLORS]
        self._scene = QGraphicsScene()
        self._scene.setSceneRect(_margins(picture.bounds))
        self._edges = [self._edge(i) for i in range(len(picture.edges))]
        self._cards = [self._card(*box) for box in picture.boxes.tolist()]
        self._marks = [self._mark() for _ in range(_MARKS)]
        self._card_state = np.zeros(len(self._cards), np.int8)
        self._edge_state = np.zeros(len(self._edges), np.int8)
        self.widget = QGraphicsView(self._scene)
        self.widget.setFrameStyle(0)
        self.widget.setBackgroundBrush(QColor(BACKGROUND))
        self.widget.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.widget.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.widget.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.widget.setOptimizationFlags(
            QGraphicsView.OptimizationFlag.DontSavePainterState
            | QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing
        )

    @property
    def surface(self) -> QWidget:
        """The widget that is painted."""
        return self.widget.viewport()

    def look(self, view: View) -> None:
        """Show this part of the graph; without a change of size the view scrolls."""
        if self.widget.transform().m11() != view.zoom:
            self.widget.setTransform(QTransform.fromScale(view.zoom, view.zoom))
            self.widget.setRenderHint(QPainter.RenderHint.Antialiasing, view.zoom >= SMOOTH_FROM)
        size = self.widget.viewport().size()
        self.widget.centerOn(
            view.x + size.width() / 2 / view.zoom, view.y + size.height() / 2 / view.zoom
        )

    def show_frame(self, frame: Frame, alpha: float) -> None:
        """Show this state of the run."""
        shown = self._picture.shown(frame, alpha)
        cards, edges = shown.cards, shown.edges
        for i in _changed(cards, self._card_state):
            self._cards[i].setBrush(self._brushes[cards[i]])
        for i in _changed(edges, self._edge_state):
            self._edges[i].setPen(self._pens[edges[i]])
        self._card_state, self._edge_state = cards, edges
        for i, mark in enumerate(self._marks):
            mark.setVisible(i < len(shown.marks))
            if i < len(shown.marks):
                mark.setPos(*shown.marks[i].tolist())

    def _card(self, left: float, top: float, width: float, height: float) -> QGraphicsRectItem:
        item = QGraphicsRectItem(left, top, width, height)
        item.setPen(Qt.PenStyle.NoPen)
        item.setBrush(self._brushes[0])
        self._scene.addItem(item)
        return item

    def _mark(self) -> QGraphicsEllipseItem:
        item = QGraphicsEllipseItem(-MARK / 2, -MARK / 2, MARK, MARK)
        item.setBrush(QColor(MARK_COLOR))
        item.setPen(Qt.PenStyle.NoPen)
        item.setVisible(False)
        self._scene.addItem(item)
        return item

    def _edge(self, index: int) -> QGraphicsPathItem:
        first, last = self._picture.offsets[index : index + 2]
        path = QPainterPath()
        ways, straight = self._picture.ways[first:last], self._picture.straight[first:last]
        for place, (way, line) in enumerate(zip(ways.tolist(), straight.tolist(), strict=True)):
            a, b, c, d = (QPointF(*point) for point in way)
            if place == 0:
                path.moveTo(a)
            if line:
                path.lineTo(d)
            else:
                path.cubicTo(b, c, d)
        item = QGraphicsPathItem(path)
        item.setPen(self._pens[0])
        self._scene.addItem(item)
        return item


def _changed(new: NDArray[np.int8], old: NDArray[np.int8]) -> list[int]:
    return [int(i) for i in np.flatnonzero(new != old)]


def _margins(bounds: tuple[float, float, float, float]) -> QRectF:
    """Room around everything, so that any part of it can be in the middle of the view."""
    left, top, right, bottom = bounds
    return QRectF(left - _ROOM, top - _ROOM, right - left + 2 * _ROOM, bottom - top + 2 * _ROOM)
