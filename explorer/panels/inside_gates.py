"""The card of how far gates are open: each unit by how often it is shut and how often open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip

from explorer.kit.card import Card
from explorer.kit.notice import EmptyState
from explorer.kit.prose import Prose
from explorer.kit.styled import Styled, painting

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from engine.models.activations import Saturation
    from explorer.panels.inside_reading import Quantity
    from explorer.theme import Style

NONE = "{name} is no gate. Choose one above to see how far it is open, and how often."
NO_GATES = "An Elman cell has no gates: choose a model with GRU or LSTM cells to see theirs."
NEAR = 12.0
"""How far from a dot, in pixels at 100 %, the pointer may be to mean it."""


class SaturationPlot(Styled):
    """A dot for each unit: how often it is shut across, how often it is open upwards.

    Signals:
        picked(unit): a person clicked the dot of a unit.
    """

    picked = Signal(int)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._shares: NDArray[np.float64] = np.zeros((0, 2))
        self._unit = 0
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Units by how often their gate is shut and how often open")

    def show_saturation(self, found: Saturation, unit: int) -> None:
        """Show other gates, one unit marked."""
        self._shares = np.stack([found.left, found.right], axis=1)
        self._unit = unit
        self.setAccessibleDescription(self.reading(unit))
        self.update()

    def reading(self, unit: int) -> str:
        """A unit in words."""
        left, right = self._shares[unit]
        return f"unit {unit + 1}: shut at {left:.0%}, open at {right:.0%} of the text"

    def sizeHint(self) -> QSize:
        """Return a square."""
        return QSize(self.look.ipx(240), self.look.ipx(220))

    def minimumSizeHint(self) -> QSize:
        """Return the least that shows dots apart."""
        return QSize(self.look.ipx(150), self.look.ipx(110))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the axes and the dots."""
        look, theme, area = self.look, self.look.theme, self._area()
        with painting(self) as painter:
            self._paint_axes(painter, area)
            if not len(self._shares):
                return
            places = self._places()
            dot = theme.color("forward", 0.45)
            painter.setPen(QPen(dot, look.px(6), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawPoints([QPointF(*place) for place in places.tolist()])
            ink = QPen(theme.color("surface"), look.px(1.5))
            painter.setPen(ink)
            painter.setBrush(theme.color("ink"))
            painter.drawEllipse(QPointF(*places[self._unit].tolist()), look.px(5), look.px(5))

    def _paint_axes(self, painter: QPainter, area: QRectF) -> None:
        look, theme = self.look, self.look.theme
        painter.setPen(QPen(theme.color("line"), 1))
        for share in (0.0, 0.5, 1.0):
            x = area.left() + share * area.width()
            y = area.bottom() - share * area.height()
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setPen(QPen(theme.color("edge"), 1, Qt.PenStyle.DashLine))
        # Beyond this line a gate would be shut and open at more than all tokens.
        painter.drawLine(area.topLeft(), area.bottomRight())
        painter.setFont(look.font("secondary"))
        painter.setPen(theme.text("ink_2"))
        high = QFontMetricsF(look.font("secondary")).height()
        below = QRectF(area.left(), area.bottom() + look.px(3), area.width(), high)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, "0 %")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, "100 %")
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, "shut (< 0.1)")
        painter.save()
        painter.translate(area.left() - look.px(8) - high, area.bottom())
        painter.rotate(-90)
        beside = QRectF(0, 0, area.height(), high)
        painter.drawText(beside, Qt.AlignmentFlag.AlignHCenter, "open (> 0.9)")
        painter.restore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the nearest dot."""
        unit = self._nearest(event.position())
        if unit < 0:
            QToolTip.hideText()
            return
        place = self._places()[unit]
        rect = QRectF(place[0] - 6, place[1] - 6, 12, 12).toRect()
        QToolTip.showText(self.mapToGlobal(rect.bottomRight()), self.reading(unit), self, rect)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the nearest dot."""
        unit = self._nearest(event.position())
        if event.button() == Qt.MouseButton.LeftButton and unit >= 0:
            self.picked.emit(unit)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the pointer."""
        super().leaveEvent(event)
        QToolTip.hideText()

    def _nearest(self, place: QPointF) -> int:
        if not len(self._shares):
            return -1
        apart = np.hypot(*(self._places() - (place.x(), place.y())).T)
        unit = int(apart.argmin())
        return unit if apart[unit] <= self.look.px(NEAR) else -1

    def _places(self) -> NDArray[np.float64]:
        area = self._area()
        x = area.left() + self._shares[:, 0] * area.width()
        y = area.bottom() - self._shares[:, 1] * area.height()
        return np.stack([x, y], axis=1)

    def _area(self) -> QRectF:
        look = self.look
        rect = QRectF(self.rect())
        room = rect.adjusted(look.px(30), look.px(6), -look.px(8), -look.px(24))
        side = min(room.width(), room.height())
        return QRectF(room.center().x() - side / 2, room.top(), side, side)


class GatesCard(Card):
    """How far the gates of the shown quantity are open.

    Attributes:
        plot: a dot for each unit.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "Gates", parent=parent)
        self._empty = EmptyState(style, "")
        self.plot = SaturationPlot(style)
        self._said = Prose(style, font="secondary", role="ink_2", lines=4, grows=True)
        self.body.addWidget(self._empty, 1)
        self.body.addWidget(self.plot, 1)
        self.body.addWidget(self._said)

    @property
    def sentence(self) -> str:
        """What is said of the gates."""
        return self._said.sentence

    def show_unit(self, quantity: Quantity, unit: int) -> None:
        """Show other gates, or another unit of them."""
        found = quantity.saturation
        self._empty.setVisible(found is None)
        self.plot.setVisible(found is not None)
        self._said.setVisible(found is not None)
        elman = quantity.reading.model.architecture.cell == "elman"
        self._empty.say(NO_GATES if elman else NONE.format(name=quantity.name))
        self.set_title("Gates" if found is None else f"How far {quantity.name} is open")
        if found is None:
            return
        self.plot.show_saturation(found, unit)
        self._said.set_sentence(
            f"Unit {unit + 1}: `{quantity.name}` is {found.open[unit]:.2f} open on average, shut "
            f"(below 0.1) at {found.left[unit]:.0%} and open (above 0.9) at "
            f"{found.right[unit]:.0%} of the text. All units: {found.open.mean():.2f}, "
            f"{found.left.mean():.0%} and {found.right.mean():.0%}."
        )
