from __future__ import annotations

import gc
import threading
from typing import TYPE_CHECKING

import pytest

from engine.errors import InputError
from explorer.jobs import FAULT, QUEUED, Jobs, reports

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from pytestqt.qtbot import QtBot


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    runner = Jobs()
    yield runner
    assert runner.shutdown()


class Receiver:
    """Keeps what arrives, and in which thread."""

    def __init__(self) -> None:
        self.results: list[object] = []
        self.errors: list[str] = []
        self.threads: set[threading.Thread] = set()
        self.done = False

    def take(self, result: object) -> None:
        self.results.append(result)
        self.threads.add(threading.current_thread())

    def finish(self) -> None:
        self.done = True

    def fail(self, message: str) -> None:
        self.errors.append(message)


def count(n: int) -> Iterator[int]:
    yield from range(n)


def threads_of(n: int) -> Iterator[threading.Thread]:
    for _ in range(n):
        yield threading.current_thread()


def gated(first: threading.Event, gate: threading.Event, closed: threading.Event) -> Iterator[str]:
    try:
        yield "first"
        first.set()
        gate.wait(10)
        yield "late"
        yield "later"
    finally:
        closed.set()


def bad_input() -> Iterator[int]:
    yield 1
    raise InputError("choose a number above 0", place="seed")


def faulty() -> Iterator[int]:
    yield 1
    raise ZeroDivisionError("a fault")


def start(jobs: Jobs, receiver: Receiver, function, *args) -> None:  # type: ignore[no-untyped-def]
    jobs.start(
        "job",
        function,
        *args,
        on_result=receiver.take,
        on_done=receiver.finish,
        on_error=receiver.fail,
    )


def test_results_arrive_in_order_in_the_gui_thread(qtbot: QtBot, jobs: Jobs) -> None:
    receiver = Receiver()
    with qtbot.waitSignal(jobs.ended):
        start(jobs, receiver, count, 100)
    assert receiver.results == list(range(100))
    assert receiver.threads == {threading.main_thread()}
    assert receiver.done
    assert not jobs.is_running("job")


def test_the_work_is_done_in_another_thread(qtbot: QtBot, jobs: Jobs) -> None:
    receiver = Receiver()
    with qtbot.waitSignal(jobs.ended):
        start(jobs, receiver, threads_of, 1)
    assert receiver.results[0] is not threading.main_thread()


def test_a_newer_job_drops_the_older_ones_late_results(qtbot: QtBot, jobs: Jobs) -> None:
    first, gate, closed = threading.Event(), threading.Event(), threading.Event()
    old, new = Receiver(), Receiver()
    start(jobs, old, gated, first, gate, closed)
    assert first.wait(10)
    start(jobs, new, count, 3)
    gate.set()
    qtbot.waitUntil(lambda: new.done)
    assert closed.wait(10)
    assert old.results in ([], ["first"])
    assert not old.done
    assert new.results == [0, 1, 2]


def test_a_cancelled_job_closes_its_generator(qtbot: QtBot, jobs: Jobs) -> None:
    first, gate, closed = threading.Event(), threading.Event(), threading.Event()
    receiver = Receiver()
    start(jobs, receiver, gated, first, gate, closed)
    assert first.wait(10)
    with qtbot.waitSignal(jobs.ended):
        jobs.cancel("job")
    gate.set()
    assert closed.wait(10)
    assert not receiver.done


def test_bad_input_is_one_sentence(qtbot: QtBot, jobs: Jobs) -> None:
    receiver = Receiver()
    with qtbot.waitSignal(jobs.failed) as signal:
        start(jobs, receiver, bad_input)
    assert signal.args == ["job", "seed: choose a number above 0"]
    assert receiver.errors == ["seed: choose a number above 0"]
    assert (receiver.results, receiver.done) == ([1], False)


def test_a_fault_reaches_the_gui_threads_hook(qtbot: QtBot, jobs: Jobs) -> None:
    receiver = Receiver()
    with qtbot.captureExceptions() as caught, qtbot.waitSignal(jobs.failed):
        start(jobs, receiver, faulty)
    qtbot.waitUntil(lambda: len(caught) == 1)
    assert caught[0][0] is ZeroDivisionError
    assert receiver.errors == [FAULT]


def endless(made: list[int]) -> Iterator[int]:
    for number in range(10**9):
        made.append(number)
        yield number


def test_a_job_waits_for_a_window_that_is_slower(qtbot: QtBot, jobs: Jobs) -> None:
    made: list[int] = []
    receiver = Receiver()
    start(jobs, receiver, endless, made)
    # Without the event loop nothing is taken: the job makes one more than may wait, and pauses.
    deadline = threading.Event()
    while len(made) < QUEUED + 1:
        deadline.wait(0.001)
    assert len(made) == QUEUED + 1
    qtbot.waitUntil(lambda: len(receiver.results) > 3 * QUEUED)
    jobs.cancel("job")


def test_shutdown_ends_an_endless_job_and_starts_no_other(qtbot: QtBot) -> None:
    jobs, receiver = Jobs(), Receiver()
    start(jobs, receiver, endless, [])
    assert jobs.shutdown(1.0)
    start(jobs, receiver, count, 3)
    assert not jobs.is_running("job")


def test_garbage_is_collected_in_the_gui_thread_only(qtbot: QtBot) -> None:
    was_enabled = gc.isenabled()
    jobs = Jobs()
    assert not gc.isenabled()
    assert jobs.shutdown()
    assert gc.isenabled() is was_enabled


def litter() -> Iterator[int]:
    for number in range(20):
        for _ in range(500):
            cycle: list[object] = []
            cycle.append(cycle)
        yield number


def test_litter_of_a_job_is_collected_by_the_timer(qtbot: QtBot, jobs: Jobs) -> None:
    seen: list[threading.Thread] = []

    def note(phase: str, _info: dict[str, int]) -> None:
        if phase == "start":
            seen.append(threading.current_thread())

    gc.callbacks.append(note)
    try:
        with qtbot.waitSignal(jobs.ended):
            start(jobs, Receiver(), litter)
        jobs._collect()
    finally:
        gc.callbacks.remove(note)
    assert seen
    assert set(seen) == {threading.main_thread()}


def test_all_is_walked_again_only_after_a_quarters_growth(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    walked: list[int] = []
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, 11))
    monkeypatch.setattr(gc, "collect", walked.append)
    old: list[list[object]] = [[] for _ in range(1000)]
    monkeypatch.setattr(gc, "get_objects", lambda _generation: old)
    jobs._collect()
    jobs._collect()
    old.extend([] for _ in range(240))
    jobs._collect()
    old.extend([] for _ in range(20))
    jobs._collect()
    assert walked == [2, 1, 1, 2]


def test_a_computation_in_steps_reports_between_them_and_then_its_result(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def computed() -> Generator[None, None, str]:
        yield
        yield
        return "found"

    # The clock stands at 0, then 0.05 after the first step and 0.2 after the second.
    times = iter([0.0, 0.05, 0.2, 0.2])
    monkeypatch.setattr("explorer.jobs.time.monotonic", lambda: next(times))
    assert list(reports(computed())) == [(), ("found",)]


def test_a_job_in_turn_goes_on_only_when_its_result_was_delivered(qtbot: QtBot, jobs: Jobs) -> None:
    made: list[int] = []

    def making() -> Iterator[int]:
        for number in range(4):
            made.append(number)
            yield number

    seen: list[int] = []
    done: list[bool] = []
    jobs.start(
        "in turn", making, on_result=lambda _: seen.append(len(made)),
        on_done=lambda: done.append(True), in_turn=True,
    )  # fmt: skip
    qtbot.waitUntil(lambda: bool(done))
    # When the first result came, no second one had been begun.
    assert seen == [1, 2, 3, 4]


def test_a_job_in_turn_ends_when_it_is_cancelled_while_it_waits(jobs: Jobs) -> None:
    jobs.start("in turn", count, 10**9, on_result=lambda _: None, in_turn=True)
    jobs.cancel("in turn")
    assert jobs.shutdown(5.0)
