from __future__ import annotations

from typing import get_args

import pytest
from PySide6.QtGui import QColor

from explorer.assets import asset
from explorer.icons import IconName, app_icon, icon, pixmap
from explorer.theme import THEMES


def test_every_file_has_a_name_and_every_name_a_file() -> None:
    assert {path.stem for path in asset("icons").glob("*.svg")} == set(get_args(IconName))


@pytest.mark.parametrize("name", get_args(IconName))
def test_an_icon_is_drawn_in_its_colour(qapp: object, name: IconName) -> None:
    image = pixmap(name, QColor("#FF0000"), 24).toImage()
    opaque = [
        image.pixelColor(x, y)
        for x in range(24)
        for y in range(24)
        if image.pixelColor(x, y).alpha() > 120
    ]
    assert len(opaque) >= 3
    if name != "tapestry":
        assert all(color.red() > 245 and color.green() < 5 for color in opaque)


def test_an_icon_is_sharp_on_a_dense_screen(qapp: object) -> None:
    picture = pixmap("play", QColor("#000000"), 18, 2.0)
    assert (picture.width(), picture.deviceIndependentSize().width()) == (36, 18)


def test_an_icon_is_drawn_once(qapp: object) -> None:
    first = pixmap("pause", QColor("#123456"), 18)
    assert pixmap("pause", QColor("#123456"), 18).cacheKey() == first.cacheKey()


def test_a_disabled_icon_is_paler(qapp: object) -> None:
    result = icon("play", THEMES["light"])
    normal = result.pixmap(18, 18).toImage().pixelColor(9, 9)
    disabled = result.pixmap(18, 18, result.Mode.Disabled).toImage().pixelColor(9, 9)
    assert disabled.lightness() > normal.lightness()


def test_the_program_has_an_icon_of_every_size(qapp: object) -> None:
    assert {size.width() for size in app_icon().availableSizes()} == {16, 24, 32, 48, 64, 128, 256}
