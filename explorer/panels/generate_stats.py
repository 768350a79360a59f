"""Figures in a line: a grey name and its number in ink."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QSizePolicy

from explorer.kit.styled import Styled, painting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style


class Figures(Styled):
    """A hairline, and below it as many figures as fit."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._figures: tuple[tuple[str, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """Names and numbers."""
        return self._figures

    def show_figures(self, figures: Sequence[tuple[str, str]]) -> None:
        """Show other figures."""
        self._figures = tuple(figures)
        self.setAccessibleName(", ".join(f"{name} {number}" for name, number in figures))
        self.update()

    def sizeHint(self) -> QSize:
        """Return one line."""
        return QSize(self.look.ipx(200), self.look.ipx(30))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line and the figures."""
        look, theme = self.look, self.look.theme
        names = QFontMetricsF(look.font("text"))
        numbers = QFontMetricsF(look.font("mono_strong"))
        baseline = self.height() - look.px(7)
        x = 0.0
        with painting(self) as painter:
            painter.fillRect(0, 0, self.width(), 1, theme.color("line"))
            for name, number in self._figures:
                wide = names.horizontalAdvance(name) + numbers.horizontalAdvance(number)
                if x + wide + look.px(6) > self.width():
                    return
                painter.setFont(look.font("text"))
                painter.setPen(theme.text("ink_2"))
                painter.drawText(QPointF(x, baseline), name)
                x += names.horizontalAdvance(name) + look.px(6)
                painter.setFont(look.font("mono_strong"))
                painter.setPen(theme.text("ink"))
                painter.drawText(QPointF(x, baseline), number)
                x += numbers.horizontalAdvance(number) + look.px(22)
