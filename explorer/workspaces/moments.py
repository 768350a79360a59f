"""Which moment of the run is on screen: the frame that is drawn, and the one that is told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from engine.trace.events import Version
    from engine.trace.frame import Frame
    from explorer.player import Player
    from explorer.session import Session


class Moments(QObject):
    """Follows the player; the canvas draws one frame while panels tell of the event under way.

    Attributes:
        frame: the moment drawn, None before the first run.
        told: the moment after the event that is under way.

    Signals:
        told_changed(): ``told`` is another one.
        moved(alpha): draw ``frame`` with this share of the next event done.
    """

    told_changed = Signal()
    moved = Signal(float)

    def __init__(self, session: Session, player: Player, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self.frame: Frame | None = None
        self.told: Frame | None = None
        player.moved.connect(self._move)

    def forget(self) -> None:
        """Another run or version is on screen: its moments are other ones."""
        self.frame = self.told = None

    def _move(self, cursor: int, alpha: float) -> None:
        run, version = self._session.run, self._session.version
        if run is None:
            return
        told = cursor + (1 if alpha > 0 else 0)
        if not _is(self.frame, cursor, version):
            self.frame = run.trace.frame(cursor, version)
        if not _is(self.told, told, version):
            self.told = self.frame if told == cursor else run.trace.frame(told, version)
            self.told_changed.emit()
        self.moved.emit(alpha)


def _is(frame: Frame | None, cursor: int, version: Version) -> bool:
    """Whether a frame shows this moment."""
    return frame is not None and (frame.cursor, frame.version) == (cursor, version)
