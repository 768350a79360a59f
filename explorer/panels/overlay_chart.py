"""The magnitude of the hidden states' adjoints against time, as far as it is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip

from explorer.canvas.gauges import shown
from explorer.kit.styled import Styled, painting
from explorer.mathtext import layout_name, to_unicode

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style

_HEIGHT = 150
_DASHES = ((), (6.0, 3.0), (1.5, 2.5), (8.0, 3.0, 1.5, 3.0))
_DOTS = 60
"""Points up to which each is marked."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One hidden state over time.

    Attributes:
        name: without the time step, such as ``h``.
        nodes, steps: (T,) its nodes and their time steps, rising.
        values: (T,) root mean squares of their adjoints.
    """

    name: str
    nodes: NDArray[np.intp]
    steps: NDArray[np.intp]
    values: NDArray[np.float64]


class MagnitudeChart(Styled):
    """Lines on a logarithmic scale; several differ by their dashes and their names at the side."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._lines: tuple[Line, ...] = ()
        self._known: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self.setAccessibleName("Adjoint magnitude over time")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines, whatever is known of them."""
        return self._lines

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        """Show other lines, of which nothing is known yet."""
        self._lines = lines
        last = max((int(line.nodes.max(initial=-1)) for line in lines), default=-1)
        self.show_known(np.zeros(last + 1, np.bool_))

    def show_known(self, complete: NDArray[np.bool_]) -> None:
        """Draw the points whose adjoint is complete; (N,), by node."""
        if any(int(line.nodes.max(initial=-1)) >= len(complete) for line in self._lines):
            return
        self._known = complete
        said = []
        for line in self._lines:
            steps, values = self._points(line)
            if len(steps):
                ends = (f"{shown('adjoints', float(values[i]))} at t = {steps[i]}" for i in (-1, 0))
                said.append(f"{to_unicode(line.name)}: {', '.join(ends)}")
        self.setAccessibleDescription("; ".join(said) or "not computed yet")
        self.update()

    def sizeHint(self) -> QSize:
        """Return a low and wide plot."""
        return QSize(self.look.ipx(320), self.look.ipx(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Return the least width in which its labels stand apart."""
        return QSize(self.look.ipx(180), self.look.ipx(_HEIGHT))

    def event(self, event: QEvent) -> bool:
        """Answer a tooltip request with the numbers at the time step under the pointer."""
        if event.type() == event.Type.ToolTip:
            self._tell(event)  # type: ignore[arg-type]  # of this type it is one
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the axes, then the lines with their names."""
        if not self._lines:
            return
        with painting(self) as painter:
            box, low, high = self._box(), *self._decades()
            self._paint_axes(painter, box, low, high)
            for line, dashes in zip(self._lines, _DASHES * len(self._lines), strict=False):
                self._paint_line(painter, box, line, dashes, low, high)

    def _points(self, line: Line) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Steps and values that are known and can be drawn on a logarithmic scale."""
        known = self._known[line.nodes] & np.isfinite(line.values) & (line.values > 0)
        return line.steps[known], line.values[known]

    def _decades(self) -> tuple[float, float]:
        """The ends of the scale as powers of ten, the same at every moment."""
        values = np.concatenate([line.values for line in self._lines])
        values = values[np.isfinite(values) & (values > 0)]
        if not len(values):
            return -1.0, 0.0
        low, high = np.floor(np.log10(values.min())), np.ceil(np.log10(values.max()))
        return float(low), float(max(high, low + 1))

    def _steps(self) -> tuple[int, int]:
        first = min(int(line.steps[0]) for line in self._lines)
        last = max(int(line.steps[-1]) for line in self._lines)
        return first, max(last, first + 1)

    def _box(self) -> QRectF:
        px = self.look.px
        return QRectF(px(46), px(8), self.width() - px(46) - px(30), self.height() - px(8) - px(22))

    def _across(self, box: QRectF, steps: NDArray[np.intp]) -> NDArray[np.float64]:
        first, last = self._steps()
        return np.asarray(box.left() + (steps - first) / (last - first) * box.width())

    def _paint_axes(self, painter: QPainter, box: QRectF, low: float, high: float) -> None:
        look, theme = self.look, self.look.theme
        painter.setFont(look.font("node"))
        metrics = QFontMetricsF(painter.font())
        every = max(1, int(np.ceil((high - low) * metrics.height() * 1.5 / max(box.height(), 1))))
        for power in range(int(low), int(high) + 1, every):
            y = box.bottom() - (power - low) / (high - low) * box.height()
            painter.setPen(QPen(theme.color("line"), 1))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            painter.setPen(theme.text("ink_2"))
            place = QRectF(0, y - metrics.height() / 2, box.left() - look.px(6), metrics.height())
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(place, flags, f"1e{power}")
        first, last = self._steps()
        below = QRectF(box.left(), box.bottom() + look.px(4), box.width(), look.px(18))
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, f"t = {first}")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, str(last))

    def _paint_line(
        self, painter: QPainter, box: QRectF, line: Line, dashes: tuple[float, ...], low: float,
        high: float,
    ) -> None:  # fmt: skip
        steps, values = self._points(line)
        if not len(steps):
            return
        look, color = self.look, self.look.theme.color("backward")
        x = self._across(box, steps)
        y = box.bottom() - (np.log10(values) - low) / (high - low) * box.height()
        points = [QPointF(*place) for place in zip(x.tolist(), y.tolist(), strict=True)]
        pen = QPen(color, look.px(1.8))
        if dashes:
            pen.setDashPattern(list(dashes))
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(points))
        if len(points) <= _DOTS:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            for point in points:
                painter.drawEllipse(point, look.px(2.6), look.px(2.6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        name = layout_name(line.name, look.px(15))
        place = QPointF(points[-1].x() + look.px(7), points[-1].y() + look.px(4))
        name.draw(painter, place, self.look.theme.text("backward"))

    def _tell(self, event: QHelpEvent) -> None:
        box = self._box()
        if not self._lines or not box.width():
            return
        first, last = self._steps()
        share = (event.pos().x() - box.left()) / box.width()
        step = round(first + min(max(share, 0.0), 1.0) * (last - first))
        said = [f"t = {step}"]
        for line in self._lines:
            steps, values = self._points(line)
            found = np.flatnonzero(steps == step)
            value = shown("adjoints", float(values[found[0]])) if len(found) else "not computed yet"
            said.append(f"{to_unicode(line.name)}: {value}")
        QToolTip.showText(event.globalPos(), "\n".join(said), self)
