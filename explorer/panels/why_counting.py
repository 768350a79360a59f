"""Why are we counting? A softmax table learns the counted one by gradient descent, on screen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from engine.training.softmax_table import OTHER, BigramCounts, TableStep, begin, record_step
from explorer.kit.button import Button
from explorer.kit.card import Card
from explorer.kit.prose import Prose
from explorer.kit.scroll_page import ScrollPage
from explorer.kit.segmented import Segmented
from explorer.kit.slider import Slider
from explorer.kit.styled import Styled
from explorer.panels.why_counting_jobs import Pace, descend
from explorer.panels.why_counting_tables import RowBars, TableCells
from explorer.run_jobs import Wish

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from explorer.jobs import Jobs
    from explorer.theme import Style

JOB = "why counting"
RATE, SLOWEST, FASTEST = 8.0, 0.5, 40.0
MOST_KEPT = 1000
"""Points of the curves; when there are more, every second one is dropped."""

# Row, column, row span, column span of head, learned, counted, curve and row.
_PLACES = {
    "three": ((0, 0, 1, 3), (1, 0, 2, 1), (1, 1, 2, 1), (1, 2, 1, 1), (2, 2, 1, 1)),
    "two": ((0, 0, 1, 2), (1, 0, 1, 1), (1, 1, 1, 1), (2, 0, 1, 1), (2, 1, 1, 1)),
    "one": ((0, 0, 1, 1), (1, 0, 1, 1), (2, 0, 1, 1), (3, 0, 1, 1), (4, 0, 1, 1)),
}
_COLUMNS = {"three": 3, "two": 2, "one": 1}

TINY = 1e-16
"""What a gap of nothing is drawn as on the logarithmic axis."""

SENTENCE = (
    "Each row is a distribution `p(x_t|x_{t-1})` = softmax of a row of logits `W`. Gradient descent"
    " on the mean negative log-likelihood of the bigrams, by the program's own backward pass, ends"
    " at the counts: counting is the maximum-likelihood answer."
)


class WhyCounting(Styled):
    """The learned table beside the counted one, and how far apart they are.

    Attributes:
        counts: the bigrams that are learned, None before the first text.
        step: the iteration on screen.
        rate, pace: the learning rate, and iterations between two pictures.
        run, one, reset, graph: the buttons.

    Signals:
        closed(): a person goes back to the counts.
        failed(message): one sentence.
        graph_wanted(wish): the step on screen, to be looked at as a graph.
    """

    closed = Signal()
    failed = Signal(str)
    graph_wanted = Signal(object)

    def __init__(self, style: Style, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._jobs = jobs
        self.counts: BigramCounts | None = None
        self.step: TableStep | None = None
        self.pause = Pace().pause
        self._history: list[TableStep] = []
        self._form = ""
        self._make_controls()
        self._make_cards()
        self._build()
        self.apply_style()

    def _make_controls(self) -> None:
        style = self.look
        self.run = Button(style, "Start", kind="primary")
        self.one = Button(style, "Step")
        self.reset = Button(style, "Reset")
        self.graph = Button(style, "Open one step as a graph")
        self.back = Button(style, "Back to the counts", kind="flat")
        self.rate = Slider(style, "Learning rate", SLOWEST, FASTEST, 0.5, RATE, decimals=1)
        speeds = (("1", "1 a picture"), ("5", "5"), ("25", "25"))
        self.pace = Segmented(style, speeds, name="Iterations between two pictures")
        self.run.clicked.connect(self._run_or_pause)
        self.one.clicked.connect(self._one)
        self.reset.clicked.connect(self.start_over)
        self.graph.clicked.connect(self._open_graph)
        self.back.clicked.connect(self._close)
        self.rate.changed.connect(self._change_rate)
        self.pace.chosen.connect(self._change_rate)

    def _make_cards(self) -> None:
        from explorer.kit.plot import LinePlot

        style = self.look
        self.head_card = Card(style, "Why are we counting?")
        self.head_card.header.addWidget(self.back)
        self.sentence = Prose(style, lines=4, grows=True, role="ink_2")
        self.sentence.set_sentence(SENTENCE)
        self.numbers = Prose(style, font="mono_strong", lines=3, grows=True)
        self.learned_card = Card(style, "Learned", "softmax of W")
        self.counted_card = Card(style, "Counted", "each count's share of its row")
        self.learned = TableCells(style, "Learned table")
        self.counted = TableCells(style, "Counted table")
        self.learned_card.body.addWidget(self.learned, 1)
        self.counted_card.body.addWidget(self.counted, 1)
        for table in (self.learned, self.counted):
            table.chosen.connect(self._choose_row)
        self.loss = LinePlot(style, "Loss by iteration", x_label="iteration", y_label="loss, nats")
        self.gap = LinePlot(
            style, "Gap to the counted table", x_label="iteration", y_label="gap", y_log=True
        )
        self.curves = QStackedWidget()
        self.curves.addWidget(self.loss)
        self.curves.addWidget(self.gap)
        self.curve = Segmented(style, (("loss", "loss"), ("gap", "gap")), name="Curve")
        self.curve.chosen.connect(self._choose_curve)
        self.curve_card = Card(style, "On the way to the counts")
        self.curve_card.header.addWidget(self.curve)
        self.curve_card.body.addWidget(self.curves, 1)
        self.row_card = Card(style, "After the chosen token", "bar: learned · line: counted")
        self.bars = RowBars(style)
        self.row_card.body.addWidget(self.bars, 1)

    def _build(self) -> None:
        self._buttons, self._rate_row = QHBoxLayout(), QHBoxLayout()
        for widget in (self.run, self.one, self.reset, self.graph):
            self._buttons.addWidget(widget)
        self._buttons.addStretch(1)
        self._rate_row.addWidget(self.rate, 1)
        self._rate_row.addWidget(self.pace)
        self._controls = QGridLayout()
        self._controls.addLayout(self._buttons, 0, 0)
        self.head_card.body.addWidget(self.sentence)
        self.head_card.body.addLayout(self._controls)
        self.head_card.body.addWidget(self.numbers)
        self._page = ScrollPage(low=True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._page)

    @property
    def is_running(self) -> bool:
        """Whether it goes on by itself."""
        return self._jobs.is_running(JOB)

    def show_counts(self, counts: BigramCounts) -> None:
        """Learn other counts, from the start."""
        self.counts = counts
        for table in (self.learned, self.counted):
            table.show_labels(counts.contexts, counts.tokens)
        named = [i for i, token in enumerate(counts.tokens) if token != OTHER]
        limit = float(counts.counted[:, named].max()) or 1.0
        for table, card, what in (
            (self.learned, self.learned_card, "softmax of W"),
            (self.counted, self.counted_card, "counts, as shares"),
        ):
            table.set_limit(limit)
            card.set_note(f"{what} · full colour from {limit:.2f}")
        self.counted.show_table(counts.counted)
        self.start_over()

    def start_over(self) -> None:
        """Go back to the table in which every token is as likely."""
        self.stop()
        if self.counts is None:
            return
        self._history = []
        self._take((begin(self.counts),))

    def stop(self) -> None:
        """Pause."""
        self._jobs.cancel(JOB)
        self._show_running()

    def set_presenting(self, presenting: bool) -> None:
        """Leave out what only the lecturer needs."""
        for widget in (self.back, self.graph):
            widget.setVisible(not presenting)

    def apply_style(self) -> None:
        """Set distances, and lay the cards out."""
        look, grid = self.look, self._page.grid
        grid.setContentsMargins(look.ipx(22), look.ipx(18), look.ipx(22), look.ipx(18))
        grid.setSpacing(look.ipx(14))
        for row in (self._buttons, self._rate_row, self._controls):
            row.setSpacing(look.ipx(10))
        self._form = ""
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the cards out for the new width."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Three columns; two or one where it is narrow."""
        width = self.width() / self.look.scale
        form = "three" if width >= 980 else "two" if width >= 620 else "one"
        if form == self._form:
            return
        self._form = form
        grid = self._page.grid
        cards = (self.head_card, self.learned_card, self.counted_card, self.curve_card,
                 self.row_card)  # fmt: skip
        for card, place in zip(cards, _PLACES[form], strict=True):
            grid.removeWidget(card)
            grid.addWidget(card, *place)
        for column in range(3):
            grid.setColumnStretch(column, 1 if column < _COLUMNS[form] else 0)
        for row in range(1, 5):
            grid.setRowStretch(row, 1 if form == "one" or row < 3 else 0)
        self._controls.removeItem(self._rate_row)
        self._controls.addLayout(self._rate_row, *((1, 0) if form == "one" else (0, 1)))
        self._controls.setColumnStretch(1, 0 if form == "one" else 1)

    def _run_or_pause(self) -> None:
        if self.is_running:
            self.stop()
        else:
            self._go()

    def _go(self, most: int | None = None) -> None:
        if self.counts is None or self.step is None:
            return
        pace = Pace(1 if most else int(self.pace.choice), 0.0 if most else self.pause)
        arguments = (self.counts, self.step, self.rate.number, pace)
        self._jobs.start(
            JOB, descend, *arguments, *((most,) if most else ()),
            on_result=self._take, on_done=self._show_running, on_error=self.failed.emit,
        )  # fmt: skip
        self._show_running()

    def _one(self) -> None:
        self.stop()
        self._go(1)

    def _change_rate(self, _value: object) -> None:
        """Go on from the present table with another rate or pace."""
        if self.is_running:
            self._go()

    def _take(self, steps: tuple[TableStep, ...]) -> None:
        self._history += steps
        if len(self._history) > MOST_KEPT:
            self._history = [*self._history[:-1:2], self._history[-1]]
        self.step = steps[-1]
        self._show_step()

    def _show_step(self) -> None:
        """Show the table, the numbers and the curves so far."""
        counts, step = self.counts, self.step
        if counts is None or step is None:
            return
        self.learned.show_table(step.table)
        self.numbers.set_sentence(
            f"iteration {step.iteration} · loss {step.loss:.4f} · entropy of the counts"
            f" {counts.entropy:.4f} · largest gap {step.gap:.4f}"
        )
        self._show_curve()
        self._show_row()

    def _show_curve(self) -> None:
        """Show the curve that is on screen."""
        from explorer.kit.plot import Series

        counts, past = self.counts, self._history
        if counts is None or not past:
            return
        x = np.array([one.iteration for one in past], dtype=np.float64)
        if self.curves.currentWidget() is self.gap:
            excess = np.maximum([one.excess for one in past], TINY)
            gap = np.maximum([one.gap for one in past], TINY)
            self.gap.show_series(
                (
                    Series("loss \u2212 entropy", x, excess, "backward"),
                    Series("max |p \u2212 counted|", x, gap, "ink_2", dashed=True),
                )
            )
            return
        loss = np.array([one.loss for one in past])
        ends, least = np.array([0.0, max(1.0, x[-1])]), np.full(2, counts.entropy)
        self.loss.show_series(
            (
                Series("softmax table", x, loss, "backward"),
                Series("counted table", ends, least, "forward", dashed=True),
            )
        )

    def _show_running(self) -> None:
        self.run.setText("Pause" if self.is_running else "Start")

    def _choose_row(self, row: int) -> None:
        for table in (self.learned, self.counted):
            table.set_row(row)
        self._show_row()

    def _show_row(self) -> None:
        if self.counts is None or self.step is None:
            return
        row = self.learned.row
        self.row_card.set_title(f"After {self.counts.contexts[row]}")
        self.bars.show_row(self.counts.tokens, self.step.table[row], self.counts.counted[row])

    def _choose_curve(self, curve: str) -> None:
        self.curves.setCurrentWidget(self.gap if curve == "gap" else self.loss)
        self._show_curve()

    def _open_graph(self) -> None:
        if self.counts is None or self.step is None:
            return
        self.stop()
        sentence = (
            f"Iteration {self.step.iteration} of the softmax table: L is the mean negative"
            " log-likelihood of the bigrams."
        )
        make = partial(record_step, self.counts, self.step)
        self.graph_wanted.emit(Wish(make=make, node="L", title=sentence))

    def _close(self) -> None:
        self.stop()
        self.closed.emit()
