"""What is written on the card of a group: its name, what stands for it, how much inside is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from explorer.canvas.labels import draw, draw_right, name, number, words
from explorer.canvas.moment import UNKNOWN
from explorer.layout.cards import HEADER, PAD, STRIP, STRIP_GAP

if TYPE_CHECKING:
    from explorer.canvas.card_painter import Desk
    from explorer.theme import Role, Theme

KNOB = 13.0
"""Side of the sign at a card's upper right corner that opens it."""

_FOOT = HEADER + 2 * STRIP + STRIP_GAP
_BAR = 5.0


def paint_group(desk: Desk) -> None:
    """Write on the card of a group."""
    group = desk.scene.group(desk.card)
    assert group is not None
    painter, theme, width = desk.painter, desk.theme, desk.width
    known = desk.state_of_card != UNKNOWN
    title = words(group.title, "text", 14, 600)
    draw(painter, title, PAD, 19, theme.text("ink" if known else "ink_2"))
    note = words(f"{len(group.members)} nodes", "text", 11)
    if title.width + note.width + KNOB + 3 * PAD <= width:
        draw_right(painter, note, width - PAD - KNOB - 6, 18.5, theme.text("ink_3"))
    _knob(painter, theme, knob_box(width))
    if not desk.scene.cells.count[desk.node]:
        _face_number(desk)
    shown = name(desk.record.name, 14.0, 76.0)
    left = PAD + shown.width + 9
    draw(painter, shown, PAD, _FOOT + 21, theme.text("ink_2"))
    forward, backward = desk.moment.share[desk.card - len(desk.scene.trace)]
    rows: tuple[tuple[Role, float, float], ...] = (
        ("forward", _FOOT + 11.0, float(forward)),
        ("backward", _FOOT + 20.0, float(backward)),
    )
    for role, top, done in rows:
        track = QRectF(left, top, width - PAD - left, _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)
        if done > 0:
            painter.setBrush(theme.color(role))
            painter.drawRoundedRect(
                QRectF(left, top, max(_BAR, track.width() * done), _BAR), _BAR / 2, _BAR / 2
            )


def knob_box(width: float) -> QRectF:
    """Where the sign that opens a group is, from the card's corner."""
    return QRectF(width - PAD - KNOB + 3, 8, KNOB, KNOB)


def _knob(painter: QPainter, theme: Theme, box: QRectF) -> None:
    """A plus in a box: there is something inside."""
    pen = QPen(theme.text("ink_2"), 1.2)
    painter.setPen(pen)
    painter.setBrush(theme.color("raised"))
    painter.drawRoundedRect(box, 3, 3)
    middle, reach = box.center(), 3.2
    painter.drawLine(middle - QPointF(reach, 0), middle + QPointF(reach, 0))
    painter.drawLine(middle - QPointF(0, reach), middle + QPointF(0, reach))


def _face_number(desk: Desk) -> None:
    """A group that ends in one number shows that, dashed while it is not known."""
    record, painter = desk.record, desk.painter
    if record.value.size != 1:
        return
    if desk.state == UNKNOWN:
        pen = QPen(desk.theme.color("ghost"), 1.0)
        pen.setDashPattern([3.5, 2.5])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(PAD, HEADER + 3, 56, 15), 3, 3)
        return
    value = words(number(float(record.value.reshape(-1)[0])), "mono", 14, 600)
    draw(painter, value, PAD, HEADER + 15, desk.theme.text("ink"))
