"""What holds for the order of events in both versions of the backward pass, on any program."""

from __future__ import annotations

import numpy as np
import pytest

from engine.autodiff.tape import Tape
from engine.run_spec import DEFAULT_TEXT, RunSpec
from engine.runs import run
from engine.trace.events import EventKind, Version
from engine.trace.trace import Trace, record
from tests.engine.autodiff.random_programs import random_program

VERSIONS: tuple[Version, ...] = ("A", "B")


def random_trace(seed: int) -> Trace:
    return record(*random_program(np.random.default_rng(seed)))


TRACES = [random_trace(seed) for seed in range(30)] + [run(RunSpec(text=DEFAULT_TEXT))]
both = pytest.mark.parametrize("version", VERSIONS)
on_all = pytest.mark.parametrize("trace", TRACES, ids=range(len(TRACES)))


def positions(trace: Trace, version: Version, kind: EventKind) -> dict[int, int]:
    """Node (or edge, for contributions) to the place of its event; each happens once."""
    places: dict[int, int] = {}
    for place, event in enumerate(trace.events(version)):
        if event.kind is kind:
            key = event.edge if kind is EventKind.CONTRIBUTION else event.node
            assert key not in places
            places[key] = place
    return places


@both
@on_all
def test_every_node_is_evaluated_once_in_order_then_the_output_is_seeded(
    trace: Trace, version: Version
) -> None:
    events = trace.events(version)
    forward = [events[k] for k in range(events.seed_index)]
    assert [event.node for event in forward] == list(range(len(trace)))
    assert {event.kind for event in forward} == {EventKind.EVALUATED}
    assert events[events.seed_index].kind is EventKind.SEEDED
    assert events[events.seed_index].node == trace.output


@both
@on_all
def test_every_adjoint_is_completed_once_after_all_its_contributions(
    trace: Trace, version: Version
) -> None:
    graph = trace.graph
    completed = positions(trace, version, EventKind.COMPLETED)
    contributed = positions(trace, version, EventKind.CONTRIBUTION)
    assert set(completed) == set(np.flatnonzero(graph.differentiable).tolist())
    assert set(contributed) == set(np.flatnonzero(graph.edge_differentiable).tolist())
    for edge, place in contributed.items():
        assert place < completed[int(graph.edge_operand[edge])]
        # A consumer's adjoint is complete before it is used.
        assert completed[int(graph.edge_consumer[edge])] < place
    count = len(trace) + 1 + len(completed) + len(contributed)
    assert len(trace.events(version)) == count


@on_all
def test_version_a_finishes_one_operand_before_the_next(trace: Trace) -> None:
    events = trace.events("A")
    node = None
    for k in range(events.seed_index + 1, len(events)):
        event = events[k]
        assert node is None or event.node == node
        node = None if event.kind is EventKind.COMPLETED else event.node


@on_all
def test_version_b_finishes_one_consumer_before_the_next(trace: Trace) -> None:
    events = trace.events("B")
    consumer = -1
    for k in range(events.seed_index + 1, len(events)):
        event = events[k]
        if event.kind is EventKind.COMPLETED:
            consumer = event.node
        else:
            assert int(trace.graph.edge_consumer[event.edge]) == consumer


@both
@on_all
def test_nodes_are_completed_in_reverse_order(trace: Trace, version: Version) -> None:
    completed = positions(trace, version, EventKind.COMPLETED)
    order = sorted(completed, key=completed.__getitem__)
    assert order == sorted(order, reverse=True)


def test_a_repeated_operand_is_two_edges_and_two_contributions() -> None:
    tape = Tape()
    x = tape.input("x", 3.0)
    trace = record(tape, x * x)
    assert trace.graph.edge_slot.tolist() == [0, 1]
    for version in VERSIONS:
        assert len(positions(trace, version, EventKind.CONTRIBUTION)) == 2


def test_events_cannot_be_changed() -> None:
    events = TRACES[0].events()
    for array in (events.kind, events.node, events.edge):
        assert not array.flags.writeable
