"""The columns side by side; where there is not the width they scroll."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QWidget

from explorer.kit.styled import Dressed
from explorer.panels.generate_column_card import NARROWEST, ColumnCard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.panels.generate_column import Column
    from explorer.theme import Style


class Columns(Dressed, QScrollArea):
    """All columns.

    Attributes:
        cards: by the column's key, from left to right.

    Signals:
        picked(key, place), again(key, place), wanted(key): as in `ColumnCard`.
    """

    picked = Signal(int, int)
    again = Signal(int, int)
    wanted = Signal(int)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = style
        self.cards: dict[int, ColumnCard] = {}
        self._revealed = -1
        holder = QWidget()
        self._row = QHBoxLayout(holder)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(holder)
        self.setAccessibleName("Texts side by side")
        self.viewport().setAutoFillBackground(False)
        holder.setAutoFillBackground(False)
        self.horizontalScrollBar().rangeChanged.connect(self._reveal_again)
        self.apply_style()

    def arrange(self, columns: Sequence[Column]) -> None:
        """Have a card for each column, in their order."""
        keys = [column.key for column in columns]
        for key in [key for key in self.cards if key not in keys]:
            card = self.cards.pop(key)
            self._row.removeWidget(card)
            card.hide()
            card.deleteLater()
        for column in columns:
            if column.key not in self.cards:
                card = ColumnCard(self.look, column.key)
                card.picked.connect(self.picked)
                card.again.connect(self.again)
                card.wanted.connect(self.wanted)
                card.show_text(column, 0)
                self.cards[column.key] = card
                self._row.addWidget(card, 1)

    def reveal(self, key: int) -> None:
        """Bring a column into sight, now and when the columns find other places."""
        self._revealed = key
        if key in self.cards:
            self.ensureWidgetVisible(self.cards[key], 0, 0)

    def _reveal_again(self, _low: int, _high: int) -> None:
        self.reveal(self._revealed)

    def apply_style(self) -> None:
        """Set the distance between two columns."""
        self._row.setSpacing(self.look.ipx(16))

    def minimumSizeHint(self) -> QSize:
        """Return room for one column."""
        return QSize(self.look.ipx(NARROWEST), self.look.ipx(200))
