"""Why linear(x) and not linear.forward(x): two tapes, and the adjoints that go missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.styles.names import math_name
from explorer.kit.card import Card
from explorer.kit.label import Label
from explorer.kit.math_label import MathLabel
from explorer.kit.prose import Prose
from explorer.panels.code_cells import NumberCells
from explorer.panels.code_question import CodeLine, Question
from explorer.panels.code_tape import NoteList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.autodiff.primitives import Array
    from engine.styles.faq import AdjointRow, CallAnswer
    from explorer.theme import Role, Style

MOST_ADJOINTS = 3


class CallPage(Question):
    """Why linear(x) and not linear.forward(x)."""

    def __init__(self, style: Style) -> None:
        left = _CallCard(style, "The layer is called", "agrees")
        right = _CallCard(style, "Its forward is called directly", "disagrees")
        super().__init__(style, "Why linear(x) and not linear.forward(x)?", left, right)
        self._cards = (left, right)

    @property
    def tapes(self) -> tuple[NoteList, NoteList]:
        """The two tapes."""
        left, right = self._cards
        return left.notes, right.notes

    def show_answer(self, answer: CallAnswer, loss: str) -> None:
        """Show a network with and without the call."""
        for card, direct in zip(self._cards, (False, True), strict=True):
            card.show_call(answer, loss, direct=direct)
        missing = _listed([row.name for row in answer.adjoints if row.status == "missing"])
        wrong = _listed([row.name for row in answer.adjoints if row.status == "wrong"])
        gaps = sum(not left for _, left in answer.notes)
        notes = "1 note is" if gaps == 1 else f"{gaps} notes are"
        also = f" The adjoints of {wrong} are wrong: a path is missing." if wrong else ""
        self.set_answer(
            "Calling a module runs its forward and leaves a note on the tape. Its forward alone"
            f" computes the same `{loss} = {answer.forwarded_loss:.6g}`, but {notes} missing, so"
            f" the backward pass never reaches {missing}.{also}"
        )


class _Adjoint(QWidget):
    """The adjoint of one quantity, or that nothing has arrived."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._name = MathLabel(style, role="backward")
        self._note = Label(style, font="secondary", role="ink_2", elide=True)
        self._cells = NumberCells(style, "adjoint", font="mono")
        head = QHBoxLayout()
        head.addWidget(self._name)
        head.addWidget(self._note, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self._cells)

    def show_adjoint(self, row: AdjointRow, loss: str, found: Array | None, note: str) -> None:
        """Show an adjoint; dashed cells where nothing arrived."""
        known = row.called if row.called is not None else row.forwarded
        shape = () if known is None else np.shape(known)
        self._name.set_name(f"∂{loss}/∂{math_name(row.name)}")
        self._note.set_text(note)
        self._note.set_role("disagrees" if note else "ink_2")
        self._cells.show_array(None if found is None else np.asarray(found, np.float64), shape)


class _CallCard(Card):
    """One of the two ways to use a layer: its line, the tape, the loss and the adjoints."""

    def __init__(self, style: Style, title: str, role: Role) -> None:
        super().__init__(style, title)
        self._line = CodeLine(style, role)
        self._loss = Prose(style)
        self.notes = NoteList(style)
        self._adjoints = [_Adjoint(style) for _ in range(MOST_ADJOINTS)]
        self.body.addWidget(self._line)
        self.body.addWidget(self._loss)
        self.body.addWidget(Label(style, "Tape after the forward pass", font="text_strong"))
        self.body.addWidget(self.notes)
        self.body.addWidget(Label(style, "Adjoints after the backward pass", font="text_strong"))
        for adjoint in self._adjoints:
            self.body.addWidget(adjoint)
        self.body.addStretch(1)

    def show_call(self, answer: CallAnswer, loss: str, *, direct: bool) -> None:
        """Show the network with the layer called, or with its forward called directly."""
        self._line.set_text(answer.forwarded_line if direct else answer.called_line)
        number = answer.forwarded_loss if direct else answer.loss
        self._loss.set_sentence(f"The forward pass gives `{loss} = {number:.6g}`.")
        self.notes.show_notes([(text, left or not direct) for text, left in answer.notes])
        rows = answer.adjoints[:MOST_ADJOINTS]
        for widget, row in zip(self._adjoints, rows, strict=False):
            found = row.forwarded if direct else row.called
            note = {"missing": "nothing arrived", "wrong": "parts are missing"}.get(row.status, "")
            widget.show_adjoint(row, loss, found, note if direct else "")
        for place, widget in enumerate(self._adjoints):
            widget.setVisible(place < len(rows))


def _listed(names: Sequence[str]) -> str:
    """Names as mathematics in a sentence."""
    told = [f"`{math_name(name)}`" for name in names]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}" if told else ""
