"""The commands that move through a run: play, step, step unit, version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from explorer.actions import Actions
    from explorer.player import Player, Unit
    from explorer.session import Session
    from explorer.settings import SettingsFile


class Playback(QObject):
    """Answers the playback commands, and remembers the step unit."""

    def __init__(
        self, player: Player, session: Session, settings: SettingsFile, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._player, self._session, self._settings = player, session, settings

    def connect_actions(self, actions: Actions) -> None:
        """Answer the commands of the groups Playback, Step by and Backward pass."""
        player, add = self._player, actions.add
        add("play.toggle", player.toggle)
        add("play.forward", player.step_forward)
        add("play.back", player.step_back)
        add("play.start", player.to_start)
        add("play.loss", player.to_loss)
        add("play.end", player.to_end)
        add("play.loop", player.set_loop)
        add("play.slower", player.slower)
        add("play.faster", player.faster)
        add("unit.event", self._by_event)
        add("unit.node", self._by_node)
        add("unit.module", self._by_module)
        add("unit.time", self._by_time)
        add("version.a", self._version_a)
        add("version.b", self._version_b)

    def step_by(self, unit: Unit) -> None:
        """Choose what a step covers, now and at the next start."""
        self._player.set_unit(unit)
        self._settings.remember(unit=unit)

    def _by_event(self) -> None:
        self.step_by("event")

    def _by_node(self) -> None:
        self.step_by("node")

    def _by_module(self) -> None:
        self.step_by("module")

    def _by_time(self) -> None:
        self.step_by("time")

    def _version_a(self) -> None:
        self._session.set_version("A")

    def _version_b(self) -> None:
        self._session.set_version("B")
