"""A slider under its label and value."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy

from explorer.kit.styled import Dressed, painting, rounded

if TYPE_CHECKING:
    from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style


class Dragged(Dressed, QAbstractSlider):
    """A slider whose handle follows the pointer; subclasses say where, in `drag`."""

    own_keys: ClassVar = frozenset(
        {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End}
    )

    def drag(self, event: QMouseEvent) -> None:
        """Take the handle to the pointer."""
        raise NotImplementedError

    def share_at(self, event: QMouseEvent, margin: float) -> float:
        """Where the pointer is along a track with a margin at both ends, in [0, 1]."""
        share = (event.position().x() - margin) / max(1.0, self.width() - 2 * margin)
        return min(max(share, 0.0), 1.0)

    def paint_handle(self, painter: QPainter, spot: QPointF, accent: QColor) -> None:
        """Draw the handle, larger under the pointer, with a halo while it has the focus."""
        look = self.look
        if self.hasFocus():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.theme.color("forward", 0.28))
            painter.drawEllipse(spot, look.px(11), look.px(11))
        painter.setPen(QPen(accent, look.px(2.2)))
        painter.setBrush(look.theme.color("surface"))
        radius = look.px(7.6 if self.underMouse() and self.isEnabled() else 6.8)
        painter.drawEllipse(spot, radius, radius)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the panel scroll unless the slider has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the handle to the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.drag(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the handle."""
        if self.isSliderDown():
            self.drag(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the handle go."""
        super().mouseReleaseEvent(event)
        self.setSliderDown(False)


class Slider(Dragged):
    """Chooses a number from an even scale.

    Args:
        label: what the number is.
        low, high: the ends of the scale.
        step: the distance of two neighbours on it.
        number: where it begins.
        decimals: how many are shown.

    Signals:
        changed(number): a person moved it; `set_number` is silent.
    """

    changed = Signal(float)

    def __init__(
        self, style: Style, label: str, low: float, high: float, step: float, number: float,
        *, decimals: int = 0, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.look = style
        self._label, self._low, self._step, self._decimals = label, low, step, decimals
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, round((high - low) / step))
        self.setPageStep(max(1, self.maximum() // 10))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(label)
        self.set_number(number)
        self.valueChanged.connect(self._tell)

    @property
    def number(self) -> float:
        """The chosen number."""
        return round(self._low + self.value() * self._step, 10)

    def set_number(self, number: float) -> None:
        """Show the nearest number of the scale."""
        with QSignalBlocker(self):
            self.setValue(round((number - self._low) / self._step))
        self.update()

    def shown(self) -> str:
        """How the number is written; a subclass may have words for some."""
        return f"{self.number:.{self._decimals}f}"

    def sizeHint(self) -> QSize:
        """Return 160 by 38 pixels at 100 %."""
        return QSize(self.look.ipx(160), self.look.ipx(38))

    def minimumSizeHint(self) -> QSize:
        """Return room for label and value."""
        return QSize(self.look.ipx(110), self.look.ipx(38))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw label, value, track and handle."""
        look, theme = self.look, self.look.theme
        enabled = self.isEnabled()
        with painting(self) as painter:
            top = QRectF(0, 0, self.width(), look.px(18))
            painter.setFont(look.font("text"))
            painter.setPen(theme.text("ink_2" if enabled else "ink_3"))
            painter.drawText(top, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                             self._label)  # fmt: skip
            painter.setFont(look.font("mono_strong"))
            painter.setPen(theme.text("ink" if enabled else "ink_3"))
            painter.drawText(top, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                             self.shown())  # fmt: skip
            y, x, thick = self._axis(), self._handle_x(), look.px(4)
            accent = theme.color("forward" if enabled else "ghost")
            track = QRectF(0, y - thick / 2, self.width(), thick)
            rounded(painter, track, thick / 2, theme.color("line"))
            rounded(painter, QRectF(0, track.top(), x, thick), thick / 2, accent)
            self.paint_handle(painter, QPointF(x, y), accent)

    def drag(self, event: QMouseEvent) -> None:
        """Take the handle to the pointer, to the nearest step of the scale."""
        self.setValue(round(self.share_at(event, self._reach()) * self.maximum()))

    def _tell(self) -> None:
        self.update()
        self.changed.emit(self.number)

    def _reach(self) -> float:
        return self.look.px(8)

    def _axis(self) -> float:
        return self.look.px(28)

    def _handle_x(self) -> float:
        share = self.value() / max(1, self.maximum())
        return self._reach() + share * (self.width() - 2 * self._reach())
