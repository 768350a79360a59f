"""The card of the bigram table: the heat map, its colours, and what else stands beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from engine.models.smoothing.choice import MLE
from explorer.kit.card import Card
from explorer.kit.notice import EmptyState
from explorer.kit.save_menu import SaveMenu
from explorer.panels.ngram_bar import ColorLegend
from explorer.panels.ngram_counting import grouped, kind_noun

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QWidget

    from engine.models.smoothing import Smoothing
    from explorer.panels.ngram_answers import Fitted
    from explorer.panels.ngram_heatmap import HeatMap
    from explorer.theme import Style


class BigramCard(Card):
    """The bigram table of a text under a smoothing.

    Attributes:
        heat: the heat map, None before the first table is shown.
        menu: saves it.
        row: the heat map's row; what belongs beside it is added here.

    Signals:
        picked(token): a person chose the row of the token of this id.
    """

    picked = Signal(int)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "Bigram table", parent=parent)
        self.heat: HeatMap | None = None
        self._fitted: Fitted | None = None
        self._legend = ColorLegend(style)
        self._legend.hide()
        self.header.insertWidget(1, self._legend)
        kinds = (".png", ".svg", ".csv")
        self.menu = SaveMenu(style, "Bigram table", dict.fromkeys(kinds, self.save))
        policy = self.menu.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.menu.setSizePolicy(policy)
        self.menu.hide()
        self.header.addWidget(self.menu)
        self._empty = EmptyState(style, "The bigrams come with the counts.")
        self.row = QHBoxLayout()
        self.row.addWidget(self._empty, 3)
        self.body.addLayout(self.row, 1)

    def show_table(self, fitted: Fitted) -> None:
        """Show another table; one of the same text stays where it is."""
        if self._fitted is not None and self._fitted.table is fitted.table:
            self._fitted = fitted
            return
        self._fitted = fitted
        if self.heat is None:
            from explorer.panels.ngram_heatmap import HeatMap  # pyqtgraph, not at start

            self.heat = HeatMap(self.look, fitted.table)
            self.heat.picked.connect(self._pick)
            self.heat.moved.connect(self._say)
            self._empty.hide()
            self.row.insertWidget(0, self.heat, 3)
            self.menu.show()
        else:
            self.heat.show_table(fitted.table)
        self._legend.set_limit(self.heat.limit)
        self._legend.show()
        self._say()

    def hasHeightForWidth(self) -> bool:
        """Return that any height does: wrapped words beside the heat map ask for none."""
        return False

    def save(self, path: str) -> None:
        """Write what is seen as .png or .svg, or all pairs with a probability as .csv.

        Raises:
            InputError: it could not be written.
        """
        from explorer.kit.plot_files import save_picture, save_table

        if self.heat is None:
            return
        if Path(path).suffix.lower() == ".csv":
            header = ("before", "after", "count", "count of before", "probability")
            save_table(header, self._pairs(), path)
        else:
            save_picture(self.heat, path)

    def _say(self) -> None:
        if self.heat is None or self._fitted is None:
            return
        counted, smoothing = self._fitted.counted, self._fitted.model.smoothing
        noun = kind_noun(counted.kind)
        rows, columns = self.heat.shown.visible_rows(), self.heat.shown.visible_columns()
        shown = f"{len(rows)} × {len(columns)}"
        self.set_note(
            f"row: the {noun} before · column: the {noun} after · {_shares(smoothing)}"
            f"{shown} of {grouped(len(counted.vocabulary))} · scroll to zoom"
        )

    def _pick(self, row: int, _column: int) -> None:
        if self.heat is not None:
            self.picked.emit(self.heat.table.tokens[row])

    def _pairs(self) -> Iterator[tuple[object, ...]]:
        """All pairs of the table that have a probability."""
        if self._fitted is None:
            return
        table, words = self._fitted.table, self._fitted.counted.vocabulary.tokens
        names = [words[token] for token in table.tokens]
        rows = zip(names, table.counts.tolist(), table.totals.tolist(),
                   table.probabilities.tolist(), strict=True)  # fmt: skip
        for before, counts, total, probabilities in rows:
            for after, count, probability in zip(names, counts, probabilities, strict=True):
                if probability:
                    yield (before, after, count, total, probability)


def _shares(smoothing: Smoothing) -> str:
    """What the colours show, where it is not plain shares of counts."""
    return "" if smoothing == MLE else f"{smoothing.title} at order 2 · "
