"""Three marks on a card: where they are, when they are drawn, that they differ in form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest

from explorer.canvas import GraphCanvas, View
from explorer.canvas.marks import AGREES, DISAGREES, UNASKED, draw_mark, no_marks
from explorer.canvas.ticks import told_marks
from explorer.layout import layout_of
from explorer.theme import THEMES, Style

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from engine.trace.trace import Trace


def canvas_at_the_end(qtbot: QtBot, trace: Trace, zoom: float = 1.0) -> GraphCanvas:
    canvas = GraphCanvas(Style(THEMES["light"]))
    qtbot.addWidget(canvas)
    canvas.motion = canvas.follow = False
    canvas.resize(1000, 700)
    canvas.set_trace(trace, layout_of(trace))
    canvas.show_frame(trace.frame(len(trace.events())))
    assert canvas.scene is not None
    x, y = canvas.scene.corner[named(trace, "h_1")]
    canvas.view = View(float(x) - 300 / zoom, float(y) - 300 / zoom, zoom)
    return canvas


def named(trace: Trace, name: str) -> int:
    return next(node.index for node in trace.nodes if node.name == name)


def picture(canvas: GraphCanvas) -> bytes:
    image = QImage(1000, 700, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    try:
        canvas.render_to(painter, QRectF(0, 0, 1000, 700), canvas.view)
    finally:
        painter.end()
    return bytes(image.constBits())


def marks_at(canvas: GraphCanvas, node: int) -> QPoint:
    """The middle of a card's marks: 9 from its right end, 41 wide, across its upper edge."""
    assert canvas.scene is not None
    right = canvas.scene.corner[node, 0] + canvas.scene.size[node, 0]
    x, y = canvas.view.pixel(float(right) - 9 - 20.5, float(canvas.scene.corner[node, 1]))
    return QPoint(round(x), round(y))


def test_marks_are_drawn_from_the_zoom_at_which_they_can_be_read(
    qtbot: QtBot, program_fonts: object, elman: Trace
) -> None:
    for zoom, changes in ((1.0, True), (0.57, True), (0.5, False)):
        canvas = canvas_at_the_end(qtbot, elman, zoom)
        # The second picture is of writing that is kept; so is every later one.
        before = [picture(canvas) for _ in range(3)][-1]
        canvas.set_marks(no_marks(len(elman)))
        assert (picture(canvas) != before) == changes, zoom


def test_a_card_whose_adjoint_is_not_complete_carries_none(
    qtbot: QtBot, program_fonts: object, elman: Trace
) -> None:
    canvas = canvas_at_the_end(qtbot, elman)
    assert named(elman, "h_1") in canvas.ticked_nodes()
    canvas.show_frame(elman.frame(0))
    assert canvas.ticked_nodes() == []


def test_a_click_on_the_marks_selects_the_node_and_says_so(
    qtbot: QtBot, program_fonts: object, elman: Trace
) -> None:
    canvas = canvas_at_the_end(qtbot, elman)
    node = named(elman, "h_1")
    place = marks_at(canvas, node)
    # The upper half of the marks stands above the card.
    above = place - QPoint(0, 5)
    clicked: list[int] = []
    canvas.ticks_clicked.connect(clicked.append)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=above)
    assert (clicked, canvas.selected_node) == ([], -1)
    canvas.set_marks(no_marks(len(elman)))
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=above)
    assert (clicked, canvas.selected_node) == ([node], node)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=place + QPoint(-60, 40))
    assert clicked == [node]


@pytest.mark.parametrize("theme", ["light", "dark", "projector"])
def test_the_three_marks_differ_in_form_not_only_in_colour(
    program_fonts: object, theme: str
) -> None:
    inked = set()
    for state in (UNASKED, AGREES, DISAGREES):
        image = QImage(24, 24, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.scale(2, 2)
        draw_mark(painter, THEMES[theme], state, 6, 6)  # type: ignore[index]
        painter.end()
        alpha = np.frombuffer(image.constBits(), np.uint8).reshape(24, 24, 4)[:, :, 3]
        inked.add((alpha > 0).tobytes())
    assert len(inked) == 3


def test_the_marks_are_told_in_words() -> None:
    marks = no_marks(2)
    marks[1] = [AGREES, DISAGREES, UNASKED]
    assert told_marks(marks, 1) == (
        "our rules agrees, PyTorch disagrees, finite differences not asked yet"
    )


def test_another_view_or_moment_is_announced_once_it_stays(
    qtbot: QtBot, program_fonts: object, elman: Trace
) -> None:
    canvas = canvas_at_the_end(qtbot, elman)
    with qtbot.waitSignal(canvas.settled, timeout=10_000):
        canvas.show()
    with qtbot.waitSignal(canvas.settled, timeout=10_000):
        canvas.zoom_in()
    with qtbot.waitSignal(canvas.settled, timeout=10_000):
        canvas.show_frame(elman.frame(3))


def test_flying_brings_nodes_into_the_middle(
    qtbot: QtBot, program_fonts: object, elman: Trace
) -> None:
    canvas = canvas_at_the_end(qtbot, elman, 0.3)
    node = named(elman, "h_1")
    canvas.fly_to((node,))
    assert canvas.scene is not None
    left, top, right, bottom = canvas.scene.box(node)
    x, y = canvas.view.pixel((left + right) / 2, (top + bottom) / 2)
    assert (x, y) == pytest.approx((500, 350))
    assert canvas.view.zoom == 1.0
