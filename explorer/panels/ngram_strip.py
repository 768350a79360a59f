"""The strip of plots below the n-gram page's cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout

from explorer.kit.styled import Styled
from explorer.panels.ngram_counting import grouped, kind_noun
from explorer.panels.ngram_perplexity import PerplexityPlot
from explorer.panels.ngram_plot_card import StripPlot

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

    from explorer.panels.ngram_plots import PlotName
    from explorer.panels.ngram_statistics import TextStatistics
    from explorer.theme import Style

_NARROWEST = 300.0
"""Width of a plot below which fewer of them stand side by side, in pixels at 100 %."""

_LARGE = 520.0


class PlotStrip(Styled):
    """Five plots side by side, or in rows where it is narrow; one of them can fill the width.

    Attributes:
        cards: the plots.
        perplexity: the last of them.
        large: the enlarged one, None for none.

    Signals:
        enlarged(card): a person made one larger or small again.
        saved(sentence), failed(sentence): of a plot that was saved.
    """

    enlarged = Signal(object)
    saved = Signal(str)
    failed = Signal(str)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.perplexity = PerplexityPlot(style)
        self.cards: tuple[StripPlot, ...] = (
            StripPlot(style, "once", "Contexts seen only once"),
            StripPlot(style, "different", "Different n-grams"),
            StripPlot(style, "zipf", "Word frequencies", "Zipf"),
            StripPlot(style, "counts", "Counts of counts", "log-log"),
            self.perplexity,
        )
        self.large: StripPlot | None = None
        self._statistics: TextStatistics | None = None
        self._order = 1
        self._due: list[PlotName] = []
        self._one_more = QTimer(self, singleShot=True, interval=0)
        self._one_more.timeout.connect(self._show_next)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._arranged: tuple[object, ...] = ()
        for card in self.cards:
            card.setParent(self)
            card.enlarge_requested.connect(self._toggle)
            card.saved.connect(self.saved)
            card.failed.connect(self.failed)
        self.apply_style()

    @property
    def is_complete(self) -> bool:
        """Whether all plots of the statistics are on screen."""
        return self._statistics is not None and not self._due

    def card(self, name: PlotName) -> StripPlot:
        """A plot by its name."""
        return next(card for card in self.cards if card.name == name)

    def show_statistics(self, statistics: TextStatistics, order: int) -> None:
        """Show another text, one plot in each turn of the event loop."""
        self._statistics, self._order = statistics, order
        noun = kind_noun(statistics.counted.kind).capitalize()
        self.card("zipf").set_title(f"{noun} frequencies")
        self._due = ["once", "different", "zipf", "counts"]
        self._one_more.start()

    def set_order(self, order: int) -> None:
        """Show the counts of counts of another order."""
        if order != self._order:
            self._order = order
            if self._statistics is not None and "counts" not in self._due:
                self._due.append("counts")
                self._one_more.start()

    def hasHeightForWidth(self) -> bool:
        """Return that the plots take any height."""
        return False

    def apply_style(self) -> None:
        """Set the distances and the columns."""
        self._grid.setSpacing(self.look.ipx(16))
        self._arranged = ()
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put as many plots side by side as can be read."""
        super().resizeEvent(event)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Make the enlarged plot small again with Escape."""
        if event.key() == Qt.Key.Key_Escape and self.large is not None:
            self._enlarge(None)
        else:
            super().keyPressEvent(event)

    def _toggle(self) -> None:
        card = self.sender()
        if isinstance(card, StripPlot):
            self._enlarge(None if card is self.large else card)

    def _enlarge(self, card: StripPlot | None) -> None:
        shown = card or self.large
        self.large = card
        for each in self.cards:
            each.set_large(each is card)
        self._arrange()
        self.enlarged.emit(shown)

    def _arrange(self) -> None:
        wide = max(1, int(self.width() // self.look.px(_NARROWEST)))
        side_by_side = next(n for n in (5, 3, 2, 1) if n <= wide)
        wanted = (side_by_side, self.large)
        if wanted == self._arranged:
            return
        self._arranged = wanted
        for card in self.cards:
            self._grid.removeWidget(card)
            card.setVisible(self.large in {None, card})
        for card, (row, column, span) in zip(self.cards, _PLACES[side_by_side], strict=True):
            if self.large is None:
                card.setMinimumHeight(0)
                self._grid.addWidget(card, row, column, 1, span)
        if self.large is not None:
            self.large.setMinimumHeight(self.look.ipx(_LARGE))
            self._grid.addWidget(self.large, 0, 0, 1, _COLUMNS)
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1)
            self._grid.setColumnMinimumWidth(column, 0)

    def _show_next(self) -> None:
        statistics = self._statistics
        if statistics is None or not self._due:
            return
        from explorer.panels import ngram_plots as plots

        card = self.card(self._due[0])
        if card.plot is None:
            # A plot takes a frame to make; its lines come in the next one.
            card.ready()
            self._one_more.start()
            return
        name = self._due.pop(0)
        if name == "once":
            card.show_series(plots.once_lines(statistics), y_range=(-0.03, 1.08))
        elif name == "different":
            card.show_series(plots.different_lines(statistics))
            last = statistics.sparsity[-1]
            card.set_note(f"{grouped(last.ngrams)} at n = {last.order}")
        elif name == "zipf":
            card.show_series(plots.zipf_lines(statistics))
        else:
            card.show_series(plots.counts_lines(statistics, self._order))
            card.set_note("log-log" if self._order == 1 else f"n = {self._order}")
        if self._due:
            self._one_more.start()


_COLUMNS = 30

_PLACES: dict[int, tuple[tuple[int, int, int], ...]] = {
    5: tuple((0, 6 * place, 6) for place in range(5)),
    3: ((0, 0, 10), (0, 10, 10), (0, 20, 10), (1, 0, 15), (1, 15, 15)),
    2: ((0, 0, 15), (0, 15, 15), (1, 0, 15), (1, 15, 15), (2, 0, 30)),
    1: tuple((row, 0, 30) for row in range(5)),
}
"""For each number of plots side by side, row, column and span of each."""
