"""The card of what comes next: the most probable tokens, and how the one that came fared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.kit.bar_list import Bar, BarList
from explorer.kit.card import Card
from explorer.kit.prose import Prose
from explorer.kit.tokens import shown_token
from explorer.panels.context_words import ContextWords
from explorer.panels.generate_cards import shown_probability
from explorer.panels.inside_columns import LINE_END
from explorer.panels.ngram_counting import grouped

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from explorer.panels.inside_reading import Reading
    from explorer.theme import Style


class NextCard(Card):
    """The next-token distribution after the position, as bars.

    Attributes:
        bars: the list; the token that came is highlighted.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "Next token after", parent=parent)
        self._shown: tuple[Reading, int] | None = None
        self._after = ContextWords(style)
        self.header.insertWidget(1, self._after, 100)
        self.bars = BarList(style, name="Most probable next tokens")
        self._came = Prose(style, font="secondary", role="ink_2", lines=2, grows=True)
        self.body.addWidget(self.bars, 1)
        self.body.addWidget(self._came)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many tokens as there is room for."""
        super().resizeEvent(event)
        if self._shown is not None:
            self.layout().activate()  # type: ignore[union-attr]  # a card has a layout
            self.show_position(*self._shown)

    @property
    def sentence(self) -> str:
        """What is said of the token that came."""
        return self._came.sentence

    def show_position(self, reading: Reading, position: int) -> None:
        """Show what the model expects after another token."""
        self._shown = (reading, position)
        found, step = reading.activations, position + 1
        tokens = reading.model.vocabulary.tokens
        chars = reading.loaded.kind == "char"
        context = reading.text(max(0, step - (30 if chars else 8)), step)
        self.set_title(f"Next {reading.noun} after")
        self._after.set_text(context.replace("\n", LINE_END))
        came = int(found.tokens[step]) if step < len(found.tokens) else -1
        fitting = max(4, self.bars.height() // self.look.ipx(BarList.ROW))
        top = list(zip(found.top_tokens[step].tolist(), found.top_probabilities[step].tolist(),
                       strict=True))[:fitting]  # fmt: skip
        most = max(top[0][1], 1e-12)
        if came >= 0 and all(token != came for token, _ in top):
            top[fitting - 1 :] = [(came, 2 ** -float(found.surprisals[step]))]
        self.bars.set_bars(
            [
                Bar(tokens[token], p / most, (shown_probability(p),), token == came, mark="came")
                for token, p in top
            ]
        )
        self._came.set_sentence(came_sentence(reading, step))


def came_sentence(reading: Reading, step: int) -> str:
    """How the token after ``step`` tokens fared, ``x_(step + 1)``."""
    found = reading.activations
    if step >= len(found.tokens):
        return "The text ends here."
    bits = float(found.surprisals[step])
    return (
        f"“{shown_token(reading.surfaces[step])}” came: rank {grouped(int(found.ranks[step]))} of "
        f"{grouped(len(reading.model.vocabulary))}, p = {shown_probability(2**-bits)}, "
        f"{bits:.2f} bits of surprise."
    )
