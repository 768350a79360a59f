"""Letting drawn tokens out at a speed, by the clock."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

if TYPE_CHECKING:
    from explorer.panels.generate_sampling import Row

TICK = 16


@dataclass(slots=True)
class Stream:
    """Rows that were drawn but not shown yet.

    Attributes:
        waiting: those, in order.
        finished: whether no more will come.
    """

    waiting: deque[Row] = field(default_factory=deque)
    finished: bool = False
    _credit: float = 1.0

    @property
    def is_over(self) -> bool:
        """Whether everything has been shown."""
        return self.finished and not self.waiting

    def due(self, seconds: float, speed: float) -> tuple[Row, ...]:
        """The rows to show now.

        Args:
            seconds: since the last time this was asked.
            speed: rows a second; infinite for all that are there.
        """
        if speed == float("inf"):
            count = len(self.waiting)
        else:
            # At least one row's worth is kept, so that a pause never bursts.
            self._credit = min(self._credit + seconds * speed, max(1.0, speed * 0.1))
            count = min(int(self._credit), len(self.waiting))
            self._credit -= count
        return tuple(self.waiting.popleft() for _ in range(count))


class Pacer(QObject):
    """Lets the rows of a stream out at a speed.

    Attributes:
        speed: rows a second.
        left: how many rows of the stream have not been let out.

    Signals:
        due(rows): these are to be shown now.
        over(): the last one has been let out.
    """

    due = Signal(tuple)
    over = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.speed = 20.0
        self.left = 0
        self._stream: Stream | None = None
        self._clock = QElapsedTimer()
        self._timer = QTimer(self, interval=TICK)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    @property
    def is_running(self) -> bool:
        """Whether a stream is under way."""
        return self._stream is not None

    def begin(self, length: int) -> None:
        """Begin a stream of so many rows, in place of one under way."""
        self._stream, self.left = Stream(), length
        self._clock.restart()
        self._timer.start()

    def take(self, row: Row) -> None:
        """A row has been drawn."""
        if self._stream is not None:
            self._stream.waiting.append(row)

    def finish(self) -> None:
        """No more rows will come."""
        if self._stream is not None:
            self._stream.finished = True

    def stop(self) -> None:
        """End the stream; what was not let out is dropped."""
        self._stream = None
        self._timer.stop()

    def _tick(self) -> None:
        if self._stream is None:
            return
        rows = self._stream.due(self._clock.restart() / 1000, self.speed)
        over = self._stream.is_over
        if rows:
            self.left -= len(rows)
            self.due.emit(rows)
        if over and self._stream is not None:
            self.stop()
            self.over.emit()
