from __future__ import annotations

import re
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from engine.autodiff.tape import Node
from engine.run_spec import RunSpec
from engine.runs import run
from engine.styles import modules
from engine.styles.dialects import STYLES, StyleName
from engine.styles.names import code_name
from engine.styles.run import StyleRun, run_style
from engine.trace.events import Event, EventKind
from engine.trace.trace import Trace

SPECS = [RunSpec(network="feed-forward"), RunSpec(text="one fish two fish", hidden=3)]
BOTH = pytest.mark.parametrize("spec", SPECS, ids=["feed-forward", "recurrent"])
EVERY_STYLE = pytest.mark.parametrize("style", STYLES)


def words(done: StyleRun, event: Event) -> str:
    return " ".join(done.text[number] for number in done.lines(event))


def names_of(trace: Trace, node: Node) -> set[str]:
    """The variables that a node's line may speak of: its own, or what is made of it there."""
    near = [node]
    for _ in range(3):
        edges = [edge for other in near for edge in trace.graph.consumer_edges(other.index)]
        near = [*near, *(trace.nodes[int(trace.graph.edge_consumer[edge])] for edge in edges)]
    own = {node.name, code_name(node)[0]}
    return own if node.primitive is None else own | {code_name(other)[0] for other in near}


@BOTH
@EVERY_STYLE
@pytest.mark.parametrize("version", ["A", "B"])
def test_every_event_has_lines_of_the_listing(
    spec: RunSpec, style: StyleName, version: str
) -> None:
    trace = run(spec)
    done = run_style(trace, style)
    for event in trace.events(version):  # type: ignore[arg-type]
        lines = done.lines(event)
        assert lines
        assert set(lines) <= set(done.text)
    assert done.lines(None) == ()


@BOTH
@EVERY_STYLE
def test_the_line_of_a_value_mentions_its_variable(spec: RunSpec, style: StyleName) -> None:
    trace = run(spec)
    done = run_style(trace, style)
    for event in trace.events():
        if event.kind is EventKind.EVALUATED:
            said = words(done, event)
            names = names_of(trace, trace.nodes[event.node])
            assert any(re.search(rf"\b{re.escape(name)}\b", said) for name in names), said


@BOTH
@pytest.mark.parametrize("style", ["procedural", "modules"])
def test_the_line_of_a_contribution_assigns_the_adjoint(spec: RunSpec, style: StyleName) -> None:
    trace = run(spec)
    done = run_style(trace, style)
    for event in trace.events():
        if event.kind is EventKind.CONTRIBUTION:
            operand = code_name(trace.nodes[event.node])[0]
            statement = done.text[done.lines(event)[-1]]
            if f"g_{operand}" in " ".join(done.text.values()):
                left = statement.split("=")[0]
                assert re.search(rf"\bg_{operand}\b", left), (operand, statement)


@BOTH
def test_the_tape_says_which_call_left_the_note(spec: RunSpec) -> None:
    trace = run(spec)
    done = run_style(trace, "objects")
    graph = trace.graph
    for event in trace.events():
        if event.kind is EventKind.CONTRIBUTION and len(done.lines(event)) == 4:
            consumer = code_name(trace.nodes[int(graph.edge_consumer[event.edge])])[0]
            adding, _, reading, recording = (done.text[n].strip() for n in done.lines(event))
            assert ".add(" in adding
            assert reading == "module.apply_bwd(inputs, output)"
            assert recording.startswith((f"{consumer} =", f"{consumer}[", "J =", "L ="))


@BOTH
def test_pytorchs_backward_pass_is_one_line(spec: RunSpec) -> None:
    trace = run(spec)
    done = run_style(trace, "pytorch")
    seed = trace.events().seed_index
    lines = {done.lines(event) for index, event in enumerate(trace.events()) if index >= seed}
    assert len(lines) == 1
    assert ".backward()" in done.text[lines.pop()[0]]


class Executed:
    """The lines of a file that Python executes, in order."""

    def __init__(self, module: str) -> None:
        self.file = f"{module.replace('.', '/')}.py"
        self.lines: list[int] = []

    def __call__(self, frame: FrameType, kind: str, _value: Any) -> Any:
        if not frame.f_code.co_filename.endswith(self.file):
            return None
        if kind == "line":
            self.lines.append(frame.f_lineno)
        return self


@BOTH
@pytest.mark.parametrize("style", ["procedural", "modules", "objects"])
def test_the_lines_are_those_that_python_executes_in_that_order(
    spec: RunSpec, style: StyleName
) -> None:
    trace = run(spec)
    executed = Executed(f"engine.styles.{style}")
    before = sys.gettrace()
    sys.settrace(executed)
    try:
        done = run_style(trace, style)
    finally:
        sys.settrace(before)
    wanted = [
        done.lines(event)[0]
        for event in trace.events()
        if event.kind is not EventKind.COMPLETED and trace.nodes[event.node].primitive is not None
    ]
    changes = [line for i, line in enumerate(wanted) if i == 0 or line != wanted[i - 1]]
    place = 0
    for line in changes:
        assert line in executed.lines[place:], done.text[line]
        place = executed.lines.index(line, place) + 1


def test_a_statement_of_several_lines_is_told_as_one() -> None:
    done = run_style(run(SPECS[1]), "modules")
    number = next(n for n, text in done.text.items() if "g_W_hy, g_h[t] = added(" in text)
    assert done.statement(number) == (
        "g_W_hy, g_h[t] = added(so_far, Linear.backward(h[t], W_hy, g_d[t]))"
    )
    assert done.statement(number + 3) == "if t > 0:"
    assert done.statement(0) == ""


def test_the_listing_is_the_text_of_the_file() -> None:
    done = run_style(run(SPECS[0]), "modules")
    lines = Path(modules.__file__).read_text("utf-8").splitlines()
    assert all(lines[number - 1] == text for number, text in done.text.items())
    assert "class Lookup:" not in done.text.values()
