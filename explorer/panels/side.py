"""What stands beside the canvas: a sheet at its left, at its right the dock or a drawer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from explorer.kit.button import Button
from explorer.panels.dock import WIDTH
from explorer.panels.sheet import WIDTH as SHEET
from explorer.panels.sheet import SheetHost

if TYPE_CHECKING:
    from explorer.canvas import GraphCanvas
    from explorer.kit.styled import Styled
    from explorer.panels.dock import Dock
    from explorer.panels.transport import Transport

NARROW = 1400 - 64
"""Width at 100 % below which the dock is a drawer."""


class Side:
    """Lays out a page: canvas above transport, a sheet at its left, and the dock at the right.

    Where there is not room for both, the sheet that is opened closes the drawer, and the drawer
    the sheet.

    Args:
        page: the page; it shows nothing else.
        canvas, dock, transport: what is on it.

    Attributes:
        middle: the column of the canvas, for what comes above and below it.
        sheets: the side sheets.
        button: opens and closes the drawer.
        is_narrow: the dock is a drawer.
        is_open: the drawer is wanted open.
    """

    def __init__(self, page: Styled, canvas: GraphCanvas, dock: Dock, transport: Transport) -> None:
        self._page, self._canvas, self._dock, self._transport = page, canvas, dock, transport
        self.is_narrow = self.is_open = False
        self.button = Button(page.look, "Inspector", parent=page)
        self.sheets = SheetHost(page.look)
        page.installEventFilter(self.sheets)
        self._around_canvas = QHBoxLayout()
        self._around_canvas.setSpacing(0)
        self._around_canvas.addWidget(self.sheets)
        self._around_canvas.addWidget(canvas)
        self.middle = QVBoxLayout()
        self.middle.setSpacing(0)
        self.middle.addLayout(self._around_canvas, 1)
        self.middle.addWidget(transport)
        self._row = QHBoxLayout(page)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addLayout(self.middle, 1)
        self._row.addWidget(dock)

    def arrange(self, *, presenting: bool) -> bool:
        """Place the dock for the page's present width; returns whether it has come into sight."""
        narrow = self._page.width() < self._page.look.px(NARROW)
        if narrow != self.is_narrow:
            self.is_narrow = narrow
            if narrow:
                self._row.removeWidget(self._dock)
                self._dock.setParent(self._page)
            else:
                self._row.addWidget(self._dock)
        if self.sheets.is_shown and self.is_open and not self._both_fit:
            self.is_open = False
        hidden = self._dock.isHidden()
        self._dock.setVisible(not presenting and (self.is_open or not narrow))
        self.button.setVisible(narrow and not presenting)
        self._around_canvas.setContentsMargins(0, 0, self.covered, 0)
        self._place_sheet()
        if narrow:
            self._place_drawer()
        return hidden and self._dock.isVisible()

    @property
    def covered(self) -> int:
        """Width that the open drawer takes from the canvas, in pixels."""
        if not self.is_narrow or self._dock.isHidden():
            return 0
        most = self._page.width() - self._canvas.minimumWidth()
        return max(0, min(self._page.look.ipx(WIDTH), most))

    def toggle_drawer(self) -> None:
        """Open the drawer, in place of a sheet where both would leave no canvas, or close it."""
        self.is_open = not self.is_open
        if self.is_open and self.sheets.is_shown and not self._both_fit:
            self.sheets.close_sheet()

    @property
    def _both_fit(self) -> bool:
        """Whether drawer and sheet leave the canvas its smallest width."""
        look = self._page.look
        taken = look.ipx(WIDTH) + look.ipx(SHEET) + self._canvas.minimumWidth()
        return not self.is_narrow or taken <= self._page.width()

    def _place_sheet(self) -> None:
        """As wide as a sheet is, or less where the canvas needs the room."""
        docked = 0 if self.is_narrow or self._dock.isHidden() else self._dock.width()
        room = self._page.width() - self.covered - docked - self._canvas.minimumWidth()
        self.sheets.setFixedWidth(max(0, min(self._page.look.ipx(SHEET), room)))
        self.sheets.setVisible(self.sheets.is_shown)

    def _place_drawer(self) -> None:
        """The drawer at the right edge from canvas to transport, its button beside it."""
        page, look = self._page, self._page.look
        width, gap, top = look.ipx(WIDTH), look.ipx(12), self._above_canvas()
        below = self._transport.sizeHint().height()
        self._dock.setGeometry(page.width() - width, top, width, page.height() - below - top)
        self._dock.raise_()
        self.button.setText("Close" if self.is_open else "Inspector")
        self.button.adjustSize()
        right = page.width() - (width if self.is_open else 0)
        self.button.move(right - self.button.width() - gap, top + gap)
        self.button.raise_()

    def _above_canvas(self) -> int:
        """Height of what stands above the canvas, in pixels."""
        height = 0
        for place in range(self.middle.indexOf(self._around_canvas)):
            item = self.middle.itemAt(place)
            if item is not None and not item.isEmpty():
                height += item.sizeHint().height()
        return height
