"""A part of the graph that is looked at, on cards and lines, and what it costs to see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from engine.trace.reach import ancestors, descendants, paths
from explorer.arrangement import Arrangement
from explorer.canvas import GraphCanvas
from explorer.canvas.emphasis import Emphasis, lit_on
from explorer.canvas.scene import scene_of
from explorer.layout import EdgeKind, layout_of
from explorer.theme import THEMES, Style

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot

    from engine.trace.trace import Trace
    from explorer.canvas.emphasis import EmphasisKind
    from explorer.canvas.scene import Scene


def index(trace: Trace, name: str) -> int:
    return next(node.index for node in trace.nodes if node.name == name)


def why(trace: Trace, name: str) -> Emphasis:
    part = ancestors(trace.graph, index(trace, name))
    return Emphasis(part.nodes, part.edges, "why")


def names(trace: Trace, cards: NDArray[np.bool_]) -> set[str]:
    return {trace.nodes[i].name for i in np.flatnonzero(cards[: len(trace)]).tolist()}


def test_the_cards_and_lines_of_a_part_are_lit(elman: Trace, drawn: Scene) -> None:
    lit = lit_on(drawn, why(elman, "z_1"))
    assert names(elman, lit.cards) == {
        "W_xh", "W_hh", "b_h", "h_0", "x_1", "W_xh x_1", "W_hh h_0", "z_1",
    }  # fmt: skip
    # Drawn all the time are x_1 and h_0 into their products, and both products into z_1.
    assert int(lit.lines.sum()) == 4
    threads = {elman.nodes[int(elman.graph.edge_operand[e])].name for e in lit.threads}
    assert threads == {"W_xh", "W_hh", "b_h"}


def test_a_shortest_path_is_stronger_than_the_others(elman: Trace, drawn: Scene) -> None:
    found = paths(elman.graph, index(elman, "h_1"), elman.output)
    lit = lit_on(drawn, Emphasis(found.reach.nodes, found.reach.edges, "paths", found.shortest))
    assert int(lit.strong.sum()) == len(found.shortest)
    assert (lit.lines & lit.strong == lit.strong).all()
    assert lit.lines.sum() > lit.strong.sum()


def test_a_box_is_lit_where_anything_inside_is(elman: Trace) -> None:
    boxed = layout_of(elman, Arrangement(collapsed=frozenset({"step[1]"})))
    scene = scene_of(elman, boxed)
    lit = lit_on(scene, why(elman, "z_2"))
    (group,) = scene.layout.groups
    assert group.path == "step[1]"
    assert lit.cards[len(elman)]
    # Its nodes are not drawn themselves; nothing of step 0 but h_0, which step 1 reads.
    assert not lit.cards[group.members].any()
    assert "W_hy h_0" not in names(elman, lit.cards)


def test_lines_from_shared_parameters_are_no_lines_that_are_always_drawn(
    elman: Trace, drawn: Scene
) -> None:
    lit = lit_on(drawn, why(elman, "L"))
    kind = drawn.layout.routes.kind
    assert not lit.lines[kind == EdgeKind.RAIL].any()
    assert lit.lines[kind == EdgeKind.TARGET].any()
    assert len(lit.threads) == int((kind == EdgeKind.RAIL).sum())


@pytest.fixture
def canvas(qtbot: QtBot, program_fonts: object, elman: Trace) -> GraphCanvas:
    canvas = GraphCanvas(Style(THEMES["light"], 1.0))
    qtbot.addWidget(canvas)
    canvas.motion = False
    canvas.resize(1000, 700)
    canvas.set_trace(elman, layout_of(elman))
    canvas.show_frame(elman.frame(len(elman.events("B"))))
    return canvas


def shot(canvas: GraphCanvas) -> NDArray[np.uint32]:
    image = QImage(1000, 700, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    try:
        canvas.render_to(painter, QRectF(0, 0, 1000, 700), canvas.view)
    finally:
        painter.end()
    return np.frombuffer(image.constBits(), np.uint32).reshape(700, 1000).copy()


def levels_apart(first: NDArray[np.uint32], second: NDArray[np.uint32]) -> int:
    """The largest difference of a channel; writing kept as a picture is rounded twice."""
    a, b = (image.view(np.uint8).astype(int) for image in (first, second))
    return int(np.abs(a - b).max())


def around(canvas: GraphCanvas, name: str) -> tuple[slice, slice]:
    assert canvas.scene is not None
    left, top, right, bottom = canvas.scene.box(index(canvas.scene.trace, name))
    (x0, y0), (x1, y1) = canvas.view.pixel(left, top), canvas.view.pixel(right, bottom)
    return slice(int(y0) + 2, int(y1) - 2), slice(int(x0) + 2, int(x1) - 2)


def contrast(pixels: NDArray[np.uint32], place: tuple[slice, slice]) -> int:
    green = pixels[place] >> 8 & 255
    return int(green.max()) - int(green.min())


@pytest.mark.parametrize("kind", ["why", "affects", "paths"])
def test_the_rest_is_dimmed_and_the_part_is_as_before(
    canvas: GraphCanvas, elman: Trace, kind: EmphasisKind
) -> None:
    before = shot(canvas)
    part = descendants(elman.graph, index(elman, "h_2"))
    canvas.set_emphasis(Emphasis(part.nodes, part.edges, kind, (), (index(elman, "h_2"),)))
    after = shot(canvas)
    inside, outside = around(canvas, "y_2"), around(canvas, "y_0")
    assert contrast(after, inside) == contrast(before, inside)
    assert contrast(after, outside) < 0.4 * contrast(before, outside)
    canvas.set_emphasis(None)
    assert levels_apart(shot(canvas), before) <= 3


@pytest.mark.parametrize("zoom", [0.02, 0.14, 0.25, 0.6, 2.0])
@pytest.mark.parametrize("theme", ["light", "dark", "projector"])
def test_an_emphasis_is_drawn_at_every_zoom(
    canvas: GraphCanvas, elman: Trace, zoom: float, theme: str
) -> None:
    canvas.set_style(Style(THEMES[theme], 1.0))  # type: ignore[index]
    canvas.look_at(canvas.view.zoomed(zoom / canvas.view.zoom, 500, 350), animated=False)
    plain = shot(canvas)
    canvas.set_emphasis(why(elman, "h_2"))
    assert (shot(canvas) != plain).any()


def test_a_run_of_other_nodes_is_drawn_whole(
    canvas: GraphCanvas, elman: Trace, expression: Trace
) -> None:
    canvas.set_emphasis(why(elman, "h_2"))
    canvas.set_trace(expression, layout_of(expression))
    with_it = shot(canvas)
    canvas.set_emphasis(None)
    assert levels_apart(shot(canvas), with_it) <= 3
