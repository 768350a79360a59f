"""The map of the whole graph, without a window."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from explorer.arrangement import Arrangement
from explorer.bench.samples import sample_trace
from explorer.canvas.far import card_colors
from explorer.canvas.minimap import (
    Map,
    centred,
    hits_on_map,
    is_all_in_view,
    map_of,
    paint_map,
)
from explorer.canvas.moment import COMPLETE, UNKNOWN
from explorer.canvas.scene import Scene, scene_of
from explorer.canvas.view import View, whole
from explorer.layout import layout_of
from explorer.theme import THEMES

LIGHT = THEMES["light"]


def scene(steps: int) -> Scene:
    trace = sample_trace(steps, hidden=4, vocabulary=5)
    return scene_of(trace, layout_of(trace, Arrangement()))


@pytest.mark.parametrize(
    ("bounds", "size"),
    [
        # 2 to 1 in 200 by 200.
        ((0, 0, 400, 200), (200, 100)),
        ((0, 0, 200, 400), (100, 200)),
        # 100 to 1 would be 2 pixels high: it is stretched to a finger's width.
        ((0, 0, 10_000, 100), (200, 26)),
    ],
)
def test_a_map_has_the_proportions_of_the_graph(
    bounds: tuple[float, float, float, float], size: tuple[float, float]
) -> None:
    found = map_of(bounds, 200, 200)
    assert (found.width, found.height) == pytest.approx(size)


def test_pixels_and_points_are_each_other_s_inverse() -> None:
    where = Map((-100, 50, 300, 250), 200, 100)
    assert where.pixels(np.array([[-100.0, 50.0], [300.0, 250.0]])).tolist() == [[0, 0], [200, 100]]
    assert where.at(100, 50) == (100, 150)
    # A canvas of 100 by 50 at zoom 0.5 shows 200 by 100 of the layout: half the map each way.
    seen = where.rect(View(0, 100, 0.5), 100, 50)
    assert (seen.left(), seen.top(), seen.width(), seen.height()) == (50, 25, 100, 50)


def test_all_is_in_view_only_if_every_side_is() -> None:
    bounds = (0.0, 0.0, 100.0, 100.0)
    assert is_all_in_view(bounds, whole(bounds, 300, 200), 300, 200)
    assert not is_all_in_view(bounds, View(5, 0, 1), 300, 200)
    assert not is_all_in_view(bounds, View(0, 0, 2.1), 300, 200)


def test_a_point_comes_into_the_middle() -> None:
    view = centred(View(0, 0, 2), 50, 60, 40, 20)
    assert view.at(20, 10) == (50, 60)


@pytest.mark.parametrize("steps", [3, 300])
def test_every_card_is_on_the_map_in_the_colour_of_its_state(steps: int) -> None:
    drawn = scene(steps)
    where = map_of(drawn.layout.bounds, 220, 140)
    for state in (UNKNOWN, COMPLETE):
        image = paint_map(drawn, np.full(len(drawn.corner), state, np.int8), LIGHT, where)
        assert (image.width(), image.height()) == (round(where.width), round(where.height))
        seen = {
            QColor(image.pixel(x, y)).name()
            for x in range(image.width())
            for y in range(image.height())
        }
        assert seen == {LIGHT.surface.lower(), card_colors(LIGHT)[state].name()}


def test_hits_that_fall_together_are_one_mark() -> None:
    drawn = scene(300)
    where = map_of(drawn.layout.bounds, 220, 140)
    marks = hits_on_map(drawn, np.arange(len(drawn.trace)), where)
    assert 0 < len(marks) < len(drawn.trace)
    assert len(hits_on_map(drawn, np.array([5]), where)) == 1
