"""A sentence that changes with every drawn token without laying the page out anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QSizePolicy

from explorer.kit.styled import Styled, painting

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import FontRole, Style

_WRAP = int(Qt.TextFlag.TextWordWrap)


class Sentence(Styled):
    """Words in as many lines as they need; the room for them grows but does not shrink.

    Every change of a `QLabel` lays out all cards up to the window, which takes a good part of a
    frame; this one asks for that only when a sentence needs more lines than any before it.

    Args:
        lines: for which there is room from the beginning.
    """

    def __init__(
        self, style: Style, *, font: FontRole = "text", lines: int = 1,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(style, parent)
        self._font, self._lines, self._text = font, lines, ""
        self._needed = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    @property
    def text(self) -> str:
        """What is said."""
        return self._text

    def set_text(self, text: str) -> None:
        """Say another sentence."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self._grow()
            self.update()

    def sizeHint(self) -> QSize:
        """Return room for the longest sentence so far."""
        line = QFontMetrics(self.look.font(self._font)).lineSpacing()
        return QSize(self.look.ipx(160), max(self._needed, self._lines * line))

    def minimumSizeHint(self) -> QSize:
        """Return the same height, narrower."""
        return QSize(self.look.ipx(60), self.sizeHint().height())

    def apply_style(self) -> None:
        """Measure anew in the new font."""
        self._needed = 0
        self._grow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Measure anew at another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._needed = 0
            self._grow()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the words."""
        with painting(self) as painter:
            painter.setFont(self.look.font(self._font))
            painter.setPen(self.look.theme.text("ink_2"))
            painter.drawText(QRectF(self.rect()), _WRAP, self._text)

    def _grow(self) -> None:
        metrics = QFontMetrics(self.look.font(self._font))
        room = QRect(0, 0, max(1, self.width()), 10_000)
        needed = metrics.boundingRect(room, _WRAP, self._text).height()
        if needed > self._needed:
            self._needed = needed
            self.updateGeometry()
