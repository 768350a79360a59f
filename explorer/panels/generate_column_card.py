"""One model's column: its text as it grows, and the figures under it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Signal

from explorer.kit.card import Card
from explorer.kit.notice import EmptyState
from explorer.kit.styled import painting, rounded
from explorer.panels.generate_copies import copied_sentence
from explorer.panels.generate_flow import Setting
from explorer.panels.generate_marks import CopiedRun, Marks, TextToken
from explorer.panels.generate_stats import Figures
from explorer.panels.generate_text import GeneratedText
from explorer.panels.ngram_counting import grouped

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.panels.generate_column import Column
    from explorer.panels.generate_copies import Copies
    from explorer.panels.ngram_counting import Progress
    from explorer.theme import Style

NARROWEST = 240
"""Pixels at 100 % that a column needs to be read."""


class ColumnCard(Card):
    """A column.

    Attributes:
        key: of the column.
        text: the generated text.
        figures: numbers about it.

    Signals:
        picked(key, place): a person chose the token drawn at a place, or the end.
        again(key, place): a person wants another one drawn there.
        wanted(key): a person wants the model loaded that was not to be had.
    """

    picked = Signal(int, int)
    again = Signal(int, int)
    wanted = Signal(int)

    def __init__(self, style: Style, key: int, parent: QWidget | None = None) -> None:
        super().__init__(style, "Text", parent=parent)
        self.key = key
        self.text = GeneratedText(style)
        self.figures = Figures(style)
        self._waiting = EmptyState(style, "")
        self._column: Column | None = None
        self._setting = Setting("word")
        self._bits = 0.0
        self._copies: Copies | None = None
        self._copied: tuple[CopiedRun, ...] = ()
        self._reading = ""
        self._alone = True
        self._parting = -1
        for widget, stretch in ((self.text, 1), (self._waiting, 1), (self.figures, 0)):
            self.body.addWidget(widget, stretch)
        self.text.picked.connect(self._pick)
        self.text.again.connect(self._draw_again)
        self._waiting.action_requested.connect(self._want)
        self._wait("The model is being loaded.")
        self.apply_style()

    @property
    def prompt_length(self) -> int:
        """How many tokens stand before the first drawn one."""
        column = self._column
        return 0 if column is None or column.prompt is None else len(column.prompt.ids)

    @property
    def place(self) -> int:
        """The place of the selected token; the number drawn stands for the next one."""
        return self.text.page.selected - self.prompt_length

    def show_progress(self, progress: Progress) -> None:
        """Say how far the loading of the first model is."""
        if self._column is None or not self._column.is_ready:
            self._wait(f"{progress.doing} … {progress.share:.0%}")

    def show_missing(self) -> None:
        """Say that there is no model, and offer to try again."""
        self._wait("There is no model here; choose another one above.", "Try again")

    def show_text(self, column: Column, place: int) -> None:
        """Show a text from its beginning, the token at a place selected."""
        self._column = column
        self._copies, self._copied = None, ()
        if column.model is None or column.prompt is None:
            self.set_title(column.choice.title if column.model is None else column.model.title)
            self._wait("The model is being loaded.")
            return
        self._waiting.hide()
        self.text.show()
        self.figures.show()
        self.set_title(column.model.title)
        prompt = len(column.prompt.ids)
        self._setting = Setting(column.model.kind)
        self._bits = 0.0
        tokens = self._tokens(column, 0)
        page = self.text.page
        page.setAccessibleName(f"Text drawn by {column.model.title}")
        page.set_marks(Marks(is_chosen=page.marks.is_chosen))
        page.show_tokens(tokens, prompt + place, apart=column.model.kind != "char")
        self._show_note()
        self._show_figures()

    def add(self, column: Column, place: int) -> None:
        """Show what was drawn since, and select the token at a place."""
        page = self.text.page
        before = self._column
        if before is None or before.model is not column.model or before.prompt is not column.prompt:
            self.show_text(column, place)
            return
        self._column = column
        page.add_tokens(self._tokens(column, len(page.tokens)), self.prompt_length + place)
        self._show_figures()

    def select(self, place: int) -> None:
        """Select the token at a place, silently."""
        if self._column is not None and self._column.is_ready:
            self.text.page.select(self.prompt_length + min(place, len(self._column.drawn)))

    def mark(self, *, chosen: bool, alone: bool, parting: int) -> None:
        """Show whether this column is looked at closely, where it parts, and the window."""
        if (chosen, alone) != (self.text.page.marks.is_chosen, self._alone):
            self._alone = alone
            self._show_note()
            self.update()
        self._parting = parting
        self._mark(chosen=chosen)

    def show_copies(self, copies: Copies | None, reading: str) -> None:
        """Underline what stands in the text the model has seen; ``reading`` says why nothing is."""
        if copies == self._copies and reading == self._reading:
            return
        self._copies, self._reading = copies, reading
        self._copied = self._runs()
        self._show_note()
        self._mark(chosen=self.text.page.marks.is_chosen)
        self._show_figures()

    def apply_style(self) -> None:
        """Set the least width."""
        super().apply_style()
        self.setMinimumSize(self.look.ipx(NARROWEST), self.look.ipx(200))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card, and around the one that is looked at closely a line."""
        super().paintEvent(event)
        if self.text.page.marks.is_chosen and not self._alone:
            look = self.look
            with painting(self) as painter:
                rounded(painter, QRectF(self.rect()), look.px(10), None,
                        look.theme.color("forward"), look.px(1.8))  # fmt: skip

    def _wait(self, sentence: str, button: str = "") -> None:
        self._waiting.say(sentence, button)
        self._waiting.show()
        self.text.hide()
        self.figures.hide()

    def _tokens(self, column: Column, first: int) -> list[TextToken]:
        """The tokens of a text from one on, as they are set."""
        model, prompt = column.model, column.prompt
        if model is None or prompt is None:
            return []
        known = len(prompt.ids)
        drawn = column.drawn[max(0, first - known) :]
        self._bits += sum(one.surprise for one in drawn)
        words = self._setting.words([*prompt.surfaces[first:], *(one.text for one in drawn)])
        read = len(words) - len(drawn)
        return [TextToken(word) for word in words[:read]] + [
            TextToken(word, max(0.0, one.surprise), one.by_hand)
            for word, one in zip(words[read:], drawn, strict=True)
        ]

    def _mark(self, *, chosen: bool) -> None:
        parting = self.prompt_length + self._parting if self._parting >= 0 else -1
        self.text.page.set_marks(Marks(self._window(), self._copied, parting, chosen))

    def _runs(self) -> tuple[CopiedRun, ...]:
        """What is underlined, counted from the first token of the prompt."""
        column, copies, prompt = self._column, self._copies, self.prompt_length
        if column is None or column.model is None or copies is None:
            return ()
        kind = column.model.kind
        return tuple(
            CopiedRun(prompt + run.start, prompt + run.end, copied_sentence(run, kind))
            for run in copies.runs
        )

    def _show_note(self) -> None:
        """Say what the longest line is copied from; else, beside others, what the model is."""
        column = self._column
        if column is None or column.model is None:
            return
        runs = () if self._copies is None else self._copies.runs
        longest = max(runs, key=lambda run: run.length, default=None)
        if longest is not None:
            self.set_note(f"underlined: copied from {longest.title}", "backward")
        else:
            self.set_note("" if self._alone else column.model.origin)

    def _window(self) -> tuple[int, int]:
        """The tokens that an n-gram looked at for the selected one."""
        column = self._column
        if column is None or column.model is None or column.model.counted is None:
            return 0, 0
        at = self.text.page.selected
        place = at - self.prompt_length
        if 0 <= place < len(column.drawn):
            return at - max(0, column.drawn[place].distribution.context), at
        counted = column.model.counted.counts
        order = column.model.choice.order
        context = column.context[max(0, len(column.context) - order + 1) :] if order > 1 else ()
        for begin in range(len(context)):
            if counted.context_count(context[begin:]):
                return at - (len(context) - begin), at
        return at, at

    def _show_figures(self) -> None:
        column = self._column
        if column is None:
            return
        drawn = column.drawn
        figures = [("tokens", grouped(len(drawn)))]
        if drawn:
            perplexity = 2 ** (self._bits / len(drawn))
            shown = f"{perplexity:.1f}" if math.isfinite(perplexity) else "∞"
            figures.append(("perplexity", shown))
        if self._copies is not None and self._copies.longest is not None:
            figures.append(("longest copied run", grouped(self._copies.longest.length)))
            self.figures.setToolTip(
                copied_sentence(self._copies.longest, column.model.kind if column.model else "")
            )
        elif self._reading and drawn:
            figures.append(("longest copied run", self._reading))
        self.figures.show_figures(figures)

    def _want(self) -> None:
        self._wait("The model is being loaded.")
        self.wanted.emit(self.key)

    def _pick(self, index: int) -> None:
        self.picked.emit(self.key, index - self.prompt_length)

    def _draw_again(self, index: int) -> None:
        self.again.emit(self.key, index - self.prompt_length)
