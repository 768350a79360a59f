"""At the node whose adjoint Version A is summing: how many contributions it still waits for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPen

from engine.trace.events import EventKind
from engine.trace.versus_words import waiting_for
from explorer.canvas.labels import draw, name, words
from explorer.canvas.moment import Moment

if TYPE_CHECKING:
    from explorer.canvas.overlay import Sheet
    from explorer.canvas.scene import Ints

_HEIGHT, _PAD, _GAP = 20.0, 9.0, 8.0
_SMALLEST, _LARGEST = 0.95, 1.6
_MARGIN = 6.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A layer that draws a tag at the active card, or at the edge of the window next to it."""

    def paint(self, sheet: Sheet, _cards: Ints) -> None:
        """Draw the tag while a node with several consumers pulls."""
        told = waiting(sheet.moment)
        if told is None:
            return
        sentence, done = told
        painter, theme, node = sheet.painter, sheet.style.theme, sheet.moment.active
        s = min(max(sheet.window.k, _SMALLEST * sheet.unit), _LARGEST * sheet.unit)
        box, window = sheet.box(node), sheet.window
        inside = box.intersects(QRectF(0, 0, window.width, window.height))
        # A card that is not seen, or too small to be read, is named.
        named = not inside or sheet.window.k < 0.5 * sheet.unit
        who = name(sheet.scene.trace.nodes[node].name, 13.0) if named else None
        label = words(sentence, "text", 11.5, 600)
        before = 0.0 if who is None else who.width + 5
        spot = _spot(box, (label.width + before + 2 * _PAD) * s, _HEIGHT * s, _GAP * s)
        least, most = _MARGIN * sheet.unit, window.width - spot.width() - _MARGIN * sheet.unit
        spot.moveLeft(max(least, min(spot.left(), most)))
        lowest = window.height - spot.height() - least
        spot.moveTop(max(least, min(spot.top(), lowest)))
        color, surface = theme.text("backward"), theme.color("surface")
        painter.setPen(QPen(theme.color("backward"), max(1.0, 1.2 * s)))
        painter.setBrush(theme.text("backward") if done else surface)
        painter.drawRoundedRect(spot, spot.height() / 2, spot.height() / 2)
        ink = surface if done else color
        painter.save()
        painter.translate(spot.topLeft())
        painter.scale(s, s)
        if who is not None:
            draw(painter, who, _PAD, 14.2, ink)
        draw(painter, label, _PAD + before, 14.2, ink)
        painter.restore()


def waiting(moment: Moment) -> tuple[str, bool] | None:
    """What the active node of Version A waits for in words, and whether all is there.

    None where nothing is waited for: in Version B, in the forward pass, and at nodes with one
    consumer. A contribution that is on its way counts as there, as in everything that is told.
    """
    frame, event = moment.frame, moment.event
    if event is None or event.kind is not EventKind.CONTRIBUTION or frame.version != "A":
        return None
    expected = int(frame.expected[event.node])
    arrived = int(frame.arrived[event.node]) + (not frame.edge_backward[event.edge])
    if expected < 2:
        return None
    return waiting_for(expected, arrived), arrived == expected


def _spot(box: QRectF, width: float, height: float, gap: float) -> QRectF:
    """Right below a card, where nothing comes from while a node pulls."""
    return QRectF(box.center().x() - width / 2, box.bottom() + gap, width, height)
