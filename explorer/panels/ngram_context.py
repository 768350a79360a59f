"""The context whose followers are shown: a field, and which part of it the model uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy

from explorer.kit.card import Card
from explorer.kit.field import TextField
from explorer.kit.label import Label
from explorer.kit.math_label import MathLabel
from explorer.panels.ngram_counting import kind_noun

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from explorer.panels.ngram_lookup import Lookup
    from explorer.theme import Style


class ContextCard(Card):
    """One row: the context as typed, what became of it, and the formula.

    Attributes:
        field: where the context is typed.
        remark: which part of it the model uses, in one sentence.

    Signals:
        edited(text): each change while typing.
        submitted(text): a person pressed Return.
    """

    edited = Signal(str)
    submitted = Signal(str)

    def __init__(self, style: Style, text: str, parent: QWidget | None = None) -> None:
        super().__init__(style, "Context", parent=parent)
        self.field = TextField(style, "", text, placeholder="any number of words")
        self.field.edited.connect(self.edited)
        self.field.submitted.connect(self.submitted)
        self.remark = Label(style, role="ink_2", elide=True)
        self._formula = MathLabel(style, _formula(3))
        self.header.insertWidget(1, self.field, 40)
        self.header.insertWidget(2, self.remark, 60)
        self.header.addWidget(self._formula)
        self._name("word")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.apply_style()

    @property
    def text(self) -> str:
        """The context as typed."""
        return self.field.text

    def set_text(self, text: str) -> None:
        """Show another context in the field."""
        self.field.set_text(text)

    def set_order(self, order: int) -> None:
        """Show the formula of another order."""
        self._formula.set_name(_formula(order))

    def show_lookup(self, lookup: Lookup) -> None:
        """Say what became of the context's tokens."""
        self.field.set_problem("")
        self.remark.set_text(lookup.remark)
        self._name(kind_noun(lookup.kind))

    def show_problem(self, sentence: str) -> None:
        """Mark the field; the remark stays that of the last context that could be used."""
        self.field.set_problem(sentence)

    def apply_style(self) -> None:
        """Set distances, closer than in a card with a body."""
        super().apply_style()
        look, layout = self.look, self.layout()
        if layout is not None:
            side, top = look.ipx(18), look.ipx(10)
            layout.setContentsMargins(side, top, side, top)
            layout.setSpacing(0)
        self.header.setSpacing(look.ipx(14))

    def _name(self, noun: str) -> None:
        self.setAccessibleName("Context")
        editor = self.field.focusProxy()
        if editor is not None:
            editor.setAccessibleName(f"Context, any number of {noun}s")


def _formula(order: int) -> str:
    """p(x_t | ...) of an order in the notation of `explorer.mathtext`."""
    if order == 1:
        return "p(x_t)"
    if order <= 3:
        before = ", ".join(f"x_{{t-{k}}}" for k in range(order - 1, 0, -1))
        return f"p(x_t|{before})"
    return f"p(x_t|x_{{t-{order - 1}}}, …, x_{{t-1}})"
