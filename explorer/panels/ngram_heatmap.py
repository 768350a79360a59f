"""The bigram table as a heat map (pyqtgraph); import this module when it is first shown.

Each row is the distribution of the token after one token. The scene's items draw from one
`TableWindow`; pyqtgraph gives the view, the layout and the mouse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QVBoxLayout

from explorer.kit.styled import Styled
from explorer.panels.ngram_counting import grouped
from explorer.panels.ngram_heat_items import HeatCells, HeatLabels
from explorer.panels.ngram_table import short
from explorer.panels.ngram_tip import CellTip
from explorer.panels.ngram_window import TableWindow

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent, QWheelEvent

    from explorer.panels.ngram_counting import BigramTable
    from explorer.theme import Style

LIMITS = (0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0)

Cell = tuple[int, int]


class HeatMap(Styled):
    """p(after | before) of the most frequent tokens; drag to move, wheel to zoom.

    Attributes:
        limit: the probability at the dark end of the colours.

    Signals:
        hovered(row, column): the cell read out, (-1, -1) when none is.
        picked(row, column): a person clicked a cell or pressed Return on it.
        moved(): other cells are on screen.
    """

    hovered = Signal(int, int)
    picked = Signal(int, int)
    moved = Signal()
    own_keys: ClassVar = frozenset(
        {
            Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return,
            Qt.Key.Key_Home, Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Escape,
        }
    )  # fmt: skip

    def __init__(self, style: Style, table: BigramTable) -> None:
        super().__init__(style)
        self.limit = 1.0
        self.table = table
        self.cell: Cell | None = None
        self._at_home = True
        self._view = _View(self)
        self._tip = CellTip(style, self)
        self._tip.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        self.shown = TableWindow.home(1, 1, 1, 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Bigram table")
        self.show_table(table)

    def show_table(self, table: BigramTable) -> None:
        """Show another table from its corner; one of the same tokens where this one is."""
        same = table.labels == self.table.labels
        self.table = table
        self.limit = _limit(table)
        if not same:
            self._at_home = True
            self.set_cell(None)
        self.apply_style()

    def apply_style(self) -> None:
        """Take colours, fonts and lengths from the style; the place in the table stays."""
        self._view.dress(self.look, self.table.labels)
        self._fit()

    def set_cell(self, cell: Cell | None) -> None:
        """Read a cell out, or none."""
        if cell == self.cell:
            return
        self.cell = cell
        row, column = (-1, -1) if cell is None else cell
        self.setAccessibleDescription("" if cell is None else " ".join(self.reading(cell)))
        self._place_tip()
        self._view.redraw()
        self.hovered.emit(row, column)

    def reading(self, cell: Cell) -> tuple[str, str]:
        """A cell in words: its probability, and the counts it is the ratio of."""
        row, column = cell
        table = self.table
        probability = table.probabilities[row, column]
        before, after = table.labels[row], table.labels[column]
        count, total = int(table.counts[row, column]), int(table.totals[row])
        return (
            f"p({after} | {before}) = {short(float(probability))}",
            f"counted {grouped(count)} of {grouped(total)} times",
        )

    def zoom(self, factor: float, x: float, y: float) -> None:
        """Enlarge the cells by a factor about a place in the area of cells."""
        self._at_home = False
        self.set_window(self.shown.zoomed(factor, x, y, self.look.scale))

    def drag(self, dx: float, dy: float) -> None:
        """Move the table by a distance in pixels."""
        self._at_home = False
        self.set_window(self.shown.moved(dx, dy))

    def home(self) -> None:
        """Back to the corner of the table at the first size."""
        self._at_home = True
        self._fit()

    def set_window(self, window: TableWindow) -> None:
        """Show another part of the table."""
        if window != self.shown:
            self.shown = window
            self._place_tip()
            self._view.redraw()
            self.moved.emit()

    def cell_rect(self, cell: Cell) -> QRectF:
        """Where a cell is, in pixels of this widget."""
        x, y = self.shown.corner(*cell)
        origin = self._view.area().topLeft()
        return QRectF(origin.x() + x, origin.y() + y, self.shown.cell_width, self.shown.cell_height)

    def sizeHint(self) -> QSize:
        """Return room for about twenty rows."""
        return QSize(self.look.ipx(620), self.look.ipx(480))

    def minimumSizeHint(self) -> QSize:
        """Return room for eight rows."""
        return QSize(self.look.ipx(300), self.look.ipx(250))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the new area."""
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cell with the arrows, pick with Return, zoom with plus and minus."""
        steps = {
            Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
        }  # fmt: skip
        key = Qt.Key(event.key())
        area = self._view.area()
        if key in steps:
            self._step(*steps[key])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.cell is not None:
            self.picked.emit(*self.cell)
        elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Equal}:
            factor = 1 / 1.25 if key == Qt.Key.Key_Minus else 1.25
            self.zoom(factor, area.width() / 2, area.height() / 2)
        elif key == Qt.Key.Key_Home:
            self.home()
        elif key == Qt.Key.Key_Escape and self.cell is not None:
            self.set_cell(None)
        else:
            super().keyPressEvent(event)

    def _step(self, down: int, right: int) -> None:
        window, last = self.shown, self.table.totals.size - 1
        if self.cell is None:
            start = (window.visible_rows()[0], window.visible_columns()[0])
            self.set_cell((min(start[0], last), min(start[1], last)))
            return
        row, column = self.cell
        cell = (min(max(row + down, 0), last), min(max(column + right, 0), last))
        self.set_window(window.showing(*cell))
        self.set_cell(cell)

    def _fit(self) -> None:
        self._view.settle()
        area = self._view.area()
        size = self.table.totals.size
        if area.width() < 1 or area.height() < 1:
            return
        if self._at_home or self.shown.size != size:
            window = TableWindow.home(size, area.width(), area.height(), self.look.scale)
        else:
            window = self.shown.resized(area.width(), area.height())
        self.set_window(window)
        self._place_tip()
        self._view.redraw()

    def _place_tip(self) -> None:
        if self.cell is None:
            self._tip.hide()
            return
        row, column = self.cell
        probability, counted = self.reading(self.cell)
        self._tip.say(
            self.table.labels[column], self.table.labels[row], probability.rsplit("= ", 1)[1],
            counted,
        )  # fmt: skip
        self._tip.show_beside(self.cell_rect(self.cell))


class _View(pg.GraphicsLayoutWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """The scene: labels above, labels at the left, the cells between them."""

    def __init__(self, heat: HeatMap) -> None:
        super().__init__(heat)
        self._heat = heat
        self._pressed: QPointF | None = None
        self._dragged = False
        self.cells = HeatCells(heat)
        self.above = HeatLabels(heat, vertical=False)
        self.beside = HeatLabels(heat, vertical=True)
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setMouseTracking(True)
        self.ci.layout.setSpacing(0)
        self.addItem(self.above, row=0, col=1)
        self.addItem(self.beside, row=1, col=0)
        self.addItem(self.cells, row=1, col=1)

    def dress(self, style: Style, labels: tuple[str, ...]) -> None:
        """Take colours and the room that labels need from a style."""
        self.setBackground(style.theme.color("surface"))
        metrics = QFontMetricsF(style.font("secondary"))
        longest = max((metrics.horizontalAdvance(label) for label in labels[:80]), default=0.0)
        wide = min(max(longest, style.px(16)), style.px(96))
        self.beside.setFixedWidth(wide + style.px(10))
        self.above.setFixedHeight(wide * 0.8 + style.px(14))
        self.ci.layout.setContentsMargins(0, 0, style.px(20), 0)
        self.cells.recolor()

    def settle(self) -> None:
        """Lay the items out for the present size now."""
        self.resizeEvent(None)
        self.ci.layout.activate()

    def area(self) -> QRectF:
        """Where the cells are, in pixels."""
        return QRectF(self.cells.mapRectToScene(self.cells.rect()))

    def redraw(self) -> None:
        """Draw again."""
        self.viewport().update()

    def _cell_at(self, place: QPointF) -> Cell | None:
        inside = place - self.area().topLeft()
        return self._heat.shown.cell_at(inside.x(), inside.y())

    def mousePressEvent(self, event: Any) -> None:
        """Begin a click or a drag."""
        self._heat.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: Any) -> None:
        """Drag the table, or read the cell under the pointer."""
        place = event.position()
        if self._pressed is None:
            self._heat.set_cell(self._cell_at(place))
            return
        moved = place - self._pressed
        if self._dragged or moved.manhattanLength() >= 5:
            self._dragged = True
            self._pressed = place
            self._heat.set_cell(None)
            self._heat.drag(moved.x(), moved.y())

    def mouseReleaseEvent(self, event: Any) -> None:
        """Pick the cell that was clicked."""
        cell = self._cell_at(event.position())
        if self._pressed is not None and not self._dragged and cell is not None:
            self._heat.set_cell(cell)
            self._heat.picked.emit(*cell)
        self._pressed = None

    def mouseDoubleClickEvent(self, _event: Any) -> None:
        """Two clicks are two clicks; nothing more."""

    def leaveEvent(self, event: Any) -> None:
        """Stop reading."""
        super().leaveEvent(event)
        self._heat.set_cell(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer."""
        steps = event.angleDelta().y() / 120
        if steps:
            inside = event.position() - self.area().topLeft()
            self._heat.zoom(1.15**steps, inside.x(), inside.y())
            self._heat.set_cell(self._cell_at(event.position()))
        event.accept()


def _limit(table: BigramTable) -> float:
    """The round number that one in a hundred of the first pairs that were seen lies above."""
    part = np.s_[:40, :40]
    seen = table.probabilities[part][table.counts[part] > 0]
    if not seen.size:
        return 1.0
    high = float(np.quantile(seen, 0.99))
    return next((limit for limit in LIMITS if limit >= high), 1.0)
