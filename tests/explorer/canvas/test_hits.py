"""What a search has found, as it is painted: seen near and far, and inside boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from explorer.arrangement import Arrangement
from explorer.bench.samples import sample_trace
from explorer.canvas import GraphCanvas
from explorer.canvas.hits import Hits, _apart, ink_on_found
from explorer.canvas.scene import scene_of
from explorer.canvas.view import View, whole
from explorer.layout import layout_of
from explorer.theme import THEMES, Style, Theme, contrast

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from engine.trace.trace import Trace

THEME = pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)


@pytest.fixture(scope="module")
def trace() -> Trace:
    return sample_trace(12, hidden=4, vocabulary=5)


def canvas_of(qtbot: QtBot, trace: Trace, arrangement: Arrangement | None = None) -> GraphCanvas:
    canvas = GraphCanvas(Style(THEMES["light"]))
    qtbot.addWidget(canvas)
    canvas.motion = False
    canvas.resize(900, 600)
    layout = layout_of(trace, arrangement or Arrangement())
    canvas.set_trace(trace, layout, scene_of(trace, layout))
    return canvas


def found_pixels(canvas: GraphCanvas) -> np.ndarray:
    """(n, 2) x and y of the pixels in the colour of what was found."""
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
    color = QColor(THEMES["light"].found).rgb()
    y, x = np.nonzero(pixels == color)
    return np.stack([x, y], axis=1)


def named(trace: Trace, name: str) -> int:
    return next(node.index for node in trace.nodes if node.name == name)


def test_a_hit_is_outlined_where_its_card_is(qtbot: QtBot, trace: Trace) -> None:
    canvas = canvas_of(qtbot, trace)
    node = named(trace, "h_3")
    canvas.fly_to([node])
    assert not len(found_pixels(canvas))
    canvas.set_layer("found", Hits(np.array([node])))
    scene = canvas.scene
    assert scene is not None
    left, top, right, bottom = scene.box(node)
    low, high = canvas.view.pixel(left, top), canvas.view.pixel(right, bottom)
    pixels = found_pixels(canvas)
    assert len(pixels) > 500
    # The band is around the card: at most 14 pixels away, but for the pin above it.
    assert pixels[:, 0].min() > low[0] - 14
    assert pixels[:, 0].max() < high[0] + 14
    assert pixels[:, 1].max() < high[1] + 14
    assert pixels[:, 1].min() > low[1] - 40


def test_a_hit_is_seen_from_far_away(qtbot: QtBot, trace: Trace) -> None:
    canvas = canvas_of(qtbot, trace)
    canvas.look_at(View(-30_000, -20_000, 0.01), animated=False)
    canvas.set_layer("found", Hits(np.array([named(trace, "h_3")])))
    assert len(found_pixels(canvas)) > 40


def test_the_current_hit_differs_from_the_others(qtbot: QtBot, trace: Trace) -> None:
    canvas = canvas_of(qtbot, trace)
    nodes = np.array([named(trace, "h_3"), named(trace, "h_4")])
    canvas.fly_to(nodes.tolist())
    canvas.set_layer("found", Hits(nodes))
    without = len(found_pixels(canvas))
    canvas.set_layer("found", Hits(nodes, int(nodes[0])))
    assert len(found_pixels(canvas)) > without


def test_very_many_hits_are_squares_and_quickly_drawn(qtbot: QtBot) -> None:
    trace = sample_trace(400, hidden=4, vocabulary=5)
    canvas = canvas_of(qtbot, trace)
    scene = canvas.scene
    assert scene is not None
    canvas.look_at(whole(scene.layout.bounds, 900, 600), animated=False)
    canvas.set_layer("found", Hits(np.arange(len(trace)), 5))
    assert len(found_pixels(canvas)) > 2000


def test_hits_inside_a_box_are_marked_on_its_card(qtbot: QtBot, trace: Trace) -> None:
    canvas = canvas_of(qtbot, trace, Arrangement(collapsed=frozenset({"step[3]"})))
    scene = canvas.scene
    assert scene is not None
    inside = np.array([named(trace, "z_3"), named(trace, "h_3")])
    assert (scene.card_of[inside] >= len(trace)).all()
    canvas.fly_to([int(inside[0])])
    canvas.set_layer("found", Hits(inside, int(inside[0])))
    assert len(found_pixels(canvas)) > 500


def test_hits_of_another_run_are_not_painted(qtbot: QtBot, trace: Trace) -> None:
    canvas = canvas_of(qtbot, trace)
    canvas.set_layer("found", Hits(np.array([10**6])))
    assert not len(found_pixels(canvas))


def test_hits_can_be_painted_by_any_painter(qtbot: QtBot, trace: Trace) -> None:
    canvas = canvas_of(qtbot, trace)
    canvas.set_layer("found", Hits(np.array([named(trace, "h_3")])))
    image = QImage(900, 600, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    canvas.render_to(painter, canvas.rect().toRectF())
    painter.end()
    assert not image.isNull()


@THEME
def test_figures_on_what_was_found_can_be_read(theme: Theme) -> None:
    assert contrast(ink_on_found(theme), theme.color("found")) >= theme.floor


@THEME
def test_what_was_found_stands_out_by_its_line_too(theme: Theme) -> None:
    # WCAG asks 3:1 between adjacent colours: the band against its dark line, or the canvas.
    dark = contrast(ink_on_found(theme), theme.color("found"))
    ground = contrast(theme.color("canvas"), theme.color("found"))
    assert max(dark, ground) >= 3
    assert dark >= 3


def test_one_point_is_kept_in_each_square() -> None:
    points = np.array([[1.0, 1.0], [2.0, 3.0], [11.0, 1.0], [-1.0, 1.0]])
    assert _apart(points, 10.0).tolist() == [0, 2, 3]
