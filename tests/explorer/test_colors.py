from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from explorer.colors import (
    NONFINITE,
    adjoint_colors,
    colorize,
    largest_magnitude,
    measure_colors,
    packed,
    probability_colors,
    value_colors,
)
from explorer.theme import THEMES

SEQUENTIAL = (probability_colors, measure_colors)
TABLES = pytest.mark.parametrize("table", [value_colors, adjoint_colors, *SEQUENTIAL])
LIGHT, DARK = THEMES["light"], THEMES["dark"]


@TABLES
@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_a_table_is_256_opaque_read_only_colours(table, theme) -> None:  # type: ignore[no-untyped-def]
    colors = table(theme)
    assert colors.shape == (256, 4)
    assert colors.dtype == np.uint8
    assert (colors[:, 3] == 255).all()
    assert not colors.flags.writeable


@TABLES
def test_zero_is_the_surface_in_the_dark_theme(table) -> None:  # type: ignore[no-untyped-def]
    signed = table not in SEQUENTIAL
    color = int(colorize([0.0], table(DARK), 1.0, signed=signed)[0])
    assert QColor(color) == DARK.color("surface")


@pytest.mark.parametrize("table", SEQUENTIAL)
def test_nothing_is_the_surface_in_the_light_theme(table) -> None:  # type: ignore[no-untyped-def]
    color = int(colorize([0.0], table(LIGHT), 1.0, signed=False)[0])
    assert QColor(color) == LIGHT.color("surface")


def test_negative_values_are_blue_and_positive_ones_orange() -> None:
    low, high = value_colors(LIGHT)[0], value_colors(LIGHT)[255]
    assert low[2] > low[0]
    assert high[0] > high[2]


def test_numbers_take_their_row() -> None:
    table = value_colors(LIGHT)
    rows = packed(table)
    # x in [-limit, limit] takes row round(255 (x / limit + 1) / 2), halves up.
    values = [-2.0, -1.0, 0.0, 1.0, 2.0, 5.0, -5.0]
    expected = [0, 64, 128, 191, 255, 255, 0]
    assert colorize(values, table, 2.0).tolist() == rows[expected].tolist()


def test_limits_may_differ_by_row() -> None:
    table = value_colors(LIGHT)
    colors = colorize([[1.0, 0.5], [10.0, 5.0]], table, [[1.0], [10.0]])
    assert (colors[0] == colors[1]).all()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@TABLES
def test_what_is_not_finite_stands_out(table, value: float) -> None:  # type: ignore[no-untyped-def]
    colors = colorize([0.5, value], table(LIGHT), 1.0)
    assert colors[1] == NONFINITE
    assert NONFINITE not in packed(table(LIGHT)).tolist()


@pytest.mark.parametrize("limit", [0.0, np.nan, np.inf, -1.0])
def test_a_useless_limit_shows_zero(limit: float) -> None:
    table = value_colors(LIGHT)
    assert colorize([3.0], table, limit)[0] == packed(table)[128]


def test_the_shape_is_kept_and_the_input_untouched() -> None:
    values = np.zeros((3, 0, 2), dtype=np.float32)
    assert colorize(values, value_colors(LIGHT), 1.0).shape == (3, 0, 2)


def test_the_largest_magnitude_ignores_what_is_not_finite() -> None:
    assert largest_magnitude([1.0, -3.0, np.nan, np.inf]) == 3.0
    assert largest_magnitude([]) == 0.0


@pytest.mark.parametrize("table", [value_colors, adjoint_colors])
def test_both_halves_grow_steadily_away_from_zero_in_the_dark(table) -> None:  # type: ignore[no-untyped-def]
    brightness = table(DARK)[:, :3].astype(int).sum(axis=1)
    assert (np.diff(brightness[128:]) >= 0).all()
    assert (np.diff(brightness[:128]) <= 0).all()
