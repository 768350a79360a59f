"""The n-gram workspace: what follows a context in a text, and the bigram table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from explorer.kit.bar_list import Bar, BarList
from explorer.kit.card import Card
from explorer.kit.field import ComboField
from explorer.kit.label import Label
from explorer.kit.notice import EmptyState
from explorer.kit.segmented import Segmented
from explorer.kit.styled import Styled
from explorer.panels.context_words import ContextWords
from explorer.panels.ngram_bar import ColorLegend, JobNote, OrderField
from explorer.panels.ngram_context import ContextCard
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
from explorer.panels.ngram_lookup import Lookup, look_up
from explorer.workspaces.base import Workspace

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from explorer.jobs import Jobs
    from explorer.panels.ngram_counting import TokenKind
    from explorer.panels.ngram_heatmap import HeatMap
    from explorer.theme import Style

CONTEXT = "good my lord"
NARWHAL_CONTEXT = "narwhals are"
PAUSE = 600
"""Milliseconds without a key after which an unknown word is reported."""

_TEXTS = (
    ("shakespeare", "Shakespeare, 38 plays"),
    ("narwhals", "Eight narwhal sentences"),
    ("file", "A text file …"),
)
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
        self._wanted: tuple[TextChoice, TokenKind] = (SHAKESPEARE, "word")
        self._problem = ""
        self._entered = False
        self._stacked: bool | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._report)
        self._make_fields()
        self._make_page()
        self.apply_style()

    def _make_fields(self) -> None:
        style = self.look
        self.corpus = ComboField(style, "Corpus", _TEXTS)
        self.order = OrderField(style, 3)
        self.tokens = Segmented(style, (("word", "words"), ("char", "characters")), name="Tokens")
        self.note = JobNote(style)
        self.corpus.chosen.connect(self._choose_corpus)
        self.order.chosen.connect(self._choose_order)
        self.tokens.chosen.connect(self._choose_tokens)
        self.note.cancelled.connect(self.cancel)
        self._bar = Styled(style)
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.corpus, self.order, self.tokens):
            row.addWidget(widget)
        row.addWidget(self.note, 1)

    def _make_page(self) -> None:
        style = self.look
        self.context = ContextCard(style, CONTEXT)
        self.context.edited.connect(self._edit_context)
        self.context.submitted.connect(self._submit_context)
        self.next_card = Card(style, "Next word after")
        self._after = ContextWords(style)
        self.next_card.header.insertWidget(1, self._after)
        self.bars = BarList(style, name="Next words", strong=True)
        self.bars.picked.connect(self._append)
        self._hint = Label(style, font="secondary", role="ink_2", elide=True)
        self._waiting = EmptyState(style, "The text is being counted …")
        self.next_card.body.addWidget(self._waiting, 1)
        self.next_card.body.addWidget(self.bars, 1)
        self.next_card.body.addWidget(self._hint)
        self.table_card = Card(style, "Bigram table")
        self._legend = ColorLegend(style)
        self._legend.hide()
        self.table_card.header.insertWidget(1, self._legend)
        self._no_table = EmptyState(style, "The bigrams come with the counts.")
        self.table_card.body.addWidget(self._no_table, 1)
        for widget in (self.bars, self._hint):
            widget.hide()
        self._waiting.action_requested.connect(self.count)
        self._page = QWidget()
        self._grid = QGridLayout(self._page)
        self._grid.addWidget(self.context, 0, 0, 1, 2)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._page)
        self._scroll.viewport().setAutoFillBackground(False)
        self._page.setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)

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
        self._want(TextChoice("file", path), self._wanted[1])
        return True

    def count(self) -> None:
        """Count the wanted text, off the window's thread."""
        choice, kind = self._wanted
        self._waiting.say("The text is being counted …")
        self.jobs.start(
            "ngram count", count_text, choice, kind,
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
        layout = self._bar.layout()
        if layout is not None:
            layout.setSpacing(look.ipx(14))
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
        stacked = self.width() < look.px(780)
        if stacked == self._stacked:
            return
        self._stacked = stacked
        self._grid.removeWidget(self.next_card)
        self._grid.removeWidget(self.table_card)
        if stacked:
            self._grid.addWidget(self.next_card, 1, 0, 1, 2)
            self._grid.addWidget(self.table_card, 2, 0, 1, 2)
        else:
            self._grid.addWidget(self.next_card, 1, 0)
            self._grid.addWidget(self.table_card, 1, 1)
        self._grid.setColumnStretch(0, 10)
        self._grid.setColumnStretch(1, 32)
        self._grid.setRowStretch(1, 1)
        self._grid.setRowStretch(2, 1 if stacked else 0)
        self.next_card.setMinimumSize(look.ipx(350), look.ipx(300))
        self.table_card.setMinimumSize(look.ipx(360), look.ipx(340))

    def _choose_corpus(self, name: str) -> None:
        if name != "file":
            self._want(TextChoice(name), self._wanted[1])
            return
        path, _ = QFileDialog.getOpenFileName(
            self.window(), "Count a text file", "", "Text (*.txt *.text *.md);;All files (*)"
        )
        if path:
            self._want(TextChoice("file", path), self._wanted[1])
        else:
            self.corpus.set_choice(self._wanted[0].name)

    def _choose_tokens(self, kind: str) -> None:
        self._want(self._wanted[0], "char" if kind == "char" else "word")

    def _want(self, choice: TextChoice, kind: TokenKind) -> None:
        self._wanted = (choice, kind)
        self._show_wanted()
        self.count()

    def _show_wanted(self) -> None:
        choice, kind = self._wanted
        name = Path(choice.path).name if choice.path else _TEXTS[2][1]
        self.corpus.set_options((*_TEXTS[:2], ("file", name)))
        self.corpus.set_choice(choice.name)
        self.tokens.set_choice(kind)

    def _show_step(self, step: Progress | CountedText) -> None:
        if isinstance(step, Progress):
            self.note.show_progress(step)
            return
        before = self.counted
        self.counted = step
        self._show_counts(step)
        self._show_table(step)
        if step.choice == NARWHALS and self.context.text == CONTEXT:
            self.context.set_text(NARWHAL_CONTEXT)
        elif step.choice == SHAKESPEARE and self.context.text == NARWHAL_CONTEXT:
            self.context.set_text(CONTEXT)
        self.counted_changed.emit()
        self._look_up(fresh=before is None or before.choice != step.choice)

    def _show_counts(self, counted: CountedText) -> None:
        types = f"{grouped(len(counted.vocabulary))} types"
        tokens = f"{grouped(counted.counts.events)} tokens"
        self.note.say(f"{tokens} · {types} · counted in {counted.seconds:.1f} s")

    def _show_table(self, counted: CountedText) -> None:
        noun = kind_noun(counted.kind)
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
        self.next_card.set_title(f"Next {noun} after")
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
        self._waiting.say(sentence, "Try again")
        self.failed.emit(sentence)

    def _keep_last(self, note: str) -> None:
        """Go back to what is on screen after a count that brought nothing."""
        if self.counted is None:
            self.note.say(note)
            self._waiting.say(note, "Count the text")
            return
        self._wanted = (self.counted.choice, self.counted.kind)
        self._show_wanted()
        self._show_counts(self.counted)

    def _choose_order(self, order: int) -> None:
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
        used = lookup.labels("used")
        joint = "" if lookup.kind == "char" else " "
        self._after.set_text(joint.join(used) or "nothing", faint=not used)
        self.next_card.set_note(
            f"{grouped(lookup.seen)} seen · {grouped(len(lookup.followers))} kinds"
        )
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
        self.context.set_order(lookup.order)
        self.context.show_lookup(lookup)
        self._hint.set_text(f"Click a {kind_noun(lookup.kind)} to put it after the context.")
        self._waiting.hide()
        self.bars.show()
        self._hint.show()
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

    def _pick_cell(self, row: int, _column: int) -> None:
        """Look up the token of the row that was clicked."""
        if self.counted is not None:
            token = self.counted.table.tokens[row]
            self.set_context(self.counted.vocabulary.tokens[token])
