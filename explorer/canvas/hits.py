"""What a search has found: an outline that stands out, and a pin that is seen from far away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPixmap

from explorer.canvas.buffers import draw_rects, draw_sprites
from explorer.canvas.labels import draw_centred, words
from explorer.canvas.sprites import RADIUS

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QColor

    from explorer.canvas.overlay import Sheet
    from explorer.canvas.scene import Floats, Ints
    from explorer.theme import Theme

MOST_PINS = 160
"""Pins in sight; more hits than these are squares."""

MOST_OUTLINES = 240

_OUTLINES_FROM = 0.12
_PIN, _CURRENT = 7.0, 10.0
_STEM = 2.3
_APART = 15.0
_SQUARE = 6.0
_REACH = 6.0
_BADGE = 17.0
_TALL, _THINNEST = 44.0, 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """A layer of the canvas.

    Attributes:
        nodes: (n,) what was found, in the order of the tape.
        current: the node that is looked at, -1 for none.
    """

    nodes: Ints
    current: int = -1

    def paint(self, sheet: Sheet, _cards: Ints) -> None:
        """Mark the cards in sight; a group's card says how many are inside."""
        scene = sheet.scene
        if not len(self.nodes) or int(self.nodes[-1]) >= len(scene.trace):
            return
        cards, count = self._in_sight(sheet)
        low = sheet.window.pixels(scene.corner[cards])
        high = low + scene.size[cards] * sheet.window.k
        current = int(scene.card_of[self.current]) if 0 <= self.current < len(scene.trace) else -1
        others = cards != current
        near = sheet.window.k >= _OUTLINES_FROM * sheet.window.ratio
        if near and len(cards) <= MOST_OUTLINES:
            for card in cards[others].tolist():
                _outline(sheet, card, 4.0)
        _pins(sheet, low[others], high[others])
        if not others.all():
            if near:
                _outline(sheet, current, 6.0)
            tip = _tips(low[~others], high[~others])
            _stamp(sheet, _pin(sheet, _CURRENT, strong=True), tip)
        for card, inside in zip(cards[count > 1].tolist(), count[count > 1].tolist(), strict=True):
            _number(sheet, card, inside)

    def _in_sight(self, sheet: Sheet) -> tuple[Ints, Ints]:
        """The cards with hits whose pins can be seen, and how many hits each has."""
        scene, window = sheet.scene, sheet.window
        count = np.bincount(scene.card_of[self.nodes], minlength=len(scene.corner))
        cards = np.flatnonzero(count)
        room = 2 * _STEM * _CURRENT * sheet.unit / window.k
        left, top, right, bottom = window.bounds
        low, far = scene.corner[cards], scene.corner[cards] + scene.size[cards]
        seen = (low < (right + room, bottom + room)).all(axis=1)
        seen &= (far > (left - room, top - room)).all(axis=1)
        return cards[seen], count[cards[seen]]


def ink_on_found(theme: Theme) -> QColor:
    """The colour of lines and figures on what was found: dark in every theme."""
    return theme.color("canvas" if theme.dark else "ink")


def _outline(sheet: Sheet, card: int, width: float) -> None:
    """A broad band around a card, with a thin dark line on either side; thinner on small cards."""
    painter, theme = sheet.painter, sheet.style.theme
    box = sheet.box(card)
    unit = sheet.unit * min(max(box.height() / (_TALL * sheet.unit), _THINNEST), 1.0)
    reach = _REACH * unit
    pill = box.height() < 40 * sheet.window.k
    radius = reach + (box.height() / 2 if pill else RADIUS * sheet.window.k)
    box = box.adjusted(-reach, -reach, reach, reach)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, thick in ((ink_on_found(theme), width + 2.2), (theme.color("found"), width)):
        painter.setPen(QPen(color, thick * unit))
        painter.drawRoundedRect(box, radius, radius)


def _tips(low: Floats, high: Floats) -> Floats:
    """(n, 2) where pins point to: the head of a card, a little to the left where that is wide."""
    width = high[:, 0] - low[:, 0]
    return np.stack([low[:, 0] + width * np.where(width > 60, 0.2, 0.5), low[:, 1]], axis=1)


def _pins(sheet: Sheet, low: Floats, high: Floats) -> None:
    """Pins where they do not hide each other, else one for several; of very many squares."""
    unit, tips = sheet.unit, _tips(low, high)
    chosen = _apart(tips, _APART * unit)
    if len(chosen) <= MOST_PINS:
        _stamp(sheet, _pin(sheet, _PIN, strong=False), tips[chosen])
        return
    middles = (low + high) / 2
    middles = middles[_apart(middles, _SQUARE * unit)]
    painter, theme, half = sheet.painter, sheet.style.theme, _SQUARE * unit / 2
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    for color, reach in ((ink_on_found(theme), half), (theme.color("found"), half - unit)):
        painter.setBrush(color)
        draw_rects(painter, middles - reach, middles + reach)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def _apart(points: Floats, distance: float) -> NDArray[np.intp]:
    """One point for each square of a raster."""
    raster = np.floor(points / distance).astype(np.int64)
    _, first = np.unique(raster[:, 0] * 1_000_003 + raster[:, 1], return_index=True)
    return np.sort(first)


def _stamp(sheet: Sheet, pin: QPixmap, tips: Floats) -> None:
    """Draw a pin with its tip at each point."""
    lift = pin.height() / 2 - 1.5 * sheet.unit
    draw_sprites(sheet.painter, pin, np.rint(tips - (0.0, lift)))


def _pin(sheet: Sheet, radius: float, *, strong: bool) -> QPixmap:
    """A round head over a tip; that of the current hit is filled with ink."""
    r = radius * sheet.unit
    margin = 1.5 * sheet.unit
    width, height = int(2 * (r + margin)) + 1, int(r * (1 + _STEM) + 2 * margin) + 1
    pixmap = QPixmap(width, height)
    pixmap.fill(Qt.GlobalColor.transparent)
    theme = sheet.style.theme
    found, dark = theme.color("found"), ink_on_found(theme)
    head, heart, line = (theme.color("ink"), dark if theme.dark else found, found) if strong else (
        found, dark, dark
    )  # fmt: skip
    middle = QPointF(width / 2, margin + r)
    painter = QPainter(pixmap)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(line, (1.8 if strong else 1.3) * sheet.unit))
        painter.setBrush(head)
        painter.drawPath(_drop(middle, r))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(heart)
        painter.drawEllipse(middle, 0.42 * r, 0.42 * r)
    finally:
        painter.end()
    return pixmap


def _drop(middle: QPointF, r: float) -> QPainterPath:
    path = QPainterPath(middle + QPointF(0, _STEM * r))
    path.cubicTo(middle + QPointF(-0.25 * r, 1.4 * r), middle + QPointF(-r, 0.9 * r),
                 middle + QPointF(-r, 0))  # fmt: skip
    path.arcTo(QRectF(middle.x() - r, middle.y() - r, 2 * r, 2 * r), 180, -180)
    path.cubicTo(middle + QPointF(r, 0.9 * r), middle + QPointF(0.25 * r, 1.4 * r),
                 middle + QPointF(0, _STEM * r))  # fmt: skip
    path.closeSubpath()
    return path


def _number(sheet: Sheet, card: int, count: int) -> None:
    """How many nodes were found inside a card that can be read."""
    box = sheet.box(card)
    if box.width() < 60 * sheet.unit:
        return
    painter, unit, theme = sheet.painter, sheet.unit, sheet.style.theme
    label = words(f"{count} found", "text", 11.0 * unit, 600)
    height = _BADGE * unit
    pill = QRectF(0, 0, label.width + 12 * unit, height)
    pill.moveCenter(QPointF(box.right() - pill.width() / 2, box.top() - _REACH * unit))
    painter.setPen(QPen(ink_on_found(theme), 1.1 * unit))
    painter.setBrush(theme.color("found"))
    painter.drawRoundedRect(pill, height / 2, height / 2)
    draw_centred(painter, label, pill.center().x(), pill.center().y() + 4 * unit,
                 ink_on_found(theme))  # fmt: skip
