"""The bar at the head of the canvas in which a person types what to find."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from explorer.icons import IconName
from explorer.kit.button import Button, IconButton, draw_icon
from explorer.kit.label import Label
from explorer.kit.prose import Prose
from explorer.kit.styled import Dressed, Styled, painting, rounded
from explorer.speech import Speaker

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QPaintEvent, QResizeEvent, QShowEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style

WIDTH, MARGIN = 460, 12

EXAMPLES = (
    "Names, primitives, modules, tokens: `h_3`, tanh, cell, \u201care\u201d. Numbers: nan,"
    " largest adjoint, > 3, adjoint < -0.1. Time: step 2. Join them by and."
)
NOTHING = "Nothing is found. Type the beginning of a name or token, or a number as = 0.25 or > 3."

_LENS = 18.0
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class _Line(Dressed, QLineEdit):
    """The line that is typed in, without a frame of its own."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.look = style
        self.setProperty("bare", "yes")
        self.setPlaceholderText("Find in the graph")
        self.setAccessibleName("Find in the graph")
        self.setAccessibleDescription(
            "Enter goes to the next hit, Shift and Enter to the one before, Escape closes"
        )
        self.setMaxLength(400)
        self.apply_style()

    def apply_style(self) -> None:
        """Set the font."""
        self.setFont(self.look.font("text_strong"))

    def minimumSizeHint(self) -> QSize:
        """Return a small width: a long query scrolls."""
        return QSize(self.look.ipx(60), super().minimumSizeHint().height())


class FindBar(Styled):
    """Floats over a canvas at its upper right corner.

    Args:
        canvas: what it floats over.

    Attributes:
        line: where a person types.

    Signals:
        typed(query): another query stands in the line.
        next_wanted(), previous_wanted(): go to another hit.
        opening_wanted(): open the box that hides the present hit.
        closed(): it was dismissed by a person.
    """

    own_keys: ClassVar = frozenset({Qt.Key.Key_Escape, *_ENTER})

    typed = Signal(str)
    next_wanted = Signal()
    previous_wanted = Signal()
    opening_wanted = Signal()
    closed = Signal()

    def __init__(self, style: Style, canvas: QWidget) -> None:
        super().__init__(style, canvas)
        self._canvas = canvas
        self._speaker = Speaker(self)
        self._said: tuple[str, str, bool, bool] | None = None
        self.line = _Line(style)
        self.line.textChanged.connect(self.typed)
        self._count = Label(style, font="secondary", role="ink_2")
        self._message = Prose(style, font="secondary", role="ink_2", lines=4, grows=True)
        self._open = Button(style, "Open the box", kind="flat")
        self._open.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._open.clicked.connect(self.opening_wanted)
        previous = self._button("Previous hit", "Shift+F3", "chevron-up")
        following = self._button("Next hit", "F3", "chevron-down")
        close = self._button("Close", "Esc", "close")
        previous.clicked.connect(self.previous_wanted)
        following.clicked.connect(self.next_wanted)
        close.clicked.connect(self.closed)
        self._moving = (previous, following)
        self._row = QHBoxLayout()
        self._row.addWidget(self.line, 1)
        self._row.addWidget(self._count)
        for button in (previous, following, close):
            self._row.addWidget(button)
        self._below = QHBoxLayout()
        self._below.addWidget(self._message, 1)
        self._below.addWidget(self._open, 0, Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._row)
        self._column.addLayout(self._below)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAccessibleName("Find")
        self.apply_style()
        self.show_nothing_asked()
        self.hide()

    @property
    def count(self) -> str:
        """How many hits it says there are."""
        return self._count.full_text

    @property
    def message(self) -> str:
        """What stands below the line, in plain Unicode."""
        return self._message.sentence

    def show_nothing_asked(self) -> None:
        """Say what can be searched for."""
        self._say("", EXAMPLES)

    def show_problem(self, sentence: str) -> None:
        """Say why the query cannot be understood."""
        self._say("", sentence)

    def show_hits(self, place: int, count: int, sentence: str, *, hidden: bool = False) -> None:
        """Say which hit is looked at, and what it is.

        Args:
            place: of the hit, counted from 0.
            count: hits.
            sentence: with mathematics between backticks.
            hidden: it lies in a box that can be opened.
        """
        if not count:
            self._say("no hits", NOTHING)
        else:
            self._say(f"{place + 1:,} of {count:,}", sentence, hits=True, hidden=hidden)

    def open(self) -> None:
        """Come into sight and take the keyboard, what was typed selected."""
        self.show()
        self.raise_()
        self.fit()
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.selectAll()

    def apply_style(self) -> None:
        """Set margins."""
        look = self.look
        left = look.ipx(12 + _LENS + 8)
        self._row.setContentsMargins(left, 0, 0, 0)
        self._row.setSpacing(look.ipx(2))
        self._count.setContentsMargins(look.ipx(6), 0, look.ipx(6), 0)
        self._below.setContentsMargins(look.ipx(12), 0, look.ipx(8), 0)
        self._below.setSpacing(look.ipx(8))
        self._column.setContentsMargins(0, look.ipx(5), look.ipx(6), look.ipx(8))
        self._column.setSpacing(look.ipx(2))
        self.fit()

    def fit(self) -> None:
        """Take the upper right corner of the canvas, below what else stands at its head."""
        margin = self.look.ipx(MARGIN)
        width = min(self.look.ipx(WIDTH), self._canvas.width() - 2 * margin)
        if width != self.width():
            self.resize(width, self.height())
        self._column.activate()
        height = self._column.totalSizeHint().height()
        self.setGeometry(self._canvas.width() - width - margin, margin, width, height)

    def event(self, event: QEvent) -> bool:
        """Follow what the message needs."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and not self.isHidden():
            self.fit()
        return done

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let what else floats here find another place."""
        super().resizeEvent(event)
        self._make_way()

    def showEvent(self, event: QShowEvent) -> None:
        """Let what else floats here find another place."""
        super().showEvent(event)
        self._make_way()

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave the place to others."""
        super().hideEvent(event)
        self._speaker.hush()
        self._make_way()

    def _make_way(self) -> None:
        children = Qt.FindChildOption.FindDirectChildrenOnly
        for other in self._canvas.findChildren(Styled, options=children):
            if other is not self and other.isVisible():
                QCoreApplication.postEvent(other, QEvent(QEvent.Type.LayoutRequest))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on, with Shift back, Esc closes; what else comes here is nobody's."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() in _ENTER:
            back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            (self.previous_wanted if back else self.next_wanted).emit()
        event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the surface and the lens."""
        look, theme = self.look, self.look.theme
        with painting(self) as painter:
            line = theme.color("forward" if self.line.hasFocus() else "edge")
            rounded(painter, QRectF(self.rect()), look.px(10), theme.color("surface"), line,
                    look.px(1.4))  # fmt: skip
            box = QRectF(look.px(12), self.line.y(), look.px(_LENS), self.line.height())
            draw_icon(painter, "search", box, theme.color("ink_2"), look.px(_LENS), self)

    def _button(self, text: str, keys: str, icon: IconName) -> IconButton:
        action = QAction(text, self)
        action.setToolTip(f"{text} ({keys})")
        button = IconButton(self.look, action, icon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _say(self, count: str, sentence: str, *, hits: bool = False, hidden: bool = False) -> None:
        if (count, sentence, hits, hidden) == self._said:
            return
        self._said = count, sentence, hits, hidden
        self._count.set_text(count)
        self._count.setVisible(bool(count))
        self._message.set_sentence(sentence)
        self._open.setVisible(hidden)
        for button in self._moving:
            button.setEnabled(hits)
        told = f"{count}. {self._message.sentence}".lstrip(". ")
        self.setAccessibleDescription(told)
        if self.isVisible():
            self._speaker.say(told)
        self.fit()
