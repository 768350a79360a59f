"""The right side of Inside: its cards one above the other, or one at a time behind a switch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from explorer.kit.segmented import Segmented
from explorer.kit.styled import Styled, laid_out_once
from explorer.panels.inside_gates import GatesCard
from explorer.panels.inside_neighbours import NeighboursCard
from explorer.panels.inside_next import NextCard
from explorer.panels.inside_state import StateCard
from explorer.panels.inside_units import UnitsCard

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style

_ALWAYS = (("next", "Next"), ("state", "State"))
_SWITCHED = (("units", "Units there"), ("near", "Nearest"), ("gates", "Gates"))
_SHORT = (*_ALWAYS, ("units", "Units"), ("near", "Nearest"), ("gates", "Gates"))


class InsideSide(Styled):
    """The cards about the position and the selection.

    Attributes:
        next_card, state, units, near, gates: the cards.
        switch: which of those that share a place is shown.

    Signals:
        shown(): another card is on screen.
    """

    shown = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.next_card, self.state = NextCard(style), StateCard(style)
        self.units, self.near, self.gates = (
            UnitsCard(style),
            NeighboursCard(style),
            GatesCard(style),
        )
        self.switch = Segmented(style, _SWITCHED, name="Card")
        self._high = True
        self._cards: dict[str, QWidget] = {
            "next": self.next_card, "state": self.state, "units": self.units,
            "near": self.near, "gates": self.gates,
        }  # fmt: skip
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.next_card, 10)
        self._column.addWidget(self.state, 8)
        self._column.addWidget(self.switch)
        for name in ("units", "near", "gates"):
            self._column.addWidget(self._cards[name], 12)
        self.switch.chosen.connect(self._switch)
        self.apply_style()
        self._show_cards()

    def set_high(self, *, high: bool) -> None:
        """Show what comes next and the state at all times, or behind the switch too."""
        if high != self._high:
            self._high = high
            choice = self.switch.choice
            self.switch.set_options(_SWITCHED if high else _SHORT)
            if not self.switch.choice:
                self.switch.set_choice("units" if choice in {"next", "state"} else choice)
            elif not high:
                self.switch.set_choice("next")
            self._show_cards()

    def show_card(self, name: str) -> None:
        """Bring a card on screen."""
        if not self.is_shown(name):
            self.switch.set_choice(name)
            self._switch(name)

    def is_shown(self, name: str) -> bool:
        """Whether a card is on screen."""
        return not self._cards[name].isHidden()

    def hasHeightForWidth(self) -> bool:
        """Return that the cards take the height they get: a sentence wraps inside them."""
        return False

    def apply_style(self) -> None:
        """Set the distances."""
        self._column.setSpacing(self.look.ipx(12))

    def _switch(self, _name: str) -> None:
        self._show_cards()
        self.shown.emit()

    def _show_cards(self) -> None:
        always = {"next", "state"} if self._high else set()
        with laid_out_once(self):
            self._column.removeWidget(self.switch)
            self._column.insertWidget(2 if self._high else 0, self.switch)
            for name, card in self._cards.items():
                card.setVisible(name in always or name == self.switch.choice)
