"""Slices by time step, upright, on an even or a logarithmic scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy

from engine.trace.origin_words import magnitude
from explorer.kit.styled import focus_ring, painting
from explorer.panels.origin_slices import Slices, SliceView, binned, fill_slice

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.panels.origin_slices import Bins
    from explorer.theme import Style

_HEIGHT = 150
_COLUMN = 3.0
"""Least width of a column in pixels; more slices than have room share one, the largest shown."""

_BROADEST = 30.0


class StepPlot(SliceView):
    """One column for each slice; what the original run had is a dashed line.

    Attributes:
        logarithmic: columns stand for magnitudes, equal heights for equal factors.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "Slices by time step", parent)
        self.logarithmic = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_logarithmic(self, logarithmic: bool) -> None:
        """Choose the scale."""
        self.logarithmic = logarithmic
        self.update()

    def sizeHint(self) -> QSize:
        """Return a low and wide plot."""
        return QSize(self.look.ipx(320), self.look.ipx(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Return the least width in which its labels stand apart."""
        return QSize(self.look.ipx(180), self.look.ipx(_HEIGHT))

    def place_at(self, point: QPointF) -> int:
        """The slice of the column at a point."""
        box = self._box()
        if self.slices is None or not len(self.slices) or not box.contains(point):
            return -1
        bins = self._bins(self.slices)
        column = int((point.x() - box.left()) / box.width() * len(bins.sums))
        return int(bins.peaks[min(max(column, 0), len(bins.sums) - 1)])

    def center_of(self, place: int) -> QPointF:
        """The middle of a slice's column."""
        box = self._box()
        assert self.slices is not None
        bins = self._bins(self.slices)
        across = (bins.bin_of(place) + 0.5) / len(bins.sums) * box.width()
        return QPointF(box.left() + across, box.center().y())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the scale, the columns, and what was before."""
        slices = self.slices
        with painting(self) as painter:
            if slices is None or not len(slices):
                return
            low, high = self._range(slices)
            self._paint_scale(painter, low, high)
            self._paint_columns(painter, slices, low, high)
            self._paint_before(painter, slices, low, high)
            self._paint_steps(painter, slices)
            if self.hasFocus():
                focus_ring(painter, QRectF(self.rect()), self.look.px(6), self.look)

    def _box(self) -> QRectF:
        px = self.look.px
        return QRectF(px(52), px(10), self.width() - px(52) - px(8),
                      self.height() - px(10) - px(26))  # fmt: skip

    def _bins(self, slices: Slices) -> Bins:
        return binned(slices.values, int(self._box().width() / _COLUMN))

    def _range(self, slices: Slices) -> tuple[float, float]:
        """The ends of the scale: of the numbers, or powers of ten."""
        values = slices.values
        if slices.before is not None:
            values = np.concatenate([values, slices.before])
        values = values[np.isfinite(values)]
        if not self.logarithmic:
            low, high = min(0.0, float(values.min(initial=0))), float(values.max(initial=0))
            return (low, high) if high > low else (0.0, 1.0)
        values = np.abs(values[values != 0])
        if not len(values):
            return -1.0, 0.0
        low, high = np.floor(np.log10(values.min())), np.ceil(np.log10(values.max()))
        return float(low) - 0.4, float(max(high, low + 1))

    def _heights(self, values: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
        """Where numbers are on the scale, in pixels from the top of the widget; NaN for none."""
        box = self._box()
        with np.errstate(all="ignore"):
            at = np.log10(np.abs(values)) if self.logarithmic else values
            share = (at - low) / (high - low)
        share = np.where(np.isfinite(values), np.clip(share, 0.0, 1.0), np.nan)
        return np.asarray(box.bottom() - share * box.height())

    def _paint_scale(self, painter: QPainter, low: float, high: float) -> None:
        look, theme, box = self.look, self.look.theme, self._box()
        painter.setFont(look.font("node"))
        metrics = QFontMetricsF(painter.font())
        if self.logarithmic:
            room = metrics.height() * 1.6
            every = max(1, int(np.ceil((high - low) * room / max(box.height(), 1.0))))
            powers = range(int(np.ceil(low)), int(high) + 1, every)
            marks = [(float(power), f"1e{power}") for power in powers]
        else:
            marks = [(0.0, "0")]
            marks += [(end, _ends_text(end)) for end in (low, high) if end != 0]
        for at, text in marks:
            y = box.bottom() - (at - low) / (high - low) * box.height()
            painter.setPen(QPen(theme.color("line"), 1))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            painter.setPen(theme.text("ink_2"))
            place = QRectF(0, y - metrics.height() / 2, box.left() - look.px(6), metrics.height())
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(place, flags, text)

    def _paint_columns(self, painter: QPainter, slices: Slices, low: float, high: float) -> None:
        look, theme, box = self.look, self.look.theme, self._box()
        bins = self._bins(slices)
        values = slices.values[bins.peaks]
        tops = self._heights(values, low, high)
        foot = box.bottom() if self.logarithmic else float(self._heights(np.zeros(1), low, high)[0])
        pitch = box.width() / len(values)
        width = max(min(pitch - look.px(1.5), look.px(_BROADEST)), pitch * 0.6)
        present = bins.bin_of(self.place) if self.place >= 0 else -1
        for column, value in enumerate(values.tolist()):
            left = box.left() + (column + 0.5) * pitch - width / 2
            top = box.top() if not np.isfinite(value) else float(tops[column])
            bar = QRectF(left, min(top, foot), width, abs(foot - top))
            if column == present:
                behind = QRectF(box.left() + column * pitch, box.top(), pitch, box.height())
                painter.fillRect(behind, theme.tint("ink", "soft"))
            if value == 0:
                # A slice that has died wholly: a hollow foot in place of a column.
                bar = QRectF(left, foot - look.px(3), width, look.px(3))
                painter.setPen(QPen(theme.color("ink_3"), 1))
                painter.drawRect(bar)
                continue
            if bar.height() < look.px(1.5):
                bar.setTop(bar.bottom() - look.px(1.5))
            fill_slice(painter, bar, value, theme)
            if not np.isfinite(value) and width >= look.px(9):
                painter.setFont(look.font("secondary_strong"))
                painter.setPen(theme.color("surface"))
                letter = "N" if np.isnan(value) else "∞"
                painter.drawText(bar, Qt.AlignmentFlag.AlignHCenter, letter)
            if column == present:
                painter.setPen(QPen(theme.color("ink"), look.px(2)))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(bar)

    def _paint_before(self, painter: QPainter, slices: Slices, low: float, high: float) -> None:
        """The original's slices: a dashed line with a tick at each."""
        if slices.before is None:
            return
        look, box = self.look, self._box()
        peaks = binned(slices.before, int(box.width() / _COLUMN)).peaks
        y = self._heights(slices.before[peaks], low, high)
        x = box.left() + (np.arange(len(peaks)) + 0.5) / len(peaks) * box.width()
        known = np.isfinite(y)
        line = [QPointF(*spot) for spot in zip(x[known].tolist(), y[known].tolist(), strict=True)]
        pen = QPen(look.theme.color("ink_2"), look.px(1.4))
        pen.setDashPattern([4.0, 3.0])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(line))

    def _paint_steps(self, painter: QPainter, slices: Slices) -> None:
        """The labels below the columns, as many as stand apart."""
        look, box = self.look, self._box()
        painter.setFont(look.font("node"))
        painter.setPen(look.theme.text("ink_2"))
        metrics = QFontMetricsF(painter.font())
        bins = self._bins(slices)
        labels = [slices.labels[int(start)] for start in bins.starts[:-1]]
        pitch = box.width() / len(labels)
        longest = max(metrics.horizontalAdvance(label) for label in labels)
        every = max(1, int(np.ceil((longest + look.px(8)) / pitch)))
        for column in range(0, len(labels), every):
            middle = box.left() + (column + 0.5) * pitch
            width = min(longest, box.width()) + 4
            place = QRectF(middle - width / 2, box.bottom() + look.px(5), width, metrics.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, labels[column])


def _ends_text(value: float) -> str:
    return ("−" if value < 0 else "") + magnitude(abs(value))
