"""Which run is on screen: what was asked, its trace and layout, and PyTorch's verdict on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from explorer import run_jobs
from explorer.arrangement import Arrangement
from explorer.run_jobs import Carried, Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.museum import Diagnosis
    from engine.oracle.client import Oracle
    from engine.oracle.verdict import Verdict
    from engine.run_spec import RunSpec
    from engine.trace.events import Version
    from engine.trace.trace import Trace
    from explorer.jobs import Jobs
    from explorer.run_jobs import Diagnosed, Wish

__all__ = ["Checking", "Run", "Session"]

Checking = Literal["idle", "checking", "done"]


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
        arrangement: how the graph is drawn: which boxes are collapsed, and how time is.
        unaltered: the run that :meth:`restore` brings back, None while nothing is altered.

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
        arranged(anchor): the run on screen has another layout and scene; a node that is to stay
            where it is seen, -1 for none.
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
    arranged = Signal(int)

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
        self.arrangement = Arrangement()
        self.unaltered: Run | None = None

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
            "run",
            run_jobs.record,
            spec,
            self._plan(),
            on_result=self._take,
            on_done=self._ready,
            on_error=self._refuse,
        )

    def grant(self, wish: Wish) -> None:
        """Record what another page wants to be looked at, as :meth:`request` does."""
        self._jobs.cancel("plant")
        self.busy_changed.emit(True)
        self._jobs.start(
            "run",
            run_jobs.grant,
            wish,
            self._plan(),
            on_result=self._take,
            on_done=self._ready,
            on_error=self._refuse,
        )

    def open_trace(self, path: str) -> None:
        """Show a trace read from a file."""
        self._jobs.cancel("plant")
        self.busy_changed.emit(True)
        self._jobs.start(
            "run",
            run_jobs.load,
            path,
            self._plan(),
            on_result=self._take_planted,
            on_done=self._ready,
            on_error=self._refuse_file,
        )

    def plant(self, identity: str, *, example: bool = False) -> None:
        """Plant a mistake in the run on screen or in the exhibit's example, off the GUI thread.

        A mistake that is planted already gives way, and so does a change.
        """
        self._jobs.start(
            "plant",
            run_jobs.plant,
            None if example else self.right_run or self.unaltered or self.run,
            identity,
            self._plan(),
            on_result=self._take_planted,
            on_error=self.plant_failed.emit,
        )

    def remove_planted(self) -> None:
        """Bring back the run in which the mistake was planted."""
        self._jobs.cancel("plant")
        if self.right_run is not None:
            self._take(self.right_run)

    def arrange(self, arrangement: Arrangement, anchor: int = -1) -> None:
        """Draw the run on screen in another way, off the GUI thread; the newest wish wins."""
        self.arrangement = arrangement
        if self.run is not None:
            self._jobs.start(
                "arrange",
                run_jobs.arranged,
                self.run,
                arrangement,
                anchor,
                on_result=self._take_arranged,
            )

    def show(self, run: Run) -> None:
        """Show the run on screen written in another way, made ready elsewhere."""
        self._take(run)

    def alter(self, run: Run, *, check: bool = True) -> None:
        """Show what becomes of the run on screen under a change; see :meth:`restore`.

        Args:
            run: a run of the same request, its layout and scene made; with the trace of the
                unaltered one it is unaltered.
            check: ask PyTorch about it at once; while a change is under way there is no need.
        """
        before = self.unaltered or self.run
        back = before is None or run.trace is before.trace
        self._take(run, check=check, unaltered=None if back else before)

    def restore(self) -> None:
        """Take every change back."""
        if self.unaltered is not None:
            self._take(self.unaltered)

    def check(self) -> None:
        """Ask PyTorch about the run on screen."""
        if self.run is None or self._oracle is None:
            return
        self.verdict, self.checking = None, "checking"
        self.verdict_changed.emit()
        self._jobs.start(
            "check", _judge, self._oracle, self.run.trace, on_result=self._take_verdict
        )

    def leave_unverified(self, reason: str) -> None:
        """Say why there is nothing to ask PyTorch about the run on screen."""
        from engine.oracle.verdict import Verdict

        self._jobs.cancel("check")
        self._take_verdict(Verdict("unverified", 0.0, reason=reason))

    def set_version(self, version: Version) -> None:
        """Show the backward pass in Version A or B."""
        if version != self.version:
            self.version = version
            self.version_changed.emit()

    def select(self, node: int) -> None:
        """Look at a node; -1 for none.

        One that the run on screen has not is what was shown of a run before: nobody can mean it.
        """
        if self.run is None or node >= len(self.run.trace):
            node = -1
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

    def _plan(self) -> Carried:
        return Carried(self.arrangement, None if self.run is None else self.run.trace)

    def _take_arranged(self, found: tuple[Run, Run, int]) -> None:
        """Another layout, if its run is still the one on screen."""
        before, run, anchor = found
        if self.run is before:
            self.run = run
            if self.unaltered is not None:
                self.unaltered = run_jobs.drawn_as(self.unaltered, run)
            self.arranged.emit(anchor)

    def _take(self, run: Run, *, check: bool = True, unaltered: Run | None = None) -> None:
        self._jobs.cancel("check")
        self._jobs.cancel("arrange")
        self.arrangement = run.arrangement
        before = self.right_run
        self.right_run = None if run.planted is None else before or self.unaltered or self.run
        self.unaltered = unaltered
        concerned = before is not None or self.right_run is not None
        self.diagnosis = None
        same_shape = self.run is not None and len(self.run.trace) == len(run.trace)
        known = self.verdict is not None or self.checking != "idle"
        self.run, self.verdict, self.checking = run, None, "idle"
        if not same_shape:
            self.selected = -1
        self.run_changed.emit()
        # A change follows the hand: nothing is shown twice for it.
        if unaltered is None:
            self.selection_changed.emit()
        if unaltered is None or known:
            self.verdict_changed.emit()
        if concerned:
            self.planted_changed.emit()
        if check:
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


def _judge(oracle: Oracle, trace: Trace) -> Iterator[Verdict]:
    from engine.oracle.verdict import compare

    yield compare(trace, oracle.request(trace))
