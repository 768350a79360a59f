"""The switch of the range by which cells are coloured, which also says what colours mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Signal

from explorer.kit.segmented import Segmented

if TYPE_CHECKING:
    from explorer.canvas import GraphCanvas
    from explorer.canvas.pictures import Range
    from explorer.theme import Style


OPTIONS = (
    ("own", "colours: each strip"), ("shared", "all steps alike"), ("clipped", "outliers clipped"),
)  # fmt: skip


class RangeSwitch(Segmented):
    """Colours strips by their own range, by one for all time steps, or by one without outliers.

    Args:
        canvas: what is coloured.

    Signals:
        clipped(on): outliers are left out of the range, or no longer.
    """

    clipped = Signal(bool)

    def __init__(self, style: Style, canvas: GraphCanvas) -> None:
        super().__init__(style, OPTIONS, name="range of the cells' colours")
        self._canvas = canvas
        self.setToolTip(
            "The strongest colour is the largest number of the strip itself; or of all the strips"
            " of that name, so that time steps can be compared; or the largest of those that is no"
            " outlier: cells beyond it are marked + and −."
        )
        self.chosen.connect(self._choose_range)

    def _choose_range(self, choice: str) -> None:
        self._canvas.set_range(cast("Range", choice))
        self.clipped.emit(choice == "clipped")
