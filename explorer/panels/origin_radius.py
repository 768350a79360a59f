"""The slider of the spectral radius: fine where gradients begin to die or to blow up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPen
from PySide6.QtWidgets import QSizePolicy

from explorer.kit.slider import Dragged
from explorer.kit.styled import painting, rounded

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style

LARGEST = 3.0
STEPS = 600
_BEND = 2.2
_CATCH = 6
"""Steps within which the handle is drawn to a mark."""

_MARKS = (0.0, 0.5, 1.0, 2.0, 3.0)


def radius_at(step: int) -> float:
    """The radius at a step of the scale: from 0 to 3, with 1 a little right of the middle."""
    share = math.expm1(_BEND * step / STEPS) / math.expm1(_BEND)
    return LARGEST * share


def step_of(radius: float) -> int:
    """The step nearest to a radius; the last one for what is beyond the scale."""
    share = min(max(radius, 0.0), LARGEST) / LARGEST
    return round(math.log1p(share * math.expm1(_BEND)) / _BEND * STEPS)


class RadiusSlider(Dragged):
    """Chooses a spectral radius; marks stand at 1 and at the original.

    Attributes:
        radius: the present one.
        original: of the run as it was recorded, None while it is not known.

    Signals:
        changed(radius): a person moved it; `set_radius` is silent.
    """

    changed = Signal(float)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = style
        self.radius = 1.0
        self.original: float | None = None
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, STEPS)
        self.setSingleStep(STEPS // 60)
        self.setPageStep(STEPS // 10)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("spectral radius")
        self.valueChanged.connect(self._tell)

    def set_radius(self, radius: float) -> None:
        """Show a radius, exactly, wherever on the scale it is."""
        self.radius = radius
        with QSignalBlocker(self):
            self.setValue(step_of(radius))
        self._describe()
        self.update()

    def set_original(self, original: float | None) -> None:
        """Mark the radius of the run as it was recorded."""
        self.original = original
        self._describe()
        self.update()

    def sizeHint(self) -> QSize:
        """Return 200 by 52 pixels at 100 %."""
        return QSize(self.look.ipx(200), self.look.ipx(52))

    def minimumSizeHint(self) -> QSize:
        """Return room for the marks."""
        return QSize(self.look.ipx(150), self.look.ipx(52))

    def place_of(self, radius: float) -> QPointF:
        """Where a radius is on the track, in pixels of the widget."""
        reach = self.look.px(9)
        share = step_of(radius) / STEPS
        return QPointF(reach + share * (self.width() - 2 * reach), self.look.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the track from the original to the handle, and the marks."""
        look, theme = self.look, self.look.theme
        role = "backward" if self.isEnabled() else "ghost"
        accent = theme.color(role)  # type: ignore[arg-type]  # one of two roles
        with painting(self) as painter:
            y, thick = self.place_of(0).y(), look.px(4)
            left, right = self.place_of(0).x(), self.place_of(LARGEST).x()
            rounded(painter, QRectF(left, y - thick / 2, right - left, thick), thick / 2,
                    theme.color("line"))  # fmt: skip
            handle = self.place_of(self.radius)
            if self.original is not None:
                begin = self.place_of(self.original).x()
                low, high = sorted((begin, handle.x()))
                painter.fillRect(QRectF(low, y - thick / 2, high - low, thick), accent)
            painter.setFont(look.font("node"))
            metrics = QFontMetricsF(painter.font())
            for mark in _MARKS:
                spot, strong = self.place_of(mark), mark == 1.0
                painter.setPen(QPen(theme.color("ink" if strong else "ink_3"),
                                    look.px(2.0 if strong else 1.0)))  # fmt: skip
                reach = look.px(9 if strong else 6)
                painter.drawLine(spot - QPointF(0, reach), spot + QPointF(0, reach))
                painter.setPen(theme.text("ink" if strong else "ink_2"))
                text = f"{mark:g}"
                width = metrics.horizontalAdvance(text) + 2
                under = min(max(spot.x() - width / 2, 0.0), self.width() - width)
                painter.drawText(QPointF(under, y + look.px(24)), text)
            if self.original is not None:
                self._paint_original(painter, self.place_of(self.original), metrics)
            self.paint_handle(painter, handle, accent)

    def drag(self, event: QMouseEvent) -> None:
        """Take the handle to the pointer; 1 and the original hold it."""
        step = round(self.share_at(event, self.look.px(9)) * STEPS)
        marks = [1.0] if self.original is None else [1.0, self.original]
        near = [step_of(mark) for mark in marks if abs(step_of(mark) - step) <= _CATCH]
        self.setValue(near[-1] if near else step)

    def _paint_original(self, painter: QPainter, spot: QPointF, metrics: QFontMetricsF) -> None:
        look, theme = self.look, self.look.theme
        text = "original"
        width = metrics.horizontalAdvance(text) + 2
        left = min(max(spot.x() - width / 2, 0.0), self.width() - width)
        painter.setPen(theme.text("ink_2"))
        painter.drawText(QPointF(left, look.px(9)), text)
        painter.setPen(QPen(theme.color("ink_2"), look.px(1.4)))
        painter.drawLine(QPointF(spot.x(), look.px(12)), QPointF(spot.x(), look.px(20)))

    def _tell(self) -> None:
        step = self.value()
        marks = [1.0] if self.original is None else [1.0, self.original]
        exact = [mark for mark in marks if step_of(mark) == step]
        self.radius = exact[-1] if exact else round(radius_at(step), 3)
        self._describe()
        self.update()
        self.changed.emit(self.radius)

    def _describe(self) -> None:
        told = f"{self.radius:.3g}"
        if self.original is not None:
            told += f", originally {self.original:.3g}"
        self.setAccessibleDescription(told)
