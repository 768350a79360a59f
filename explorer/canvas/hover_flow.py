"""How a node was made, in one row: its operands with what joins them, an arrow, and the result.

Lengths are in pixels at 100 %. What is not known at the moment is a dashed box.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPen, QPolygonF

from explorer.canvas.card_painter import token_text
from explorer.canvas.cells import strip_sources
from explorer.canvas.labels import draw_centred, fitted, name, number, words
from explorer.canvas.moment import UNKNOWN

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter, QPixmap

    from explorer.canvas.moment import Moment
    from explorer.canvas.pictures import Pictures
    from explorer.canvas.scene import Scene
    from explorer.theme import Theme

MOST = 4
"""Operands that are shown; of more the first two and the last."""

JOINS = {"add": "+", "sub": "\u2212", "mul": "\u00b7", "div": "/", "pow": "^", "matmul": ""}
"""What stands between operands; a comma for every other primitive."""

_NARROWEST, _WIDEST = 44.0, 78.0
_NAME = 13.5
_NAME_ROOM = 20.0
_STRIP, _BOX = 13.0, 26.0
_GAP = 5.0
_ARROW = 30.0
_MOST_GAPS = 16


@dataclass(frozen=True, slots=True)
class Chip:
    """A node in the row, or what was left out.

    Attributes:
        node: -1 for an ellipsis.
        width: what it takes across.
        join: what stands before it.
    """

    node: int
    width: float
    join: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """The row of one node.

    Attributes:
        chips: of the operands, in slot order.
        verb: the primitive, over the arrow.
        result: the node's own.
    """

    chips: tuple[Chip, ...]
    verb: str
    result: Chip

    @property
    def width(self) -> float:
        """Of the whole row."""
        row = sum(chip.width + 2 * _GAP + _join_width(chip.join) for chip in self.chips)
        return row + _arrow_width(self.verb) + 2 * _GAP + self.result.width - 2 * _GAP

    @property
    def height(self) -> float:
        """Of the whole row."""
        return _NAME_ROOM + _BOX


def flow_of(scene: Scene, node: int) -> Flow | None:
    """The row of a node, None for what nothing computes."""
    record = scene.trace.nodes[node]
    if record.primitive is None or not record.operands:
        return None
    operands = list(record.operands)
    if len(operands) > MOST:
        operands = [*operands[:2], -1, operands[-1]]
    join = JOINS.get(record.op, ",")
    chips = tuple(
        Chip(operand, _width(scene, operand), join if slot else "")
        for slot, operand in enumerate(operands)
    )
    return Flow(chips, record.op.replace("_", " "), Chip(node, _width(scene, node)))


def paint_flow(
    painter: QPainter, scene: Scene, moment: Moment, pictures: Pictures, theme: Theme, flow: Flow
) -> None:
    """Draw the row with its corner at the painter's origin."""
    x, middle = 0.0, _NAME_ROOM + _BOX / 2
    for chip in flow.chips:
        if chip.join:
            mark = words(chip.join, "text", 15, 500)
            draw_centred(painter, mark, x + _join_width(chip.join) / 2 - _GAP / 2, middle + 5,
                         theme.text("ink_2"))  # fmt: skip
        x += _join_width(chip.join)
        _paint_chip(painter, scene, moment, pictures, theme, chip, x)
        x += chip.width + 2 * _GAP
    x -= _GAP
    width = _arrow_width(flow.verb)
    verb = words(flow.verb, "text", 10.5)
    draw_centred(painter, verb, x + width / 2, middle - 6, theme.text("ink_2"))
    color = theme.color("forward")
    painter.setPen(QPen(color, 1.6))
    painter.drawLine(QPointF(x, middle), QPointF(x + width - 5, middle))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    tip = x + width
    corners = ((tip, middle), (tip - 8, middle - 4), (tip - 8, middle + 4))
    painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
    _paint_chip(painter, scene, moment, pictures, theme, flow.result, tip + _GAP)


def _paint_chip(
    painter: QPainter,
    scene: Scene,
    moment: Moment,
    pictures: Pictures,
    theme: Theme,
    chip: Chip,
    left: float,
) -> None:
    """A name over cells, a heat map, a number or a token."""
    middle = left + chip.width / 2
    if chip.node < 0:
        draw_centred(painter, words("…", "text", 15), middle, _NAME_ROOM + 17, theme.text("ink_2"))
        return
    record = scene.trace.nodes[chip.node]
    draw_centred(painter, name(record.name, _NAME, chip.width), middle, 13.0, theme.text("ink"))
    known = moment.node[chip.node] != UNKNOWN
    count = int(scene.cells.count[chip.node])
    tall = record.value.ndim > 1
    height = _BOX if tall else _STRIP
    box = QRectF(left, _NAME_ROOM + (_BOX - height) / 2, chip.width, height)
    if not known:
        pen = QPen(theme.color("ink_3"), 1.0)
        pen.setDashPattern([3.0, 2.6])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    elif count:
        source = strip_sources(np.array([chip.node]), scene.cells.count[[chip.node]])[0]
        painter.drawPixmap(box, pictures.strips.values, QRectF(*source.tolist()))
        _paint_gaps(painter, theme, box, count)
    elif tall:
        _paint_map(painter, theme, box, pictures.value(chip.node))
    else:
        text = fitted(_short(scene, chip.node), "mono", 11.5, 500, chip.width)
        draw_centred(painter, text, middle, box.center().y() + 4, theme.text("ink"))


def _paint_gaps(painter: QPainter, theme: Theme, box: QRectF, count: int) -> None:
    """Lines between cells, where those are few, and one around them."""
    painter.setPen(QPen(theme.color("surface"), 1.0))
    if count <= _MOST_GAPS:
        for cell in range(1, count):
            x = box.left() + box.width() * cell / count
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
    _paint_frame(painter, theme, box)


def _paint_map(painter: QPainter, theme: Theme, box: QRectF, cells: QPixmap) -> None:
    """A matrix in its own proportions, in the middle of the box."""
    scale = min(box.width() / cells.width(), box.height() / cells.height())
    inside = QRectF(0, 0, max(cells.width() * scale, 6.0), max(cells.height() * scale, 6.0))
    inside.moveCenter(box.center())
    painter.drawPixmap(inside, cells, QRectF(cells.rect()))
    _paint_frame(painter, theme, inside)


def _paint_frame(painter: QPainter, theme: Theme, box: QRectF) -> None:
    painter.setPen(QPen(theme.color("edge"), 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box)


def _width(scene: Scene, node: int) -> float:
    """Room for the name, and for a number or token written out."""
    if node < 0:
        return 16.0
    record = scene.trace.nodes[node]
    wanted = name(record.name, _NAME).width
    if not scene.cells.count[node] and record.value.ndim < 2:
        wanted = max(wanted, words(_short(scene, node), "mono", 11.5, 500).width)
    return min(max(wanted, _NARROWEST), _WIDEST)


def _short(scene: Scene, node: int) -> str:
    """A token, a number, or how many numbers there are."""
    value = scene.trace.nodes[node].value
    if value.dtype.kind in "iu" and value.size == 1:
        return token_text(scene, node)
    return number(float(value.reshape(-1)[0])) if value.size == 1 else f"{value.size} numbers"


def _join_width(join: str) -> float:
    return words(join, "text", 15, 500).width + _GAP if join else 0.0


def _arrow_width(verb: str) -> float:
    return max(_ARROW, words(verb, "text", 10.5).width + 12)
