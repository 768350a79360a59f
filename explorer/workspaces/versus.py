"""Version A against Version B: the same graph twice, on one clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout

from explorer.jobs import reports
from explorer.workspaces.aide import Aide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtCore import QObject

    from engine.trace.equality import Equality
    from engine.trace.events import Version
    from engine.trace.trace import Trace
    from engine.trace.versus import Ledger
    from explorer.actions import Actions
    from explorer.canvas import GraphCanvas
    from explorer.panels.versus import EqualityStrip, Rule, VersusHead
    from explorer.workspaces.aide import Parts

_JOB = "versus"
_BOTH: tuple[Version, Version] = ("A", "B")


class Versus(Aide):
    """Shows a second canvas beside the workspace's own, with the other version on it.

    The workspace's canvas shows the session's version as ever; A always stands at the left.

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
        self._open = False
        self.other: GraphCanvas | None = None
        self.heads: tuple[VersusHead, VersusHead] | None = None
        self.strip: EqualityStrip | None = None
        self.rule: Rule | None = None
        self.equality: Equality | None = None
        self._ledgers: dict[Version, Ledger] = {}
        self._pair: QHBoxLayout | None = None

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
        if wanted == self._open or (wanted and run is None):
            return
        self._open = self.parts.side.is_split = wanted
        if self.other is None:
            self._build()
        assert self.other is not None
        assert self.heads is not None
        assert self.strip is not None
        assert self.rule is not None
        for widget in (self.other, *self.heads, self.strip, self.rule):
            widget.setVisible(wanted)
        assert self._pair is not None
        # A hidden column keeps no room for itself.
        self._pair.setStretch(self._pair.count() - 1, int(wanted))
        if self._actions is not None:
            self._actions.check("view.compare", wanted)
        if wanted:
            self._take_run()
        self.parts.side.column.activate()
        self.parts.canvas.fit(animated=False)
        self._look_there()

    def stop(self) -> None:
        """Nobody looks."""
        self.parts.jobs.cancel(_JOB)

    def set_motion(self, motion: bool) -> None:
        """Boxes open alike in both."""
        if self.other is not None:
            self.other.motion = motion

    # The other canvas

    def _build(self) -> None:
        """Put a second canvas beside the first, and heads above both; made when first wanted."""
        from explorer.canvas import GraphCanvas
        from explorer.canvas.waiting import Waiting
        from explorer.panels.versus import EqualityStrip, Rule, VersusHead

        parts, look = self.parts, self.parts.page.look
        canvas, column = parts.canvas, parts.side.column
        self.other = GraphCanvas(look)
        self.other.motion, self.other.follow = canvas.motion, False
        self.other.setAccessibleName("Computation graph, the other version")
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
            shown.set_layer("waiting", Waiting())
        column.insertLayout(place, self._pair, 1)
        column.insertWidget(place + 1, self.strip)
        self._connect(canvas, self.other)

    def _connect(self, canvas: GraphCanvas, other: GraphCanvas) -> None:
        session, moments = self.parts.session, self.parts.moments
        session.run_changed.connect(self._take_run)
        session.arranged.connect(self._take_arranged)
        session.version_changed.connect(self._take_version)
        session.selection_changed.connect(self._take_selection)
        moments.moved.connect(self._show)
        canvas.viewed.connect(self._look_there)
        other.viewed.connect(self._look_here)
        canvas.hovered.connect(self._point_there)
        other.hovered.connect(self._point_here)
        other.selected.connect(canvas.selected)
        other.toggled.connect(canvas.toggled)
        other.lane_toggled.connect(canvas.lane_toggled)

    def _look_there(self) -> None:
        if self._open and self.other is not None:
            self.other.take_view(self.parts.canvas.view)

    def _look_here(self) -> None:
        if self._open and self.other is not None:
            self.parts.canvas.take_view(self.other.view)

    def _point_there(self, node: int) -> None:
        if self._open and self.other is not None:
            self.other.point_at(node)

    def _point_here(self, node: int) -> None:
        if self._open:
            self.parts.canvas.point_at(node)

    # What both show

    @property
    def _versions(self) -> tuple[Version, Version]:
        """The version of the workspace's canvas, and the other."""
        return ("A", "B") if self.parts.session.version == "A" else ("B", "A")

    def _take_run(self) -> None:
        run = self.parts.session.run
        if not self._open or run is None or self.other is None:
            return
        from engine.trace.versus import can_run, ledger_of

        if not can_run(run.trace, "A"):
            self.told.emit("Version A cannot run with this mistake; remove it to compare.")
            self.set_open(False)
            return
        self.equality = None
        self._ledgers = {version: ledger_of(run.trace, version) for version in _BOTH}
        self.other.set_trace(run.trace, run.layout, run.scene)
        self._take_version()
        self._take_selection()
        self._look_there()
        self.parts.jobs.start(_JOB, _compare, run.trace, on_result=self._take_equality)

    def _take_arranged(self, anchor: int) -> None:
        run = self.parts.session.run
        if self._open and run is not None and self.other is not None:
            self.other.arrange(run.scene, anchor)
            self._look_there()

    def _take_version(self) -> None:
        """A stands at the left."""
        if self._pair is not None:
            mine, _ = self._versions
            self._pair.setDirection(
                QBoxLayout.Direction.LeftToRight
                if mine == "A"
                else QBoxLayout.Direction.RightToLeft
            )
        self._show(self.parts.player.alpha)

    def _take_selection(self) -> None:
        if self._open and self.other is not None:
            self.other.select(self.parts.session.selected)

    def _take_equality(self, found: tuple[Trace, tuple[Equality, ...]]) -> None:
        run, (trace, equality) = self.parts.session.run, found
        if equality and run is not None and run.trace is trace:
            self.equality = equality[0]
            self._show(self.parts.player.alpha)

    def _show(self, alpha: float) -> None:
        run, cursor = self.parts.session.run, self.parts.player.cursor
        if not self._open or run is None or self.other is None:
            return
        assert self.heads is not None
        assert self.strip is not None
        mine, theirs = self._versions
        first, second = run.trace.frame(cursor, mine), run.trace.frame(cursor, theirs)
        if self.other.scene is None or self.other.scene.trace is not run.trace:
            return
        self.other.show_frame(second, alpha)
        for head, frame in zip(self.heads, (first, second), strict=True):
            told = cursor + (1 if alpha > 0 else 0)
            count = self._ledgers[frame.version].at(told)
            head.show_frame(run.trace, run.trace.frame(told, frame.version), count)
        a, b = (first, second) if mine == "A" else (second, first)
        self.strip.show_state(run.trace, a, b, self.equality)


def _compare(trace: Trace) -> Iterator[tuple[Trace, tuple[Equality, ...]]]:
    from engine.trace.equality import equality_in_steps

    for found in reports(equality_in_steps(trace)):
        yield trace, found
