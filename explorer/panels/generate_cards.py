"""The cards at the right of Generate: what a token is drawn from, and how it was drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from explorer.kit.bar_list import Bar, BarList
from explorer.kit.button import Button
from explorer.kit.card import Card
from explorer.kit.tokens import shown_token
from explorer.panels.context_words import ContextWords
from explorer.panels.generate_draw import DrawLine
from explorer.panels.generate_sentence import Sentence
from explorer.panels.ngram_counting import grouped, kind_noun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from explorer.panels.generate_distribution import Distribution
    from explorer.panels.generate_models import LoadedModel
    from explorer.panels.generate_sampling import Drawn
    from explorer.theme import Style


class NextCard(Card):
    """The distribution of the next token as bars, cut tokens struck through.

    Attributes:
        bars: the list.

    Signals:
        picked(token): a person wants this token in the text here, whatever was drawn.
    """

    picked = Signal(int)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "Next token after", parent=parent)
        self._after = ContextWords(style)
        self.header.insertWidget(1, self._after, 100)
        self.bars = BarList(style, name="Distribution of the next token")
        self._tokens: tuple[int, ...] = ()
        self._kept = Sentence(style, font="secondary", lines=2)
        self.body.addWidget(self.bars, 1)
        self.body.addWidget(self._kept)
        self.bars.picked.connect(self._pick)

    def show_context(self, model: LoadedModel, before: Sequence[str], *, whose: str = "") -> None:
        """Say which tokens come before, and of which model where there are several."""
        last = before[-30:] if model.kind == "char" else before[-8:]
        words = model.cutter.detokenize(last).replace("\n", "↵")
        more = "… " if len(before) > len(last) else ""
        noun = kind_noun(model.kind)
        self.set_title(f"{whose}: {noun} after" if whose else f"Next {noun} after")
        self._after.set_text(f"{more}{words}" if words else "nothing", faint=not words)

    def show_distribution(
        self, model: LoadedModel, distribution: Distribution, one: Drawn | None
    ) -> None:
        """Show what is drawn from, the drawn token highlighted where there is one."""
        vocabulary = model.model.vocabulary.tokens
        candidates = distribution.candidates
        token = None if one is None else one.token
        top = max((item.probability for item in candidates), default=0.0) or 1.0
        by_hand = one is not None and one.by_hand
        self._tokens = tuple(item.token for item in candidates)
        self.bars.set_bars(
            [
                Bar(
                    vocabulary[item.token],
                    item.probability / top,
                    ("cut" if item.cut else shown_probability(item.probability),),
                    highlighted=item.token == token,
                    cut=item.cut,
                    mark="put in by hand" if by_hand else "drawn",
                )
                for item in candidates
            ]
        )
        self._kept.set_text(_kept_sentence(distribution, kind_noun(model.kind)))

    def _pick(self, row: int) -> None:
        if 0 <= row < len(self._tokens):
            self.picked.emit(self._tokens[row])


class DrawCard(Card):
    """The random number, and the piece of the line it fell into.

    Attributes:
        line: the probabilities laid end to end.
        again_button: goes back to the shown token and draws another.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "How it is drawn", parent=parent)
        self.line = DrawLine(style)
        self.again_button = Button(style, "Draw another here", kind="flat")
        self.again_button.setToolTip(
            "Go back to this place in every column and draw with another random number (Return)"
        )
        self._said = Sentence(style, lines=3)
        self.body.addWidget(self.line)
        self.body.addWidget(self._said, 1)
        self.header.addWidget(self.again_button)

    @property
    def said(self) -> str:
        """The draw in words."""
        return self._said.text

    def show_draw(self, distribution: Distribution, one: Drawn | None, place: int = 0) -> None:
        """Show the draw at a place, or before it the line that the number will fall on."""
        self.again_button.setVisible(one is not None)
        if one is None:
            self.set_title("How it is drawn")
            self.line.show_draw(distribution, None, None)
            self._said.set_text(
                "Each piece is as long as its token is probable. A random number between 0 and 1 "
                "will fall into one of them."
            )
            return
        self.set_title("Put in by hand" if one.by_hand else "How it was drawn")
        text = shown_token(one.text)
        if one.by_hand:
            self.line.show_draw(distribution, None, one.token)
            self._said.set_text(
                f"Token {place + 1}, “{text}”, was chosen by a person, not drawn: no random number "
                "fell on it."
            )
            return
        self.line.show_draw(distribution, one.uniform, one.token)
        which = (
            f"Token {place + 1}: the random number {one.uniform:.4f}"
            if not one.attempt
            else f"Token {place + 1}, redraw {one.attempt}: the new random number {one.uniform:.4f}"
        )
        self._said.set_text(
            f"{which} falls into the piece that belongs to “{text}”. The pieces are the "
            "probabilities laid end to end."
        )


def shown_probability(probability: float) -> str:
    """A probability with four places, or as a power of ten where those would all be 0."""
    return f"{probability:.4f}" if probability >= 0.00005 else f"{probability:.0e}"


def _kept_sentence(distribution: Distribution, noun: str) -> str:
    kept = f"{grouped(distribution.kept)} {noun}{'' if distribution.kept == 1 else 's'}"
    said = f"Temperature {distribution.temperature:.2f}: {kept} can be drawn"
    said += "."
    if distribution.cut:
        others = f"{grouped(distribution.cut)} with {distribution.cut_share:.2f} of the probability"
        said = f"{said[:-1]}; {others} {'is' if distribution.cut == 1 else 'are'} cut."
    return f"{said} {_back_off(distribution)}".rstrip()


def _back_off(distribution: Distribution) -> str:
    """That an n-gram model looked at fewer tokens than it could, where it did."""
    if distribution.context >= distribution.wanted:
        return ""
    return (
        f"Backed off to order {distribution.context + 1}: the last {distribution.wanted} tokens "
        "never stand in its text."
    )
