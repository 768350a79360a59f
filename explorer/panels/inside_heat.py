"""All units over the whole text as a heat map: a row for each unit, a column for each token."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip

from explorer.kit.styled import Dressed, focus_ring, plain_tip
from explorer.panels.inside_colors import SignStamps
from explorer.panels.inside_heat_sheet import HeatSheet

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import (
        QFocusEvent,
        QKeyEvent,
        QMouseEvent,
        QPaintEvent,
        QResizeEvent,
        QWheelEvent,
    )
    from PySide6.QtWidgets import QWidget

    from explorer.panels.inside_reading import Quantity
    from explorer.theme import Style

SIDES = (2.0, 3.0, 4.0, 6.0, 9.0, 12.0, 16.0, 22.0, 30.0)
"""Sides of a cell in pixels at 100 %, from far to near."""

HEADER = (22.0, 40.0)
"""Height above the cells of one line of tokens, and of two."""

NEAR = 4
"""The place of the first size among them."""


class InsideHeat(Dressed, QAbstractScrollArea):
    """The heat map; only what is in view is painted, from one picture of a byte for each cell.

    Signals:
        picked(unit, position): a person clicked a cell or moved to it with the arrows.
        hovered(unit, position): the pointer is over a cell, (-1, -1) for none.
        stepped(by): the unit so many rows further on is wanted.
    """

    picked = Signal(int, int)
    hovered = Signal(int, int)
    stepped = Signal(int)
    own_keys: ClassVar = frozenset(
        {
            Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home,
            Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Plus,
            Qt.Key.Key_Minus, Qt.Key.Key_Equal,
        }
    )  # fmt: skip

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = style
        self._quantity: Quantity | None = None
        self._rows: NDArray[np.intp] = np.zeros(0, np.intp)
        self._places: NDArray[np.intp] = np.zeros(0, np.intp)
        self._levels: NDArray[np.uint8] = np.zeros((0, 0), np.uint8)
        self._part: NDArray[np.bool_] | None = None
        self._unit = self._position = 0
        self._near, self._fits = NEAR, True
        self._hovered = (-1, -1)
        self._stamps = SignStamps()
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName("Heat map of units by tokens")

    @property
    def rows(self) -> NDArray[np.intp]:
        """The units in the order of the rows."""
        return self._rows

    def show_quantity(self, quantity: Quantity, rows: NDArray[np.intp]) -> None:
        """Show other numbers."""
        fresh = self._quantity is None or self._quantity.reading is not quantity.reading
        self._quantity = quantity
        if fresh:
            self._part = None
            self.horizontalScrollBar().setValue(0)
        self.show_rows(rows)

    def show_rows(self, rows: NDArray[np.intp], *, from_top: bool = False) -> None:
        """Put the units in another order, seen from the top or where the marked one is."""
        if self._quantity is None or len(rows) != self._quantity.units:
            return
        self._rows = rows
        self._places = np.argsort(rows)
        # Rows of a picture begin at multiples of four bytes.
        high, wide = self._quantity.levels.shape
        self._levels = np.zeros((high, -(-wide // 4) * 4), np.uint8)
        self._levels[:, :wide] = self._quantity.levels[rows]
        self._set_ranges()
        self._reach()
        if from_top:
            self.verticalScrollBar().setValue(0)
        self.viewport().update()

    def show_cell(self, unit: int, position: int) -> None:
        """Mark another unit and token, and bring them into view."""
        if (unit, position) != (self._unit, self._position):
            self._unit, self._position = unit, position
            self._reach()
            self.viewport().update()

    def show_part(self, part: NDArray[np.bool_] | None) -> None:
        """Mark other tokens."""
        self._part = part
        self.viewport().update()

    def show_tip(self, text: str) -> None:
        """Read the cell under the pointer out beside it."""
        if self._hovered[0] >= 0:
            rect = self.cell_rect(*self._hovered).toRect()
            place = self.viewport().mapToGlobal(rect.bottomRight() + QPoint(6, 2))
            QToolTip.showText(place, plain_tip(text), self.viewport(), rect)

    def zoom(self, by: int) -> None:
        """Enlarge the cells by some sizes, or shrink them; the marked cell stays in view."""
        near = min(max(self._near + by, 0), len(SIDES) - 1)
        if near != self._near:
            self._near, self._fits = near, False
            self._set_ranges()
            self._reach()
            self.viewport().update()

    def cell_rect(self, unit: int, position: int) -> QRectF:
        """Where a cell is, in the viewport."""
        side, place = self._side, int(self._places[unit])
        x = self._margin + position * side - self.horizontalScrollBar().value()
        y = self._header + place * side - self.verticalScrollBar().value()
        return QRectF(x, y, side, side)

    def apply_style(self) -> None:
        """Measure again."""
        self._set_ranges()
        self._reach()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Scroll by the new size."""
        super().resizeEvent(event)
        self._set_ranges()

    def minimumSizeHint(self) -> QSize:
        """Return room for a few rows."""
        return QSize(self.look.ipx(220), self.look.ipx(110))

    def sizeHint(self) -> QSize:
        """Return room for twenty rows."""
        return QSize(self.look.ipx(620), self.look.ipx(240))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the cells in view, their labels and marks."""
        painter = QPainter(self.viewport())
        try:
            if self._quantity is not None and len(self._rows):
                HeatSheet(
                    self.look,
                    self._quantity,
                    self._rows,
                    self._levels,
                    self._part,
                    self.cell_rect(self._unit, self._position),
                    self._unit,
                    self._position,
                    *self._seen(self._quantity),
                    self._side,
                    QRectF(
                        self._margin,
                        self._header,
                        self.viewport().width() - self._margin,
                        self.viewport().height() - self._header,
                    ),
                    QPointF(
                        self._margin - self.horizontalScrollBar().value(),
                        self._header - self.verticalScrollBar().value(),
                    ),
                ).paint(painter, self._stamps)
            if self.hasFocus():
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                focus_ring(painter, QRectF(self.viewport().rect()), self.look.px(6), self.look)
        finally:
            painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the cell under the pointer; with the button down, pick it."""
        cell = self._at(event.position())
        if event.buttons() & Qt.MouseButton.LeftButton and cell[0] >= 0:
            self.picked.emit(*cell)
        elif cell != self._hovered:
            self._hovered = cell
            if cell[0] < 0:
                QToolTip.hideText()
            self.hovered.emit(*cell)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the cell under the pointer, or the unit whose number was clicked."""
        place = event.position()
        if event.button() != Qt.MouseButton.LeftButton or self._quantity is None:
            return
        unit, position = self._at(QPointF(max(place.x(), self._margin + 1), place.y()))
        if unit >= 0:
            self.picked.emit(unit, self._position if place.x() < self._margin else position)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the pointer."""
        super().leaveEvent(event)
        self._hovered = (-1, -1)
        self.hovered.emit(-1, -1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl enlarge or shrink the cells."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by unit and token with the arrows, enlarge with plus, shrink with minus."""
        if self._quantity is None:
            return
        key, last = Qt.Key(event.key()), len(self._quantity.reading.surfaces) - 1
        page = max(1, int((self.viewport().height() - self._header) / self._side) - 1)
        down = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1,
                Qt.Key.Key_PageUp: -page, Qt.Key.Key_PageDown: page}  # fmt: skip
        along = {Qt.Key.Key_Left: self._position - 1, Qt.Key.Key_Right: self._position + 1,
                 Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}  # fmt: skip
        if key in down:
            self.stepped.emit(down[key])
        elif key in along:
            self.picked.emit(self._unit, min(max(along[key], 0), last))
        elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus}:
            self.zoom(-1 if key == Qt.Key.Key_Minus else 1)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, _event: QFocusEvent) -> None:
        """Show the focus."""
        self.viewport().update()

    def focusOutEvent(self, _event: QFocusEvent) -> None:
        """Show that it has gone."""
        self.viewport().update()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:  # noqa: N802  (Qt's name)
        """Draw what has come into view."""
        self._hovered = (-1, -1)
        self.viewport().update()

    def _at(self, place: QPointF) -> tuple[int, int]:
        x = place.x() - self._margin
        y = place.y() - self._header
        if self._quantity is None or x < 0 or y < 0:
            return -1, -1
        column = int((x + self.horizontalScrollBar().value()) // self._side)
        row = int((y + self.verticalScrollBar().value()) // self._side)
        if row >= len(self._rows) or column >= len(self._quantity.reading.surfaces):
            return -1, -1
        return int(self._rows[row]), column

    def _seen(self, quantity: Quantity) -> tuple[range, range]:
        """The rows and the columns in view, at least in part."""
        side, room = self._side, self.viewport()
        across, down = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        last = int((down + room.height() - self._header) // side) + 1
        end = int((across + room.width() - self._margin) // side) + 1
        rows = range(int(down // side), max(0, min(last, quantity.units)))
        return rows, range(int(across // side), min(end, len(quantity.reading.surfaces)))

    def _reach(self) -> None:
        """Scroll as little as it takes to show the marked cell with two around it."""
        if self._quantity is None or not len(self._rows) or self._unit >= len(self._places):
            return
        side, around = self._side, 2 * self._side
        for bar, start, room in (
            (self.horizontalScrollBar(), self._position * side,
             self.viewport().width() - self._margin),
            (self.verticalScrollBar(), int(self._places[self._unit]) * side,
             self.viewport().height() - self._header),
        ):  # fmt: skip
            if start - around < bar.value():
                bar.setValue(int(max(0.0, start - around)))
            elif start + side + around - room > bar.value():
                bar.setValue(int(np.ceil(start + side + around - room)))

    def _set_ranges(self) -> None:
        if self._quantity is None:
            return
        room = self.viewport()
        sizes = (len(self._quantity.reading.surfaces), self._quantity.units)
        if self._fits:
            self._near = self._nearest(*sizes)
        side = self._side
        bars = (self.horizontalScrollBar(), self.verticalScrollBar())
        rooms = (room.width() - self._margin, room.height() - self._header)
        for bar, count, length in zip(bars, sizes, rooms, strict=True):
            bar.setRange(0, max(0, int(np.ceil(count * side - length))))
            bar.setPageStep(max(1, int(length)))
            bar.setSingleStep(max(1, int(side)))

    def _nearest(self, columns: int, rows: int) -> int:
        """The largest size at which a small map is seen whole, or the usual one."""
        wide = self.viewport().width() - self._margin
        high = self.viewport().height() - self.look.px(HEADER[1])
        sides = [self.look.ipx(side) for side in SIDES]
        fitting = (i for i, side in enumerate(sides) if side * columns <= wide
                   and side * rows <= high)  # fmt: skip
        return max(NEAR, *fitting, NEAR)

    @property
    def _side(self) -> float:
        return float(max(1, self.look.ipx(SIDES[self._near])))

    @property
    def _margin(self) -> float:
        """Room for the numbers of the units."""
        return self.look.px(44)

    @property
    def _header(self) -> float:
        """Room for the tokens, and for characters also for those that were most probable."""
        chars = self._quantity is not None and self._quantity.reading.loaded.kind == "char"
        return self.look.px(HEADER[chars and self._side >= self.look.px(8)])
