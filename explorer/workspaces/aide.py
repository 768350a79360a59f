"""What a person can do with the graph on screen besides playing it: one controller a feature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from explorer.actions import Actions
    from explorer.canvas import GraphCanvas
    from explorer.jobs import Jobs
    from explorer.kit.styled import Styled
    from explorer.panels.sheet import SheetHost
    from explorer.panels.side import Side
    from explorer.player import Player
    from explorer.session import Session
    from explorer.workspaces.moments import Moments


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What the controllers of the graph workspace work with.

    Attributes:
        page: the workspace; its ``look`` is the style in use.
        side: where canvas, sheets and dock stand.
        moments: the frame that is on screen.
    """

    page: Styled
    session: Session
    player: Player
    jobs: Jobs
    canvas: GraphCanvas
    sheets: SheetHost
    side: Side
    moments: Moments


class Aide(QObject):
    """One feature of the graph workspace: it listens, and shows what it knows.

    Signals:
        told(sentence): a problem, one clear sentence for the window's notice.
        announced(sentence): a remark for the same place.
        changed(): the panels beside the canvas have something else to show.
        rearranged(): what stands around the canvas has changed and is to be given its room.
    """

    told = Signal(str)
    announced = Signal(str)
    changed = Signal()
    rearranged = Signal()

    def __init__(self, parts: Parts, parent: QObject) -> None:
        super().__init__(parent)
        self.parts = parts

    def connect_actions(self, actions: Actions) -> None:
        """Connect the commands that this feature answers."""

    def stop(self) -> None:
        """Nobody looks: no work goes on."""

    def set_presenting(self, presenting: bool) -> None:
        """The audience looks, or no longer."""

    def set_motion(self, motion: bool) -> None:
        """Let things glide from place to place, or jump."""

    def apply_style(self) -> None:
        """Another theme or text size is in use."""
