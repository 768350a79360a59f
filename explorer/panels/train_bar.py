"""The fields of the Train page in the top bar: text, tokens, model, and what is rarely changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout

from engine.errors import InputError
from explorer.kit.button import Button
from explorer.kit.combo_field import ComboField
from explorer.kit.field import Field, SpinField
from explorer.kit.number_field import NumberField
from explorer.kit.segmented import Segmented
from explorer.kit.styled import Styled
from explorer.panels.models import CELL_TITLES
from explorer.panels.ngram_bar import JobNote
from explorer.panels.ngram_counting import NARWHALS, TextChoice
from explorer.panels.train_settings import (
    LARGEST_BATCH,
    LARGEST_HIDDEN,
    LARGEST_SEED,
    LARGEST_STEPS,
    TrainChoice,
    usual,
)

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from engine.models.architecture import CellName
    from engine.training.optimizer import OptimizerName
    from explorer.panels.ngram_counting import TokenKind
    from explorer.theme import Style

_TEXTS = {
    "shakespeare": "Shakespeare, 38 plays",
    "narwhals": "Eight narwhal sentences",
    "file": "A text file …",
}
_OPTIMIZERS = (
    ("adam", "Adam"), ("adamw", "AdamW"), ("momentum", "momentum"), ("sgd", "gradient descent"),
)  # fmt: skip


class TrainBar(Styled):
    """Chooses what the next run is begun with.

    Attributes:
        corpus, tokens, cell, hidden: the fields in the bar.
        steps, batch, rate, optimizer, clip, seed: the fields behind "More".
        start: begins the run.
        note: what is trained on, or how far its reading is.

    Signals:
        begin_wanted(choice): a run with these settings.
        text_chosen(choice): another text or other tokens were chosen.
        cancelled(): a person stopped the reading.
        refused(sentence): a field cannot be used; an empty one takes it back.
    """

    begin_wanted = Signal(object)
    text_chosen = Signal(object)
    cancelled = Signal()
    refused = Signal(str)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        plain = TrainChoice()
        self.text = plain.text
        self.corpus = ComboField(style, "Corpus", tuple(_TEXTS.items()))
        self.tokens = Segmented(style, (("word", "words"), ("char", "characters")), name="Tokens")
        self.cell = ComboField(style, "Cell", tuple(CELL_TITLES.items()))
        self.hidden = SpinField(style, "Hidden", 1, LARGEST_HIDDEN, plain.hidden)
        self.steps = SpinField(style, "Steps T", 1, LARGEST_STEPS, plain.steps)
        self.batch = SpinField(style, "Texts B", 1, LARGEST_BATCH, plain.batch)
        self.rate = NumberField(style, "Learning rate", plain.learning_rate)
        self.optimizer = ComboField(style, "Optimizer", _OPTIMIZERS)
        self.clip = NumberField(style, "Clip adjoints at", plain.clip)
        self.seed = SpinField(style, "Seed", 0, LARGEST_SEED, plain.seed)
        self.start = Button(style, "New run", kind="primary")
        self.start.setToolTip("Begin a run with these settings, beside those that are there")
        self.note = JobNote(style)
        self._more = Button(style, "More")
        self._more.setToolTip("Steps, texts, learning rate, optimizer, clipping, seed")
        self._sheet = QFrame(self, Qt.WindowType.Popup)
        self._rare: tuple[Field, ...] = (
            self.steps, self.batch, self.rate, self.optimizer, self.clip, self.seed,
        )  # fmt: skip
        self._build()
        self._connect()
        self.show_choice(plain)

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.corpus, self.tokens, self.cell, self.hidden, self._more, self.start):
            row.addWidget(widget)
        row.addWidget(self.note, 1)
        self._row = row
        self._sheet.setProperty("popup", "yes")
        self._column = QVBoxLayout(self._sheet)
        for field in self._rare:
            field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._column.addWidget(field)
        self.apply_style()

    def _connect(self) -> None:
        self.corpus.chosen.connect(self._choose_corpus)
        self.tokens.chosen.connect(self._choose_tokens)
        self.start.clicked.connect(self._begin)
        self._more.clicked.connect(self._open_sheet)
        self.note.cancelled.connect(self.cancelled)

    @property
    def kind(self) -> TokenKind:
        """The tokens."""
        return "word" if self.tokens.choice == "word" else "char"

    @property
    def choice(self) -> TrainChoice:
        """What the fields say.

        Raises:
            InputError: one of them holds no number.
        """
        return TrainChoice(
            self.text, self.kind, cast("CellName", self.cell.choice), self.hidden.value,
            self.steps.value, self.batch.value, self.rate.number,
            cast("OptimizerName", self.optimizer.choice), self.clip.number, self.seed.value,
        )  # fmt: skip

    def show_choice(self, choice: TrainChoice) -> None:
        """Show other settings, silently."""
        self.text = choice.text
        name = Path(choice.text.path).name if choice.text.path else _TEXTS["file"]
        if choice.text.name == "file":
            name = Path(choice.text.path).name
        self.corpus.set_options(tuple({**_TEXTS, "file": name}.items()))
        self.corpus.set_choice(choice.text.name)
        self.tokens.set_choice(choice.kind)
        self.cell.set_choice(choice.cell)
        for field, value in (
            (self.hidden, choice.hidden),
            (self.steps, choice.steps),
            (self.batch, choice.batch),
            (self.seed, choice.seed),
        ):
            field.set_value(value)
        self.rate.set_number(choice.learning_rate)
        self.clip.set_number(choice.clip)
        self.optimizer.set_choice(choice.optimizer)

    def choose_text(self, text: TextChoice, kind: TokenKind) -> None:
        """Choose another text or other tokens as a person would, with the sizes that suit it."""
        cell = cast("CellName", self.cell.choice)
        choice = usual(TrainChoice(text, kind, cell, seed=self.seed.value))
        self.show_choice(choice)
        self.text_chosen.emit(choice)

    def begin(self) -> None:
        """Ask for a run with what the fields say."""
        self._begin()

    def apply_style(self) -> None:
        """Set the distances."""
        look = self.look
        self._row.setSpacing(look.ipx(12))
        side = look.ipx(10)
        self._column.setContentsMargins(side, side, side, side)
        self._column.setSpacing(look.ipx(6))

    def _choose_corpus(self, name: str) -> None:
        text = TextChoice(name)
        if name == "file":
            path, _ = QFileDialog.getOpenFileName(
                self.window(), "Train on a text file", "", "Text (*.txt *.text *.md);;All files (*)"
            )
            if not path:
                self.corpus.set_choice(self.text.name)
                return
            text = TextChoice("file", path)
        if text == self.text:
            return
        # Eight sentences have too few characters to begin with; a book has too many words.
        kind: TokenKind = "word" if text == NARWHALS else "char"
        self.choose_text(text, kind)

    def _choose_tokens(self, kind: str) -> None:
        self.choose_text(self.text, "word" if kind == "word" else "char")

    def _begin(self) -> None:
        try:
            choice = self.choice
            _ = choice.settings
        except InputError as error:
            self.refused.emit(str(error))
        else:
            self.refused.emit("")
            self.begin_wanted.emit(choice)

    def _open_sheet(self) -> None:
        self._sheet.adjustSize()
        self._sheet.move(self._more.mapToGlobal(QPoint(0, self._more.height() + 4)))
        self._sheet.show()
        self.steps.setFocus(Qt.FocusReason.TabFocusReason)
