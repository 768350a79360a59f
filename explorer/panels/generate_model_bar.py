"""The fields of Generate in the top bar: which model, and for n-grams their order and tokens."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout

from explorer.kit.combo_field import ComboField
from explorer.kit.segmented import Segmented
from explorer.kit.styled import Styled
from explorer.panels.generate_models import ModelChoice, shipped_weights
from explorer.panels.ngram_bar import JobNote, OrderField
from explorer.panels.ngram_counting import TextChoice

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from explorer.panels.ngram_counting import TokenKind
    from explorer.theme import Style

_TRAINED = {
    "shakespeare-lstm": "LSTM, Shakespeare characters",
    "shakespeare": "Elman RNN, Shakespeare characters",
    "shakespeare-words": "LSTM, Shakespeare words",
    "narwhals": "Elman RNN, narwhal words",
}
_NGRAMS = {
    "ngram shakespeare": "n-gram, Shakespeare",
    "ngram narwhals": "n-gram, narwhals",
    "ngram file": "n-gram, a text file …",
}
_OTHER = {"weights file": "Weights from a file …"}


class ModelBar(Styled):
    """Chooses a model.

    Attributes:
        model, order, tokens: the fields; the last two are there for n-grams only.
        note: what is loaded, or how far loading is.
        choice: the model wanted last.

    Signals:
        wanted(choice): a person chose another model.
        cancelled(): a person stopped the loading.
    """

    wanted = Signal(object)
    cancelled = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._weights = dict(shipped_weights())
        self.choice = ModelChoice()
        self.model = ComboField(style, "Model", tuple(self._options().items()))
        self.order = OrderField(style, 3)
        self.tokens = Segmented(style, (("word", "words"), ("char", "characters")), name="Tokens")
        self.note = JobNote(style)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.model, self.order, self.tokens):
            row.addWidget(widget)
        row.addWidget(self.note, 1)
        self.model.chosen.connect(self.choose)
        self.order.chosen.connect(self._change_ngram)
        self.tokens.chosen.connect(self._change_ngram)
        self.note.cancelled.connect(self.cancelled)
        self.apply_style()

    def choose(self, identity: str) -> None:
        """Want the model of an option, asking for a file where it needs one."""
        choice = self._choice_of(identity)
        if choice is None:
            self.show_choice(self.choice)
        else:
            self.show_choice(choice)
            self.wanted.emit(choice)

    def show_choice(self, choice: ModelChoice) -> None:
        """Show a model as the chosen one, silently."""
        self.choice = choice
        trained = {path: f"rnn {name}" for name, path in self._weights.items()}
        options = self._options()
        identity = trained.get(choice.weights, "weights file")
        if choice.text is not None:
            identity = f"ngram {choice.text.name}"
            self.order.set_order(choice.order)
            self.tokens.set_choice(choice.kind)
            if choice.text.path:
                options[identity] = f"n-gram, {Path(choice.text.path).name}"
        elif identity in _OTHER:
            options[identity] = f"Weights {Path(choice.weights).name}"
        self.model.set_options(tuple(options.items()))
        self.model.set_choice(identity)
        self.order.setVisible(choice.text is not None)
        self.tokens.setVisible(choice.text is not None)

    def apply_style(self) -> None:
        """Set the distances."""
        layout = self.layout()
        if layout is not None:
            layout.setSpacing(self.look.ipx(14))

    def _options(self) -> dict[str, str]:
        trained = {f"rnn {name}": _TRAINED[name] for name in self._weights}
        return {**trained, **_NGRAMS, **_OTHER}

    def _choice_of(self, identity: str) -> ModelChoice | None:
        if identity in _OTHER:
            path = self._ask("Generate with trained weights", "Weights (*.safetensors)")
            return ModelChoice(weights=path) if path else None
        if identity == "ngram file":
            path = self._ask("Count a text file", "Text (*.txt *.text *.md);;All files (*)")
            return self._ngram(TextChoice("file", path)) if path else None
        source, _, name = identity.partition(" ")
        if source == "ngram":
            return self._ngram(TextChoice(name))
        return ModelChoice(weights=self._weights[name])

    def _ask(self, title: str, kinds: str) -> str:
        path, _ = QFileDialog.getOpenFileName(self.window(), title, "", kinds)
        return path

    def _ngram(self, text: TextChoice) -> ModelChoice:
        kind: TokenKind = "char" if self.tokens.choice == "char" else "word"
        return ModelChoice(text=text, kind=kind, order=self.order.order)

    def _change_ngram(self) -> None:
        if self.choice.text is not None:
            self.choice = self._ngram(self.choice.text)
            self.wanted.emit(self.choice)
