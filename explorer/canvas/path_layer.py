"""The way of a gradient over the cards: thick lines back from the output, with their gains.

Lines grow thinner as the product of the local derivatives along the way shrinks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPen, QPolygonF

from engine.trace.origin_words import factor, magnitude
from explorer.canvas.buffers import draw_lines
from explorer.canvas.labels import draw, words
from explorer.canvas.overlay import paint_choice, paint_thread
from explorer.canvas.ways import along, rows_of
from explorer.layout import EdgeKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.trace.gradient_path import GradientPath
    from engine.trace.graph import Graph
    from explorer.canvas.overlay import Sheet
    from explorer.canvas.scene import Floats, Ints

GAINS_FROM = 0.5
"""Zoom from which the gains are written, at 100 %."""

MOST_GAINS = 48
"""Edges in sight up to which each has its gain."""

_HEADS_FROM = 0.25
_MOST_HEADS = 200
_WIDTHS = (6.0, 4.8, 3.6, 2.6)
_DECADES = (1.0, 2.0, 4.0)
"""Powers of ten below the largest product at which lines become thinner."""

_CASING = 2.4
_THREAD = 4.2
_HEIGHT = 17.0
_MATTERS = 4.0
"""How much more it matters what a gain hides of others, or what of it is out of sight."""

_AWAY = 7.0
"""Between a line and what is written on it."""


@dataclass(frozen=True, slots=True, eq=False)
class PathLayer:
    """A way of P edges in a graph of E edges, as a layer over the cards.

    Attributes:
        graph: what it is a way in.
        edges: (P,) from the output back.
        gains: (P,) what each multiplies by.
        products: (P,) the products so far, as they are written.
        decades: (P,) their decimal logarithms.
    """

    graph: Graph
    edges: Ints
    gains: tuple[str, ...]
    products: tuple[str, ...]
    decades: Floats

    def paint(self, sheet: Sheet, cards: Ints) -> None:
        """Draw the lines that are in sight, their heads, and what is written on them."""
        scene = sheet.scene
        if scene.trace.graph.edge_count != self.graph.edge_count:
            return
        drawn = scene.layout.bundle[self.edges]
        kind = np.where(drawn >= 0, scene.layout.routes.kind[drawn], -1)
        solid = np.flatnonzero((kind >= 0) & (kind != EdgeKind.RAIL))
        seen = np.isin(drawn[solid], scene.ways.visible(sheet.window.bounds))
        self._paint_lines(sheet, solid[seen], drawn)
        color = sheet.style.theme.color("backward")
        if sheet.window.k >= 0.1:
            for place in np.flatnonzero(kind == EdgeKind.RAIL).tolist():
                paint_thread(sheet, int(self.edges[place]), color, _THREAD)
        paint_choice(sheet, int(self.graph.edge_consumer[self.edges[-1]]), chosen=True)
        if sheet.window.k >= GAINS_FROM * sheet.unit and seen.sum() <= MOST_GAINS:
            self._write_gains(sheet, cards, solid[seen], drawn)

    def _paint_lines(self, sheet: Sheet, places: Ints, drawn: Ints) -> None:
        if not len(places):
            return
        scene, window, painter = sheet.scene, sheet.window, sheet.painter
        ways, theme = scene.ways, sheet.style.theme
        k = max(window.k, 0.6 * sheet.unit)
        finite = self.decades[np.isfinite(self.decades)]
        drop = finite.max(initial=-np.inf) - np.nan_to_num(self.decades[places], neginf=-1e9)
        level = np.searchsorted(_DECADES, drop, side="right")
        for casing in (True, False):
            for step, width in enumerate(_WIDTHS):
                edges = drawn[places[level == step]]
                if not len(edges):
                    continue
                rows, _ = rows_of(edges, ways.offsets)
                lines = window.pixels(ways.lines[rows].reshape(-1, 2)).reshape(-1, 4)
                color = theme.color("canvas" if casing else "backward")
                pen = QPen(color, (width + (_CASING if casing else 0.0)) * k)
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                painter.setPen(pen)
                draw_lines(painter, lines)
        if window.k >= _HEADS_FROM and len(places) <= _MOST_HEADS:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("backward"))
            for edge in drawn[places].tolist():
                first = ways.lines[ways.offsets[edge] : ways.offsets[edge] + 1]
                _head(sheet, window.pixels(first.reshape(-1, 2)), k)
            painter.setBrush(Qt.BrushStyle.NoBrush)

    def _write_gains(self, sheet: Sheet, cards: Ints, places: Ints, drawn: Ints) -> None:
        """On each edge what it multiplies by, where that hides least of the cards."""
        ways, window = sheet.scene.ways, sheet.window
        low = window.pixels(sheet.scene.corner[cards])
        covering = np.concatenate([low, low + sheet.scene.size[cards] * window.k], axis=1)
        written: list[QRectF] = []
        for place in places.tolist():
            edge = int(drawn[place])
            lines = ways.lines[ways.offsets[edge] : ways.offsets[edge + 1]]
            pixels = window.pixels(lines.reshape(-1, 2)).reshape(-1, 4)
            (x, y), toward = along(pixels, 0.5)
            if not (0 <= x <= window.width and 0 <= y <= window.height):
                continue
            text = self.gains[place], self.products[place]
            upright = abs(float(toward[1])) >= abs(float(toward[0]))
            room = _Room((float(x), float(y)), covering, _corners(written), beside=upright)
            written.append(_write(sheet, room, *text))


@dataclass(frozen=True, slots=True, eq=False)
class _Room:
    """Where a gain may be written, in device pixels.

    Attributes:
        spot: the middle of the edge.
        cards: (n, 4) left, top, right, bottom of what should stay readable.
        written: (m, 4) of other gains.
        beside: at the edge's side rather than above or below it.
    """

    spot: tuple[float, float]
    cards: NDArray[np.float64]
    written: NDArray[np.float64]
    beside: bool

    def place(self, width: float, height: float, away: float, seen: QRectF) -> QRectF:
        """Where a box of this size hides least: first of other gains, then of cards."""
        x, y = self.spot
        rises = np.array([0.0, -1.15, 1.15, -0.5, 0.5]) * height
        sides = [(x + away, y - height / 2 + rise) for rise in rises]
        sides += [(x - away - width, y - height / 2 + rise) for rise in rises]
        ends = [(x - width / 2, y - away - height), (x - width / 2, y + away)]
        corners = np.array(sides + ends if self.beside else ends + sides)
        boxes = np.concatenate([corners, corners + np.array([width, height])], axis=1)
        area = width * height
        hidden = _covered(boxes, self.cards) + _MATTERS * _covered(boxes, self.written)
        hidden += _MATTERS * (area - _covered(boxes, _corners([seen])))
        # What comes first is kept unless much more is seen elsewhere.
        left, top = corners[int(np.argmin(hidden + np.arange(len(boxes)) * 0.03 * area))]
        return QRectF(float(left), float(top), width, height)


def layer_of(graph: Graph, path: GradientPath) -> PathLayer:
    """A way as a layer; pure numpy, so any thread may make it."""
    links = path.links
    products = tuple(
        ("−" if link.running < 0 else "") + magnitude(abs(link.running), link.decades)
        for link in links
    )
    return PathLayer(
        graph=graph,
        edges=np.array([link.edge for link in links], np.intp),
        gains=tuple(factor(link.gain) for link in links),
        products=products,
        decades=np.array([link.decades for link in links], np.float64),
    )


def _head(sheet: Sheet, ends: NDArray[np.float64], k: float) -> None:
    """An arrow head where the gradient arrives: at the operand."""
    tip, toward = ends[0], ends[0] - ends[1]
    toward = toward / max(float(np.hypot(*toward)), 1e-9)
    side = np.array([-toward[1], toward[0]])
    back = tip - toward * 13 * k
    corners = (tip, back + side * 7 * k, back - side * 7 * k)
    sheet.painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))


def _write(sheet: Sheet, room: _Room, gain: str, product: str) -> QRectF:
    """The gain of an edge, and after it the product so far."""
    theme, painter, window = sheet.style.theme, sheet.painter, sheet.window
    s = min(max(window.k, 0.85 * sheet.unit), 2.0 * sheet.unit)
    strong, soft = words(gain, "mono", 10.5, 650), words(f"→ {product}", "mono", 10.5)
    width = strong.width + soft.width + 18
    seen = QRectF(0, 0, window.width, window.height)
    box = room.place(width * s, _HEIGHT * s, _AWAY * s, seen)
    painter.save()
    painter.translate(box.topLeft())
    painter.scale(s, s)
    painter.setPen(QPen(theme.color("backward"), 1.2))
    painter.setBrush(theme.color("surface"))
    painter.drawRoundedRect(QRectF(0, 0, width, _HEIGHT), _HEIGHT / 2, _HEIGHT / 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    baseline = _HEIGHT / 2 + 3.7
    draw(painter, strong, 6.0, baseline, theme.text("backward"))
    draw(painter, soft, 6.0 + strong.width + 6, baseline, theme.text("ink_2"))
    painter.restore()
    return box


def _corners(boxes: list[QRectF]) -> NDArray[np.float64]:
    """(n, 4) left, top, right and bottom of boxes."""
    found = [(box.left(), box.top(), box.right(), box.bottom()) for box in boxes]
    return np.array(found, np.float64).reshape(-1, 4)


def _covered(boxes: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """The area of each box (n, 4) that others (m, 4) cover, (n,)."""
    low = np.maximum(boxes[:, np.newaxis, :2], others[:, :2])
    high = np.minimum(boxes[:, np.newaxis, 2:], others[:, 2:])
    return np.asarray(np.maximum(high - low, 0.0).prod(axis=2).sum(axis=1))
