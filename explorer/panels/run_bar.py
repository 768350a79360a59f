"""The fields that say what to run: model, text or formula, sizes, tokens and seed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from engine.errors import InputError
from engine.run_spec import DEFAULT_HIDDEN, DEFAULT_SEED, RunSpec
from explorer.kit.button import Button
from explorer.kit.combo_field import ComboField
from explorer.kit.field import SpinField, TextField
from explorer.kit.label import Label
from explorer.kit.styled import Styled
from explorer.panels.models import (
    CHOICES,
    DEFAULT_VALUES,
    EXPRESSION,
    FRESH,
    NARWHALS,
    ModelChoice,
    spec_for,
)

if TYPE_CHECKING:
    from engine.models.architecture import Activation
    from explorer.kit.field import Field
    from explorer.theme import Style

LARGEST_SHOWN_HIDDEN = 512
LARGEST_SHOWN_EMBEDDING = 256
LARGEST_SHOWN_LAYERS = 4
LARGEST_SEED = 9999
LONGEST_TEXT = 5000
"""Characters of a text whose graph can still be looked at."""


class RunBar(Styled):
    """What to run; every settled change asks for a new run.

    Attributes:
        entered: the text was entered by Return and not touched since, so that the keys can go
            back to the player.

    Signals:
        requested(spec): a `RunSpec` to run.
        refused(message): the fields do not make one; one sentence.
    """

    requested = Signal(object)
    refused = Signal(str)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._entries = {entry.identity: entry for entry in CHOICES}
        self._texts = {entry.identity: entry.text for entry in CHOICES}
        self._chosen: ModelChoice = NARWHALS
        self._model = ComboField(style, "Model", [(c.identity, c.label) for c in CHOICES])
        self._text = TextField(style, "Text", NARWHALS.text, placeholder="type a sentence")
        self._values = TextField(style, "with", DEFAULT_VALUES, placeholder="x=2, z=3")
        self._values.setFixedWidth(style.ipx(190))
        self._hidden = SpinField(style, "Hidden", 1, LARGEST_SHOWN_HIDDEN, DEFAULT_HIDDEN)
        self._tokens = ComboField(style, "Tokens", [("word", "words"), ("char", "characters")])
        self._activation = ComboField(
            style, "φ", [("tanh", "tanh"), ("sigmoid", "sigmoid"), ("relu", "relu")]
        )
        self._seed = SpinField(style, "Seed", 0, LARGEST_SEED, DEFAULT_SEED)
        self._layers = SpinField(style, "Layers", 1, LARGEST_SHOWN_LAYERS, 1)
        self._embedding = SpinField(style, "Embedding (0: one-hot)", 0, LARGEST_SHOWN_EMBEDDING, 0)
        self._start = ComboField(style, "Start", [("learned", "learned"), ("zero", "zero")])
        self._fixed = Label(style, font="text", role="ink_2")
        self._sizes: tuple[Field, ...] = (self._hidden, self._activation, self._tokens, self._seed)
        self._rare: tuple[Field, ...] = (self._layers, self._embedding, self._start)
        self._fold = Button(style, "More")
        self._sheet = QFrame(self, Qt.WindowType.Popup)
        self._folded = False
        self._last_text = NARWHALS.text
        self.entered = False
        self._build()
        self._connect()
        self._text.set_text(NARWHALS.text)
        self._show_choice()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self.look.ipx(12))
        row.addWidget(self._model)
        row.addWidget(self._text, 1)
        for widget in (self._values, self._fixed, *self._sizes, self._fold):
            row.addWidget(widget)
        self._row = row
        self._sheet.setProperty("popup", "yes")
        self._sheet_column = QVBoxLayout(self._sheet)
        for field in self._rare:
            self._sheet_column.addWidget(field)
            _fill_row(field, fill=True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _connect(self) -> None:
        self._model.chosen.connect(self._choose)
        self._text.submitted.connect(self._submit_text)
        self._values.submitted.connect(self._submit_text)
        self._text.edited.connect(self._touch)
        self._values.edited.connect(self._touch)
        self._hidden.changed.connect(self._ask)
        self._seed.changed.connect(self._ask)
        self._tokens.chosen.connect(self._ask)
        self._activation.chosen.connect(self._ask)
        self._layers.changed.connect(self._ask)
        self._embedding.changed.connect(self._ask)
        self._start.chosen.connect(self._ask)
        self._fold.clicked.connect(self._open_sheet)

    @property
    def chosen(self) -> ModelChoice:
        """The model in the selector."""
        return self._chosen

    @property
    def text(self) -> str:
        """The text or formula as it stands."""
        return self._text.text

    @property
    def problem(self) -> str:
        """What is wrong with the text, empty when nothing is."""
        return self._text.problem

    def edit_text(self) -> None:
        """Put the cursor into the text field."""
        self._text.select_all()

    def type_text(self, text: str, identity: str | None = None) -> None:
        """Enter a text as a person would, choosing a model first if one is named."""
        if identity is None or identity == self._chosen.identity:
            self._text.set_text(text)
            self._ask()
            return
        self._texts[identity] = text
        self._model.set_choice(identity)
        self._choose(identity)

    def take_text(self, text: str) -> None:
        """Read a text with a model of fresh weights, whose vocabulary is the text's own."""
        self.type_text(text, None if self._chosen.is_fresh else FRESH.identity)

    def take_weights(self, found: ModelChoice) -> None:
        """Offer weights from a file, and use them on the text that is there."""
        identity = found.identity
        self._entries[identity] = found
        self._texts[identity] = self._last_text if self._chosen.is_expression else self.text
        self._model.set_options([(e.identity, e.label) for e in self._entries.values()])
        self._model.set_choice(identity)
        self._choose(identity)

    def show_request(self, spec: RunSpec) -> None:
        """Show what another page asked for as what was chosen and typed here, silently."""
        if spec.weights is None or spec.text is None:
            return
        found = next((e for e in self._entries.values() if e.path == spec.weights), None)
        if found is None:
            name = Path(spec.weights).name
            found = ModelChoice(spec.weights, f"Weights {name}", spec.weights, spec.text)
            self._entries[found.identity] = found
            self._model.set_options([(e.identity, e.label) for e in self._entries.values()])
        self._texts[self._chosen.identity] = self._text.text
        self._chosen = found
        self._model.set_choice(found.identity)
        self._text.set_text(spec.text)
        self._last_text = spec.text
        self._show_choice()

    def show_problem(self, sentence: str) -> None:
        """Mark the text as what is wrong, or as right with an empty sentence."""
        self._text.set_problem(sentence)

    def set_folded(self, folded: bool) -> None:
        """Put all sizes behind one button, where the window is narrow."""
        if folded == self._folded:
            return
        self._folded = folded
        for field in self._sizes:
            _fill_row(field, fill=folded)
            if folded:
                self._row.removeWidget(field)
                self._sheet_column.insertWidget(self._sheet_column.count() - len(self._rare), field)
            else:
                self._sheet_column.removeWidget(field)
                self._row.insertWidget(self._row.count() - 1, field)
        self._show_choice()

    def apply_style(self) -> None:
        """Adapt what has a width of its own."""
        self._row.setSpacing(self.look.ipx(12))
        self._values.setFixedWidth(self.look.ipx(190))

    def _choose(self, identity: str) -> None:
        self._texts[self._chosen.identity] = self._text.text
        if not self._chosen.is_expression:
            self._last_text = self._text.text
        self._chosen = self._entries[identity]
        self._text.set_text(self._texts[identity])
        self._show_choice()
        self._ask()

    def _show_choice(self) -> None:
        chosen = self._chosen
        self._text.set_label("Formula" if chosen.is_expression else "Text")
        self._values.setVisible(chosen is EXPRESSION)
        self._fixed.set_text(chosen.sizes)
        self._fixed.setVisible(bool(chosen.sizes) and not self._folded)
        for field in (*self._sizes, *self._rare):
            field.setVisible(chosen.is_fresh)
        self._activation.setVisible(chosen.is_fresh and chosen.cell == "elman")
        self._fold.setText("Sizes" if self._folded else "More")
        self._fold.setVisible(chosen.is_fresh)

    def _submit_text(self, _text: str) -> None:
        self.entered = self._text.hasFocus() or self._values.hasFocus()
        self._ask()

    def _touch(self, _text: str) -> None:
        self.entered = False

    def _ask(self, _value: object = None) -> None:
        """Ask for the run that the fields describe."""
        base = RunSpec(
            hidden=self._hidden.value,
            layers=self._layers.value,
            embedding=self._embedding.value,
            learned_start=self._start.choice == "learned",
            tokens=self._tokens.choice,
            activation=cast("Activation", self._activation.choice),
            seed=self._seed.value,
        )
        length = len(self._text.text)
        if length > LONGEST_TEXT:
            problem = f"This text has {length:,} characters; look at {LONGEST_TEXT:,} at most."
            self.show_problem(problem)
            self.refused.emit(problem)
            return
        try:
            spec = spec_for(self._chosen, base, self._text.text, self._values.text)
        except InputError as error:
            self._values.set_problem(str(error))
            self.refused.emit(str(error))
            return
        self._values.set_problem("")
        self.requested.emit(spec)

    def _open_sheet(self) -> None:
        self._sheet.adjustSize()
        self._sheet.move(self._fold.mapToGlobal(QPoint(0, self._fold.height() + 4)))
        self._sheet.show()
        # As if by Tab, so that a number that is typed takes the place of the old one.
        first = self._hidden if self._folded else self._layers
        first.setFocus(Qt.FocusReason.TabFocusReason)


def _fill_row(field: Field, *, fill: bool) -> None:
    """Let a field take the width there is, its value at the right end, or what it needs."""
    policy = QSizePolicy.Policy
    field.setSizePolicy(policy.Expanding if fill else policy.Fixed, policy.Fixed)
    row = field.layout()
    if isinstance(row, QHBoxLayout):
        row.setStretch(0, int(fill))
        row.setStretch(1, int(not fill))
