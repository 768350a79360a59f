"""The fields of Generate in the top bar: the models side by side, and how n-grams are counted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu

from engine.models.smoothing import SMOOTHINGS, Smoothing, SmoothingName
from explorer.kit.button import Button
from explorer.kit.combo_field import ComboField
from explorer.kit.segmented import Segmented
from explorer.kit.styled import Styled
from explorer.panels.generate_columns_session import MOST_COLUMNS
from explorer.panels.generate_models import ModelChoice, shipped_weights
from explorer.panels.ngram_bar import JobNote, OrderField
from explorer.panels.ngram_counting import TextChoice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from explorer.panels.generate_column import Column
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
_OTHER = {"weights file": "Weights or ARPA from a file …"}
_NOTHING = {"nothing": "no other model"}


class ModelBar(Styled):
    """Chooses the models.

    Attributes:
        model: the field of the first model.
        beside: those of the others; the last one is empty while there is one model only.
        order, tokens, smoothing: of the n-gram model looked at closely, else not there.
        note: what is loaded, or how far loading is.

    Signals:
        wanted(key, choice): a person chose another model for a column.
        added(choice): a person wants a model beside the others.
        removed(key): a person wants a column gone.
        cancelled(): a person stopped the loading.
    """

    wanted = Signal(int, object)
    added = Signal(object)
    removed = Signal(int)
    cancelled = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._weights = dict(shipped_weights())
        self._columns: tuple[Column, ...] = ()
        self._closely: Column | None = None
        self.model = ComboField(style, "Model", tuple(self._options().items()))
        self.beside: list[ComboField] = []
        self.more = Button(style, "+")
        self.more.setAccessibleName("Add another model")
        self.more.setToolTip("Let another model draw from the same prompt, with the same numbers")
        self.order = OrderField(style, 3)
        self.tokens = Segmented(style, (("word", "words"), ("char", "characters")), name="Tokens")
        self.smoothing = ComboField(
            style, "Smoothing", tuple((name, Smoothing(name).title) for name in SMOOTHINGS)
        )
        self.note = JobNote(style)
        self._menu: QMenu | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.model, self.more, self.order, self.tokens, self.smoothing):
            self._row.addWidget(widget)
        self._row.addWidget(self.note, 1)
        self.model.chosen.connect(self._choose_first)
        self.more.clicked.connect(self._offer_more)
        self.order.chosen.connect(self._change_ngram)
        self.tokens.chosen.connect(self._change_ngram)
        self.smoothing.chosen.connect(self._change_ngram)
        self.note.cancelled.connect(self.cancelled)
        self.apply_style()

    @property
    def choice(self) -> ModelChoice:
        """What the first field says."""
        return self._columns[0].choice if self._columns else ModelChoice()

    def first_choice(self) -> ModelChoice:
        """The model to begin with."""
        return self._choice_of(self.model.choice) or ModelChoice()

    def show_columns(self, columns: Sequence[Column], closely: Column) -> None:
        """Show the models of all columns, and how the one looked at closely counts."""
        self._columns, self._closely = tuple(columns), closely
        self._show_choice(self.model, columns[0].choice)
        wanted = max(1, len(columns) - 1)
        while len(self.beside) > wanted:
            field = self.beside.pop()
            self._row.removeWidget(field)
            field.hide()
            field.deleteLater()
        while len(self.beside) < wanted:
            self._add_field()
        for field, column in zip(self.beside, columns[1:], strict=False):
            self._show_choice(field, column.choice)
        if len(columns) == 1:
            self.beside[0].set_options(tuple((_NOTHING | self._options()).items()))
            self.beside[0].set_choice("nothing")
        self.more.setVisible(1 < len(columns) < MOST_COLUMNS)
        choice = closely.choice
        for widget in (self.order, self.tokens, self.smoothing):
            widget.setVisible(choice.text is not None)
        if choice.text is not None:
            self.order.set_order(choice.order)
            self.tokens.set_choice(choice.kind)
            self.smoothing.set_choice(choice.smoothing.name)

    def apply_style(self) -> None:
        """Set the distances."""
        self._row.setSpacing(self.look.ipx(12))

    def _add_field(self) -> None:
        field = ComboField(self.look, "Beside", tuple((_NOTHING | self._options()).items()))
        place = len(self.beside)

        def choose(identity: str) -> None:
            self._choose_beside(place, identity)

        field.chosen.connect(choose)
        self._row.insertWidget(1 + place, field)
        self.beside.append(field)

    def _show_choice(self, field: ComboField, choice: ModelChoice) -> None:
        """Show a model as the chosen one, silently."""
        trained = {path: f"rnn {name}" for name, path in self._weights.items()}
        options = dict(self._options() if field is self.model else _NOTHING | self._options())
        if choice.text is not None:
            identity = f"ngram {choice.text.name}"
            named = Path(choice.text.path).name if choice.text.path else _short(options[identity])
            options[identity] = f"{choice.order}-gram, {named}"
            if choice.text.name == "file":
                options["ngram file other"] = "n-gram, another text file …"
        else:
            identity = trained.get(choice.weights, "weights file" if choice.weights else "")
            if identity == "weights file":
                options[identity] = Path(choice.weights).name
                options["weights file other"] = "Weights or ARPA from another file …"
        field.set_options(tuple(options.items()))
        field.set_choice(identity)

    def _options(self) -> dict[str, str]:
        trained = {f"rnn {name}": _TRAINED[name] for name in self._weights}
        return {**trained, **_NGRAMS, **_OTHER}

    def _choose_first(self, identity: str) -> None:
        self._choose(self._columns[0].key if self._columns else 0, identity)

    def _choose_beside(self, place: int, identity: str) -> None:
        if place + 1 < len(self._columns):
            self._choose(self._columns[place + 1].key, identity)
        elif identity != "nothing":
            self._add(identity)

    def _choose(self, key: int, identity: str) -> None:
        if identity == "nothing":
            self.removed.emit(key)
            return
        choice = self._choice_of(identity)
        if choice is not None:
            self.wanted.emit(key, choice)
        elif self._closely is not None:
            self.show_columns(self._columns, self._closely)

    def _add(self, identity: str) -> None:
        choice = self._choice_of(identity)
        if choice is not None:
            self.added.emit(choice)
        elif self._closely is not None:
            self.show_columns(self._columns, self._closely)

    def _offer_more(self) -> None:
        """Offer the models in a list below the button."""
        if self._menu is not None:
            self._menu.deleteLater()
        self._menu = menu = QMenu(self)
        for identity, label in self._options().items():
            menu.addAction(label).setData(identity)
        menu.triggered.connect(self._take_more)
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height() + 2)))

    def _take_more(self, action: QAction) -> None:
        self._add(str(action.data()))

    def _choice_of(self, identity: str) -> ModelChoice | None:
        """The model of an option, asking for a file where it needs one."""
        source, _, name = identity.partition(" ")
        if source == "weights":
            path = self._ask("Generate with a model from a file", "Models (*.safetensors *.arpa)")
            return ModelChoice(weights=path) if path else None
        if source == "ngram" and name.startswith("file"):
            path = self._ask("Count a text file", "Text (*.txt *.text *.md);;All files (*)")
            return self._ngram(TextChoice("file", path)) if path else None
        if source == "ngram":
            return self._ngram(TextChoice(name))
        return ModelChoice(weights=self._weights[name]) if name in self._weights else None

    def _ask(self, title: str, kinds: str) -> str:
        path, _ = QFileDialog.getOpenFileName(self.window(), title, "", kinds)
        return path

    def _ngram(self, text: TextChoice) -> ModelChoice:
        """N-grams of a text, counted as those looked at closely, or in the tokens of that model."""
        column = self._closely
        if column is not None and column.choice.text is not None:
            return replace(column.choice, text=text)
        char = column is not None and column.model is not None and column.model.kind == "char"
        kind: TokenKind = "char" if char else "word"
        return ModelChoice(text=text, kind=kind, order=5 if kind == "char" else 3)

    def _change_ngram(self) -> None:
        column = self._closely
        if column is None or column.choice.text is None:
            return
        name: SmoothingName = next((n for n in SMOOTHINGS if n == self.smoothing.choice), "mle")
        kind: TokenKind = "char" if self.tokens.choice == "char" else "word"
        choice = replace(
            column.choice, kind=kind, order=self.order.order, smoothing=Smoothing(name)
        )
        self.wanted.emit(column.key, choice)


def _short(label: str) -> str:
    """What comes after the comma: the text that is counted."""
    return label.partition(", ")[2]
