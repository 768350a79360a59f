"""The colours of activations, alone and behind a text, their signs and their legend."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPixmap
from PySide6.QtWidgets import QSizePolicy

from explorer.canvas.buffers import draw_sprites
from explorer.cell_signs import NEGATIVE, PLAIN, paint_sign
from explorer.colors import packed, probability_colors, value_colors
from explorer.kit.styled import Styled, painting
from explorer.theme import contrast

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.panels.inside_reading import Quantity
    from explorer.theme import Style, Theme


def level_colors(theme: Theme, *, signed: bool) -> NDArray[np.uint32]:
    """The colour of each of the 256 levels, ``0xAARRGGBB``."""
    return packed(value_colors(theme) if signed else probability_colors(theme))


@lru_cache(maxsize=16)
def text_colors(theme: Theme, *, signed: bool) -> NDArray[np.uint32]:
    """The same colours, moved towards the surface as little as it takes to read ink on each."""
    colors, ink = level_colors(theme, signed=signed), theme.color("ink")
    shifts = np.array([[16], [8], [0]])
    parts = (colors >> shifts & 0xFF).astype(np.float64)
    surface = (theme.color("surface").rgb() >> shifts & 0xFF).astype(np.float64)
    found: NDArray[np.uint32] = np.empty(0, np.uint32)
    for share in np.arange(0.0, 1.0, 0.02):
        mixed = np.rint(parts + (surface - parts) * share).astype(np.uint32)
        red, green, blue = mixed
        found = np.uint32(0xFF000000) | red << 16 | green << 8 | blue
        if all(contrast(QColor.fromRgb(c & 0xFFFFFF), ink) >= theme.floor for c in found.tolist()):
            break
    found.flags.writeable = False
    return found


def shown_limit(limit: float) -> str:
    """The end of the colours in a few digits."""
    return f"{limit:.3g}"


class SignStamps:
    """The signs of many cells of one size, drawn with one call for each kind of sign."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._sprites: dict[int, QPixmap] = {}

    def draw(
        self, painter: QPainter, style: Style, corners: NDArray[np.float64],
        signs: NDArray[np.int8], size: tuple[float, float],
    ) -> None:  # fmt: skip
        """Draw signs.

        Args:
            painter: in logical pixels.
            style: the colours; without notches negative numbers have no sign.
            corners: (n, 2) the upper left corner of each cell.
            signs: (n,) of `explorer.cell_signs`.
            size: of every cell.
        """
        ratio = painter.device().devicePixelRatio()
        key = (style.theme, size, ratio)
        if key != self._key:
            self._key, self._sprites = key, {}
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        middles = (corners + np.array(size) / 2) * ratio
        for sign in np.unique(signs).tolist():
            if sign != PLAIN and (sign != NEGATIVE or style.notches):
                sprite = self._sprite(sign, style.theme, size, ratio)
                draw_sprites(painter, sprite, np.rint(middles[signs == sign]))
        painter.restore()

    def _sprite(self, sign: int, theme: Theme, size: tuple[float, float], ratio: float) -> QPixmap:
        sprite = self._sprites.get(sign)
        if sprite is None:
            wide, high = (max(1, round(side * ratio)) for side in size)
            sprite = QPixmap(wide, high)
            sprite.fill(Qt.GlobalColor.transparent)
            inside = QPainter(sprite)
            inside.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(0, 0, wide, high)
            paint_sign(inside, box, sign, theme, adjoint=False, behind=theme.color("surface"))
            inside.end()
            self._sprites[sign] = sprite
        return sprite


class RangeLegend(Styled):
    """The colours of a quantity with the number at each end.

    Args:
        behind_text: they are those behind a text.
    """

    def __init__(
        self, style: Style, *, behind_text: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(style, parent)
        self._colors = text_colors if behind_text else level_colors
        self._limit, self._signed = 1.0, True
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_quantity(self, quantity: Quantity) -> None:
        """Show the range of another quantity."""
        self._limit, self._signed = quantity.limit, quantity.signed
        notch = "; a notch marks a negative number" if self._signed else ""
        self.setAccessibleName(f"Colours from {self._low} to {self._high}{notch}")
        self.setToolTip(self.accessibleName())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the colours with a number at each end."""
        metrics = QFontMetricsF(self.look.font("mono_small"))
        words = metrics.horizontalAdvance(self._low) + metrics.horizontalAdvance(self._high)
        return QSize(int(words + self.look.px(12 + 90)), self.look.ipx(18))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the colours between their numbers."""
        look = self.look
        metrics = QFontMetricsF(look.font("mono_small"))
        left = metrics.horizontalAdvance(self._low) + look.px(6)
        right = self.width() - metrics.horizontalAdvance(self._high) - look.px(6)
        strip = QRectF(left, self.height() / 2 - look.px(4), right - left, look.px(8))
        gradient = QLinearGradient(strip.topLeft(), strip.topRight())
        colors = self._colors(look.theme, signed=self._signed)
        for row in range(0, 256, 15):
            gradient.setColorAt(row / 255, QColor.fromRgb(int(colors[row]) & 0xFFFFFF))
        with painting(self) as painter:
            painter.setFont(look.font("mono_small"))
            painter.setPen(look.theme.text("ink_2"))
            flags = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(self.rect(), flags | Qt.AlignmentFlag.AlignLeft, self._low)
            painter.drawText(self.rect(), flags | Qt.AlignmentFlag.AlignRight, self._high)
            painter.setPen(look.theme.color("line"))
            painter.setBrush(gradient)
            painter.drawRoundedRect(strip, look.px(2), look.px(2))

    @property
    def _low(self) -> str:
        return f"−{shown_limit(self._limit)}" if self._signed else "0"

    @property
    def _high(self) -> str:
        return f"{'+' if self._signed else ''}{shown_limit(self._limit)}"
