"""The plots of the n-gram page: what they show is computed in jobs, one text at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.models.held_out import HeldOut
from engine.models.smoothing.choice import MLE, SMOOTHINGS, Smoothing
from explorer.panels.ngram_counting import Progress
from explorer.panels.ngram_statistics import Measured, TextStatistics, describe, measure

if TYPE_CHECKING:
    from explorer.jobs import Jobs
    from explorer.panels.ngram_counting import CountedText
    from explorer.panels.ngram_strip import PlotStrip

SMALL = 6_000_000
"""Tokens up to which perplexities are measured without being asked for."""

_BEST = Smoothing("modified-kneser-ney")


class Plots(QObject):
    """Describes and judges the text on screen.

    Attributes:
        strip: the plots.
        statistics: what they show, None before the first text.
        held_out: the two parts of the text, None until they are counted.

    Signals:
        failed(sentence): one clear sentence for the window's notice.
    """

    failed = Signal(str)

    def __init__(self, strip: PlotStrip, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self.strip, self.jobs = strip, jobs
        self.statistics: TextStatistics | None = None
        self.held_out: HeldOut | None = None
        self._counted: CountedText | None = None
        self._order, self._smoothing = 1, MLE
        self._asked: tuple[Smoothing, ...] = ()
        strip.perplexity.wanted.connect(self.measure_all)
        strip.perplexity.cancelled.connect(self.cancel)

    def show_counted(self, counted: CountedText, order: int, smoothing: Smoothing) -> None:
        """Describe another text, then judge the smoothing that is chosen and the best one."""
        self._counted, self._order, self._smoothing = counted, order, smoothing
        self.jobs.cancel("ngram measure")
        self.held_out, self._asked = None, ()
        self.strip.perplexity.clear()
        self.jobs.start("ngram statistics", describe, counted, on_result=self._show)

    def set_model(self, order: int, smoothing: Smoothing) -> None:
        """Follow the order and the smoothing that are chosen."""
        self._order, self._smoothing = order, smoothing
        self.strip.set_order(order)
        if self._measures_by_itself():
            self._measure((smoothing,))

    def measure_all(self) -> None:
        """Judge every smoothing."""
        chosen = {smoothing.name: smoothing for smoothing in (self._smoothing,)}
        self._measure(tuple(chosen.get(name, Smoothing(name)) for name in SMOOTHINGS))

    def cancel(self) -> None:
        """Stop judging; the lines that are there stay."""
        self.jobs.cancel("ngram measure")
        self._asked = ()
        self._settle("Measuring was stopped.")

    def _measures_by_itself(self) -> bool:
        counted = self._counted
        known = self.held_out is not None or self.jobs.is_running("ngram measure")
        return known and counted is not None and counted.counts.events <= SMALL

    def _show(self, statistics: TextStatistics) -> None:
        self.statistics = statistics
        self.strip.show_statistics(statistics, self._order)
        if statistics.counted.counts.events <= SMALL:
            self._measure((_BEST, self._smoothing))

    def _measure(self, wanted: tuple[Smoothing, ...]) -> None:
        """Judge what has not been judged yet; what is under way goes on first."""
        done = self.strip.perplexity.smoothings()
        asked = tuple(dict.fromkeys((*self._asked, *wanted)))
        missing = tuple(one for one in asked if one not in done)
        if not missing or self._counted is None or missing == self._asked:
            return
        self._asked = missing
        self.jobs.start(
            "ngram measure", measure, self._counted, self.held_out, missing,
            on_result=self._take, on_done=self._finish, on_error=self._fail,
        )  # fmt: skip

    def _take(self, step: Progress | HeldOut | Measured) -> None:
        card = self.strip.perplexity
        if isinstance(step, Progress):
            card.show_progress(step)
        elif isinstance(step, HeldOut):
            self.held_out = step
            card.name_parts(step.title)
        else:
            card.show_measured(step)

    def _finish(self) -> None:
        self._asked = ()
        self._settle()

    def _settle(self, sentence: str = "") -> None:
        names = {smoothing.name for smoothing in self.strip.perplexity.smoothings()}
        self.strip.perplexity.settle(sentence, more=len(names) < len(SMOOTHINGS))

    def _fail(self, sentence: str) -> None:
        self._asked = ()
        self._settle(sentence)
