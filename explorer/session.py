"""Which run is on screen: what was asked, its trace and layout, and PyTorch's verdict on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtCore import QObject, Signal

from engine.errors import InputError
from explorer.jobs import reports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.museum import Diagnosis, PlantedRun
    from engine.oracle.client import Oracle
    from engine.oracle.verdict import Verdict
    from engine.run_spec import RunSpec
    from engine.trace.events import Version
    from engine.trace.trace import Trace
    from explorer.canvas.scene import Scene
    from explorer.jobs import Jobs
    from explorer.layout import Layout

    Diagnosed = tuple[PlantedRun, Diagnosis]

Checking = Literal["idle", "checking", "done"]


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A recorded run, ready to be drawn.

    Attributes:
        spec: what was asked, or None for a trace read from a file.
        trace: what was computed.
        layout: where it is drawn.
        scene: the arrays that the canvas paints from.
        planted: the mistake that is planted in it, or None.
    """

    spec: RunSpec | None
    trace: Trace
    layout: Layout
    scene: Scene
    planted: PlantedRun | None = None


class Session(QObject):
    """The run on screen and what is known about it; views listen to its signals.

    A run that fails leaves the one before on screen. A mistake can be planted in the run: the wrong
    run is then on screen until it is removed or another run is asked for.

    Attributes:
        run: the run on screen, None before the first.
        verdict: PyTorch's, None while it is not known.
        checking: whether PyTorch is being asked.
        version: of the backward pass.
        selected: the node looked at, -1 for none.
        right_run: what :meth:`remove_planted` brings back, None while nothing is planted.
        diagnosis: of the planted mistake, None while there is none or it is not known.

    Signals:
        busy_changed(busy): a run is being recorded, or no longer.
        run_changed(): another run is on screen.
        run_failed(message): one sentence; the run on screen stays.
        open_failed(message): the same of a trace file.
        verdict_changed(): ``verdict`` or ``checking`` has changed.
        version_changed(): as said.
        selection_changed(): as said.
        planted_changed(): a mistake was planted or removed, or its diagnosis is known.
        plant_failed(message): one sentence; nothing has changed.
    """

    busy_changed = Signal(bool)
    run_changed = Signal()
    run_failed = Signal(str)
    open_failed = Signal(str)
    verdict_changed = Signal()
    version_changed = Signal()
    selection_changed = Signal()
    planted_changed = Signal()
    plant_failed = Signal(str)

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
        self.right_run: Run | None = None
        self.diagnosis: Diagnosis | None = None

    @property
    def oracle(self) -> Oracle | None:
        """Who is asked about PyTorch; None before it has been started."""
        return self._oracle

    def set_oracle(self, oracle: Oracle) -> None:
        """Ask this oracle from now on, about the run on screen too."""
        self._oracle = oracle
        self.check()

    def request(self, spec: RunSpec) -> None:
        """Record what is asked, off the GUI thread; a newer request replaces an older one."""
        self._jobs.cancel("plant")
        self.busy_changed.emit(True)
        self._jobs.start(
            "run", _record, spec, on_result=self._take, on_done=self._ready, on_error=self._refuse
        )

    def open_trace(self, path: str) -> None:
        """Show a trace read from a file."""
        self._jobs.cancel("plant")
        self.busy_changed.emit(True)
        self._jobs.start(
            "run",
            _load,
            path,
            on_result=self._take_planted,
            on_done=self._ready,
            on_error=self._refuse_file,
        )

    def plant(self, identity: str, *, example: bool = False) -> None:
        """Plant a mistake in the run on screen or in the exhibit's example, off the GUI thread.

        A mistake that is planted already gives way.
        """
        self._jobs.start(
            "plant",
            _plant,
            None if example else self.right_run or self.run,
            identity,
            on_result=self._take_planted,
            on_error=self.plant_failed.emit,
        )

    def remove_planted(self) -> None:
        """Bring back the run in which the mistake was planted."""
        self._jobs.cancel("plant")
        if self.right_run is not None:
            self._take(self.right_run)

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

    def _take_planted(self, found: Run | Diagnosed | None) -> None:
        """A run, or what the mistake in it does, if that run is still on screen."""
        if isinstance(found, Run):
            self._take(found)
        elif found is not None and self.run is not None and self.run.planted is found[0]:
            self.diagnosis = found[1]
            self.planted_changed.emit()

    def _take(self, run: Run) -> None:
        self._jobs.cancel("check")
        before = self.right_run
        self.right_run = None if run.planted is None else before or self.run
        concerned = before is not None or self.right_run is not None
        self.diagnosis = None
        same_shape = self.run is not None and len(self.run.trace) == len(run.trace)
        self.run, self.verdict, self.checking = run, None, "idle"
        if not same_shape:
            self.selected = -1
        self.run_changed.emit()
        self.selection_changed.emit()
        self.verdict_changed.emit()
        if concerned:
            self.planted_changed.emit()
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


def _load(path: str) -> Iterator[Run | Diagnosed | None]:
    """The run in a file; where a mistake is planted in it, the run without it comes first."""
    from engine.trace.codec import load_trace
    from explorer.layout import layout_of

    trace = load_trace(path)
    layout = layout_of(trace)
    if "planted" not in trace.provenance:
        yield _prepared(None, trace, layout)
        return
    from engine.museum import replanted

    try:
        planted = replanted(trace)
    except InputError as error:
        raise InputError(error.message, file=path) from None
    yield _prepared(None, planted.original, layout)
    yield from _with_diagnosis(None, planted, layout)


def _plant(run: Run | None, identity: str) -> Iterator[Run | Diagnosed | None]:
    """The run with the mistake in it, or without a run the exhibit's example; then what it does."""
    from engine.museum import exhibit, plant
    from explorer.layout import layout_of

    chosen = exhibit(identity)
    if run is None:
        trace, spec = chosen.example.record(), chosen.example.spec
        layout = layout_of(trace)
    else:
        trace, spec, layout = run.trace, run.spec, run.layout
    yield from _with_diagnosis(spec, plant(trace, chosen), layout)


def _with_diagnosis(
    spec: RunSpec | None, planted: PlantedRun, layout: Layout
) -> Iterator[Run | Diagnosed | None]:
    """The run, then nothing while it is checked, then its diagnosis."""
    from engine.museum import diagnosis_in_steps

    yield _prepared(spec, planted.trace, layout, planted)
    for found in reports(diagnosis_in_steps(planted, np.random.default_rng(0))):
        yield (planted, found[0]) if found else None


def _prepared(
    spec: RunSpec | None, trace: Trace, layout: Layout, planted: PlantedRun | None = None
) -> Run:
    """A run whose index arrays and scene are made here, off the GUI thread."""
    from explorer.canvas.scene import scene_of

    for version in ("A", "B"):
        trace.frame(0, version)
    scene = scene_of(trace, layout)
    if planted is not None:
        from engine.museum import spread_of

        scene = replace(scene, mistake=spread_of(planted))
    return Run(spec, trace, layout, scene, planted)


def _judge(oracle: Oracle, trace: Trace) -> Iterator[Verdict]:
    from engine.oracle.verdict import compare

    yield compare(trace, oracle.request(trace))
