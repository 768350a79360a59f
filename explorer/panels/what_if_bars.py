"""What the adjoint predicts and the truth, as two bars; and both against the number, as visited."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy

from explorer.canvas.twin_bars import HEIGHT, TwinBars, paint_twin_bars, signed
from explorer.kit.styled import Styled, painting
from explorer.speech import Speaker

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style


class BarPair(Styled):
    """The two bars, as wide as there is room."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.bars = TwinBars()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Change of the output")
        self._speaker = Speaker(self)

    def show_bars(self, bars: TwinBars) -> None:
        """Show other numbers, and tell them."""
        if bars != self.bars:
            self._speaker.say(bars.spoken)
        self.bars = bars
        self.setAccessibleDescription(bars.spoken)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of both bars with their labels."""
        return QSize(self.look.ipx(260), self.look.ipx(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Return the same height; the bars give way."""
        return QSize(self.look.ipx(180), self.look.ipx(HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bars."""
        scale = self.look.scale
        with painting(self) as painter:
            painter.scale(scale, scale)
            paint_twin_bars(painter, self.bars, self.width() / scale, self.look.theme)


@dataclass(frozen=True, slots=True)
class Curve:
    """The change of the output against one number, other changes staying as they are.

    Attributes:
        points: (number, truth) as visited, by number.
        at: the present number.
        original: the number that was there.
        base: what is predicted while the number is the original.
        slope: the adjoint.
        reach: the largest magnitude of the number that is offered.
    """

    points: tuple[tuple[float, float], ...]
    at: float
    original: float
    base: float
    slope: float
    reach: float

    def predicted(self, number: float) -> float:
        """The line."""
        return self.base + self.slope * (number - self.original)


class VisitedPlot(Styled):
    """The predicted line, and the true curve through the numbers that were visited."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.curve: Curve | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Change of the output against the number")

    def show_curve(self, curve: Curve | None) -> None:
        """Show another curve, or none."""
        self.curve = curve
        count = 0 if curve is None else len(curve.points)
        self.setAccessibleDescription(f"{count} numbers visited")
        self.update()

    def sizeHint(self) -> QSize:
        """Return 260 by 132 pixels at 100 %."""
        return QSize(self.look.ipx(260), self.look.ipx(132))

    def minimumSizeHint(self) -> QSize:
        """Return the same height."""
        return QSize(self.look.ipx(180), self.look.ipx(132))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw frame, zero, line, curve and the present number."""
        look, theme, curve = self.look, self.look.theme, self.curve
        with painting(self) as painter:
            frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -look.px(20))
            painter.setPen(QPen(theme.color("line"), 1))
            painter.drawRect(frame)
            if curve is None:
                return
            axes = _Axes.of(curve, frame.adjusted(1, look.px(6), -1, -look.px(6)))
            painter.setPen(QPen(theme.color("ink_3"), 1, Qt.PenStyle.DotLine))
            painter.drawLine(axes.at(axes.low, 0), axes.at(axes.high, 0))
            begin = axes.at(curve.original, 0).x()
            painter.drawLine(QPointF(begin, frame.top()), QPointF(begin, frame.bottom()))
            painter.setClipRect(frame)
            painter.setPen(QPen(theme.color("backward"), look.px(1.8), Qt.PenStyle.DashLine))
            ends = (axes.low, axes.high)
            painter.drawPolyline(QPolygonF([axes.at(x, curve.predicted(x)) for x in ends]))
            finite = [point for point in curve.points if math.isfinite(point[1])]
            painter.setPen(QPen(theme.color("forward"), look.px(2.0)))
            painter.drawPolyline(QPolygonF([axes.at(x, y) for x, y in finite]))
            here = next((y for x, y in finite if x == curve.at), None)
            painter.setPen(Qt.PenStyle.NoPen)
            if here is not None:
                painter.setBrush(theme.color("forward"))
                painter.drawEllipse(axes.at(curve.at, here), look.px(4.2), look.px(4.2))
            spot, side = axes.at(curve.at, curve.predicted(curve.at)), look.px(4.6)
            painter.setBrush(theme.color("surface"))
            painter.setPen(QPen(theme.color("backward"), look.px(1.8)))
            painter.drawPolygon(
                QPolygonF([spot + QPointF(*d) * side for d in ((0, -1), (1, 0), (0, 1), (-1, 0))])
            )
            painter.setClipping(False)
            self._paint_ends(painter, axes, frame)

    def _paint_ends(self, painter: QPainter, axes: _Axes, frame: QRectF) -> None:
        """The ends of both axes in numbers."""
        look, theme = self.look, self.look.theme
        painter.setFont(look.font("mono_small"))
        painter.setPen(theme.text("ink_2"))
        metrics = QFontMetricsF(painter.font())
        base = frame.bottom() + look.px(14)
        low, high = (f"{x:g}".replace("-", "\u2212") for x in (axes.low, axes.high))
        painter.drawText(QPointF(0, base), low)
        painter.drawText(QPointF(frame.right() - metrics.horizontalAdvance(high), base), high)
        text = f"change, {signed(axes.bottom)} to {signed(axes.top)}"
        painter.setFont(look.font("node_small"))
        width = QFontMetricsF(painter.font()).horizontalAdvance(text)
        painter.drawText(QPointF((frame.width() - width) / 2, base), text)


@dataclass(frozen=True, slots=True)
class _Axes:
    """From numbers to pixels."""

    low: float
    high: float
    bottom: float
    top: float
    frame: QRectF

    @classmethod
    def of(cls, curve: Curve, frame: QRectF) -> _Axes:
        """Axes on which every point and the line at the present number are seen."""
        xs = [x for x, _ in curve.points] + [curve.at, curve.original]
        reach = max(curve.reach, *(abs(x) for x in xs))
        line = (curve.predicted(x) for x in (min(xs), max(xs)))
        ys = [0.0, *line, *(y for _, y in curve.points)]
        finite = [y for y in ys if math.isfinite(y)] or [0.0]
        bottom, top = min(finite), max(finite)
        room = 0.12 * (top - bottom) or 1e-9
        return cls(-reach, reach, bottom - room, top + room, frame)

    def at(self, x: float, y: float) -> QPointF:
        """A point in pixels."""
        across = (x - self.low) / (self.high - self.low)
        up = (y - self.bottom) / (self.top - self.bottom)
        up = max(-10.0, min(10.0, up)) if math.isfinite(up) else 0.0
        return QPointF(
            self.frame.left() + across * self.frame.width(),
            self.frame.bottom() - up * self.frame.height(),
        )
