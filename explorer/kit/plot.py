"""Lines against a number, with a read-out under the pointer (pyqtgraph).

Import this module when a plot is first shown: pyqtgraph takes a tenth of a second.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from explorer.kit.label import Label
from explorer.kit.plot_axes import PlainAxis, PowerAxis, dress_axis, line_pen, on_scale, thinned
from explorer.kit.plot_legend import Legend
from explorer.kit.plot_names import LineNames
from explorer.kit.plot_series import Series, dress_line, shown
from explorer.kit.styled import Styled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent, QMouseEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style

__all__ = ["LinePlot", "Series", "shown"]

_BINS = 1200
"""Bins of equal width on the axis; what is drawn of a long line is the extremes of each."""

_NEAR = 40.0
"""Pixels at 100 % within which the pointer reads a point."""


class LinePlot(Styled):
    """Lines over one axis, even or logarithmic.

    Args:
        name: what it shows, for screen readers.
        x_label, y_label: what the axes count; units belong there.
        x_log, y_log: a scale on which equal lengths are equal factors.
        x_whole: only whole numbers stand below the plot.
        movable: a person can drag the vertical mark, or click where it is to stand.

    Attributes:
        series: the lines shown.

    Signals:
        moved(x): a person put the mark somewhere.
        read(x): the point under the pointer is another, NaN for none.
    """

    moved = Signal(float)
    read = Signal(float)
    own_keys: ClassVar = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Escape})

    def __init__(
        self,
        style: Style,
        name: str,
        *,
        x_label: str = "",
        y_label: str = "",
        x_log: bool = False,
        y_log: bool = False,
        x_whole: bool = False,
        movable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(style, parent)
        self.series: tuple[Series, ...] = ()
        self._name, self._logs, self._movable = name, (x_log, y_log), movable
        self._mark: float | None = None
        self._place: tuple[int, int] | None = None
        self._view = pg.PlotWidget(
            axisItems={
                "bottom": (PowerAxis if x_log else PlainAxis)("bottom"),
                "left": (PowerAxis if y_log else PlainAxis)("left"),
            }
        )
        if x_whole:
            self._view.getPlotItem().getAxis("bottom").least = 1.0
        self._items: list[pg.PlotDataItem] = []
        self._names = LineNames(self._view.getPlotItem())
        self._line = pg.InfiniteLine(angle=90, movable=movable)
        self._ring = pg.ScatterPlotItem()
        self._x_label = Label(style, x_label, font="secondary", role="ink_2")
        self._y_label = Label(style, y_label, font="secondary", role="ink_2")
        self._legend = Legend(style)
        self._reading = Label(style, font="mono", role="ink")
        self._build()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.apply_style()

    def _build(self) -> None:
        plot = self._view.getPlotItem()
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setMouseEnabled(False, False)
        for widget in (self._view, self._view.viewport()):
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # The wheel scrolls the page.
        self._view.wheelEvent = type(self).wheelEvent.__get__(self)
        self._view.viewport().setMouseTracking(True)
        self._view.viewport().installEventFilter(self)
        self._line.setZValue(5)
        self._line.hide()
        self._line.sigDragged.connect(self._drag)
        self._ring.setZValue(6)
        plot.addItem(self._line, ignoreBounds=True)
        plot.addItem(self._ring, ignoreBounds=True)
        above, below = QHBoxLayout(), QHBoxLayout()
        above.addWidget(self._y_label)
        above.addSpacing(12)
        above.addStretch(1)
        above.addWidget(self._legend)
        below.addWidget(self._reading)
        below.addStretch(1)
        below.addWidget(self._x_label)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(above)
        column.addWidget(self._view, 1)
        column.addLayout(below)

    def sizeHint(self) -> QSize:
        """Return a low and wide plot."""
        return QSize(self.look.ipx(300), self.look.ipx(190))

    def minimumSizeHint(self) -> QSize:
        """Return the least in which its labels stand apart."""
        return QSize(self.look.ipx(180), self.look.ipx(130))

    def show_series(
        self,
        series: Sequence[Series],
        *,
        x_range: tuple[float, float] | None = None,
        y_range: tuple[float, float] | None = None,
    ) -> None:
        """Show other lines.

        Args:
            series: drawn in this order.
            x_range, y_range: what the axes span, as they count; by default all that is finite,
                with a little room.
        """
        same = [s.name for s in series] == [s.name for s in self.series]
        self.series = tuple(series)
        if not same:
            self._forget_place()
        plot = self._view.getPlotItem()
        while len(self._items) > len(self.series):
            plot.removeItem(self._items.pop())
        while len(self._items) < len(self.series):
            self._items.append(plot.plot())
        for item, line in zip(self._items, self.series, strict=True):
            dress_line(item, line, self.look)
            x, y = thinned(*self._on_scale(line), _BINS)
            # pyqtgraph cannot measure a line that has no point.
            known = bool(np.isfinite(y).any())
            item.setData(x if known else [], y if known else [], connect="finite")
        self._legend.show_series([line for line in self.series if not line.named])
        self._span(x_range, y_range)
        self._name_lines()
        self._say()

    def set_y_axis(self, words: str, *, log: bool) -> None:
        """Count something else upwards, on an even or a logarithmic scale."""
        self._y_label.set_text(words)
        if log != self._logs[1]:
            self._logs = self._logs[0], log
            axis = (PowerAxis if log else PlainAxis)("left")
            self._view.getPlotItem().setAxisItems({"left": axis})
            self.apply_style()

    def set_y_label(self, words: str) -> None:
        """Say what the axis counts."""
        self._y_label.set_text(words)

    def mark(self, x: float | None) -> None:
        """Draw a vertical line at a place, or none."""
        self._mark = x
        self._line.setVisible(x is not None)
        if x is not None:
            self._line.setValue(math.log10(x) if self._logs[0] else x)

    @property
    def marked(self) -> float | None:
        """Where the vertical line is."""
        return self._mark

    def save(self, path: str) -> None:
        """Write the plot as .png or .svg, or its numbers as .csv, whole or not at all.

        Raises:
            InputError: it could not be written, or the name ends otherwise.
        """
        from explorer.kit.plot_files import save_numbers, save_picture

        if Path(path).suffix.lower() == ".csv":
            save_numbers(self.series, path)
        else:
            save_picture(self, path)

    def place_of(self, x: float, y: float) -> QPointF:
        """Where a point of the plot is, in pixels of this widget."""
        at = [math.log10(v) if log else v for v, log in zip((x, y), self._logs, strict=True)]
        scene = self._view.getPlotItem().getViewBox().mapViewToScene(QPointF(*at))
        return QPointF(self._view.mapTo(self, self._view.mapFromScene(scene)))

    def apply_style(self) -> None:
        """Take colours, fonts and widths from the style."""
        look, theme = self.look, self.look.theme
        self._view.setBackground(theme.color("surface"))
        plot = self._view.getPlotItem()
        for side in ("bottom", "left"):
            dress_axis(plot.getAxis(side), look)
        plot.getAxis("left").setWidth(look.ipx(46))
        plot.getAxis("bottom").setHeight(look.ipx(22))
        plot.setContentsMargins(0, look.ipx(2), look.ipx(8), 0)
        self._line.setPen(line_pen(theme.color("ink_2"), look.px(1.5)))
        self._line.setHoverPen(line_pen(theme.color("ink"), look.px(3)))
        self._ring.setSize(look.px(11))
        self._ring.setPen(line_pen(theme.color("ink"), look.px(2)))
        self._ring.setBrush(theme.color("surface"))
        for item, line in zip(self._items, self.series, strict=True):
            dress_line(item, line, self.look)
        self._name_lines()
        column = self.layout()
        if column is not None:
            column.setSpacing(look.ipx(2))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Read the point under the pointer; a click moves a movable mark there."""
        if event.type() == QEvent.Type.MouseMove:
            self._point_at(event)  # type: ignore[arg-type]  # of this type it is one
        elif event.type() == QEvent.Type.Leave:
            self._forget_place()
        elif event.type() == QEvent.Type.MouseButtonRelease and self._movable:
            self._click(event)  # type: ignore[arg-type]  # of this type it is one
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Read the next point, or the one before; move a movable mark there."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not any(len(line.x) for line in self.series):
            self._forget_place()
            super().keyPressEvent(event)
            return
        which = self._place[0] if self._place else self._first_with_points()
        line = self.series[which]
        if self._movable and self._mark is not None:
            place = int(np.abs(line.x - self._mark).argmin()) + step
        else:
            place = self._place[1] + step if self._place else 0
        place = min(max(place, 0), len(line.x) - 1)
        self._read(which, place)
        if self._movable:
            self._move(float(line.x[place]))

    def _first_with_points(self) -> int:
        return next(i for i, line in enumerate(self.series) if len(line.x))

    def _on_scale(self, line: Series) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        x = on_scale(line.x, logarithmic=self._logs[0])
        y = on_scale(line.y, logarithmic=self._logs[1])
        return x, np.where(np.isfinite(x), y, np.nan)

    def _name_lines(self) -> None:
        named = [(s.name, s.color, *self._on_scale(s)) for s in self.series if s.named]
        self._names.show(named, self.look)

    def _span(
        self, x_range: tuple[float, float] | None, y_range: tuple[float, float] | None
    ) -> None:
        """Show all points, with a little room around them."""
        scaled = [self._on_scale(line) for line in self.series]
        x = np.concatenate([x[np.isfinite(y)] for x, y in scaled] or [np.zeros(0)])
        y = np.concatenate([y[np.isfinite(y)] for _, y in scaled] or [np.zeros(0)])
        plot = self._view.getPlotItem()
        if not len(x):
            return
        low, high = (float(y.min()), float(y.max())) if y_range is None else y_range
        room = 0.06 * (high - low) or max(abs(high), 1.0) * 0.1
        plot.setYRange(low - room * (y_range is None), high + room * (y_range is None), padding=0)
        left, right = (float(x.min()), float(x.max())) if x_range is None else x_range
        side = 0.02 * (right - left) or 0.5
        plot.setXRange(left - side, right + side, padding=0)

    def _point_at(self, event: QMouseEvent) -> None:
        place = self._nearest(event.position())
        if place is None:
            self._forget_place()
        else:
            self._read(*place)

    def _nearest(self, point: QPointF) -> tuple[int, int] | None:
        """The line and its point nearest to a place of the viewport, within reach."""
        box = self._view.getPlotItem().getViewBox()
        pixel = box.viewPixelSize()
        if not all(pixel):
            return None
        at = box.mapSceneToView(self._view.mapToScene(point.toPoint()))
        best, found = self.look.px(_NEAR) ** 2, None
        for which, line in enumerate(self.series):
            x, y = self._on_scale(line)
            if not np.isfinite(y).any():
                continue
            away = ((x - at.x()) / pixel[0]) ** 2 + ((y - at.y()) / pixel[1]) ** 2
            place = int(np.nanargmin(away))
            if away[place] < best:
                best, found = float(away[place]), (which, place)
        return found

    def _read(self, which: int, place: int) -> None:
        """Ring a point and tell its numbers."""
        self._place = which, place
        line = self.series[which]
        x, y = (float(values[place]) for values in self._on_scale(line))
        self._ring.setData([x] if np.isfinite(y) else [], [y] if np.isfinite(y) else [])
        text = f"{line.name}: {shown(line.x[place])} → {shown(line.y[place])}"
        self._reading.set_text(text)
        self._say()
        self.read.emit(float(line.x[place]))

    def _forget_place(self) -> None:
        if self._place is not None:
            self._place = None
            self._ring.setData([], [])
            self._reading.set_text("")
            self.read.emit(math.nan)

    def _click(self, event: QMouseEvent) -> None:
        box = self._view.getPlotItem().getViewBox()
        at = self._view.mapToScene(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and box.sceneBoundingRect().contains(at):
            x = float(box.mapSceneToView(at).x())
            self._move(10**x if self._logs[0] else x)

    def _drag(self) -> None:
        x = float(self._line.value())
        self._move(10**x if self._logs[0] else x)

    def _move(self, x: float) -> None:
        self.mark(x)
        self.moved.emit(x)

    def _say(self) -> None:
        """Say the ends of every line, or what is read, to those who do not see it."""
        ends = [
            f"{s.name} from {shown(s.y[0])} to {shown(s.y[-1])}" for s in self.series if len(s.y)
        ]
        self.setAccessibleDescription(self._reading.full_text or "; ".join(ends))
