"""An adjoint as one horizontal bar of slices: positive ones right of 0, negative ones left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy

from engine.trace.origin_words import signed
from explorer.kit.styled import focus_ring, painting
from explorer.panels.origin_slices import Bins, SliceView, binned, fill_of, fill_slice
from explorer.theme import contrast

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.panels.origin_slices import Slices
    from explorer.theme import Style

MOST = 96
"""Slices that are told apart; more are put together, neighbours first."""

_BAR = (7.0, 34.0)
_HEIGHT = 80
_GAP_FROM = 4.0


class StackedBar(SliceView):
    """The slices end to end from 0 outwards, in the order of time, and what they sum to."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "Slices of the adjoint", parent)
        self._bins: Bins | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_slices(self, slices: Slices | None) -> None:
        """Show other slices, neighbours put together where there are very many."""
        self._bins = None if slices is None else binned(slices.values, MOST)
        super().show_slices(slices)

    def sizeHint(self) -> QSize:
        """Return a low and wide bar with its sum below."""
        return QSize(self.look.ipx(320), self.look.ipx(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Return the least in which the sum is readable."""
        return QSize(self.look.ipx(180), self.look.ipx(_HEIGHT))

    def place_at(self, point: QPointF) -> int:
        """The slice at a point; of several in one piece the largest."""
        if not self._top <= point.y() <= self._top + self._thick or self._bins is None:
            return -1
        left, right = self._ends()
        under = np.flatnonzero((left <= point.x()) & (point.x() < right))
        return int(self._bins.peaks[under[0]]) if len(under) else -1

    def center_of(self, place: int) -> QPointF:
        """The middle of the piece that shows a slice."""
        left, right = self._ends()
        piece = self._bins.bin_of(place) if self._bins is not None else 0
        middle = float(left[piece] + right[piece]) / 2
        return QPointF(middle, self._top + self._thick / 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the pieces, the line at 0 and the sum."""
        slices = self.slices
        with painting(self) as painter:
            if slices is None or self._bins is None:
                return
            if np.isfinite(self._bins.sums).all():
                self._paint_pieces(painter, self._bins)
            else:
                self._paint_broken(painter)
            self._paint_sum(painter, slices.total)
            if self.hasFocus():
                focus_ring(painter, QRectF(self.rect()), self.look.px(6), self.look)

    @property
    def _top(self) -> float:
        return self.look.px(_BAR[0])

    @property
    def _thick(self) -> float:
        return self.look.px(_BAR[1])

    def _scale(self) -> tuple[float, float]:
        """Where 0 is, and pixels for each unit."""
        side = self.look.px(8)
        room = max(self.width() - 2 * side, 1.0)
        sums = np.zeros(0) if self._bins is None else self._bins.sums
        largest = float(np.abs(sums).max(initial=0.0))
        if not np.isfinite(largest) or largest <= 0:
            return side, 0.0
        # In units of the largest, so that the sums cannot overflow.
        shares = sums / largest
        up, down = float(shares[shares > 0].sum()), float(-shares[shares < 0].sum())
        return side + room * (down / (up + down)), room / (up + down) / largest

    def _ends(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(B,) left and right ends of the pieces, in pixels."""
        if self._bins is None:
            return np.zeros(0), np.zeros(0)
        zero, unit = self._scale()
        if not np.isfinite(self._bins.sums).all():
            # Nothing can be measured out: all pieces are as wide.
            edges = np.linspace(zero, self.width() - zero, len(self._bins.sums) + 1)
            return edges[:-1], edges[1:]
        sums = self._bins.sums * unit
        up, down = np.cumsum(np.maximum(sums, 0)), np.cumsum(np.minimum(sums, 0))
        positive = sums >= 0
        left = np.where(positive, zero + up - sums, zero + down)
        right = np.where(positive, zero + up, zero + down - sums)
        return left, right

    def _paint_pieces(self, painter: QPainter, bins: Bins) -> None:
        look, theme = self.look, self.look.theme
        left, right = self._ends()
        painter.setFont(look.font("secondary_strong"))
        metrics = QFontMetricsF(painter.font())
        gap = look.px(1)
        present = bins.bin_of(self.place) if self.place >= 0 else -1
        for piece in range(len(bins.sums)):
            width = float(right[piece] - left[piece])
            box = QRectF(float(left[piece]), self._top, width, self._thick)
            if width <= 0:
                continue
            inside = box.adjusted(gap / 2, 0, -gap / 2, 0) if width > _GAP_FROM * gap else box
            value = float(bins.sums[piece])
            fill_slice(painter, inside, value, theme)
            label = self._label(bins, piece)
            if metrics.horizontalAdvance(label) + look.px(6) < width:
                self._write(painter, inside, label, value)
        zero, _ = self._scale()
        painter.setPen(QPen(theme.color("ink"), look.px(1.4)))
        reach = look.px(4)
        painter.drawLine(
            QPointF(zero, self._top - reach), QPointF(zero, self._top + self._thick + reach)
        )
        if present >= 0:
            box = QRectF(float(left[present]), self._top,
                         max(float(right[present] - left[present]), look.px(2)),
                         self._thick)  # fmt: skip
            painter.setPen(QPen(theme.color("ink"), look.px(2.4)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            grown = look.px(1.6)
            painter.drawRoundedRect(box.adjusted(-grown, -grown, grown, grown), grown, grown)

    def _label(self, bins: Bins, piece: int) -> str:
        """The step or consumer of a piece, or the first and last of several."""
        assert self.slices is not None
        first, last = int(bins.starts[piece]), int(bins.starts[piece + 1]) - 1
        labels = self.slices.labels
        return labels[first] if first == last else f"{labels[first]}–{labels[last]}"

    def _write(self, painter: QPainter, box: QRectF, label: str, value: float) -> None:
        """A slice's label; on a plate where hatching would make it hard to read."""
        theme, look = self.look.theme, self.look
        fill = fill_of(theme, value)
        if value < 0:
            width = QFontMetricsF(painter.font()).horizontalAdvance(label) + look.px(5)
            plate = QRectF(0, 0, width, look.px(17))
            plate.moveCenter(box.center())
            painter.fillRect(plate, fill)
        choices = (theme.color("ink"), theme.color("surface"))
        painter.setPen(max(choices, key=lambda one: contrast(one, fill)))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label)

    def _paint_broken(self, painter: QPainter) -> None:
        """Some slice is not finite: equal pieces, those that are broken in their own colour."""
        theme, look = self.look.theme, self.look
        assert self._bins is not None
        left, right = self._ends()
        for piece, value in enumerate(self._bins.sums.tolist()):
            box = QRectF(float(left[piece]), self._top, float(right[piece] - left[piece]),
                         self._thick)  # fmt: skip
            if np.isfinite(value):
                painter.fillRect(box, theme.color("raised"))
            else:
                fill_slice(painter, box, value, theme)
        painter.setFont(look.font("secondary_strong"))
        painter.setPen(theme.text("ink"))
        text = "not finite"
        width = QFontMetricsF(painter.font()).horizontalAdvance(text) + look.px(14)
        plate = QRectF(0, 0, width, look.px(20))
        plate.moveCenter(QPointF(self.width() / 2, self._top + self._thick / 2))
        painter.fillRect(plate, theme.color("surface"))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_sum(self, painter: QPainter, total: float) -> None:
        """An arrow from 0 to the sum, with its number."""
        look, theme = self.look, self.look.theme
        zero, unit = self._scale()
        y = self._top + self._thick + look.px(11)
        tip = zero + total * unit if np.isfinite(total) else zero
        ink = theme.color("ink")
        painter.setPen(QPen(ink, look.px(2)))
        painter.drawLine(QPointF(zero, y), QPointF(tip, y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        reach = look.px(4.5)
        painter.drawPolygon(
            QPolygonF([QPointF(tip, y - reach), QPointF(tip + reach, y), QPointF(tip, y + reach),
                       QPointF(tip - reach, y)])
        )  # fmt: skip
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setFont(look.font("mono_strong"))
        painter.setPen(theme.text("ink"))
        text = f"sum {signed(total)}"
        width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 2
        left = min(max(tip - width / 2, 0.0), self.width() - width)
        spot = QRectF(left, y + look.px(5), width, look.px(20))
        painter.drawText(spot, Qt.AlignmentFlag.AlignVCenter, text)
        painter.setFont(look.font("node"))
        painter.setPen(theme.text("ink_2"))
        if abs(zero - tip) > width / 2 + look.px(12):
            painter.drawText(
                QRectF(zero - look.px(20), y + look.px(5), look.px(40), look.px(20)),
                Qt.AlignmentFlag.AlignCenter, "0",
            )  # fmt: skip
