"""The plot of perplexity by order on held-out text, and what it takes to measure it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from explorer.kit.button import Button
from explorer.kit.label import Label
from explorer.kit.styled import plain_tip
from explorer.panels.ngram_bar import JobNote
from explorer.panels.ngram_counting import LARGEST_ORDER
from explorer.panels.ngram_plot_card import StripPlot

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from engine.models.smoothing import Smoothing
    from explorer.panels.ngram_counting import Progress
    from explorer.panels.ngram_statistics import Measured
    from explorer.theme import Style

WAITING = "A part of the text is held out, the rest counted, and each order judged by the part."
MEASURE = "Measure"


class PerplexityPlot(StripPlot):
    """A line for each smoothing that was measured.

    Attributes:
        measured: the lines, those of the infinite values too.
        button: measures the smoothings that are missing.
        note: how far measuring is, with a way to stop it.

    Signals:
        wanted(): a person wants all smoothings to be measured.
        cancelled(): a person stopped measuring.
    """

    wanted = Signal()
    cancelled = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "perplexity", "Held-out perplexity", parent=parent)
        self.measured: tuple[Measured, ...] = ()
        self._held_out = ""
        self.waiting.say(WAITING, MEASURE)
        self.waiting.action_requested.connect(self.wanted)
        self._remark = Label(style, font="secondary", role="ink_2", elide=True)
        self.note = JobNote(style)
        self.note.cancelled.connect(self.cancelled)
        self.button = Button(style, "Compare all", kind="flat")
        self.button.setToolTip("Measure the other smoothings too")
        self.button.clicked.connect(self.wanted)
        self.header.insertWidget(self.header.indexOf(self.grow), self.button)
        self.body.addWidget(self._remark)
        self.body.addWidget(self.note)
        self.settle()

    @property
    def remark(self) -> str:
        """Where the perplexity is infinite, and why."""
        return self._remark.full_text

    def smoothings(self) -> tuple[Smoothing, ...]:
        """Those measured at all orders."""
        return tuple(one.smoothing for one in self.measured if one.complete)

    def clear(self) -> None:
        """Begin with another text."""
        self.measured = ()
        self._held_out = ""
        self._remark.set_text("")
        self.waiting.say(WAITING, MEASURE)
        self.forget()
        self.settle()

    def name_parts(self, held_out: str) -> None:
        """Say what is held out; all else is counted."""
        self._held_out = held_out
        self._name_axis()

    def show_measured(self, measured: Measured) -> None:
        """Add a line, or go on with one."""
        before = [one for one in self.measured if one.smoothing != measured.smoothing]
        self.measured = (*before, measured)
        few = self._held_out.partition(" (")[2].rstrip(")")
        remarks = [f"{few}."] if few else []
        remarks += [one.remark for one in self.measured if one.remark]
        self._remark.set_text(" ".join(remarks))
        from explorer.panels.ngram_plots import perplexity_lines

        lines = perplexity_lines(self.measured)
        if lines:
            self.show_series(lines, x_range=(1, LARGEST_ORDER))
            self._name_axis()
        elif self.plot is None:
            self.waiting.say(self.remark)

    def show_progress(self, progress: Progress) -> None:
        """Say how far measuring is."""
        self.note.show_progress(progress)
        self.note.show()
        self._remark.hide()
        self.button.hide()
        if self.plot is None:
            self.waiting.say("Measuring …")

    def settle(self, sentence: str = "", *, more: bool = True) -> None:
        """Measuring has ended; a sentence says why there is nothing, where there is nothing."""
        self.note.say("")
        self.note.hide()
        self._remark.setVisible(self.plot is not None and bool(self.remark))
        self.button.setVisible(self.plot is not None and more)
        if self.plot is None and (sentence or not self.remark):
            self.waiting.say(sentence or WAITING, MEASURE)

    def _name_axis(self) -> None:
        if self.plot is not None:
            short = self._held_out.split(" (", 1)[0]
            self.plot.set_y_label(f"held out: {short} · log scale")
            self.plot.setToolTip(
                plain_tip(f"Counted: all but {self._held_out}. Perplexity of {self._held_out}.")
            )
