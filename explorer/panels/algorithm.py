"""The algorithm as pseudo-code with the executing lines highlighted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF

from engine.trace.algorithm import BACKWARD, FORWARD, Algorithm, algorithm_at
from explorer.kit.button import draw_icon
from explorer.kit.styled import Styled, painting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from engine.trace.events import Version
    from engine.trace.frame import Frame
    from explorer.theme import Role, Style

_LINE = 24.0
_MOST_LINES = max(len(a.lines) for a in (FORWARD, *BACKWARD.values()))


class AlgorithmView(Styled):
    """The lecture's pseudo-code; a pure function of the frame."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._algorithm: Algorithm = FORWARD
        self._executing: tuple[int, ...] = ()
        self._version: Version = "B"
        self._replaced: Mapping[tuple[Version, int], str] = {}
        self.setAccessibleName("algorithm")

    @property
    def title(self) -> str:
        """Which pass is shown."""
        return self._algorithm.title

    def set_replaced(self, lines: Mapping[tuple[Version, int], str]) -> None:
        """Write some lines of the backward pass as a planted mistake has them."""
        self._replaced = lines
        self.update()

    def show_frame(self, frame: Frame, version: Version) -> None:
        """Highlight what the frame's last event executes; at the end, the return line."""
        self._version = version
        self._algorithm, self._executing = algorithm_at(frame.event, version)
        if frame.phase == "end":
            self._executing = (len(self._algorithm.lines) - 1,)
        lines = [self._line(i)[0] for i in self._executing]
        self.setAccessibleDescription("; ".join(lines))
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for the longest version, so that nothing jumps."""
        return QSize(self.look.ipx(300), self.look.ipx(_LINE * _MOST_LINES + 4))

    def minimumSizeHint(self) -> QSize:
        """Return the height needed."""
        return QSize(self.look.ipx(160), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the lines."""
        theme, px = self.look.theme, self.look.px
        role: Role = "forward" if self._algorithm is FORWARD else "backward"
        font = self.look.font("mono")
        metrics = QFontMetricsF(font)
        with painting(self) as painter:
            painter.setFont(font)
            for number, (indent, _) in enumerate(self._algorithm.lines):
                text, wrong = self._line(number)
                row = QRectF(0, px(_LINE) * number, self.width(), px(_LINE))
                executing = number in self._executing
                if executing:
                    painter.fillRect(row, theme.tint(role))
                    painter.fillRect(QRectF(0, row.top(), px(3), row.height()), theme.color(role))
                remark = text.startswith("#")
                painter.setPen(theme.text("ink_2" if remark and not executing else "ink"))
                if wrong:
                    painter.setPen(theme.text("disagrees"))
                    place = QRectF(row.right() - px(22), row.top(), px(18), row.height())
                    draw_icon(painter, "close", place, theme.text("disagrees"), px(13), self)
                left = px(12 + 16 * indent)
                painter.drawText(
                    row.adjusted(left, 0, -px(4), 0),
                    Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
                    metrics.elidedText(
                        text,
                        Qt.TextElideMode.ElideRight,
                        row.width() - left - (px(24) if wrong else 0),
                    ),
                )

    def _line(self, number: int) -> tuple[str, bool]:
        """A line of the algorithm, and whether a planted mistake has replaced it."""
        text = self._algorithm.lines[number][1]
        if self._algorithm is FORWARD:
            return text, False
        replaced = self._replaced.get((self._version, number))
        return (text, False) if replaced is None else (replaced, True)
