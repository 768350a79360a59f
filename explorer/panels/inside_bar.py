"""The fields of Inside in the top bar: which model reads which text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout

from explorer.kit.combo_field import ComboField
from explorer.kit.field import SpinField, TextField
from explorer.kit.styled import Styled
from explorer.panels.generate_models import ModelChoice, shipped_weights
from explorer.panels.inside_reading import TextSource
from explorer.panels.ngram_bar import JobNote
from explorer.panels.ngram_counting import grouped

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from explorer.panels.inside_reading import Reading, SourceName
    from explorer.theme import Style

_TRAINED = {
    "shakespeare-lstm": "LSTM, Shakespeare characters",
    "shakespeare": "Elman RNN, Shakespeare characters",
    "shakespeare-words": "LSTM, Shakespeare words",
    "narwhals": "Elman RNN, narwhal words",
}
_TEXTS: dict[SourceName, str] = {
    "play": "As You Like It",
    "narwhals": "Eight narwhal sentences",
    "typed": "Typed text",
    "file": "A text file …",
}
_FILE = "weights file"


class InsideBar(Styled):
    """Chooses a model and a text.

    Attributes:
        model, text, typed, part: the fields; the last two are there where they are needed.
        note: what was read, or how far reading is.

    Signals:
        model_wanted(choice): a person chose another model.
        text_wanted(source): a person chose another text, typed one, or another part.
        cancelled(): a person stopped the reading.
    """

    model_wanted = Signal(object)
    text_wanted = Signal(object)
    cancelled = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._weights = dict(shipped_weights())
        self.choice = ModelChoice()
        self.source = TextSource()
        self.model = ComboField(style, "Model", self._models())
        self.text = ComboField(style, "Text", tuple(_TEXTS.items()))
        self.part = SpinField(style, "Part", 1, 999, 1)
        self.typed = TextField(style, "Text", placeholder="Type, then press Return")
        self.note = JobNote(style)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.model, self.text, self.part):
            row.addWidget(widget)
        row.addWidget(self.typed, 2)
        row.addWidget(self.note, 1)
        self.model.chosen.connect(self._choose_model)
        self.text.chosen.connect(self._choose_text)
        self.part.changed.connect(self._choose_part)
        self.typed.submitted.connect(self._type)
        self.note.cancelled.connect(self.cancelled)
        self.typed.hide()
        self.part.hide()
        self.apply_style()

    @property
    def first_choice(self) -> ModelChoice:
        """The model that is read first."""
        return self._choice_of(self.model.choice) or ModelChoice()

    def show_reading(self, reading: Reading) -> None:
        """Show what was read as the chosen model and text, silently."""
        self.show_choice(reading.loaded.choice)
        self.source = reading.source
        self._show_source(reading.parts)
        tokens = f"{grouped(len(reading.surfaces))} {reading.noun}s"
        shape = reading.model.architecture
        layers = f" · {shape.layers} layers" if shape.layers > 1 else ""
        mean = float(reading.activations.surprisals.mean())
        size = f"H = {grouped(shape.hidden)}{layers}"
        self.note.say(f"{tokens} · {size} · {mean:.2f} bits a {reading.noun}")

    def show_choice(self, choice: ModelChoice) -> None:
        """Show a model as the chosen one, silently."""
        self.choice = choice
        known = {path: name for name, path in self._weights.items()}
        identity = known.get(choice.weights, _FILE)
        options = dict(self._models())
        if identity == _FILE:
            options[_FILE] = f"Weights {Path(choice.weights).name}"
        self.model.set_options(tuple(options.items()))
        self.model.set_choice(identity)

    def show_typed(self, text: str, problem: str) -> None:
        """Keep a typed text that could not be read, and what is wrong with it."""
        self.text.set_choice("typed")
        self.part.hide()
        self.typed.set_text(text)
        self.typed.set_problem(problem)
        self.typed.show()

    def apply_style(self) -> None:
        """Set the distances."""
        layout = self.layout()
        if layout is not None:
            layout.setSpacing(self.look.ipx(14))

    def _models(self) -> tuple[tuple[str, str], ...]:
        shipped = tuple((name, _TRAINED[name]) for name in self._weights)
        return (*shipped, (_FILE, "Weights from a file …"))

    def _choice_of(self, identity: str) -> ModelChoice | None:
        if identity != _FILE:
            return ModelChoice(weights=self._weights[identity])
        path, _ = QFileDialog.getOpenFileName(
            self.window(), "Look into trained weights", "", "Weights (*.safetensors)"
        )
        return ModelChoice(weights=path) if path else None

    def _choose_model(self, identity: str) -> None:
        choice = self._choice_of(identity)
        if choice is None:
            self.show_choice(self.choice)
        else:
            self.show_choice(choice)
            self.model_wanted.emit(choice)

    def _choose_text(self, name: str) -> None:
        source = TextSource(cast("SourceName", name), typed=self.typed.text)
        if name == "file":
            path, _ = QFileDialog.getOpenFileName(
                self.window(), "Read a text file", "", "Text (*.txt *.text *.md);;All files (*)"
            )
            if not path:
                self.text.set_choice(self.source.name)
                return
            source = replace(source, path=path)
        if name == "typed":
            # There is something to read only once it is typed.
            self.typed.show()
            self.part.hide()
            self.typed.select_all()
            if not self.typed.text:
                return
        self.text_wanted.emit(source)

    def _choose_part(self, part: int) -> None:
        self.text_wanted.emit(replace(self.source, part=part))

    def _type(self, text: str) -> None:
        if text:
            self.text_wanted.emit(TextSource("typed", typed=text))

    def _show_source(self, parts: int) -> None:
        source = self.source
        options = dict(_TEXTS)
        if source.name == "file":
            options["file"] = Path(source.path).name
        self.text.set_options(tuple(options.items()))
        self.text.set_choice(source.name)
        self.typed.setVisible(source.name == "typed")
        self.part.setVisible(parts > 1)
        self.part.set_range(1, parts)
        self.part.set_value(source.part)
        self.typed.set_problem("")
        if source.name == "typed":
            self.typed.set_text(source.typed)
