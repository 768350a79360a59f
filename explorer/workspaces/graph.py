"""The graph workspace: a run on the canvas, its transport below, the dock beside it."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from explorer.canvas import GraphCanvas
from explorer.kit.badge import Badge
from explorer.kit.keys import KeysElsewhere
from explorer.kit.prose import plain_sentence
from explorer.panels.dock import Dock
from explorer.panels.museum_desk import MuseumDesk
from explorer.panels.range_switch import RangeSwitch
from explorer.panels.run_bar import RunBar
from explorer.panels.side import Side
from explorer.panels.stage import Caption, Heading, subject
from explorer.panels.transport import Transport
from explorer.panels.typeset import Typesetter
from explorer.panels.verdict import badge_words
from explorer.place import same_moment
from explorer.workspaces.aide import Parts
from explorer.workspaces.aides import Aides
from explorer.workspaces.base import Workspace
from explorer.workspaces.moments import Moments
from explorer.workspaces.requests import Requests
from explorer.workspaces.witnessing import CHECK, Witnessing

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from engine.trace.events import Version
    from engine.trace.frame import Frame
    from explorer.actions import Actions
    from explorer.jobs import Jobs
    from explorer.player import Player
    from explorer.session import Run, Session
    from explorer.theme import Style

TIGHT = 1000
"""Width at 100 % below which the badge is an icon."""

_LONGEST_SUBJECT = 80

FAST = 4.0
"""Speed from which formulas are not set while the run plays."""


class GraphWorkspace(Workspace):
    """Shows the session's run at the player's cursor.

    Attributes:
        canvas, dock, transport, run_bar: the panels.
        sheets, museum: the side sheets at the left of the canvas, and what plants mistakes.
        aides: what else a person can do with the graph.
        requests: asks for the runs.
    """

    identity = "graph"

    def __init__(
        self,
        style: Style,
        jobs: Jobs,
        session: Session,
        player: Player,
        actions: Actions,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(style, jobs, parent)
        self.session, self.player = session, player
        self._moments = Moments(session, player, self)
        self._shown: Run | None = None
        self._shown_version: Version = session.version
        self._presenting = False
        self._selected = -1
        self.canvas = GraphCanvas(style)
        self._typesetter = Typesetter(jobs, self)
        self.dock = Dock(style, self._typesetter)
        self.transport = Transport(style, player, actions)
        self.run_bar = RunBar(style)
        self.badge = Badge(style)
        self._heading = Heading(style)
        self._caption = Caption(style, self._typesetter)
        self._range = RangeSwitch(style, self.canvas)
        self._side = Side(self, self.canvas, self.dock, self.transport, self._range)
        self.sheets = self._side.sheets
        self.museum = MuseumDesk(session, self._side, self.dock, self)
        self.witnessing = Witnessing(session, player, jobs, self.canvas, self.sheets, self)
        parts = Parts(self, session, player, jobs, self.canvas, self.sheets, self._side,
                      self._moments)  # fmt: skip
        self.aides = Aides(parts, self)
        self.requests = Requests(session, self.run_bar, self)
        self._build()
        self._connect()
        beside = (self.transport, self.dock, self._range, self._side.button, self.badge,
                  self.sheets)  # fmt: skip
        self._keys = KeysElsewhere(self.canvas, beside)

    def _build(self) -> None:
        middle = self._side.middle
        middle.insertWidget(1, self._heading)
        middle.insertWidget(3, self._caption)
        self._heading.hide()
        self._caption.hide()

    def _connect(self) -> None:
        session, player = self.session, self.player
        session.run_changed.connect(self._take_run)
        session.verdict_changed.connect(self._take_verdict)
        session.version_changed.connect(self._take_version)
        session.selection_changed.connect(self._take_selection)
        self._moments.told_changed.connect(self._show_panels)
        self._moments.moved.connect(self._show_moving)
        player.state_changed.connect(self._pace)
        self.requests.told.connect(self.failed)
        self.requests.announced.connect(self.announced)
        self.canvas.selected.connect(self._choose_node)
        self.dock.node_chosen.connect(self._choose_node)
        self.dock.version_chosen.connect(self._choose_version)
        self.badge.clicked.connect(self._explain_verdict)
        self.witnessing.desk.changed.connect(self._show_panels)
        self.witnessing.told.connect(self.failed)
        self.dock.inspector.curve_wanted.connect(self.witnessing.show_curve)
        self._range.clipped.connect(self.dock.inspector.set_clipped)
        self._side.button.clicked.connect(self.toggle_drawer)
        self.sheets.changed.connect(self._arrange)
        session.planted_changed.connect(self._arrange)
        self.museum.failed.connect(self.failed)
        self.aides.told.connect(self.failed)
        self.aides.announced.connect(self.announced)
        self.aides.changed.connect(self._show_panels)
        self.aides.rearranged.connect(self._arrange)

    def bar(self) -> QWidget:
        """Model, text, sizes, and the badge of the comparison with PyTorch."""
        bar = QWidget()
        row = QHBoxLayout(bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self.look.ipx(12))
        row.addWidget(self.run_bar, 1)
        row.addWidget(self.badge)
        self._take_verdict()
        return bar

    def connect_actions(self, actions: Actions) -> None:
        """Zoom and the text field."""
        actions.add("view.zoom_in", self.canvas.zoom_in)
        actions.add("view.zoom_out", self.canvas.zoom_out)
        actions.add("view.zoom_fit", self.canvas.fit_or_whole)
        actions.add("view.inspector", self.toggle_drawer)
        actions.add("view.museum", self.museum.toggle)
        actions.add("file.edit_text", self.run_bar.edit_text)
        actions.add("view.check", self.witnessing.toggle_check)
        actions.add("view.curve", self.witnessing.toggle_curve)
        self.aides.connect_actions(actions)
        self.dock.offer(actions["view.compare"], "compare")

    def enter(self) -> None:
        """The first time, read the opening sentence."""
        if self.session.run is None and not self.jobs.is_running("run"):
            self.requests.begin()
            self._typesetter.warm_up()
        self.canvas.setFocus()

    def leave(self) -> None:
        """Time stands still while nobody looks."""
        self.player.pause()
        self._typesetter.stop()
        self.witnessing.stop()
        self.aides.stop()
        self.requests.stop()

    def set_presenting(self, presenting: bool) -> None:
        """Show the canvas with heading and caption only, or everything again."""
        self._presenting = presenting
        self._heading.setVisible(presenting)
        self._caption.setVisible(presenting)
        self.transport.setVisible(not presenting)
        self.sheets.withhold(presenting)
        self.aides.set_presenting(presenting)
        self._arrange()
        self._show_panels()
        self.canvas.setFocus()

    def set_motion(self, motion: bool) -> None:
        """Let things glide, or jump."""
        self.canvas.motion = motion
        self.aides.set_motion(motion)
        self.player.set_motion(motion)

    def apply_style(self) -> None:
        """Decide again what there is room for."""
        super().apply_style()
        self.aides.apply_style()
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold what does not fit."""
        super().resizeEvent(event)
        self._arrange()

    @property
    def is_narrow(self) -> bool:
        """Whether the dock is a drawer."""
        return self._side.is_narrow

    def toggle_drawer(self) -> None:
        """Open or close the inspector where it is a drawer."""
        if self._side.is_narrow and not self._presenting:
            self._side.toggle_drawer()
            self._arrange()
            self._show_panels()

    def _arrange(self) -> None:
        """Give everything the room there is; what has come into sight shows the present."""
        if self._side.arrange(presenting=self._presenting):
            self._show_panels()
        narrow = self._side.is_narrow
        self.run_bar.set_folded(narrow)
        self.badge.set_compact(narrow)
        self.badge.set_bare(self.width() < self.look.px(TIGHT))
        self._place_range()

    def _place_range(self) -> None:
        """The switch of the colours' range, where strips of several time steps share one."""
        steps = self._shown is not None and len(self._shown.layout.lanes) > 1
        self._side.show_switch(useful=steps and not self._presenting)

    # Runs

    def _take_run(self) -> None:
        run = self.session.run
        if run is None:
            return
        version = self.session.version
        cursor = 0
        if self._shown is not None:
            before = self._shown.trace
            cursor = same_moment(before, version, self.player.cursor, run.trace, version)
        self._shown = run
        self._moments.forget()
        self.requests.fulfilled()
        if self.run_bar.entered:
            self.canvas.setFocus()
        self.canvas.set_trace(run.trace, run.layout, run.scene)
        self._place_range()
        self.transport.show_run(run.trace, version, cursor)
        if run.spec is None and run.planted is None and run.wish is None:
            told = shorten(plain_sentence(subject(run.trace)), _LONGEST_SUBJECT, placeholder=" …")
            self.announced.emit(f"A saved run is on screen: {told}. Type a text to run a model.")

    def _take_version(self) -> None:
        run, version = self.session.run, self.session.version
        if run is not None:
            trace = run.trace
            cursor = self.player.cursor
            if not self._side.is_split:
                cursor = same_moment(trace, self._shown_version, cursor, trace, version)
            playing = self.player.playing
            self._shown_version = version
            self._moments.forget()
            self.transport.show_run(trace, version, cursor)
            if playing:
                self.player.play()
        self._shown_version = version

    # Moments

    @property
    def frame(self) -> Frame | None:
        """The moment on screen, None before the first run."""
        return self._moments.frame

    def _show_moving(self, alpha: float) -> None:
        frame = self._moments.frame
        assert frame is not None
        self.canvas.show_frame(frame, alpha)
        self.transport.show_position(frame.cursor, alpha)

    def _show_panels(self) -> None:
        run, frame = self.session.run, self._moments.told
        if run is None or frame is None:
            return
        self.transport.show_frame(frame)
        if self._presenting:
            self._heading.show_frame(run.trace, frame, both=self._side.is_split)
            self._caption.show_frame(run.trace, frame)
        elif self.dock.isVisible():
            before = self.session.unaltered
            self.dock.inspector.set_original(None if before is None else before.trace)
            self.dock.show_frame(
                run.trace, frame, self.session.verdict, self.session.selected,
                self.witnessing.desk.testimony,
            )  # fmt: skip

    def _pace(self) -> None:
        """In fast play formulas wait: nobody could read them, and the motion needs the time."""
        self._typesetter.set_rushed(self.player.playing and self.player.speed >= FAST)

    # Choices

    def _choose_node(self, node: int) -> None:
        self.session.select(node)
        if self.session.selected >= 0:
            self.canvas.ensure_visible(self.session.selected)

    def _take_selection(self) -> None:
        self.canvas.select(self.session.selected)
        if self.session.selected not in {-1, self._selected} and not self._side.is_open:
            self._side.is_open = True
            self._arrange()
        self._selected = self.session.selected
        self._show_panels()

    def _choose_version(self, version: str) -> None:
        self.session.set_version("A" if version == "A" else "B")

    # PyTorch

    def _take_verdict(self) -> None:
        verdict, text, detail, tip = badge_words(self.session)
        self.badge.set_verdict(verdict, text, detail, tip)
        self._show_panels()

    def _explain_verdict(self) -> None:
        """The sheet of the check has the figures; a wrong node is shown at once."""
        self.sheets.open_sheet(CHECK)
        verdict = self.session.verdict
        if verdict is not None and verdict.status == "disagrees":
            self.witnessing.desk.find_fault()
