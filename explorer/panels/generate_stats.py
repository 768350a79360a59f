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


SHORT = {"longest copied run": "copied", "perplexity": "perpl."}
"""Names where the room is short."""


class Figures(Styled):
    """A hairline, and below it as many figures as fit, under shorter names if need be."""

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
        baseline = self.height() - look.px(7)
        x = 0.0
        with painting(self) as painter:
            painter.fillRect(0, 0, self.width(), 1, theme.color("line"))
            figures, gap = self._fitting()
            for name, number, wide in figures:
                if x + wide > self.width():
                    return
                painter.setFont(look.font("text"))
                painter.setPen(theme.text("ink_2"))
                painter.drawText(QPointF(x, baseline), name)
                left = x + QFontMetricsF(painter.font()).horizontalAdvance(name) + look.px(6)
                painter.setFont(look.font("mono_strong"))
                painter.setPen(theme.text("ink"))
                painter.drawText(QPointF(left, baseline), number)
                x += wide + gap

    def _fitting(self) -> tuple[list[tuple[str, str, float]], float]:
        """Names, numbers and widths, and the gap; all shorter where the long ones do not fit."""
        look = self.look
        names = QFontMetricsF(look.font("text"))
        numbers = QFontMetricsF(look.font("mono_strong"))

        def measured(figures: Sequence[tuple[str, str]]) -> list[tuple[str, str, float]]:
            gap = look.px(6)
            return [
                (name, number, names.horizontalAdvance(name) + gap
                 + numbers.horizontalAdvance(number))
                for name, number in figures
            ]  # fmt: skip

        whole = measured(self._figures)
        if sum(wide for *_, wide in whole) + look.px(22) * (len(whole) - 1) <= self.width():
            return whole, look.px(22)
        short = [(SHORT.get(name, name), number) for name, number in self._figures]
        return measured(short), look.px(12)
