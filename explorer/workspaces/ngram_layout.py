"""Where the cards of the n-gram page stand."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from explorer.kit.scroll_page import ScrollPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style

_NARROW = 860.0
"""Width below which no two cards stand side by side, in pixels at 100 %."""

_LEAST = (360, 372)
"""Width and height of the card at the right, in pixels at 100 %."""

_BELOW = 9


class NGramLayout(ScrollPage):
    """Cards over the whole width, two side by side, and one more below; it scrolls where it must.

    Args:
        above: the cards at the top.
        left, right: the two, one below the other where the page is narrow.
        below: the last.
    """

    def __init__(
        self, above: Sequence[QWidget], left: QWidget, right: QWidget, below: QWidget
    ) -> None:
        super().__init__(low=True)
        self._first = len(above)
        self._left, self._right = left, right
        self._stacked: bool | None = None
        for row, card in enumerate(above):
            self.grid.addWidget(card, row, 0, 1, 2)
        self.grid.addWidget(below, _BELOW, 0, 1, 2)
        self.grid.setColumnStretch(0, 10)
        self.grid.setColumnStretch(1, 32)

    def dress(self, look: Style, width: int) -> None:
        """Set the distances and arrange anew."""
        self.grid.setContentsMargins(look.ipx(22), look.ipx(18), look.ipx(22), look.ipx(18))
        self.grid.setSpacing(look.ipx(16))
        self._right.setMinimumSize(look.ipx(_LEAST[0]), look.ipx(_LEAST[1]))
        self.arrange(look, width)

    def arrange(self, look: Style, width: int) -> None:
        """Put the two side by side, or one below the other where it is narrow."""
        stacked = width < look.px(_NARROW)
        if stacked == self._stacked:
            return
        self._stacked = stacked
        grid, row = self.grid, self._first
        grid.removeWidget(self._left)
        grid.removeWidget(self._right)
        if stacked:
            grid.addWidget(self._left, row, 0, 1, 2)
            grid.addWidget(self._right, row + 1, 0, 1, 2)
        else:
            grid.addWidget(self._left, row, 0)
            grid.addWidget(self._right, row, 1)
        grid.setRowStretch(row, 1)
        grid.setRowStretch(row + 1, 1 if stacked else 0)

    def reveal(self, card: QWidget) -> None:
        """Bring a card that has changed its size into view, once it is laid out."""
        QTimer.singleShot(0, card, partial(self.ensureWidgetVisible, card))
