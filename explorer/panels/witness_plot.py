"""The error against h as a log-log plot (pyqtgraph); import this module when it is first shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout

from explorer.kit.plot_axes import PowerAxis, dress_axis, line_pen
from explorer.kit.styled import Styled

if TYPE_CHECKING:
    from PySide6.QtGui import QColor, QKeyEvent
    from PySide6.QtWidgets import QWidget

    from engine.witnesses import ErrorCurve
    from explorer.theme import Style

FLOOR = 1e-17
"""An error of exactly 0 is drawn here."""


class WitnessPlot(Styled):
    """The error, what theory says of its two parts, and the chosen step, which can be moved.

    h falls from left to right, as when a person makes the step smaller and smaller.

    Signals:
        h_chosen(h): a person dragged the line, clicked a place, or pressed an arrow key.
    """

    h_chosen = Signal(float)
    own_keys = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right})

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.curve: ErrorCurve | None = None
        self.h = 1e-6
        self._view = pg.PlotWidget(
            axisItems={"bottom": PowerAxis("bottom"), "left": PowerAxis("left")}
        )
        plot = self._view.getPlotItem()
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setMouseEnabled(False, False)
        plot.getViewBox().invertX(True)
        for widget in (self._view, self._view.viewport()):
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setMinimumHeight(160)
        self._truncation = plot.plot()
        self._rounding = plot.plot()
        self._error = plot.plot()
        self._line = pg.InfiniteLine(angle=90, movable=True)
        self._mark = plot.plot()
        plot.addItem(self._line)
        self._line.sigDragged.connect(self._dragged)
        self._view.scene().sigMouseClicked.connect(self._clicked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Error against h")
        self.apply_style()

    def sizeHint(self) -> QSize:
        """Return a plot a little wider than high."""
        return QSize(self.look.ipx(380), self.look.ipx(300))

    def minimumSizeHint(self) -> QSize:
        """Return the least at which its labels are apart."""
        return QSize(self.look.ipx(220), self.look.ipx(190))

    def show_curve(self, curve: ErrorCurve | None) -> None:
        """Show a curve, with the step that was chosen before."""
        self.curve = curve
        if curve is None:
            for item in (self._error, self._truncation, self._rounding, self._mark):
                item.setData([], [])
            return
        x = np.log10(curve.h)
        for item, y in (
            (self._error, curve.error),
            (self._truncation, curve.truncation),
            (self._rounding, curve.rounding),
        ):
            shown = np.where(np.isfinite(y), np.log10(np.maximum(y, FLOOR)), np.nan)
            # pyqtgraph cannot measure a line that has no point.
            any_known = bool(np.isfinite(shown).any())
            item.setData(x if any_known else [], shown if any_known else [], connect="finite")
        plot = self._view.getPlotItem()
        finite = curve.error[np.isfinite(curve.error)]
        low = np.log10(max(float(finite.min(initial=1.0)), FLOOR)) if len(finite) else -12.0
        high = np.log10(max(float(finite.max(initial=FLOOR)), FLOOR)) if len(finite) else 0.0
        plot.setXRange(-13.2, -0.8, padding=0)
        plot.setYRange(np.floor(low) - 0.4, np.ceil(high) + 0.6, padding=0)
        self.choose(self.h)

    def choose(self, h: float) -> None:
        """Mark a step."""
        self.h = h
        self._line.setValue(float(np.log10(h)))
        if self.curve is None:
            return
        place = self.curve.nearest(h)
        error = float(self.curve.error[place])
        known = np.isfinite(error)
        self._mark.setData(
            [float(np.log10(self.curve.h[place]))] if known else [],
            [float(np.log10(max(error, FLOOR)))] if known else [],
        )
        good = known and error <= self.curve.tolerance
        self._dress_mark(self.look.theme.text("agrees" if good else "disagrees"), wrong=not good)
        self.setAccessibleDescription(f"h {h:.1e}, error {error:.1e}")

    def apply_style(self) -> None:
        """Take colours, fonts and widths from the style."""
        look, theme = self.look, self.look.theme
        self._view.setBackground(theme.color("surface"))
        plot = self._view.getPlotItem()
        for side in ("bottom", "left"):
            dress_axis(plot.getAxis(side), look)
        plot.getAxis("left").setWidth(look.ipx(40))
        plot.getAxis("bottom").setHeight(look.ipx(24))
        plot.setContentsMargins(0, look.ipx(6), look.ipx(8), 0)
        ink, soft = theme.color("ink"), theme.color("ink_2")
        self._error.setPen(line_pen(ink, look.px(1.6)))
        self._error.setSymbol("o")
        self._error.setSymbolSize(look.px(4.5))
        self._error.setSymbolPen(None)
        self._error.setSymbolBrush(ink)
        self._truncation.setPen(line_pen(soft, look.px(1.5), (6, 4)))
        self._rounding.setPen(line_pen(soft, look.px(1.5), (1.2, 3)))
        self._line.setPen(line_pen(theme.color("ink_2"), look.px(1.5)))
        self._line.setHoverPen(line_pen(theme.color("ink"), look.px(3)))
        self.choose(self.h)

    def place_of(self, h: float, error: float) -> QPointF:
        """Where a point of the plot is, in pixels of the plot's viewport."""
        box = self._view.getPlotItem().getViewBox()
        scene = box.mapViewToScene(QPointF(np.log10(h), np.log10(max(error, FLOOR))))
        return QPointF(self._view.mapFromScene(scene))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the step by one point."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or self.curve is None:
            super().keyPressEvent(event)
            return
        place = min(max(self.curve.nearest(self.h) + step, 0), len(self.curve.h) - 1)
        self._choose(float(self.curve.h[place]))

    def _choose(self, h: float) -> None:
        self.choose(min(max(h, 1e-13), 1e-1))
        self.h_chosen.emit(self.h)

    def _dragged(self) -> None:
        self._choose(10 ** float(self._line.value()))

    def _clicked(self, event: Any) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            box = self._view.getPlotItem().getViewBox()
            self._choose(10 ** float(box.mapSceneToView(event.scenePos()).x()))

    def _dress_mark(self, color: QColor, *, wrong: bool) -> None:
        look = self.look
        self._mark.setPen(None)
        self._mark.setSymbol("x" if wrong else "o")
        self._mark.setSymbolSize(look.px(12))
        self._mark.setSymbolPen(None if wrong else line_pen(color, look.px(2.2)))
        self._mark.setSymbolBrush(color if wrong else look.theme.color("surface"))
