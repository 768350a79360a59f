"""The card of what follows a context: bars or a table, and where one probability comes from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout

from explorer.kit.bar_list import Bar, BarList
from explorer.kit.card import Card
from explorer.kit.field import TextField
from explorer.kit.label import Label
from explorer.kit.notice import EmptyState
from explorer.kit.save_menu import SaveMenu
from explorer.kit.segmented import Segmented
from explorer.panels.context_words import ContextWords
from explorer.panels.ngram_counting import grouped, kind_noun
from explorer.panels.ngram_evidence import EvidencePanel
from explorer.panels.ngram_table import FollowerTable, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtCore import QModelIndex
    from PySide6.QtWidgets import QWidget

    from explorer.panels.ngram_answers import TokenNames
    from explorer.panels.ngram_lookup import Lookup
    from explorer.theme import Style

COUNTING = "The text is being counted …"


class FollowersCard(Card):
    """The next-token distribution with its evidence.

    Attributes:
        bars: the list, the most probable token first.
        table: the same as a table, with all tokens.
        view: which of the two is shown.
        field: what the table's tokens are to hold.
        evidence: where the probability of the token looked at comes from.
        menu: saves it.

    Signals:
        picked(token): a person wants the token of this id after the context.
        again_requested(): a person wants the text to be counted after all.
    """

    picked = Signal(int)
    again_requested = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "Next word after", parent=parent)
        self._lookup: Lookup | None = None
        self._names: TokenNames | None = None
        self._token = -1
        self._expected = ("", "")
        self._after = ContextWords(style)
        self.view = Segmented(style, (("bars", "Bars"), ("table", "Table")), name="Next tokens as")
        kinds = (".png", ".svg", ".csv")
        self.menu = SaveMenu(style, "Next tokens", dict.fromkeys(kinds, self.save))
        self.header.insertWidget(1, self._after, 100)
        self.header.addWidget(self.menu)
        self._seen = Label(style, font="secondary", role="ink_2", elide=True)
        self._note = Label(style, font="secondary", role="backward")
        self._note.setWordWrap(True)
        self._waiting = EmptyState(style, COUNTING)
        self.field = TextField(style, "", placeholder="Search the tokens")
        self.bars = BarList(style, name="Next tokens", strong=True)
        self.table = FollowerTable(style)
        self.evidence = EvidencePanel(style)
        for widget, stretch in (
            (self._note, 0), (self._waiting, 1), (self.bars, 1), (self.table, 1),
            (self.evidence, 0),
        ):  # fmt: skip
            self.body.addWidget(widget, stretch)
        about = QHBoxLayout()
        about.addWidget(self._seen, 100)
        about.addWidget(self.field, 100)
        about.addWidget(self.view)
        self.body.insertLayout(0, about)
        for hidden in (self._seen, self._note, self.field, self.bars, self.table,
                       self.view, self.menu):  # fmt: skip
            hidden.hide()
        for control in (self.view, self.menu):
            policy = control.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            control.setSizePolicy(policy)
        self._listen()

    @property
    def lookup(self) -> Lookup | None:
        """What is shown."""
        return self._lookup

    def hasHeightForWidth(self) -> bool:
        """Return that any height does: the bars scroll."""
        return False

    def minimumSizeHint(self) -> QSize:
        """Return room for some bars, or rows of the table, above the evidence."""
        least = super().minimumSizeHint()
        look = self.look
        return QSize(max(least.width(), look.ipx(350)), max(least.height(), look.ipx(372)))

    def wait(self, sentence: str = COUNTING, button: str = "") -> None:
        """Say why there is nothing yet, for as long as there is nothing."""
        self._waiting.say(sentence, button)

    def expect(self, token: str, before: str) -> None:
        """Mark the bar of a token, for as long as the context is the text before it."""
        self._expected = (token, before)

    def show_lookup(self, lookup: Lookup, names: TokenNames) -> None:
        """Show what follows another context."""
        if names is not self._names:
            self._token = -1
        self._lookup, self._names = lookup, names
        noun = kind_noun(lookup.kind)
        used = _joined(lookup)
        self.set_title(f"Next {noun} after")
        self._after.set_text(used or "nothing", faint=not used)
        self._seen.set_text(_seen_sentence(lookup))
        self._note.set_text(lookup.model.note)
        token, before = self._expected
        expected = token if before == lookup.text else ""
        top = lookup.followers[0].probability
        self.bars.scrollToTop()
        self.bars.set_bars(
            [
                Bar(
                    follower.token,
                    follower.probability / top,
                    (grouped(follower.count), short(follower.probability)),
                    highlighted=follower.token == expected,
                    mark="in the sentence" if follower.token == expected else "drawn",
                )
                for follower in lookup.followers
            ]
        )
        self.table.show_evidence(lookup.evidence, names)
        self._waiting.hide()
        self.view.show()
        self.menu.show()
        self._note.setVisible(bool(lookup.model.note))
        self._show_view(self.view.choice)
        listed, looked = lookup.evidence.tokens, self._token
        if expected:
            looked = lookup.model.counted.vocabulary.index(expected) or 0
        self.look_at(looked if (listed == looked).any() else int(listed[0]))

    def look_at(self, token: int) -> None:
        """Show where the probability of a token comes from."""
        lookup, names = self._lookup, self._names
        if lookup is None or names is None or token < 0:
            return
        self._token = token
        self.evidence.show_explanation(
            lookup.model.explain(lookup.asked, token),
            names.labels[token],
            _joined(lookup),
            types=lookup.model.smoothing.name.endswith("kneser-ney"),
            hint="click twice to append" if self.view.choice == "table" else "click to append",
        )

    def save(self, path: str) -> None:
        """Write the card as .png or .svg, or all tokens with their numbers as .csv.

        Raises:
            InputError: it could not be written.
        """
        from explorer.kit.plot_files import save_picture, save_table

        if Path(path).suffix.lower() == ".csv":
            save_table(("token", "count", "probability", "order"), self._table_rows(), path)
            return
        self.view.hide()
        self.menu.hide()
        try:
            save_picture(self, path)
        finally:
            self.view.show()
            self.menu.show()

    def _listen(self) -> None:
        self.bars.picked.connect(self._pick_row)
        self.bars.entered.connect(self._look_at_bar)
        self.bars.selectionModel().currentChanged.connect(self._look_at_bar)
        self.table.picked.connect(self.picked)
        self.table.looked_at.connect(self.look_at)
        self.view.chosen.connect(self._show_view)
        self.field.edited.connect(self.table.search)
        self._waiting.action_requested.connect(self.again_requested)

    def _show_view(self, choice: str) -> None:
        table = choice == "table"
        self.bars.setVisible(not table)
        self.table.setVisible(table)
        self.field.setVisible(table)
        self._seen.setVisible(not table)
        if table:
            self.table.go_to(self._token)
        self.look_at(self._token)

    def _look_at_bar(self, index: QModelIndex, _before: QModelIndex | None = None) -> None:
        if self._lookup is not None and 0 <= index.row() < self._lookup.evidence.tokens.size:
            self.look_at(int(self._lookup.evidence.tokens[index.row()]))

    def _pick_row(self, row: int) -> None:
        if self._lookup is not None:
            self.picked.emit(int(self._lookup.evidence.tokens[row]))

    def _table_rows(self) -> Iterator[tuple[object, ...]]:
        if self._lookup is None:
            return
        evidence = self._lookup.evidence
        tokens = self._lookup.model.counted.vocabulary.tokens
        columns = (evidence.tokens, evidence.counts, evidence.probabilities, evidence.orders)
        for token, *numbers in zip(*(column.tolist() for column in columns), strict=True):
            yield (tokens[token], *numbers)


def _joined(lookup: Lookup) -> str:
    return ("" if lookup.kind == "char" else " ").join(lookup.labels("used"))


def _seen_sentence(lookup: Lookup) -> str:
    if not lookup.seen:
        return f"never seen · all {grouped(lookup.evidence.tokens.size)} are as likely"
    seen = "seen once" if lookup.seen == 1 else f"seen {grouped(lookup.seen)} times"
    given = lookup.evidence.tokens.size
    if given > lookup.different:
        return f"{seen} · {grouped(lookup.different)} of {grouped(given)} seen after it"
    if lookup.seen == 1:
        return seen
    if lookup.different == 1:
        return f"{seen} · always the same"
    shown = len(lookup.followers)
    listed = f", the first {shown} listed" if shown < lookup.different else ""
    return f"{seen} · {grouped(lookup.different)} different{listed}"
