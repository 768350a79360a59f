"""What a cell says beside its colour: a letter for what is no finite number, signs, a notch.

``N`` marks a NaN, ``∞`` and ``−∞`` the infinities. ``+`` and ``−`` mark numbers beyond the range of
the colours. Other negative numbers have a notch in the lower edge, so that the sign can be seen
without the hue.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPolygonF

from explorer import fonts
from explorer.colors import NONFINITE, adjoint_colors, packed, value_colors
from explorer.theme import contrast

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from PySide6.QtGui import QPainter

    from explorer.theme import Theme

PLAIN, NEGATIVE, OVER, UNDER, INFINITE, BELOW_ALL, NOT_A_NUMBER = range(7)

LETTERS = {OVER: "+", UNDER: "−", INFINITE: "∞", BELOW_ALL: "−∞", NOT_A_NUMBER: "N"}

SMALLEST = 9.0
"""Side in pixels at 100 % below which a cell has no sign."""

FENCE = 3.0
"""Interquartile ranges above the third quartile from which a magnitude is an outlier (Tukey)."""

_NOTCH = (0.34, 0.3)


def signs_of(numbers: ArrayLike, limit: ArrayLike = np.inf) -> NDArray[np.int8]:
    """The sign of each cell, `PLAIN` for most; of the shape of the numbers.

    Args:
        numbers: what the cells hold.
        limit: the largest magnitude that the colours tell apart, broadcast; 0 for no limit.
    """
    values = np.asarray(numbers, np.float64)
    limits = np.asarray(limit, np.float64)
    limits = np.where(limits > 0, limits, np.inf)
    signs = np.where(values < 0, NEGATIVE, PLAIN).astype(np.int8)
    signs[values > limits] = OVER
    signs[values < -limits] = UNDER
    signs[values == np.inf] = INFINITE
    signs[values == -np.inf] = BELOW_ALL
    signs[np.isnan(values)] = NOT_A_NUMBER
    return signs


def fenced(numbers: ArrayLike) -> float:
    """The largest magnitude that is no outlier, 0 for no number.

    Outliers lie more than three interquartile ranges above the third quartile of the magnitudes;
    zeros and what is not finite are left out of account. Source: Tukey, *Exploratory Data
    Analysis* (1977), "far out".
    """
    magnitudes = np.abs(np.asarray(numbers, np.float64)).reshape(-1)
    magnitudes = magnitudes[np.isfinite(magnitudes) & (magnitudes > 0)]
    if not len(magnitudes):
        return 0.0
    first, third = np.percentile(magnitudes, (25, 75))
    return float(magnitudes[magnitudes <= third + FENCE * (third - first)].max())


def paint_sign(
    painter: QPainter, cell: QRectF, sign: int, theme: Theme, *, adjoint: bool, behind: QColor
) -> None:
    """Draw the sign of a cell.

    Args:
        painter: any.
        cell: the cell, in the painter's coordinates.
        sign: of `signs_of`.
        theme: the colours.
        adjoint: the cell is coloured by the table of adjoints.
        behind: the colour around the cells, seen through a notch.
    """
    if sign == PLAIN:
        return
    if sign == NEGATIVE:
        width = max(4.0, min(cell.width(), cell.height()) * _NOTCH[0])
        height = max(2.5, cell.height() * _NOTCH[1])
        foot, middle = cell.bottom() + 0.5, cell.center().x()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(behind)
        corners = ((middle - width, foot), (middle + width, foot), (middle, foot - height))
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
        return
    text = LETTERS[sign]
    size = min(cell.height() * 0.86, cell.width() * (0.62 if len(text) > 1 else 0.95))
    painter.setFont(fonts.font("text", size, 700))
    painter.setPen(_ink(theme, sign, adjoint))
    metrics = QFontMetricsF(painter.font())
    glyph = metrics.tightBoundingRect(text)
    painter.drawText(cell.center() - glyph.center(), text)


@lru_cache(maxsize=64)
def _ink(theme: Theme, sign: int, adjoint: bool) -> QColor:
    """Ink or surface, whichever reads on the colour of such a cell."""
    table = packed(adjoint_colors(theme) if adjoint else value_colors(theme))
    fill = NONFINITE if sign >= INFINITE else int(table[-1 if sign == OVER else 0])
    choices = (theme.color("ink"), theme.color("surface"))
    return max(choices, key=lambda one: contrast(one, QColor.fromRgb(fill & 0xFFFFFF)))
