"""Saying that a run is being recorded, once it takes long enough to be noticed."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

SLOW = 250
"""Milliseconds after which a run being recorded is announced."""


class SlowNotice(QObject):
    """Waits while the session is busy.

    Attributes:
        announced: this run has been announced.

    Signals:
        due(): the session has been busy for long.
    """

    due = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.announced = False
        self._timer = QTimer(self, singleShot=True, interval=SLOW)
        self._timer.timeout.connect(self._announce)

    def follow(self, busy: bool) -> None:
        """The session has begun to record, or no longer does."""
        self.announced = False
        if busy:
            self._timer.start()
        else:
            self._timer.stop()

    def stop(self) -> None:
        """Nobody looks, or the run was refused."""
        self._timer.stop()

    def _announce(self) -> None:
        self.announced = True
        self.due.emit()
