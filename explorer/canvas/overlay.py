"""What goes below and above the cards: threads, the active node, outlines, marks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from explorer.canvas.buffers import draw_lines
from explorer.canvas.edge_painter import edge_lines
from explorer.canvas.moment import Moment
from explorer.canvas.scene import Scene
from explorer.canvas.sprites import RADIUS
from explorer.canvas.view import Window
from explorer.canvas.ways import along
from explorer.layout import EdgeKind
from explorer.theme import Style

_MOST_THREADS = 60
_LINKS = frozenset({EdgeKind.NORMAL, EdgeKind.TARGET, EdgeKind.BUS})


@dataclass(frozen=True, slots=True)
class Sheet:
    """What overlay painters work with; the painter is in device pixels.

    Attributes:
        unit: device pixels per pixel at 100 %, independent of the zoom.
    """

    painter: QPainter
    scene: Scene
    window: Window
    moment: Moment
    style: Style
    unit: float

    @property
    def accent(self) -> QColor:
        """The colour of the pass under way."""
        return self.style.theme.color("backward" if self.moment.backward else "forward")

    def box(self, node: int) -> QRectF:
        """A card in whole device pixels."""
        x, y = self.window.snapped(self.scene.corner[node])
        w, h = np.rint(self.scene.size[node] * self.window.k)
        return QRectF(x, y, w, h)


def boxes_of(sheet: Sheet, cards: NDArray[np.intp]) -> NDArray[np.float64]:
    """(n, 4) left, top, right and bottom of cards in whole device pixels."""
    corner = sheet.window.snapped(sheet.scene.corner[cards])
    return np.concatenate(
        [corner, corner + np.rint(sheet.scene.size[cards] * sheet.window.k)], axis=1
    )


def paint_threads(sheet: Sheet, nodes: tuple[int, ...]) -> None:
    """Dotted threads from shared parameters to the node in use and to the nodes looked at."""
    moment, scene = sheet.moment, sheet.scene
    used = {e for e in (*moment.moving, *moment.told) if scene.kind_of(e) == EdgeKind.RAIL}
    for edge in sorted(used):
        paint_thread(sheet, edge, sheet.accent, 2.6)
    looked_at = {e for node in nodes if node >= 0 for e in _threads_of(sheet, node)}
    if moment.active >= 0:
        looked_at |= {int(e) for e in scene.rails_into(moment.active)}
    for edge in sorted(looked_at - used):
        paint_thread(sheet, edge, sheet.style.theme.color("ink_3"), 2.0)


def paint_active(sheet: Sheet) -> None:
    """A soft halo and a ring around the active node."""
    if sheet.moment.active < 0:
        return
    painter, k = sheet.painter, max(sheet.window.k, 0.25 * sheet.unit)
    box = sheet.box(sheet.moment.active)
    pill = box.height() < 40 * sheet.window.k
    radius = box.height() / 2 if pill else RADIUS * sheet.window.k
    halo = QColor(sheet.accent)
    halo.setAlphaF(0.17)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for width, grow in ((9.0, 4.5), (2.6, 0.0)):
        painter.setPen(QPen(halo if grow else sheet.accent, width * k))
        around = box.adjusted(-grow * k, -grow * k, grow * k, grow * k)
        painter.drawRoundedRect(around, radius + grow * k, radius + grow * k)


def paint_choice(sheet: Sheet, node: int, *, chosen: bool) -> None:
    """An outline around the selected node, a thin one around the node under the pointer."""
    if node < 0:
        return
    painter, u = sheet.painter, sheet.unit
    pen = QPen(sheet.style.theme.color("ink" if chosen else "ink_3"), (1.8 if chosen else 1.2) * u)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    box = sheet.box(node)
    reach = 4.0 * u
    radius = (RADIUS * sheet.window.k) + reach
    if box.height() < 40 * sheet.window.k:
        radius = box.height() / 2 + reach
    painter.drawRoundedRect(box.adjusted(-reach, -reach, reach, reach), radius, radius)


def paint_links(sheet: Sheet, nodes: set[int]) -> None:
    """The edges into and out of the nodes looked at, in ink: each can be followed to its end."""
    scene, k = sheet.scene, max(sheet.window.k, 0.5 * sheet.unit)
    graph = scene.trace.graph
    for node in sorted(nodes - {-1}):
        edges = [*graph.operand_edges(node), *graph.consumer_edges(node).tolist()]
        drawn = {int(scene.layout.bundle[e]): e for e in edges if scene.kind_of(e) in _LINKS}
        for edge in list(drawn.values())[:_MOST_THREADS]:
            pen = QPen(sheet.style.theme.color("ink_2"), 2.0 * k)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            sheet.painter.setPen(pen)
            draw_lines(sheet.painter, edge_lines(scene, sheet.window, edge))


def paint_focus(sheet: Sheet) -> None:
    """A ring around the whole canvas: arrow keys walk here."""
    box = QRectF(0, 0, sheet.window.width, sheet.window.height)
    width = 2 * sheet.unit
    sheet.painter.setPen(QPen(sheet.style.theme.color("forward"), width))
    sheet.painter.setBrush(Qt.BrushStyle.NoBrush)
    sheet.painter.drawRect(box.adjusted(width / 2, width / 2, -width / 2, -width / 2))


def paint_motion(sheet: Sheet) -> None:
    """The edges in use, thicker; on them a dot forward, a diamond backward."""
    moment, painter = sheet.moment, sheet.painter
    k = max(sheet.window.k, 0.5 * sheet.unit)
    told_more = [e for e in moment.told if e not in moment.moving]
    for edge in (*told_more, *moment.moving):
        lines = edge_lines(sheet.scene, sheet.window, edge)
        if not len(lines):
            continue
        if sheet.scene.kind_of(edge) not in {EdgeKind.RAIL, EdgeKind.TARGET}:
            pen = QPen(sheet.accent, 3.2 * k)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            draw_lines(painter, lines)
            _head(sheet, lines, k)
        if edge in moment.moving:
            _mark(sheet, lines, k)


def _threads_of(sheet: Sheet, node: int) -> list[int]:
    """The threads into a node; of a shared parameter those to the uses in view."""
    scene = sheet.scene
    if node not in scene.layout.rails:
        return [int(e) for e in scene.rails_into(node)]
    edges = scene.trace.graph.consumer_edges(node)
    left, _, right, _ = sheet.window.bounds
    drawn = scene.layout.bundle[edges]
    edges, drawn = edges[drawn >= 0], drawn[drawn >= 0]
    _, once = np.unique(drawn, return_index=True)
    x = scene.ways.end[drawn[once], 0]
    return [int(e) for e in edges[once][(x > left) & (x < right)][:_MOST_THREADS]]


def paint_thread(sheet: Sheet, edge: int, color: QColor, width: float) -> None:
    """One edge from a shared parameter, as a dotted thread."""
    lines = edge_lines(sheet.scene, sheet.window, edge)
    if not len(lines):
        return
    k = max(sheet.window.k, 0.4 * sheet.unit)
    pen = QPen(color, width * k)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    sheet.painter.setPen(pen)
    window = sheet.window
    draw_lines(sheet.painter, _dots(lines, 6.0 * k, window.width, window.height))


def _dots(
    lines: NDArray[np.float64], distance: float, width: float, height: float
) -> NDArray[np.float64]:
    """Points in the window at even distances along connected lines, as lines too short to see."""
    step = lines[:, 2:] - lines[:, :2]
    length = np.hypot(step[:, 0], step[:, 1])
    reached = np.concatenate([[0.0], np.cumsum(length)])
    corners = np.concatenate([lines[:, :2], lines[-1:, 2:]])
    seen = (
        (np.minimum(lines[:, 0], lines[:, 2]) < width)
        & (np.maximum(lines[:, 0], lines[:, 2]) > 0)
        & (np.minimum(lines[:, 1], lines[:, 3]) < height)
        & (np.maximum(lines[:, 1], lines[:, 3]) > 0)
    )
    if not bool(seen.any()):
        return np.zeros((0, 4))
    pieces = [_stretch(lines[i], reached[i], length[i], width) for i in np.flatnonzero(seen)]
    # Counted from the end, so that the dots stay where they are while the view moves.
    goals = np.concatenate(
        [
            reached[-1] - np.arange(np.ceil((reached[-1] - high) / distance),
                                    (reached[-1] - low) / distance) * distance
            for low, high in pieces
        ]
    )  # fmt: skip
    x, y = np.interp(goals, reached, corners[:, 0]), np.interp(goals, reached, corners[:, 1])
    return np.stack([x, y, x + 0.01, y], axis=1)


def _stretch(
    line: NDArray[np.float64], start: float, length: float, width: float
) -> tuple[float, float]:
    """Between which lengths along the whole way a line is between the sides of the window."""
    run = line[2] - line[0]
    if abs(run) < 1e-9:
        return start, start + length
    low, high = sorted((-line[0] / run, (width - line[0]) / run))
    return start + length * max(low, 0.0), start + length * min(high, 1.0)


def _head(sheet: Sheet, lines: NDArray[np.float64], k: float) -> None:
    """A large arrow head where the flow goes to."""
    tip, toward = (lines[0, :2], lines[0, :2] - lines[0, 2:]) if sheet.moment.backward else (
        lines[-1, 2:], lines[-1, 2:] - lines[-1, :2]
    )  # fmt: skip
    toward = toward / max(float(np.hypot(*toward)), 1e-9)
    side = np.array([-toward[1], toward[0]])
    back = tip - toward * 12 * k
    corners = (tip, back + side * 5.5 * k, back - side * 5.5 * k)
    sheet.painter.setPen(Qt.PenStyle.NoPen)
    sheet.painter.setBrush(sheet.accent)
    sheet.painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))


def _mark(sheet: Sheet, lines: NDArray[np.float64], k: float) -> None:
    """A filled dot going forward, a diamond going back."""
    backward, share = sheet.moment.backward, sheet.moment.travelled
    (x, y), _ = along(lines, 1 - share if backward else share)
    painter = sheet.painter
    painter.setPen(QPen(sheet.style.theme.color("canvas"), 1.6 * k))
    painter.setBrush(sheet.accent)
    if backward:
        r = 7.5 * k
        painter.drawPolygon(
            QPolygonF([QPointF(x, y - r), QPointF(x + r, y), QPointF(x, y + r), QPointF(x - r, y)])
        )
    else:
        painter.drawEllipse(QPointF(x, y), 5.5 * k, 5.5 * k)
