"""The legend of an overlay, below the canvas: what is measured, the scale, and the total."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from explorer.canvas.gauges import shade, shown
from explorer.kit.button import PaintedButton
from explorer.kit.prose import plain_sentence
from explorer.kit.styled import Styled, painting, rounded
from explorer.panels.overlay_words import TITLES, UNITS

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent

    from explorer.canvas import GraphCanvas
    from explorer.canvas.gauges import Gauges
    from explorer.theme import FontRole, Role, Style

_MARGIN, _PAD, _GAP = 12, 11, 18
_ROW, _RAMP = 26, 9
_SCALE, _BESIDE = 120, 6
_STEPS = 48
_ROOMY = 300
"""Height at 100 % of canvas and legend from which the legend may take several rows."""


class LegendStrip(Styled):
    """The strip that the legend stands in, as wide as the canvas above it; none if that is low.

    Attributes:
        legend: the legend.

    Signals:
        tables_wanted(): the legend was pressed.
    """

    tables_wanted = Signal()

    def __init__(self, style: Style, canvas: GraphCanvas) -> None:
        super().__init__(style)
        self._canvas = canvas
        self.legend = OverlayLegend(style)
        self.legend.clicked.connect(self.tables_wanted)
        row = QHBoxLayout(self)
        row.addWidget(self.legend)
        row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.apply_style()

    def show_gauges(self, gauges: Gauges, total: str) -> None:
        """Show the scale of an overlay and what it comes to."""
        self.legend.show_gauges(gauges, total)
        self._arrange()
        self.show()

    def apply_style(self) -> None:
        """Set the margins."""
        row, side = self.layout(), self.look.ipx(_MARGIN)
        if row is not None:
            row.setContentsMargins(side, 0, side, self.look.ipx(8))
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take as many rows as the width asks for."""
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Go on with the canvas."""
        with painting(self) as painter:
            painter.fillRect(self.rect(), self.look.theme.color("canvas"))

    def _arrange(self) -> None:
        look = self.look
        room = self._canvas.height() + (self.height() if self.isVisible() else 0)
        most = 3 if room > look.px(_ROOMY) else 1
        self.legend.set_room(self.width() - 2 * look.ipx(_MARGIN), most)
        height = self.legend.sizeHint().height() + look.ipx(8)
        fits = room - height >= self._canvas.minimumHeight()
        self.legend.setVisible(fits)
        self.setFixedHeight(height if fits else 0)


class OverlayLegend(PaintedButton):
    """Title, scale and total side by side, one above the other where there is not the width.

    Pressed, it opens the sheet with the tables.
    """

    def __init__(self, style: Style) -> None:
        super().__init__(style, "Overlay")
        self._gauges: Gauges | None = None
        self._total = ""
        self._room, self._most = 600, 3
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def total(self) -> str:
        """What the legend says of the whole run."""
        return self._total

    def show_gauges(self, gauges: Gauges, total: str) -> None:
        """Show the scale of an overlay and what it comes to."""
        self._gauges, self._total = gauges, plain_sentence(total)
        title, scale = TITLES[gauges.subject], gauges.scale
        self.setAccessibleName(f"Overlay: {title}")
        steps = ", equal steps are equal factors" if scale.logarithmic else ""
        self.setAccessibleDescription(
            f"{UNITS[gauges.subject]}, from {shown(gauges.subject, scale.low)} to"
            f" {shown(gauges.subject, scale.high)}{steps}; {self._total}"
        )
        self.setToolTip(f"{self.accessibleDescription()}. Click for the tables.")
        self.updateGeometry()
        self.update()

    def set_room(self, width: int, rows: int) -> None:
        """Take at most so many pixels and rows; what does not fit is told by the tip."""
        if (width, rows) != (self._room, self._most):
            self._room, self._most = width, rows
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Return room for title, scale and total, in as few rows as there is the width for."""
        look, rows = self.look, self._rows()
        width = max((sum(w for _, w in row) + look.px(_GAP) * (len(row) - 1) for row in rows),
                    default=0.0)  # fmt: skip
        wide = int(min(width + look.px(2 * _PAD), self._room)) + 1
        return QSize(wide, look.ipx(_ROW * len(rows) + 6))

    def minimumSizeHint(self) -> QSize:
        """Return the same height; words are cut where there is not the width."""
        return QSize(self.look.ipx(80), self.sizeHint().height())

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the card, the scale from low to high, and the words."""
        if self._gauges is None:
            return
        look, theme = self.look, self.look.theme
        rounded(painter, rect, self.radius, theme.color("surface"), theme.color("line"))
        right = rect.right() - look.px(_PAD)
        for place, row in enumerate(self._rows()):
            left, top = rect.left() + look.px(_PAD), rect.top() + look.px(3 + place * _ROW)
            for block, width in row:
                box = QRectF(left, top, min(width, right - left), look.px(_ROW))
                self._paint_block(painter, box, block)
                left += width + look.px(_GAP)

    def _rows(self) -> list[list[tuple[int, float]]]:
        """The blocks (0 the title, 1 the scale, 2 the total) and their widths, row by row."""
        look = self.look
        room = self._room - look.px(2 * _PAD)
        rows: list[list[tuple[int, float]]] = []
        used = room
        for block, width in enumerate(self._widths()):
            if not rows or used + look.px(_GAP) + width > room:
                rows.append([])
                used = -look.px(_GAP)
            rows[-1].append((block, width))
            used += look.px(_GAP) + width
        return rows[: self._most]

    def _widths(self) -> tuple[float, ...]:
        if self._gauges is None:
            return ()
        subject, look = self._gauges.subject, self.look
        title = self._width("secondary_strong", TITLES[subject])
        unit = self._width("secondary", UNITS[subject])
        low, high = self._ends()
        numbers = self._width("mono_small", low) + self._width("mono_small", high)
        return (
            title + look.px(_BESIDE) + unit + 1,
            numbers + look.px(_SCALE + 2 * _BESIDE) + 1,
            self._width("secondary", self._total) + 1,
        )

    def _ends(self) -> tuple[str, str]:
        assert self._gauges is not None
        scale = self._gauges.scale
        return shown(self._gauges.subject, scale.low), shown(self._gauges.subject, scale.high)

    def _paint_block(self, painter: QPainter, box: QRectF, block: int) -> None:
        assert self._gauges is not None
        look, subject = self.look, self._gauges.subject
        if block == 0:
            title = TITLES[subject]
            self._write(painter, box, title, "secondary_strong", "ink")
            past = self._width("secondary_strong", title) + look.px(_BESIDE)
            self._write(painter, box.adjusted(past, 0, 0, 0), UNITS[subject], "secondary", "ink_2")
        elif block == 1:
            low, high = self._ends()
            self._write(painter, box, low, "mono_small", "ink_2")
            self._write(painter, box, high, "mono_small", "ink_2", Qt.AlignmentFlag.AlignRight)
            left = self._width("mono_small", low) + look.px(_BESIDE)
            right = self._width("mono_small", high) + look.px(_BESIDE)
            self._paint_scale(painter, box.adjusted(left, 0, -right, 0))
        else:
            self._write(painter, box, self._total, "secondary", "ink_2")

    def _paint_scale(self, painter: QPainter, box: QRectF) -> None:
        """The colours from low to high, growing in height as the gauges do in length."""
        theme, step = self.look.theme, box.width() / _STEPS
        low = box.center().y() + self.look.px(_RAMP) / 2
        painter.setPen(Qt.PenStyle.NoPen)
        for place in range(_STEPS):
            share = (place + 0.5) / _STEPS
            height = self.look.px(_RAMP) * (0.25 + 0.75 * share)
            painter.setBrush(shade(theme, share))
            painter.drawRect(QRectF(box.left() + place * step, low - height, step + 0.6, height))

    def _width(self, font: FontRole, text: str) -> float:
        return QFontMetricsF(self.look.font(font)).horizontalAdvance(text)

    def _write(
        self, painter: QPainter, row: QRectF, text: str, font: FontRole, role: Role,
        side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:  # fmt: skip
        painter.setFont(self.look.font(font))
        painter.setPen(self.look.theme.text(role))
        metrics = QFontMetricsF(painter.font())
        cut = metrics.elidedText(text, Qt.TextElideMode.ElideRight, row.width() + 1)
        painter.drawText(row, side | Qt.AlignmentFlag.AlignVCenter, cut)
