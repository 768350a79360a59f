"""The line under the columns: where they part, and what shading and lines mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from explorer.kit.label import Label
from explorer.kit.styled import Styled, painting
from explorer.panels.generate_marks import FULL_SHADE, STRONGEST

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style

BEFORE, AFTER = "shading: 0", f"{FULL_SHADE:g} bits of surprise"


class ShadeLegend(Styled):
    """The shades of surprise between their numbers."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(
            f"Shading: how surprising a token is to the model, from 0 to {FULL_SHADE:g} bits"
        )
        self.setToolTip(
            "How surprising a token was to the model itself: minus the binary logarithm of the "
            "probability it gave, before temperature and cuts"
        )

    def sizeHint(self) -> QSize:
        """Return the shades with words at both ends."""
        metrics = QFontMetricsF(self.look.font("secondary"))
        words = metrics.horizontalAdvance(BEFORE) + metrics.horizontalAdvance(AFTER)
        return QSize(int(words + self.look.px(12 + 84)), self.look.ipx(20))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw them."""
        look, theme = self.look, self.look.theme
        metrics = QFontMetricsF(look.font("secondary"))
        left = metrics.horizontalAdvance(BEFORE) + look.px(6)
        right = self.width() - metrics.horizontalAdvance(AFTER) - look.px(6)
        strip = QRectF(left, self.height() / 2 - look.px(5), right - left, look.px(10))
        gradient = QLinearGradient(strip.topLeft(), strip.topRight())
        gradient.setColorAt(0.0, QColor(theme.color("forward", 0.0)))
        gradient.setColorAt(1.0, QColor(theme.color("forward", STRONGEST)))
        with painting(self) as painter:
            painter.setFont(look.font("secondary"))
            painter.setPen(theme.text("ink_2"))
            flags = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(self.rect(), flags | Qt.AlignmentFlag.AlignLeft, BEFORE)
            painter.drawText(self.rect(), flags | Qt.AlignmentFlag.AlignRight, AFTER)
            painter.setPen(theme.color("line"))
            painter.setBrush(theme.color("surface"))
            painter.drawRoundedRect(strip, look.px(2), look.px(2))
            painter.setBrush(gradient)
            painter.drawRoundedRect(strip, look.px(2), look.px(2))


class Caption(Styled):
    """A sentence at the left, the legend at the right where there is room for both."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._said = Label(style)
        self._said.setWordWrap(True)
        self._legend = ShadeLegend(style)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._said, 1)
        row.addWidget(self._legend)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def sentence(self) -> str:
        """What is said."""
        return self._said.full_text

    def say(self, sentence: str) -> None:
        """Say another sentence."""
        self._said.set_text(sentence)
        self.setAccessibleName(sentence)
