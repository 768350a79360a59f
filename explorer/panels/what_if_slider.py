"""The slider of a number that is changed: the original stays marked, the way from it is filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPen
from PySide6.QtWidgets import QSizePolicy

from explorer.canvas.twin_bars import round_up
from explorer.kit.slider import Dragged
from explorer.kit.styled import painting, rounded

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style

STEPS = 2000
_CATCH = 10
"""Steps within which the handle is drawn to the original."""


class ValueSlider(Dragged):
    """Chooses a number of a range about 0 that grows for numbers beyond it.

    Attributes:
        number: the present one, wherever on the scale it is.
        original: what stands there without any change.
        reach: the largest magnitude on the scale.

    Signals:
        changed(number): a person moved it; `show_number` is silent.
    """

    changed = Signal(float)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = style
        self.number = self.original = 0.0
        self.reach = 1.0
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, STEPS)
        self.setSingleStep(STEPS // 100)
        self.setPageStep(STEPS // 10)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("value")
        self.valueChanged.connect(self._tell)

    def set_scale(self, reach: float, original: float) -> None:
        """Offer the numbers from ``-reach`` to ``reach``, about an original."""
        self.reach, self.original = round_up(reach), original
        self.show_number(original)

    def show_number(self, number: float) -> None:
        """Show a number; the scale grows where it is beyond, but not under a person's hand."""
        self.number = number
        if self.isSliderDown():
            self.update()
            return
        if self.reach < abs(number) < float("inf"):
            self.reach = round_up(abs(number) * 1.2)
        with QSignalBlocker(self):
            self.setValue(self._step_of(number))
        self.setAccessibleDescription(f"{number:.6g}, originally {self.original:.6g}")
        self.update()

    def sizeHint(self) -> QSize:
        """Return 240 by 50 pixels at 100 %."""
        return QSize(self.look.ipx(240), self.look.ipx(50))

    def minimumSizeHint(self) -> QSize:
        """Return room for the marks."""
        return QSize(self.look.ipx(150), self.look.ipx(50))

    def place_of(self, number: float) -> QPointF:
        """Where a number is on the track, in pixels of the widget."""
        margin = self.look.px(9)
        share = self._step_of(number) / STEPS
        return QPointF(margin + share * (self.width() - 2 * margin), self.look.px(22))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the track, its ends and zero, the original, and the handle."""
        look, theme = self.look, self.look.theme
        accent = theme.color("forward" if self.isEnabled() else "ghost")
        with painting(self) as painter:
            y, thick = self.place_of(0).y(), look.px(4)
            ends = self.place_of(-self.reach), self.place_of(self.reach)
            track = QRectF(ends[0].x(), y - thick / 2, ends[1].x() - ends[0].x(), thick)
            rounded(painter, track, thick / 2, theme.color("line"))
            handle, begin = self.place_of(self.number), self.place_of(self.original)
            low, high = sorted((begin.x(), handle.x()))
            painter.fillRect(QRectF(low, y - thick / 2, high - low, thick), accent)
            painter.setFont(look.font("mono_small"))
            metrics = QFontMetricsF(painter.font())
            for mark in (-self.reach, 0.0, self.reach):
                spot = self.place_of(mark)
                painter.setPen(QPen(theme.color("ink_3"), look.px(1)))
                painter.drawLine(spot - QPointF(0, look.px(6)), spot + QPointF(0, look.px(6)))
                painter.setPen(theme.text("ink_2"))
                text = f"{mark:g}".replace("-", "\u2212")
                width = metrics.horizontalAdvance(text) + 2
                left = min(max(spot.x() - width / 2, 0.0), self.width() - width)
                painter.drawText(QPointF(left, y + look.px(22)), text)
            painter.setPen(QPen(theme.color("ink"), look.px(2)))
            painter.drawLine(begin - QPointF(0, look.px(10)), begin + QPointF(0, look.px(10)))
            self.paint_handle(painter, handle, accent)

    def drag(self, event: QMouseEvent) -> None:
        """Take the handle to the pointer; the original holds it."""
        step = round(self.share_at(event, self.look.px(9)) * STEPS)
        home = self._step_of(self.original)
        self.setValue(home if abs(step - home) <= _CATCH else step)

    def _step_of(self, number: float) -> int:
        if number != number:  # noqa: PLR0124  (NaN)
            return STEPS // 2
        share = max(-1.0, min(1.0, number / self.reach))
        return round((share + 1) / 2 * STEPS)

    def _tell(self) -> None:
        step = self.value()
        home = step == self._step_of(self.original)
        number = self.original if home else float(f"{(2 * step / STEPS - 1) * self.reach:.12g}")
        self.number = number
        self.setAccessibleDescription(f"{number:.6g}, originally {self.original:.6g}")
        self.update()
        self.changed.emit(number)
