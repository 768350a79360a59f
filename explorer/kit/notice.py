"""One clear sentence across a workspace, and the pane that has nothing to show yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from explorer.kit.button import Button, IconButton, draw_icon
from explorer.kit.label import Label
from explorer.kit.styled import Styled, painting, rounded
from explorer.speech import announce

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from explorer.icons import IconName
    from explorer.theme import Role, Style

Tone = Literal["info", "problem", "good"]

_TONES: dict[Tone, tuple[IconName, Role]] = {
    "info": ("info", "forward"),
    "problem": ("warning", "disagrees"),
    "good": ("check", "agrees"),
}


class Notice(Styled):
    """A strip with an icon, a sentence, at most one button, and a way to dismiss it.

    Signals:
        action_requested(): the button was pressed; the strip stays.
        dismissed(): the strip was closed by a person.
    """

    action_requested = Signal()
    dismissed = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._tone: Tone = "info"
        self._label = Label(style)
        self._label.setWordWrap(True)
        self._button = Button(style, "")
        self._button.clicked.connect(self.action_requested)
        self._closing = QAction("Dismiss", self)
        self._closing.triggered.connect(self._dismiss)
        self._close = IconButton(style, self._closing, "close")
        layout = QHBoxLayout(self)
        layout.addWidget(self._label, 1)
        layout.addWidget(self._button)
        layout.addWidget(self._close)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.apply_style()
        self.hide()

    @property
    def sentence(self) -> str:
        """The sentence shown, empty when the strip is hidden."""
        return "" if self.isHidden() else self._label.full_text

    def say(self, sentence: str, tone: Tone = "info", button: str = "") -> None:
        """Show a sentence in place of the one before, with a button where it has a label."""
        self._tone = tone
        self._label.set_text(sentence)
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self.setAccessibleName(sentence)
        self.show()
        self.update()
        announce(self, sentence, urgent=tone == "problem")

    def clear(self) -> None:
        """Take the strip away."""
        self.hide()

    def apply_style(self) -> None:
        """Set margins."""
        look = self.look
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(look.ipx(42), look.ipx(5), look.ipx(8), look.ipx(5))
            layout.setSpacing(look.ipx(10))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the tinted strip and its icon."""
        look, theme = self.look, self.look.theme
        icon, role = _TONES[self._tone]
        with painting(self) as painter:
            rounded(painter, QRectF(self.rect()), look.px(8), theme.tint(role),
                    theme.tint(role, "bar"))  # fmt: skip
            place = QRectF(look.px(14), 0, look.px(18), self.height())
            draw_icon(painter, icon, place, theme.text(role), look.px(18), self)

    def _dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()


class EmptyState(Styled):
    """What a pane shows before it has anything: a sentence and, where it helps, a button.

    Signals:
        action_requested(): the button was pressed.
    """

    action_requested = Signal()

    def __init__(
        self, style: Style, sentence: str, button: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(style, parent)
        self._label = Label(style, role="ink_2")
        self._label.setWordWrap(True)
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._button = Button(style, button)
        self._button.clicked.connect(self.action_requested)
        layout = QVBoxLayout(self)
        layout.addStretch()
        layout.addWidget(self._label)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()
        self.say(sentence, button)
        self.apply_style()

    def say(self, sentence: str, button: str = "") -> None:
        """Show another sentence, with a button where it has a label."""
        self._label.set_text(sentence)
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self.setAccessibleName(sentence)

    def apply_style(self) -> None:
        """Set margins."""
        look, layout = self.look, self.layout()
        if layout is not None:
            margin = look.ipx(24)
            layout.setContentsMargins(margin, margin, margin, margin)
            layout.setSpacing(look.ipx(14))
