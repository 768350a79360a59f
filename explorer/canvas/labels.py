"""Words and numbers as glyph runs: laid out once, drawn at any zoom."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QTextLayout

from explorer import fonts
from explorer.fonts import Family
from explorer.mathtext import MathLayout, Run, layout, parse

ELLIPSIS = "\u2026"


@lru_cache(maxsize=8192)
def words(text: str, family: Family, size: float, weight: int = 400) -> MathLayout:
    """Plain text in one font, in pixels at 100 %."""
    line = QTextLayout(text, fonts.font(family, size, weight))
    line.setCacheEnabled(True)
    line.beginLayout()
    first = line.createLine()
    line.endLayout()
    if not first.isValid():
        return MathLayout(0.0, size, 0.0, ())
    place = QPointF(0.0, -first.ascent())
    runs = tuple((run, place) for run in line.glyphRuns())
    return MathLayout(first.naturalTextWidth(), first.ascent(), first.descent(), runs)


@lru_cache(maxsize=8192)
def fitted(text: str, family: Family, size: float, weight: int, width: float) -> MathLayout:
    """Plain text, its end cut off where it would be wider than ``width``."""
    whole = words(text, family, size, weight)
    if whole.width <= width:
        return whole
    metrics = QFontMetricsF(fonts.font(family, size, weight))
    cut = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
    return words(cut, family, size, weight)


@lru_cache(maxsize=8192)
def name(text: str, size: float, width: float = 1e9) -> MathLayout:
    """A name as mathematics, smaller where it would be wider than ``width``."""
    whole = layout(parse(text), size)
    if whole.width <= width:
        return whole
    return layout(parse(text), max(size * width / whole.width, size * 0.55))


@lru_cache(maxsize=4096)
def quotient(above: str, below: str, size: float, differential: str = "d") -> MathLayout:
    """A derivative on one line, such as dy/da, its differentials upright."""
    mark = Run(differential)
    return layout((mark, *_grouped(above), Run("/"), mark, *_grouped(below)), size)


def number(value: float) -> str:
    """A number as a card shows it: four decimals or four digits, whichever says more."""
    if value != value:  # noqa: PLR0124 - the definition of NaN, without numpy
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "\u221e" if value > 0 else "-\u221e"
    if value == 0 or (float(value).is_integer() and abs(value) < 1e4):
        return f"{value:.0f}"
    size = abs(value)
    if 1e-3 <= size < 1e5:
        return f"{value:.4f}" if size < 1 else f"{value:.5g}"
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def draw(painter: QPainter, text: MathLayout, x: float, baseline: float, color: QColor) -> None:
    """Draw with the left end of the baseline at a point."""
    text.draw(painter, QPointF(x, baseline), color)


def draw_right(
    painter: QPainter, text: MathLayout, x: float, baseline: float, color: QColor
) -> None:
    """Draw with the right end of the baseline at a point."""
    text.draw(painter, QPointF(x - text.width, baseline), color)


def draw_centred(
    painter: QPainter, text: MathLayout, x: float, baseline: float, color: QColor
) -> None:
    """Draw with the middle of the baseline at a point."""
    text.draw(painter, QPointF(x - text.width / 2, baseline), color)


def _grouped(text: str) -> tuple[Run, ...]:
    runs = parse(text)
    return (Run("("), *runs, Run(")")) if " " in text else runs
