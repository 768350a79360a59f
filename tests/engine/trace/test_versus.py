"""Reads, writes and waits of both versions: derived by hand, and by replaying random programs."""

from __future__ import annotations

import numpy as np
import pytest

from engine.autodiff.tape import Tape
from engine.museum import exhibit, plant
from engine.trace.events import EventKind, Version
from engine.trace.trace import Trace, record
from engine.trace.versus import can_run, ledger_of
from tests.engine.autodiff.random_programs import random_program

VERSIONS: tuple[Version, ...] = ("A", "B")


def square() -> Trace:
    """y = x*x."""
    tape = Tape()
    x = tape.input("x", 3.0)
    return record(tape, (x * x).named("y"))


def small_rnn() -> Trace:
    """Two steps of h_t = w h_(t-1) + x_t and L = h_1 + h_2.

    Nodes: w, h_0, x_1, x_2, a_1 = w h_0, h_1 = a_1 + x_1, a_2 = w h_1, h_2 = a_2 + x_2, L.
    """
    tape = Tape()
    w, h_0 = tape.parameter("w", 0.5), tape.parameter("h_0", 1.0)
    x_1, x_2 = tape.input("x_1", 2.0), tape.input("x_2", 3.0)
    h_1 = ((w * h_0).named("a_1") + x_1).named("h_1")
    h_2 = ((w * h_1).named("a_2") + x_2).named("h_2")
    return record(tape, (h_1 + h_2).named("L"))


def random_trace(seed: int) -> Trace:
    return record(*random_program(np.random.default_rng(seed)))


@pytest.mark.parametrize(
    ("version", "reads", "writes", "waiting", "complete"),
    [
        # Events: x, y, seed; A: y complete, x pulls, pulls, complete. Each pull reads dy/dy; x is
        # written once, and waits for its second part after the first.
        ("A", [0, 0, 0, 0, 0, 1, 2, 2], [0, 0, 0, 1, 1, 1, 1, 2], [0, 0, 0, 0, 0, 1, 0, 0],
         [0, 0, 0, 0, 1, 1, 1, 2]),
        # B: y complete, pushes, pushes, x complete. y reads dy/dy once for both slots; each push
        # adds to the accumulator of x.
        ("B", [0, 0, 0, 0, 0, 1, 1, 1], [0, 0, 0, 1, 1, 2, 3, 3], [0, 0, 0, 0, 0, 1, 0, 0],
         [0, 0, 0, 0, 1, 1, 1, 2]),
    ],
)  # fmt: skip
def test_the_tallies_of_a_square_are_those_of_the_two_algorithms(
    version: Version, reads: list[int], writes: list[int], waiting: list[int], complete: list[int]
) -> None:
    ledger = ledger_of(square(), version)
    assert ledger.version == version
    assert ledger.total == 2
    assert ledger.reads.tolist() == reads
    assert ledger.writes.tolist() == writes
    assert ledger.waiting.tolist() == waiting
    assert ledger.complete.tolist() == complete


def test_a_small_rnn_is_read_often_by_a_and_written_often_by_b() -> None:
    trace = small_rnn()
    end = len(trace.events("A"))
    # 9 nodes, 10 operand slots: 9 evaluations, a seed, 10 contributions, 9 completions.
    assert end == 29
    a, b = (ledger_of(trace, version).at(end) for version in VERSIONS)
    # A reads a consumer's adjoint for each slot and writes each adjoint once.
    assert (a.reads, a.writes, a.complete) == (10, 9, 9)
    # B reads the adjoints of the five computed nodes once and writes the seed and each slot's part.
    assert (b.reads, b.writes, b.complete) == (5, 11, 9)


@pytest.mark.parametrize(
    ("version", "changes"),
    [
        # A, backward from event 11: L; h_2: pull, done; a_2: pull, done; h_1 pulls from L (16) and
        # from a_2 (17); a_1, x_2, x_1, h_0: pull, done each (19 to 26); w pulls from a_2 (27) and
        # from a_1 (28).
        ("A", {16: 1, 17: 0, 27: 1, 28: 0}),
        # B: L pushes to h_1 (12), which has 1 of 2, and to h_2; h_2 pushes to a_2 and x_2; a_2
        # pushes to w (18), 1 of 2 as well, and to h_1 (19), its second; a_1 pushes to w (24).
        ("B", {12: 1, 18: 2, 19: 1, 24: 0}),
    ],
)
def test_a_waits_for_one_node_at_a_time_while_b_keeps_several_partial_sums(
    version: Version, changes: dict[int, int]
) -> None:
    waiting = ledger_of(small_rnn(), version).waiting
    assert waiting[0] == 0
    at = np.flatnonzero(np.diff(waiting)) + 1
    assert dict(zip(at.tolist(), waiting[at].tolist(), strict=True)) == changes


@pytest.mark.parametrize("seed", range(12))
def test_one_cursor_serves_both_versions(seed: int) -> None:
    trace = random_trace(seed)
    a, b = trace.events("A"), trace.events("B")
    assert len(a) == len(b)
    assert a.seed_index == b.seed_index
    # Not only as many events: as many of every kind.
    kinds = len(EventKind)
    np.testing.assert_array_equal(
        np.bincount(a.kind, minlength=kinds), np.bincount(b.kind, minlength=kinds)
    )


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("seed", range(12))
def test_waiting_and_complete_are_what_every_frame_says(seed: int, version: Version) -> None:
    trace = random_trace(seed)
    ledger = ledger_of(trace, version)
    for cursor in range(len(trace.events(version)) + 1):
        frame, tally = trace.frame(cursor, version), ledger.at(cursor)
        begun = (frame.arrived > 0) & (frame.arrived < frame.expected)
        assert tally.waiting == begun.sum()
        assert tally.complete == frame.completed.sum()
        assert version == "B" or tally.waiting <= 1


@pytest.mark.parametrize("seed", range(12))
def test_what_a_reads_b_writes(seed: int) -> None:
    trace = random_trace(seed)
    a, b = (ledger_of(trace, version).at(len(trace.events(version))) for version in VERSIONS)
    graph = trace.graph
    flowing = int(graph.edge_differentiable.sum())
    pushing = np.unique(graph.edge_consumer[graph.edge_differentiable])
    assert (a.reads, b.writes) == (flowing, flowing + 1)
    assert (a.writes, b.reads) == (graph.differentiable.sum(), len(pushing))


def test_an_output_that_is_used_again_is_written_with_its_sum_too() -> None:
    tape = Tape()
    y = tape.input("y", 2.0)
    y * y
    ledger = ledger_of(record(tape, y), "A")
    # The seed, the sum of the product (0: nothing uses it), and y's own sum.
    assert ledger.writes[-1] == 3


def test_version_a_cannot_run_a_pass_out_of_order() -> None:
    mistake = exhibit("unordered")
    wrong = plant(mistake.reused.record(), mistake).trace
    assert can_run(wrong, "B")
    assert not can_run(wrong, "A")
    assert ledger_of(wrong, "A").version == "B"
    assert all(can_run(square(), version) for version in VERSIONS)


def test_what_is_handed_out_cannot_be_changed() -> None:
    ledger = ledger_of(square(), "B")
    for counts in (ledger.reads, ledger.writes, ledger.waiting, ledger.complete):
        with pytest.raises(ValueError, match="read-only"):
            counts[0] = 1
