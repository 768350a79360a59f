"""The n-gram workspace: what follows a context in a text, and the bigram table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.models.counts_file import EXTENSION
from explorer.panels.chain_card import ChainCard
from explorer.panels.ngram_answers import Fitted, answer, count_to_plot
from explorer.panels.ngram_bigrams import BigramCard
from explorer.panels.ngram_context import ContextCard
from explorer.panels.ngram_corpus_bar import CorpusBar
from explorer.panels.ngram_counting import (
    NARWHALS,
    SHAKESPEARE,
    CountedText,
    Progress,
    TextChoice,
    kind_noun,
)
from explorer.panels.ngram_followers import FollowersCard
from explorer.panels.ngram_lookup import Lookup
from explorer.panels.ngram_strip import PlotStrip
from explorer.workspaces.base import Workspace
from explorer.workspaces.chain_rule import ChainRule
from explorer.workspaces.ngram_files import NGramFiles
from explorer.workspaces.ngram_layout import NGramLayout
from explorer.workspaces.ngram_plots import Plots
from explorer.workspaces.why import WhyPages

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
    """A sentence by the chain rule, the next-token distribution, the bigram table and plots.

    Attributes:
        counted: the text on screen, None before the first is counted.
        fitted: the model that answers, None before the first is fitted.
        lookup: the result on screen.
        plots: what the counts look like.
        files: saves counts and models.

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
        self.fitted: Fitted | None = None
        self.lookup: Lookup | None = None
        self._problem = ""
        self._entered = False
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._report)
        self._bar = CorpusBar(style)
        self.corpus, self.order = self._bar.corpus, self._bar.order
        self.tokens, self.note = self._bar.tokens, self._bar.note
        self.smoothing = self._bar.smoothing
        self._bar.wanted.connect(self.count)
        self._bar.order_chosen.connect(self._choose_model)
        self._bar.smoothing_chosen.connect(self._choose_model)
        self._bar.cancelled.connect(self.cancel)
        self._make_page()
        self._make_files()
        self.apply_style()

    @property
    def heat(self) -> HeatMap | None:
        """The heat map, None before the first table is shown."""
        return self.table_card.heat

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
        self.next_card.menu.saved.connect(self.announced)
        self.next_card.menu.failed.connect(self.failed)
        self.table_card = BigramCard(style)
        self.table_card.picked.connect(self._pick_token)
        self.table_card.menu.saved.connect(self.announced)
        self.table_card.menu.failed.connect(self.failed)
        self.strip = PlotStrip(style)
        self.strip.saved.connect(self.announced)
        self.strip.failed.connect(self.failed)
        self.strip.enlarged.connect(self._reveal_plot)
        self.plots = Plots(self.strip, self.jobs, self)
        self.page = NGramLayout(
            (self.chain_card, self.context), self.next_card, self.table_card, self.strip
        )
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self.why = WhyPages(self.page, self.table_card, self.jobs)
        self.why.failed.connect(self.failed)
        self.why.graph_wanted.connect(self.graph_wanted)
        outer.addWidget(self.why)

    def _make_files(self) -> None:
        self.files = files = NGramFiles(self, self.jobs, self.note)
        files.opened.connect(self.open_file)
        files.saved.connect(self.announced)
        files.failed.connect(self.failed)
        files.ended.connect(self._say_counts)
        more = self._bar.more
        more.save_wanted.connect(self._save_counts)
        more.open_wanted.connect(files.ask_to_open)
        more.arpa_wanted.connect(self._save_arpa)

    def bar(self) -> QWidget:
        """Corpus, order, smoothing, tokens, and what was counted."""
        return self._bar

    def enter(self) -> None:
        """Count the text, the first time."""
        if not self._entered:
            self._entered = True
            self.count()

    def leave(self) -> None:
        """Stop what learns on screen."""
        self.why.stop()

    def set_presenting(self, presenting: bool) -> None:
        """Show the audience's view."""
        self.why.set_presenting(presenting)

    def open_file(self, path: str) -> bool:
        """Count a text file, or show counts that were saved."""
        suffix = Path(path).suffix.lower()
        if suffix not in {*_SUFFIXES, EXTENSION}:
            return False
        self._entered = True
        kind = "counts" if suffix == EXTENSION else "file"
        self._bar.show_choice(TextChoice(kind, path), self._bar.kind)
        self.count()
        return True

    def count(self) -> None:
        """Count the wanted text, off the window's thread."""
        self.next_card.wait()
        self.jobs.start(
            "ngram count", count_to_plot, self._bar.choice, self._bar.kind,
            on_result=self._show_step, on_error=self._fail_counting,
        )  # fmt: skip

    def cancel(self) -> None:
        """Stop counting, fitting and saving; what was on screen stays."""
        self.files.cancel()
        if self.jobs.is_running("ngram count"):
            self.jobs.cancel("ngram count")
            self._keep_last("Counting was stopped.")
        elif self.jobs.is_running("ngram look-up"):
            self.jobs.cancel("ngram look-up")
            self._keep_model()

    def set_context(self, text: str) -> None:
        """Look another context up."""
        self.context.set_text(text)
        self._submit_context(text)

    def apply_style(self) -> None:
        """Set distances and the columns."""
        self.page.dress(self.look, self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the cards side by side, or one below the other where it is narrow."""
        super().resizeEvent(event)
        self.page.arrange(self.look, self.width())

    def _show_step(self, step: Progress | CountedText) -> None:
        if isinstance(step, Progress):
            self.note.show_progress(step)
            return
        before = self.counted
        self.counted = step
        self._bar.show_counts(step)
        if step.kind != self._bar.kind:
            noun = kind_noun(step.kind)
            self.announced.emit(f"{step.title} was saved with its {noun}s counted.")
            self._bar.show_choice(step.choice, step.kind)
        self.chain.show_counted(step, self.order.order, self.smoothing.smoothing)
        self.plots.show_counted(step, self.order.order, self.smoothing.smoothing)
        if step.choice == NARWHALS and self.context.text == CONTEXT:
            self.context.set_text(NARWHAL_CONTEXT)
        elif step.choice == SHAKESPEARE and self.context.text == NARWHAL_CONTEXT:
            self.context.set_text(CONTEXT)
        self.why.show_counted(step)
        self.counted_changed.emit()
        self._look_up(fresh=before is None or before.choice != step.choice)

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
        self._say_counts()

    def _say_counts(self) -> None:
        if self.counted is not None:
            self._bar.show_counts(self.counted)

    def _keep_model(self) -> None:
        """Go back to the model on screen."""
        self._say_counts()
        if self.fitted is not None:
            self.order.set_order(self.fitted.model.order)
            self.smoothing.set_smoothing(self.fitted.model.smoothing)
            self._choose_model(None)

    def _choose_model(self, _part: object) -> None:
        """Follow the order and the smoothing that are chosen."""
        order, smoothing = self.order.order, self.smoothing.smoothing
        self.chain.set_model(order, smoothing)
        if self.fitted is not None:
            self.chain.take_model(self.fitted.model)
        self.plots.set_model(order, smoothing)
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
            "ngram look-up", answer, self.counted, self.order.order, self.smoothing.smoothing,
            self.context.text, self.fitted, on_result=self._take_answer, on_error=failed,
        )  # fmt: skip

    def _take_answer(self, step: Progress | Fitted | Lookup) -> None:
        if isinstance(step, Progress):
            self.note.show_progress(step)
        elif isinstance(step, Fitted):
            self.fitted = step
            self.chain.take_model(step.model)
            self._bar.more.set_ready(True)
            self._say_counts()
            self.table_card.show_table(step)
        else:
            self._show_lookup(step)

    def _show_lookup(self, lookup: Lookup) -> None:
        if self.fitted is None:
            return
        self.lookup = lookup
        self._problem = ""
        self._pause.stop()
        if self.context.field.problem:
            self.failed.emit("")
        self.next_card.show_lookup(lookup, self.fitted.names)
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

    def _append(self, token: int) -> None:
        """Put a follower that was chosen after the context."""
        if self.counted is not None:
            before = self.counted.cutter.tokenize(self.context.text)
            after = self.counted.vocabulary.tokens[token]
            self.set_context(self.counted.cutter.detokenize([*before, after]))

    def _look_before(self, before: str, token: str) -> None:
        """Show what a token of the chain rule was drawn from, its own bar marked."""
        self.next_card.expect(token, before)
        self.set_context(before)

    def _pick_token(self, token: int) -> None:
        """Look up the token of a row that was chosen."""
        if self.counted is not None:
            self.set_context(self.counted.vocabulary.tokens[token])

    def _reveal_plot(self, card: QWidget) -> None:
        self.page.reveal(card)

    def _save_counts(self) -> None:
        if self.fitted is not None:
            self.files.ask_to_save(self.fitted)

    def _save_arpa(self) -> None:
        if self.fitted is not None:
            self.files.ask_for_arpa(self.fitted)
