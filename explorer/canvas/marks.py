"""What a witness says of a node as a mark: a dot, a tick, a cross; needs nothing of the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

if TYPE_CHECKING:
    from explorer.theme import Role, Theme

Marks = NDArray[np.int8]
"""(N, 3): for each node UNASKED, AGREES or DISAGREES by our rules, PyTorch, differences."""

UNASKED, AGREES, DISAGREES = range(3)


def no_marks(count: int) -> Marks:
    """Nobody has been asked about any node."""
    return np.zeros((count, 3), np.int8)


def draw_mark(painter: QPainter, theme: Theme, state: int, x: float, y: float) -> None:
    """Draw one mark about a point; it is 8 units wide."""
    roles: tuple[Role, Role, Role] = ("ink_3", "agrees", "disagrees")
    color = theme.text(roles[state])
    if state == UNASKED:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(QPointF(x, y), 1.5, 1.5)
        return
    pen = QPen(color, 1.9)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if state == AGREES:
        corners = ((-3.4, 0.2), (-1.0, 2.7), (3.4, -2.8))
        painter.drawPolyline(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in corners]))
    else:
        painter.drawLine(QPointF(x - 2.7, y - 2.7), QPointF(x + 2.7, y + 2.7))
        painter.drawLine(QPointF(x - 2.7, y + 2.7), QPointF(x + 2.7, y - 2.7))
