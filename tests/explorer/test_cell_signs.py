"""What a cell says beside its colour."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from explorer.cell_signs import (
    BELOW_ALL,
    INFINITE,
    NEGATIVE,
    NOT_A_NUMBER,
    OVER,
    PLAIN,
    UNDER,
    fenced,
    paint_sign,
    signs_of,
)
from explorer.theme import THEMES, Theme


def test_letters_and_signs_of_cells() -> None:
    numbers = [0.0, 1.0, -1.0, 3.0, -3.0, np.inf, -np.inf, np.nan]
    expected = [PLAIN, PLAIN, NEGATIVE, OVER, UNDER, INFINITE, BELOW_ALL, NOT_A_NUMBER]
    assert signs_of(numbers, 2.0).tolist() == expected


@pytest.mark.parametrize("limit", [0.0, np.inf, 3.0])
def test_nothing_is_beyond_a_range_that_reaches_as_far(limit: float) -> None:
    assert signs_of([3.0, -3.0], limit).tolist() == [PLAIN, NEGATIVE]


def test_limits_may_differ_by_row() -> None:
    signs = signs_of([[1.0, 2.0], [1.0, 2.0]], [[1.0], [2.0]])
    assert signs.tolist() == [[PLAIN, OVER], [PLAIN, PLAIN]]


@pytest.mark.parametrize(
    ("numbers", "limit"),
    [
        # Quartiles of 1 .. 8 are 2.75 and 6.25: the fence is 6.25 + 3 · 3.5 = 16.75.
        ([1, -2, 3, 4, 5, 6, -7, 8], 8.0),
        # Of 1 .. 7 and 1000: 2.75, 6.25 likewise, and 1000 is out.
        ([1, 2, 3, 4, 5, 6, 7, 1000], 7.0),
        ([1, 2, 3, 4, 5, 6, 7, -1000], 7.0),
        # Zeros and what is not finite do not count.
        ([0, 0, 0, 0, 0, 0, 2, np.nan, np.inf], 2.0),
        ([0, 0], 0.0),
        ([], 0.0),
        ([5], 5.0),
    ],
)
def test_the_range_without_outliers(numbers: list[float], limit: float) -> None:
    assert fenced(numbers) == limit


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("sign", [NEGATIVE, OVER, UNDER, INFINITE, BELOW_ALL, NOT_A_NUMBER])
def test_every_sign_is_seen_and_each_looks_different(
    program_fonts: object, theme: Theme, sign: int
) -> None:
    plain, marked = drawn(PLAIN, theme), drawn(sign, theme)
    assert plain != marked
    others = set(range(1, 7)) - {sign}
    assert all(drawn(other, theme) != marked for other in others)


def drawn(sign: int, theme: Theme) -> QImage:
    image = QImage(24, 18, QImage.Format.Format_RGB32)
    image.fill(QColor("#406080"))
    painter = QPainter(image)
    try:
        box = QRectF(0, 0, 24, 18)
        paint_sign(painter, box, sign, theme, adjoint=False, behind=theme.color("surface"))
    finally:
        painter.end()
    return image
