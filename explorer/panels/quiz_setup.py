"""What a round is to be: the real text, the models that write the rest, how many questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from engine.quiz import Plan
from explorer.kit.button import Button, PaintedButton, draw_icon
from explorer.kit.card import Card
from explorer.kit.combo_field import ComboField
from explorer.kit.field import SpinField
from explorer.kit.label import Label
from explorer.kit.segmented import Segmented
from explorer.kit.slider import Slider
from explorer.kit.styled import rounded
from explorer.panels.generate_models import ModelChoice, shipped_weights
from explorer.panels.ngram_bar import JobNote, OrderField
from explorer.panels.quiz_rounds import ALL_PLAYS, AS_YOU_LIKE_IT, RoundWish, TextWish

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter, QResizeEvent

    from explorer.theme import Style

LARGEST_SEED = 99_999
LENGTHS = (4, 6, 10, 20, 30)
"""Questions of a round."""

NARROW = 700
"""Width at 100 % below which the two halves stand one below the other."""

_NAMES = {
    "shakespeare-lstm": "LSTM on Shakespeare's characters",
    "shakespeare": "Elman RNN on Shakespeare's characters",
    "shakespeare-words": "LSTM on Shakespeare's words",
}
_TITLES = (
    "A Midsummer Night's Dream", "Antony and Cleopatra", AS_YOU_LIKE_IT, "Hamlet", "Henry V",
    "Julius Caesar", "King Lear", "Macbeth", "Much Ado About Nothing", "Othello", "Richard III",
    "Romeo and Juliet", "The Merchant of Venice", "The Tempest", "Twelfth Night",
)  # fmt: skip


class CheckRow(PaintedButton):
    """A line with a box that is ticked or not."""

    def __init__(self, style: Style, text: str, parent: QWidget | None = None) -> None:
        super().__init__(style, text, parent)
        self.setCheckable(True)

    def sizeHint(self) -> QSize:
        """Return room for the box and the words."""
        words = self.fontMetrics().horizontalAdvance(self.text()) * 1.1
        return QSize(self.look.ipx(34) + int(words), self.look.ipx(32))

    def minimumSizeHint(self) -> QSize:
        """Return the size hint."""
        return self.sizeHint()

    def apply_style(self) -> None:
        """Take the font of the style."""
        self.setFont(self.look.font("text"))

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Draw box, tick and words."""
        look, theme = self.look, self.look.theme
        side = look.px(18)
        box = QRectF(look.px(4), rect.center().y() - side / 2, side, side)
        on = self.isChecked()
        fill = theme.color("forward") if on else theme.color("surface")
        rounded(painter, box, look.px(4), fill, theme.color("forward" if on else "edge"), 1.4)
        if on:
            draw_icon(painter, "check", box, theme.color("surface"), side * 0.85, self)
        painter.setFont(look.font("text"))
        painter.setPen(theme.text("ink"))
        words = rect.adjusted(side + look.px(14), 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())


class SetupCard(Card):
    """Chooses what a round is made of, and starts it.

    Attributes:
        text, questions, seed, temperature, order, tokens: the fields.
        models: the shipped models that can be ticked, by their weights' paths.
        ngram: the n-gram model.
        start: the button.
        note: how far the preparation is.

    Signals:
        start_requested(wish): a person wants this round.
        cancelled(): a person stopped the preparation.
    """

    start_requested = Signal(object)
    cancelled = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "Real passage, or a model's?", parent=parent)
        self._path = self._weights = ""
        self._narrow: bool | None = None
        self.text = ComboField(style, "Real text", self._texts())
        self.text.set_choice(AS_YOU_LIKE_IT)
        self.questions = Segmented(
            style, tuple((str(n), str(n)) for n in LENGTHS), name="Questions of the round"
        )
        self.questions.set_choice("10")
        self.seed = SpinField(style, "Seed", 0, LARGEST_SEED, 1)
        self.temperature = Slider(style, "Temperature", 0.1, 1.5, 0.05, 0.8, decimals=2)
        self.models = {
            path: CheckRow(style, _NAMES[name])
            for name, path in shipped_weights()
            if name in _NAMES
        }
        for row in list(self.models.values())[:1]:
            row.setChecked(True)
        self.ngram = CheckRow(style, "n-gram of the text")
        self.order = OrderField(style, 5)
        self.tokens = Segmented(
            style, (("char", "characters"), ("word", "words")), name="Tokens of the n-gram"
        )
        self.own = CheckRow(style, "Weights from a file \u2026")
        self.start = Button(style, "Start", kind="primary")
        self.note = JobNote(style)
        self._lead = Label(
            style,
            "Some passages are from the text, the others a model wrote. All are whole sentences of"
            " the same lengths, set alike: only the writing tells.",
            role="ink_2",
        )
        self._lead.setWordWrap(True)
        self._build()
        self._connect()
        self.apply_style()

    def _build(self) -> None:
        self._lists = QGridLayout()
        self._heads = (
            Label(self.look, "The text and the round", font="text_strong"),
            Label(self.look, "Who writes the others", font="text_strong"),
        )
        left, right = QVBoxLayout(), QVBoxLayout()
        numbers, ngram = QHBoxLayout(), QHBoxLayout()
        self._rows = (left, numbers, ngram)
        numbers.addWidget(Label(self.look, "Questions", role="ink_2"))
        numbers.addWidget(self.questions)
        numbers.addWidget(self.seed)
        numbers.addStretch(1)
        left.addWidget(self.text)
        left.addLayout(numbers)
        left.addWidget(self.temperature)
        left.addStretch(1)
        for row in self.models.values():
            right.addWidget(row)
        ngram.addWidget(self.order)
        ngram.addWidget(self.tokens)
        ngram.addStretch(1)
        right.addWidget(self.ngram)
        right.addLayout(ngram)
        right.addWidget(self.own)
        right.addStretch(1)
        self._left, self._right = QWidget(), QWidget()
        for side, column in ((self._left, left), (self._right, right)):
            column.setContentsMargins(0, 0, 0, 0)
            side.setLayout(column)
        below = QHBoxLayout()
        below.addWidget(self.note, 1)
        below.addWidget(self.start)
        self.body.addWidget(self._lead)
        self.body.addLayout(self._lists)
        self.body.addLayout(below)

    def _connect(self) -> None:
        self.text.chosen.connect(self._choose_text)
        self.own.clicked.connect(self._choose_weights)
        self.ngram.toggled.connect(self._show_ngram)
        self.start.clicked.connect(self._start)
        self.note.cancelled.connect(self.cancelled)
        self._show_ngram(False)

    @property
    def wish(self) -> RoundWish:
        """The round as it is set."""
        text = self._text()
        chosen = [ModelChoice(weights=path) for path, row in self.models.items() if row.isChecked()]
        if self._weights and self.own.isChecked():
            chosen.append(ModelChoice(weights=self._weights))
        if self.ngram.isChecked():
            kind = "char" if self.tokens.choice == "char" else "word"
            chosen.append(
                ModelChoice(text=text.counted, kind=kind, order=self.order.order)  # type: ignore[arg-type]
            )
        plan = Plan(int(self.questions.choice), self.seed.value)
        return RoundWish(text, tuple(chosen), self.temperature.number, plan)

    def set_ready(self, ready: bool) -> None:
        """Let a round be started, or show that one is being prepared."""
        self.start.setEnabled(ready)

    def use_text(self, path: str) -> None:
        """Take the real passages from a file."""
        self._path = path
        self.text.set_options(self._texts())
        self.text.set_choice("file")

    def use_weights(self, path: str) -> None:
        """Let the model of a file write too."""
        self._weights = path
        self.own.setText(f"Weights {TextWish(path=path).title}")
        self.own.setChecked(True)
        self.own.updateGeometry()

    def apply_style(self) -> None:
        """Set the distances."""
        super().apply_style()
        look = self.look
        if hasattr(self, "_lists"):
            self._lists.setHorizontalSpacing(look.ipx(40))
            self._lists.setVerticalSpacing(look.ipx(12))
            for row in self._rows:
                row.setSpacing(look.ipx(12))
            self.start.setMinimumWidth(look.ipx(120))
            self._narrow = None
            self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the two halves side by side, or one below the other where it is narrow."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        narrow = self.width() < self.look.px(NARROW)
        if narrow == self._narrow:
            return
        self._narrow = narrow
        parts = (self._heads[0], self._left, self._heads[1], self._right)
        for part in parts:
            self._lists.removeWidget(part)
        for place, part in enumerate(parts):
            row, column = (place, 0) if narrow else (place % 2, place // 2)
            self._lists.addWidget(part, row, column)
        self._lists.setColumnStretch(0, 1)
        self._lists.setColumnStretch(1, 0 if narrow else 1)

    def _texts(self) -> tuple[tuple[str, str], ...]:
        plays = [(title, title) for title in _TITLES]
        kept = [("file", TextWish(path=self._path).title)] if self._path else []
        return (*plays, ("", ALL_PLAYS), *kept, ("other", "A text file \u2026"))

    def _text(self) -> TextWish:
        if self.text.choice == "file":
            return TextWish("", self._path)
        return TextWish(self.text.choice)

    def _choose_text(self, identity: str) -> None:
        if identity != "other":
            return
        path, _ = QFileDialog.getOpenFileName(
            self.window(), "Real passages from a text", "",
            "Text (*.txt *.text *.md);;All files (*)",
        )  # fmt: skip
        if path:
            self.use_text(path)
        else:
            self.text.set_choice("file" if self._path else AS_YOU_LIKE_IT)

    def _choose_weights(self) -> None:
        if not self.own.isChecked() or self._weights:
            return
        path, _ = QFileDialog.getOpenFileName(
            self.window(), "A model from a file", "", "Weights (*.safetensors)"
        )
        if path:
            self.use_weights(path)
        else:
            self.own.setChecked(False)

    def _show_ngram(self, on: bool) -> None:
        self.order.setEnabled(on)
        self.tokens.setEnabled(on)

    def _start(self) -> None:
        self.start_requested.emit(self.wish)
