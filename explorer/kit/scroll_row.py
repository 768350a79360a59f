"""A row of fields that scrolls sideways where it does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class ScrollRow(QScrollArea):
    """As wide as its place, or as the least that its fields need; Tab brings a field into sight.

    Args:
        row: the fields.
    """

    def __init__(self, row: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = row
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setWidget(row)
        self.viewport().setAutoFillBackground(False)
        row.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        """Return what the fields would like."""
        return self._row.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return a little: it scrolls."""
        return QSize(40, self._row.minimumSizeHint().height())
