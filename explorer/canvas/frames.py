"""Frames around opened operations: all of a frame is what its result, at its edge, was before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPen, QRegion

if TYPE_CHECKING:
    from explorer.canvas.overlay import Sheet
    from explorer.canvas.scene import Ints

_RADIUS = 12.0
_LINE = 1.3


@dataclass(frozen=True, slots=True)
class Frames:
    """Draws a line around the numbers of each opened operation."""

    def paint(self, sheet: Sheet, cards: Ints) -> None:
        """Draw the frames, open where the result stands."""
        scene, painter, window = sheet.scene, sheet.painter, sheet.window
        count = len(scene.trace)
        painter.save()
        pen = QPen(sheet.style.theme.color("edge"), max(1.0, _LINE * sheet.unit))
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for number, group in enumerate(scene.layout.groups):
            if not group.open:
                continue
            card, result = count + number, int(group.members[-1])
            low, high = scene.corner[card].copy(), scene.corner[card] + scene.size[card]
            # The line passes through the middle of the result, which it leaves out.
            if scene.layout.name == "layered":
                high[0] -= scene.size[result, 0] / 2
            else:
                low[1] += scene.size[result, 1] / 2
            left, top = window.pixels(low).tolist()
            right, bottom = window.pixels(high).tolist()
            frame = QRectF(left, top, right - left, bottom - top)
            corner = window.pixels(scene.corner[result])
            x, y = np.floor(corner).astype(int).tolist()
            w, h = np.ceil(scene.size[result] * window.k).astype(int).tolist()
            whole = QRegion(frame.toAlignedRect().adjusted(-4, -4, 4, 4))
            painter.setClipRegion(whole.subtracted(QRegion(x, y, w + 1, h + 1)))
            radius = _RADIUS * window.k
            painter.drawRoundedRect(frame, radius, radius)
        painter.restore()
