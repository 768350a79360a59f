"""The features of the graph workspace, each a controller of its own, told of things together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.workspaces.finding import Finding
from explorer.workspaces.grains import Grains
from explorer.workspaces.node_menu import NodeMenu
from explorer.workspaces.origin import Origins
from explorer.workspaces.overlays import Overlays
from explorer.workspaces.overview import Overview
from explorer.workspaces.places import Places
from explorer.workspaces.reading import Reading
from explorer.workspaces.scalars import Scalars
from explorer.workspaces.spoken import Spoken
from explorer.workspaces.versus import Versus
from explorer.workspaces.what_if import WhatIfs
from explorer.workspaces.wishes import Wishes

if TYPE_CHECKING:
    from explorer.actions import Actions
    from explorer.workspaces.aide import Aide, Parts


class Aides(QObject):
    """All features of the graph workspace.

    Signals:
        told(sentence), announced(sentence), changed(), rearranged(): as of each :class:`Aide`.
    """

    told = Signal(str)
    announced = Signal(str)
    changed = Signal()
    rearranged = Signal()

    def __init__(self, parts: Parts, parent: QObject) -> None:
        super().__init__(parent)
        self._all: tuple[Aide, ...] = _made(parts, self)
        for aide in self._all:
            aide.told.connect(self.told)
            aide.announced.connect(self.announced)
            aide.changed.connect(self.changed)
            aide.rearranged.connect(self.rearranged)

    def connect_actions(self, actions: Actions) -> None:
        """Connect the commands of every feature."""
        for aide in self._all:
            aide.connect_actions(actions)

    def stop(self) -> None:
        """Nobody looks: no work goes on."""
        for aide in self._all:
            aide.stop()

    def set_presenting(self, presenting: bool) -> None:
        """The audience looks, or no longer."""
        for aide in self._all:
            aide.set_presenting(presenting)

    def set_motion(self, motion: bool) -> None:
        """Let things glide from place to place, or jump."""
        for aide in self._all:
            aide.set_motion(motion)

    def apply_style(self) -> None:
        """Another theme or text size is in use."""
        for aide in self._all:
            aide.apply_style()


def _made(parts: Parts, parent: QObject) -> tuple[Aide, ...]:
    """One of each; what a feature needs beyond its commands it imports when it is first used."""
    return (
        Grains(parts, parent),
        NodeMenu(parts, parent),
        Reading(parts, parent),
        Scalars(parts, parent),
        WhatIfs(parts, parent),
        Overlays(parts, parent),
        Spoken(parts, parent),
        Origins(parts, parent),
        Finding(parts, parent),
        Overview(parts, parent),
        Places(parts, parent),
        Versus(parts, parent),
        Wishes(parts, parent),
    )
