"""The sheet "What if": one number of the selected node, what follows from it, and all changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.trace.what_if import is_token
from explorer.canvas.twin_bars import TwinBars, plain, signed
from explorer.kit.button import Button
from explorer.kit.field import SpinField, TextField
from explorer.kit.label import Label
from explorer.kit.prose import Prose
from explorer.kit.styled import Styled
from explorer.kit.tokens import shown_token
from explorer.panels.cells import Cells
from explorer.panels.inspector import component_labels
from explorer.panels.paragraph import Paragraph
from explorer.panels.what_if_bars import BarPair, Curve, VisitedPlot
from explorer.panels.what_if_lists import ChangeList, ChangeRow, TokenList, TokenRow
from explorer.panels.what_if_slider import ValueSlider

if TYPE_CHECKING:
    from engine.trace.trace import Trace
    from explorer.theme import Style

_HINT = (
    "On the canvas too: drag a cell of the selected card up or down (with Shift in small steps)."
)


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """The number that can be changed.

    Attributes:
        original, now: the runs without and with the changes.
        node, component: which number.
        note: what changing it means.
    """

    original: Trace
    now: Trace
    node: int
    component: int
    note: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from the changes.

    Attributes:
        title: the name of the output.
        before, after: the output.
        bars: its change, as predicted and in truth.
        curve: of the number that is looked at; None where it has no adjoint.
        remark: on how well the prediction does.
    """

    title: str
    before: float
    after: float
    bars: TwinBars
    curve: Curve | None
    remark: str


class WhatIfSheet(Styled):
    """Shows what it is given; what a person wants it tells by signals.

    Attributes:
        cells, slider, typed: one number of a tensor.
        tokens, search: the vocabulary, for a token.
        pair, plot: what is predicted and what is true.
        changes: all changes.

    Signals:
        component_chosen(component): another number of the node.
        moved(number): the slider was moved, by mouse or by key.
        began(), ended(): the slider was taken, and let go.
        submitted(text): a number was typed.
        token_chosen(identity): another token is to be read.
        undo_wanted(), redo_wanted(), reset_wanted(): as said.
    """

    component_chosen = Signal(int)
    moved = Signal(float)
    began = Signal()
    ended = Signal()
    submitted = Signal(str)
    token_chosen = Signal(int)
    undo_wanted = Signal()
    redo_wanted = Signal()
    reset_wanted = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._subject: Subject | None = None
        self._name = Paragraph(style, font="heading", lines=3)
        self._note = Paragraph(style, role="ink_2", lines=6)
        self.cells = Cells(style, "value")
        self.place = SpinField(style, "component", 1, 1, 1)
        self._of = Label(style, font="secondary", role="ink_2", elide=True)
        self.slider = ValueSlider(style)
        self.typed = TextField(style, "now")
        self._before = Label(style, font="mono", elide=True)
        self.search = TextField(style, "", placeholder="Find a token")
        self.tokens = TokenList(style)
        self._output = Prose(style, font="text_strong")
        self._loss = Label(style, font="mono", elide=True)
        self.pair = BarPair(style)
        self._remark = Paragraph(style, role="ink_2", lines=6)
        self.plot = VisitedPlot(style)
        self._title = Label(style, "Changes", font="text_strong")
        self.undo, self.redo, self.reset = (Button(style, text) for text in _BUTTONS)
        self.changes = ChangeList(style)
        self._none = Paragraph(style, role="ink_2", lines=3)
        self._hint = Paragraph(style, role="ink_2", lines=6)
        self._build()
        self._connect()
        self.apply_style()

    def _build(self) -> None:
        self._one = QWidget()
        self._rows = [QHBoxLayout() for _ in range(4)]
        which, number, loss, title = self._rows
        which.addWidget(self.place)
        which.addWidget(self._of, 1)
        number.addWidget(self.typed, 3)
        number.addWidget(self._before, 4)
        inside = self._inside = QVBoxLayout(self._one)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.cells)
        inside.addLayout(which)
        inside.addWidget(self.slider)
        inside.addLayout(number)
        loss.addWidget(self._output, 1)
        loss.addWidget(self._loss)
        title.addWidget(self._title, 1)
        for button in (self.undo, self.redo, self.reset):
            title.addWidget(button)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self._name, self._note, self._one, self.search, self.tokens):
            column.addWidget(widget)
        column.addLayout(loss)
        for widget in (self.pair, self._remark, self.plot):
            column.addWidget(widget)
        column.addLayout(title)
        for widget in (self.changes, self._none, self._hint):
            column.addWidget(widget)
        column.addStretch(1)
        self._none.set_sentence("Nothing is changed: this is the run as it was recorded.")
        self._hint.set_sentence(_HINT)

    def _connect(self) -> None:
        self.cells.chosen.connect(self.component_chosen)
        self.place.changed.connect(self._choose_place)
        self.slider.changed.connect(self._move)
        self.slider.sliderPressed.connect(self.began)
        self.slider.sliderReleased.connect(self.ended)
        self.typed.submitted.connect(self._submit)
        self.search.edited.connect(self._fill_tokens)
        self.tokens.picked.connect(self.token_chosen)
        self.undo.clicked.connect(self.undo_wanted)
        self.redo.clicked.connect(self.redo_wanted)
        self.reset.clicked.connect(self.reset_wanted)

    def apply_style(self) -> None:
        """Set the spacing."""
        self._column.setSpacing(self.look.ipx(9))
        self._inside.setSpacing(self.look.ipx(7))
        for row in self._rows:
            row.setSpacing(self.look.ipx(8))

    @property
    def subject(self) -> Subject | None:
        """The number that is offered, None where there is none."""
        return self._subject

    def show_nothing(self, sentence: str) -> None:
        """Say why there is no number to change."""
        self._subject = None
        self._name.set_sentence("")
        self._name.hide()
        self._note.set_sentence(sentence)
        for widget in (self._one, self.search, self.tokens, self.plot, self._hint):
            widget.hide()

    def show_subject(self, subject: Subject) -> None:
        """Offer a number."""
        before, self._subject = self._subject, subject
        node, value = subject.now.nodes[subject.node], subject.now.nodes[subject.node].value
        self._name.show()
        self._name.set_sentence(f"`{node.name}`")
        self._note.set_sentence(subject.note)
        token = is_token(node)
        self._one.setVisible(not token)
        self.plot.setVisible(not token)
        self._hint.setVisible(not token)
        self.search.setVisible(token)
        self.tokens.setVisible(token)
        if token:
            if before is None or before.node != subject.node:
                self.search.set_text("")
            self._fill_tokens()
            return
        same = before is not None and (before.node, before.component, before.original) == (
            subject.node, subject.component, subject.original,
        )  # fmt: skip
        labels, several = component_labels(subject.now, node), value.size > 1
        self.cells.setVisible(several)
        self.place.setVisible(several)
        self._of.setVisible(several)
        if several:
            self.cells.show_array(
                value.astype(np.float64), value.shape, component=subject.component, labels=labels
            )
            self.place.set_range(1, value.size)
            self.place.set_value(subject.component + 1)
            self.place.apply_style()
            self._of.set_text(f"of {value.size}{_place(subject, labels)}")
        original = subject.original.nodes[subject.node].value.reshape(-1)
        if not same:
            finite = np.abs(original[np.isfinite(original)].astype(np.float64))
            self.slider.set_scale(1.5 * float(finite.max(initial=0.0)) or 1.0, self._original)
        self._show_number(float(value.reshape(-1)[subject.component]))

    def show_outcome(self, outcome: Outcome) -> None:
        """Show what follows."""
        changed = outcome.bars.truth != 0 or outcome.bars.predicted != 0
        self._output.set_sentence(outcome.title)
        self._loss.set_text(
            f"{plain(outcome.before)} → {plain(outcome.after)}"
            if changed
            else plain(outcome.before)
        )
        self.pair.show_bars(outcome.bars)
        self._remark.set_sentence(outcome.remark)
        self.plot.show_curve(outcome.curve)

    def show_changes(self, rows: tuple[ChangeRow, ...], *, undo: bool, redo: bool) -> None:
        """List the changes, and whether there is something to take back or make again."""
        self.changes.set_rows(rows)
        self.changes.setVisible(bool(rows))
        self._none.setVisible(not rows)
        self._title.set_text(f"Changes: {len(rows)}" if rows else "Changes")
        for button, able in ((self.undo, undo), (self.redo, redo), (self.reset, bool(rows))):
            button.setEnabled(able)

    def refuse(self, sentence: str) -> None:
        """Say what is wrong with the number that was typed; an empty text: nothing."""
        self.typed.set_problem(sentence)

    @property
    def _original(self) -> float:
        assert self._subject is not None
        value = self._subject.original.nodes[self._subject.node].value
        return float(value.reshape(-1)[self._subject.component])

    def _show_number(self, number: float) -> None:
        """The number in the field, and how far from the original it is."""
        self.refuse("")
        if not self.slider.isSliderDown():
            self.slider.show_number(number)
        self._say_number(number)

    def _say_number(self, number: float) -> None:
        self.typed.set_text(f"{number:.10g}")
        before = self._original
        with np.errstate(all="ignore"):
            difference = "" if number == before else f"   Δ {signed(number - before)}"
        self._before.set_text(f"was {plain(before)}{difference}")

    def _move(self, number: float) -> None:
        if self._subject is not None:
            self._say_number(number)
            self.moved.emit(number)

    def _submit(self, text: str) -> None:
        if self._subject is not None and text != f"{self.slider.number:.10g}":
            self.submitted.emit(text)

    def _choose_place(self, place: int) -> None:
        self.component_chosen.emit(place - 1)

    def _fill_tokens(self, _text: str = "") -> None:
        """The tokens that hold what is searched for."""
        subject = self._subject
        if subject is None:
            return
        words = subject.now.provenance.get("vocabulary", ())
        was, now = (
            int(run.nodes[subject.node].value.reshape(-1)[subject.component])
            for run in (subject.original, subject.now)
        )
        sought = self.search.text.casefold()
        rows = []
        for identity, word in enumerate(words):
            if sought and sought not in word.casefold():
                continue
            state = "now" if identity == now else "original" if identity == was else ""
            rows.append(TokenRow(identity, shown_token(word), state))
        self.tokens.show_rows(tuple(rows))


_BUTTONS = ("Undo", "Redo", "Reset")


def _place(subject: Subject, labels: tuple[str, ...]) -> str:
    """Which component it is, in words: its token, or its row and column."""
    shape = subject.now.nodes[subject.node].value.shape
    if subject.component < len(labels):
        return f", “{labels[subject.component]}”"
    if len(shape) < 2:
        return ""
    index = ", ".join(str(int(i) + 1) for i in np.unravel_index(subject.component, shape))
    return f", at [{index}]"
