"""Draws what is in view of the heat map of units by tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter

from explorer.canvas.buffers import draw_rects
from explorer.cell_signs import signs_of
from explorer.kit.styled import rounded
from explorer.kit.tokens import shown_token
from explorer.panels.inside_colors import SignStamps, level_colors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from explorer.panels.inside_reading import Quantity
    from explorer.theme import Style

SIGNED = 12
"""Side of a cell from which it has a sign; below, the notches of a row run into a line."""


@dataclass(frozen=True, slots=True, eq=False)
class HeatSheet:
    """The heat map as far as it is scrolled.

    Attributes:
        look: colours and lengths.
        quantity: the numbers.
        units: the unit of each row.
        levels: (H, W) the rows of the table of colours in that order, W a multiple of four.
        part: the tokens (T,) that are marked, None for none.
        cell: the marked cell.
        unit, position: its unit and token.
        rows, columns: what is in view, at least in part.
        side: of a cell.
        area: where cells are.
        origin: the corner of the first cell of all.
    """

    look: Style
    quantity: Quantity
    units: NDArray[np.intp]
    levels: NDArray[np.uint8]
    part: NDArray[np.bool_] | None
    cell: QRectF
    unit: int
    position: int
    rows: range
    columns: range
    side: float
    area: QRectF
    origin: QPointF

    def paint(self, painter: QPainter, stamps: SignStamps) -> None:
        """Draw the cells, the marks, and what stands above and beside them."""
        rows, columns, side = self.rows, self.columns, self.side
        seen = self.levels[rows.start : rows.stop]
        high, wide = seen.shape
        image = QImage(seen.data, wide, high, wide, QImage.Format.Format_Indexed8)
        colors = level_colors(self.look.theme, signed=self.quantity.signed)
        image.setColorTable(colors.tolist())
        painter.save()
        painter.setClipRect(self.area)
        target = QRectF(self._left(columns.start), self._top(rows.start),
                        len(columns) * side, len(rows) * side)  # fmt: skip
        painter.drawImage(target, image, QRectF(columns.start, 0, len(columns), len(rows)))
        if side >= self.look.ipx(SIGNED) and self.quantity.signed:
            self._paint_signs(painter, stamps)
        self._paint_marks(painter)
        painter.restore()
        self._paint_tokens(painter)
        self._paint_numbers(painter)

    def _left(self, column: int) -> float:
        return self.origin.x() + column * self.side

    def _top(self, row: int) -> float:
        return self.origin.y() + row * self.side

    def _paint_signs(self, painter: QPainter, stamps: SignStamps) -> None:
        rows, columns, side = self.rows, self.columns, self.side
        units = self.units[rows.start : rows.stop]
        values = self.quantity.values[columns.start : columns.stop, units].T
        signs = signs_of(values, self.quantity.limit)
        row, column = np.nonzero(signs)
        left = self._left(columns.start) + column * side
        corners = np.stack([left, self._top(rows.start) + row * side], axis=1)
        stamps.draw(painter, self.look, corners, signs[row, column], (side, side))

    def _paint_marks(self, painter: QPainter) -> None:
        """Frame the row of the unit and the column of the token."""
        look, theme, cell = self.look, self.look.theme, self.cell
        size = QSizeF(len(self.quantity.values) * self.side, len(self.units) * self.side)
        area = self.area.intersected(QRectF(self.origin, size))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = look.px(1.6)
        for frame in (
            QRectF(area.left(), cell.top(), area.width(), cell.height()),
            QRectF(cell.left(), area.top(), cell.width(), area.height()),
        ):
            outside = frame.adjusted(-wide, -wide, wide, wide)
            rounded(painter, outside, 0, None, theme.color("surface"), 2 * wide)
            rounded(painter, outside, 0, None, theme.color("ink"), wide)

    def _paint_tokens(self, painter: QPainter) -> None:
        """Write the characters over their columns, or the word looked at; mark the part."""
        look, theme, area, side = self.look, self.look.theme, self.area, self.side
        surfaces = self.quantity.reading.surfaces
        high = area.top() - look.px(4)
        painter.save()
        painter.setClipRect(QRectF(area.left(), 0, area.width(), area.top()))
        painter.setFont(look.font("mono"))
        painter.setPen(theme.text("ink"))
        if self.quantity.reading.loaded.kind == "char":
            if side >= look.px(8):
                self._paint_characters(painter, high / 2)
        else:
            text = shown_token(surfaces[self.position])
            wide = QFontMetricsF(painter.font()).horizontalAdvance(text)
            left = self.cell.center().x() - wide / 2
            left = max(area.left(), min(left, area.right() - wide))
            painter.drawText(QRectF(left, 0, wide + 2, high), Qt.AlignmentFlag.AlignVCenter, text)
        if self.part is not None:
            columns = self.columns
            inside = np.flatnonzero(self.part[columns.start : columns.stop]) + columns.start
            left_top = np.stack(
                [self.origin.x() + inside * side, np.full(len(inside), high)], axis=1
            )
            painter.setClipRect(QRectF(area.left(), 0, area.width(), area.top()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("ink"))
            draw_rects(painter, left_top, left_top + np.array([side, max(2.0, look.px(2.6))]))
        painter.restore()

    def _paint_characters(self, painter: QPainter, high: float) -> None:
        """Write each character over its column, and below it the one that was most probable."""
        look, theme, side = self.look, self.look.theme, self.side
        reading = self.quantity.reading
        vocabulary, found = reading.model.vocabulary.tokens, reading.activations
        right, wrong = theme.text("forward"), theme.color("ink_3")
        for column in self.columns:
            left = self._left(column) - side
            guess = vocabulary[int(found.top_tokens[column, 0])]
            hit = int(found.ranks[column]) == 1
            for top, text, ink in (
                (0.0, reading.surfaces[column], theme.text("ink")),
                (high, guess, right if hit else wrong),
            ):
                if text != " ":
                    painter.setPen(ink)
                    box = QRectF(left, top, 3 * side, high)
                    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown_token(text))
        painter.setClipping(False)
        painter.setFont(look.font("secondary"))
        painter.setPen(theme.text("ink_2"))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        beside = self.area.left() - look.px(6)
        painter.drawText(QRectF(0, 0, beside, high), flags, "came")
        painter.drawText(QRectF(0, high, beside, high), flags, "guess")

    def _paint_numbers(self, painter: QPainter) -> None:
        """Write the numbers of the units beside their rows, as many as there is room for."""
        look, theme, area, side = self.look, self.look.theme, self.area, self.side
        apart = look.px(12)
        every = max(1, int(np.ceil(apart / side)))
        middle = self.cell.center().y()
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.save()
        painter.setClipRect(QRectF(0, area.top(), area.left(), area.height()))
        for row in self.rows:
            unit, y = int(self.units[row]), self._top(row) + side / 2
            chosen = unit == self.unit
            if not chosen and (row % every or abs(y - middle) < apart):
                continue
            painter.setFont(look.font("mono_strong" if chosen else "mono_small"))
            painter.setPen(theme.text("ink" if chosen else "ink_2"))
            box = QRectF(0, y - look.px(8), area.left() - look.px(6), look.px(16))
            painter.drawText(box, flags, str(unit + 1))
        painter.restore()
