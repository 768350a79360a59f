"""A page of cards in a grid that scrolls where the window is small."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget


class ScrollPage(QScrollArea):
    """As wide as its place, or as the least that its cards need, and as high as they need.

    Args:
        low: cards give way down to their least height before the page scrolls; else a card with
            wrapped text holds all at the height they like.

    Attributes:
        grid: the layout of the cards.
    """

    def __init__(self, *, low: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        page = QWidget()
        self.grid = _LowGrid(page) if low else QGridLayout(page)
        self.setWidgetResizable(True)
        self.setWidget(page)
        self.setAccessibleName("page that scrolls")
        self.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)


class _LowGrid(QGridLayout):
    """A grid that does not ask what height suits its width: Qt then takes the liked heights."""

    def hasHeightForWidth(self) -> bool:
        """Return that it does not."""
        return False
