"""The row above the text of Inside: what is coloured, which unit, which part of the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy

from explorer.kit.button import Button
from explorer.kit.combo_field import ComboField
from explorer.kit.field import SpinField
from explorer.kit.segmented import Segmented
from explorer.kit.styled import Styled
from explorer.panels.flow import FlowLayout
from explorer.panels.inside_session import BY_LIKENESS, BY_NUMBER, BY_PART

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from explorer.panels.inside_reading import Quantity, Reading
    from explorer.theme import Style

_GATES = {
    "h": "h", "c": "c", "r": "r reset", "z": "z update", "n": "n candidate",
    "i": "i input", "f": "f forget", "g": "g candidate", "o": "o output",
}  # fmt: skip
_NONE = "none"
_DRAGGED = "dragged"
_SORTINGS = (
    (BY_NUMBER, "by number"), (BY_PART, "by the selection"), (BY_LIKENESS, "like the unit"),
)  # fmt: skip


class InsideControls(Styled):
    """Chooses a quantity, a layer, a unit, a part of the text and the order of the rows.

    Attributes:
        quantity, layer, unit, part, sorting, graph: the controls.

    Signals:
        quantity_wanted(name, layer): a person chose what is coloured.
        unit_wanted(unit): a person chose a unit, counted from 0.
        pattern_wanted(name): a person chose a part by its name; empty for none.
        sorting_wanted(sorting): a person chose the order of the rows.
        graph_wanted(): the computation of the state looked at is wanted as a graph.
    """

    quantity_wanted = Signal(str, int)
    unit_wanted = Signal(int)
    pattern_wanted = Signal(str)
    sorting_wanted = Signal(str)
    graph_wanted = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.quantity = Segmented(style, (("h", "h"),), name="Quantity")
        self.layer = ComboField(style, "Layer", (("0", "1"),))
        self.unit = SpinField(style, "Unit", 1, 4096, 1)
        self.part = ComboField(style, "Selection", ((_NONE, "nothing"),))
        self.sorting = ComboField(style, "Rows", _SORTINGS)
        self.graph = Button(style, "Open as graph")
        self.graph.setToolTip("Show how this state is computed, node by node")
        self._row = FlowLayout(self)
        for widget in (
            self.quantity, self.layer, self.unit, self.part, self.sorting, self.graph,
        ):  # fmt: skip
            self._row.addWidget(widget)
        self.layer.hide()
        self.quantity.chosen.connect(self._want_quantity)
        self.layer.chosen.connect(self._want_quantity)
        self.unit.changed.connect(self._want_unit)
        self.part.chosen.connect(self._want_part)
        self.sorting.chosen.connect(self.sorting_wanted)
        self.graph.clicked.connect(self.graph_wanted)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_ready(ready=False)
        self.apply_style()

    def set_ready(self, *, ready: bool) -> None:
        """Let a person choose, or not yet."""
        self.setEnabled(ready)

    def show_reading(self, reading: Reading) -> None:
        """Offer what another model and text have."""
        from engine.models.activations import quantities

        shape = reading.model.architecture
        names = quantities(shape)
        self.quantity.set_options([(name, _GATES[name]) for name in names])
        self.quantity.setVisible(len(names) > 1)
        layers = [(str(i), f"{i + 1} of {shape.layers}") for i in range(shape.layers)]
        self.layer.set_options(layers)
        self.layer.setVisible(shape.layers > 1)
        self.unit.set_range(1, shape.hidden)
        self.unit.apply_style()
        self._fold()

    def show_quantity(self, quantity: Quantity) -> None:
        """Show what is coloured, silently."""
        self.quantity.set_choice(quantity.name)
        self.layer.set_choice(str(quantity.layer))

    def show_unit(self, unit: int) -> None:
        """Show which unit is looked at, silently."""
        self.unit.set_value(unit + 1)

    def show_part(self, reading: Reading, pattern: str, *, chosen: bool) -> None:
        """Show which part of the text is chosen, silently."""
        options = [(_NONE, "nothing"), *((one.name, one.title) for one, _ in reading.patterns)]
        if chosen and not pattern:
            options.insert(1, (_DRAGGED, "a passage"))
        self.part.set_options(options)
        self.part.set_choice(pattern or (_DRAGGED if chosen else _NONE))
        self._fold()

    def apply_style(self) -> None:
        """Set the distances."""
        self._row.set_gap(self.look.ipx(10))
        self.quantity.setMinimumHeight(self.look.ipx(34))
        self.graph.setMinimumHeight(self.look.ipx(34))
        self._fold()

    def hasHeightForWidth(self) -> bool:
        """Return that the height is set as the controls fold into lines."""
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the controls into as many lines as the width asks for."""
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        self.setFixedHeight(max(self.look.ipx(34), self._row.heightForWidth(self.width())))

    def _want_quantity(self, _identity: str) -> None:
        self.quantity_wanted.emit(self.quantity.choice or "h", int(self.layer.choice or 0))

    def _want_unit(self, number: int) -> None:
        self.unit_wanted.emit(number - 1)

    def _want_part(self, identity: str) -> None:
        if identity != _DRAGGED:
            self.pattern_wanted.emit("" if identity == _NONE else identity)
