"""Layouts are measured beside peers, which may be missing, slow or broken."""

from __future__ import annotations

import sys

import pytest

from explorer.bench import layout
from explorer.bench.layout import Task, cases
from explorer.bench.layout_peers import METHODS, Asked
from explorer.bench.samples import random_dag

PAIRS = [(0, 1), (0, 2), (1, 3), (2, 3)]


def task(*peers: str, counted: bool = True) -> Task:
    return Task("small", random_dag(30), peers, 1000.0, counted=counted)


def test_ours_and_a_peer_are_timed_and_their_crossings_counted() -> None:
    ((rows, notes),) = cases([task("networkx multipartite")], turns=2)
    assert notes == ()
    (row,) = rows
    assert row.ours.count == row.theirs.count == 2
    assert set(row.counts) == {"crossings", "peer_crossings"}
    assert row.met


def test_a_peer_that_is_not_installed_is_left_out_with_a_note(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    ((rows, notes),) = cases([task("graphviz dot")], turns=1)
    assert rows == ()
    assert notes == ("graphviz dot is left out: dot is not on the PATH",)


def test_a_slow_peer_is_stopped_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    script = "import sys\nfor line in sys.stdin:\n    pass\n"
    monkeypatch.setattr(layout, "command", lambda _module: [sys.executable, "-c", script])
    (((row,), _),) = cases([task("slow")], limit=0.2, turns=1)
    assert row.theirs.over
    assert row.theirs.median == 200.0
    assert "peer_crossings" not in row.counts


def test_a_peer_that_fails_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "command", lambda _module: [sys.executable, "-c", "pass"])
    ((rows, notes),) = cases([task("broken")], turns=1)
    assert (rows, notes) == ((), ("broken is left out: its process ended",))


@pytest.mark.parametrize("name", ["networkx multipartite", "networkx spring"])
def test_a_peer_draws_a_line_for_each_edge(name: str) -> None:
    lines = METHODS[name](Asked([0, 1, 1, 2], PAIRS))
    assert len(lines) == 4
    # All edges but one go out from where another ends or begins.
    assert lines[0][:2] == lines[1][:2]
    assert lines[2][2:] == lines[3][2:]


def test_grandalf_bends_edges_where_they_pass_a_layer() -> None:
    pytest.importorskip("grandalf")
    straight = METHODS["grandalf Sugiyama"](Asked([0, 1, 1, 2], PAIRS))
    bent = METHODS["grandalf Sugiyama"](Asked([0, 1, 1, 2], [*PAIRS, (0, 3)]))
    assert len(straight) == 4
    assert len(bent) == 6
