"""Beside the node whose adjoint Version A is summing: how many contributions it still waits for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPen

from explorer.canvas.labels import draw, words

if TYPE_CHECKING:
    from explorer.canvas.overlay import Sheet
    from explorer.canvas.scene import Ints


@dataclass(frozen=True, slots=True)
class Waiting:
    """A layer that draws a small tag above the active card."""

    def paint(self, sheet: Sheet, _cards: Ints) -> None:
        """Draw the tag while there is anything to wait for."""
        frame, node = sheet.moment.frame, sheet.moment.active
        if node < 0 or frame.version != "A" or not sheet.moment.backward:
            return
        left = int(frame.expected[node] - frame.arrived[node])
        if frame.completed[node] or left <= 0:
            return
        painter, theme = sheet.painter, sheet.style.theme
        s = min(max(sheet.window.k, 0.85 * sheet.unit), 1.6 * sheet.unit)
        label = words(f"still waiting for {left}", "text", 11.0, 650)
        box = sheet.box(node)
        width, height = (label.width + 16) * s, 20 * s
        top = box.top() - height - 8 * s
        if top < 0:
            top = box.bottom() + 8 * s
        spot = QRectF(box.center().x() - width / 2, top, width, height)
        painter.setPen(QPen(theme.color("backward"), max(1.0, 1.2 * s)))
        painter.setBrush(theme.tint("backward"))
        painter.drawRoundedRect(spot, height / 2, height / 2)
        painter.save()
        painter.translate(spot.topLeft())
        painter.scale(s, s)
        draw(painter, label, 8.0, 14.0, theme.text("backward"))
        painter.restore()
