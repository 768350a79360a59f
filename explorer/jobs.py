"""Work off the GUI thread: a generator of immutable results, delivered one by one.

A job is cancelled between two of its results, by name or by a newer job of the same name. What a
cancelled job still sends is dropped. Nothing else in the program makes a thread; numpy's matrix
products keep to the thread that asks for them, because a second one would take the time that the
window needs, and on a busy machine each would wait for the other.

Python's cyclic garbage collector may run in any thread and would then delete widgets there. While
a `Jobs` lives, the automatic collector is off and a timer collects in the GUI thread.
"""

from __future__ import annotations

import gc
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from threadpoolctl import threadpool_limits

R = TypeVar("R")

QUEUED = 8
"""Results that may wait for the GUI thread before the job pauses."""

PATIENCE = 0.1
"""Seconds of work between two reports of a computation in steps."""

COLLECT_EVERY = 1000
OLD = 2
"""The generation of what has lasted."""

GROWTH = 1.25
FAULT = "This failed because of a fault in the program; the details are in its log."


@dataclass(slots=True, eq=False)
class _Job:
    """One running generator and whom its results go to."""

    key: str
    on_result: Callable[[Any], object]
    on_done: Callable[[], object] | None
    on_error: Callable[[str], object] | None
    in_turn: bool = False
    room: threading.Semaphore = field(init=False)
    cancelled: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    def __post_init__(self) -> None:
        self.room = threading.Semaphore(0 if self.in_turn else QUEUED)

    def cancel(self) -> None:
        self.cancelled.set()
        self.room.release()


class Jobs(QObject):
    """Runs at most one job a name and delivers in the GUI thread.

    Signals:
        started(key): a job has begun.
        ended(key): it is over, whether done, failed or cancelled.
        failed(key, message): it met bad input, or a fault of the program, which is also raised in
            the GUI thread for the exception hook to see.
    """

    started = Signal(str)
    ended = Signal(str)
    failed = Signal(str, str)
    _arrived = Signal(object, str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._current: dict[str, _Job] = {}
        self._threads: list[threading.Thread] = []
        self._closed = False
        self._limits: threadpool_limits | None = None
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._old = 0
        self._collects_itself = gc.isenabled()
        gc.disable()
        self._collector = QTimer(self, interval=COLLECT_EVERY)
        self._collector.timeout.connect(self._collect)
        self._collector.start()

    def start(
        self,
        key: str,
        function: Callable[..., Iterator[R]],
        *args: object,
        on_result: Callable[[R], object],
        on_done: Callable[[], object] | None = None,
        on_error: Callable[[str], object] | None = None,
        in_turn: bool = False,
    ) -> None:  # fmt: skip
        """Run a generator function in a thread, in place of a running job of the same name.

        Args:
            key: the name of the job.
            function: called in the thread; it must touch no widget.
            args: what it is called with.
            on_result: called in the GUI thread with each result.
            on_done: called after the last result.
            on_error: called with one sentence for a person when the job failed.
            in_turn: go on only when a result has been delivered, which a window that is busy
                painting does afterwards: for what nobody waits for.
        """
        if self._closed:
            return
        if self._limits is None:
            from threadpoolctl import threadpool_limits

            self._limits = threadpool_limits(1, user_api="blas")
        self.cancel(key)
        job = _Job(key, on_result, on_done, on_error, in_turn)
        self._current[key] = job
        job.thread = threading.Thread(
            target=self._work, args=(job, function, args), name=f"job {key}", daemon=True
        )
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        self._threads.append(job.thread)
        job.thread.start()
        self.started.emit(key)

    def is_running(self, key: str) -> bool:
        """Whether a job of this name is under way."""
        return key in self._current

    def cancel(self, key: str) -> None:
        """Stop a job after the result it is working on; none of its results arrives any more."""
        job = self._current.pop(key, None)
        if job is not None:
            job.cancel()
            self.ended.emit(key)

    def cancel_all(self) -> None:
        """Cancel every job."""
        for key in tuple(self._current):
            self.cancel(key)

    def shutdown(self, seconds: float = 1.0) -> bool:
        """Cancel every job and wait for the threads; nothing can be started any more.

        Returns:
            Whether all threads have ended in time. One that has not dies with the program.
        """
        self._closed = True
        self.cancel_all()
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._collector.stop()
        if self._limits is not None:
            self._limits.restore_original_limits()
        if self._collects_itself:
            gc.enable()
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self, job: _Job, function: Callable[..., Iterator[Any]], args: Any) -> None:
        """Run in the thread: send each result, then how it ended."""
        try:
            results = function(*args)
            for result in results:
                if not job.in_turn:
                    job.room.acquire()
                if job.cancelled.is_set():
                    _close(results)
                    return
                self._arrived.emit(job, "result", result)
                if job.in_turn:
                    job.room.acquire()
        except InputError as error:
            self._send_end(job, "input", str(error))
        except BaseException as error:  # noqa: BLE001  (handed to the GUI thread's hook)
            self._send_end(job, "fault", error)
        else:
            self._send_end(job, "done", None)

    def _send_end(self, job: _Job, kind: str, payload: object) -> None:
        if not job.cancelled.is_set():
            self._arrived.emit(job, kind, payload)

    def _deliver(self, job: _Job, kind: str, payload: Any) -> None:
        """Run in the GUI thread: pass on what a job sent, unless it was cancelled since."""
        job.room.release()
        if self._current.get(job.key) is not job:
            return
        if kind == "result":
            job.on_result(payload)
            return
        del self._current[job.key]
        self.ended.emit(job.key)
        if kind == "done":
            if job.on_done is not None:
                job.on_done()
            return
        message = payload if kind == "input" else FAULT
        if job.on_error is not None:
            job.on_error(message)
        self.failed.emit(job.key, message)
        if kind == "fault":
            raise payload

    def _collect(self) -> None:
        """Collect the oldest generation that is due, as the interpreter would.

        All objects are walked only when the old ones have grown by a quarter: it takes longer
        than a frame.
        """
        due = [
            generation
            for generation, (count, threshold) in enumerate(
                zip(gc.get_count(), gc.get_threshold(), strict=True)
            )
            if count > threshold > 0
        ]
        if not due:
            return
        oldest = max(due)
        if oldest == OLD and len(gc.get_objects(OLD)) < GROWTH * self._old:
            oldest = OLD - 1
        gc.collect(oldest)
        if oldest == OLD:
            self._old = len(gc.get_objects(OLD))


def reports(steps: Generator[None, None, R]) -> Iterator[tuple[R, ...]]:
    """Results of a computation in steps: empty ones while it goes on, then what it returns.

    Between two of them a job can be cancelled.
    """
    reported = time.monotonic()
    while True:
        try:
            next(steps)
        except StopIteration as end:
            yield (end.value,)
            return
        if time.monotonic() - reported > PATIENCE:
            yield ()
            reported = time.monotonic()


def _close(results: Iterator[Any]) -> None:
    """Let a generator leave its ``with`` and ``finally`` blocks now, in its own thread."""
    close = getattr(results, "close", None)
    if close is not None:
        close()
