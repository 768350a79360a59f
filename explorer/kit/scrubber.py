"""The scrubber: the run as two bars, forward and backward, with a handle where we are."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, ClassVar, Literal

from PySide6.QtCore import QPoint, QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QPainterPath, QPen
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QToolTip

from explorer.kit.styled import Dressed, painting, plain_tip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style

Half = Literal["forward", "backward"]

BAR = 8
APART = 12
HANDLE = 9


class Scrubber(Dressed, QAbstractSlider):
    """Shows and moves the cursor of a run.

    Each pass has half of the width; a run that has only one gives it all. Time steps are marked
    by gaps. To a screen reader it is a slider whose value is the cursor.

    Signals:
        sought(cursor): a person put the cursor somewhere; `set_position` is silent.
    """

    sought = Signal(int)
    own_keys: ClassVar = frozenset(
        {
            Qt.Key.Key_Left,
            Qt.Key.Key_Right,
            Qt.Key.Key_PageUp,
            Qt.Key.Key_PageDown,
            Qt.Key.Key_Home,
            Qt.Key.Key_End,
        }
    )

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = style
        self._loss = 0
        self._alpha = 0.0
        self._marks: tuple[int, ...] = ()
        self._hover: float | None = None
        self._describe: Callable[[int], str] | None = None
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Position in the run")

    def set_run(self, events: int, loss_cursor: int, marks: Sequence[int] = ()) -> None:
        """Show another run.

        Args:
            events: number of events, n.
            loss_cursor: the cursor where the forward pass ends.
            marks: cursors at which a time step ends, in any order; the ends are left out.
        """
        self._loss = int(loss_cursor)
        self._marks = tuple(sorted({int(mark) for mark in marks} - {0, self._loss, int(events)}))
        with QSignalBlocker(self):
            self.setRange(0, int(events))
        self.update()

    def set_position(self, cursor: int, alpha: float = 0.0) -> None:
        """Put the handle after ``cursor`` events and a share of the next one."""
        self._alpha = alpha
        with QSignalBlocker(self):
            self.setValue(int(cursor))
        self.update()

    def set_describer(self, describe: Callable[[int], str]) -> None:
        """Take the function that says in words what a cursor stands for, for the tip."""
        self._describe = describe

    def sizeHint(self) -> QSize:
        """Return 400 by 26 pixels at 100 %."""
        return QSize(self.look.ipx(400), self.look.ipx(26))

    def minimumSizeHint(self) -> QSize:
        """Return 120 by 26 pixels at 100 %."""
        return QSize(self.look.ipx(120), self.look.ipx(26))

    def x_of(self, position: float) -> float:
        """Return where a position (cursor plus alpha) is, in pixels of the widget."""
        half: Half = "forward" if position <= self._loss else "backward"
        low, high = self._span(half)
        left, right = self._extent(half)
        return left + (position - low) / max(1, high - low) * (right - left)

    def cursor_at(self, x: float) -> int:
        """Return the cursor nearest to a place, in pixels of the widget."""
        halves = [half for half in self._halves() if x <= self._extent(half)[1]]
        half = halves[0] if halves else self._halves()[-1]
        low, high = self._span(half)
        left, right = self._extent(half)
        share = (x - left) / max(1.0, right - left)
        return min(max(low, round(low + share * (high - low))), high)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw both bars, the marks and the handle."""
        position = self.value() + self._alpha
        with painting(self) as painter:
            for half in self._halves():
                self._paint_half(painter, half, position)
            if self._hover is not None and self.isEnabled() and not self.isSliderDown():
                line = QRectF(self._hover - 0.75, self.height() / 2 - self.look.px(8),
                              1.5, self.look.px(16))  # fmt: skip
                painter.fillRect(line, self.look.theme.color("ink_2"))
            self._paint_handle(painter, position)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the cursor to the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._seek(self.cursor_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the cursor, or say what is under the pointer."""
        self._hover = event.position().x()
        cursor = self.cursor_at(self._hover)
        if self.isSliderDown():
            self._seek(cursor)
        self.update()
        if self._describe is not None and self.maximum():
            above = QPoint(int(self._hover), -self.look.ipx(38))
            QToolTip.showText(self.mapToGlobal(above), plain_tip(self._describe(cursor)), self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the handle go."""
        super().mouseReleaseEvent(event)
        self.setSliderDown(False)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the pointer."""
        super().leaveEvent(event)
        self._hover = None
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to whatever is behind."""
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by event with the arrows, by time step with Page Up and Down, to the ends."""
        now = self.value()
        places = (0, *self._marks, self._loss, self.maximum())
        ordered = sorted(set(places))
        after, before = bisect_right(ordered, now), bisect_left(ordered, now)
        targets: dict[int, int] = {
            Qt.Key.Key_Left: now - 1,
            Qt.Key.Key_Right: now + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self.maximum(),
            Qt.Key.Key_PageDown: ordered[min(after, len(ordered) - 1)],
            Qt.Key.Key_PageUp: ordered[max(before - 1, 0)],
        }
        if event.key() in targets:
            self._seek(targets[event.key()])
        else:
            super().keyPressEvent(event)

    def _seek(self, cursor: int) -> None:
        cursor = min(max(0, cursor), self.maximum())
        if cursor != self.value() or self._alpha:
            self.set_position(cursor)
            self.sought.emit(cursor)

    def _halves(self) -> tuple[Half, ...]:
        if self._loss >= self.maximum():
            return ("forward",)
        return ("backward",) if self._loss <= 0 else ("forward", "backward")

    def _span(self, half: Half) -> tuple[int, int]:
        return (0, self._loss) if half == "forward" else (self._loss, self.maximum())

    def _extent(self, half: Half) -> tuple[float, float]:
        """Return the left and right end of a half's bar."""
        edge, apart = self.look.px(HANDLE + 1), self.look.px(APART)
        left, right = edge, self.width() - edge
        if len(self._halves()) == 1:
            return left, right
        middle = (left + right) / 2
        return (left, middle - apart / 2) if half == "forward" else (middle + apart / 2, right)

    def _paint_half(self, painter: QPainter, half: Half, position: float) -> None:
        look, theme = self.look, self.look.theme
        left, right = self._extent(half)
        thick = look.px(BAR)
        bar = QRectF(left, (self.height() - thick) / 2, right - left, thick)
        shape = QPainterPath()
        shape.addRoundedRect(bar, thick / 2, thick / 2)
        painter.save()
        painter.setClipPath(shape)
        painter.fillRect(bar, theme.tint(half, "track"))
        low, high = self._span(half)
        done = bar.left() if position <= low else self.x_of(min(position, high))
        if position >= high > low:
            done = bar.right()
        active = (half == "backward") == (position > self._loss)
        fill = theme.color(half) if active else theme.tint(half, "done")
        painter.fillRect(QRectF(bar.left(), bar.top(), done - bar.left(), thick), fill)
        marks = self._marks[bisect_right(self._marks, low) : bisect_left(self._marks, high)]
        if len(marks) * look.px(5) < bar.width():
            for mark in marks:
                gap = QRectF(self.x_of(mark) - look.px(0.9), bar.top(), look.px(1.8), thick)
                painter.fillRect(gap, theme.color("surface"))
        painter.restore()

    def _paint_handle(self, painter: QPainter, position: float) -> None:
        look, theme = self.look, self.look.theme
        role: Half = "backward" if position > self._loss else "forward"
        middle = QPointF(self.x_of(position), self.height() / 2)
        if self.hasFocus():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(role, 0.25))
            painter.drawEllipse(middle, look.px(12), look.px(12))
        painter.setPen(QPen(theme.color(role if self.isEnabled() else "ghost"), look.px(2.6)))
        painter.setBrush(theme.color("surface"))
        reach = look.px(HANDLE - 1.3)
        painter.drawEllipse(middle, reach, reach)
