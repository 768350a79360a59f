"""The two large cards of Inside: the text, and the heat map of all units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.kit.card import Card
from explorer.kit.notice import EmptyState
from explorer.panels.inside_colors import RangeLegend
from explorer.panels.inside_heat import InsideHeat
from explorer.panels.inside_text import InsideText
from explorer.panels.ngram_counting import grouped

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from explorer.panels.inside_reading import Quantity, Reading
    from explorer.theme import Style

HINT = "drag to select · Ctrl with ↑ ↓: another unit"
BEFORE = "The model has read nothing yet."


class TextCard(Card):
    """The text, coloured by a unit, with the range of the colours.

    Attributes:
        text: the tokens.
        legend: the range.
        empty: what stands there before there is a text.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "Text", HINT, parent)
        self.legend = RangeLegend(style, behind_text=True)
        self.empty = EmptyState(style, BEFORE)
        self.text = InsideText(style)
        self.header.addWidget(self.legend)
        self.body.addWidget(self.empty, 1)
        self.body.addWidget(self.text, 1)
        self.legend.hide()
        self.text.hide()

    def hasHeightForWidth(self) -> bool:
        """Return that it takes the height it gets: a sentence wraps inside it."""
        return False

    def show_reading(self, reading: Reading) -> None:
        """Show another text."""
        self.empty.hide()
        self.text.show()
        self.legend.show()
        self.text.show_reading(reading)

    def show_unit(self, quantity: Quantity, unit: int) -> None:
        """Colour it by another unit."""
        self.legend.show_quantity(quantity)
        self.text.show_unit(quantity, unit)
        self.set_title(f"Unit {unit + 1} of {quantity.name} over {quantity.reading.title}")

    def set_presenting(self, presenting: bool) -> None:
        """Set the text larger for an audience, without what only the lecturer needs."""
        self.text.set_large(presenting)
        self.set_note("" if presenting else HINT)


class HeatCard(Card):
    """The heat map of all units.

    Attributes:
        heat: the map.
        legend: the range of its colours.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "All units", parent=parent)
        self.heat = InsideHeat(style)
        self.legend = RangeLegend(style)
        self.header.addWidget(self.legend)
        self.body.addWidget(self.heat, 1)
        self.legend.hide()

    def show_quantity(self, quantity: Quantity) -> None:
        """Say what the map shows."""
        self.legend.show_quantity(quantity)
        self.legend.show()
        units = f"All {grouped(quantity.units)} units of {quantity.name}"
        layers = quantity.reading.model.architecture.layers
        self.set_title(f"{units}, layer {quantity.layer + 1}" if layers > 1 else units)
        self.set_note(f"row: unit · column: {quantity.reading.noun} · + and − zoom")
