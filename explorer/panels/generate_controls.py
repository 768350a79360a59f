"""The left card of Generate: prompt, how distributions are reshaped, and the buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QSizePolicy

from explorer.kit.button import Button
from explorer.kit.card import Card
from explorer.kit.field import SpinField
from explorer.kit.label import Label
from explorer.kit.slider import Slider
from explorer.kit.styled import Dressed, painting, plain_tip
from explorer.panels.generate_distribution import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style

SPEEDS: tuple[float, ...] = (1, 2, 5, 10, 20, 50, 100, float("inf"))
"""Tokens a second when streaming; the last shows them as they are drawn."""

LARGEST_K = 50
LARGEST_SEED = 999_999

HINT = (
    "Click a token to see how it was drawn, twice to draw another there. Click a bar to put that "
    "token in."
)
TIPS = {
    "draw_button": "Draw the next token in every column (Space)",
    "stream_button": "Draw one token after another, as many as the length says",
    "greedy_button": "Take the most probable token each time: temperature 0",
    "again_button": "Go back to the prompt",
    "undo_button": "Take the last step back (Ctrl+Z)",
    "save_button": "Save the texts, with every token's probability and random number",
}


class Controls(Card):
    """Everything a person sets before and while drawing.

    Attributes:
        prompt: what the text begins with.
        draw_button, stream_button: draw one token, stream or stop.
        greedy_button: takes the most probable token each time while it is down.
        again_button, undo_button: start over, take the last step back.
        save_button: saves the transcript.

    Signals:
        prompt_edited(text): each change of the prompt.
        settings_changed(): temperature, top-k or top-p.
        seed_changed(): the seed.
        draw_requested(), stream_requested(), again_requested(), undo_requested(),
            save_requested(): the buttons.
    """

    prompt_edited = Signal(str)
    settings_changed = Signal()
    seed_changed = Signal()
    draw_requested = Signal()
    stream_requested = Signal()
    again_requested = Signal()
    undo_requested = Signal()
    save_requested = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "Prompt", parent=parent)
        start = Settings()
        self.prompt = PromptEdit(style)
        self.temperature = Slider(style, "Temperature", 0, 2, 0.05, start.temperature, decimals=2)
        self.top_k = WordSlider(style, "Top k", 0, LARGEST_K, 0, {0: "all"})
        self.top_p = Slider(style, "Top p", 0.05, 1, 0.05, 1, decimals=2)
        self.length = Slider(style, "Length", 10, 1000, 10, 200)
        names = {i: f"{speed:g} / s" for i, speed in enumerate(SPEEDS)}
        self.speed = WordSlider(
            style, "Speed", 0, len(SPEEDS) - 1, 4, {**names, len(SPEEDS) - 1: "full"}
        )
        self.seed = SpinField(style, "Seed", 0, LARGEST_SEED, start.seed)
        self.draw_button = Button(style, "Draw one token", kind="primary")
        self.stream_button = Button(style, "Stream")
        self.greedy_button = Button(style, "Greedy")
        self.again_button = Button(style, "Start over")
        self.undo_button = Button(style, "Undo")
        self.save_button = Button(style, "Save…")
        self._before_greedy = start.temperature
        self._hint = Label(style, role="ink_2", font="secondary")
        self._hint.setWordWrap(True)
        self._hint.set_text(HINT)
        self._buttons, self._less = QHBoxLayout(), QHBoxLayout()
        self._buttons.addWidget(self.stream_button, 1)
        self._buttons.addWidget(self.greedy_button, 1)
        self._seeds = QHBoxLayout()
        self._seeds.addWidget(self.seed)
        self._seeds.addStretch(1)
        self._seeds.addWidget(self.save_button)
        for button in (self.again_button, self.undo_button):
            self._less.addWidget(button, 1)
        for widget in (
            self.prompt, self.temperature, self.top_k, self.top_p, self.length, self.speed,
        ):  # fmt: skip
            self.body.addWidget(widget)
        self.body.addLayout(self._seeds)
        self.body.addWidget(self.draw_button)
        self.body.addLayout(self._buttons)
        self.body.addLayout(self._less)
        self.body.addWidget(self._hint)
        self.body.addStretch(1)
        self.prompt.edited.connect(self.prompt_edited)
        for slider in (self.temperature, self.top_k, self.top_p):
            slider.changed.connect(self.settings_changed)
        self.seed.changed.connect(self.seed_changed)
        self.draw_button.clicked.connect(self.draw_requested)
        self.stream_button.clicked.connect(self.stream_requested)
        self.again_button.clicked.connect(self.again_requested)
        self.undo_button.clicked.connect(self.undo_requested)
        self.save_button.clicked.connect(self.save_requested)
        self.greedy_button.setCheckable(True)
        self.greedy_button.clicked.connect(self._be_greedy)
        self.temperature.changed.connect(self._show_greedy)
        for name, tip in TIPS.items():
            getattr(self, name).setToolTip(tip)
        self.undo_button.setEnabled(False)
        self.apply_style()

    @property
    def settings(self) -> Settings:
        """How distributions are reshaped now, and the seed."""
        top_k, top_p = int(self.top_k.number), self.top_p.number
        return Settings(
            self.temperature.number,
            top_k or None,
            top_p if top_p < 1 else None,
            self.seed.value,
        )

    @property
    def tokens_a_second(self) -> float:
        """The speed of streaming; infinite for as fast as they are drawn."""
        return SPEEDS[int(self.speed.number)]

    def show_streaming(self, streaming: bool) -> None:
        """Offer to stop, or to stream."""
        self.stream_button.setText("Stop" if streaming else "Stream")

    def set_ready(self, ready: bool) -> None:
        """Let tokens be drawn, or not."""
        for button in (
            self.draw_button, self.stream_button, self.greedy_button, self.again_button,
            self.save_button,
        ):  # fmt: skip
            button.setEnabled(ready)

    def _be_greedy(self, greedy: bool) -> None:
        """Take the most probable token each time, or go back to the temperature before."""
        if greedy:
            self._before_greedy = self.temperature.number or self._before_greedy
        self.temperature.set_number(0.0 if greedy else self._before_greedy)
        self.settings_changed.emit()
        self._show_greedy()

    def _show_greedy(self) -> None:
        self.greedy_button.setChecked(self.temperature.number == 0)

    def apply_style(self) -> None:
        """Set the distances."""
        super().apply_style()
        if hasattr(self, "_buttons"):
            self.body.setSpacing(self.look.ipx(9))
            for row in (self._buttons, self._less, self._seeds):
                row.setSpacing(self.look.ipx(8))


class PromptEdit(Dressed, QPlainTextEdit):
    """A field of a few lines.

    Signals:
        edited(text): each change by a person.
    """

    edited = Signal(str)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = style
        self._silent = False
        self._problem = ""
        self.setTabChangesFocus(True)
        self.setAccessibleName("Prompt")
        self.setPlaceholderText("Nothing: the model begins by itself.")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._tell)
        self.apply_style()

    @property
    def text(self) -> str:
        """The prompt."""
        return self.toPlainText()

    @property
    def problem(self) -> str:
        """What is wrong with the prompt, empty when nothing is."""
        return self._problem

    def set_text(self, text: str) -> None:
        """Show another prompt, silently."""
        self._silent = True
        self.setPlainText(text)
        self._silent = False

    def set_problem(self, sentence: str) -> None:
        """Mark the prompt as wrong, or as right again with an empty sentence."""
        self._problem = sentence
        self.setToolTip(plain_tip(sentence))
        self.setAccessibleDescription(sentence)
        self.apply_style()

    def apply_style(self) -> None:
        """Set font, height, and a red outline where the prompt is wrong."""
        look = self.look
        self.setFont(look.font("text"))
        self.setFixedHeight(look.ipx(72))
        theme = look.theme
        wide = look.ipx(1.6) if self._problem else 1
        rest = theme.disagrees if self._problem else theme.line
        busy = theme.disagrees if self._problem else theme.forward
        self.setStyleSheet(
            f"QPlainTextEdit {{ border: {wide}px solid {rest}; }}"
            f"QPlainTextEdit:focus {{ border: {wide}px solid {busy}; }}"
        )

    def sizeHint(self) -> QSize:
        """Return three lines."""
        return QSize(self.look.ipx(160), self.look.ipx(72))

    def _tell(self) -> None:
        if not self._silent:
            self.edited.emit(self.toPlainText())


class WordSlider(Slider):
    """A slider over whole numbers, some of which are shown as words.

    Args:
        words: what is shown instead of a number.
    """

    def __init__(
        self, style: Style, label: str, low: int, high: int, number: int, words: Mapping[int, str],
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        self._words = dict(words)
        super().__init__(style, label, low, high, 1, number, parent=parent)

    @property
    def word(self) -> str:
        """What is shown."""
        return self._words.get(int(self.number), f"{self.number:g}")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the slider, and a word over its number."""
        super().paintEvent(event)
        if int(self.number) not in self._words:
            return
        look, theme = self.look, self.look.theme
        with painting(self) as painter:
            place = QRectF(self.width() / 2, 0, self.width() / 2, look.px(18))
            painter.fillRect(place, theme.color("surface"))
            painter.setFont(look.font("mono_strong"))
            painter.setPen(theme.text("ink"))
            painter.drawText(
                place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.word
            )
