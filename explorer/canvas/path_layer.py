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
"""Zoom from which the gains are written."""

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
        if sheet.window.k >= GAINS_FROM * sheet.window.ratio and seen.sum() <= MOST_GAINS:
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
        taken = np.concatenate([low, low + sheet.scene.size[cards] * window.k], axis=1)
        for place in places.tolist():
            edge = int(drawn[place])
            lines = ways.lines[ways.offsets[edge] : ways.offsets[edge + 1]]
            pixels = window.pixels(lines.reshape(-1, 2)).reshape(-1, 4)
            (x, y), toward = along(pixels, 0.5)
            upright = abs(float(toward[1])) >= abs(float(toward[0]))
            spot = (float(x), float(y))
            box = _pill(sheet, spot, taken, self.gains[place], self.products[place],
                        beside=upright)  # fmt: skip
            taken = np.concatenate([taken, [(box.left(), box.top(), box.right(), box.bottom())]])


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


def _pill(
    sheet: Sheet,
    spot: tuple[float, float],
    taken: NDArray[np.float64],
    gain: str,
    product: str,
    *,
    beside: bool,
) -> QRectF:
    """The gain of an edge, and after it the product so far: beside the line, or above it."""
    theme, painter = sheet.style.theme, sheet.painter
    s = min(max(sheet.window.k, 0.85 * sheet.unit), 2.0 * sheet.unit)
    strong, soft = words(gain, "mono", 10.5, 650), words(f"→ {product}", "mono", 10.5)
    width = strong.width + soft.width + 18
    box = _free_place(spot, (width * s, _HEIGHT * s), _AWAY * s, taken, beside=beside)
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


def _free_place(
    spot: tuple[float, float],
    size: tuple[float, float],
    away: float,
    taken: NDArray[np.float64],
    *,
    beside: bool,
) -> QRectF:
    """Right of a point, left of it, above or below, where the least of other boxes is covered."""
    (x, y), (width, height) = spot, size
    sides = [(x + away, y - height / 2), (x - away - width, y - height / 2)]
    ends = [(x - width / 2, y - away - height), (x - width / 2, y + away)]
    corners = np.array(sides + ends if beside else ends + sides)
    boxes = np.concatenate([corners, corners + size], axis=1)
    low = np.maximum(boxes[:, np.newaxis, :2], taken[:, :2])
    high = np.minimum(boxes[:, np.newaxis, 2:], taken[:, 2:])
    covered = np.maximum(high - low, 0.0).prod(axis=2).sum(axis=1)
    # What comes first is kept unless much more of the cards is seen elsewhere.
    left, top = corners[int(np.argmin(covered + np.arange(4) * 0.04 * width * height))]
    return QRectF(float(left), float(top), width, height)
