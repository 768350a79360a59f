"""Fields as in the top bar: a grey label, then the value, in one rounded box."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QObject,
    QPointF,
    QRectF,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPalette
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from explorer.kit.label import Label
from explorer.kit.styled import Styled, painting, plain_tip, rounded

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent, QResizeEvent

    from explorer.theme import FontRole, Role, Style


class Field(Styled):
    """A labelled box around a standard editor that draws no frame of its own.

    Args:
        label: the grey words before the value.
        editor: the widget that holds the value.
    """

    _fill: Role = "raised"
    _value_font: FontRole = "text_strong"
    _tail = 0.0

    def __init__(
        self, style: Style, label: str, editor: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(style, parent)
        self._label, self._editor = Label(style, label, role="ink_2"), editor
        self._problem = ""
        layout = QHBoxLayout(self)
        layout.addWidget(self._label)
        layout.addWidget(editor, 1)
        editor.setAccessibleName(label)
        if not isinstance(editor, QAbstractSpinBox):
            editor.setProperty("bare", "yes")
        editor.installEventFilter(self)
        self._label.setBuddy(editor)
        self._label.setVisible(bool(label))
        self._gives_way = False
        self.setFocusProxy(editor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.apply_style()

    def set_label(self, label: str) -> None:
        """Change the grey words before the value."""
        self._label.set_text(label)
        self._editor.setAccessibleName(label)
        self._give_way()

    def name_editor(self, name: str) -> None:
        """Tell screen readers what the value is, where no label does."""
        self._editor.setAccessibleName(name)

    @property
    def problem(self) -> str:
        """The sentence about what is wrong with the value, empty when nothing is."""
        return self._problem

    def set_problem(self, sentence: str) -> None:
        """Mark the value as wrong, or as right again with an empty sentence."""
        self._problem = sentence
        self.setToolTip(plain_tip(sentence))
        self._give_way()
        self._editor.setAccessibleDescription(sentence)
        self.update()

    def apply_style(self) -> None:
        """Set margins and the value's font."""
        look = self.look
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(look.ipx(13), 1, look.ipx(10 + self._tail), 1)
            layout.setSpacing(look.ipx(8))
        self._editor.setFont(look.font(self._value_font))
        self.setFixedHeight(look.ipx(34))

    def sizeHint(self) -> QSize:
        """Return what label and value need side by side, whether the label is shown or not."""
        return super().sizeHint() + self._hidden_label()

    def minimumSizeHint(self) -> QSize:
        """Return room for the first letters of the value alone."""
        look = self.look
        least = self._least() + look.ipx(23 + self._tail)
        return QSize(min(least, self.sizeHint().width()), look.ipx(34))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the label where it leaves the value room."""
        super().resizeEvent(event)
        self._give_way()

    def _give_way(self) -> None:
        """Where there is not room for both, the value stays; the label is told by the tip."""
        look, words = self.look, self._label.full_text
        needed = self._label.sizeHint().width() + look.ipx(23 + self._tail + 8) + self._least()
        self._gives_way = bool(words) and self.width() < min(needed, self.sizeHint().width())
        self._label.setVisible(bool(words) and not self._gives_way)
        self.setToolTip(plain_tip(self._problem or (words if self._gives_way else "")))

    def _hidden_label(self) -> QSize:
        if not self._gives_way:
            return QSize(0, 0)
        return QSize(self._label.sizeHint().width() + self.look.ipx(8), 0)

    def _least(self) -> int:
        """Width of the least of a value that is worth showing."""
        return self._editor.fontMetrics().averageCharWidth() * 6

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box, its outline saying focus, hover or a wrong value."""
        theme = self.look.theme
        width, role = 1.0, "line"
        if self._problem:
            width, role = self.look.px(1.6), "disagrees"
        elif self._editor.hasFocus():
            width, role = self.look.px(1.6), "forward"
        elif self.underMouse() and self.isEnabled():
            role = "edge"
        with painting(self) as painter:
            rounded(painter, QRectF(self.rect()), self.look.px(8), theme.color(self._fill),
                    theme.color(role), width)  # type: ignore[arg-type]  # fmt: skip
            self.paint_tail(painter)

    def paint_tail(self, painter: QPainter) -> None:
        """Draw what comes after the value; nothing here."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the editor's focus, and let a wheel over an editor without focus scroll on."""
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self.update()
        if event.type() == QEvent.Type.Wheel and not self._editor.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go into the editor from anywhere in the box."""
        self._editor.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)

    def _arrow(self, painter: QPainter, middle: QPointF, *, up: bool) -> None:
        half, sign = self.look.px(3.6), -1 if up else 1
        path = QPainterPath(middle + QPointF(-half, -half / 2 * sign))
        path.lineTo(middle + QPointF(half, -half / 2 * sign))
        path.lineTo(middle + QPointF(0, half * 0.8 * sign))
        path.closeSubpath()
        painter.fillPath(path, self.look.theme.color("ink_3"))


class SpinField(Field):
    """Holds a whole number.

    Signals:
        changed(value): a person settled on another number; `set_value` is silent.
    """

    changed = Signal(int)
    _tail = 8.0

    def __init__(
        self, style: Style, label: str, low: int, high: int, value: int,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        self._spin = QSpinBox()
        self._spin.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._spin.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self._spin.setFrame(False)
        self._spin.setKeyboardTracking(False)
        self._spin.setRange(low, high)
        self._spin.setValue(value)
        super().__init__(style, label, self._spin, parent)
        self.setToolTip(f"{low} to {high}")
        self._spin.valueChanged.connect(self.changed)

    @property
    def value(self) -> int:
        """The number."""
        return self._spin.value()

    def set_value(self, value: int) -> None:
        """Show another number, cut to the range."""
        with QSignalBlocker(self._spin):
            self._spin.setValue(value)

    def set_range(self, low: int, high: int) -> None:
        """Allow other numbers."""
        with QSignalBlocker(self._spin):
            self._spin.setRange(low, high)
        self.setToolTip(f"{low} to {high}")

    def apply_style(self) -> None:
        """Leave room for the longest number."""
        super().apply_style()
        # The spin box hands its palette to its line edit once only, when it is made.
        for part in (self._spin, self._spin.lineEdit()):
            palette = QPalette(QApplication.palette())
            palette.setColor(QPalette.ColorRole.Base, self.look.theme.color(self._fill))
            part.setPalette(palette)
            part.setFont(self.look.font(self._value_font))
        metrics = QFontMetricsF(self._spin.font())
        longest = max(metrics.horizontalAdvance(str(n)) for n in
                      (self._spin.minimum(), self._spin.maximum()))  # fmt: skip
        self._spin.setFixedWidth(int(longest + self.look.px(7)))
        # Its own hint stays that of the font before.
        self._spin.setMinimumHeight(int(metrics.height()) + 1)

    def paint_tail(self, painter: QPainter) -> None:
        """Draw the two arrows."""
        x, middle, apart = self.width() - self.look.px(12), self.height() / 2, self.look.px(5)
        self._arrow(painter, QPointF(x, middle - apart), up=True)
        self._arrow(painter, QPointF(x, middle + apart), up=False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Count up or down on the arrows."""
        super().mousePressEvent(event)
        if event.position().x() >= self.width() - self.look.px(22):
            self._spin.stepBy(1 if event.position().y() < self.height() / 2 else -1)


class TextField(Field):
    """Holds a line of text.

    Signals:
        submitted(text): a person pressed Return or left the field with another text.
        edited(text): each change while typing.
    """

    submitted = Signal(str)
    edited = Signal(str)
    _fill: Role = "canvas"
    _value_font: FontRole = "text"

    def __init__(
        self, style: Style, label: str, text: str = "", *, placeholder: str = "",
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        self._line = QLineEdit(text)
        self._line.setPlaceholderText(placeholder)
        super().__init__(style, label, self._line, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._settled = text
        self._line.returnPressed.connect(self._submit)
        self._line.editingFinished.connect(self._submit_if_changed)
        self._line.textEdited.connect(self.edited)

    @property
    def text(self) -> str:
        """The text as it stands."""
        return self._line.text()

    def set_text(self, text: str) -> None:
        """Show another text, silently."""
        self._line.setText(text)
        self._line.setCursorPosition(0)
        self._settled = text

    def select_all(self) -> None:
        """Go into the field with its text selected."""
        self._line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._line.selectAll()

    def minimumSizeHint(self) -> QSize:
        """Return room for the label and a word or two."""
        return QSize(self.look.ipx(160), self.look.ipx(34))

    def _submit(self) -> None:
        self._settled = self._line.text()
        self.submitted.emit(self._settled)

    def _submit_if_changed(self) -> None:
        if self._line.text() != self._settled:
            self._submit()
