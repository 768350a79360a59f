"""A card with a plot that can be saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from explorer.kit.card import Card
from explorer.kit.save_menu import SaveMenu

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from explorer.kit.plot import LinePlot
    from explorer.theme import Style


class PlotCard(Card):
    """A title, a note, a plot, and a menu that saves it as PNG, SVG or CSV.

    Attributes:
        plot: what is shown.
        menu: saves it.

    Signals:
        saved(sentence), failed(sentence): of the menu.
    """

    saved = Signal(str)
    failed = Signal(str)

    def __init__(
        self, style: Style, title: str, plot: LinePlot, note: str = "",
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(style, title, note, parent)
        self.plot = plot
        self.menu = SaveMenu(style, title, dict.fromkeys((".png", ".svg", ".csv"), plot.save))
        self.menu.saved.connect(self.saved)
        self.menu.failed.connect(self.failed)
        self.header.addWidget(self.menu)
        self.body.addWidget(plot, 1)
