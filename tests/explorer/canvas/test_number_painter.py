"""Numbers on small cards."""

from __future__ import annotations

import pytest

from explorer.canvas.number_painter import short


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.0, "0"),
        (3.0, "3"),
        (-0.12345, "-0.123"),
        (0.0123, "0.012"),
        (0.00123, "0.00123"),
        (1.5e-12, "1.50e-12"),
        (1.5e-5, "1.50e-5"),
        (-2.3, "-2.30"),
        (123.4, "123"),
        (12.345, "12.3"),
        (123456.7, "1.23e5"),
        (float("nan"), "NaN"),
        (float("-inf"), "-∞"),
    ],
)
def test_a_small_card_shows_three_digits(value: float, said: str) -> None:
    assert short(value) == said
