"""Where a gradient comes from: slices of a shared adjoint by time step, and their ways."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from explorer.run_jobs import drawn_as
from explorer.workspaces.aide import Aide
from explorer.workspaces.origin_jobs import Question, radius_of, scaled_run, split, way

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtCore import QObject
    from PySide6.QtWidgets import QWidget

    from engine.trace.trace import Trace
    from explorer.actions import Actions
    from explorer.canvas.path_layer import PathLayer
    from explorer.panels.origin_sheet import OriginSheet
    from explorer.session import Run
    from explorer.theme import Style
    from explorer.workspaces.aide import Parts
    from explorer.workspaces.origin_jobs import Base, Found

SHEET = LAYER = "origin"
SPLIT, WAY, RADIUS, ALTER = "origin", "origin path", "origin radius", "origin run"

_NO_MATRIX = "No matrix of this run multiplies what the time step before it computed."
_OVERFLOWED = (
    "The run has overflowed: from there on the order of a sum decides between ∞ and NaN, so there"
    " is nothing to compare. Choose a smaller spectral radius."
)
_PLANTED = "A mistake is planted in this run: remove it to scale the matrices."


class Origins(Aide):
    """Splits the adjoint of a shared parameter, lights ways, and scales recurrent matrices.

    Attributes:
        found: the slices on screen, None before any.
        base: what the slider scales, None while nothing can be scaled or it is not known.
    """

    def __init__(self, parts: Parts, parent: QObject) -> None:
        super().__init__(parts, parent)
        self.found: Found | None = None
        self.base: Base | None = None
        self._altered: Trace | None = None
        self._expected: Trace | None = None
        self._original: NDArray[np.float64] | None = None
        self._asked: Question | None = None
        self._node = -1
        self._selecting = False
        self._sheet: OriginSheet | None = None
        parts.sheets.add(SHEET, "Where the gradient comes from", self._make_sheet)
        parts.sheets.opened.connect(self._opened)
        parts.sheets.closed.connect(self._closed)
        parts.session.run_changed.connect(self._take_run)
        parts.session.selection_changed.connect(self._follow_selection)

    def connect_actions(self, actions: Actions) -> None:
        """One command opens and closes the sheet."""
        actions.add("read.origin", self.toggle)

    def toggle(self) -> None:
        """Open the sheet on the selected node, or close it."""
        self.parts.sheets.toggle(SHEET)

    def stop(self) -> None:
        """Nobody looks: no work goes on."""
        for job in (SPLIT, WAY, RADIUS, ALTER):
            self.parts.jobs.cancel(job)

    @property
    def is_open(self) -> bool:
        """Whether the sheet is in sight."""
        return self.parts.sheets.is_shown and self.parts.sheets.name == SHEET

    # The sheet

    def _make_sheet(self, style: Style) -> QWidget:
        from explorer.panels.origin_sheet import OriginSheet

        self._sheet = sheet = OriginSheet(style)
        sheet.wanted.connect(self._choose)
        sheet.pointed.connect(self._light)
        sheet.chosen.connect(self._go)
        sheet.radius_wanted.connect(self.scale)
        sheet.settled.connect(self._settle)
        sheet.reset_wanted.connect(self.reset)
        return sheet

    def _opened(self, name: str) -> None:
        if name == SHEET:
            self._node = self.parts.session.selected
            self._begin()

    def _closed(self, name: str) -> None:
        if name != SHEET:
            return
        self.stop()
        self.parts.canvas.set_layer(LAYER, None)
        self.reset()
        self.found = self.base = None

    def _begin(self) -> None:
        """Offer what this run has, and split the node that was looked at last, or W_hh."""
        run, sheet = self.parts.session.run, self._sheet
        if run is None or sheet is None:
            return
        from engine.trace.origin import is_shared, losses_of, shared_nodes
        from engine.trace.spectral import recurrent_matrices

        trace = run.trace
        offered = list(shared_nodes(trace))
        wanted = self._node
        has = 0 <= wanted < len(trace) and trace.adjoints[wanted] is not None
        if has and wanted not in offered and is_shared(trace, wanted):
            offered.append(wanted)
        if wanted not in offered:
            recurrent = [node for node in recurrent_matrices(trace) if node in offered]
            wanted = next(iter(recurrent or offered), -1)
        self._node = wanted
        names = [(str(node), trace.nodes[node].name) for node in offered]
        sheet.offer(names, len(losses_of(trace)))
        if wanted < 0:
            self._forget()
            sheet.show_nothing()
        else:
            sheet.choose_node(wanted, trace.nodes[wanted].value.size)
            self._ask()
        self._measure_radius()

    def _choose(self) -> None:
        """Another parameter, component or loss was chosen in the sheet."""
        run, sheet = self.parts.session.run, self._sheet
        if run is None or sheet is None:
            return
        if sheet.node != self._node:
            self._node = sheet.node
            sheet.choose_node(self._node, run.trace.nodes[self._node].value.size)
        self._original = None
        self._ask()

    def _follow_selection(self) -> None:
        """A shared node was selected on the canvas: split that."""
        run, node = self.parts.session.run, self.parts.session.selected
        if not self.is_open or self._selecting or run is None or node in {-1, self._node}:
            return
        from engine.trace.origin import is_shared

        known = node < len(run.trace) and run.trace.adjoints[node] is not None
        if known and is_shared(run.trace, node):
            self._node, self._original = node, None
            self._begin()

    # Slices

    def _ask(self) -> None:
        run, sheet = self.parts.session.run, self._sheet
        if run is None or sheet is None or self._node < 0:
            return
        from engine.trace.origin import losses_of

        place = sheet.loss_place
        loss = losses_of(run.trace)[place] if place >= 0 else -1
        question = Question(self._node, sheet.place, loss)
        original = self._original if self._altered is run.trace else None
        self.parts.jobs.start(
            SPLIT, split, run.trace, question, self.found, original, on_result=self._take
        )

    def _take(self, answer: tuple[Found, ...]) -> None:
        sheet, run = self._sheet, self.parts.session.run
        if not answer or sheet is None or run is None or run.trace is not answer[0].whole:
            return
        self.found = found = answer[0]
        if self._altered is not run.trace:
            self._original = found.slices.values
        in_time = bool((found.origin.steps >= 0).any())
        sheet.show_slices(found.slices, found.subject, found.largest, in_time=in_time)
        self._light(sheet.bar.place)

    def _light(self, place: int) -> None:
        """Light the way of a slice."""
        found = self.found
        self.parts.jobs.cancel(WAY)
        if found is None or not 0 <= place < len(found.origin) or not found.origin.edges[place]:
            self.parts.canvas.set_layer(LAYER, None)
            return
        self.parts.jobs.start(WAY, way, found, place, on_result=self._take_way)

    def _take_way(self, answer: tuple[Found, PathLayer | None, str]) -> None:
        found, layer, sentence = answer
        if self._sheet is None or found is not self.found:
            return
        self.parts.canvas.set_layer(LAYER, layer)
        self._sheet.show_path(sentence)

    def _go(self, place: int) -> None:
        """Select the consumer of a slice and fly there."""
        found = self.found
        if found is None or not found.origin.edges[place]:
            return
        node = int(found.whole.graph.edge_consumer[found.origin.edges[place][0]])
        self._selecting = True
        self.parts.session.select(node)
        self._selecting = False
        self.parts.canvas.fly_to((node,))

    # Runs

    def _take_run(self) -> None:
        run = self.parts.session.run
        if run is not None and run.trace is self._expected:
            # Of our own making: the slices follow, the slider stays where it is.
            if self.is_open:
                self._ask()
            return
        for job in (ALTER, RADIUS, WAY):
            self.parts.jobs.cancel(job)
        name = "" if self.found is None else self.found.whole.nodes[self._node].name
        self._altered = self._expected = self._original = None
        if run is None or self.found is None or len(run.trace) != len(self.found.whole):
            self._forget()
        if run is not None and self.is_open:
            self._node = next((node.index for node in run.trace.nodes if node.name == name), -1)
            self._begin()

    def _forget(self) -> None:
        self.found = None
        self.parts.canvas.set_layer(LAYER, None)
        if self._sheet is not None:
            self._sheet.set_place(-1)

    def _measure_radius(self) -> None:
        """Find the spectral radius of the run on screen."""
        run, sheet = self.parts.session.run, self._sheet
        self.base = None
        if run is None or sheet is None:
            return
        if run.planted is not None:
            sheet.show_radius("", None, _PLANTED)
            return
        from engine.trace.spectral import recurrent_matrices

        matrices = recurrent_matrices(run.trace)
        if not matrices:
            timed = bool((run.trace.graph.step >= 0).any())
            sheet.show_radius("", None, _NO_MATRIX if timed else "")
            return
        names = [f"`{run.trace.nodes[node].name}`" for node in matrices]
        name = f"Spectral radius of {names[0]}"
        note = ""
        if len(names) > 1:
            name = f"Largest spectral radius of {', '.join(names[:-1])} and {names[-1]}"
            note = "All of them are scaled by one factor."
        sheet.show_radius(name, None, note)
        self.parts.jobs.start(RADIUS, radius_of, run, matrices, on_result=self._take_radius)

    def _take_radius(self, found: Base) -> None:
        sheet = self._sheet
        run = self.parts.session.run
        if sheet is None or run is None or found.run.trace is not run.trace:
            return
        if not found.radius > 0:
            sheet.show_radius("", None, "No factor changes the spectral radius of this run.")
            return
        self.base = found
        sheet.slider.set_original(found.radius)
        for widget in (sheet.slider, sheet.typed, sheet.reset):
            widget.setEnabled(True)
        sheet.set_radius(found.radius)

    # Another radius

    def scale(self, radius: float) -> None:
        """Show the run with recurrent matrices of this spectral radius; the newest wish wins."""
        base, run = self.base, self.parts.session.run
        if base is None or run is None:
            return
        if radius == base.radius:
            self.parts.jobs.cancel(ALTER)
            self._restore()
            return
        self.parts.jobs.start(ALTER, scaled_run, base, run, radius, on_result=self._take_altered)

    def reset(self) -> None:
        """Bring the original back."""
        self.parts.jobs.cancel(ALTER)
        if self._sheet is not None and self.base is not None:
            self._sheet.set_radius(self.base.radius)
        self._restore()

    def _take_altered(self, run: Run) -> None:
        sheet, now = self._sheet, self.parts.session.run
        if self.base is None or sheet is None or now is None:
            return
        if now.layout is not run.layout:
            # Drawn in another way since.
            run = drawn_as(run, now)
        self._altered = self._expected = run.trace
        self.parts.session.alter(run, check=False)
        if not sheet.slider.isSliderDown():
            self._settle()

    def _settle(self) -> None:
        """The slider was let go: what stands there now is asked about."""
        run, session = self.parts.session.run, self.parts.session
        if run is None or run.trace is not self._altered or session.checking != "idle":
            return
        if math.isfinite(run.trace.loss):
            session.check()
        else:
            session.leave_unverified(_OVERFLOWED)

    def _restore(self) -> None:
        """Take our change back, and no other."""
        session, base = self.parts.session, self.base
        if base is None or session.run is None or session.run.trace is not self._altered:
            return
        self._altered, self._expected = None, base.run.trace
        if session.unaltered is not None and session.unaltered.trace is base.run.trace:
            session.restore()
        else:
            session.alter(drawn_as(base.run, session.run))
