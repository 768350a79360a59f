"""The tape as a list: it grows while the program runs and is read backwards afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF

from engine.trace.boundaries import owner
from engine.trace.narration import equation
from explorer.kit.styled import Styled, painting
from explorer.mathtext import layout_name

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
    from PySide6.QtWidgets import QWidget

    from engine.trace.frame import Frame
    from engine.trace.trace import Trace
    from explorer.theme import Role, Style

_ROW = 24.0


class TapeView(Styled):
    """The tape, its newest line on top, scrolled so that the line whose turn it is stays in view.

    Signals:
        chosen(node): a line was clicked.
    """

    chosen = Signal(int)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._trace: Trace | None = None
        self._frame: Frame | None = None
        self._turn = -1
        self._offset = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("tape")

    def show_frame(self, trace: Trace, frame: Frame) -> None:
        """Show the tape as it stands after the frame's events."""
        self._trace, self._frame = trace, frame
        self._turn = _turn(trace, frame)
        self._offset = 0
        if self._turn >= 0:
            self.setAccessibleDescription(equation(trace, trace.nodes[self._turn]))
        self.update()

    def remark(self) -> str:
        """What the tape is doing, for the panel's heading."""
        if self._frame is None or self._frame.phase == "start":
            return "empty"
        if self._frame.phase == "forward":
            return "growing"
        return "read to its beginning" if self._frame.phase == "end" else "reading backwards"

    def sizeHint(self) -> QSize:
        """Return room for eight lines."""
        return QSize(self.look.ipx(300), self.look.ipx(_ROW * 8))

    def minimumSizeHint(self) -> QSize:
        """Return room for three lines."""
        return QSize(self.look.ipx(160), self.look.ipx(_ROW * 3))

    def _rows(self) -> int:
        return max(1, int(self.height() / self.look.px(_ROW)))

    def _top(self) -> int:
        """The node on the first line: the newest while growing, a few above the turn later."""
        if self._trace is None or self._frame is None:
            return -1
        if self._frame.phase in {"start", "forward"}:
            newest = self._frame.cursor - 1
        else:
            newest = min(self._turn + min(3, self._rows() // 2), len(self._trace) - 1)
        return max(min(newest + self._offset, self._known() - 1), -1)

    def _known(self) -> int:
        """How many lines the tape has."""
        if self._trace is None or self._frame is None:
            return 0
        return min(self._frame.cursor, len(self._trace))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the visible lines."""
        trace, frame = self._trace, self._frame
        if trace is None or frame is None:
            return
        theme, px = self.look.theme, self.look.px
        font = self.look.font("mono")
        metrics = QFontMetricsF(font)
        gutter = metrics.horizontalAdvance(str(len(trace))) + px(24)
        role: Role = "forward" if frame.phase == "forward" else "backward"
        with painting(self) as painter:
            painter.setFont(font)
            if self._known() == 0:
                painter.setPen(theme.text("ink_2"))
                text = "Nothing recorded yet: press play."
                painter.drawText(
                    QRectF(px(12), 0, self.width(), px(_ROW)), Qt.AlignmentFlag.AlignVCenter, text
                )
            for line, index in enumerate(range(self._top(), -1, -1)):
                row = QRectF(0, line * px(_ROW), self.width(), px(_ROW))
                if row.top() > self.height():
                    break
                turn = index == self._turn
                if turn:
                    painter.fillRect(row, theme.tint(role))
                    painter.fillRect(QRectF(0, row.top(), px(3), row.height()), theme.color(role))
                consumed = frame.seeded and bool(frame.completed[index]) and not turn
                painter.setPen(theme.color("ink_3") if consumed else theme.text("ink"))
                painter.drawText(
                    row.adjusted(px(12), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, str(index + 1)
                )
                self._paint_equation(painter, row, gutter, equation(trace, trace.nodes[index]))

    def _paint_equation(self, painter: QPainter, row: QRectF, left: float, text: str) -> None:
        """Set one line as mathematics, smaller where it would be cut off."""
        size = self.look.size("text") * 1.12
        room = row.width() - left
        layout = layout_name(text, size)
        if layout.width > room:
            layout = layout_name(text, round(size * max(0.7, room / layout.width) * 4) / 4)
        baseline = row.center().y() + (layout.ascent - layout.descent) / 2
        layout.draw(painter, QPointF(left, baseline), painter.pen().color())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the line under the pointer."""
        index = self._top() - int(event.position().y() / self.look.px(_ROW))
        if 0 <= index < self._known():
            self.chosen.emit(index)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Look further up or down the tape until the next event."""
        self._scroll(1 if event.angleDelta().y() > 0 else -1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Look further up or down by the arrow keys."""
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._scroll(step)

    def _scroll(self, lines: int) -> None:
        before = self._top()
        self._offset += lines
        after = self._top()
        # Keep the offset within the tape, so that scrolling back answers at once.
        if after == before or after < min(self._rows(), self._known()) - 1:
            self._offset -= lines
        self.update()


def _turn(trace: Trace, frame: Frame) -> int:
    """The node whose turn it is: in the backward pass the loop's own node."""
    return -1 if frame.event is None else owner(trace, frame.event, frame.version)
