"""What every workspace offers the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from explorer.kit.styled import Styled

if TYPE_CHECKING:
    from explorer.actions import Actions
    from explorer.jobs import Jobs
    from explorer.panels.train_transport import TrainTransport
    from explorer.panels.transport import Transport
    from explorer.theme import Style


class Workspace(Styled):
    """One entry of the rail: a page, and the fields it puts in the window's top bar.

    Attributes:
        identity: the id after ``workspace.`` in the table of commands.
        jobs: runs what takes longer than a frame.

    Signals:
        failed(message): one clear sentence for the window's notice; what was on screen stays.
            An empty one takes the notice back.
        announced(message): a remark for the same place that is no problem.
        graph_wanted(wish): a :class:`~explorer.run_jobs.Wish`, a run to be looked at on the graph.
        file_wanted(identity, path): another workspace is to be shown with a file.
    """

    identity = ""
    failed = Signal(str)
    announced = Signal(str)
    graph_wanted = Signal(object)
    file_wanted = Signal(str, str)

    def __init__(self, style: Style, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.jobs = jobs

    @property
    def playing(self) -> Transport | TrainTransport | None:
        """What moves the player that the playback commands go to; None where nothing plays."""
        return getattr(self, "transport", None)

    def bar(self) -> QWidget:
        """The fields for the top bar, made once; the window owns them from then on."""
        raise NotImplementedError

    def connect_actions(self, actions: Actions) -> None:
        """Connect the commands this workspace answers, if any."""

    def enter(self) -> None:
        """The workspace has come on screen; the first time, it starts what it needs."""

    def leave(self) -> None:
        """The workspace has gone off screen."""

    def set_presenting(self, presenting: bool) -> None:
        """The audience looks, or no longer: hide what only the lecturer needs."""

    def set_motion(self, motion: bool) -> None:
        """Let things glide from place to place, or jump."""

    def save_as(self) -> bool:
        """Ask for a name and save what this page is about; returns whether it can be saved."""
        return False

    def open_file(self, path: str) -> bool:
        """Use a file if it is of this workspace's kind; returns whether it was."""
        return False
