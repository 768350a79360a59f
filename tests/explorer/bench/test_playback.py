"""All ways to draw a run show the same, and their frames are timed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from engine.trace.trace import Trace
from explorer.bench.drawing import CARD_COLORS, EDGE_COLORS, Picture, picture_of
from explorer.bench.playback import OURS, PEERS, QUICK, QUICK_SIZE, cases
from explorer.bench.samples import sample_trace
from explorer.bench.scenarios import SCENARIOS, tour_of
from explorer.bench.stage import Stage
from explorer.canvas.scene import scene_of
from explorer.layout import EdgeKind, layout_of

WIDTH, HEIGHT = 640, 480


@pytest.fixture(scope="module")
def trace() -> Trace:
    return sample_trace(40, hidden=4, vocabulary=6, layers=2)


@pytest.fixture(scope="module")
def picture(trace: Trace) -> Picture:
    return picture_of(scene_of(trace, layout_of(trace)))


@pytest.fixture
def stage(qapp: object, program_fonts: object) -> Iterator[Stage]:
    made = Stage(WIDTH, HEIGHT)
    yield made
    made.close()
    QCoreApplication.processEvents()


def test_a_picture_has_every_card_and_every_edge_that_is_drawn(
    trace: Trace, picture: Picture
) -> None:
    assert len(picture.cards) == len(trace)
    kinds = picture.scene.layout.routes.kind[picture.edges]
    assert (kinds != EdgeKind.RAIL).all()
    assert len(kinds) == int((picture.scene.layout.routes.kind != EdgeKind.RAIL).sum())
    assert picture.offsets[-1] == len(picture.ways) == len(picture.straight)


def test_what_edges_share_on_a_bus_is_drawn_by_one_of_them(picture: Picture) -> None:
    scene = picture.scene
    buses = np.flatnonzero(scene.layout.routes.kind[picture.edges] == EdgeKind.BUS)
    number = np.diff(picture.offsets)[buses]
    whole = np.diff(scene.layout.routes.offsets)[picture.edges][buses]
    assert len(buses) == 40
    assert int((number == whole).sum()) == len(np.unique(scene.ways.bus[picture.edges][buses]))


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_comes_to_the_same_state_by_any_way(
    name: str, trace: Trace, picture: Picture, stage: Stage
) -> None:
    tour = tour_of(trace, picture.scene, WIDTH, HEIGHT)
    images = []
    for cursors in ([tour.middle], [5, len(trace.events("B")), tour.middle]):
        drawing = PEERS[name](picture)
        stage.put(drawing)
        drawing.look(tour.around(tour.middle, 1.0))
        for cursor in cursors:
            drawing.show_frame(trace.frame(cursor), 0.5)
        stage.settle()
        images.append(drawing.widget.grab().toImage())
        stage.remove(drawing)
    assert images[0] == images[1]
    colors = {images[0].pixelColor(x, y).name() for x in range(WIDTH) for y in range(0, HEIGHT, 8)}
    assert {CARD_COLORS[1], CARD_COLORS[3]} <= colors
    assert len(EDGE_COLORS) == 3


def test_rows_tell_of_opening_and_of_every_scenario_beside_both_peers(stage: Stage) -> None:
    groups = list(cases(stage, QUICK, [QUICK_SIZE]))
    assert [rows[0].name for rows in groups] == [
        f"{name}, {QUICK_SIZE.name}" for name in ("open", *(s.name for s in SCENARIOS))
    ]
    for rows in groups:
        assert [row.peer for row in rows] == list(PEERS)
        assert all(row.ours.median > 0 and row.theirs.median > 0 for row in rows)
    assert OURS not in PEERS


def test_the_platform_and_the_window_are_told(stage: Stage) -> None:
    about = stage.about
    assert about["window"] == [WIDTH, HEIGHT]
    assert about["platform"] in {"offscreen", "xcb", "wayland", "windows", "cocoa"}
