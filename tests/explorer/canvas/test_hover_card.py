"""What the card at the pointer says, and the row of operands on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from engine.autodiff.tape import Tape
from engine.trace.trace import Trace, record
from explorer.arrangement import Arrangement
from explorer.canvas import GraphCanvas
from explorer.canvas.hover_card import _beside, group_summary
from explorer.canvas.hover_flow import MOST, flow_of
from explorer.canvas.moment import moment_of
from explorer.canvas.scene import Scene, scene_of
from explorer.layout import layout_of
from explorer.theme import THEMES, Style

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot


def index(trace: Trace, name: str) -> int:
    return next(node.index for node in trace.nodes if node.name == name)


@pytest.mark.parametrize(
    ("name", "operands", "joins", "verb"),
    [
        ("W_hh h_1", ["W_hh", "h_1"], ["", ""], "matmul"),
        ("h_1", ["z_1"], [""], "tanh"),
        ("z_1", ["W_xh x_1", "W_hh h_0", "b_h"], ["", "+", "+"], "add"),
        ("ℓ_1", ["log p(·|h_0)", "x_1"], ["", ","], "nll"),
    ],
)
def test_the_row_has_the_operands_and_what_joins_them(
    elman: Trace, drawn: Scene, name: str, operands: list[str], joins: list[str], verb: str
) -> None:
    flow = flow_of(drawn, index(elman, name))
    assert flow is not None
    assert [elman.nodes[chip.node].name for chip in flow.chips] == operands
    assert [chip.join for chip in flow.chips] == joins
    assert (flow.verb, flow.result.node) == (verb, index(elman, name))


def test_what_nothing_computes_has_no_row(elman: Trace, drawn: Scene) -> None:
    assert flow_of(drawn, index(elman, "W_hh")) is None
    assert flow_of(drawn, index(elman, "x_1")) is None


def test_of_many_operands_the_first_and_the_last_are_shown() -> None:
    tape = Tape()
    total = tape.apply("concat", *(tape.input(f"a_{i}", np.array([float(i)])) for i in range(9)))
    trace = record(tape, tape.apply("sum", total))
    flow = flow_of(scene_of(trace, layout_of(trace)), total.index)
    assert flow is not None
    assert [chip.node for chip in flow.chips] == [0, 1, -1, 8]
    assert len(flow.chips) == MOST


def test_a_group_tells_how_much_inside_is_done(elman: Trace) -> None:
    scene = scene_of(elman, layout_of(elman, Arrangement(collapsed=frozenset({"step[1]"}))))
    (group,) = scene.layout.groups
    count, first = len(group.members), int(group.members.min())
    assert group_summary(moment_of(scene, elman.frame(0), 0.0), group) == (
        f"{count} nodes inside, 0 computed",
    )
    # The events of the forward pass go by the order of the tape: one node each.
    assert group_summary(moment_of(scene, elman.frame(first + 2), 0.0), group) == (
        f"{count} nodes inside, 2 computed",
    )
    done, complete = group_summary(
        moment_of(scene, elman.frame(len(elman.events("B"))), 0.0), group
    )
    assert done == f"{count} nodes inside, all computed"
    adjoints = sum(elman.adjoints[i] is not None for i in group.members.tolist())
    assert complete == f"{adjoints} adjoints complete"


def shot(canvas: GraphCanvas) -> NDArray[np.uint32]:
    image = QImage(canvas.width(), canvas.height(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    try:
        canvas.render_to(painter, QRectF(canvas.rect()), canvas.view)
    finally:
        painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint32)
    return pixels.reshape(canvas.height(), canvas.width()).copy()


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("name", ["W_hh h_1", "z_1", "log p(·|h_1)", "ℓ_1", "L", "W_hh", "x_1"])
def test_the_card_can_be_drawn_for_every_kind_of_node_at_every_moment(
    qtbot: QtBot, program_fonts: object, elman: Trace, name: str, scale: float
) -> None:
    canvas = GraphCanvas(Style(THEMES["light"], scale))
    qtbot.addWidget(canvas)
    canvas.resize(700, 500)
    canvas.set_trace(elman, layout_of(elman))
    for cursor in (0, len(elman), len(elman.events("B"))):
        canvas.show_frame(elman.frame(cursor))
        canvas._hover(-1)
        before = shot(canvas)
        canvas._hover(index(elman, name))
        canvas._tell()
        assert (shot(canvas) != before).mean() > 0.01
    canvas._hover(-1)


@pytest.mark.parametrize(
    ("covered", "side"),
    [
        ([], "below"),
        ([QRectF(0, 300, 1000, 400)], "above"),
        ([QRectF(0, 300, 1000, 400), QRectF(0, 0, 1000, 250)], "right"),
        # Nowhere is free: it stands where it would without anything in the way.
        ([QRectF(0, 0, 1000, 700)], "below"),
    ],
)
def test_the_card_keeps_off_what_lies_over_the_canvas(covered: list[QRectF], side: str) -> None:
    node = QRectF(400, 250, 100, 50)
    box = _beside(node, 200.0, 40.0, 12.0, QRectF(0, 0, 1000, 700), covered)
    sides = {
        "below": box.top() == 312,
        "above": box.bottom() == 238,
        "right": box.left() == 512,
    }
    assert [name for name, there in sides.items() if there] == [side]


def test_near_the_lower_edge_the_card_stands_above() -> None:
    room = QRectF(0, 0, 1000, 320)
    assert _beside(QRectF(400, 250, 100, 50), 200.0, 40.0, 12.0, room, []).bottom() == 238
