"""Which part of a large table is on screen: pure arithmetic of scrolling and zooming."""

from __future__ import annotations

from dataclasses import dataclass, replace

CELL = 22.0
TALLEST = 44.0
WIDEST = 2.3
"""The widest a cell may be, as a multiple of its height."""


@dataclass(frozen=True, slots=True)
class TableWindow:
    """A view on a table of ``size`` by ``size`` cells, in pixels.

    Attributes:
        size: rows and columns of the table.
        width, height: of the area that shows cells.
        left, top: the column and row at its corner, as fractions too.
        cell_width, cell_height: of one cell.
    """

    size: int
    width: float
    height: float
    left: float
    top: float
    cell_width: float
    cell_height: float

    @classmethod
    def home(cls, size: int, width: float, height: float, scale: float) -> TableWindow:
        """The first view: the corner of a large table, or all of a small one, filling the area.

        Args:
            size: rows and columns.
            width, height: of the area.
            scale: of text and lengths.
        """
        cell = CELL * scale
        high = min(max(height / max(size, 1), 0.62 * cell), TALLEST * scale)
        high = high if high * size <= height * 1.001 else cell
        # Whole rows and columns: the last ones end where the area does.
        rows = min(size, max(1, round(height / high)))
        high = min(height / rows, TALLEST * scale)
        columns = min(size, max(1, round(width / high)))
        wide = min(width / columns, high * WIDEST)
        return cls(size, width, height, 0.0, 0.0, wide, high)

    @property
    def columns(self) -> float:
        """How many columns fit."""
        return self.width / self.cell_width

    @property
    def rows(self) -> float:
        """How many rows fit."""
        return self.height / self.cell_height

    def moved(self, dx: float, dy: float) -> TableWindow:
        """The view after the table was dragged by a distance in pixels."""
        return self.placed(self.left - dx / self.cell_width, self.top - dy / self.cell_height)

    def zoomed(self, factor: float, x: float, y: float, scale: float) -> TableWindow:
        """The view with cells larger by a factor, the place under (x, y) staying there.

        Cells grow to 90 pixels at 100 %, and shrink for as long as the table fills the area.
        """
        filled = max(
            self.width / (self.size * self.cell_width), self.height / (self.size * self.cell_height)
        )
        factor = min(max(factor, min(1.0, filled)), max(1.0, 90 * scale / self.cell_height))
        column, row = self.left + x / self.cell_width, self.top + y / self.cell_height
        larger = replace(
            self, cell_width=self.cell_width * factor, cell_height=self.cell_height * factor
        )
        return larger.placed(column - x / larger.cell_width, row - y / larger.cell_height)

    def resized(self, width: float, height: float) -> TableWindow:
        """The same corner and cells in an area of another size."""
        return replace(self, width=width, height=height).placed(self.left, self.top)

    def showing(self, row: int, column: int) -> TableWindow:
        """The view moved as little as it takes to show a cell whole."""
        left = min(max(self.left, column + 1 - self.columns), column)
        top = min(max(self.top, row + 1 - self.rows), row)
        return self.placed(left, top)

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Row and column at a place in the area, None outside the table."""
        if not (0 <= x < self.width and 0 <= y < self.height):
            return None
        row = int(self.top + y / self.cell_height)
        column = int(self.left + x / self.cell_width)
        return (row, column) if row < self.size and column < self.size else None

    def corner(self, row: int, column: int) -> tuple[float, float]:
        """The place of a cell's upper left corner in the area."""
        return (column - self.left) * self.cell_width, (row - self.top) * self.cell_height

    def visible_rows(self) -> range:
        """The rows that are on screen, at least in part."""
        return range(int(self.top), min(self.size, int(self.top + self.rows - 1e-6) + 1))

    def visible_columns(self) -> range:
        """The columns that are on screen, at least in part."""
        return range(int(self.left), min(self.size, int(self.left + self.columns - 1e-6) + 1))

    def placed(self, left: float, top: float) -> TableWindow:
        """The view with another corner, or the nearest one that leaves no empty edge."""
        return replace(
            self,
            left=min(max(left, 0.0), max(0.0, self.size - self.columns)),
            top=min(max(top, 0.0), max(0.0, self.size - self.rows)),
        )
