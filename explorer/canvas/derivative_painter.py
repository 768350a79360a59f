"""Beside an edge in use backward: its local derivative, where it hides least."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPen, QPixmap

from explorer.canvas.derivative import derivative_name, local_derivative
from explorer.canvas.edge_painter import edge_lines
from explorer.canvas.labels import draw, name, quotient, words
from explorer.canvas.overlay import Sheet, boxes_of
from explorer.canvas.pictures import Pictures
from explorer.canvas.ways import along
from explorer.layout import EdgeKind

Boxes = list[QRectF]

_SHARES = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8)
_THREAD_SHARES = (0.03, 0.06, 0.1, 0.15, 0.2)
_ENDS_WEIGH = 4
_MAP = (132.0, 46.0)
_LARGEST_CELL = 11.0
_SMALLEST_MAP = 7.0
_RISES = (0.0, -0.25, 0.25, -0.5, 0.5, -0.75, 0.75, -1.0, 1.0, -1.5, 1.5)


def paint_derivatives(
    sheet: Sheet, nodes: NDArray[np.intp], pictures: Pictures, clear: Boxes | None = None
) -> None:
    """Beside each edge in use backward its local derivative, where it hides least.

    ``clear`` are boxes in device pixels that it keeps clear of as of other derivatives.
    """
    taken: Boxes = list(clear or ())
    cards = boxes_of(sheet, nodes)
    told = [(edge, edge_lines(sheet.scene, sheet.window, edge)) for edge in sheet.moment.told]
    event, scene = sheet.moment.event, sheet.scene
    for edge, lines in told:
        others = [_under(lines_, 8 * sheet.unit) for other, lines_ in told if other != edge]
        # A thread is long: its derivative is told only while it is in use, at the parameter.
        in_use = event is not None and event.edge == edge
        if len(lines) and (scene.kind_of(edge) != EdgeKind.RAIL or in_use):
            taken.append(
                _derivative(sheet, edge, lines, [cards, *others], taken, pictures.derivative(edge))
            )


def _derivative(
    sheet: Sheet,
    edge: int,
    lines: NDArray[np.float64],
    obstacles: list[NDArray[np.float64]],
    taken: Boxes,
    cells: QPixmap | None,
) -> QRectF:
    theme, painter = sheet.style.theme, sheet.painter
    large = 1.5 if sheet.scene.layout.name == "layered" else 1.0
    s = min(max(sheet.window.k, 0.8 * sheet.unit), 2.0 * sheet.unit) * (
        large if sheet.window.k > 0.55 * sheet.unit else 1.0
    )
    told = local_derivative(sheet.scene.trace, edge)
    text = f"{told.formula} = {told.number}" if told.number else told.formula
    above, below = derivative_name(sheet.scene.trace, edge)
    left = None if told.number else quotient(above, below, 14, "\u2202")
    right = name(f" = {text}" if left else text, 14)
    remark = words(told.remark, "mono", 10.5) if told.remark else None
    width = right.width + (left.width if left else 0)
    across, down = _map_size(cells)
    width = max(width, remark.width if remark else 0, across) + 20
    height = (36 if remark else 26) + (down + 6 if cells else 0)
    rail = sheet.scene.kind_of(edge) == EdgeKind.RAIL
    shares = _THREAD_SHARES if rail else _SHARES
    graph = sheet.scene.trace.graph
    ends = [sheet.box(int(i)) for i in (graph.edge_consumer[edge], graph.edge_operand[edge])]
    # What the derivative is about must stay readable: its ends weigh more than other cards.
    avoided = np.concatenate([*obstacles, *([_edges_of(ends)] * _ENDS_WEIGH)])
    seen = QRectF(0, 0, sheet.window.width, sheet.window.height)
    box = _free_place(
        lines, (width * s, height * s), 12 * s, avoided, taken, shares, seen, ends if rail else []
    )
    painter.setPen(QPen(theme.color("backward"), max(1.0, 1.3 * s)))
    painter.setBrush(theme.color("surface"))
    painter.drawRoundedRect(box, 6 * s, 6 * s)
    painter.save()
    painter.translate(box.topLeft())
    painter.scale(s, s)
    x = 10.0
    if left:
        draw(painter, left, x, 16.5, theme.text("ink"))
        x += left.width
    draw(painter, right, x, 16.5, theme.text("ink"))
    if remark:
        draw(painter, remark, 10.0, 29.5, theme.text("ink_2"))
    if cells is not None:
        spot = QRectF(10.0, height - down - 8, across, down)
        painter.drawPixmap(spot, cells, QRectF(cells.rect()))
        painter.setPen(QPen(theme.color("line"), 0.8))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(spot)
    painter.restore()
    return box


def _map_size(cells: QPixmap | None) -> tuple[float, float]:
    """How large a local derivative is drawn, at 100 %."""
    if cells is None:
        return 0.0, 0.0
    cell = min(_LARGEST_CELL, _MAP[0] / cells.width(), _MAP[1] / cells.height())
    return cells.width() * cell, max(cells.height() * cell, _SMALLEST_MAP)


def _free_place(
    lines: NDArray[np.float64],
    size: tuple[float, float],
    gap: float,
    cards: NDArray[np.float64],
    taken: Boxes,
    shares: tuple[float, ...],
    seen: QRectF,
    beside: Boxes,
) -> QRectF:
    """The place beside an edge that covers the least of cards, other labels and the edge.

    What would lie outside ``seen`` counts most: a label that is cut off says nothing.
    """
    width, height = size
    others = _edges_of(taken)
    places, costs = [], []
    for order, share in enumerate(shares):
        (x, y), _ = along(lines, share)
        for left in (x + gap, x - gap - width):
            for rise in _RISES:
                places.append((left, y - height / 2 + rise * height))
                costs.append(0.1 * order + 0.5 * abs(rise) + 0.05 * (left < x))
    for end in beside:
        places.append((end.left() - gap - width, end.center().y() - height / 2))
        costs.append(0.5)
    corner = np.array(places)
    box = np.concatenate([corner, corner + np.array([width, height])], axis=1)
    under = _under(lines, gap / 3)
    cost = np.array(costs) * width * height * 0.08
    cost += _overlap(box, cards) + 4 * _overlap(box, others) + 6 * _overlap(box, under)
    cost += 20 * (width * height - _overlap(box, _edges_of([seen])))
    left, top = corner[int(np.argmin(cost))]
    return QRectF(left, top, width, height)


def _under(lines: NDArray[np.float64], reach: float) -> NDArray[np.float64]:
    """(n, 4) small boxes along an edge, for what lies on it."""
    middle = (lines[:, :2] + lines[:, 2:]) / 2
    return np.concatenate([middle - reach, middle + reach], axis=1)


def _edges_of(boxes: Boxes) -> NDArray[np.float64]:
    """(n, 4) left, top, right and bottom of boxes."""
    edges = [(box.left(), box.top(), box.right(), box.bottom()) for box in boxes]
    return np.array(edges, np.float64).reshape(-1, 4)


def _overlap(boxes: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """The area of each box (n, 4) that others (m, 4) cover, (n,)."""
    low = np.maximum(boxes[:, np.newaxis, :2], others[:, :2])
    high = np.minimum(boxes[:, np.newaxis, 2:], others[:, 2:])
    return np.asarray(np.maximum(high - low, 0).prod(axis=2).sum(axis=1))
