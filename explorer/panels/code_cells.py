"""A small array with every number in its cell; a larger one as a heat map of its own shape."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPen

from explorer.colors import adjoint_colors, colorize, largest_magnitude, value_colors
from explorer.kit.styled import Styled, painting
from explorer.panels.cells import short_number
from explorer.theme import contrast

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

    from explorer.panels.cells import Kind
    from explorer.theme import FontRole, Style, Theme

MOST_COLUMNS = 8
MOST_CELLS = 36
"""Numbers up to which each is written in its cell."""

CELL_WIDTH, CELL_HEIGHT = 46.0, 23.0
WIDEST = 74.0
MAP_HEIGHT, STRIP_HEIGHT = 64.0, 24.0
"""Of the heat map of a matrix, and of a long vector."""


class NumberCells(Styled):
    """An array of known or unknown numbers; a vector breaks into rows where the width asks."""

    def __init__(
        self,
        style: Style,
        kind: Kind,
        *,
        font: FontRole = "mono_small",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(style, parent)
        self._kind, self._font = kind, font
        self._array: NDArray[np.float64] | None = None
        self._shape: tuple[int, ...] = ()
        self._partial = False
        self._rows = 1
        self._image: QImage | None = None
        self._cells: tuple[tuple[QColor, QColor, str], ...] = ()
        self.setAccessibleName(kind)

    def show_array(
        self,
        array: NDArray[np.float64] | None,
        shape: tuple[int, ...],
        *,
        partial: bool = False,
    ) -> None:
        """Show these numbers, or dashed cells of ``shape`` while they are not known (None).

        Args:
            array: the numbers, or None.
            shape: of the array, known or not.
            partial: they are a sum still growing: shown at half opacity.
        """
        self._array, self._shape, self._partial = array, shape, partial
        self._draw()
        self.setAccessibleDescription(self._spoken())
        self._break()
        self.update()

    def apply_style(self) -> None:
        """Colour the cells anew."""
        self._draw()
        self._break()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break a vector into as many rows as the width asks for."""
        super().resizeEvent(event)
        self._break()

    def sizeHint(self) -> QSize:
        """Return the height that the numbers need at the present width."""
        height = STRIP_HEIGHT if len(self._shape) == 1 else MAP_HEIGHT
        if self._has_numbers:
            height = CELL_HEIGHT * self._rows
        return QSize(self.look.ipx(220), self.look.ipx(height))

    def minimumSizeHint(self) -> QSize:
        """Return the height needed; the width adapts."""
        return QSize(self.look.ipx(80), self.sizeHint().height())

    @property
    def rows(self) -> int:
        """Rows of cells."""
        return self._rows

    @property
    def _count(self) -> int:
        return math.prod(self._shape)

    @property
    def _has_numbers(self) -> bool:
        """Whether each number is written in its cell."""
        if len(self._shape) > 2 or self._count > MOST_CELLS:
            return False
        if len(self._shape) == 2:
            return self._shape[1] * self.look.px(CELL_WIDTH * 0.8) <= max(self.width(), 1)
        return True

    def _columns(self) -> int:
        if len(self._shape) == 2:
            return max(1, self._shape[1])
        room = max(1, int(self.width() / self.look.px(CELL_WIDTH)))
        return max(1, min(MOST_COLUMNS, room, max(1, self._count)))

    def _break(self) -> None:
        rows = math.ceil(max(1, self._count) / self._columns())
        before = self.sizeHint().height()
        self._rows = rows
        if self.sizeHint().height() != before or self.height() != self.sizeHint().height():
            self.updateGeometry()

    def _draw(self) -> None:
        """Make what is painted: the map, and each number with its two colours."""
        array, theme = self._array, self.look.theme
        self._image, self._cells = None, ()
        if array is None or not array.size:
            return
        self._image = image = self._picture(array)
        if array.size > MOST_CELLS:
            return
        cells = []
        for index, number in enumerate(array.reshape(-1)):
            color = image.pixelColor(index % image.width(), index // image.width())
            if self._partial:
                color = _mixed(color, theme.color("surface"), 0.5)
            cells.append((*legible(theme, color.name()), short_number(float(number))))
        self._cells = tuple(cells)

    def _picture(self, array: NDArray[np.float64]) -> QImage:
        """One pixel a number: the rows and columns of a matrix, a vector as one row."""
        theme = self.look.theme
        table = value_colors(theme) if self._kind == "value" else adjoint_colors(theme)
        numbers = array.reshape(-1, array.shape[-1]) if array.ndim > 1 else array.reshape(1, -1)
        pixels = np.ascontiguousarray(colorize(numbers, table, largest_magnitude(array)))
        height, width = pixels.shape
        image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32)
        return image.copy()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the cells or the map."""
        with painting(self) as painter:
            if self._has_numbers:
                self._paint_cells(painter)
            else:
                self._paint_map(painter)

    def _paint_cells(self, painter: QPainter) -> None:
        px, columns = self.look.px, self._columns()
        width = min(self.width() / columns, px(WIDEST))
        painter.setFont(self.look.font(self._font))
        for index in range(self._count):
            row, column = divmod(index, columns)
            cell = QRectF(column * width, row * px(CELL_HEIGHT), width, px(CELL_HEIGHT))
            self._paint_cell(painter, cell.adjusted(0, 0, -px(2), -px(2)), index)

    def _paint_cell(self, painter: QPainter, cell: QRectF, index: int) -> None:
        theme, px = self.look.theme, self.look.px
        if not self._cells:
            painter.setPen(QPen(theme.color("ghost"), 1, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), px(3), px(3))
            return
        color, pen, number = self._cells[index]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRoundedRect(cell, px(3), px(3))
        painter.setPen(pen)
        painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, number)

    def _paint_map(self, painter: QPainter) -> None:
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self._image is None:
            painter.setPen(QPen(self.look.theme.color("ghost"), 1, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(box, 3, 3)
            return
        painter.setOpacity(0.5 if self._partial else 1.0)
        painter.drawImage(box, self._image)

    def _spoken(self) -> str:
        if self._array is None:
            return "not computed yet"
        numbers = ", ".join(f"{number:.4g}" for number in self._array.reshape(-1)[:MOST_CELLS])
        return numbers if self._array.size <= MOST_CELLS else f"{numbers}, …"


@lru_cache(maxsize=2048)
def legible(theme: Theme, color: str) -> tuple[QColor, QColor]:
    """A cell's colour and that of its number, with the contrast that the theme promises.

    The cell keeps its colour where ink or surface reads on it, else it gives way as little as
    possible.
    """
    ink, surface = theme.color("ink"), theme.color("surface")
    for percent in range(0, 101, 4):
        for pen, other in ((ink, surface), (surface, ink)):
            fill = _mixed(QColor(color), other, percent / 100)
            if contrast(pen, fill) >= theme.floor:
                return fill, pen
    return surface, ink


def _mixed(first: QColor, second: QColor, share: float) -> QColor:
    """A colour moved towards another one."""
    a, b = first.getRgb(), second.getRgb()
    return QColor(*(round(x + (y - x) * share) for x, y in zip(a[:3], b[:3], strict=True)))  # type: ignore[index]
