from __future__ import annotations

import numpy as np
import pytest

from engine.trace.events import EventKind, Version
from engine.trace.trace import Trace
from explorer.canvas.moment import (
    BACKWARD,
    COMPLETE,
    EVALUATED,
    FORWARD,
    PARTIAL,
    UNKNOWN,
    UNUSED,
    moment_of,
)
from explorer.canvas.scene import Scene


def index(trace: Trace, name: str) -> int:
    return next(node.index for node in trace.nodes if node.name == name)


def test_at_the_start_nothing_is_known_and_nothing_moves(elman: Trace, drawn: Scene) -> None:
    moment = moment_of(drawn, elman.frame(0), 0.0)
    assert (moment.node == UNKNOWN).all()
    assert (moment.edge == UNUSED).all()
    assert moment.active == -1
    assert moment.moving == ()


def test_while_time_runs_the_event_in_motion_is_the_next_one(elman: Trace, drawn: Scene) -> None:
    z = index(elman, "z_1")
    resting, moving = (moment_of(drawn, elman.frame(z), alpha) for alpha in (0.0, 0.5))
    assert resting.active == z - 1
    assert moving.active == z
    assert moving.moving == tuple(elman.graph.operand_edges(z))
    assert moving.node[z] == UNKNOWN
    assert 0 < moving.travelled < resting.travelled < 1


def test_the_forward_pass_ends_with_every_value_known(elman: Trace, drawn: Scene) -> None:
    moment = moment_of(drawn, elman.frame(len(elman)), 0.0)
    assert (moment.node == EVALUATED).all()
    assert (moment.edge == FORWARD).all()
    assert not moment.backward


@pytest.mark.parametrize("version", ["A", "B"])
def test_an_adjoint_goes_from_partial_to_complete(
    elman: Trace, drawn: Scene, version: Version
) -> None:
    h = index(elman, "h_1")
    events = elman.events(version)
    states = [
        int(moment_of(drawn, elman.frame(k, version), 0.0).node[h])
        for k in range(len(elman) + 1, len(events) + 1)
    ]
    assert sorted(set(states)) == [EVALUATED, PARTIAL, COMPLETE]
    assert states == sorted(states)


def test_version_b_tells_of_the_edge_it_pushes_along(elman: Trace, drawn: Scene) -> None:
    events = elman.events("B")
    k = int(np.flatnonzero(events.kind == EventKind.CONTRIBUTION)[3])
    moment = moment_of(drawn, elman.frame(k + 1, "B"), 0.0)
    assert moment.told == moment.moving == (int(events.edge[k]),)
    assert moment.edge[events.edge[k]] == BACKWARD


def test_version_a_keeps_what_it_has_pulled_beside_what_it_pulls(
    elman: Trace, drawn: Scene
) -> None:
    h = index(elman, "h_1")
    events = elman.events("A")
    done = int(events.completed_at[h]) + 1
    moment = moment_of(drawn, elman.frame(done, "A"), 0.0)
    assert moment.active == h
    assert set(moment.told) == {int(e) for e in elman.graph.contributing_edges(h)}


def test_constants_and_tokens_never_leave_the_state_evaluated(elman: Trace, drawn: Scene) -> None:
    end = moment_of(drawn, elman.frame(len(elman.events("B"))), 0.0)
    assert end.node[index(elman, "x_1")] == EVALUATED
    assert end.node[elman.output] == COMPLETE
