"""Returning to what was looked at: views kept under a digit, and back and forward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.kept_views import History, Kept, Stop, is_elsewhere
from explorer.workspaces.aide import Aide

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from explorer.actions import Actions
    from explorer.workspaces.aide import Parts


class Places(Aide):
    """Answers V with a digit, the digits, Back and Forward.

    Views are kept for each shape of a run (its number of nodes) while the window lives.

    Attributes:
        history: of the run on screen; another shape begins a new one.
    """

    def __init__(self, parts: Parts, parent: QObject) -> None:
        super().__init__(parts, parent)
        self.history = History()
        self._kept: dict[int, dict[int, Kept]] = {}
        self._shape = 0
        self._way: Stop | None = None
        self._actions: Actions | None = None
        parts.canvas.settled.connect(self._settle)
        parts.canvas.scene_changed.connect(self._follow_scene)

    def connect_actions(self, actions: Actions) -> None:
        """Connect the digits and the two ways through the history."""
        self._actions = actions
        actions.add_numbered("place.save", self.keep)
        actions.add_numbered("place.go", self.go_to)
        actions.add("read.back", self.go_back)
        actions.add("read.forward", self.go_forward)
        self._tell()

    def keep(self, digit: int) -> None:
        """Keep what is looked at now under a digit, in place of what was."""
        now, parts = self._now(), self.parts
        if now is None:
            return
        kept = Kept(now, parts.player.cursor, parts.session.version)
        self._kept.setdefault(self._shape, {})[digit] = kept
        self.announced.emit(f"View {digit} is kept; press {digit} to return to it.")

    def go_to(self, digit: int) -> None:
        """Return to a view that was kept, and to its moment."""
        kept = self._kept.get(self._shape, {}).get(digit)
        if kept is None:
            self.announced.emit(
                f"No view is kept under {digit}; press V, then {digit} to keep this one."
            )
            return
        self._settle()
        self.parts.player.pause()
        self.parts.session.set_version(kept.version)
        self.parts.player.seek(kept.cursor)
        self._return_to(kept.stop)
        # What was said about the digits has served its turn.
        self.told.emit("")

    def go_back(self) -> None:
        """Return to the view before."""
        self._settle()
        self._walk(self.history.back())

    def go_forward(self) -> None:
        """Return to the view after."""
        self._settle()
        self._walk(self.history.forward())

    # What is looked at

    def _now(self) -> Stop | None:
        canvas, session = self.parts.canvas, self.parts.session
        run = session.run
        if canvas.scene is None or run is None or canvas.scene.trace is not run.trace:
            return None
        size = canvas.width(), canvas.height()
        return Stop(canvas.goal, *size, run.arrangement, session.selected)

    def _settle(self) -> None:
        """What has been looked at for a while is a stop, if it is another place."""
        now, scene = self._now(), self.parts.canvas.scene
        if now is None or scene is None or self._way is not None or self.parts.player.playing:
            return
        before = self.history.present
        if before is None:
            self.history = self.history.went_to(now)
        else:
            another = now.node >= 0 and now.node != before.node
            box = scene.box(now.node) if another else None
            if is_elsewhere(before, now, box):
                self.history = self.history.went_to(now)
            elif another:
                stop = Stop(before.view, before.width, before.height, before.arrangement, now.node)
                self.history = self.history.with_present(stop)
        self._tell()

    def _walk(self, history: History) -> None:
        if history == self.history:
            return
        self.history = history
        self._tell()
        if history.present is not None:
            self._return_to(history.present)

    def _return_to(self, stop: Stop) -> None:
        """Take a view; where the graph is drawn in another way, that comes first."""
        run, session = self.parts.session.run, self.parts.session
        if run is None:
            return
        session.select(stop.node if stop.node < len(run.trace) else -1)
        if run.arrangement == stop.arrangement == session.arrangement:
            self._way = None
            self._look(stop)
        else:
            self._way = stop
            session.arrange(stop.arrangement)

    def _look(self, stop: Stop) -> None:
        canvas = self.parts.canvas
        canvas.look_at(stop.view_in(canvas.width(), canvas.height()))

    def _follow_scene(self) -> None:
        """Another run, or the arrangement that is on the way to a view."""
        run = self.parts.session.run
        if run is None:
            return
        if len(run.trace) != self._shape:
            self._shape = len(run.trace)
            self.history, self._way = History(), None
            self._tell()
        elif self._way is not None:
            stop, self._way = self._way, None
            if run.arrangement == stop.arrangement:
                self._look(stop)

    def _tell(self) -> None:
        """Enable what there is to return to."""
        if self._actions is not None:
            self._actions.allow("read.back", self.history.can_go_back)
            self._actions.allow("read.forward", self.history.can_go_forward)
