"""The names of a plot's lines, each after a piece of its line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy

from explorer.kit.styled import Styled, painting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.kit.plot import Series
    from explorer.theme import Style

_SAMPLE, _GAP, _APART = 20.0, 6.0, 14.0


class Legend(Styled):
    """Shown where there are two lines or more."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._series: tuple[Series, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_series(self, series: Sequence[Series]) -> None:
        """Name other lines."""
        before = [(s.name, s.color, s.dashed, s.marks, s.symbol) for s in self._series]
        self._series = _one_a_name(series)
        if before != [(s.name, s.color, s.dashed, s.marks, s.symbol) for s in self._series]:
            self.setVisible(len(self._series) > 1)
            self.setToolTip("\n".join(s.name for s in self._series))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Return the room that all names take."""
        metrics = QFontMetricsF(self.look.font("secondary"))
        names = sum(metrics.horizontalAdvance(s.name) for s in self._series)
        width = names + len(self._series) * self.look.px(_SAMPLE + _GAP + _APART)
        return QSize(int(width), int(metrics.height()) + 2)

    def minimumSizeHint(self) -> QSize:
        """Return a small width: names may be cut, and the tip has them all."""
        return QSize(self.look.ipx(40), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the pieces and the names from the left, as many as fit."""
        look, theme = self.look, self.look.theme
        font = look.font("secondary")
        metrics = QFontMetricsF(font)
        middle, x = self.height() / 2, 0.0
        with painting(self) as painter:
            painter.setFont(font)
            for line in self._series:
                color = theme.tint(line.color, "bar") if line.pale else theme.color(line.color)
                pen = QPen(color, look.px(max(line.width, 1.8)))
                if line.dashed:
                    pen.setDashPattern([3.0, 2.0])
                painter.setPen(pen)
                end = x + look.px(_SAMPLE)
                if line.width:
                    painter.drawLine(QPointF(x, middle), QPointF(end, middle))
                if line.marks:
                    painter.setBrush(theme.color("surface"))
                    paint_mark(painter, line.symbol, QPointF((x + end) / 2, middle), look.px(3.2))
                x = end + look.px(_GAP)
                left = self.width() - x
                name = metrics.elidedText(line.name, Qt.TextElideMode.ElideRight, max(left, 0.0))
                painter.setPen(theme.text("ink_2"))
                place = QRectF(x, 0, left, self.height())
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, name)
                x += metrics.horizontalAdvance(line.name) + look.px(_APART)
                if x > self.width():
                    break


def _one_a_name(series: Sequence[Series]) -> tuple[Series, ...]:
    """A line and its marks that have one name are one entry."""
    named: dict[str, Series] = {}
    for line in series:
        there = named.get(line.name)
        if there is None:
            named[line.name] = line
        elif line.marks:
            named[line.name] = replace(there, marks=True, symbol=line.symbol)
    return tuple(named.values())


_CORNERS = {
    "s": ((-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)),
    "t": ((-1.2, -1.0), (1.2, -1.0), (0.0, 1.2)),
    "d": ((0.0, -1.4), (1.1, 0.0), (0.0, 1.4), (-1.1, 0.0)),
}


def paint_mark(painter: QPainter, symbol: str, middle: QPointF, radius: float) -> None:
    """Draw the mark of a line with the painter's pen and brush: o, s, t or d."""
    if symbol not in _CORNERS:
        painter.drawEllipse(middle, radius, radius)
        return
    corners = (middle + QPointF(x, y) * radius for x, y in _CORNERS[symbol])
    painter.drawPolygon(QPolygonF(list(corners)))
