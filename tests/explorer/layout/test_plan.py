from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.models.architecture import Architecture
from engine.trace.trace import Trace
from explorer.arrangement import Arrangement
from explorer.layout import Kind, Layout, layout_of
from explorer.layout.hierarchy import boxes_at, paths_of
from explorer.layout.plan import Plan, plan_of
from tests.explorer.layout.runs import elman, recurrent


def index(trace: Trace, name: str) -> int:
    return next(node.index for node in trace.nodes if node.name == name)


def plan(trace: Trace, depth: int | None, *, rolled: bool = False) -> Plan:
    boxes = frozenset[str]() if depth is None else boxes_at(trace, depth)
    return plan_of(trace, Arrangement(boxes, rolled))


def test_without_boxes_every_node_is_a_card_and_every_operand_slot_an_edge() -> None:
    trace = elman(3)
    whole = plan(trace, None)
    assert whole.graph is trace.graph
    assert whole.shown.tolist() == list(range(len(trace)))


def test_the_edges_between_two_boxes_are_one() -> None:
    # Steps 1 and 2 of three: h_1 goes into step 2 once, whatever happens inside.
    trace = elman(3)
    steps = plan(trace, 1)
    h, z = (int(steps.card[index(trace, name)]) for name in ("h_1", "z_2"))
    between = (steps.graph.edge_operand == h) & (steps.graph.edge_consumer == z)
    assert between.sum() == 1
    assert steps.graph.edge_differentiable[between].all()


def test_a_step_is_shown_by_its_state_also_where_nobody_uses_it() -> None:
    trace = elman(3)
    faces = {group.title: trace.nodes[group.face].name for group in plan(trace, 1).groups}
    # h_2 is used by the output of its own step only, but stands for it as h_1 does.
    assert (faces["t = 1"], faces["t = 2"]) == ("h_1", "h_2")
    assert faces["loss"] == "L"


def test_rolled_in_time_all_steps_of_an_operation_are_one_card() -> None:
    trace = elman(5)
    rolled = plan(trace, None, rolled=True)
    states = [index(trace, f"h_{t}") for t in (1, 2, 3, 4)]
    assert len({int(rolled.card[h]) for h in states}) == 1
    # From one step to the next: h into W_hh h, and nothing else.
    loops = np.flatnonzero(rolled.loops)
    assert len(loops) == 1
    assert rolled.graph.edge_operand[loops[0]] == rolled.card[states[0]]
    assert rolled.graph.edge_consumer[loops[0]] == rolled.card[index(trace, "W_hh h_1")]


def test_a_rolled_cell_feeds_itself() -> None:
    trace = elman(5)
    rolled = plan(trace, 2, rolled=True)
    (loop,) = np.flatnonzero(rolled.loops)
    assert rolled.graph.edge_operand[loop] == rolled.graph.edge_consumer[loop]


ARRANGEMENTS = st.tuples(
    st.sampled_from(["elman", "gru", "lstm"]), st.integers(1, 6), st.booleans(),
    st.sampled_from([None, True]), st.integers(0, 2**32),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(ARRANGEMENTS)
def test_no_two_cards_overlap_in_any_arrangement(
    drawn: tuple[str, int, bool, bool | None, int],
) -> None:
    cell, steps, rolled, rows, seed = drawn
    trace = recurrent(Architecture(cell=cell, hidden=3), steps)  # type: ignore[arg-type]
    rng = np.random.default_rng(seed)
    boxes = frozenset(path for path in paths_of(trace) if path and rng.random() < 0.4)
    layout = layout_of(trace, Arrangement(boxes, rolled, rows))
    assert overlapping(layout) == []
    assert np.isfinite(layout.routes.segments).all()
    left, top, right, bottom = layout.bounds
    cards = np.unique(layout.card_of)
    assert (layout.x[cards] >= left).all()
    assert (layout.y[cards] >= top).all()
    assert ((layout.x + layout.w)[cards] <= right).all()
    assert ((layout.y + layout.h)[cards] <= bottom).all()


@pytest.mark.parametrize("depth", [0, 1, 2, 3])
@pytest.mark.parametrize("rolled", [False, True])
def test_every_edge_between_cards_is_drawn_from_card_to_card(depth: int, rolled: bool) -> None:
    trace = recurrent(Architecture(cell="lstm", hidden=3), 4)
    layout = layout_of(trace, Arrangement(boxes_at(trace, depth), rolled))
    graph, card = trace.graph, layout.card_of
    outside = card[graph.edge_operand] != card[graph.edge_consumer]
    assert (layout.bundle[outside] >= 0).all()
    assert (np.diff(layout.routes.offsets) > 0).all()
    for edge in np.flatnonzero(outside).tolist():
        way = layout.bundle[edge]
        rows = layout.routes.segments[layout.routes.offsets[way] : layout.routes.offsets[way + 1]]
        for end, node in ((rows[0, 0], graph.edge_operand), (rows[-1, 3], graph.edge_consumer)):
            place = card[node[edge]]
            assert layout.x[place] - 1 <= end[0] <= layout.x[place] + layout.w[place] + 1
            assert layout.y[place] - 1 <= end[1] <= layout.y[place] + layout.h[place] + 1


def test_a_hidden_node_has_the_place_of_the_card_that_hides_it() -> None:
    trace = elman(3)
    layout = layout_of(trace, Arrangement(boxes_at(trace, 1)))
    z = index(trace, "z_1")
    card = int(layout.card_of[z])
    assert card >= len(trace)
    assert layout.kind[card] == Kind.GROUP
    assert (layout.x[z], layout.w[z]) == (layout.x[card], layout.w[card])
    assert z in layout.groups[card - len(trace)].members


def overlapping(layout: Layout) -> list[tuple[int, int]]:
    cards = np.unique(layout.card_of)
    x, y, w, h = (a[cards] for a in (layout.x, layout.y, layout.w, layout.h))
    apart = (x[:, None] + w[:, None] <= x + 1e-6) | (x + w <= x[:, None] + 1e-6)
    apart |= (y[:, None] + h[:, None] <= y + 1e-6) | (y + h <= y[:, None] + 1e-6)
    np.fill_diagonal(apart, True)
    return [(int(cards[i]), int(cards[j])) for i, j in np.argwhere(~apart)]
