"""Opened operations inside the layouts of whole runs."""

from __future__ import annotations

import numpy as np
import pytest

from engine.autodiff.tape import Tape
from engine.run_spec import RunSpec
from engine.runs import run
from engine.trace.scalars import obstacle, opened
from engine.trace.trace import Trace, record
from explorer.arrangement import Arrangement
from explorer.layout import Kind, Layout, layout_of

SENTENCE = run(RunSpec(text="a b c a", hidden=3))
GATES = run(RunSpec(text="a b c", hidden=2, cell="lstm"))


def with_open(trace: Trace, *names: str) -> tuple[Trace, Layout]:
    found = opened(trace, [n.index for n in trace.nodes if n.name in names])
    return found.trace, layout_of(found.trace)


def place(trace: Trace, layout: Layout, name: str) -> tuple[float, float, float, float]:
    i = next(node.index for node in trace.nodes if node.name == name)
    return layout.x[i], layout.y[i], layout.x[i] + layout.w[i], layout.y[i] + layout.h[i]


def assert_apart(layout: Layout) -> None:
    """No two cards that are drawn overlap, nor does a frame with a card outside it."""
    cards = np.unique(layout.card_of)
    low = np.stack([layout.x, layout.y], axis=1)[cards]
    high = low + np.stack([layout.w, layout.h], axis=1)[cards]
    over = ((low[:, None] < high - 1e-6) & (high[:, None] > low + 1e-6)).all(axis=2)
    assert np.asarray(over).sum() == len(cards)
    for number, group in enumerate(layout.groups):
        if group.open:
            frame = len(layout.card_of) + number
            left, top = layout.x[frame], layout.y[frame]
            right, bottom = left + layout.w[frame], top + layout.h[frame]
            hit = (low < (right - 1e-6, bottom - 1e-6)) & (high > (left + 1e-6, top + 1e-6))
            assert set(cards[hit.all(axis=1)].tolist()) == set(group.members.tolist())


@pytest.mark.parametrize(
    ("trace", "names"),
    [
        (SENTENCE, ("W_hh h_2",)),
        (SENTENCE, ("W_hh h_2", "z_3", "h_3", "W_xh x_1", "L", "ℓ_2", "log p(·|h_0)")),
        (GATES, ("a_2^f", "c_1", "W_hi h_1", "y_2")),
        (run(RunSpec(network="feed-forward")), ("a", "z", "b")),
    ],
    ids=["product", "several", "gates", "feed-forward"],
)
def test_opened_operations_have_their_room(trace: Trace, names: tuple[str, ...]) -> None:
    found, layout = with_open(trace, *names)
    assert_apart(layout)
    graph = found.graph
    inner = [n.module for n in found.nodes]
    frames = {group.path for group in layout.groups if group.open}
    assert frames == {m for m in inner if m.rpartition(".")[2] in names}
    # Every edge inside a frame is drawn; every way leads from card to card, frames counting.
    for edge in range(graph.edge_count):
        operand, consumer = inner[graph.edge_operand[edge]], inner[graph.edge_consumer[edge]]
        if operand == consumer in frames:
            assert layout.bundle[edge] >= 0
    assert len(layout.routes.offsets) == len(layout.routes.kind) + 1
    assert (np.diff(layout.routes.edge) >= 0).all()
    assert layout.routes.offsets[-1] == len(layout.routes.segments)


def test_the_result_stands_at_the_top_of_its_frame_where_the_way_out_begins() -> None:
    trace, layout = with_open(SENTENCE, "W_hh h_2")
    left, top, right, _ = place(trace, layout, "W_hh h_2")
    result = next(n.index for n in trace.nodes if n.name == "W_hh h_2")
    (edge,) = trace.graph.consumer_edges(result)
    way = int(layout.bundle[edge])
    start = layout.routes.segments[layout.routes.offsets[way], 0]
    assert start.tolist() == pytest.approx([(left + right) / 2, top])


def test_time_steps_beside_an_opened_operation_stay_as_they_are() -> None:
    before = layout_of(SENTENCE)
    trace, layout = with_open(SENTENCE, "W_hh h_2")
    for name in ("z_1", "h_1", "y_1", "h_3"):
        old, new = place(SENTENCE, before, name), place(trace, layout, name)
        assert (new[2] - new[0], new[3] - new[1]) == (old[2] - old[0], old[3] - old[1])
    # The cell has no parts for it: the cards above stand in the middle of the column.
    (lane,) = (lane for lane in layout.lanes if lane.step == 3)
    left, _, right, _ = place(trace, layout, "h_3")
    assert (left + right) / 2 == pytest.approx((lane.left + lane.right) / 2)


def test_a_closed_box_hides_what_is_opened_in_it() -> None:
    found = opened(SENTENCE, [n.index for n in SENTENCE.nodes if n.name in ("z_1", "z_2")]).trace
    layout = layout_of(found, Arrangement(collapsed=frozenset({"step[1].cell"})))
    assert [group.path for group in layout.groups if group.open] == ["step[2].cell.z_2"]
    hidden = next(n.index for n in found.nodes if n.name == "z_1[1]")
    assert layout.card_of[hidden] >= len(found)
    closed = layout_of(found, Arrangement(collapsed=frozenset({"step[2].cell.z_2"})))
    result = next(n.index for n in found.nodes if n.name == "z_2")
    assert closed.kind[closed.card_of[result]] == Kind.GROUP
    for wanted in (Arrangement(rolled=True), Arrangement(collapsed=frozenset({""}))):
        assert not any(group.open for group in layout_of(found, wanted).groups)


def test_a_run_without_time_grows_to_the_right() -> None:
    tape = Tape()
    w, x = tape.parameter("W", [[1.0, 2.0], [3.0, 4.0]]), tape.parameter("x", [1.0, 2.0])
    y = (w @ x).named("y")
    trace = record(tape, tape.apply("sum", tape.apply("tanh", y).named("h")).named("L"))
    assert not obstacle(trace, y.index)
    found, layout = with_open(trace, "y")
    assert_apart(layout)
    names = ("x", "W[1,1] · x[1]", "y[1]", "y", "h", "L")
    lefts = [place(found, layout, name)[0] for name in names]
    assert lefts == sorted(lefts)
