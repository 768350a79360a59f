"""Small things for the top bar: the order as a slider in a field, and how far a job is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from explorer.colors import probability_colors
from explorer.kit.button import Button
from explorer.kit.label import Label
from explorer.kit.slider import Dragged
from explorer.kit.styled import Styled, painting, plain_tip, rounded
from explorer.panels.ngram_counting import LARGEST_ORDER

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

    from explorer.panels.ngram_counting import Progress
    from explorer.theme import Style

TITLE = "Order n"


class OrderField(Dragged):
    """The order of an n-gram model, from 1 to 7: label, number and slider in one box.

    Signals:
        chosen(order): a person moved it; `set_order` is silent.
    """

    chosen = Signal(int)

    def __init__(self, style: Style, order: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = style
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(1, LARGEST_ORDER)
        self.setPageStep(1)
        self.setValue(order)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(TITLE)
        self.valueChanged.connect(self._tell)

    @property
    def order(self) -> int:
        """The chosen order."""
        return self.value()

    def set_order(self, order: int) -> None:
        """Show another order."""
        with QSignalBlocker(self):
            self.setValue(order)
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for label, number and a track of 90 pixels at 100 %."""
        return QSize(int(self._track_left() + self.look.px(90 + 18)), self.look.ipx(34))

    def minimumSizeHint(self) -> QSize:
        """Return room for a track of 40 pixels."""
        return QSize(int(self._track_left() + self.look.px(40 + 18)), self.look.ipx(34))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box, its words and the slider."""
        look, theme = self.look, self.look.theme
        focus = self.hasFocus()
        outline = theme.color("forward" if focus else "edge" if self.underMouse() else "line")
        enabled = self.isEnabled()
        with painting(self) as painter:
            rect = QRectF(self.rect())
            rounded(painter, rect, look.px(8), theme.color("raised"), outline,
                    look.px(1.6) if focus else 1.0)  # fmt: skip
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.setFont(look.font("text"))
            painter.setPen(theme.text("ink_2"))
            painter.drawText(rect.adjusted(look.px(13), 0, 0, 0), flags, TITLE)
            painter.setFont(look.font("mono_strong"))
            painter.setPen(theme.text("ink" if enabled else "ink_3"))
            number = rect.adjusted(self._number_left(), 0, 0, 0)
            painter.drawText(number, flags, str(self.order))
            left, right = self._track_left(), self.width() - look.px(18)
            share = (self.order - 1) / (LARGEST_ORDER - 1)
            x, y, thick = left + share * (right - left), rect.center().y(), look.px(4)
            accent = theme.color("forward" if enabled else "ghost")
            track = QRectF(left, y - thick / 2, right - left, thick)
            rounded(painter, track, thick / 2, theme.color("line"))
            track.setRight(x)
            rounded(painter, track, thick / 2, accent)
            painter.setPen(QPen(accent, look.px(2)))
            painter.setBrush(theme.color("surface"))
            painter.drawEllipse(QPointF(x, y), look.px(6), look.px(6))

    def drag(self, event: QMouseEvent) -> None:
        """Take the handle to the pointer; the label before the track does nothing."""
        left, right = self._track_left(), self.width() - self.look.px(18)
        if event.position().x() < left - self.look.px(10):
            return
        share = (event.position().x() - left) / max(1.0, right - left)
        self.setValue(1 + round(min(max(share, 0.0), 1.0) * (LARGEST_ORDER - 1)))

    def _number_left(self) -> float:
        width = QFontMetricsF(self.look.font("text")).horizontalAdvance(TITLE)
        return self.look.px(13 + 8) + width

    def _track_left(self) -> float:
        digit = QFontMetricsF(self.look.font("mono_strong")).horizontalAdvance("7")
        return self._number_left() + digit + self.look.px(18)

    def _tell(self) -> None:
        self.update()
        self.chosen.emit(self.order)


class JobNote(Styled):
    """What a job has made, in grey words; while it runs, how far it is and a way to stop it.

    Signals:
        cancelled(): a person stopped the job.
    """

    cancelled = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._text = ""
        self._note = Label(style, role="ink_2", elide=True)
        self._track = _Track(style)
        self._cancel = Button(style, "Cancel", kind="flat")
        self._cancel.clicked.connect(self.cancelled)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.addStretch()
        self.row.addWidget(self._note, 100)
        self.row.addWidget(self._track)
        self.row.addWidget(self._cancel)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.apply_style()
        self.say("")

    @property
    def text(self) -> str:
        """The words, shown or not."""
        return self._text

    @property
    def is_busy(self) -> bool:
        """Whether progress is shown."""
        return not self._cancel.isHidden()

    def say(self, text: str) -> None:
        """Show words, and no progress."""
        self._text = text
        self._track.hide()
        self._cancel.hide()
        self._fit()

    def show_progress(self, progress: Progress) -> None:
        """Show what a job does now and how far it is."""
        self._text = f"{progress.doing} …"
        self._track.set_share(progress.share)
        self._track.show()
        self._cancel.show()
        self._fit()

    def apply_style(self) -> None:
        """Set the distances; the words stand at the right."""
        self.row.setSpacing(self.look.ipx(10))
        self._note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the words out where only scraps of them would fit."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - (self.look.px(200) if self.is_busy else 0)
        self._note.set_text(self._text if room >= self.look.px(110) else "")
        self.setToolTip(plain_tip(self._text))
        self.setAccessibleName(self._text)


class ColorLegend(Styled):
    """The colours of probabilities from 0 to the limit, with the limit in words."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._limit = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_limit(self, limit: float) -> None:
        """Show the colours up to another probability."""
        self._limit = limit
        self.setAccessibleName(f"Colours from 0 to {self._end}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the colours with a number at each end."""
        metrics = QFontMetricsF(self.look.font("mono_small"))
        words = metrics.horizontalAdvance("0") + metrics.horizontalAdvance(self._end)
        return QSize(int(words + self.look.px(12 + 90)), self.look.ipx(18))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the colours between their numbers."""
        look = self.look
        metrics = QFontMetricsF(look.font("mono_small"))
        left = metrics.horizontalAdvance("0") + look.px(6)
        right = self.width() - metrics.horizontalAdvance(self._end) - look.px(6)
        strip = QRectF(left, self.height() / 2 - look.px(4), right - left, look.px(8))
        gradient = QLinearGradient(strip.topLeft(), strip.topRight())
        table = probability_colors(look.theme)
        for row in range(0, 256, 15):
            gradient.setColorAt(row / 255, QColor(*table[row].tolist()))
        with painting(self) as painter:
            painter.setFont(look.font("mono_small"))
            painter.setPen(look.theme.text("ink_2"))
            flags = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(self.rect(), flags | Qt.AlignmentFlag.AlignLeft, "0")
            painter.drawText(self.rect(), flags | Qt.AlignmentFlag.AlignRight, self._end)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(gradient)
            painter.drawRoundedRect(strip, look.px(2), look.px(2))

    @property
    def _end(self) -> str:
        return "1" if self._limit >= 1 else f"≥ {self._limit:g}"


class _Track(Styled):
    """A thin line that fills."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._share = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Progress")

    def set_share(self, share: float) -> None:
        self._share = min(max(share, 0.0), 1.0)
        self.setAccessibleDescription(f"{self._share:.0%}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.look.ipx(110), self.look.ipx(6))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, rect = self.look.theme, QRectF(self.rect())
        with painting(self) as painter:
            rounded(painter, rect, rect.height() / 2, theme.color("line"))
            rect.setWidth(max(rect.height(), rect.width() * self._share))
            rounded(painter, rect, rect.height() / 2, theme.color("forward"))
