"""Which run is on screen: newer replaces older, failing leaves the one before."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from engine.oracle.answers import OracleAnswer, OracleUnavailable
from engine.run_spec import RunSpec
from engine.trace.what_if import what_if
from explorer.arrangement import Arrangement
from explorer.jobs import Jobs
from explorer.run_jobs import like
from explorer.session import Run, Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from engine.oracle.verdict import Verdict
    from engine.trace.trace import Trace


class Echo:
    """An oracle that repeats our own numbers, once it is let."""

    def __init__(self) -> None:
        self.let = threading.Event()
        self.let.set()
        self.asked: list[Trace] = []

    def request(self, trace: Trace) -> OracleAnswer | OracleUnavailable:
        self.asked.append(trace)
        self.let.wait(20)
        return OracleAnswer(tuple(node.value for node in trace.nodes), trace.adjoints, "0")


class Bench:
    """A session, its oracle, and what it has said."""

    def __init__(self) -> None:
        self.jobs, self.oracle = Jobs(), Echo()
        self.session = Session(self.jobs, self.oracle)  # type: ignore[arg-type]
        self.said: list[str] = []
        self.failures: list[str] = []
        session = self.session
        session.busy_changed.connect(self._busy)
        session.run_changed.connect(self._run)
        session.run_failed.connect(self.failures.append)
        session.open_failed.connect(self.failures.append)
        session.version_changed.connect(self._version)
        session.selection_changed.connect(self._selection)

    def _busy(self, busy: bool) -> None:
        self.said.append("busy" if busy else "ready")

    def _run(self) -> None:
        self.said.append("run")

    def _version(self) -> None:
        self.said.append("version")

    def _selection(self) -> None:
        self.said.append("selection")

    def show(self, qtbot: QtBot, text: str) -> None:
        before = self.session.run
        self.session.request(RunSpec(text=text, hidden=2))
        qtbot.waitUntil(lambda: self.session.run is not before, timeout=20_000)
        qtbot.waitUntil(lambda: self.session.checking == "done", timeout=20_000)


def verdict_of(bench: Bench) -> Verdict | None:
    return bench.session.verdict


@pytest.fixture
def bench(qapp: object) -> Iterator[Bench]:
    made = Bench()
    yield made
    made.oracle.let.set()
    made.jobs.shutdown(20.0)


def test_a_request_is_recorded_shown_and_judged(qtbot: QtBot, bench: Bench) -> None:
    bench.show(qtbot, "a b")
    session = bench.session
    assert session.run is not None
    assert session.verdict is not None
    assert session.verdict.status == "agrees"
    assert bench.said.index("busy") < bench.said.index("run") < bench.said.index("ready")
    assert session.run.spec == RunSpec(text="a b", hidden=2)


@pytest.mark.parametrize(
    "spec", [RunSpec(text=""), RunSpec(text="a", weights="/no/such"), RunSpec(expression="x+")]
)
def test_a_failure_is_one_sentence_and_the_run_stays(
    qtbot: QtBot, bench: Bench, spec: RunSpec
) -> None:
    bench.show(qtbot, "a b")
    before, verdict = bench.session.run, bench.session.verdict
    with qtbot.waitSignal(bench.session.run_failed, timeout=20_000):
        bench.session.request(spec)
    assert (bench.session.run, bench.session.verdict) == (before, verdict)
    assert len(bench.failures) == 1
    assert "\n" not in bench.failures[0]
    assert bench.said[-1] == "ready"


def test_a_file_that_is_no_trace_fails_to_open_not_to_run(
    qtbot: QtBot, bench: Bench, tmp_path: Path
) -> None:
    (tmp_path / "x.json").write_text("[]")
    with qtbot.waitSignal(bench.session.open_failed, timeout=20_000):
        bench.session.open_trace(str(tmp_path / "x.json"))
    assert bench.session.run is None
    assert "x.json" in bench.failures[0]


def test_of_many_requests_in_a_hurry_the_last_is_shown(qtbot: QtBot, bench: Bench) -> None:
    for number in range(20):
        bench.session.request(RunSpec(text="a b", hidden=2, seed=number))
    qtbot.waitUntil(lambda: bench.session.checking == "done", timeout=20_000)
    assert bench.session.run is not None
    assert bench.session.run.trace.provenance["seed"] == 19
    assert bench.said.count("run") == 1


def test_the_verdict_on_an_older_run_is_never_shown(qtbot: QtBot, bench: Bench) -> None:
    bench.oracle.let.clear()
    bench.session.request(RunSpec(text="a b", hidden=2))
    qtbot.waitUntil(lambda: len(bench.oracle.asked) == 1, timeout=20_000)
    bench.session.request(RunSpec(text="c d e", hidden=2))
    qtbot.waitUntil(lambda: len(bench.oracle.asked) == 2, timeout=20_000)
    assert verdict_of(bench) is None
    bench.oracle.let.set()
    qtbot.waitUntil(lambda: bench.session.checking == "done", timeout=20_000)
    assert bench.session.run is not None
    verdict = verdict_of(bench)
    assert verdict is not None
    assert verdict.value_errors is not None
    assert len(verdict.value_errors) == len(bench.session.run.trace)


def test_the_node_looked_at_stays_where_the_graph_keeps_its_shape(
    qtbot: QtBot, bench: Bench
) -> None:
    bench.show(qtbot, "a b c")
    bench.session.select(7)
    bench.show(qtbot, "x y z")
    assert bench.session.selected == 7
    bench.show(qtbot, "x y")
    assert bench.session.selected == -1


def test_what_does_not_change_is_not_said(qtbot: QtBot, bench: Bench) -> None:
    bench.show(qtbot, "a b")
    bench.said.clear()
    bench.session.set_version("B")
    bench.session.select(-1)
    assert bench.said == []
    bench.session.set_version("A")
    bench.session.select(3)
    assert bench.said == ["version", "selection"]


def test_an_oracle_that_comes_later_is_asked_about_the_run_on_screen(
    qtbot: QtBot, bench: Bench
) -> None:
    session = Session(bench.jobs)
    session.request(RunSpec(text="a b", hidden=2))
    qtbot.waitUntil(lambda: session.run is not None, timeout=20_000)
    assert session.checking == "idle"
    session.set_oracle(bench.oracle)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: session.verdict is not None, timeout=20_000)


def test_what_a_mistake_did_in_another_run_is_not_said_of_this_one(
    qtbot: QtBot, bench: Bench
) -> None:
    session = bench.session
    session.request(RunSpec(text="a b c", hidden=2))
    qtbot.waitUntil(lambda: session.run is not None, timeout=20_000)
    session.plant("assigned")
    qtbot.waitUntil(lambda: session.diagnosis is not None, timeout=60_000)
    late = session.run
    assert late is not None
    assert late.planted is not None
    diagnosis = session.diagnosis
    assert diagnosis is not None
    session.plant("tanh-input")
    qtbot.waitUntil(lambda: session.run is not late, timeout=60_000)
    session._take_planted((late.planted, diagnosis))
    assert session.diagnosis is not diagnosis
    session.remove_planted()
    session._take_planted((late.planted, diagnosis))
    assert session.diagnosis is None


def altered(run: Run, value: float) -> Run:
    """What becomes of a run if the first number of its first parameter is another one."""
    return like(run, what_if(run.trace, {(0, 0): value}).trace)


def test_an_altered_run_is_taken_back_whole(qtbot: QtBot, bench: Bench) -> None:
    bench.show(qtbot, "a b")
    session, before = bench.session, bench.session.run
    assert before is not None
    session.select(3)
    session.alter(altered(before, 0.5))
    session.alter(altered(before, 0.75), check=False)
    assert session.unaltered is before
    assert session.selected == 3
    session.restore()
    assert session.run is before
    assert session.unaltered is None


def test_the_unaltered_numbers_are_unaltered_whoever_shows_them(qtbot: QtBot, bench: Bench) -> None:
    bench.show(qtbot, "a b")
    session, before = bench.session, bench.session.run
    assert before is not None
    session.alter(altered(before, 0.5))
    session.alter(like(before, before.trace))
    assert session.unaltered is None


def test_the_unaltered_run_takes_part_in_another_arrangement(qtbot: QtBot, bench: Bench) -> None:
    bench.show(qtbot, "a b")
    session, before = bench.session, bench.session.run
    assert before is not None
    session.alter(altered(before, 0.5))
    session.arrange(Arrangement(collapsed=frozenset({"step[1]"})))
    qtbot.waitUntil(lambda: session.run is not None and session.run.layout is not before.layout)
    assert session.run is not None
    drawn = session.run.layout
    session.restore()
    assert session.run.trace is before.trace
    assert session.run.layout is drawn
    assert session.run.scene.trace is before.trace
    assert session.run.scene.cells is before.scene.cells


def test_a_mistake_is_planted_in_the_run_without_its_changes(qtbot: QtBot, bench: Bench) -> None:
    bench.show(qtbot, "a b")
    session, before = bench.session, bench.session.run
    assert before is not None
    session.alter(altered(before, 0.5))
    session.plant("assigned")
    qtbot.waitUntil(lambda: session.diagnosis is not None, timeout=20_000)
    session.remove_planted()
    assert session.run is before
    assert session.unaltered is None
