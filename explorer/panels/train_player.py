"""What the playback commands do on the Train page: Space trains, the arrows look back and forth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.panels.train_runner import PACES
from explorer.panels.train_settings import ITERATIONS
from explorer.player import Player

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject

    from explorer.panels.train_session import TrainSession


class TrainPlayer(Player):
    """A player over iterations: the cursor is the iteration looked at.

    Past the last iteration lies the next one, which has to be trained.

    Args:
        session: what is trained.
        begin: makes the first run, where there is none to train on.
    """

    def __init__(self, session: TrainSession, begin: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._begin = session, begin
        session.state_changed.connect(self.state_changed)
        session.runs_changed.connect(self.state_changed)
        session.advanced.connect(self._tell)
        session.looked_elsewhere.connect(self._tell)

    @property
    def cursor(self) -> int:
        """The iteration looked at."""
        return self._session.at

    @property
    def events(self) -> int:
        """As many iterations as there could be."""
        return ITERATIONS

    @property
    def loss_cursor(self) -> int:
        """The cursor itself: no iteration is special."""
        return self.cursor

    @property
    def playing(self) -> bool:
        """Whether a run is trained."""
        return self._session.runner.is_training

    def play(self) -> None:
        """Train; the first time, begin a run."""
        if self._session.run is None:
            self._begin()
        else:
            self._session.train()

    def pause(self) -> None:
        """Stop training."""
        self._session.pause()

    def toggle(self) -> None:
        """Train, or stop."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def seek(self, cursor: int) -> None:
        """Look at an iteration."""
        self._session.look_at(cursor)

    def step_forward(self) -> None:
        """Look at the next iteration; after the last one, train one more."""
        session = self._session
        if session.looked is not None and session.looked < session.iteration:
            nearer = session.looked + 1
            session.look_at(nearer if nearer < session.iteration else None)
        elif session.run is not None:
            session.train(1)

    def step_back(self) -> None:
        """Look at the iteration before; training stops."""
        self.pause()
        self._session.look_at(max(0, self.cursor - 1))

    def to_start(self) -> None:
        """Look at the first iteration."""
        self.pause()
        self._session.look_at(1)

    def to_end(self) -> None:
        """Follow the run."""
        self._session.look_at(None)

    def to_loss(self) -> None:
        """Nothing: no iteration is special."""

    def faster(self) -> None:
        """Train at the next higher pace."""
        self._change_pace(+1)

    def slower(self) -> None:
        """Train at the next lower pace."""
        self._change_pace(-1)

    def _change_pace(self, by: int) -> None:
        place = min(max(PACES.index(self._session.runner.pace) + by, 0), len(PACES) - 1)
        self._session.runner.set_pace(PACES[place])
        self.state_changed.emit()

    def _tell(self) -> None:
        self.moved.emit(self.cursor, 0.0)
