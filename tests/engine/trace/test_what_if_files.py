"""A changed run as a file: it comes back bit for bit, and a hostile change is refused."""

from __future__ import annotations

import pytest

from engine.autodiff.nudge import numbers_in
from engine.errors import InputError
from engine.models.architecture import CELLS, CellName
from engine.run_spec import RunSpec
from engine.runs import run
from engine.trace.codec import trace_from_json
from engine.trace.expression import record_expression
from engine.trace.json_text import trace_to_json
from engine.trace.trace import Trace
from engine.trace.what_if import what_if

SENTENCE = "Narwhals are way cooler than parrots"
RUNS = {cell: run(RunSpec(text=SENTENCE, cell=cell, hidden=3)) for cell in CELLS}
SQUARE = record_expression("x*x", {"x": 3.0})


def named(trace: Trace, name: str) -> int:
    return next(node.index for node in trace.nodes if node.name == name)


@pytest.mark.parametrize("cell", CELLS)
def test_a_changed_run_comes_back_from_its_file_bit_for_bit(cell: CellName) -> None:
    trace = RUNS[cell]
    changes = {(named(trace, "h_2"), 0): 1 / 3, (named(trace, "h_0"), 1): 0.1}
    altered = what_if(trace, changes).trace
    data = trace_to_json(altered)
    again = trace_from_json(data)
    assert trace_to_json(again) == data
    assert numbers_in(again.nodes[named(trace, "h_2")]) == {0: 1 / 3}
    # Changing it back by hand gives the numbers of the original.
    before = float(trace.nodes[named(trace, "h_2")].value[0])
    start = {(named(trace, "h_0"), 1): float(trace.nodes[named(trace, "h_0")].value[1])}
    back = what_if(again, {(named(trace, "h_2"), 0): before, **start}).trace
    assert back.loss == pytest.approx(trace.loss, rel=1e-14)


def test_only_a_file_with_a_nudge_needs_the_new_version() -> None:
    trace = RUNS["elman"]
    leaf = what_if(trace, {(named(trace, "h_0"), 0): 0.5}).trace
    unit = what_if(trace, {(named(trace, "h_1"), 0): 0.5}).trace
    assert trace_to_json(trace).startswith(b'{"version":1,')
    assert trace_to_json(leaf).startswith(b'{"version":1,')
    assert trace_to_json(unit).startswith(b'{"version":2,')


NUDGE = b'"nudge":[[0,0.5]]'


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ((b'{"version":2,', b'{"version":1,'), "no nudge"),
        ((b'{"version":2,', b'{"version":3,'), "version 3"),
        ((NUDGE, b'"nudge":[[0,0.75]]'), "is not what"),
        ((NUDGE, b'"nudge":[[3,0.5]]'), "each once"),
        ((NUDGE, b'"nudge":[[0,0.5],[0,0.5]]'), "each once"),
        ((NUDGE, b'"nudge":[]'), "each once"),
        ((NUDGE, b'"nudge":[[-1,0.5]]'), "not a node"),
        ((NUDGE, b'"nudge":[[0,"NaN"]]'), "not a node"),
        ((NUDGE, b'"nudge":null'), "not a node"),
        ((NUDGE, b'"attributes":{}'), "is not what"),
        ((b'"component":0,"value":0.5', b'"component":0,"value":0.75'), "not in the run"),
        ((b'"component":0,"value":0.5', b'"component":9,"value":0.5'), "not in the run"),
        ((b'"component":0,"value":0.5', b'"component":-1,"value":0.5'), "not a trace file"),
    ],
)
def test_a_file_with_a_hostile_nudge_is_refused(damage: tuple[bytes, bytes], words: str) -> None:
    trace = RUNS["elman"]
    data = trace_to_json(what_if(trace, {(named(trace, "h_1"), 0): 0.5}).trace)
    assert data.count(damage[0]) == 1
    with pytest.raises(InputError, match=words):
        trace_from_json(data.replace(*damage))


# What is said of it
