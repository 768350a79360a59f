"""What stands beside the canvas: a sheet at its left, at its right the dock or a drawer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout

from explorer.kit.button import Button
from explorer.kit.styled import Styled, painting
from explorer.panels.dock import WIDTH
from explorer.panels.grain_bar import GrainBar
from explorer.panels.sheet import WIDTH as SHEET
from explorer.panels.sheet import SheetHost

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.canvas import GraphCanvas
    from explorer.panels.dock import Dock
    from explorer.panels.transport import Transport
    from explorer.theme import Style

NARROW = 1400 - 64
"""Width at 100 % below which the dock is a drawer."""


class Strip(Styled):
    """The strip at the head of the canvas, for what would otherwise lie on the graph."""

    def __init__(self, style: Style, left: Sequence[QWidget], right: QWidget) -> None:
        super().__init__(style)
        self._row = QHBoxLayout(self)
        for widget in left:
            self._row.addWidget(widget)
        self._row.addStretch(1)
        self._row.addWidget(right)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.apply_style()

    def apply_style(self) -> None:
        """Set margins."""
        side = self.look.ipx(12)
        self._row.setContentsMargins(side, self.look.ipx(8), side, 0)
        self._row.setSpacing(side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Go on with the canvas."""
        with painting(self) as painter:
            painter.fillRect(self.rect(), self.look.theme.color("canvas"))


class Side:
    """Lays out a page: canvas above transport, a sheet at its left, and the dock at the right.

    Where there is not room for both, the sheet that is opened closes the drawer, and the drawer
    the sheet. Where the page is too low for everything, as with large text, the strip gives way to
    the transport, and the transport to an open drawer or sheet; menu and keys do the same.

    Args:
        page: the page; it shows nothing else.
        canvas, dock, transport: what is on it.
        switch: of the colours' range; stands at the head of the canvas.

    Attributes:
        middle: the column of the canvas, for what comes above and below it.
        column: the canvas with its strip, for what stands right below it.
        strip: what stands at the head of the canvas.
        grain_bar: in it, how fine the graph is drawn.
        sheets: the side sheets.
        button: opens and closes the drawer.
        is_narrow: the dock is a drawer.
        is_open: the drawer is wanted open.
        around: what stands above and below the canvas while there is a second one beside it.
        is_low: strip, canvas and transport do not fit above each other.
    """

    def __init__(
        self,
        page: Styled,
        canvas: GraphCanvas,
        dock: Dock,
        transport: Transport,
        switch: QWidget,
    ) -> None:
        self._page, self._canvas, self._dock, self._transport = page, canvas, dock, transport
        self._switch = switch
        self.is_narrow = self.is_open = self.is_low = self._presenting = False
        self.around: tuple[QWidget, ...] = ()
        self.button = Button(page.look, "Inspector")
        self.grain_bar = GrainBar(page.look)
        self.strip = Strip(page.look, (self.grain_bar, switch), self.button)
        self.sheets = SheetHost(page.look)
        page.installEventFilter(self.sheets)
        self._around_canvas = QHBoxLayout()
        self._around_canvas.setSpacing(0)
        self._around_canvas.addWidget(self.sheets)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.strip)
        column.addWidget(canvas, 1)
        self.column = column
        self._around_canvas.addLayout(column, 1)
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
        self._presenting = presenting
        needed = self._strip_height + self._transport.sizeHint().height()
        needed += self._above_canvas() + self._canvas.minimumHeight()
        needed += sum(widget.sizeHint().height() for widget in self.around)
        self.is_low = not presenting and self._page.height() < needed
        if narrow != self.is_narrow:
            self.is_narrow = narrow
            if narrow:
                self._row.removeWidget(self._dock)
                self._dock.setParent(self._page)
            else:
                self._row.addWidget(self._dock)
                self._dock.setFixedWidth(self._page.look.ipx(WIDTH))
        if self.sheets.is_shown and self.is_open and not self._both_fit:
            self.is_open = False
        hidden = self._dock.isHidden()
        self._dock.setVisible(not presenting and (self.is_open or not narrow))
        self.button.setVisible(narrow and not presenting)
        self._transport.setVisible(not presenting and not self._is_covered)
        self._around_canvas.setContentsMargins(0, 0, self.covered, 0)
        self._place_sheet()
        if narrow:
            self._place_drawer()
        come = hidden and self._dock.isVisible()
        if come:
            # What is flown to next has to know the room that is left.
            self._row.activate()
        return come

    @property
    def is_split(self) -> bool:
        """Whether there is a second canvas beside the first."""
        return bool(self.around)

    @property
    def covered(self) -> int:
        """Width that the open drawer takes from the canvas, in pixels."""
        if not self.is_narrow or self._dock.isHidden() or self.is_low:
            return 0
        most = self._page.width() - self._least_width
        return max(0, min(self._page.look.ipx(WIDTH), most))

    def show_switch(self, *, useful: bool) -> None:
        """Show what stands in the strip as far as there is room; the switch only where useful."""
        docked = 0 if self.is_narrow or self._dock.isHidden() else self._dock.sizeHint().width()
        sheet = 0 if self.sheets.isHidden() else self.sheets.width()
        gap = self._page.look.ipx(12)
        room = self._page.width() - self.covered - docked - sheet - 2 * gap
        if not self.button.isHidden():
            room -= self.button.sizeHint().width() + gap
            self.button.setVisible(room >= 0)
        fits = self.grain_bar.minimumSizeHint().width() <= room
        self.grain_bar.setVisible(fits and not self._presenting)
        if fits:
            room -= self.grain_bar.sizeHint().width() + gap
        fits = self._switch.sizeHint().width() + gap <= room
        self._switch.setVisible(useful and fits)
        shown = (self._switch, self.button, self.grain_bar)
        some = not all(widget.isHidden() for widget in shown)
        self.strip.setVisible(some and (self._is_covered or not self.is_low))

    @property
    def _strip_height(self) -> int:
        """Height of the strip, whatever is shown in it."""
        return self.button.sizeHint().height() + self._page.look.ipx(8)

    @property
    def _is_covered(self) -> bool:
        """Whether an open drawer or sheet has the room of the transport."""
        drawer = self.is_narrow and self.is_open
        return self.is_low and (drawer or self.sheets.is_shown)

    def toggle_drawer(self) -> None:
        """Open the drawer, in place of a sheet where both would leave no canvas, or close it."""
        self.is_open = not self.is_open
        if self.is_open and self.sheets.is_shown and not self._both_fit:
            self.sheets.close_sheet()

    @property
    def _both_fit(self) -> bool:
        """Whether drawer and sheet leave the canvas its smallest width."""
        look = self._page.look
        taken = look.ipx(WIDTH) + look.ipx(SHEET) + self._least_width
        return not self.is_narrow or taken <= self._page.width()

    @property
    def _least_width(self) -> int:
        """Width that what is drawn needs at least, in pixels."""
        least = self._canvas.minimumWidth()
        return 2 * least + 1 if self.is_split else least

    def _place_sheet(self) -> None:
        """As wide as a sheet is, or less where the canvas needs the room."""
        docked = 0 if self.is_narrow or self._dock.isHidden() else self._dock.width()
        room = self._page.width() - self.covered - docked - self._least_width
        self.sheets.setFixedWidth(max(0, min(self._page.look.ipx(SHEET), room)))
        self.sheets.setVisible(self.sheets.is_shown)

    def _place_drawer(self) -> None:
        """The drawer at the right edge, from what is above the canvas to the transport."""
        page = self._page
        width, top = min(page.look.ipx(WIDTH), page.width()), self._above_canvas()
        below = self._transport.sizeHint().height()
        if self._is_covered:
            top, below = top + self._strip_height, 0
        self._dock.setFixedWidth(width)
        self._dock.setGeometry(page.width() - width, top, width, page.height() - below - top)
        self._dock.raise_()
        self.button.setText("Close" if self.is_open else "Inspector")

    def _above_canvas(self) -> int:
        """Height of what stands above the canvas, in pixels."""
        height = 0
        for place in range(self.middle.indexOf(self._around_canvas)):
            item = self.middle.itemAt(place)
            if item is not None and not item.isEmpty():
                height += item.sizeHint().height()
        return height
