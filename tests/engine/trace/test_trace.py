"""A trace: contributions and partial sums on demand, unknown never 0, and long runs."""

from __future__ import annotations

import gc
import time
import weakref

import numpy as np
import pytest

from engine.autodiff.tape import Tape
from engine.models.architecture import Architecture
from engine.models.recurrent import RecurrentLM
from engine.run_spec import DEFAULT_TEXT, RunSpec
from engine.runs import run
from engine.text.vocabulary import Vocabulary
from engine.trace.events import Version
from engine.trace.trace import Trace, record
from tests.engine.autodiff.random_programs import random_program

VERSIONS: tuple[Version, ...] = ("A", "B")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("seed", range(10))
def test_partial_adjoints_grow_from_unknown_to_the_adjoint(seed: int, version: Version) -> None:
    trace = record(*random_program(np.random.default_rng(seed)))
    events = trace.events(version)
    for node in np.flatnonzero(trace.graph.differentiable).tolist():
        adjoint = trace.adjoints[node]
        assert adjoint is not None
        done = int(events.completed_at[node]) + 1
        whole = trace.partial_adjoint(node, done, version)
        assert whole is not None
        assert whole.tobytes() == adjoint.tobytes()
        edges = trace.graph.contributing_edges(node)
        if node == trace.output or len(edges) == 0:
            continue
        assert trace.partial_adjoint(node, events.seed_index, version) is None
        before_completion = trace.partial_adjoint(node, done - 1, version)
        assert before_completion is not None
        np.testing.assert_array_equal(before_completion, adjoint)


def test_contributions_add_up_to_the_adjoint() -> None:
    trace = run(RunSpec(text=DEFAULT_TEXT))
    for node in range(len(trace)):
        adjoint, edges = trace.adjoints[node], trace.graph.contributing_edges(node)
        if adjoint is not None and node != trace.output:
            total = sum((trace.contribution(int(e)) for e in edges), np.zeros_like(adjoint))
            np.testing.assert_array_equal(total, adjoint)


def test_what_has_no_adjoint_has_no_contribution() -> None:
    trace = run(RunSpec(text="a b"))
    token = next(n.index for n in trace.nodes if n.name == "x_1")
    assert trace.partial_adjoint(token, len(trace.events())) is None
    edge = int(trace.graph.consumer_edges(token)[0])
    with pytest.raises(IndexError, match="no adjoint flows back"):
        trace.contribution(edge)


def test_everything_a_trace_hands_out_is_read_only() -> None:
    trace = run(RunSpec(text="a b"))
    for array in (
        trace.nodes[0].value,
        trace.adjoints[0],
        trace.contribution(int(np.flatnonzero(trace.graph.edge_differentiable)[0])),
        trace.graph.edge_operand,
    ):
        assert array is not None
        assert not array.flags.writeable
    with pytest.raises(TypeError):
        trace.provenance["seed"] = 1  # type: ignore[index]


def test_a_trace_without_cycles_dies_with_its_last_reference() -> None:
    trace = run(RunSpec(text="a b"))
    trace.frame(3, "A")
    trace.frame(3, "B")
    trace.contribution(int(np.flatnonzero(trace.graph.edge_differentiable)[0]))
    gone = weakref.ref(trace)
    gc.disable()
    try:
        del trace
        assert gone() is None
    finally:
        gc.enable()


def test_the_graph_s_two_views_of_its_edges_agree() -> None:
    graph = run(RunSpec(text=DEFAULT_TEXT)).graph
    for node in range(graph.node_count):
        assert (graph.edge_consumer[list(graph.operand_edges(node))] == node).all()
        edges = graph.consumer_edges(node)
        assert (graph.edge_operand[edges] == node).all()
        consumers = graph.edge_consumer[edges]
        assert (np.diff(consumers) <= 0).all()
    assert sorted(graph.incoming.tolist()) == list(range(graph.edge_count))


def long_run(steps: int) -> Trace:
    rng = np.random.default_rng(0)
    model = RecurrentLM.fresh(Architecture(hidden=2), Vocabulary(("a", "b", "c")), rng)
    tape, loss = model.record([int(i) for i in rng.integers(0, 3, steps)])
    return record(tape, loss)


def test_ten_thousand_time_steps_are_no_trouble() -> None:
    begin = time.process_time()
    trace = long_run(10_000)
    assert len(trace) > 80_000
    for version in VERSIONS:
        events = trace.events(version)
        assert trace.frame(len(events), version).phase == "end"
        assert trace.frame(events.seed_index, version).evaluated.all()
    assert time.process_time() - begin < 5


def test_an_overflow_is_recorded_without_a_warning() -> None:
    tape = Tape()
    x = tape.input("x", 0.0)
    with np.errstate(all="ignore"):
        y = tape.apply("log", x)
    trace = record(tape, y)
    assert trace.loss == -np.inf
    edge = int(trace.graph.consumer_edges(x.index)[0])
    assert float(trace.contribution(edge)) == np.inf


def test_partial_sums_go_on_and_begin_anew_to_the_same_bits() -> None:
    spec = RunSpec(text="a b c d")
    going_on = run(spec)
    weight = next(node.index for node in going_on.nodes if node.name == "W_hy")
    for arrived in (1, 2, 3, 4, 2, 1):
        anew = run(spec).partial_sum(weight, arrived)
        assert anew is not None
        np.testing.assert_array_equal(going_on.partial_sum(weight, arrived), anew)
    np.testing.assert_array_equal(going_on.partial_sum(weight, 4), going_on.adjoints[weight])
    assert going_on.partial_sum(weight, 0) is None
