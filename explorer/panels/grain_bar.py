"""How fine the graph is drawn, and whether time is rolled up: two switches above the canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from explorer.kit.segmented import Segmented
from explorer.kit.styled import Styled

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style

GRAINS = (
    ("model", "Model"), ("steps", "Steps"), ("modules", "Modules"), ("operations", "Operations"),
)  # fmt: skip
TIMES = (("unrolled", "Unrolled"), ("rolled", "Rolled"))


class GrainBar(Styled):
    """Two switches.

    Signals:
        grain_chosen(grain): one of :data:`GRAINS`.
        roll_chosen(rolled): time is to be rolled up, or unrolled.
    """

    grain_chosen = Signal(str)
    roll_chosen = Signal(bool)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.grain = Segmented(style, GRAINS, name="grain")
        self.time = Segmented(style, TIMES, name="time")
        self.grain.setToolTip(
            "How much one box holds. Click the sign on a box to open that one alone (E and C open"
            " and close all by one level, X the selected one)."
        )
        self.time.setToolTip("Draw every time step, or all of them as one with a loop (T).")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.grain)
        row.addWidget(self.time)
        self.grain.chosen.connect(self.grain_chosen)
        self.time.chosen.connect(self._choose_time)
        self.apply_style()

    def apply_style(self) -> None:
        """Set the spacing."""
        row = self.layout()
        if row is not None:
            row.setSpacing(self.look.ipx(10))

    def show_state(self, grain: str, *, rolled: bool, timed: bool) -> None:
        """Show what is drawn; an empty grain is a mixture. Without time steps there is no roll."""
        self.grain.set_options(GRAINS if timed else (GRAINS[0], GRAINS[-1]))
        self.grain.set_choice(grain)
        self.time.set_choice("rolled" if rolled else "unrolled")
        self.time.setVisible(timed)

    def _choose_time(self, choice: str) -> None:
        self.roll_chosen.emit(choice == "rolled")
