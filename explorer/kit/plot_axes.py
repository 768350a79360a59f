"""Axes of plots in the style's type (pyqtgraph); import this module when a plot is first shown."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor, QPen

from engine.witnesses.words import power

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from explorer.theme import Style


_MILLIONS = 100_000
"""Between labels so far apart the thousands would not fit beside the axis."""

_DECADES = 3.0
"""Within so many a logarithmic axis may be labelled with plain numbers."""


class PowerAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis of decimal logarithms, labelled with powers of ten, or plainly within one or two."""

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:  # noqa: N802  (pyqtgraph calls it)
        """Return whole powers, or else round numbers, so few that their labels stand apart."""
        low, high = min(low, high), max(low, high)
        font = self.style["tickFont"]
        room = 40.0 if font is None else font.pixelSize() * 3.6
        least = max(1.0, (high - low) * room / max(size, 1.0))
        every = next((n for n in (1, 2, 3, 4, 6) if n >= least), 6)
        first = math.ceil(low / every) * every
        powers = [float(t) for t in range(first, math.floor(high) + 1, every)]
        if len(powers) > 1 or high - low > _DECADES:
            return [(float(every), powers)]
        if self.orientation in ("left", "right"):
            room *= 0.6
        return [(0.0, _round_logarithms(low, high, room / max(size, 1.0)))]

    def tickStrings(self, values: list[float], _scale: float, spacing: float) -> list[str]:  # noqa: N802  (pyqtgraph calls it)
        """Return 10 to the power of each value, as a power or as a number."""
        if spacing:
            return [power(10.0**value) for value in values]
        return [number_text(10.0**value, 10.0 ** min(0, math.floor(value))) for value in values]


class PlainAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis of plain numbers, thousands set apart, with few labels.

    Attributes:
        least: the least distance of two labels; 1 where only whole numbers mean something.
    """

    least = 0.0

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:  # noqa: N802  (pyqtgraph calls it)
        """Return round values, so few that their labels stand apart."""
        low, high = min(low, high), max(low, high)
        font = self.style["tickFont"]
        digits = 3.4 if self.orientation in ("left", "right") else 4.6
        room = 48.0 if font is None else font.pixelSize() * digits
        step = round_step(max((high - low) * room / max(size, 1.0), self.least))
        first = math.ceil(low / step - 1e-9)
        last = math.floor(high / step + 1e-9)
        return [(step, [step * t for t in range(first, last + 1)])]

    def tickStrings(self, values: list[float], _scale: float, spacing: float) -> list[str]:  # noqa: N802  (pyqtgraph calls it)
        """Return the values with as many decimals as their distance asks for."""
        return [number_text(value, spacing) for value in values]


def round_step(least: float) -> float:
    """The smallest of ..., 0.1, 0.2, 0.5, 1, 2, 5, 10, ... that is not below a length."""
    if not (math.isfinite(least) and least > 0):
        return 1.0
    unit = 10.0 ** math.floor(math.log10(least))
    return next((unit * n for n in (1, 2, 5) if unit * n >= least * (1 - 1e-9)), unit * 10)


def _round_logarithms(low: float, high: float, room: float) -> list[float]:
    """The logarithms of 1, 2, 5, 10, ... or of evenly spaced numbers, no nearer than asked.

    Args:
        low, high: logarithms.
        room: what a label takes of the axis, as a share of it.
    """
    decades = range(math.floor(low), math.ceil(high) + 1)
    values = [e + math.log10(m) for e in decades for m in (1, 2, 5)]
    inside = [value for value in values if low <= value <= high]
    apart = room * (high - low)
    if len(inside) > 2:
        chosen: list[float] = []
        for value in inside:
            if not chosen or value - chosen[-1] >= apart:
                chosen.append(value)
        return chosen
    bottom, top = 10.0**low, 10.0**high
    step = round_step((top - bottom) * room / 2)
    while True:
        first, last = math.ceil(bottom / step - 1e-9), math.floor(top / step + 1e-9)
        values = [math.log10(step * t) for t in range(max(first, 1), last + 1)]
        # They stand nearest at the top.
        if len(values) < 2 or values[-1] - values[-2] >= apart:
            return values
        step = round_step(step * 1.5)


def number_text(value: float, spacing: float) -> str:
    """A value of an axis whose labels are so far apart; millions where it counts in those."""
    if spacing >= _MILLIONS:
        return f"{value / 1e6:g}\u2009M" if value else "0"
    decimals = max(0, -math.floor(math.log10(spacing) + 1e-9)) if spacing > 0 else 0
    if decimals > 6:
        return f"{value:.1e}"
    text = f"{value:,.{decimals}f}".replace(",", "\u2009")
    return text.removeprefix("-") if float(text.replace("\u2009", "")) == 0 else text


def dress_axis(axis: pg.AxisItem, style: Style) -> None:
    """Give an axis the colours, the type and the fine grid of a style."""
    theme = style.theme
    axis.setPen(QPen(theme.color("line"), 1))
    axis.setTextPen(theme.text("ink_2"))
    axis.setTickFont(style.font("node"))
    axis.setStyle(tickLength=-style.ipx(4), tickTextOffset=style.ipx(5))
    axis.setGrid(60 if theme.dark else 90)


def line_pen(color: QColor, width: float, dashes: tuple[float, ...] = ()) -> QPen:
    """A pen whose width is the same at every zoom."""
    pen = QPen(color, width)
    pen.setCosmetic(True)
    if dashes:
        pen.setDashPattern(list(dashes))
    return pen


def on_scale(values: NDArray[np.floating], *, logarithmic: bool) -> NDArray[np.float64]:
    """The values as the axis counts them; what has no place on it is NaN."""
    numbers = np.asarray(values, dtype=np.float64)
    if logarithmic:
        with np.errstate(divide="ignore", invalid="ignore"):
            numbers = np.log10(np.where(numbers > 0, numbers, np.nan))
    return np.where(np.isfinite(numbers), numbers, np.nan)


def thinned(
    x: NDArray[np.float64], y: NDArray[np.float64], bins: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of a long line the lowest and the highest point of each bin; a short one as it is.

    Args:
        x, y: (n,) points, x rising.
        bins: of equal width on x; a line of up to twice as many points is not thinned.
    """
    known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if len(x) <= 2 * bins or len(known) <= 2 * bins:
        return x, y
    x, y = x[known], y[known]
    width = (x[-1] - x[0]) / bins or 1.0
    bin_of = np.minimum(((x - x[0]) / width).astype(np.intp), bins - 1)
    first = np.flatnonzero(np.diff(bin_of, prepend=-1))
    bin_of = np.cumsum(np.diff(bin_of, prepend=bin_of[0]) > 0)
    kept = np.zeros(len(y), np.bool_)
    for extreme in (np.minimum, np.maximum):
        # Of equal ones the first of each bin.
        reached = np.flatnonzero(y == extreme.reduceat(y, first)[bin_of])
        kept[reached[np.diff(bin_of[reached], prepend=-1) > 0]] = True
    return x[kept], y[kept]
