from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter
from PySide6.QtTest import QTest

from engine.autodiff.tape import Tape
from engine.trace.trace import Trace, record
from explorer.bench.samples import sample_trace
from explorer.canvas import GraphCanvas, View
from explorer.canvas.navigation import neighbour
from explorer.colors import NONFINITE
from explorer.layout import layout_of
from explorer.theme import THEMES, Style, ThemeName

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[..., GraphCanvas]

    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot


@pytest.fixture
def make(qtbot: QtBot, program_fonts: tuple[str, ...]) -> Make:
    assert not program_fonts

    def made(trace: Trace, theme: ThemeName = "light", scale: float = 1.0) -> GraphCanvas:
        canvas = GraphCanvas(Style(THEMES[theme], scale))
        qtbot.addWidget(canvas)
        canvas.motion = False
        canvas.resize(1000, 700)
        canvas.set_trace(trace, layout_of(trace))
        return canvas

    return made


def index(trace: Trace, name: str) -> int:
    return next(node.index for node in trace.nodes if node.name == name)


def pixels(canvas: GraphCanvas) -> NDArray[np.uint32]:
    image = QImage(1000, 700, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    try:
        canvas.render_to(painter, QRectF(0, 0, 1000, 700), canvas.view)
    finally:
        painter.end()
    return np.frombuffer(image.constBits(), np.uint32).reshape(700, 1000).copy()


def levels_apart(first: NDArray[np.uint32], second: NDArray[np.uint32]) -> int:
    """The largest difference of a channel."""
    a, b = (image.view(np.uint8).astype(int) for image in (first, second))
    return int(np.abs(a - b).max())


def place_of(canvas: GraphCanvas, node: int) -> QPoint:
    assert canvas.scene is not None
    left, top, right, bottom = canvas.scene.box(node)
    return QPointF(*canvas.view.pixel((left + right) / 2, (top + bottom) / 2)).toPoint()


def test_a_moment_looks_the_same_whatever_was_shown_before(make: Make, elman: Trace) -> None:
    canvas = make(elman)
    frame = elman.frame(len(elman) + 20)
    canvas.show_frame(frame, 0.5)
    first = pixels(canvas)
    for k in (0, 10, len(elman.events("B")), len(elman) + 20):
        canvas.show_frame(elman.frame(k), 0.25)
        for _ in range(3):
            pixels(canvas)
    for _ in range(5):
        canvas.show_frame(frame, 0.5)
        # Writing that is kept as a picture is blended twice and rounded twice.
        assert levels_apart(pixels(canvas), first) <= 3


@pytest.mark.parametrize("theme", ["light", "dark", "projector"])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_every_moment_can_be_drawn(
    make: Make, elman: Trace, theme: ThemeName, scale: float
) -> None:
    canvas = make(elman, theme, scale)
    background = QColor(THEMES[theme].canvas).rgb()
    for version in ("A", "B"):
        for k in range(0, len(elman.events(version)) + 1, 5):
            canvas.show_frame(elman.frame(k, version), 0.6)
            assert (pixels(canvas) != background).any()


@pytest.mark.parametrize("zoom", [0.01, 0.13, 0.2, 0.4, 1.0, 4.0])
def test_every_zoom_can_be_drawn(make: Make, elman: Trace, zoom: float) -> None:
    canvas = make(elman)
    canvas.select(index(elman, "W_hy"))
    canvas.show_frame(elman.frame(len(elman) + 25), 0.5)
    canvas.view = View(-200.0, -700.0, zoom)
    assert len(np.unique(pixels(canvas))) > 1


def test_the_backward_pass_has_its_own_colour(make: Make, elman: Trace) -> None:
    canvas = make(elman)
    orange = QColor(THEMES["light"].backward).rgb()
    canvas.show_frame(elman.frame(len(elman)))
    assert (pixels(canvas) != orange).all()
    canvas.show_frame(elman.frame(len(elman.events("B"))))
    assert (pixels(canvas) == orange).sum() > 500


def test_numbers_that_are_not_finite_are_marked(make: Make) -> None:
    tape = Tape()
    x = tape.input("x", np.array([1.0, np.nan, 2.0]))
    trace = record(tape, tape.apply("sum", x).named("y"))
    canvas = make(trace)
    canvas.show_frame(trace.frame(len(trace)))
    assert (pixels(canvas) == NONFINITE).sum() > 50


def test_a_click_selects_and_a_click_beside_selects_nothing(
    make: Make, elman: Trace, qtbot: QtBot
) -> None:
    canvas, node = make(elman), index(elman, "z_2")
    with qtbot.waitSignal(canvas.selected) as chosen:
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=place_of(canvas, node))
    assert chosen.args == [node]
    assert "z_2" in canvas.accessibleDescription()
    with qtbot.waitSignal(canvas.selected) as chosen:
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert chosen.args == [-1]


def test_a_drag_pans_and_selects_nothing(make: Make, elman: Trace, qtbot: QtBot) -> None:
    canvas = make(elman)
    start, before = place_of(canvas, index(elman, "z_2")), canvas.view
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    canvas.mouseMoveEvent(_moved(start + QPoint(40, -25)))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=start + QPoint(40, -25))
    assert canvas.selected_node == -1
    assert canvas.view == before.panned(40, -25)


def test_pointing_at_a_node_says_so_and_leaving_takes_it_back(make: Make, elman: Trace) -> None:
    canvas, node = make(elman), index(elman, "h_1")
    heard: list[int] = []
    canvas.hovered.connect(heard.append)
    canvas.pointed_at(QPointF(place_of(canvas, node)))
    canvas.pointed_at(QPointF(1, 1))
    assert heard == [node, -1]


def test_arrow_keys_walk_along_edges(make: Make, elman: Trace, qtbot: QtBot) -> None:
    canvas = make(elman)
    canvas.select(index(elman, "z_1"))
    for key, name in (
        (Qt.Key.Key_Up, "h_1"),
        (Qt.Key.Key_Right, "W_hh h_1"),
        (Qt.Key.Key_Up, "z_2"),
    ):
        QTest.keyClick(canvas, key)
        assert elman.nodes[canvas.selected_node].name == name


def test_walking_off_the_edge_stays_where_it_is(make: Make, elman: Trace) -> None:
    canvas = make(elman)
    assert canvas.scene is not None
    output = elman.output
    assert neighbour(canvas.scene, output, "up") == output


def test_fit_shows_the_whole_graph_and_follows_a_resize(make: Make, elman: Trace) -> None:
    canvas = make(elman)
    canvas.zoom_by(3.0)
    canvas.fit()
    left, top, right, bottom = layout_of(elman).bounds
    for corner in ((left, top), (right, bottom)):
        x, y = canvas.view.pixel(*corner)
        assert 0 <= x <= canvas.width()
        assert 0 <= y <= canvas.height()


def test_following_brings_the_active_node_into_view(make: Make, elman: Trace) -> None:
    canvas = make(elman)
    canvas.look_at(View(5000.0, 5000.0, 1.0))
    canvas.show_frame(elman.frame(index(elman, "z_2") + 1))
    place = place_of(canvas, index(elman, "z_2"))
    assert canvas.rect().contains(place)


def test_a_parameter_in_use_far_away_does_not_carry_the_view_off(make: Make) -> None:
    trace = sample_trace(60, hidden=3, vocabulary=5)
    canvas = make(trace)
    events = trace.events("B")
    rails = set(layout_of(trace).rails)
    for k in range(len(trace) + 1, len(trace) + 40):
        canvas.show_frame(trace.frame(k))
        if int(events.node[k - 1]) in rails:
            x, _ = canvas.view.pixel(0.0, 0.0)
            assert x < 0


def test_another_trace_takes_the_place_of_the_first(
    make: Make, elman: Trace, expression: Trace
) -> None:
    canvas = make(elman)
    canvas.select(index(elman, "ℓ_3"))
    canvas.set_trace(expression, layout_of(expression))
    assert canvas.selected_node == -1
    canvas.show_frame(expression.frame(len(expression.events("A")), "A"))
    assert len(np.unique(pixels(canvas))) > 10


def test_without_a_trace_it_is_an_empty_canvas(qtbot: QtBot) -> None:
    canvas = GraphCanvas(Style(THEMES["light"]))
    qtbot.addWidget(canvas)
    canvas.fit()
    canvas.zoom_by(2)
    assert canvas.grab().toImage().pixelColor(5, 5) == QColor(THEMES["light"].canvas)


def test_a_closed_canvas_is_forgotten(program_fonts: tuple[str, ...], elman: Trace) -> None:
    canvas = GraphCanvas(Style(THEMES["light"]))
    canvas.set_trace(elman, layout_of(elman))
    canvas.grab()
    gone = weakref.ref(canvas)
    canvas.deleteLater()
    del canvas
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert gone() is None


def _moved(place: QPoint) -> QMouseEvent:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    return QMouseEvent(
        QEvent.Type.MouseMove, QPointF(place), QPointF(place), Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip


def test_fitting_twice_shows_all_of_a_graph_that_is_too_large_to_read(
    make: Make, elman: Trace
) -> None:
    canvas = make(elman)
    canvas.resize(300, 320)
    canvas.fit()
    legible = canvas.view
    canvas.fit_or_whole()
    assert canvas.view.zoom < legible.zoom
    left, top, right, bottom = layout_of(elman).bounds
    for corner in ((left, top), (right, bottom)):
        x, y = canvas.view.pixel(*corner)
        assert 0 <= x <= canvas.width()
        assert 0 <= y <= canvas.height()
    canvas.fit_or_whole()
    assert canvas.view == legible
