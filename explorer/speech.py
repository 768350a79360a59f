"""What a screen reader is told: single sentences, and the last of several that come quickly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

PAUSE = 150
"""Milliseconds that a sentence waits for a newer one."""


def announce(widget: QWidget, sentence: str, *, urgent: bool = False) -> None:
    """Let a screen reader, if there is one, read a sentence.

    Args:
        widget: what it is about.
        sentence: plain text.
        urgent: at once; otherwise when the reader has finished.
    """
    if not sentence or not QAccessible.isActive():
        return
    event = QAccessibleAnnouncementEvent(widget, sentence)
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
    QAccessible.updateAccessibility(event)


class Speaker(QObject):
    """Announces what changes on a widget; what was said last is not said again.

    Nothing is done while no screen reader runs.

    Signals:
        spoken(sentence): it was announced.
    """

    spoken = Signal(str)

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._last = self._next = ""
        self._wait = QTimer(self, singleShot=True, interval=PAUSE)
        self._wait.timeout.connect(self._speak)

    def say(self, sentence: str) -> None:
        """Announce a sentence soon, in place of one that still waits."""
        if QAccessible.isActive():
            self._next = sentence
            self._wait.start()

    def hush(self) -> None:
        """Say nothing of what still waits."""
        self._wait.stop()

    def _speak(self) -> None:
        if self._next and self._next != self._last:
            self._last = self._next
            announce(self._widget, self._next)
            self.spoken.emit(self._next)
