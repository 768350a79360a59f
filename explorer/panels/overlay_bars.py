"""A table with a bar in each row: an amount by module, forward and backward apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QSizePolicy

from explorer.kit.styled import Styled, painting, rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Role, Style

ROW = 26
_BAR = 12
_GAP = 10


@dataclass(frozen=True, slots=True)
class Amount:
    """One row.

    Attributes:
        name: of a module.
        parts: what the bar is made of, each with the role it is drawn in.
        text: the amount in words.
    """

    name: str
    parts: tuple[tuple[Role, float], ...]
    text: str

    @property
    def whole(self) -> float:
        """The length of the bar."""
        return sum(part for _, part in self.parts)


class AmountBars(Styled):
    """Rows of name, bar and number; the longest bar is as long as there is room.

    Args:
        name: what the table shows, for screen readers.
    """

    def __init__(self, style: Style, name: str, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._rows: tuple[Amount, ...] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def rows(self) -> tuple[Amount, ...]:
        """The rows shown."""
        return self._rows

    def show_rows(self, rows: Sequence[Amount]) -> None:
        """Show other rows."""
        self._rows = tuple(rows)
        self.setAccessibleDescription("; ".join(f"{row.name}: {row.text}" for row in rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of all rows."""
        return QSize(self.look.ipx(280), self.look.ipx(ROW) * len(self._rows))

    def minimumSizeHint(self) -> QSize:
        """Return the same height; names and bars give way."""
        return QSize(self.look.ipx(160), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the rows."""
        look = self.look
        names = QFontMetricsF(look.font("text"))
        numbers = QFontMetricsF(look.font("mono"))
        longest = max((names.horizontalAdvance(row.name) for row in self._rows), default=0.0)
        label = min(longest, self.width() * 0.34)
        number = max((numbers.horizontalAdvance(row.text) for row in self._rows), default=0.0)
        most = max((row.whole for row in self._rows), default=0.0)
        room = self.width() - label - number - look.px(2 * _GAP)
        with painting(self) as painter:
            for place, row in enumerate(self._rows):
                top = place * look.px(ROW)
                line = QRectF(0, top, self.width(), look.px(ROW))
                self._write(painter, line, row, label)
                bar = QRectF(label + look.px(_GAP), line.center().y() - look.px(_BAR) / 2,
                             room, look.px(_BAR))  # fmt: skip
                if room > look.px(8):
                    self._paint_bar(painter, bar, row, most)

    def _write(self, painter: QPainter, line: QRectF, row: Amount, label: float) -> None:
        look, theme = self.look, self.look.theme
        painter.setFont(look.font("text"))
        painter.setPen(theme.text("ink"))
        cut = QFontMetricsF(painter.font()).elidedText(
            row.name, Qt.TextElideMode.ElideRight, label + 1
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, cut)
        painter.setFont(look.font("mono"))
        painter.setPen(theme.text("ink_2"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(line, right, row.text)

    def _paint_bar(self, painter: QPainter, bar: QRectF, row: Amount, most: float) -> None:
        theme, radius = self.look.theme, self.look.px(3)
        rounded(painter, bar, radius, theme.color("raised"))
        left = bar.left()
        for role, part in row.parts:
            width = part / most * bar.width() if most > 0 else 0.0
            if width > 0:
                rounded(painter, QRectF(left, bar.top(), max(width, 1.0), bar.height()),
                        min(radius, width / 2), theme.tint(role, "strong"))  # fmt: skip
            left += width
