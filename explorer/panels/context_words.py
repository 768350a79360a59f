"""The words of a context after a title, set as mathematics like the names of variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QSize
from PySide6.QtWidgets import QSizePolicy

from explorer.kit.styled import Styled, painting
from explorer.mathtext import MathLayout, Run, layout

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style

SIZE = 15.5


class ContextWords(Styled):
    """One line of words; where space is short its beginning gives way to an ellipsis."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._text, self._faint = "", False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        """The whole words."""
        return self._text

    def set_text(self, text: str, *, faint: bool = False) -> None:
        """Show other words; faint ones stand for there being none."""
        self._text, self._faint = text, faint
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        """Return a good width whatever the words: a change of them lays nothing out anew."""
        return QSize(self.look.ipx(240), self.look.ipx(20))

    def minimumSizeHint(self) -> QSize:
        """Return room for a short word."""
        return QSize(self.look.ipx(30), self.look.ipx(20))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw as many of the last words as fit."""
        line = self._layout(self._text[-60:])
        kept = min(len(self._text), 60)
        while kept > 1 and line.width > self.width():
            kept -= 1
            line = self._layout(f"…{self._text[-kept:]}")
        with painting(self) as painter:
            baseline = self.height() / 2 + self.look.px(SIZE) * 0.29
            color = self.look.theme.text("ink_3" if self._faint else "ink")
            line.draw(painter, QPointF(0, baseline), color)

    def _layout(self, text: str) -> MathLayout:
        return layout((Run(text),), round(self.look.px(SIZE) * 4) / 4)
