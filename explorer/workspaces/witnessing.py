"""The three witnesses in the graph workspace: marks on cards, the two sheets, the flight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from engine.run_spec import as_dtype
from explorer.jobs import reports
from explorer.kit.prose import plain_sentence
from explorer.panels.verdict import explanation
from explorer.panels.witness_desk import SEED, WitnessDesk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PySide6.QtWidgets import QWidget

    from engine.autodiff.gradcheck import Module, ModuleCheck
    from engine.run_spec import Dtype
    from engine.trace.trace import Trace
    from engine.witnesses import ErrorCurve, Fault
    from explorer.canvas import GraphCanvas
    from explorer.jobs import Jobs
    from explorer.panels.check_sheet import CheckSheet
    from explorer.panels.sheet import SheetHost
    from explorer.panels.witness_curve import CurveSheet
    from explorer.player import Player
    from explorer.session import Run, Session
    from explorer.theme import Style

CURVE, CHECK = "curve", "check"

WALKED = 2000
"""Largest run whose nodes are all asked about after a check without PyTorch."""

TOGETHER = 16
"""Modules that are checked between two reports."""


class Witnessing(QObject):
    """Asks about what is looked at, and shows what was said.

    Attributes:
        desk: asks the witnesses and keeps what they said.
        flies: go to the first wrong node when PyTorch disagrees with a run.
        fault: the first wrong node that was found in the run on screen.

    Signals:
        told(sentence): where the run first goes wrong; of a mistake that was planted on purpose
            the museum tells.
    """

    told = Signal(str)

    def __init__(
        self,
        session: Session,
        player: Player,
        jobs: Jobs,
        canvas: GraphCanvas,
        sheets: SheetHost,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._player, self._jobs = session, player, jobs
        self._canvas, self._sheets = canvas, sheets
        self.desk = WitnessDesk(session, jobs, self)
        self.flies = True
        self.fault: Fault | None = None
        self._modules: tuple[Module, ...] = ()
        self._check: CheckSheet | None = None
        self._curve: CurveSheet | None = None
        sheets.add(CHECK, "Check", self._make_check)
        sheets.add(CURVE, "Error against h", self._make_curve)
        sheets.opened.connect(self._opened)
        session.run_changed.connect(self._take_run)
        session.verdict_changed.connect(self._take_verdict)
        session.selection_changed.connect(self._follow_selection)
        player.state_changed.connect(self._pause)
        canvas.settled.connect(self._look)
        canvas.ticks_clicked.connect(self.show_curve)
        self.desk.changed.connect(self._mark)
        self.desk.fault_found.connect(self._accuse)

    def stop(self) -> None:
        """Nobody looks: no work goes on."""
        self.desk.stop()
        for job in ("curve", "modules"):
            self._jobs.cancel(job)
        if self._check is not None and self._check.running:
            self._check.finish()

    def toggle_check(self) -> None:
        """Open or close the sheet of the check."""
        self._sheets.toggle(CHECK)

    def toggle_curve(self) -> None:
        """Open or close the plot, of the node looked at."""
        if self._sheets.is_shown and self._sheets.name == CURVE:
            self._sheets.close_sheet()
        else:
            self._open_curve()

    def show_curve(self, node: int, component: int | None = None) -> None:
        """Plot the error against h of one component of a node's adjoint."""
        self._sheets.page(CURVE)
        curve, run = self._curve, self._session.run
        if run is None or curve is None or not 0 <= node < len(run.trace):
            return
        if component is None:
            component = curve.component if node == curve.node else _largest(run.trace, node)
        self._ask_curve(node, component, curve.dtype)
        self._sheets.open_sheet(CURVE)
        self.desk.ask((node,))
        # Once the canvas has the room that the sheet leaves.
        QTimer.singleShot(0, self, self._keep_in_sight)

    def _keep_in_sight(self) -> None:
        """Show the node that is plotted, if it is the one looked at."""
        if self._curve is not None and self._curve.node == self._session.selected >= 0:
            self._canvas.ensure_visible(self._curve.node)

    # Runs

    def _take_run(self) -> None:
        self.fault = None
        self._modules = ()
        self._jobs.cancel("modules")
        self._jobs.cancel("curve")
        if self._check is not None:
            self._check.show_fault("")
            self._list_modules()
        if self._curve is not None:
            self._curve.forget()
            if self._sheets.is_shown and self._sheets.name == CURVE:
                self._open_curve()

    def _take_verdict(self) -> None:
        verdict = self._session.verdict
        if self._check is not None:
            self._check.show_torch(explanation(self._session))
        if self.flies and verdict is not None and verdict.status == "disagrees":
            self.desk.find_fault()

    def _mark(self) -> None:
        self._canvas.set_marks(self.desk.marks if len(self.desk.marks) else None)

    def _look(self) -> None:
        """Ask about the cards in sight, unless time runs."""
        if not self._player.playing:
            self.desk.ask(self._canvas.ticked_nodes())

    def _follow_selection(self) -> None:
        node = self._session.selected
        if node < 0 or self._player.playing:
            return
        if node in self._canvas.ticked_nodes():
            self.desk.ask((node, *self._canvas.ticked_nodes()))
        if self._sheets.is_shown and self._sheets.name == CURVE:
            self.show_curve(node)

    def _pause(self) -> None:
        """While time runs the motion has the processor; what was left is asked afterwards."""
        if self._player.playing:
            self._jobs.cancel("witnesses")
        else:
            self._look()

    # The first wrong node

    def show_fault(self) -> None:
        """Go to the first wrong node again."""
        run = self._session.run
        if self.fault is None or run is None:
            return
        node = self.fault.node
        done = int(run.trace.events(self._session.version).completed_at[node]) + 1
        if self.fault.kind != "value" and self._player.cursor < done <= self._player.events:
            self._player.seek(done)
        self._session.select(node)
        shown = (node,) if self.fault.consumer < 0 else (node, self.fault.consumer)
        self._canvas.fly_to(shown)
        self.desk.ask((node,))

    def _accuse(self, fault: Fault | None) -> None:
        from engine.witnesses.words import fault_sentence

        run, verdict = self._session.run, self._session.verdict
        if run is None:
            return
        if fault is None and verdict is not None and verdict.first_disagreement is not None:
            first = verdict.first_disagreement
            self._session.select(first.node)
            self._canvas.fly_to((first.node,))
            self.told.emit(explanation(self._session))
        if fault is None:
            return
        self.fault = fault
        sentence = fault_sentence(run.trace, fault)
        if self._check is not None:
            self._check.show_fault(sentence)
        self.show_fault()
        if run.planted is None:
            self.told.emit(plain_sentence(sentence))

    # The sheets

    def _make_check(self, style: Style) -> QWidget:
        from explorer.panels.check_sheet import CheckSheet

        self._check = CheckSheet(style)
        self._check.check_wanted.connect(self.check_modules)
        self._check.cancel_wanted.connect(self._cancel)
        self._check.module_chosen.connect(self._fly_to_module)
        self._check.fault_chosen.connect(self.show_fault)
        self._check.show_torch(explanation(self._session))
        return self._check

    def _make_curve(self, style: Style) -> QWidget:
        from explorer.panels.witness_curve import CurveSheet

        self._curve = CurveSheet(style)
        self._curve.wanted.connect(self._ask_curve)
        return self._curve

    def _opened(self, name: str) -> None:
        if name == CHECK and not self._modules:
            self._list_modules()
        if name == CURVE and self._curve is not None and self._curve.node < 0:
            self._open_curve()

    def _open_curve(self) -> None:
        """Plot the node looked at, else the one plotted last, else the output."""
        run, node = self._session.run, self._session.selected
        self._sheets.page(CURVE)
        if node < 0 and self._curve is not None:
            node = self._curve.node
        if run is not None:
            known = 0 <= node < len(run.trace)
            self.show_curve(node if known else run.trace.output)

    def _ask_curve(self, node: int, component: int, dtype: str) -> None:
        run = self._session.run
        if run is None or self._curve is None or not 0 <= node < len(run.trace):
            return
        self._jobs.cancel("curve")
        self._curve.show_node(run.trace, node, component)
        adjoint = run.trace.adjoints[node]
        if adjoint is not None and component < run.trace.nodes[node].value.size:
            self._jobs.start(
                "curve", _measure, run.trace, node, component, as_dtype(dtype),
                on_result=self._take_curve,
            )  # fmt: skip

    def _take_curve(self, found: tuple[ErrorCurve, ...]) -> None:
        if found and self._curve is not None:
            self._curve.show_curve(found[0])

    def check_modules(self) -> None:
        """Hold every module to finite differences, off the GUI thread."""
        run = self._session.run
        if run is None or self._check is None:
            return
        self._list_modules()
        self._check.begin(self._modules)
        self._jobs.start(
            "modules", _check, run, self._modules, on_result=self._check.take,
            on_done=self._checked,
        )  # fmt: skip

    def _cancel(self) -> None:
        self._jobs.cancel("modules")
        if self._check is not None:
            self._check.finish()

    def _checked(self) -> None:
        assert self._check is not None
        self._check.finish()
        run, verdict = self._session.run, self._session.verdict
        if any(row.ok is False for row in self._check.rows):
            self.desk.find_fault()
        elif verdict is None or verdict.status == "unverified":
            # Nobody has looked at the sums between modules: finite differences do.
            if run is not None and len(run.trace) <= WALKED:
                self.desk.find_fault()
        elif verdict.status == "disagrees":
            self.desk.find_fault()

    def _list_modules(self) -> None:
        from engine.autodiff.gradcheck import parts_of

        run = self._session.run
        if run is not None and self._check is not None:
            self._modules = parts_of(run.trace)
            self._check.forget(self._modules)

    def _fly_to_module(self, place: int) -> None:
        module = self._modules[place]
        self._session.select(module.outputs[-1] if module.outputs else module.nodes[-1])
        self._canvas.fly_to(module.nodes)


def _measure(
    trace: Trace, node: int, component: int, dtype: Dtype
) -> Iterator[tuple[ErrorCurve, ...]]:
    from engine.witnesses import curve_in_steps

    yield from reports(curve_in_steps(trace, node, component, dtype))


def _check(run: Run, modules: Sequence[Module]) -> Iterator[tuple[tuple[int, ModuleCheck], ...]]:
    """The check of every module in backward order, a few between two reports."""
    import numpy as np

    from engine.autodiff.gradcheck import check_module

    rng = np.random.default_rng(SEED)
    if run.planted is not None:
        from engine.museum.diagnosis import check_modules

        # Each module's own backward pass makes the planted mistake, whatever that is.
        for found in enumerate(check_modules(run.planted, rng)):
            yield (found,)
        return
    trace = run.trace
    order = sorted(range(len(modules)), key=lambda place: -modules[place].nodes[-1])
    for start in range(0, len(order), TOGETHER):
        yield tuple(
            (place, check_module(trace, modules[place], rng))
            for place in order[start : start + TOGETHER]
        )


def _largest(trace: Trace, node: int) -> int:
    """The component of the largest adjoint, where the most can be seen."""
    import numpy as np

    adjoint = trace.adjoints[node]
    if adjoint is None or adjoint.size == 0:
        return 0
    return int(np.argmax(np.nan_to_num(np.abs(adjoint))))
