"""The tag of what Version A waits for: its words, its place, and that it lies over everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from engine.trace.expression import record_expression
from explorer.canvas.layers import Layer, Tag
from explorer.canvas.moment import moment_of
from explorer.canvas.overlay import Sheet
from explorer.canvas.scene import Scene, scene_of
from explorer.canvas.view import View, Window
from explorer.canvas.waiting import Waiting, waiting
from explorer.layout import layout_of
from explorer.theme import THEMES, Style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.trace.events import Version

WIDTH, HEIGHT = 700, 500

# x*x*x: events 0 to 2 evaluate x, a = x x and y = a x, 3 seeds, and y is complete after 5. In
# Version A then a pulls (6) and is complete (7), x pulls from y (8), from a twice (9, 10), and is
# complete (11). Version B pushes as many times.
PULLING = {8: ("still waiting for 2", False), 9: ("still waiting for 1", False),
           10: ("has all 3: sums once", True)}  # fmt: skip


@pytest.fixture(scope="module")
def scene(program_fonts: object) -> Scene:
    trace = record_expression("x*x*x", {"x": 2.0})
    return scene_of(trace, layout_of(trace))


@pytest.fixture
def painter() -> Iterator[QPainter]:
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)
    painting = QPainter(image)
    yield painting
    painting.end()


def sheet(
    scene: Scene, painter: QPainter, cursor: int, version: Version, view: View, alpha: float = 0.0
) -> Sheet:
    moment = moment_of(scene, scene.trace.frame(cursor, version), alpha)
    style = Style(THEMES["light"])
    return Sheet(painter, scene, Window(view, WIDTH, HEIGHT, 1.0), moment, style, 1.0)


def seen(scene: Scene) -> View:
    left, top, _, _ = scene.layout.bounds
    return View(left - 20, top - 20, 1.0)


@pytest.mark.parametrize("cursor", range(12))
def test_only_a_node_of_several_consumers_waits_and_only_in_version_a(
    scene: Scene, cursor: int
) -> None:
    a, b = (moment_of(scene, scene.trace.frame(cursor, v), 0.0) for v in ("A", "B"))
    assert waiting(a) == PULLING.get(cursor)
    assert waiting(b) is None


def test_a_contribution_on_its_way_counts_as_there(scene: Scene) -> None:
    frame = scene.trace.frame(8, "A")
    assert waiting(moment_of(scene, frame, 0.5)) == PULLING[9]


def test_the_tag_is_at_the_lower_edge_of_its_card(scene: Scene, painter: QPainter) -> None:
    shown = sheet(scene, painter, 8, "A", seen(scene))
    place, box = Waiting().place(shown), shown.box(shown.moment.active)
    assert place is not None
    assert place.top() < box.bottom() < place.bottom()
    assert place.intersected(box).height() < 0.3 * box.height()
    assert Waiting().place(sheet(scene, painter, 8, "B", seen(scene))) is None


def test_of_a_node_out_of_sight_the_tag_stays_at_the_edge_and_names_it(
    scene: Scene, painter: QPainter
) -> None:
    away = sheet(scene, painter, 8, "A", View(9000.0, 9000.0, 1.0))
    near = sheet(scene, painter, 8, "A", seen(scene))
    place, usual = Waiting().place(away), Waiting().place(near)
    assert place is not None
    assert usual is not None
    assert QRectF(0, 0, WIDTH, HEIGHT).contains(place)
    assert place.width() > usual.width()


@pytest.mark.parametrize("cursor", [8, 10])
def test_the_tag_is_drawn_where_it_says(scene: Scene, cursor: int) -> None:
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)
    painting = QPainter(image)
    shown = sheet(scene, painting, cursor, "A", seen(scene))
    place = Waiting().place(shown)
    Waiting().paint(shown, scene.visible(shown.window.bounds))
    painting.end()
    assert place is not None
    inked = [
        (x, y)
        for x in range(0, WIDTH, 2)
        for y in range(0, HEIGHT, 2)
        if image.pixel(x, y) & 0xFFFFFF != 0xFFFFFF
    ]
    assert inked
    around = place.adjusted(-2, -2, 2, 2)
    assert all(around.contains(x, y) for x, y in inked)


def test_a_layer_without_a_place_is_no_tag() -> None:
    class Plain:
        def paint(self, sheet: Sheet, cards: object) -> None: ...

    layer: Layer = Plain()
    assert not isinstance(layer, Tag)
    assert isinstance(Waiting(), Tag)
