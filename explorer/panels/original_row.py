"""A row of the inspector: what a number would be without the changes, and the difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QHBoxLayout

from explorer.canvas.twin_bars import plain, signed
from explorer.kit.label import Label
from explorer.kit.styled import Styled

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from engine.autodiff.primitives import Array
    from explorer.theme import Style


class OriginalRow(Styled):
    """Hidden while the number is what it was.

    Args:
        name: of the number, before the row.
    """

    def __init__(self, style: Style, name: str, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._number = Label(style, font="mono", elide=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(Label(style, name, role="ink_2"))
        row.addStretch(1)
        row.addWidget(self._number)
        self.hide()

    @property
    def text(self) -> str:
        """What stands in the row, empty while it is hidden."""
        return "" if self.isHidden() else self._number.full_text

    def show_number(self, before: Array | None, now: Array | None, component: int) -> None:
        """Show a component of two arrays of one shape; nothing of None and of whole numbers."""
        if before is None or now is None or not np.size(now) or now.dtype.kind != "f":
            self.hide()
            return
        was, number = (float(np.asarray(x).reshape(-1)[component]) for x in (before, now))
        differs = was != number and not (was != was and number != number)  # noqa: PLR0124  (NaN)
        with np.errstate(all="ignore"):
            self._number.set_text(f"{plain(was)}, Δ {signed(number - was)}")
        self.setVisible(differs)
