"""The workspaces of a window: one on screen, each made when it is first shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget

from explorer.kit.scroll_row import ScrollRow

if TYPE_CHECKING:
    from explorer.actions import Actions
    from explorer.appearance import Appearance
    from explorer.jobs import Jobs
    from explorer.workspaces.base import Workspace
    from explorer.workspaces.graph import GraphWorkspace

IDENTITIES = ("graph", "ngram", "generate", "train", "inside", "quiz", "code")


class Pages(QObject):
    """Which workspace is on screen, and what all of them are told.

    Attributes:
        stack: the pages of the workspaces.
        bars: the fields that they put in the top bar.

    Signals:
        made(workspace): one was made and stands in the stack.
        changed(identity): another one is on screen.
    """

    made = Signal(object)
    changed = Signal(str)

    def __init__(
        self,
        appearance: Appearance,
        jobs: Jobs,
        graph: GraphWorkspace,
        actions: Actions,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.stack, self.bars = QStackedWidget(), QStackedWidget()
        self._appearance, self._jobs = appearance, jobs
        self._graph, self._actions = graph, actions
        self._made: dict[str, Workspace] = {}
        self._presenting = False
        self._motion = True

    @property
    def current(self) -> Workspace:
        """The workspace on screen."""
        return cast("Workspace", self.stack.currentWidget())

    def __getitem__(self, identity: str) -> Workspace:
        if identity not in self._made:
            self._take(self._make(identity))
        return self._made[identity]

    def show(self, identity: str) -> None:
        """Bring a workspace on screen."""
        wanted = self[identity]
        before = self.current
        if wanted is not before:
            before.leave()
            before.set_presenting(False)
            wanted.set_presenting(self._presenting)
            self.stack.setCurrentWidget(wanted)
            self.bars.setCurrentIndex(self.stack.currentIndex())
            self.changed.emit(identity)
        wanted.enter()

    def set_presenting(self, presenting: bool) -> None:
        """Show the audience's view of whatever is on screen, or the workspace again."""
        self._presenting = presenting
        self.current.set_presenting(presenting)

    def set_motion(self, motion: bool) -> None:
        """Let things glide, or jump, in every workspace."""
        self._motion = motion
        for workspace in self._made.values():
            workspace.set_motion(motion)

    def leave(self) -> None:
        """Tell every workspace that the window closes."""
        for workspace in self._made.values():
            workspace.leave()

    def _make(self, identity: str) -> Workspace:
        """A workspace with this id; it is imported here, not at start, because some plot."""
        if identity == "graph":
            return self._graph
        if identity == "code":
            from explorer.workspaces.code import CodeWorkspace

            graph = self._graph
            return CodeWorkspace(
                self._appearance.style, self._jobs, graph.session, graph.player, self._actions
            )
        return _class_of(identity)(self._appearance.style, self._jobs)

    def _take(self, workspace: Workspace) -> None:
        self._made[workspace.identity] = workspace
        workspace.set_motion(self._motion)
        self.stack.addWidget(workspace)
        self.bars.addWidget(ScrollRow(workspace.bar()))
        self.made.emit(workspace)


def _class_of(identity: str) -> type[Workspace]:
    """The class of a workspace that needs nothing of the graph."""
    if identity == "ngram":
        from explorer.workspaces.ngram import NGramWorkspace

        return NGramWorkspace
    if identity == "train":
        from explorer.workspaces.train import TrainWorkspace

        return TrainWorkspace
    if identity == "quiz":
        from explorer.workspaces.quiz import QuizWorkspace

        return QuizWorkspace
    if identity == "inside":
        from explorer.workspaces.inside import InsideWorkspace

        return InsideWorkspace
    from explorer.workspaces.generate import GenerateWorkspace

    return GenerateWorkspace
