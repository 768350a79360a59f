"""The n-gram workspace: what follows a context in a text, and the bigram table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.kit.card import Card
from explorer.kit.notice import EmptyState
from explorer.kit.scroll_page import ScrollPage
from explorer.panels.chain_card import ChainCard
from explorer.panels.ngram_bar import ColorLegend
from explorer.panels.ngram_context import ContextCard
from explorer.panels.ngram_corpus_bar import CorpusBar
from explorer.panels.ngram_counting import (
    NARWHALS,
    SHAKESPEARE,
    CountedText,
    Progress,
    TextChoice,
    count_text,
    grouped,
    kind_noun,
)
from explorer.panels.ngram_followers import FollowersCard
from explorer.panels.ngram_lookup import Lookup, look_up
from explorer.workspaces.base import Workspace
from explorer.workspaces.chain_rule import ChainRule

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from explorer.jobs import Jobs
    from explorer.panels.ngram_heatmap import HeatMap
    from explorer.theme import Style

CONTEXT = "good my lord"
NARWHAL_CONTEXT = "narwhals are"
PAUSE = 600
"""Milliseconds without a key after which an unknown word is reported."""

_SUFFIXES = frozenset({".txt", ".text", ".md", ".log", ".csv"})


class NGramWorkspace(Workspace):
    """Corpus, order and context; the next-token distribution and the bigram table.

    Attributes:
        counted: the text on screen, None before the first is counted.
        lookup: the result on screen.
        heat: the heat map, None before the first table is shown.

    Signals:
        counted_changed(): another text is on screen.
        lookup_changed(): another context's distribution is on screen.
    """

    identity = "ngram"
    counted_changed = Signal()
    lookup_changed = Signal()

    def __init__(self, style: Style, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(style, jobs, parent)
        self.counted: CountedText | None = None
        self.lookup: Lookup | None = None
        self.heat: HeatMap | None = None
        self._problem = ""
        self._entered = False
        self._stacked: bool | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._report)
        self._bar = CorpusBar(style)
        self.corpus, self.order = self._bar.corpus, self._bar.order
        self.tokens, self.note = self._bar.tokens, self._bar.note
        self._bar.wanted.connect(self.count)
        self._bar.order_chosen.connect(self._choose_order)
        self._bar.cancelled.connect(self.cancel)
        self._make_page()
        self.apply_style()

    def _make_page(self) -> None:
        style = self.look
        self.chain_card = ChainCard(style)
        self.chain = ChainRule(self.chain_card, self.jobs, self)
        self.chain.failed.connect(self.failed)
        self.chain.graph_wanted.connect(self.graph_wanted)
        self.chain.looked_at.connect(self._look_before)
        self.context = ContextCard(style, CONTEXT)
        self.context.edited.connect(self._edit_context)
        self.context.submitted.connect(self._submit_context)
        self.next_card = FollowersCard(style)
        self.next_card.picked.connect(self._append)
        self.next_card.again_requested.connect(self.count)
        self.bars = self.next_card.bars
        self.table_card = Card(style, "Bigram table")
        self._legend = ColorLegend(style)
        self._legend.hide()
        self.table_card.header.insertWidget(1, self._legend)
        self._no_table = EmptyState(style, "The bigrams come with the counts.")
        self.table_card.body.addWidget(self._no_table, 1)
        page = ScrollPage()
        self._grid = page.grid
        self._grid.addWidget(self.chain_card, 0, 0, 1, 2)
        self._grid.addWidget(self.context, 1, 0, 1, 2)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(page)

    def bar(self) -> QWidget:
        """Corpus, order, tokens, and what was counted."""
        return self._bar

    def enter(self) -> None:
        """Count the text, the first time."""
        if not self._entered:
            self._entered = True
            self.count()

    def open_file(self, path: str) -> bool:
        """Count a text file."""
        if Path(path).suffix.lower() not in _SUFFIXES:
            return False
        self._entered = True
        self._bar.show_choice(TextChoice("file", path), self._bar.kind)
        self.count()
        return True

    def count(self) -> None:
        """Count the wanted text, off the window's thread."""
        self.next_card.wait()
        self.jobs.start(
            "ngram count", count_text, self._bar.choice, self._bar.kind,
            on_result=self._show_step, on_error=self._fail_counting,
        )  # fmt: skip

    def cancel(self) -> None:
        """Stop counting; what was on screen stays."""
        self.jobs.cancel("ngram count")
        self._keep_last("Counting was stopped.")

    def set_context(self, text: str) -> None:
        """Look another context up."""
        self.context.set_text(text)
        self._submit_context(text)

    def apply_style(self) -> None:
        """Set distances and the columns."""
        look = self.look
        self._grid.setContentsMargins(look.ipx(22), look.ipx(18), look.ipx(22), look.ipx(18))
        self._grid.setSpacing(look.ipx(16))
        self._stacked = None
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the cards side by side, or one below the other where it is narrow."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        look = self.look
        stacked = self.width() < look.px(860)
        if stacked == self._stacked:
            return
        self._stacked = stacked
        self._grid.removeWidget(self.next_card)
        self._grid.removeWidget(self.table_card)
        if stacked:
            self._grid.addWidget(self.next_card, 2, 0, 1, 2)
            self._grid.addWidget(self.table_card, 3, 0, 1, 2)
        else:
            self._grid.addWidget(self.next_card, 2, 0)
            self._grid.addWidget(self.table_card, 2, 1)
        self._grid.setColumnStretch(0, 10)
        self._grid.setColumnStretch(1, 32)
        self._grid.setRowStretch(2, 1)
        self._grid.setRowStretch(3, 1 if stacked else 0)
        self.next_card.setMinimumSize(look.ipx(350), look.ipx(300))
        self.table_card.setMinimumSize(look.ipx(360), look.ipx(340))

    def _show_step(self, step: Progress | CountedText) -> None:
        if isinstance(step, Progress):
            self.note.show_progress(step)
            return
        before = self.counted
        self.counted = step
        self._bar.show_counts(step)
        self.chain.show_counted(step, self.order.order)
        self._show_table(step)
        if step.choice == NARWHALS and self.context.text == CONTEXT:
            self.context.set_text(NARWHAL_CONTEXT)
        elif step.choice == SHAKESPEARE and self.context.text == NARWHAL_CONTEXT:
            self.context.set_text(CONTEXT)
        self.counted_changed.emit()
        self._look_up(fresh=before is None or before.choice != step.choice)

    def _show_table(self, counted: CountedText) -> None:
        if self.heat is None:
            from explorer.panels.ngram_heatmap import HeatMap  # pyqtgraph, not at start

            self.heat = HeatMap(self.look, counted.table)
            self.heat.picked.connect(self._pick_cell)
            self.heat.moved.connect(self._note_table)
            self._no_table.hide()
            self.table_card.body.addWidget(self.heat, 1)
        else:
            self.heat.show_table(counted.table)
        self._legend.set_limit(self.heat.limit)
        self._legend.show()
        self._note_table()

    def _note_table(self) -> None:
        if self.heat is None or self.counted is None:
            return
        noun = kind_noun(self.counted.kind)
        rows, columns = self.heat.shown.visible_rows(), self.heat.shown.visible_columns()
        shown = f"{len(rows)} × {len(columns)}"
        self.table_card.set_note(
            f"row: the {noun} before · column: the {noun} after · "
            f"{shown} of {grouped(len(self.counted.vocabulary))} · scroll to zoom"
        )

    def _fail_counting(self, sentence: str) -> None:
        self._keep_last("Nothing was counted.")
        self.next_card.wait(sentence, "Try again")
        self.failed.emit(sentence)

    def _keep_last(self, note: str) -> None:
        """Go back to what is on screen after a count that brought nothing."""
        if self.counted is None:
            self.note.say(note)
            self.next_card.wait(note, "Count the text")
            return
        self._bar.show_choice(self.counted.choice, self.counted.kind)
        self._bar.show_counts(self.counted)

    def _choose_order(self, order: int) -> None:
        self.chain.set_model(order)
        self.context.set_order(order)
        self._look_up(fresh=False)

    def _edit_context(self, _text: str) -> None:
        self._look_up(fresh=False)

    def _submit_context(self, _text: str) -> None:
        self._pause.stop()
        self._look_up(fresh=False, at_once=True)

    def _look_up(self, *, fresh: bool, at_once: bool = False) -> None:
        """Look the context up; of a fresh text one that holds unknown words begins anew."""
        if self.counted is None:
            return
        self._pause.stop()
        failed = self._start_anew if fresh else self._report_now if at_once else self._hold
        self.jobs.start(
            "ngram look-up", look_up, self.counted, self.order.order, self.context.text,
            on_result=self._show_lookup, on_error=failed,
        )  # fmt: skip

    def _show_lookup(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self._problem = ""
        self._pause.stop()
        if self.context.field.problem:
            self.failed.emit("")
        self.next_card.show_lookup(lookup)
        self.context.set_order(lookup.order)
        self.context.show_lookup(lookup)
        self.lookup_changed.emit()

    def _hold(self, sentence: str) -> None:
        """Keep a problem until the person pauses: the last word may be half typed."""
        self._problem = sentence
        self._pause.start()

    def _report(self) -> None:
        if self._problem:
            self.context.show_problem(self._problem)
            self.failed.emit(self._problem)

    def _report_now(self, sentence: str) -> None:
        self._problem = sentence
        self._report()

    def _start_anew(self, _sentence: str) -> None:
        """Look up no context, because the one of the text before is unknown in this one."""
        self.context.set_text("")
        self._look_up(fresh=False, at_once=True)

    def _append(self, row: int) -> None:
        """Put a follower that was clicked after the context."""
        if self.lookup is None or self.counted is None:
            return
        token = self.lookup.followers[row].token
        before = self.counted.cutter.tokenize(self.context.text)
        self.set_context(self.counted.cutter.detokenize([*before, token]))

    def _look_before(self, before: str, token: str) -> None:
        """Show what a token of the chain rule was drawn from, its own bar marked."""
        self.next_card.expect(token, before)
        self.set_context(before)

    def _pick_cell(self, row: int, _column: int) -> None:
        """Look up the token of the row that was clicked."""
        if self.counted is not None:
            token = self.counted.table.tokens[row]
            self.set_context(self.counted.vocabulary.tokens[token])
