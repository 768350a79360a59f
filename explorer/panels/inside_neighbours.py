"""The card of the tokens that are most alike to one: their vectors point the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from explorer.kit.bar_list import Bar, BarList
from explorer.kit.card import Card
from explorer.kit.field import TextField
from explorer.kit.prose import Prose
from explorer.kit.segmented import Segmented
from explorer.kit.tokens import beginning, shown_token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QWidget

    from engine.models.recurrent import RecurrentLM
    from engine.models.units import Side
    from explorer.panels.inside_reading import Reading
    from explorer.theme import Style

COUNT = 24
_TYPED = str.maketrans({"␣": " ", "↵": "\n", "⇥": "\t"})

Neighbours = tuple[int, tuple[tuple[int, float], ...]]
"""A token, and those most alike to it with their cosines."""


def find_neighbours(model: RecurrentLM, token: int, side: Side) -> Iterator[Neighbours]:
    """The tokens most alike to one."""
    from engine.models.units import neighbours, token_vectors

    ids, cosines = neighbours(token_vectors(model, side), token, COUNT)
    yield token, tuple(zip(ids.tolist(), cosines.tolist(), strict=True))


class NeighboursCard(Card):
    """The nearest tokens by cosine, of what is read or of what is predicted.

    Attributes:
        field: the token.
        side: whether its input or its output vector is meant.
        bars: the neighbours.

    Signals:
        wanted(token, side): the neighbours of a token id are to be found.
        unknown(sentence): what was typed is no token of the model; empty takes it back.
    """

    wanted = Signal(int, str)
    unknown = Signal(str)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "Nearest tokens", "cosine", parent)
        self._reading: Reading | None = None
        self._token = -1
        self._ids: tuple[int, ...] = ()
        self.field = TextField(style, "Token")
        self.side = Segmented(style, (("input", "input"), ("output", "output")), name="Vectors")
        self.bars = BarList(style, name="Nearest tokens", strong=True)
        self._which = Prose(style, font="secondary", role="ink_2", lines=2, grows=True)
        row = QHBoxLayout()
        row.addWidget(self.field, 1)
        row.addWidget(self.side)
        self.body.addLayout(row)
        self.body.addWidget(self.bars, 1)
        self.body.addWidget(self._which)
        self.field.submitted.connect(self._type)
        self.side.chosen.connect(self._switch)
        self.bars.picked.connect(self._pick)

    @property
    def token(self) -> int:
        """The id of the token, -1 for none."""
        return self._token

    def show_reading(self, reading: Reading) -> None:
        """Take another model's tokens."""
        self._reading, self._token = reading, -1
        self._which.set_sentence(_which_sentence(reading.model, self.side.choice))

    def look_at(self, token: int) -> None:
        """Ask for the neighbours of a token, unless it is the one that is shown."""
        if self._reading is not None and token != self._token:
            self._token = token
            self.field.set_text(shown_token(self._reading.model.vocabulary.tokens[token]))
            self.field.set_problem("")
            self.wanted.emit(token, self.side.choice)

    def show_neighbours(self, found: Neighbours) -> None:
        """Show the answer."""
        reading, (token, near) = self._reading, found
        if reading is None or token != self._token:
            return
        tokens = reading.model.vocabulary.tokens
        self._ids = tuple(one for one, _ in near)
        self.bars.set_bars(
            [Bar(tokens[one], max(0.0, cosine), (f"{cosine:+.3f}",)) for one, cosine in near]
        )
        self.bars.scrollToTop()

    def _type(self, text: str) -> None:
        reading = self._reading
        if reading is None:
            return
        vocabulary = reading.model.vocabulary
        plain = text.translate(_TYPED)
        cut = reading.loaded.cutter.tokenize(plain)
        token = plain if plain in vocabulary else cut[0] if len(cut) == 1 else ""
        if token in vocabulary:
            self.unknown.emit("")
            self.field.set_problem("")
            self.look_at(int(vocabulary.encode([token])[0]))
            return
        named = f"“{beginning(text)}”"
        sentence = f"{named} is no {reading.noun} that the model knows; type another one."
        self.field.set_problem(sentence)
        self.unknown.emit(sentence)

    def _switch(self, side: str) -> None:
        if self._reading is not None:
            self._which.set_sentence(_which_sentence(self._reading.model, side))
            if self._token >= 0:
                self.wanted.emit(self._token, side)

    def _pick(self, row: int) -> None:
        self.look_at(self._ids[row])


def _which_sentence(model: RecurrentLM, side: str) -> str:
    if side == "output":
        return "Between rows of `W_hy`: tokens that are predicted from the same states."
    if model.architecture.embedding:
        return "Between columns of `E`, the learned embedding of each token."
    if model.architecture.cell == "elman":
        return "Between columns of `W_xh`: what each one-hot token adds to the hidden state."
    return "Between columns of the `W_x` of all gates: what each one-hot token adds to them."
