from __future__ import annotations

import numpy as np
import pytest

from engine.autodiff.tape import Tape
from engine.trace.events import Version
from engine.trace.expression import record_expression
from engine.trace.trace import Trace, record
from engine.trace.versus import Tally, compared, equality_in_steps, missing, tally
from tests.explorer.layout.runs import elman


def square() -> Trace:
    """y = x · x."""
    tape = Tape()
    x = tape.input("x", 3.0)
    return record(tape, (x * x).named("y"))


@pytest.mark.parametrize(
    ("version", "counts"),
    [
        # A: after the seed (a write), y is complete; x reads dy/dy twice, then is written once.
        ("A", [(0, 0), (0, 1), (0, 1), (1, 1), (2, 1), (2, 2)]),
        # B: the seed sets both adjoints; y reads its own and x's twice, and writes x's twice.
        ("B", [(0, 0), (0, 2), (0, 2), (2, 3), (4, 4), (4, 4)]),
    ],
)
def test_reads_and_writes_of_a_square(version: Version, counts: list[tuple[int, int]]) -> None:
    trace = square()
    seed = trace.events(version).seed_index
    found = [
        tally(trace.graph, trace.frame(k, version))
        for k in range(seed, len(trace.events(version)) + 1)
    ]
    assert [(at.reads, at.writes) for at in found] == counts
    assert found[-1] == Tally(*counts[-1], complete=2, total=2, waiting=0)


def test_a_node_waits_for_the_contributions_that_have_not_arrived() -> None:
    trace = square()
    seed = trace.events("A").seed_index
    assert [missing(trace.frame(seed + k, "A"), 0) for k in (1, 2, 3, 4)] == [2, 2, 1, 0]
    assert tally(trace.graph, trace.frame(seed + 3, "A")).waiting == 1


def test_both_versions_have_as_many_events() -> None:
    for trace in (square(), elman(5), record_expression("x*z + sin(x)/z", {"x": 2.0, "z": 3.0})):
        assert len(trace.events("A")) == len(trace.events("B"))


def test_pulling_keeps_one_sum_open_and_pushing_many() -> None:
    trace = elman(6)
    last = len(trace.events("A")) + 1
    open_sums = {
        version: max(tally(trace.graph, trace.frame(k, version)).waiting for k in range(last))
        for version in ("A", "B")
    }
    # In B the five shared parameters fill up together, and the states between.
    assert open_sums["A"] == 1
    assert open_sums["B"] >= 5


def test_both_versions_end_in_the_same_bits() -> None:
    trace = elman(6)
    *pauses, found = equality_in_steps(trace.nodes, trace.output)
    assert pauses == [None, None]
    assert found is not None
    assert len(found.nodes) == int(trace.graph.differentiable.sum())
    assert (found.unequal, found.largest) == (0, 0.0)


def test_a_difference_is_told_and_a_nan_is_one_only_if_it_is_on_one_side() -> None:
    one = [np.array([1.0, np.nan]), None, np.array(2.0)]
    other = [np.array([1.0, np.nan]), None, np.array(2.5)]
    found = compared(one, other)
    assert found.nodes.tolist() == [0, 2]
    assert (found.unequal, found.largest) == (1, 0.5)
    found = compared(one, [np.array([1.0, 0.0]), None, np.array(2.0)])
    assert (found.unequal, found.largest) == (1, np.inf)
