"""The names of a plot's lines, each after a piece of its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPen
from PySide6.QtWidgets import QSizePolicy

from explorer.kit.styled import Styled, painting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent
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
        before = [(s.name, s.color, s.dashed, s.marks) for s in self._series]
        self._series = tuple(series)
        if before != [(s.name, s.color, s.dashed, s.marks) for s in series]:
            self.setVisible(len(series) > 1)
            self.setToolTip("\n".join(s.name for s in series))
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
                pen = QPen(theme.color(line.color), look.px(max(line.width, 1.8)))
                if line.dashed:
                    pen.setDashPattern([3.0, 2.0])
                painter.setPen(pen)
                end = x + look.px(_SAMPLE)
                if line.width:
                    painter.drawLine(QPointF(x, middle), QPointF(end, middle))
                if line.marks:
                    painter.setBrush(theme.color("surface"))
                    painter.drawEllipse(QPointF((x + end) / 2, middle), look.px(3), look.px(3))
                x = end + look.px(_GAP)
                left = self.width() - x
                name = metrics.elidedText(line.name, Qt.TextElideMode.ElideRight, max(left, 0.0))
                painter.setPen(theme.text("ink_2"))
                place = QRectF(x, 0, left, self.height())
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, name)
                x += metrics.horizontalAdvance(line.name) + look.px(_APART)
                if x > self.width():
                    break
