"""The card of what follows a context: each token's bar, count and probability."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from explorer.kit.bar_list import Bar, BarList
from explorer.kit.card import Card
from explorer.kit.label import Label
from explorer.kit.notice import EmptyState
from explorer.panels.context_words import ContextWords
from explorer.panels.ngram_counting import grouped, kind_noun

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from explorer.panels.ngram_lookup import Lookup
    from explorer.theme import Style

COUNTING = "The text is being counted …"


class FollowersCard(Card):
    """The next-token distribution with its evidence.

    Attributes:
        bars: the list, the most frequent token first.

    Signals:
        picked(row): a person clicked a token or pressed Return on it.
        again_requested(): a person wants the text to be counted after all.
    """

    picked = Signal(int)
    again_requested = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "Next word after", parent=parent)
        self._after = ContextWords(style)
        self.header.insertWidget(1, self._after, 100)
        self._seen = Label(style, font="secondary", role="ink_2", elide=True)
        self._waiting = EmptyState(style, COUNTING)
        self.bars = BarList(style, name="Next tokens", strong=True)
        self._hint = Label(style, font="secondary", role="ink_2", elide=True)
        self.body.addWidget(self._seen)
        self.body.addWidget(self._waiting, 1)
        self.body.addWidget(self.bars, 1)
        self.body.addWidget(self._hint)
        for widget in (self._seen, self.bars, self._hint):
            widget.hide()
        self.bars.picked.connect(self.picked)
        self._waiting.action_requested.connect(self.again_requested)

    def wait(self, sentence: str = COUNTING, button: str = "") -> None:
        """Say why there is nothing yet, for as long as there is nothing."""
        self._waiting.say(sentence, button)

    def show_lookup(self, lookup: Lookup) -> None:
        """Show what follows another context."""
        noun = kind_noun(lookup.kind)
        joint = "" if lookup.kind == "char" else " "
        used = joint.join(lookup.labels("used"))
        self.set_title(f"Next {noun} after")
        self._after.set_text(used or "nothing", faint=not used)
        self._seen.set_text(_seen_sentence(lookup))
        top = lookup.followers[0].probability
        self.bars.set_bars(
            [
                Bar(
                    follower.token,
                    follower.probability / top,
                    (grouped(follower.count), f"{follower.probability:.4f}"),
                )
                for follower in lookup.followers
            ]
        )
        self.bars.scrollToTop()
        self._hint.set_text(f"Click a {noun} to put it after the context.")
        self._waiting.hide()
        for widget in (self._seen, self.bars, self._hint):
            widget.show()


def _seen_sentence(lookup: Lookup) -> str:
    if lookup.seen == 1:
        return "seen once"
    seen = f"seen {grouped(lookup.seen)} times"
    if lookup.different == 1:
        return f"{seen} · always the same"
    shown = len(lookup.followers)
    listed = f", the first {shown} listed" if shown < lookup.different else ""
    return f"{seen} · {grouped(lookup.different)} different{listed}"
