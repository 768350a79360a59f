"""What the three witnesses have said of the run on screen; asked node by node, off the GUI thread.

Our own rules and finite differences are asked lazily, about the nodes that are looked at;
PyTorch's word on all nodes comes with the session's verdict. Everything is kept for the run.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from explorer.canvas.marks import AGREES, DISAGREES, Marks, no_marks
from explorer.jobs import PATIENCE, reports

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.autodiff.primitives import Array
    from engine.oracle.verdict import Verdict
    from engine.trace.trace import Trace
    from engine.witnesses import Differences, Fault, WitnessVerdict
    from explorer.jobs import Jobs
    from explorer.session import Session

SEED = 0
"""Of the directions and cotangents: asking twice gives the same answer."""


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """What was found of one node without PyTorch.

    Attributes:
        node: index of the node.
        ours: how far its adjoint is from the sum of its contributions.
        differences: what finite differences say.
    """

    node: int
    ours: float
    differences: Differences


@dataclass(frozen=True, slots=True, eq=False)
class Testimony:
    """All that is known of one node's adjoint.

    Attributes:
        verdict: the errors of the three witnesses, None for one that has not spoken.
        estimate: the adjoint by finite differences, None if it is not known in full.
        probes: directions that finite differences tried, 0 before they were asked.
    """

    verdict: WitnessVerdict
    estimate: Array | None
    probes: int


class WitnessDesk(QObject):
    """Asks the witnesses and keeps what they said.

    Attributes:
        marks: (N, 3) what is drawn on the cards of the run on screen.

    Signals:
        changed(): more is known, or less.
        fault_found(fault): the first wrong node of a run, with the local rule that is off; None
            where a search found nothing.
    """

    changed = Signal()
    fault_found = Signal(object)

    def __init__(self, session: Session, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self._findings: dict[int, Finding] = {}
        self.marks: Marks = no_marks(0)
        session.run_changed.connect(self._begin_again)
        session.verdict_changed.connect(self._hear_pytorch)

    def testimony(self, node: int) -> Testimony:
        """What is known of a node of the run on screen, whether it has an adjoint or not."""
        from engine.witnesses import judged

        run = self._session.run
        assert run is not None
        finding = self._findings.get(node)
        differences = None if finding is None else finding.differences
        ours = None if finding is None else finding.ours
        verdict = judged(run.trace, node, ours, differences, self._session.verdict)
        if differences is None:
            return Testimony(verdict, None, 0)
        return Testimony(verdict, differences.estimate, differences.probes)

    def ask(self, nodes: Sequence[int]) -> None:
        """Call our rules and finite differences for the nodes that have not been asked about."""
        run = self._session.run
        if run is None:
            return
        asked = [
            node
            for node in nodes
            if node not in self._findings and run.trace.adjoints[node] is not None
        ]
        if asked:
            self._jobs.start("witnesses", _call, run.trace, asked, on_result=self._take)

    def stop(self) -> None:
        """Ask no further; what was said stays."""
        for job in ("witnesses", "fault"):
            self._jobs.cancel(job)

    def find_fault(self) -> None:
        """Look for the first wrong node in backward order, and the rule that is off there."""
        run = self._session.run
        if run is not None:
            self._jobs.start(
                "fault", _search, run.trace, self._session.verdict, on_result=self._take_fault
            )

    def _begin_again(self) -> None:
        self.stop()
        self._findings.clear()
        run = self._session.run
        # Views hear of it with the verdict, which the session drops once all have the new run.
        self.marks = no_marks(0 if run is None else len(run.trace))

    def _hear_pytorch(self) -> None:
        """PyTorch speaks of all nodes at once."""
        verdict = self._session.verdict
        marks = self.marks.copy()
        marks[:, 1] = 0
        if verdict is not None and verdict.adjoint_errors is not None:
            values = (
                verdict.adjoint_errors if verdict.value_errors is None else verdict.value_errors
            )
            worst = np.maximum(verdict.adjoint_errors, values)
            known = ~np.isnan(verdict.adjoint_errors)
            marks[known, 1] = np.where(worst[known] <= verdict.tolerance, AGREES, DISAGREES)
        self.marks = marks
        self.changed.emit()

    def _take(self, findings: tuple[Finding, ...]) -> None:
        if not findings:
            return
        marks = self.marks.copy()
        for finding in findings:
            self._findings[finding.node] = finding
            flags = self.testimony(finding.node).verdict.flags
            marks[finding.node] = [0 if f is None else AGREES if f else DISAGREES for f in flags]
        self.marks = marks
        self.changed.emit()

    def _take_fault(self, found: tuple[Fault | None, ...]) -> None:
        if found:
            self.fault_found.emit(found[0])


def _call(trace: Trace, nodes: Sequence[int]) -> Iterator[tuple[Finding, ...]]:
    """What is found of some nodes, in batches; empty ones while a node takes long."""
    from engine.witnesses import differences_in_steps, sum_error

    rng = np.random.default_rng(SEED)
    batch: list[Finding] = []
    reported = time.monotonic()
    for node in nodes:
        steps = differences_in_steps(trace, node, rng)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                batch.append(Finding(node, sum_error(trace, node), end.value))
                break
            if time.monotonic() - reported > PATIENCE:
                yield tuple(batch)
                batch, reported = [], time.monotonic()
    yield tuple(batch)


def _search(trace: Trace, verdict: Verdict | None) -> Iterator[tuple[Fault | None, ...]]:
    """Empty while the search goes on, then what it found."""
    from engine.witnesses import find_fault

    known = verdict if verdict is not None and verdict.status == "disagrees" else None
    search = find_fault(trace, np.random.default_rng(SEED), known)
    yield from reports(search)
