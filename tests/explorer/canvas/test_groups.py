"""Groups of nodes on the canvas: their state, what stands for them, and how they open."""

from __future__ import annotations

import numpy as np
import pytest

from engine.trace.trace import Trace
from explorer.arrangement import Arrangement
from explorer.canvas.moment import COMPLETE, EVALUATED, PARTIAL, UNKNOWN, moment_of
from explorer.canvas.navigation import knob_at, lane_at, node_at
from explorer.canvas.scene import Scene, scene_of
from explorer.canvas.transition import transition
from explorer.layout import layout_of
from explorer.layout.hierarchy import boxes_at


def arranged(trace: Trace, depth: int | None, *, rolled: bool = False) -> Scene:
    boxes = frozenset[str]() if depth is None else boxes_at(trace, depth)
    return scene_of(trace, layout_of(trace, Arrangement(boxes, rolled)))


def index(trace: Trace, name: str) -> int:
    return next(node.index for node in trace.nodes if node.name == name)


def test_a_group_sums_up_how_much_inside_is_done(elman: Trace) -> None:
    steps = arranged(elman, 1)
    card = int(steps.card_of[index(elman, "z_1")])
    group = card - len(elman)
    # Step 1 holds W_xh x_1, W_hh h_0, z_1, h_1, W_hy h_1, y_1, log p and the loss of x_2: eight.
    assert len(steps.layout.groups[group].members) == 8
    at = {}
    for name in ("x_1", "z_1", "ℓ_2"):
        moment = moment_of(steps, elman.frame(index(elman, name) + 1), 0.0)
        at[name] = (int(moment.card[card]), float(moment.share[group, 0]))
    assert at == {"x_1": (UNKNOWN, 0.0), "z_1": (EVALUATED, 3 / 8), "ℓ_2": (EVALUATED, 1.0)}


@pytest.mark.parametrize("version", ["A", "B"])
def test_a_group_is_complete_when_all_its_adjoints_are(elman: Trace, version: str) -> None:
    steps = arranged(elman, 1)
    events = elman.events(version)  # type: ignore[arg-type]
    card = int(steps.card_of[index(elman, "z_1")])
    members = steps.layout.groups[card - len(elman)].members
    last = int(events.completed_at[members].max())
    first = int(events.completed_at[members].min())
    states = [
        int(moment_of(steps, elman.frame(k, version), 0.0).card[card])  # type: ignore[arg-type]
        for k in (events.seed_index, first + 1, last, last + 1)
    ]
    assert states == [EVALUATED, PARTIAL, PARTIAL, COMPLETE]


def test_rolled_in_time_a_card_shows_the_node_that_was_last(elman: Trace) -> None:
    rolled = arranged(elman, None, rolled=True)
    card = int(rolled.card_of[index(elman, "z_1")])

    def shown(k: int) -> str:
        return elman.nodes[int(moment_of(rolled, elman.frame(k), 0.0).face[card])].name

    assert shown(index(elman, "z_1") + 1) == "z_1"
    assert shown(index(elman, "z_2")) == "z_1"
    assert shown(index(elman, "z_2") + 1) == "z_2"
    assert shown(len(elman.events())) == "z_1"


def test_a_click_on_a_group_means_its_card_and_the_sign_opens_it(elman: Trace) -> None:
    steps = arranged(elman, 1)
    card = int(steps.card_of[index(elman, "h_1")])
    left, top, right, _ = steps.box(card)
    assert node_at(steps, left + 5, top + 5) == card
    assert knob_at(steps, right - 14, top + 14)
    assert not knob_at(steps, left + 14, top + 14)


def test_the_number_below_a_column_is_its_time_step(elman: Trace) -> None:
    whole = arranged(elman, None)
    lane = whole.layout.lanes[2]
    assert lane_at(whole, (lane.left + lane.right) / 2, lane.bottom - 10) == lane.step
    assert lane_at(whole, (lane.left + lane.right) / 2, lane.top + 10) == -1


def test_a_transition_begins_in_the_old_arrangement_and_ends_in_the_new_one(elman: Trace) -> None:
    whole, steps = arranged(elman, None), arranged(elman, 1)
    way = transition(steps, whole)
    begin, half, end = way.at(0.0), way.at(0.5), way.at(1.0)
    # Opening: every node comes out of the card of its step.
    np.testing.assert_array_equal(begin.corner, steps.corner[: len(elman)])
    np.testing.assert_allclose(half.corner, (begin.corner + end.corner) / 2)
    assert end is whole
    closing = transition(whole, steps).at(0.0)
    card = int(steps.card_of[index(elman, "h_1")])
    members = steps.layout.groups[card - len(elman)].members
    assert closing.corner[card].tolist() == whole.corner[members].min(axis=0).tolist()


def test_the_same_share_drawn_twice_is_the_same_picture(elman: Trace) -> None:
    way = transition(arranged(elman, 2), arranged(elman, None, rolled=True))
    first, second = way.at(0.37), transition(way.old, way.new).at(0.37)
    np.testing.assert_array_equal(first.corner, second.corner)
    np.testing.assert_array_equal(first.ways.lines, second.ways.lines)
