"""The commands that move through a run: play, step, step unit, version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.panels.transport import Transport

if TYPE_CHECKING:
    from explorer.actions import Actions
    from explorer.panels.train_transport import TrainTransport
    from explorer.player import Player, Unit
    from explorer.session import Session
    from explorer.settings import SettingsFile


class Playback(QObject):
    """Answers the playback commands, and remembers the step unit.

    Attributes:
        player: the one that the commands go to: that of the workspace on screen, else the graph's.

    Signals:
        changed(): a player has moved, or plays otherwise; or the commands go to another one.
    """

    changed = Signal()

    def __init__(
        self, player: Player, session: Session, settings: SettingsFile, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.player, self._graph_player = player, player
        self._session, self._settings = session, settings

    def attach(self, transport: Transport | TrainTransport | None) -> None:
        """Listen to the transport of a workspace, if it has one."""
        if isinstance(transport, Transport):
            transport.unit_chosen.connect(self.step_by)
        if transport is not None:
            transport.player.moved.connect(self.changed)
            transport.player.state_changed.connect(self.changed)

    def follow(self, transport: Transport | TrainTransport | None) -> None:
        """Send the commands to another player, which takes over how the last one played."""
        last = self.player
        self.player = self._graph_player if transport is None else transport.player
        if self.player is not last:
            self.player.set_unit(last.unit)
            self.player.set_speed(last.speed)
            self.player.set_loop(last.loop)
        self.changed.emit()

    def connect_actions(self, actions: Actions) -> None:
        """Answer the commands of the groups Playback, Step by and Backward pass."""
        for identity, slot in (
            ("play.toggle", self._toggle),
            ("play.forward", self._forward),
            ("play.back", self._back),
            ("play.start", self._to_start),
            ("play.loss", self._to_loss),
            ("play.end", self._to_end),
            ("play.loop", self._loop),
            ("play.slower", self._slower),
            ("play.faster", self._faster),
            ("unit.event", self._by_event),
            ("unit.node", self._by_node),
            ("unit.module", self._by_module),
            ("unit.time", self._by_time),
            ("version.a", self._version_a),
            ("version.b", self._version_b),
        ):
            actions.add(identity, slot)

    def step_by(self, unit: Unit) -> None:
        """Choose what a step covers, now and at the next start."""
        self.player.set_unit(unit)
        self._settings.remember(unit=unit)

    def _toggle(self) -> None:
        self.player.toggle()

    def _forward(self) -> None:
        self.player.step_forward()

    def _back(self) -> None:
        self.player.step_back()

    def _to_start(self) -> None:
        self.player.to_start()

    def _to_loss(self) -> None:
        self.player.to_loss()

    def _to_end(self) -> None:
        self.player.to_end()

    def _loop(self, loop: bool) -> None:
        self.player.set_loop(loop)

    def _slower(self) -> None:
        self.player.slower()

    def _faster(self) -> None:
        self.player.faster()

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
