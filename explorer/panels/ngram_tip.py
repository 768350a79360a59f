"""The small card beside a cell of the heat map that reads it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF

from explorer.kit.styled import Styled, painting, rounded
from explorer.mathtext import MathLayout, Run, layout

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style


class CellTip(Styled):
    """``p(after | before) = 0.0819`` as mathematics, and the counts below."""

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(style, parent)
        self._inside = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._runs: tuple[Run, ...] = ()
        self._counted = ""

    def say(self, after: str, before: str, number: str, counted: str) -> None:
        """Read out another cell."""
        self._runs = (Run("p", italic=True), Run(f"({after}\u2009|\u2009{before}) = {number}"))
        self._counted = counted
        self.setAccessibleName(f"p({after} | {before}) = {number}, {counted}")

    def show_beside(self, cell: QRectF) -> None:
        """Stand right of a cell, or left of it where there is no room, inside the parent."""
        look, inside = self.look, self._inside.rect()
        words = QFontMetricsF(look.font("secondary"))
        text = max(self._formula().width, words.horizontalAdvance(self._counted))
        width, height = int(text + look.px(28)), look.ipx(56)
        left = cell.right() + look.px(10)
        if left + width > inside.width():
            left = cell.left() - look.px(10) - width
        top = cell.center().y() - height / 2
        self.setGeometry(
            int(min(max(left, 2), max(2, inside.width() - width - 2))),
            int(min(max(top, 2), max(2, inside.height() - height - 2))),
            width,
            height,
        )
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card and its two lines."""
        look, theme = self.look, self.look.theme
        with painting(self) as painter:
            rounded(painter, QRectF(self.rect()), look.px(8), theme.color("surface"),
                    theme.color("edge"))  # fmt: skip
            self._formula().draw(painter, QPointF(look.px(14), look.px(24)), theme.color("ink"))
            painter.setFont(look.font("secondary"))
            painter.setPen(theme.text("ink_2"))
            line = QRectF(look.px(14), look.px(31), self.width() - look.px(20), look.px(18))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, self._counted)

    def _formula(self) -> MathLayout:
        return layout(self._runs, round(self.look.px(15) * 4) / 4)
