"""The cards at the right of Generate: what a token is drawn from, and how it was drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from explorer.kit.bar_list import Bar, BarList
from explorer.kit.card import Card
from explorer.kit.label import Label
from explorer.kit.tokens import shown_token
from explorer.panels.context_words import ContextWords
from explorer.panels.generate_draw import DrawLine
from explorer.panels.ngram_counting import grouped, kind_noun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from explorer.panels.generate_models import LoadedModel
    from explorer.panels.generate_sampling import Distribution, Drawn
    from explorer.theme import Style


class NextCard(Card):
    """The distribution of the next token as bars, cut tokens struck through.

    Attributes:
        bars: the list.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "Next token after", parent=parent)
        self._after = ContextWords(style)
        self.header.insertWidget(1, self._after, 100)
        self.bars = BarList(style, name="Distribution of the next token")
        self._kept = Label(style, font="secondary", role="ink_2")
        self._kept.setWordWrap(True)
        self.body.addWidget(self.bars, 1)
        self.body.addWidget(self._kept)

    def show_context(self, model: LoadedModel, before: Sequence[str]) -> None:
        """Say which tokens come before."""
        last = before[-30:] if model.kind == "char" else before[-8:]
        words = model.cutter.detokenize(last).replace("\n", "↵")
        more = "… " if len(before) > len(last) else ""
        self.set_title(f"Next {kind_noun(model.kind)} after")
        self._after.set_text(f"{more}{words}" if words else "nothing", faint=not words)

    def show_distribution(
        self, model: LoadedModel, distribution: Distribution, token: int | None
    ) -> None:
        """Show what is drawn from, the drawn token highlighted where there is one."""
        vocabulary = model.model.vocabulary.tokens
        top = max((item.probability for item in distribution.candidates), default=0.0) or 1.0
        self.bars.set_bars(
            [
                Bar(
                    vocabulary[item.token],
                    item.probability / top,
                    ("cut" if item.cut else shown_probability(item.probability),),
                    highlighted=item.token == token,
                    cut=item.cut,
                )
                for item in distribution.candidates
            ]
        )
        self._kept.set_text(_kept_sentence(distribution, kind_noun(model.kind)))


class DrawCard(Card):
    """The random number, and the piece of the line it fell into.

    Attributes:
        line: the probabilities laid end to end.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "How it is drawn", parent=parent)
        self.line = DrawLine(style)
        self._said = Label(style, role="ink_2")
        self._said.setWordWrap(True)
        self._said.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.line)
        self.body.addWidget(self._said, 1)

    def show_draw(self, distribution: Distribution, one: Drawn | None) -> None:
        """Show a draw, or before it the line that the number will fall on."""
        if one is None:
            self.set_title("How it is drawn")
            self.line.show_draw(distribution, None, None)
            self._said.set_text(
                "Each piece is as long as its token is probable. A random number between 0 and 1 "
                "will fall into one of them."
            )
            return
        self.set_title("How it was drawn")
        self.line.show_draw(distribution, one.uniform, one.token)
        self._said.set_text(
            f"The random number {one.uniform:.4f} falls into the piece that belongs to "
            f"“{shown_token(one.text)}”. The pieces are the probabilities laid end to end."
        )


def shown_probability(probability: float) -> str:
    """A probability with four places, or as a power of ten where those would all be 0."""
    return f"{probability:.4f}" if probability >= 0.00005 else f"{probability:.0e}"


def _kept_sentence(distribution: Distribution, noun: str) -> str:
    kept = f"{grouped(distribution.kept)} {noun}{'' if distribution.kept == 1 else 's'}"
    said = f"Temperature {distribution.temperature:.2f}: {kept} can be drawn"
    if not distribution.cut:
        return f"{said}."
    others = f"{grouped(distribution.cut)} with {distribution.cut_share:.2f} of the probability"
    return f"{said}; {others} {'is' if distribution.cut == 1 else 'are'} cut."
