"""The transport: scrubber, buttons, the present event in words, step unit and speed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from engine.trace.boundaries import boundaries
from engine.trace.narration import describe
from explorer.kit.button import ActionButton, IconButton
from explorer.kit.label import Label
from explorer.kit.play_button import PlayButton
from explorer.kit.prose import Prose, plain_sentence
from explorer.kit.scrubber import Scrubber
from explorer.kit.segmented import Segmented
from explorer.kit.styled import Styled
from explorer.player import SPEEDS, Unit
from explorer.speech import Speaker

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QResizeEvent

    from engine.trace.events import Version
    from engine.trace.frame import Frame
    from engine.trace.trace import Trace
    from explorer.actions import Actions
    from explorer.icons import IconName
    from explorer.player import Player
    from explorer.theme import Style

_UNITS: tuple[tuple[Unit, str], ...] = (
    ("event", "event"), ("node", "node"), ("module", "module"), ("time", "time"),
)  # fmt: skip
SIDE = 22
"""Margin at 100 % at the left and the right."""

CRAMPED = 480
"""Width at 100 % below which the margins are half as wide."""

ROOMY = 1400
"""Width at 100 % from which the present event stands between the buttons."""

SPOKEN = 0.5
"""Speed up to which every event is told to a screen reader while the run plays."""

_PHASES = {"start": "Start", "forward": "Forward", "backward": "Backward", "end": "End"}


class Transport(Styled):
    """Moves the player and says where it is.

    Attributes:
        speaker: tells every event to a screen reader: each step, and in slow play.

    Signals:
        unit_chosen(unit): the person chose what a step covers.
    """

    unit_chosen = Signal(str)

    def __init__(self, style: Style, player: Player, actions: Actions) -> None:
        super().__init__(style)
        self._player = player
        self._trace: Trace | None = None
        self._compact = False
        self._version: Version = "B"
        self.scrubber = Scrubber(style)
        self._play = PlayButton(style, actions["play.toggle"])
        self._phase = Label(style, font="text_strong")
        self._event = Prose(style, role="ink_2")
        self._step_by = Label(style, "Step by", font="text", role="ink_2")
        self._unit = Segmented(style, _UNITS, name="step by")
        self.speaker = Speaker(self)
        self._said = ""
        self._speed_label = Label(style, "Speed", font="text", role="ink_2")
        self._speed = Segmented(
            style, [(str(speed), _speed_text(speed)) for speed in SPEEDS], name="speed"
        )
        self._build(actions)
        self.scrubber.sought.connect(player.seek)
        self.scrubber.set_describer(self._describe_cursor)
        self._unit.chosen.connect(self.unit_chosen)
        self._speed.chosen.connect(self._choose_speed)
        player.state_changed.connect(self._follow_player)
        self._follow_player()

    def _build(self, actions: Actions) -> None:
        column = QVBoxLayout(self)
        self._words = QHBoxLayout()
        column.addLayout(self._words)
        column.addWidget(self.scrubber)
        row = QHBoxLayout()
        self._buttons: tuple[ActionButton, ...] = (
            self._button(actions["play.start"], "to-start"),
            self._button(actions["play.back"], "step-back"),
            self._play,
            self._button(actions["play.forward"], "step-forward"),
            self._button(actions["play.loss"], "to-loss"),
            self._button(actions["play.end"], "to-end"),
            self._button(actions["play.loop"], "loop"),
        )
        for button in self._buttons:
            row.addWidget(button)
        row.addSpacing(self.look.ipx(16))
        self._inner = QHBoxLayout()
        self._inner.addWidget(self._phase)
        self._inner.addWidget(self._event, 1)
        row.addLayout(self._inner, 1)
        row.addWidget(self._step_by)
        row.addWidget(self._unit)
        row.addSpacing(self.look.ipx(12))
        row.addWidget(self._speed_label)
        row.addWidget(self._speed)
        self._row = row
        column.addLayout(row)
        self.apply_style()

    def _button(self, action: QAction, icon: IconName) -> IconButton:
        return IconButton(self.look, action, icon)

    def apply_style(self) -> None:
        """Set margins and spacing."""
        look, column = self.look, self.layout()
        side = look.ipx(SIDE if self.width() >= look.px(CRAMPED) else SIDE / 2)
        if column is not None:
            column.setContentsMargins(side, look.ipx(10), side, look.ipx(12))
            column.setSpacing(look.ipx(8))
        for row in (self._row, self._inner, self._words):
            row.setSpacing(look.ipx(8))
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the sentence a line of its own where the buttons leave it no room."""
        super().resizeEvent(event)
        self.apply_style()

    def _arrange(self) -> None:
        compact = self.width() < self.look.px(ROOMY)
        if compact != self._compact:
            self._compact = compact
            old, new = (self._inner, self._words) if compact else (self._words, self._inner)
            for widget in (self._phase, self._event):
                old.removeWidget(widget)
            if compact:
                old.addStretch(1)
            else:
                new.takeAt(0)
            new.addWidget(self._phase)
            new.addWidget(self._event, 1)
        self._fit_switches()

    def _fit_switches(self) -> None:
        """Show the switches as far as there is room; menu and keys have the same commands."""
        look, gap = self.look, self._row.spacing()
        room = self.width() - look.ipx(2 * SIDE + 16 + 12)
        room -= sum(button.sizeHint().width() + gap for button in self._buttons)
        for widgets in ((self._unit,), (self._speed,), (self._step_by, self._speed_label)):
            room -= sum(widget.sizeHint().width() + gap for widget in widgets)
            for widget in widgets:
                widget.setVisible(room >= 0)

    @property
    def player(self) -> Player:
        """What it moves."""
        return self._player

    def show_run(self, trace: Trace, version: Version, cursor: int) -> None:
        """Take another run (or version) into player and scrubber, at a cursor."""
        self._trace, self._version = trace, version
        events = trace.events(version)
        stops = boundaries(trace, version)
        marks = [int(stop) for stop in stops["time"]]
        self.scrubber.set_run(len(events), events.seed_index, marks)
        self._player.set_run(len(events), events.seed_index, stops, cursor=cursor)

    def show_position(self, cursor: int, alpha: float) -> None:
        """Put the scrubber's handle where the run stands."""
        self.scrubber.set_position(cursor, alpha)

    def show_frame(self, frame: Frame) -> None:
        """Say what has happened last."""
        backward = frame.phase in {"backward", "end"}
        self._phase.set_role("backward" if backward else "forward")
        self._phase.set_text(_PHASES[frame.phase])
        self._play.set_state(
            playing=self._player.playing, direction="backward" if backward else "forward"
        )
        if self._trace is not None:
            events = self._trace.events(frame.version)
            words = describe(self._trace, frame.event)
            self._event.set_sentence(f"event {frame.cursor} of {len(events)} · {words}")
            self.setAccessibleDescription(self._event.sentence)
            number = f"event {frame.cursor} of {len(events)}"
            self._said = f"{plain_sentence(words)}, {number}"
            self._speak()

    @property
    def sentence(self) -> str:
        """The present event in words."""
        return self._event.sentence

    def _speak(self) -> None:
        """Let a screen reader say the event, unless events pass too fast for that."""
        if self._player.playing and self._player.speed > SPOKEN:
            self.speaker.hush()
        else:
            self.speaker.say(self._said)

    def _describe_cursor(self, cursor: int) -> str:
        if self._trace is None or cursor == 0:
            return "start"
        events = self._trace.events(self._version)
        return f"{cursor} · {plain_sentence(describe(self._trace, events[cursor - 1]))}"

    def _choose_speed(self, speed: str) -> None:
        self._player.set_speed(float(speed))

    def _follow_player(self) -> None:
        player = self._player
        self._unit.set_choice(player.unit)
        self._speed.set_choice(str(player.speed))
        backward = player.cursor > player.loss_cursor
        self._play.set_state(
            playing=player.playing, direction="backward" if backward else "forward"
        )
        self._speak()


def _speed_text(speed: float) -> str:
    return {0.25: "¼", 0.5: "½"}.get(speed, f"{speed:g}") + "×"
