"""Version A against Version B: the same graph twice, on one clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout

from explorer.jobs import reports
from explorer.workspaces.aide import Aide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtCore import QObject

    from engine.trace.equality import Equality
    from engine.trace.events import Version
    from engine.trace.frame import Frame
    from engine.trace.trace import Trace
    from engine.trace.versus import Ledger
    from explorer.actions import Actions
    from explorer.canvas import GraphCanvas
    from explorer.canvas.linked import Linked
    from explorer.panels.versus import Rule, VersusHead
    from explorer.panels.versus_strip import EqualityStrip
    from explorer.workspaces.aide import Parts

JOB, LAYER = "versus", "waiting"
_BOTH: tuple[Version, Version] = ("A", "B")

LOW = 520
"""Height of the page at 100 % below which less is said above and below the canvases."""


class Versus(Aide):
    """Shows a second canvas beside the workspace's own, with the other version on it.

    The workspace's canvas shows the session's version as ever; A always stands at the left. The
    adjoints of both are held together when the end is reached.

    Attributes:
        other: the second canvas, None before it was first wanted.
        heads: above the workspace's canvas and above the other.
        rule: between the two.
        strip: the proof below both.
        equality: of the run on screen, None while it is not known.
    """

    def __init__(self, parts: Parts, parent: QObject) -> None:
        super().__init__(parts, parent)
        self._actions: Actions | None = None
        self._open = self._presenting = False
        self.other: GraphCanvas | None = None
        self.heads: tuple[VersusHead, VersusHead] | None = None
        self.strip: EqualityStrip | None = None
        self.rule: Rule | None = None
        self.equality: Equality | None = None
        self._ledgers: dict[Version, Ledger] = {}
        self._frames: dict[tuple[int, Version], Frame] = {}
        self._pair: QHBoxLayout | None = None
        self._linked: Linked | None = None

    @property
    def is_open(self) -> bool:
        """Whether both are shown."""
        return self._open

    def connect_actions(self, actions: Actions) -> None:
        """Connect the switch."""
        self._actions = actions
        actions.add("view.compare", self.set_open)

    def set_open(self, wanted: bool) -> None:
        """Show both versions, or the session's alone."""
        run = self.parts.session.run
        wanted = wanted and run is not None and self._can_run(run.trace)
        if self._actions is not None:
            self._actions.check("view.compare", wanted)
        if wanted == self._open:
            return
        if self.other is None:
            self._build()
        assert self.other is not None
        assert self.heads is not None
        assert self.strip is not None
        assert self.rule is not None
        assert self._pair is not None
        assert self._linked is not None
        side, canvas = self.parts.side, self.parts.canvas
        self._open = self._linked.on = wanted
        if wanted:
            from explorer.canvas.waiting import Waiting

            canvas.set_layer(LAYER, Waiting())
            self._take_run()
            self._take_version()
        else:
            self.parts.jobs.cancel(JOB)
            canvas.set_layer(LAYER, None)
            self._frames.clear()
        side.around = (self.heads[0], self.strip) if wanted else ()
        for widget in (self.other, *self.heads, self.strip, self.rule):
            widget.setVisible(wanted)
        # A hidden column keeps no room for itself.
        self._pair.setStretch(self._pair.count() - 1, int(wanted))
        self._fit()
        self.rearranged.emit()
        side.column.activate()
        canvas.fit(animated=False)

    def stop(self) -> None:
        """Nobody looks."""
        self.parts.jobs.cancel(JOB)

    def set_presenting(self, presenting: bool) -> None:
        """Say it larger to the audience, who sees both, too."""
        self._presenting = presenting
        self._fit()

    def apply_style(self) -> None:
        """Decide again how much there is room for."""
        self._fit()

    def set_motion(self, motion: bool) -> None:
        """Boxes open alike in both."""
        if self.other is not None:
            self.other.motion = motion

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Make a proof that was left when it comes into sight; fit what is said to the page."""
        if event.type() == QEvent.Type.Show and watched is self.strip:
            self._tell()
        if event.type() == QEvent.Type.Resize and watched is self.parts.page:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        """Say it as large as the audience needs, and in as many lines as the page has room for."""
        page = self.parts.page
        if not self._open or self.heads is None or self.strip is None:
            return
        low = page.height() < page.look.px(LOW)
        for panel in (*self.heads, self.strip):
            panel.set_large(page.look, large=self._presenting)
            panel.set_low(low=low)

    # The other canvas

    def _build(self) -> None:
        """Put a second canvas beside the first, and heads above both; made when first wanted."""
        from explorer.canvas import GraphCanvas
        from explorer.canvas.linked import Linked
        from explorer.panels.versus import Rule, VersusHead
        from explorer.panels.versus_strip import EqualityStrip

        parts, look = self.parts, self.parts.page.look
        canvas, column = parts.canvas, parts.side.column
        self.other = GraphCanvas(look)
        self.other.setAccessibleName("Computation graph, the other version")
        self._linked = Linked(canvas, self.other)
        self.heads = VersusHead(look), VersusHead(look)
        self.strip = EqualityStrip(look)
        place = column.indexOf(canvas)
        column.removeWidget(canvas)
        self._pair = QHBoxLayout()
        self._pair.setSpacing(0)
        self.rule = Rule(look)
        for head, shown in zip(self.heads, (canvas, self.other), strict=True):
            one = QVBoxLayout()
            one.setSpacing(0)
            one.addWidget(head)
            one.addWidget(shown, 1)
            self._pair.addLayout(one, 1)
            if shown is canvas:
                self._pair.addWidget(self.rule)
        column.insertLayout(place, self._pair, 1)
        column.insertWidget(place + 1, self.strip)
        self._connect()

    def _connect(self) -> None:
        session, moments, canvas = self.parts.session, self.parts.moments, self.parts.canvas
        assert self.heads is not None
        assert self.strip is not None
        canvas.scene_changed.connect(self._take_scene)
        session.arranged.connect(self._take_arranged)
        session.version_changed.connect(self._take_version)
        session.selection_changed.connect(self._take_selection)
        moments.moved.connect(self._show)
        moments.told_changed.connect(self._tell)
        self.strip.installEventFilter(self)
        self.parts.page.installEventFilter(self)
        self.strip.cells.node_chosen.connect(canvas.selected)
        for head in self.heads:
            head.chosen.connect(session.set_version)

    # What both show

    @property
    def _versions(self) -> tuple[Version, Version]:
        """The version of the workspace's canvas, and the other."""
        return ("A", "B") if self.parts.session.version == "A" else ("B", "A")

    def _can_run(self, trace: Trace) -> bool:
        """Whether there is anything to compare; if not, say why."""
        from engine.trace.versus import can_run
        from engine.trace.versus_words import CANNOT_RUN

        if can_run(trace, "A"):
            return True
        self.told.emit(f"{CANNOT_RUN}. Remove the mistake to compare.")
        return False

    def _take_scene(self) -> None:
        """Another run is on the first canvas."""
        scene, other = self.parts.canvas.scene, self.other
        if not self._open or scene is None or other is None:
            return
        if other.scene is None or other.scene.trace is not scene.trace:
            self._take_run()

    def _take_run(self) -> None:
        run = self.parts.session.run
        if run is None or self.other is None or self._linked is None:
            return
        if not self._can_run(run.trace):
            self.set_open(False)
            return
        from engine.trace.versus import ledger_of

        self.parts.jobs.cancel(JOB)
        self.equality = None
        self._ledgers = {version: ledger_of(run.trace, version) for version in _BOTH}
        self._frames.clear()
        self.other.set_trace(run.trace, run.layout, run.scene)
        self._linked.match()

    def _take_arranged(self, anchor: int) -> None:
        run = self.parts.session.run
        if self._open and run is not None and self.other is not None and self._linked is not None:
            self.other.arrange(run.scene, anchor)
            self._linked.match()

    def _take_version(self) -> None:
        """A stands at the left; what is led by stays where it is in time."""
        if not self._open or self._pair is None or self.heads is None:
            return
        mine, _ = self._versions
        left, right = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.RightToLeft
        self._pair.setDirection(left if mine == "A" else right)
        for head, leads in zip(self.heads, (True, False), strict=True):
            head.lead(leads=leads)
        self._show(self.parts.player.alpha)
        self._tell()

    def _take_selection(self) -> None:
        if self._open and self.other is not None:
            self.other.select(self.parts.session.selected)

    def _frame(self, trace: Trace, cursor: int) -> Frame:
        """The other version's frame; of the last two moments it is kept."""
        key = cursor, self._versions[1]
        found = self._frames.get(key)
        if found is None:
            while len(self._frames) > 1:
                self._frames.pop(next(iter(self._frames)))
            found = self._frames[key] = trace.frame(*key)
        return found

    def _show(self, alpha: float) -> None:
        """Draw the moment."""
        run, other = self.parts.session.run, self.other
        if not self._open or run is None or other is None:
            return
        if other.scene is not None and other.scene.trace is run.trace:
            other.show_frame(self._frame(run.trace, self.parts.player.cursor), alpha)

    def _tell(self) -> None:
        """Say what happens, and at the end what came of it."""
        run, mine = self.parts.session.run, self.parts.moments.told
        if not self._open or run is None or mine is None or self.heads is None:
            return
        trace = run.trace
        if len(mine.completed) != len(trace) or mine.version != self._versions[0]:
            return
        theirs = self._frame(trace, mine.cursor)
        for head, frame in zip(self.heads, (mine, theirs), strict=True):
            head.show_frame(trace, frame, self._ledgers[frame.version])
        a, b = (mine, theirs) if mine.version == "A" else (theirs, mine)
        assert self.strip is not None
        if mine.phase != "end":
            self.parts.jobs.cancel(JOB)
            self.strip.show_progress(trace, a, b)
        elif self.equality is not None:
            wrong = () if run.scene.mistake is None else run.scene.mistake.wrong_adjoints
            self.strip.show_proof(trace, self.equality, wrong)
        else:
            self.strip.show_proving(trace, a, b)
            if not self.parts.jobs.is_running(JOB):
                self.parts.jobs.start(JOB, _compare, trace, on_result=self._take_equality)

    def _take_equality(self, found: tuple[Trace, tuple[Equality, ...]]) -> None:
        run, (trace, equality) = self.parts.session.run, found
        if equality and run is not None and run.trace is trace:
            self.equality = equality[0]
            self._tell()


def _compare(trace: Trace) -> Iterator[tuple[Trace, tuple[Equality, ...]]]:
    from engine.trace.equality import equality_in_steps

    for found in reports(equality_in_steps(trace)):
        yield trace, found
