"""Where stepping by event, node, module and time step stops."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from engine.run_spec import DEFAULT_TEXT, RunSpec
from engine.runs import run
from engine.trace.boundaries import UNITS, boundaries, owners
from engine.trace.events import EventKind, Version


@pytest.mark.parametrize("version", ["A", "B"])
def test_every_unit_stops_at_the_start_the_turn_and_the_end(version: Version) -> None:
    trace = run(RunSpec(text=DEFAULT_TEXT))
    events = trace.events(version)
    for unit, stops in boundaries(trace, version).items():
        assert {0, events.seed_index, len(events)} <= set(stops.tolist()), unit
        assert (np.diff(stops) > 0).all(), unit


@pytest.mark.parametrize("version", ["A", "B"])
def test_coarser_units_stop_less_often(version: Version) -> None:
    counts = [len(boundaries(run(RunSpec(text=DEFAULT_TEXT)), version)[unit]) for unit in UNITS]
    assert counts == sorted(counts, reverse=True)
    assert len(set(counts)) == 4


def test_one_time_step_forward_is_one_token() -> None:
    trace = run(RunSpec(text=DEFAULT_TEXT))
    seed = trace.events("B").seed_index
    stops = boundaries(trace, "B")["time"]
    # Parameters, then h_0 ... h_5, then the mean: eight forward steps, nine stops.
    assert int((stops <= seed).sum()) == 9


@pytest.mark.parametrize("version", ["A", "B"])
def test_a_node_step_in_the_backward_pass_is_one_turn_of_the_loop(version: Version) -> None:
    trace = run(RunSpec(text="a b a"))
    events = trace.events(version)
    stops = boundaries(trace, version)["node"]
    turns = [events.kind[a:b] for a, b in pairwise(stops) if a > events.seed_index + 1]
    assert all(int((turn == EventKind.COMPLETED).sum()) == 1 for turn in turns)


def test_the_owner_of_a_pushed_contribution_is_its_consumer() -> None:
    trace = run(RunSpec(text="a b"))
    for version in ("A", "B"):
        events = trace.events(version)
        owner = owners(trace, events)
        for k in np.flatnonzero(events.kind == EventKind.CONTRIBUTION):
            consumer = trace.graph.edge_consumer[events.edge[k]]
            assert owner[k] == (events.node[k] if version == "A" else consumer)
