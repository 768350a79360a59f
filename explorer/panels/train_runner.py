"""Trains one run at a time in a job, at a pace, and takes turns with the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.panels import train_jobs
from explorer.panels.train_jobs import Control, Speed

if TYPE_CHECKING:
    from engine.training.live import LiveRun
    from explorer.jobs import Jobs

TRAIN = "train run"
PACES = (1.0, 10.0, 100.0, 0.0)
"""Iterations a second that a run can be trained at; 0 for as many as there can be."""

_DIVERGED = "; resume"
"""What the engine advises at the command line after the numbers left the finite ones."""


class TrainRunner(QObject):
    """The run that is trained, if any.

    Attributes:
        speed: of the run.
        problem: why it stopped, in one sentence; empty where a person stopped it.
        pace: iterations a second, 0 for as many as there can be.

    Signals:
        advanced(): the run has gone on.
        state_changed(): it is trained, or no longer.
        stopped(sentence): it cannot go on.
    """

    advanced = Signal()
    state_changed = Signal()
    stopped = Signal(str)

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.speed: Speed | None = None
        self.problem = ""
        self.pace = 100.0
        self._control: Control | None = None
        self._then: tuple[LiveRun, int] | None = None
        jobs.ended.connect(self._let_go)

    @property
    def is_training(self) -> bool:
        """Whether a run is trained now, and nobody has stopped it."""
        return self._control is not None and not self._control.stopped

    @property
    def is_busy(self) -> bool:
        """Whether a run is trained, the iteration under way when it was stopped included."""
        return self._control is not None

    def train(self, run: LiveRun, count: int = 0) -> None:
        """Train on from the end of a run, ``count`` iterations or until it is paused."""
        if self._control is not None:
            # The thread that stops comes first: two must never advance one run.
            self._then = (run, count) if self._control.stopped else None
            return
        self.problem = ""
        control = self._control = Control(self.pace)
        self._jobs.start(
            TRAIN, train_jobs.train, run, control, count,
            on_result=self._take_speed, on_done=self._end, on_error=self._stop,
        )  # fmt: skip
        self.state_changed.emit()

    def pause(self) -> None:
        """Stop after the iteration under way."""
        self._then = None
        if self._control is not None and not self._control.stopped:
            self._control.stop()
            self.state_changed.emit()

    def forget(self) -> None:
        """Another run is looked at: what was said of the last one is over."""
        self.speed, self.problem = None, ""

    def set_pace(self, pace: float) -> None:
        """Train faster or slower, from the next iteration on."""
        self.pace = pace
        if self._control is not None:
            self._control.per_second = pace

    def _take_speed(self, speed: Speed) -> None:
        self.speed = speed
        self.advanced.emit()
        # What has changed is painted before a timer of no time is due.
        QTimer.singleShot(0, self._go_on)

    def _go_on(self) -> None:
        if self._control is not None:
            self._control.go_on()

    def _end(self) -> None:
        self._control = None
        self.state_changed.emit()
        self.advanced.emit()
        then, self._then = self._then, None
        if then is not None:
            self.train(*then)

    def _stop(self, sentence: str) -> None:
        what, diverged, _ = sentence.partition(_DIVERGED)
        if diverged:
            sentence = (
                f"{what}. Go back to an earlier iteration and branch there with a smaller learning"
                " rate, or with adjoints clipped at a smaller norm."
            )
        self._then, self.problem = None, sentence
        self._end()
        self.stopped.emit(sentence)

    def _let_go(self, job: str) -> None:
        """Wake a slow run's thread when its job has been cancelled: the window closes."""
        if job == TRAIN and self._control is not None:
            self._control.stop()
