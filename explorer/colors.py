"""Colour tables of value, adjoint and probability cells and of measures, and numbers to colours."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.assets import asset

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from explorer.theme import Theme

NONFINITE = 0xFFD0209C
"""ARGB of cells that hold a NaN or an infinity: a magenta that no table contains."""


def value_colors(theme: Theme) -> NDArray[np.uint8]:
    """Return the diverging table of values, shape (256, 4), red green blue alpha, read-only."""
    return _table("value", theme.dark)


def adjoint_colors(theme: Theme) -> NDArray[np.uint8]:
    """Return the diverging table of adjoints, shape (256, 4), read-only."""
    return _table("adjoint", theme.dark)


def probability_colors(theme: Theme) -> NDArray[np.uint8]:
    """Return the sequential table of probabilities, shape (256, 4), read-only."""
    return _table("probability", theme.dark)


def measure_colors(theme: Theme) -> NDArray[np.uint8]:
    """Return the sequential table of what overlays measure, shape (256, 4), read-only."""
    return _table("measure", theme.dark)


def colorize(
    values: ArrayLike, table: NDArray[np.uint8], limit: ArrayLike, *, signed: bool = True
) -> NDArray[np.uint32]:
    """Return ``0xAARRGGBB`` colours of numbers, for `QImage.Format_ARGB32` or `Format_RGB32`.

    Args:
        values: numbers of any shape.
        table: one of the tables above.
        limit: the magnitude at the end of the table, broadcast against values; 0 shows zeros.
        signed: the table runs from -limit to limit; otherwise from 0 to limit.

    Returns:
        An array of the shape of values. Numbers beyond the limit take the end colour, NaN and
        infinities `NONFINITE`.
    """
    numbers = np.asarray(values, dtype=np.float64)
    limits = np.asarray(limit, dtype=np.float64)
    limits = np.where(np.isfinite(limits) & (limits > 0), limits, np.inf)
    finite = np.isfinite(numbers)
    share = np.where(finite, numbers, 0.0) / limits
    if signed:
        share = share * 0.5 + 0.5
    rows = np.clip(share * 255 + 0.5, 0.0, 255.0).astype(np.uint8)
    return np.where(finite, packed(table)[rows], np.uint32(NONFINITE))


def packed(table: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return a table's colours as ``0xAARRGGBB``, shape (256,)."""
    red, green, blue, alpha = table.T.astype(np.uint32)
    result: NDArray[np.uint32] = alpha << 24 | red << 16 | green << 8 | blue
    return result


def largest_magnitude(values: ArrayLike) -> float:
    """Return the largest finite magnitude, a strip's own limit; 0 when there is none."""
    numbers: NDArray[Any] = np.abs(np.asarray(values, dtype=np.float64))
    numbers = numbers[np.isfinite(numbers)]
    return float(numbers.max()) if numbers.size else 0.0


@cache
def _table(kind: str, dark: bool) -> NDArray[np.uint8]:
    text = asset("colormaps", f"{kind}-{'dark' if dark else 'light'}.hex").read_text("ascii")
    table = np.frombuffer(bytes.fromhex(text), dtype=np.uint8).reshape(256, 4)
    table.flags.writeable = False
    return table
