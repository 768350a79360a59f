"""The way of a gradient drawn over the cards: near and far, and inside boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage

from engine.run_spec import RunSpec
from engine.runs import run
from engine.trace.gradient_path import path_of
from engine.trace.origin import losses_of, origin_of, through
from explorer.arrangement import Arrangement
from explorer.canvas import GraphCanvas
from explorer.canvas.path_layer import PathLayer, _Room, layer_of
from explorer.canvas.scene import scene_of
from explorer.canvas.view import View
from explorer.layout import layout_of
from explorer.theme import THEMES, Style

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from engine.trace.trace import Trace


@pytest.fixture(scope="module")
def trace() -> Trace:
    return run(RunSpec(text="Narwhals are way cooler than parrots"))


def way(trace: Trace, place: int = 0) -> PathLayer:
    """From the last loss back to a use of W_hh."""
    part = through(trace, losses_of(trace)[-1])
    w = next(node.index for node in trace.nodes if node.name == "W_hh")
    edge = origin_of(part, w).edges[place][0]
    return layer_of(trace.graph, path_of(part, edge))


def canvas_of(qtbot: QtBot, trace: Trace, arrangement: Arrangement | None = None) -> GraphCanvas:
    canvas = GraphCanvas(Style(THEMES["light"]))
    qtbot.addWidget(canvas)
    canvas.motion = False
    canvas.resize(1100, 700)
    layout = layout_of(trace, arrangement or Arrangement())
    canvas.set_trace(trace, layout, scene_of(trace, layout))
    return canvas


def lit_pixels(canvas: GraphCanvas) -> int:
    """How many pixels have the colour of the backward pass; nothing else has at the start."""
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32)
    return int((pixels == QColor(THEMES["light"].backward).rgb()).sum())


def test_a_layer_holds_the_way_in_words(trace: Trace) -> None:
    layer = way(trace)
    assert len(layer.edges) == len(layer.gains) == len(layer.products) == len(layer.decades)
    assert layer.gains[0].startswith("×")
    # The products are the running ones: their logarithms add up the gains.
    assert layer.decades[-1] < layer.decades[2]


@pytest.mark.parametrize("zoom", [0.05, 0.3, 1.0])
def test_the_way_is_seen_near_and_far(qtbot: QtBot, trace: Trace, zoom: float) -> None:
    canvas = canvas_of(qtbot, trace)
    scene = canvas.scene
    assert scene is not None
    layer = way(trace)
    x, y = scene.corner[trace.graph.edge_consumer[layer.edges[0]]]
    canvas.look_at(View(x - 500 / zoom, y - 200 / zoom, zoom), animated=False)
    before = lit_pixels(canvas)
    canvas.set_layer("origin", layer)
    assert lit_pixels(canvas) > before + 4
    canvas.set_layer("origin", None)
    assert lit_pixels(canvas) == before


def test_a_longer_way_lights_more(qtbot: QtBot, trace: Trace) -> None:
    canvas = canvas_of(qtbot, trace)
    canvas.set_layer("origin", way(trace, 4))
    short = lit_pixels(canvas)
    canvas.set_layer("origin", way(trace, 0))
    assert lit_pixels(canvas) > short


def test_edges_inside_a_box_are_not_drawn(qtbot: QtBot, trace: Trace) -> None:
    closed = Arrangement(collapsed=frozenset({"step[3]", "step[4]"}))
    canvas = canvas_of(qtbot, trace, closed)
    canvas.set_layer("origin", way(trace))
    assert lit_pixels(canvas) > 0
    canvas = canvas_of(qtbot, trace, Arrangement(collapsed=frozenset({""})))
    canvas.set_layer("origin", way(trace))
    canvas.grab()


def test_a_way_in_another_graph_is_not_drawn(qtbot: QtBot, trace: Trace) -> None:
    canvas = canvas_of(qtbot, run(RunSpec(text="Narwhals are cool")))
    before = lit_pixels(canvas)
    canvas.set_layer("origin", way(trace))
    assert lit_pixels(canvas) == before


@pytest.mark.parametrize(
    ("cards", "written", "right", "left", "top"),
    [
        ([], [], 400.0, 105.0, 45.0),  # free: right of the point (100, 50), 5 away
        ([(104.0, 0.0, 200.0, 200.0)], [], 400.0, 65.0, 45.0),  # a card there: left, 30 wide
        ([], [(104.0, 45.0, 200.0, 55.0)], 400.0, 105.0, 33.5),  # another gain there: above it
        ([], [], 120.0, 65.0, 45.0),  # the picture ends there
    ],
)
def test_what_is_written_hides_least(
    cards: list[tuple[float, float, float, float]],
    written: list[tuple[float, float, float, float]],
    right: float,
    left: float,
    top: float,
) -> None:
    boxes = [np.array(some, np.float64).reshape(-1, 4) for some in (cards, written)]
    room = _Room((100.0, 50.0), boxes[0], boxes[1], beside=True)
    place = room.place(30.0, 10.0, 5.0, QRectF(0, 0, right, 200))
    assert (place.left(), place.top()) == (left, top)
