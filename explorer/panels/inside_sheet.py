"""Draws lines of tokens on coloured cells: the cells, what is underlined, and the words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter

from explorer.canvas.buffers import draw_rects
from explorer.cell_signs import signs_of
from explorer.panels.inside_colors import SignStamps, text_colors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from explorer.panels.inside_lines import Lines
    from explorer.panels.inside_reading import Quantity, Reading
    from explorer.theme import Style

_LOW = 0.5
"""Signs stand in this lowest share of a cell, under its letter."""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A text set into lines, as far as it is scrolled.

    Attributes:
        look: colours and lengths.
        reading: the text.
        lines: where its tokens stand.
        letters: (T,) the characters as shown; unused for words.
        font: of the tokens.
        pitch: from one line to the next.
        gap: between the cells of two lines.
        margin: left of the lines.
        pad: between the edge of a word's cell and the word.
        scroll: what lies above the area drawn on.
    """

    look: Style
    reading: Reading
    lines: Lines
    letters: NDArray[np.str_]
    font: QFont
    pitch: float
    gap: float
    margin: float
    pad: float
    scroll: float

    def paint_cells(
        self, painter: QPainter, seen: slice, quantity: Quantity, unit: int, room: float,
        stamps: SignStamps,
    ) -> None:  # fmt: skip
        """Fill the cells in a width, a line at a time as one row of pixels, and stamp signs."""
        lines, ratio = self.lines, painter.device().devicePixelRatio()
        colors = text_colors(self.look.theme, signed=quantity.signed)
        row = colors[quantity.levels[unit, seen]]
        width = int(np.ceil(room * ratio))
        left = np.rint((lines.left[seen] + self.margin) * ratio).astype(np.intp)
        right = np.rint((lines.left[seen] + lines.width[seen] + self.margin) * ratio)
        right = np.minimum(right.astype(np.intp) - max(1, round(ratio)), width)
        high = self.pitch - self.gap
        for line, here in self._by_line(seen):
            lengths = np.maximum(right[here] - left[here], 0)
            pixels = np.zeros((1, width), np.uint32)
            places = np.repeat(left[here] - np.cumsum(lengths) + lengths, lengths)
            pixels[0, places + np.arange(len(places))] = np.repeat(row[here], lengths)
            image = QImage(pixels.data, width, 1, 4 * width, QImage.Format.Format_ARGB32)
            top = line * self.pitch + self.gap / 2 - self.scroll
            painter.drawImage(QRectF(0, top, width / ratio, high), image, QRectF(0, 0, width, 1))
        self._paint_signs(painter, seen, quantity, unit, stamps)

    def paint_part(self, painter: QPainter, seen: slice, part: NDArray[np.bool_]) -> None:
        """Underline the tokens of a part; those that follow one another as one line."""
        lines, look = self.lines, self.look
        inside = np.flatnonzero(part[seen]) + seen.start
        if not len(inside):
            return
        left = lines.left[inside] + self.margin
        right = left + lines.width[inside]
        top = (lines.line[inside] + 1) * self.pitch - self.gap / 2 - self.scroll + look.px(0.6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.theme.color("ink"))
        bottom = top + max(2.0, look.px(2.6))
        draw_rects(painter, np.stack([left, top], axis=1), np.stack([right, bottom], axis=1))

    def paint_words(self, painter: QPainter, seen: slice) -> None:
        """Write the tokens: characters a line at a time, words one by one."""
        metrics = QFontMetricsF(self.font)
        painter.setFont(self.font)
        painter.setPen(self.look.theme.color("ink"))
        rise = (self.pitch + metrics.ascent() - metrics.descent()) / 2 - self.scroll
        if self.reading.loaded.kind == "char":
            for line, here in self._by_line(seen):
                letters = "".join(self.letters[seen][here].tolist())
                painter.drawText(QPointF(self.margin, line * self.pitch + rise), letters)
            return
        for token in range(seen.start, seen.stop):
            left = float(self.lines.left[token]) + self.margin + self.pad
            place = QPointF(left, int(self.lines.line[token]) * self.pitch + rise)
            painter.drawText(place, self.reading.surfaces[token])

    def _paint_signs(
        self, painter: QPainter, seen: slice, quantity: Quantity, unit: int, stamps: SignStamps
    ) -> None:
        lines = self.lines
        signs = signs_of(quantity.values[seen, unit], quantity.limit)
        high = self.pitch - self.gap
        # A notch in the middle of a wide cell is as large as one of a letter's.
        wide = QFontMetricsF(self.font).horizontalAdvance("n")
        left = lines.left[seen] + self.margin + (lines.width[seen] - wide) / 2
        top = lines.line[seen] * self.pitch + self.gap / 2 - self.scroll + high * (1 - _LOW)
        corners = np.stack([left, top], axis=1)
        stamps.draw(painter, self.look, corners, signs, (wide, high * _LOW))

    def _by_line(self, seen: slice) -> Iterator[tuple[int, slice]]:
        """Each line with its tokens, counted from the first one seen."""
        of_line = self.lines.line[seen]
        first, last = int(of_line[0]), int(of_line[-1])
        starts = np.searchsorted(of_line, np.arange(first, last + 2)).tolist()
        for line in range(first, last + 1):
            yield line, slice(starts[line - first], starts[line - first + 1])
