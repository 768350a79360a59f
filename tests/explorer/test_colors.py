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


# Linear sRGB as seen without one kind of cones (Machado, Oliveira, Fernandes 2009, severity 1).
BLINDNESS = {
    "none": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
# To the cone responses of Oklab, and those to Oklab (Ottosson 2020).
CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
DISTINCT = 0.1
"""Distance in Oklab that nobody overlooks; 0.02 is just noticed."""

BLIND = pytest.mark.parametrize("blindness", list(BLINDNESS))
IN_EACH = pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)


def seen(colors: np.ndarray, blindness: str) -> np.ndarray:
    """Colours (..., 3) of 0 to 255 in Oklab, as an eye sees them."""
    rgb = np.asarray(colors, float) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(linear @ BLINDNESS[blindness].T, 0, 1)
    lab: np.ndarray = np.cbrt(linear @ CONES.T) @ LAB.T
    return lab


@BLIND
@IN_EACH
@pytest.mark.parametrize("table", [value_colors, adjoint_colors])
def test_both_signs_are_told_apart_by_every_eye(table, theme, blindness: str) -> None:  # type: ignore[no-untyped-def]
    low, zero, high = seen(table(theme)[[0, 128, 255], :3], blindness)
    for one, other in ((low, high), (low, zero), (zero, high)):
        assert np.linalg.norm(one - other) > DISTINCT


@BLIND
@IN_EACH
def test_the_two_passes_are_told_apart_by_every_eye(theme, blindness: str) -> None:  # type: ignore[no-untyped-def]
    passes = [theme.color(role) for role in ("forward", "backward")]
    rgb = np.array([(c.red(), c.green(), c.blue()) for c in passes])
    forward, backward = seen(rgb, blindness)
    assert np.linalg.norm(forward - backward) > DISTINCT


@BLIND
@IN_EACH
@pytest.mark.parametrize("table", SEQUENTIAL)
def test_more_is_darker_or_lighter_to_every_eye(table, theme, blindness: str) -> None:  # type: ignore[no-untyped-def]
    lightness = seen(table(theme)[::8, :3], blindness)[:, 0]
    steps = np.diff(lightness) if theme.dark else -np.diff(lightness)
    assert (steps > -0.005).all()
    assert abs(lightness[-1] - lightness[0]) > 0.4
