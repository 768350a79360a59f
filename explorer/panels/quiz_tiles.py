"""The two answers of a question: a button for one person, a count of hands for a class."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QSizePolicy

from engine.quiz import MOST_HANDS
from explorer import fonts
from explorer.kit.button import PRESSING, PaintedButton, draw_icon
from explorer.kit.styled import rounded

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
    from PySide6.QtWidgets import QWidget

    from explorer.icons import IconName
    from explorer.theme import Role, Style

State = Literal["asking", "counting", "revealed"]

NARROW = 310
"""Width at 100 % below which the words stand above the count."""

_DIGITS = range(Qt.Key.Key_0, Qt.Key.Key_9 + 1)


class AnswerTile(PaintedButton):
    """One of the two answers.

    Args:
        key: the letter that gives it, shown as a key cap.

    Attributes:
        hands: how many said so, while a class is counted.

    Signals:
        counted(hands): a person changed the count.
    """

    counted = Signal(int)
    own_keys: ClassVar = PRESSING | {
        Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Backspace, Qt.Key.Key_Plus, Qt.Key.Key_Minus,
        *(Qt.Key(key) for key in _DIGITS),
    }  # fmt: skip

    def __init__(self, style: Style, text: str, key: str, parent: QWidget | None = None) -> None:
        super().__init__(style, text, parent)
        self.hands = 0
        self._key, self._state = key, "asking"
        self._true = self._chosen = False
        self._share: float | None = None
        self._bare = False
        self._fresh = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def ask(self, *, counting: bool) -> None:
        """Wait for an answer, or for the hands of a class."""
        self._state = "counting" if counting else "asking"
        self._true = self._chosen = False
        self._share, self._fresh = None, True
        self.hands = 0
        self.setEnabled(True)
        self._tell()

    def count(self, *, counting: bool) -> None:
        """Change between one person and a class before the answer is out."""
        if self._state != "revealed":
            self._state = "counting" if counting else "asking"
            self._tell()

    def reveal(self, *, true: bool, chosen: bool, hands: int, share: float | None) -> None:
        """Show whether it was the right answer, and how many and what share of the hands it had."""
        self._state, self._true, self._chosen, self._share = "revealed", true, chosen, share
        self.hands = hands
        self.setEnabled(False)
        self._tell()

    def set_label(self, text: str) -> None:
        """Call the answer something else."""
        self.setText(text)
        self._tell()

    def set_bare(self, bare: bool) -> None:
        """Leave the key cap out, for the audience."""
        self._bare = bare
        self.update()

    def add(self, hands: int) -> None:
        """Raise or lower the count."""
        self._set(self.hands + hands)

    def sizeHint(self) -> QSize:
        """Return the least of a large button."""
        return QSize(self.look.ipx(170), self.look.ipx(86))

    def minimumSizeHint(self) -> QSize:
        """Return the size hint."""
        return self.sizeHint()

    @property
    def _is_narrow(self) -> bool:
        """Whether words and count stand one above the other."""
        return self._state == "counting" and self.width() < self.look.px(NARROW)

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the answer in its state."""
        look, theme = self.look, self.look.theme
        role: Role | None = None
        if self._state == "revealed":
            role = "agrees" if self._true else "disagrees" if self._chosen else None
        fill = theme.tint(role) if role else theme.color("surface")
        if self._state != "revealed" and (self.underMouse() or self.isDown()):
            fill = theme.color("raised")
        line = theme.color(role or ("forward" if self.hasFocus() else "edge"))
        rounded(painter, rect, self.radius, fill, line, look.px(2.2 if role else 1.4))
        if self._share is not None:
            self._paint_share(painter, rect, role)
        inner = rect.adjusted(look.px(18), 0, -look.px(18), 0)
        color = theme.text(role or "ink")
        if self._state == "revealed" and role is None:
            color = theme.text("ink_2")
        left = inner.left()
        if role is not None:
            name: IconName = "check" if role == "agrees" else "close"
            place = QRectF(left, rect.top(), look.px(26), rect.height())
            draw_icon(painter, name, place, color, look.px(24), self)
            left += look.px(36)
        right = self._paint_right(painter, inner)
        narrow = self._is_narrow
        painter.setFont(fonts.font("text", look.px(15 if narrow else 21), 650))
        painter.setPen(color)
        words = QRectF(left, rect.top(), right - left - look.px(10), rect.height())
        if narrow:
            words = QRectF(left, rect.top() + look.px(8), inner.right() - left, look.px(24))
        metrics = QFontMetricsF(painter.font())
        text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_right(self, painter: QPainter, inner: QRectF) -> float:
        """Draw key cap, count or share of hands; returns where they begin."""
        look, theme = self.look, self.look.theme
        right = inner.right()
        if self._state == "asking":
            return right if self._bare else self._paint_cap(painter, inner)
        if self._state == "revealed" and self._share is None:
            return right
        painter.setFont(fonts.font("mono", look.px(30), 600))
        painter.setPen(theme.text("ink"))
        width = look.px(66)
        if self._state == "revealed":
            painter.drawText(
                inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(self.hands)
            )
            return right - width
        minus, plus = self._zones()
        number = QRectF(minus.right(), minus.top(), plus.left() - minus.right(), minus.height())
        painter.drawText(number, Qt.AlignmentFlag.AlignCenter, str(self.hands))
        for zone, sign in ((minus, "\u2212"), (plus, "+")):
            rounded(painter, zone, look.px(7), theme.color("raised"), theme.color("line"))
            painter.setFont(fonts.font("text", look.px(19), 600))
            painter.setPen(theme.text("ink"))
            painter.drawText(zone, Qt.AlignmentFlag.AlignCenter, sign)
        if self._bare or self._is_narrow:
            return minus.left()
        cap = QRectF(inner.left(), inner.top(), minus.left() - look.px(12) - inner.left(),
                     inner.height())  # fmt: skip
        return self._paint_cap(painter, cap)

    def _paint_cap(self, painter: QPainter, inner: QRectF) -> float:
        look, theme = self.look, self.look.theme
        side = look.px(28)
        cap = QRectF(inner.right() - side, inner.center().y() - side / 2, side, side)
        rounded(painter, cap, look.px(6), theme.color("raised"), theme.color("line"))
        painter.setFont(look.font("mono_strong"))
        painter.setPen(theme.text("ink_2"))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._key)
        return cap.left()

    def _paint_share(self, painter: QPainter, rect: QRectF, role: Role | None) -> None:
        """Draw the share of the hands as a bar along the lower edge."""
        look, theme = self.look, self.look.theme
        track = QRectF(rect.left() + look.px(18), rect.bottom() - look.px(16),
                       rect.width() - look.px(36), look.px(8))  # fmt: skip
        rounded(painter, track, look.px(4), theme.color("line"))
        width = track.width() * (self._share or 0.0)
        if width:
            bar = QRectF(track.left(), track.top(), max(width, look.px(3)), track.height())
            rounded(painter, bar, look.px(4), theme.color(role or "ink_3"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Count up or down on the signs; anywhere else it is a button."""
        if self._state == "counting":
            minus, plus = self._zones()
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            if minus.contains(event.position()):
                self.add(-1)
            elif plus.contains(event.position()):
                self.add(1)
            return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a number that is typed, while hands are counted."""
        key = event.key()
        if self._state != "counting":
            super().keyPressEvent(event)
        elif key in _DIGITS:
            before = 0 if self._fresh else self.hands
            self._set(before * 10 + key - Qt.Key.Key_0)
            self._fresh = False
        elif key == Qt.Key.Key_Backspace:
            self._set(self.hands // 10)
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Plus, Qt.Key.Key_Down, Qt.Key.Key_Minus}:
            self.add(1 if key in {Qt.Key.Key_Up, Qt.Key.Key_Plus} else -1)
        else:
            event.ignore()

    def _set(self, hands: int) -> None:
        if 0 <= hands <= MOST_HANDS:
            self.hands = hands
            self._tell()
            self.counted.emit(hands)

    def _zones(self) -> tuple[QRectF, QRectF]:
        """Where the signs − and + are."""
        look = self.look
        side, gap = look.px(36), look.px(66)
        y = self.height() - side - look.px(10) if self._is_narrow else (self.height() - side) / 2
        plus = QRectF(QPointF(self.width() - look.px(18) - side, y), QPointF(0, 0))
        plus.setSize(QRectF(0, 0, side, side).size())
        minus = plus.translated(-side - gap, 0)
        return minus, plus

    def _tell(self) -> None:
        said = self.text()
        if self._state != "asking":
            said += f": {self.hands} hands" if self._state == "counting" or self._share else ""
        if self._state == "revealed":
            said += ", right" if self._true else ", wrong"
        self.setAccessibleName(said)
        self.updateGeometry()
        tip = {"asking": f"Say so ({self._key})", "counting": "Type the number of hands"}
        self.setToolTip("" if self._bare else tip.get(self._state, ""))
        self.update()
