"""One integer cursor over the events of a run, moved by one timer or by hand."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

Unit = Literal["event", "node", "module", "time"]
UNITS: tuple[Unit, ...] = ("event", "node", "module", "time")

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
EVENTS_PER_SECOND = 3.0
"""At speed 1: an event is on screen for a third of a second."""

STEP_SECONDS = 0.25
"""How long a step forward takes to glide in, when motion is on."""

INTERVAL = 16


class Player(QObject):
    """Where in the run we are: ``cursor`` events are done, and ``alpha`` of the next one.

    The position follows the clock, never a count of frames, and what is drawn is a function of
    (cursor, alpha) alone. With motion off alpha is always 0.

    Args:
        clock: seconds that only grow.

    Signals:
        moved(cursor, alpha): the position has changed.
        state_changed(): playing, speed, loop, unit, motion or the run has changed.
    """

    moved = Signal(int, float)
    state_changed = Signal()

    def __init__(
        self, parent: QObject | None = None, *, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._events = 0
        self._loss = 0
        self._boundaries: dict[Unit, NDArray[np.int64]] = {}
        self._cursor, self._alpha = 0, 0.0
        self._playing, self._loop, self._motion = False, False, True
        self._speed: float = 1.0
        self._unit: Unit = "event"
        self._since, self._from = 0.0, 0.0
        self._target: int | None = None
        self._timer = QTimer(self, interval=INTERVAL, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    @property
    def cursor(self) -> int:
        """Events done, from 0 to `events`."""
        return self._cursor

    @property
    def alpha(self) -> float:
        """Share of the next event that is done, in [0, 1); 0 at the end and with motion off."""
        return self._alpha

    @property
    def events(self) -> int:
        """Number of events of the run."""
        return self._events

    @property
    def loss_cursor(self) -> int:
        """The cursor at which the forward pass has ended."""
        return self._loss

    @property
    def playing(self) -> bool:
        """Whether time moves the cursor."""
        return self._playing

    @property
    def speed(self) -> float:
        """The factor on `EVENTS_PER_SECOND`, 0.25 to 16."""
        return self._speed

    @property
    def loop(self) -> bool:
        """Whether playing starts again at the end."""
        return self._loop

    @property
    def unit(self) -> Unit:
        """What a step covers."""
        return self._unit

    @property
    def motion(self) -> bool:
        """Whether there is anything between two events."""
        return self._motion

    def set_run(
        self,
        events: int,
        loss_cursor: int,
        boundaries: Mapping[Unit, NDArray[np.int64]] | None = None,
        *,
        cursor: int = 0,
    ) -> None:
        """Take another run and pause.

        Args:
            events: number of events, n.
            loss_cursor: the cursor at the end of the forward pass, in [0, n].
            boundaries: for each unit the cursors at which its steps end, sorted, shape (steps,).
                A unit that is missing steps by event.
            cursor: where to begin; cut to [0, n].
        """
        self._halt()
        self._playing = False
        self._events = max(0, int(events))
        self._loss = min(max(0, int(loss_cursor)), self._events)
        self._boundaries = {
            unit: np.asarray(ends, dtype=np.int64) for unit, ends in (boundaries or {}).items()
        }
        self._cursor, self._alpha = min(max(0, int(cursor)), self._events), 0.0
        self.state_changed.emit()
        self.moved.emit(self._cursor, self._alpha)

    def play(self) -> None:
        """Let time move the cursor; from the start where the end is reached."""
        if self._playing or not self._events:
            return
        self._finish_step()
        if self._cursor >= self._events:
            self._place(0, 0.0)
        self._playing = True
        self._resume()
        self.state_changed.emit()

    def pause(self) -> None:
        """Stay where the cursor is; a step under way is finished."""
        self._finish_step()
        self._halt()
        if self._playing:
            self._playing = False
            self.state_changed.emit()

    def toggle(self) -> None:
        """Pause when playing, play when not."""
        if self._playing:
            self.pause()
        else:
            self.play()

    def seek(self, cursor: int) -> None:
        """Put the cursor somewhere at once, cut to [0, n]; playing goes on from there."""
        self._target = None
        self._place(min(max(0, int(cursor)), self._events), 0.0)
        if self._playing and self._cursor < self._events:
            self._resume()
        else:
            self._halt()
            self._stop_playing()

    def step(self, direction: int, unit: Unit | None = None) -> None:
        """Pause, then go to the end of the next step, or at once to the end of the previous one.

        Args:
            direction: +1 or -1.
            unit: what the step covers; the player's own unit when None.
        """
        self.pause()
        target = self.step_target(direction, unit or self._unit)
        if target == self._cursor:
            return
        if direction < 0 or not self._motion:
            self._place(target, 0.0)
            return
        self._target = target
        self._place(target - 1, 0.0)
        self._resume()

    def step_target(self, direction: int, unit: Unit) -> int:
        """Return the cursor a step would end at."""
        ends = self._boundaries.get(unit)
        if unit == "event" or ends is None or not ends.size:
            return min(max(0, self._cursor + (1 if direction > 0 else -1)), self._events)
        if direction > 0:
            place = int(np.searchsorted(ends, self._cursor, side="right"))
            return min(int(ends[place]), self._events) if place < ends.size else self._events
        place = int(np.searchsorted(ends, self._cursor, side="left"))
        return max(int(ends[place - 1]), 0) if place > 0 else 0

    def step_forward(self) -> None:
        """Step on by the player's unit."""
        self.step(+1)

    def step_back(self) -> None:
        """Step back by the player's unit."""
        self.step(-1)

    def to_start(self) -> None:
        """Pause before the first event."""
        self.pause()
        self.seek(0)

    def to_loss(self) -> None:
        """Pause at the end of the forward pass."""
        self.pause()
        self.seek(self._loss)

    def to_end(self) -> None:
        """Pause after the last event."""
        self.pause()
        self.seek(self._events)

    def set_speed(self, speed: float) -> None:
        """Play at a factor of the ordinary speed, cut to 0.25 .. 16; the position is kept."""
        speed = min(max(SPEEDS[0], float(speed)), SPEEDS[-1])
        if speed != self._speed:
            self._tick_if_playing()
            self._speed = speed
            if self._playing:
                self._resume()
            self.state_changed.emit()

    def faster(self) -> None:
        """Take the next higher speed."""
        self.set_speed(min((s for s in SPEEDS if s > self._speed), default=SPEEDS[-1]))

    def slower(self) -> None:
        """Take the next lower speed."""
        self.set_speed(max((s for s in SPEEDS if s < self._speed), default=SPEEDS[0]))

    def set_loop(self, loop: bool) -> None:
        """Start again at the end, or stop there."""
        if loop != self._loop:
            self._loop = bool(loop)
            self.state_changed.emit()

    def set_unit(self, unit: Unit) -> None:
        """Choose what a step covers."""
        if unit != self._unit:
            self._unit = unit
            self.state_changed.emit()

    def set_motion(self, motion: bool) -> None:
        """Move smoothly between events, or jump from one to the next."""
        if motion != self._motion:
            self._finish_step()
            self._motion = bool(motion)
            if not self._playing:
                self._place(self._cursor, 0.0)
            self.state_changed.emit()

    def _resume(self) -> None:
        """Let the clock carry the position on from where it is."""
        self._since, self._from = self._clock(), self._cursor + self._alpha
        self._timer.start()

    def _halt(self) -> None:
        self._timer.stop()
        self._target = None

    def _stop_playing(self) -> None:
        if self._playing:
            self._playing = False
            self.state_changed.emit()

    def _tick_if_playing(self) -> None:
        if self._playing:
            self._tick()

    def _tick(self) -> None:
        """Put the position where the clock says."""
        if not self._timer.isActive():
            return
        elapsed = self._clock() - self._since
        if self._target is not None:
            self._glide(elapsed / STEP_SECONDS)
            return
        position = self._from + elapsed * EVENTS_PER_SECOND * self._speed
        if position < self._events:
            cursor = int(position)
            self._place(cursor, position - cursor)
        elif self._loop:
            self._place(0, 0.0)
            self._resume()
        else:
            self._halt()
            self._place(self._events, 0.0)
            self._stop_playing()

    def _glide(self, share: float) -> None:
        target = self._target
        if target is None or share >= 1:
            self._finish_step()
        else:
            self._place(target - 1, share)

    def _finish_step(self) -> None:
        """Land on the end of a step that is still gliding in."""
        target = self._target
        if target is not None:
            self._halt()
            self._place(target, 0.0)

    def _place(self, cursor: int, alpha: float) -> None:
        alpha = alpha if self._motion and cursor < self._events else 0.0
        if (cursor, alpha) != (self._cursor, self._alpha):
            self._cursor, self._alpha = cursor, alpha
            self.moved.emit(cursor, alpha)
