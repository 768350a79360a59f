"""From what is typed to a run that is being recorded, and what is said when it cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.panels.models import opening_spec
from explorer.workspaces.slow_notice import SlowNotice

if TYPE_CHECKING:
    from explorer.panels.run_bar import RunBar
    from explorer.run_jobs import Wish
    from explorer.session import Session


class Requests(QObject):
    """Asks the session for runs.

    Signals:
        told(sentence): a problem, one clear sentence; an empty one takes it back.
        announced(sentence): a remark for the same place.
    """

    told = Signal(str)
    announced = Signal(str)

    def __init__(self, session: Session, run_bar: RunBar, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._bar = session, run_bar
        self._began_again = False
        self._slow = SlowNotice(self)
        self._slow.due.connect(self._announce_slow)
        session.run_failed.connect(self._refuse)
        session.open_failed.connect(self._begin_again)
        session.busy_changed.connect(self._follow_busy)
        run_bar.requested.connect(session.request)
        run_bar.refused.connect(self.told)

    def begin(self) -> None:
        """Ask for the opening sentence."""
        self._session.request(opening_spec())

    def grant(self, wish: Wish) -> None:
        """Record what another page wants to be looked at, and show it as what was asked."""
        if wish.spec is not None:
            self._bar.show_request(wish.spec)
        self._session.grant(wish)

    def stop(self) -> None:
        """Nobody looks."""
        self._slow.stop()

    def fulfilled(self) -> None:
        """A run has come: nothing is wrong any more."""
        self._bar.show_problem("")
        if self._slow.announced:
            self.told.emit("")

    @property
    def offers_fresh_weights(self) -> bool:
        """Whether a text that trained weights cannot read could be read by fresh ones."""
        bar = self._bar
        return bool(bar.chosen.weights and bar.problem and bar.text.strip())

    def use_fresh_weights(self) -> None:
        """Read the text that was typed with a model whose vocabulary is the text's own."""
        self._bar.take_text(self._bar.text)

    def _refuse(self, message: str) -> None:
        self._slow.stop()
        self._bar.show_problem(message)
        self.told.emit(message)

    def _begin_again(self, _message: str) -> None:
        """A file that was to be shown first is no trace: show the opening sentence."""
        if self._session.run is None and not self._began_again:
            self._began_again = True
            self.begin()

    def _follow_busy(self, busy: bool) -> None:
        self._slow.follow(busy)
        if busy:
            self.told.emit("")

    def _announce_slow(self) -> None:
        self.announced.emit("Recording the run…")
