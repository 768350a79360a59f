"""Every event says itself in one sentence, and executes a line of the algorithm."""

from __future__ import annotations

import pytest

from engine.run_spec import DEFAULT_TEXT, RunSpec
from engine.runs import run
from engine.trace.algorithm import BACKWARD, FORWARD, algorithm_at
from engine.trace.events import EventKind, Version
from engine.trace.expression import record_expression
from engine.trace.narration import describe, equation

VERSIONS: tuple[Version, ...] = ("A", "B")


def test_a_formula_is_told_step_by_step() -> None:
    trace = record_expression("x*z - sin(x)**2", {"x": 2.0, "z": 3.0})
    assert [describe(trace, event).replace("`", "") for event in trace.events("B")][:9] == [
        "read the input x",
        "read the input z",
        "compute a = x · z",
        "compute b = sin(x)",
        "read the constant 2",
        "compute c = b^2",
        "compute y = a - c",
        "start with ∂y/∂y = 1",
        "∂y/∂y is complete",
    ]
    assert describe(trace, None) == "nothing computed yet"


@pytest.mark.parametrize("version", VERSIONS)
def test_every_event_of_a_sentence_is_one_line(version: Version) -> None:
    trace = run(RunSpec(text=DEFAULT_TEXT))
    for event in trace.events(version):
        told = describe(trace, event)
        assert told
        assert "\n" not in told


def test_a_node_of_the_language_model_reads_as_its_equation() -> None:
    trace = run(RunSpec(text="a b"))
    by_name = {node.name: node for node in trace.nodes}
    assert equation(trace, by_name["z_1"]) == "z_1 = W_xh x_1 + W_hh h_0 + b_h"
    assert equation(trace, by_name["h_1"]) == "h_1 = tanh(z_1)"
    assert equation(trace, by_name["W_hh h_0"]) == "W_hh h_0"


@pytest.mark.parametrize("version", VERSIONS)
def test_every_kind_of_event_executes_lines_that_exist(version: Version) -> None:
    trace = run(RunSpec(text="a b"))
    executed = set()
    for event in trace.events(version):
        algorithm, lines = algorithm_at(event, version)
        assert algorithm is (FORWARD if event.kind is EventKind.EVALUATED else BACKWARD[version])
        assert lines
        assert all(0 <= line < len(algorithm.lines) for line in lines)
        executed |= {(algorithm.title, line) for line in lines}
    assert len(executed) >= 5
    assert algorithm_at(None, version) == (FORWARD, ())
