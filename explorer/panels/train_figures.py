"""Names with their numbers, one under the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QSizePolicy

from explorer.kit.styled import Styled, painting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style

_LINE = 21.0


class FigureColumn(Styled):
    """Grey names at the left, numbers in ink at the right.

    Attributes:
        figures: names and numbers.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.figures: tuple[tuple[str, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_figures(self, figures: Sequence[tuple[str, str]]) -> None:
        """Show other figures."""
        figures = tuple(figures)
        if figures == self.figures:
            return
        if len(figures) != len(self.figures):
            self.updateGeometry()
        self.figures = figures
        self.setAccessibleName(", ".join(f"{name} {number}" for name, number in figures))
        self.update()

    def sizeHint(self) -> QSize:
        """Return one line for each figure."""
        return QSize(self.look.ipx(180), self.look.ipx(_LINE * max(1, len(self.figures))))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the names and the numbers."""
        look, theme = self.look, self.look.theme
        names, numbers = look.font("text"), look.font("mono_strong")
        wide = QFontMetricsF(numbers)
        middle = Qt.AlignmentFlag.AlignVCenter
        with painting(self) as painter:
            for place, (name, number) in enumerate(self.figures):
                line = QRectF(0, place * look.px(_LINE), self.width(), look.px(_LINE))
                painter.setFont(numbers)
                painter.setPen(theme.text("ink"))
                painter.drawText(line, middle | Qt.AlignmentFlag.AlignRight, number)
                room = line.width() - wide.horizontalAdvance(number) - look.px(8)
                painter.setFont(names)
                painter.setPen(theme.text("ink_2"))
                words = QFontMetricsF(names).elidedText(name, Qt.TextElideMode.ElideRight, room)
                painter.drawText(line, middle, words)
