"""The card of the loss curves, whose vertical line goes back to any iteration."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Signal

from explorer.kit.notice import EmptyState
from explorer.kit.plot import LinePlot
from explorer.kit.plot_card import PlotCard
from explorer.kit.segmented import Segmented
from explorer.panels.train_curves import UNITS, LossUnit, loss_range, loss_series

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from engine.training.record import Record
    from explorer.panels.train_tree import Tree
    from explorer.theme import Style

_LABELS = {
    "nats": "nats per token",
    "bits": "bits per token",
    "perplexity": "perplexity, log scale",
}


class LossCard(PlotCard):
    """All runs on a text over iterations.

    Attributes:
        unit: the switch of nats, bits and perplexity.

    Signals:
        sought(iteration): a person moved the line there.
        begin_wanted(): the button of the empty card was pressed.
    """

    sought = Signal(int)
    begin_wanted = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        plot = LinePlot(
            style, "Loss over iterations", x_label="iteration", y_label=_LABELS["nats"],
            movable=True,
        )  # fmt: skip
        super().__init__(style, "Loss", plot, parent=parent)
        self.unit = Segmented(style, UNITS, name="Loss in")
        self.header.insertWidget(1, self.unit)
        self._empty = EmptyState(
            style,
            "A run reads the text window by window. Its loss is drawn here, and from every"
            " iteration the way back stays open.",
            "Begin a run",
        )
        self._empty.action_requested.connect(self.begin_wanted)
        self.body.addWidget(self._empty, 1)
        self._tree: Tree | None = None
        self._whole: Record | None = None
        self._at = 0
        self.unit.chosen.connect(self._change_unit)
        plot.moved.connect(self._seek)
        plot.setToolTip("Drag the line, or click, to go back to an iteration")
        self._show_or_empty()

    def show_tree(self, tree: Tree | None, whole: Record | None, at: int) -> None:
        """Show the runs on a text, all that the selected one remembers, and where is looked."""
        self._tree, self._whole, self._at = tree, whole, at
        self._draw()

    def _change_unit(self) -> None:
        unit = self.unit.choice
        self.plot.set_y_axis(_LABELS[unit], log=unit == "perplexity")
        self._draw()

    def _draw(self) -> None:
        self._show_or_empty()
        if self._tree is None or self._whole is None:
            return
        log = self.unit.choice == "perplexity"
        series = loss_series(self._tree, self._whole, cast("LossUnit", self.unit.choice))
        self.plot.show_series(series, y_range=loss_range(series, log=log))
        self.plot.mark(float(self._at))
        text = self._tree.text.text
        if len(text.held_out):
            self.set_note(f"held out: {text.held_out_name}")
        else:
            self.set_note("this text is too small to hold a part out: training loss only")

    def _show_or_empty(self) -> None:
        there = self._tree is not None
        self.plot.setVisible(there)
        self.unit.setVisible(there)
        self.menu.setVisible(there)
        self._empty.setVisible(not there)

    def _seek(self, x: float) -> None:
        self.sought.emit(max(1, round(x)))
