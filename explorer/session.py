"""Which run is on screen: what was asked, its trace and layout, and PyTorch's verdict on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.oracle.client import Oracle
    from engine.oracle.verdict import Verdict
    from engine.run_spec import RunSpec
    from engine.trace.events import Version
    from engine.trace.trace import Trace
    from explorer.canvas.scene import Scene
    from explorer.jobs import Jobs
    from explorer.layout import Layout

Checking = Literal["idle", "checking", "done"]


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A recorded run, ready to be drawn.

    Attributes:
        spec: what was asked, or None for a trace read from a file.
        trace: what was computed.
        layout: where it is drawn.
        scene: the arrays that the canvas paints from.
    """

    spec: RunSpec | None
    trace: Trace
    layout: Layout
    scene: Scene


class Session(QObject):
    """The run on screen and what is known about it; views listen to its signals.

    A run that fails leaves the one before on screen.

    Attributes:
        run: the run on screen, None before the first.
        verdict: PyTorch's, None while it is not known.
        checking: whether PyTorch is being asked.
        version: of the backward pass.
        selected: the node looked at, -1 for none.

    Signals:
        busy_changed(busy): a run is being recorded, or no longer.
        run_changed(): another run is on screen.
        run_failed(message): one sentence; the run on screen stays.
        open_failed(message): the same of a trace file.
        verdict_changed(): ``verdict`` or ``checking`` has changed.
        version_changed(): as said.
        selection_changed(): as said.
    """

    busy_changed = Signal(bool)
    run_changed = Signal()
    run_failed = Signal(str)
    open_failed = Signal(str)
    verdict_changed = Signal()
    version_changed = Signal()
    selection_changed = Signal()

    def __init__(
        self, jobs: Jobs, oracle: Oracle | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._oracle = oracle
        self.run: Run | None = None
        self.verdict: Verdict | None = None
        self.checking: Checking = "idle"
        self.version: Version = "B"
        self.selected = -1

    def set_oracle(self, oracle: Oracle) -> None:
        """Ask this oracle from now on, about the run on screen too."""
        self._oracle = oracle
        self.check()

    def request(self, spec: RunSpec) -> None:
        """Record what is asked, off the GUI thread; a newer request replaces an older one."""
        self.busy_changed.emit(True)
        self._jobs.start(
            "run", _record, spec, on_result=self._take, on_done=self._ready, on_error=self._refuse
        )

    def open_trace(self, path: str) -> None:
        """Show a trace read from a file."""
        self.busy_changed.emit(True)
        self._jobs.start(
            "run",
            _load,
            path,
            on_result=self._take,
            on_done=self._ready,
            on_error=self._refuse_file,
        )

    def check(self) -> None:
        """Ask PyTorch about the run on screen."""
        if self.run is None or self._oracle is None:
            return
        self.verdict, self.checking = None, "checking"
        self.verdict_changed.emit()
        self._jobs.start(
            "check", _judge, self._oracle, self.run.trace, on_result=self._take_verdict
        )

    def set_version(self, version: Version) -> None:
        """Show the backward pass in Version A or B."""
        if version != self.version:
            self.version = version
            self.version_changed.emit()

    def select(self, node: int) -> None:
        """Look at a node; -1 for none."""
        if node != self.selected:
            self.selected = node
            self.selection_changed.emit()

    def _take(self, run: Run) -> None:
        self._jobs.cancel("check")
        same_shape = self.run is not None and len(self.run.trace) == len(run.trace)
        self.run, self.verdict, self.checking = run, None, "idle"
        if not same_shape:
            self.selected = -1
        self.run_changed.emit()
        self.selection_changed.emit()
        self.verdict_changed.emit()
        self.check()

    def _ready(self) -> None:
        self.busy_changed.emit(False)

    def _refuse(self, message: str) -> None:
        self.busy_changed.emit(False)
        self.run_failed.emit(message)

    def _refuse_file(self, message: str) -> None:
        self.busy_changed.emit(False)
        self.open_failed.emit(message)

    def _take_verdict(self, verdict: Verdict) -> None:
        self.verdict, self.checking = verdict, "done"
        self.verdict_changed.emit()


def _record(spec: RunSpec) -> Iterator[Run]:
    from engine.runs import run
    from explorer.layout import layout_of

    trace = run(spec)
    yield _prepared(spec, trace, layout_of(trace))


def _load(path: str) -> Iterator[Run]:
    from engine.trace.codec import load_trace
    from explorer.layout import layout_of

    trace = load_trace(path)
    yield _prepared(None, trace, layout_of(trace))


def _prepared(spec: RunSpec | None, trace: Trace, layout: Layout) -> Run:
    """A run whose index arrays and scene are made here, off the GUI thread."""
    from explorer.canvas.scene import scene_of

    for version in ("A", "B"):
        trace.frame(0, version)
    return Run(spec, trace, layout, scene_of(trace, layout))


def _judge(oracle: Oracle, trace: Trace) -> Iterator[Verdict]:
    from engine.oracle.verdict import compare

    yield compare(trace, oracle.request(trace))
