"""What passages were against what was said of them: a table of two by two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtWidgets import QSizePolicy

from explorer import fonts
from explorer.kit.styled import Styled, painting, rounded

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from engine.quiz import Truth
    from explorer.theme import Style

_SIDES: tuple[Truth, Truth] = ("real", "model")


class ConfusionTable(Styled):
    """Hands by truth (rows) and answer (columns), the right ones tinted."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._table: dict[Truth, dict[Truth, int]] = {side: dict.fromkeys(_SIDES, 0)
                                                      for side in _SIDES}  # fmt: skip
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_table(self, table: dict[Truth, dict[Truth, int]]) -> None:
        """Show other numbers."""
        self._table = table
        told = [f"{truth}, called {said}: {table[truth][said]}"
                for truth in _SIDES for said in _SIDES]  # fmt: skip
        self.setAccessibleName("; ".join(told))
        self.setToolTip("\n".join(told))
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for two rows."""
        return QSize(self.look.ipx(320), self.look.ipx(132))

    def minimumSizeHint(self) -> QSize:
        """Return the least that can be read."""
        return QSize(self.look.ipx(220), self.look.ipx(132))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw headings, cells and numbers."""
        look, theme = self.look, self.look.theme
        head, label, gap = look.px(24), look.px(70), look.px(6)
        width = (self.width() - label) / 2
        height = (self.height() - head) / 2
        with painting(self) as painter:
            self._words(painter, QRectF(label, 0, width, head), "said: real")
            self._words(painter, QRectF(label + width, 0, width, head), "said: a model")
            for row, truth in enumerate(_SIDES):
                name = "real" if truth == "real" else "a model\u2019s"
                left = QRectF(0, head + row * height, label - gap, height)
                self._words(painter, left, name, Qt.AlignmentFlag.AlignRight)
                for column, said in enumerate(_SIDES):
                    cell = QRectF(label + column * width, head + row * height, width, height)
                    cell.adjust(gap / 2, gap / 2, -gap / 2, -gap / 2)
                    right = truth == said
                    count = self._table[truth][said]
                    fill = theme.color("raised")
                    if count:
                        fill = theme.tint("agrees" if right else "disagrees")
                    rounded(painter, cell, look.px(6), fill)
                    painter.setFont(fonts.font("mono", look.px(20), 600))
                    painter.setPen(theme.text("ink"))
                    painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, str(count))

    def _words(
        self, painter: QPainter, rect: QRectF, text: str,
        side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignHCenter,
    ) -> None:  # fmt: skip
        painter.setFont(self.look.font("secondary"))
        painter.setPen(self.look.theme.text("ink_2"))
        painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter, text)
