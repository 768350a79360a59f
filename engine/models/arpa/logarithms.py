"""Logarithms to base 10 as text, a million a tenth of a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SCALE = 10**8


def decimal_logarithms(numbers: NDArray[np.float64]) -> list[bytes]:
    """log10 of positive numbers with eight digits after the point; of 0 it is -99, which is never.

    Args:
        numbers: shape (K,), from 0 up.
    """
    with np.errstate(divide="ignore"):
        logs = np.maximum(np.log10(numbers), -99.0)
    scaled = np.rint(-logs * _SCALE)
    common = (scaled >= 0) & (scaled < 10 * _SCALE)
    digits = np.where(common, scaled, 0).astype(np.int64)
    # Two look-ups of four digits each; the bytes of one number stand together.
    fours = np.array([b"%04d" % i for i in range(10_000)], dtype="S4")
    ones = np.array([b"-%d." % i for i in range(10)], dtype="S3")
    text = np.empty(logs.size, dtype=[("one", "S3"), ("high", "S4"), ("low", "S4")])
    whole, part = np.divmod(digits, _SCALE)
    high, low = np.divmod(part.astype(np.int32), 10_000)
    text["one"], text["high"], text["low"] = ones[whole], fours[high], fours[low]
    rows: list[bytes] = text.view("S11").tolist()
    for i in np.flatnonzero(~common | (digits == 0)).tolist():
        rows[i] = b"0" if scaled[i] == 0 else b"%.8f" % logs[i]
    return rows
