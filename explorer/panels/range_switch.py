"""The switch of the range by which cells are coloured, which also says what colours mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.kit.segmented import Segmented

if TYPE_CHECKING:
    from explorer.canvas import GraphCanvas
    from explorer.theme import Style


class RangeSwitch(Segmented):
    """Colours each strip by its own range, or the strips of all time steps by one.

    Args:
        canvas: what is coloured.
    """

    def __init__(self, style: Style, canvas: GraphCanvas) -> None:
        super().__init__(
            style,
            (("own", "colours: each strip's range"), ("shared", "one range for all steps")),
            name="range of the cells' colours",
        )
        self._canvas = canvas
        self.setToolTip(
            "The strongest colour is the largest number of the strip itself, or of all the strips"
            " of that name, so that time steps can be compared."
        )
        self.chosen.connect(self._share)

    def _share(self, choice: str) -> None:
        self._canvas.share_range(choice == "shared")
