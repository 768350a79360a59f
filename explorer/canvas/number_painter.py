"""Cards that show one number: its name, its value, and its adjoint as far as it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPen

from explorer.canvas.labels import draw, draw_right, name, number, quotient, words
from explorer.canvas.moment import COMPLETE, PARTIAL, UNKNOWN
from explorer.layout.cards import PAD

if TYPE_CHECKING:
    from explorer.canvas.card_painter import Desk

_SIGNS = {
    "add": "+", "sub": "\u2212", "mul": "\u00b7", "div": "/", "neg": "\u2212",
    "complement": "1\u2212",
    "exp": "exp", "log": "log", "tanh": "tanh", "sigmoid": "\u03c3", "relu": "relu",
    "maximum": "max",
}  # fmt: skip
_NAME, _GRAIN_NAME = 17.0, 12.5
_GRAIN_PAD = 5.0
_LEAST, _WHOLE = 0.01, 1e5


def paint_number(desk: Desk) -> None:
    """A number of a model: name and value, below them the adjoint."""
    painter, theme, right = desk.painter, desk.theme, desk.width - PAD
    known, value = desk.state != UNKNOWN, float(desk.record.value)
    title = name(desk.record.name, _NAME, desk.width - 2 * PAD)
    draw(painter, title, PAD, 20, theme.text("ink" if known else "ink_2"))
    if known:
        color = theme.text("ink" if np.isfinite(value) else "disagrees")
        draw_right(painter, words(number(value), "mono", 13, 600), right, 19, color)
    else:
        dashed_box(desk, right - 56, 8, 56, 14)
    adjoint = adjoint_number(desk)
    if adjoint is not None:
        color = theme.text("backward")
        draw_right(painter, words(number(adjoint), "mono", 11, 400), right, 38.5, color)
        output = desk.scene.trace.nodes[desk.scene.trace.output].name
        draw(painter, quotient(output, desk.record.name, 11, "\u2202"), PAD, 38.5, color)
    elif desk.scene.cells.has_adjoint[desk.node]:
        dashed_box(desk, right - 56, 28.5, 56, 12)


def paint_grain(desk: Desk) -> None:
    """One number inside an opened operation: name or sign, value, adjoint below each other."""
    painter, theme, right = desk.painter, desk.theme, desk.width - _GRAIN_PAD
    record, known = desk.record, desk.state != UNKNOWN
    said, sign = record.name, _SIGNS.get(record.op, "")
    if record.op == "mul" and " · " in said:
        said = ""  # The two factors stand beside it.
    room = right - _GRAIN_PAD
    mark = words(sign, "math", 12)
    if said and (said.startswith(sign) or name(said, _GRAIN_NAME).width + mark.width + 3 > room):
        # The name alone, if there is no room for both.
        mark = words("", "math", 12)
    title = name(said, _GRAIN_NAME, room)
    draw(painter, title, _GRAIN_PAD, 14, theme.text("ink" if known else "ink_2"))
    draw_right(painter, mark, right, 14, theme.text("ink_2"))
    if known:
        value = float(record.value)
        color = theme.text("ink" if np.isfinite(value) else "disagrees")
        draw_right(painter, words(short(value), "mono", 10.5, 600), right, 27.5, color)
    else:
        dashed_box(desk, right - 40, 19.5, 40, 9)
    adjoint = adjoint_number(desk)
    if adjoint is not None:
        color = theme.text("backward")
        draw_right(painter, words(short(adjoint), "mono", 10, 400), right, 40, color)
    elif desk.scene.cells.has_adjoint[desk.node]:
        dashed_box(desk, right - 40, 32.5, 40, 8)


def short(value: float) -> str:
    """A number as a small card shows it: three digits."""
    if not np.isfinite(value) or (value.is_integer() and abs(value) < _WHOLE):
        return number(value)
    text = f"{value:.3f}" if _LEAST <= abs(value) < 1 else f"{value:#.3g}".rstrip(".")
    return text.replace("e-0", "e-").replace("e+0", "e")


def adjoint_number(desk: Desk) -> float | None:
    """The adjoint as far as it is known."""
    if desk.state == COMPLETE:
        adjoint = desk.scene.trace.adjoints[desk.node]
        return None if adjoint is None else float(adjoint)
    if desk.state == PARTIAL:
        return desk.pictures.partial_number(desk.node, int(desk.moment.frame.arrived[desk.node]))
    return None


def dashed_box(desk: Desk, x: float, y: float, width: float, height: float) -> None:
    """Where a number will stand that is not known yet."""
    pen = QPen(desk.theme.color("ghost"), 1.0)
    pen.setDashPattern([3.5, 2.5])
    desk.painter.setPen(pen)
    desk.painter.setBrush(Qt.BrushStyle.NoBrush)
    desk.painter.drawRoundedRect(QRectF(x, y, width, height), 3, 3)
