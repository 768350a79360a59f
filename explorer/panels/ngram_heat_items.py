"""What the heat map's scene draws: the cells, and the tokens beside and above them.

The cells are sprites of the colour table in an atlas, drawn with one call for all of them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPaintEngine, QPainter, QPixmap

from explorer.canvas.buffers import draw_pieces, draw_rects
from explorer.colors import packed, probability_colors
from explorer.kit.styled import rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from explorer.panels.ngram_heatmap import HeatMap
    from explorer.panels.ngram_window import TableWindow
    from explorer.theme import Style

FAINTEST = 0.07
"""Where in the colours a probability just above 0 is, so that it differs from none."""

SLANT = math.radians(52)

SMALL = 7.0
"""Cells lower than this many pixels are drawn as one image."""


class HeatCells(pg.GraphicsWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """The coloured cells, and the ring of the one read out."""

    def __init__(self, heat: HeatMap) -> None:
        super().__init__()
        self._heat = heat
        self._levels: NDArray[np.uint8] = np.empty((0, 0), np.uint8)
        self._atlas = QPixmap()
        self._made_for: tuple[object, ...] = ()
        self.setSizePolicy(
            pg.QtWidgets.QSizePolicy.Policy.Expanding, pg.QtWidgets.QSizePolicy.Policy.Expanding
        )
        self.setFlag(self.GraphicsItemFlag.ItemClipsToShape)

    def recolor(self) -> None:
        """Look the table's place in the colours up again."""
        heat = self._heat
        share = np.minimum(heat.table.probabilities / heat.limit, 1.0)
        self._levels = np.rint(255 * (FAINTEST + (1 - FAINTEST) * share)).astype(np.uint8)

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw the visible cells, and the ring."""
        heat, window = self._heat, self._heat.shown
        rows, columns = window.visible_rows(), window.visible_columns()
        if not rows or not columns:
            return
        if painter.paintEngine().type() == QPaintEngine.Type.SVG:
            self._paint_shapes(painter, window, rows, columns)
        elif window.cell_height < SMALL * heat.look.scale:
            self._paint_image(painter, window, rows, columns)
        else:
            self._paint_cells(painter, window, rows, columns)
        if heat.cell is not None:
            x, y = window.corner(*heat.cell)
            ring = QRectF(x, y, window.cell_width, window.cell_height)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            rounded(painter, ring, heat.look.px(3), None, heat.look.theme.color("backward"),
                    heat.look.px(2))  # fmt: skip

    def _paint_cells(
        self, painter: QPainter, window: TableWindow, rows: range, columns: range
    ) -> None:
        look = self._heat.look
        ratio = painter.device().devicePixelRatio()
        gap = look.px(1.6)
        size = (window.cell_width - gap, window.cell_height - gap)
        wide, high = self._make_atlas(size, ratio)
        part = np.s_[rows.start : rows.stop, columns.start : columns.stop]
        counted = self._heat.table.probabilities[part] > 0
        left = (np.arange(columns.start, columns.stop) - window.left) * window.cell_width
        top = (np.arange(rows.start, rows.stop) - window.top) * window.cell_height
        corners = np.stack(np.broadcast_arrays(left[None, :], top[:, None]), axis=-1)
        # Whole pixels of the device, so that every cell is as sharp as the next.
        places = np.floor(corners[counted] * ratio) / ratio
        levels = self._levels[part][counted].astype(np.float64)
        sources = np.empty((len(levels), 4))
        sources[:, 0], sources[:, 1] = levels % 16 * wide, levels // 16 * high
        sources[:, 2:] = wide, high
        extent = np.array([wide, high]) / ratio
        scale = np.full((len(levels), 2), 1 / ratio)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        draw_pieces(painter, self._atlas, places + extent / 2, sources, scale=scale)
        empty = corners[~counted] + np.array(size) / 2
        dot = max(1.0, round(look.px(1.3)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.theme.color("line"))
        draw_rects(painter, empty, empty + dot)
        if window.cell_width >= look.px(46) and window.cell_height >= look.px(20):
            self._paint_numbers(painter, window, rows, columns)

    def _paint_shapes(
        self, painter: QPainter, window: TableWindow, rows: range, columns: range
    ) -> None:
        """Draw each cell as a shape: in a drawing that is saved, sprites would be pictures."""
        look, table = self._heat.look, self._heat.table
        colors = packed(probability_colors(look.theme))[self._levels]
        gap = look.px(1.6)
        for row in rows:
            for column in columns:
                if table.probabilities[row, column] > 0:
                    x, y = window.corner(row, column)
                    cell = QRectF(x, y, window.cell_width - gap, window.cell_height - gap)
                    rounded(painter, cell, look.px(3), QColor.fromRgb(int(colors[row, column])))
        if window.cell_width >= look.px(46) and window.cell_height >= look.px(20):
            self._paint_numbers(painter, window, rows, columns)

    def _make_atlas(self, size: tuple[float, float], ratio: float) -> tuple[int, int]:
        """Draw a cell of each colour, 16 in a row; returns width and height in device pixels."""
        look = self._heat.look
        wide, high = (max(1, round(length * ratio)) for length in size)
        wanted = (wide, high, ratio, look)
        if wanted == self._made_for:
            return wide, high
        self._made_for = wanted
        atlas = QPixmap(16 * wide, 16 * high)
        atlas.fill(Qt.GlobalColor.transparent)
        radius = min(look.px(3) * ratio, high * 0.16)
        painter = QPainter(atlas)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            for level, color in enumerate(packed(probability_colors(look.theme)).tolist()):
                painter.setBrush(QColor.fromRgb(color))
                cell = QRectF(level % 16 * wide, level // 16 * high, wide, high)
                painter.drawRoundedRect(cell, radius, radius)
        finally:
            painter.end()
        self._atlas = atlas
        return wide, high

    def _paint_numbers(
        self, painter: QPainter, window: TableWindow, rows: range, columns: range
    ) -> None:
        heat, look = self._heat, self._heat.look
        table = probability_colors(look.theme)
        painter.setFont(look.font("mono_small"))
        for row in rows:
            for column in columns:
                if not heat.table.probabilities[row, column]:
                    continue
                back = QColor(*table[self._levels[row, column]].tolist())
                painter.setPen(_readable_on(back, look))
                x, y = window.corner(row, column)
                rect = QRectF(x, y, window.cell_width, window.cell_height)
                text = f"{heat.table.probabilities[row, column]:.3f}".lstrip("0")
                painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_image(
        self, painter: QPainter, window: TableWindow, rows: range, columns: range
    ) -> None:
        theme = self._heat.look.theme
        part = np.s_[rows.start : rows.stop, columns.start : columns.stop]
        colors = packed(probability_colors(theme))[self._levels[part]]
        blank = np.uint32(theme.color("surface").rgb())
        pixels = np.ascontiguousarray(
            np.where(self._heat.table.probabilities[part] > 0, colors, blank), np.uint32
        )
        high, wide = pixels.shape
        image = QImage(pixels.data, wide, high, 4 * wide, QImage.Format.Format_RGB32)
        x, y = window.corner(rows.start, columns.start)
        target = QRectF(x, y, wide * window.cell_width, high * window.cell_height)
        painter.drawImage(target, image)


class HeatLabels(pg.GraphicsWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """The tokens of the rows or of the columns; those too close together are left out."""

    def __init__(self, heat: HeatMap, *, vertical: bool) -> None:
        super().__init__()
        self._heat, self._vertical = heat, vertical
        self.setFlag(self.GraphicsItemFlag.ItemClipsToShape, False)

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw the labels of what is visible, the one read out in bold ink."""
        heat, window, look = self._heat, self._heat.shown, self._heat.look
        cells = window.visible_rows() if self._vertical else window.visible_columns()
        pitch = window.cell_height if self._vertical else window.cell_width
        every = max(1, int(np.ceil(look.px(12) / pitch)))
        chosen = None if heat.cell is None else heat.cell[0 if self._vertical else 1]
        size = self.size()
        metrics = QFontMetricsF(look.font("secondary_strong"))
        slanted = not self._vertical and any(
            metrics.horizontalAdvance(heat.table.labels[cell]) > pitch - look.px(2)
            for cell in cells
        )
        for cell in cells:
            if cell % every and cell != chosen:
                continue
            x, y = window.corner(cell, cell)
            middle = (y if self._vertical else x) + pitch / 2
            extent = size.height() if self._vertical else size.width()
            if not 0 <= middle <= extent:
                continue
            on = cell == chosen
            painter.setFont(look.font("secondary_strong" if on else "secondary"))
            painter.setPen(look.theme.text("ink" if on else "ink_2"))
            label = heat.table.labels[cell]
            if slanted and len(label) > 1:
                self._paint_slanted(painter, label, middle)
            else:
                self._paint_flat(painter, label, middle, pitch)

    def _paint_flat(self, painter: QPainter, label: str, middle: float, pitch: float) -> None:
        look, size = self._heat.look, self.size()
        metrics = QFontMetricsF(painter.font())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        high = look.px(18)
        if self._vertical:
            room = QRectF(0, middle - high / 2, size.width() - look.px(7), high)
            text = metrics.elidedText(label, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, flags | Qt.AlignmentFlag.AlignRight, text)
            return
        room = QRectF(middle - pitch / 2, size.height() - high - look.px(3), pitch, high)
        painter.drawText(room, flags | Qt.AlignmentFlag.AlignHCenter, label)

    def _paint_slanted(self, painter: QPainter, label: str, middle: float) -> None:
        look, size = self._heat.look, self.size()
        high = look.px(18)
        room = min((size.height() - look.px(8)) / math.sin(SLANT),
                   (size.width() + look.px(18) - middle) / math.cos(SLANT))  # fmt: skip
        text = QFontMetricsF(painter.font()).elidedText(label, Qt.TextElideMode.ElideRight, room)
        painter.save()
        painter.translate(middle + look.px(1), size.height() - look.px(6))
        painter.rotate(-math.degrees(SLANT))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(0, -high / 2, room + 1, high), flags, text)
        painter.restore()


def _readable_on(back: QColor, style: Style) -> QColor:
    light = 0.299 * back.redF() + 0.587 * back.greenF() + 0.114 * back.blueF() > 0.5
    theme = style.theme
    return theme.color("ink" if light != theme.dark else "surface")
