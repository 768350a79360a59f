"""A line of a plot as a value, how it is drawn, and how its numbers are read out (pyqtgraph)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from explorer.kit.plot_axes import line_pen

if TYPE_CHECKING:
    import numpy as np
    import pyqtgraph as pg
    from numpy.typing import NDArray

    from explorer.theme import Role, Style

_DASHES = (5.0, 3.5)


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One line.

    Attributes:
        name: what it shows; in the legend, the read-out and the saved table.
        x, y: (n,) its points; where y is not finite the line is broken.
        color: a role of the theme.
        dashed: drawn with dashes, so that it differs by form too.
        marks: a ring at each point.
        width: of the line, in pixels at 100 %; 0 leaves only the marks.
        symbol: the form of the marks: o, s (square), t (triangle) or d (diamond).
        pale: drawn in a tint of the colour, as what lies behind another line.
        named: the name stands on the line instead of in the legend.
    """

    name: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    color: Role = "forward"
    dashed: bool = False
    marks: bool = False
    width: float = 2.0
    symbol: Literal["o", "s", "t", "d"] = "o"
    pale: bool = False
    named: bool = False


def dress_line(item: pg.PlotDataItem, line: Series, style: Style) -> None:
    """Give what draws a line the line's colours, dashes and marks."""
    theme = style.theme
    color = theme.tint(line.color, "bar") if line.pale else theme.color(line.color)
    dashes = _DASHES if line.dashed else ()
    item.setPen(line_pen(color, style.px(line.width), dashes) if line.width else None)
    item.setSymbol(line.symbol if line.marks else None)
    if line.marks:
        item.setSymbolSize(style.px(7))
        item.setSymbolPen(line_pen(color, style.px(1.8)))
        item.setSymbolBrush(theme.color("surface"))


def shown(value: float) -> str:
    """A number of a plot as it is read out."""
    number = float(value)
    if math.isfinite(number) and number == round(number) and abs(number) < 1e9:
        return f"{int(number):,}".replace(",", "\u2009")
    return f"{number:.4g}"
