"""frame(k) is the state after k events: as a replay gives it, however the cursor got there."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from engine.autodiff.tape import Tape
from engine.run_spec import DEFAULT_TEXT, RunSpec
from engine.runs import run
from engine.trace.events import EventKind, Version
from engine.trace.frame import Frame
from engine.trace.trace import Trace, record
from tests.engine.autodiff.random_programs import random_program

VERSIONS: tuple[Version, ...] = ("A", "B")


def random_trace(seed: int) -> Trace:
    return record(*random_program(np.random.default_rng(seed)))


def sentence() -> Trace:
    return run(RunSpec(text=DEFAULT_TEXT))


def bytes_of(frame: Frame) -> tuple[object, ...]:
    return tuple(
        value.tobytes() if isinstance(value, np.ndarray) else value
        for value in (getattr(frame, field.name) for field in dataclasses.fields(frame))
    )


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("seed", range(10))
def test_every_frame_is_what_a_replay_of_the_events_gives(seed: int, version: Version) -> None:
    trace = random_trace(seed)
    graph, events = trace.graph, trace.events(version)
    evaluated, completed = (np.zeros(len(trace), bool) for _ in range(2))
    arrived = np.zeros(len(trace), int)
    backward = np.zeros(graph.edge_count, bool)
    seeded = False
    for k in range(len(events) + 1):
        if k:
            event = events[k - 1]
            match event.kind:
                case EventKind.EVALUATED:
                    evaluated[event.node] = True
                case EventKind.SEEDED:
                    seeded = True
                case EventKind.CONTRIBUTION:
                    arrived[event.node] += 1
                    backward[event.edge] = True
                case EventKind.COMPLETED:
                    completed[event.node] = True
        frame = trace.frame(k, version)
        assert (frame.cursor, frame.seeded) == (k, seeded)
        np.testing.assert_array_equal(frame.evaluated, evaluated)
        np.testing.assert_array_equal(frame.completed, completed)
        np.testing.assert_array_equal(frame.arrived, arrived)
        np.testing.assert_array_equal(frame.edge_backward, backward)
        np.testing.assert_array_equal(frame.edge_forward, evaluated[graph.edge_consumer])
        assert (frame.arrived <= frame.expected).all()
        assert (frame.arrived == frame.expected)[frame.completed].all()


def test_two_thousand_routes_end_in_the_same_bytes() -> None:
    walked, rng = sentence(), np.random.default_rng(0)
    last = {version: len(walked.events(version)) for version in VERSIONS}
    fresh = {v: [bytes_of(sentence().frame(k, v)) for k in (0, 1, last[v])] for v in VERSIONS}
    expected = {v: [bytes_of(walked.frame(k, v)) for k in range(last[v] + 1)] for v in VERSIONS}
    for version in VERSIONS:
        assert fresh[version] == [expected[version][k] for k in (0, 1, last[version])]
    for route in range(2000):
        version = VERSIONS[route % 2]
        end = int(rng.integers(last[version] + 1))
        start = int(rng.integers(last[version] + 1))
        path = {
            0: [end],
            1: range(max(0, end - 5), end + 1),
            2: range(min(last[version], end + 5), end - 1, -1),
            3: [start, *rng.integers(0, last[version] + 1, 3).tolist(), end],
        }[route // 2 % 4]
        frame = walked.frame(0, version)
        for cursor in path:
            frame = walked.frame(int(cursor), version)
        assert bytes_of(frame) == expected[version][end], f"route {route}"


@pytest.mark.parametrize("version", VERSIONS)
def test_phases_follow_one_another(version: Version) -> None:
    trace = sentence()
    events = trace.events(version)
    phases = [trace.frame(k, version).phase for k in range(len(events) + 1)]
    assert phases[0] == "start"
    assert set(phases[1 : events.seed_index + 1]) == {"forward"}
    assert set(phases[events.seed_index + 1 : -1]) == {"backward"}
    assert phases[-1] == "end"


@pytest.mark.parametrize("version", VERSIONS)
def test_at_the_end_every_adjoint_is_complete_and_every_edge_used(version: Version) -> None:
    trace = sentence()
    frame = trace.frame(len(trace.events(version)), version)
    np.testing.assert_array_equal(frame.completed, trace.graph.differentiable)
    np.testing.assert_array_equal(frame.edge_backward, trace.graph.edge_differentiable)
    assert frame.evaluated.all()


def test_the_active_node_and_edge_are_the_last_event_s() -> None:
    trace = sentence()
    start = trace.frame(0)
    assert (start.active_node, start.active_edge, start.event) == (-1, -1, None)
    for k in (1, 30, len(trace.events())):
        event = trace.events()[k - 1]
        frame = trace.frame(k)
        assert (frame.active_node, frame.active_edge) == (event.node, event.edge)


@pytest.mark.parametrize("cursor", [-1, 10**9])
def test_a_cursor_outside_the_run_is_an_error(cursor: int) -> None:
    with pytest.raises(IndexError, match="cursor"):
        sentence().frame(cursor)


def test_a_run_of_one_leaf_has_frames() -> None:
    tape = Tape()
    trace = record(tape, tape.input("x", 2.0))
    assert [trace.frame(k).phase for k in range(4)] == ["start", "forward", "backward", "end"]
    assert trace.frame(3).completed.tolist() == [True]
