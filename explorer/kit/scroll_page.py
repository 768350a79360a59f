"""A page of cards in a grid that scrolls where the window is small."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget


class ScrollPage(QScrollArea):
    """As wide as its place, or as the least that its cards need, and as high as they need.

    Attributes:
        grid: the layout of the cards.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        page = QWidget()
        self.grid = QGridLayout(page)
        self.setWidgetResizable(True)
        self.setWidget(page)
        self.setAccessibleName("page that scrolls")
        self.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)
