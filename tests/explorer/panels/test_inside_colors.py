from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from explorer.panels.inside_colors import level_colors, text_colors
from explorer.theme import THEMES, ThemeName, contrast


@pytest.mark.parametrize("name", ["light", "dark", "projector"])
@pytest.mark.parametrize("signed", [True, False])
def test_ink_reads_on_every_colour_behind_a_text(name: ThemeName, signed: bool) -> None:
    theme = THEMES[name]
    for color in text_colors(theme, signed=signed).tolist():
        fill = QColor.fromRgb(color & 0xFFFFFF)
        assert contrast(fill, theme.color("ink")) >= theme.floor


@pytest.mark.parametrize("name", ["light", "dark", "projector"])
def test_the_ends_of_the_colours_stay_apart(name: ThemeName) -> None:
    colors = text_colors(THEMES[name], signed=True)
    low, middle, high = (QColor.fromRgb(int(colors[i]) & 0xFFFFFF) for i in (0, 128, 255))
    assert low.blue() > low.red() + 30
    assert high.red() > high.blue() + 30
    assert abs(middle.red() - middle.blue()) < 30


def test_colours_that_read_are_left_alone() -> None:
    middle = slice(120, 136)
    strong = level_colors(THEMES["light"], signed=True)[middle]
    behind = text_colors(THEMES["light"], signed=True)[middle]
    differences = [
        abs(QColor.fromRgb(int(a)).red() - QColor.fromRgb(int(b)).red())
        for a, b in zip(strong, behind, strict=True)
    ]
    assert np.max(differences) < 24
