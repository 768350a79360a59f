"""The bar below the Train page: train, pause, step, where the run is and how fast it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout

from explorer.kit.button import IconButton
from explorer.kit.label import Label
from explorer.kit.play_button import PlayButton
from explorer.kit.segmented import Segmented
from explorer.kit.styled import Styled
from explorer.panels.ngram_counting import grouped
from explorer.panels.train_runner import PACES

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from explorer.panels.train_player import TrainPlayer
    from explorer.panels.train_session import TrainSession
    from explorer.theme import Style

PACE_TITLES = {1.0: "1 a second", 10.0: "10", 100.0: "100", 0.0: "as fast as it can"}


class TrainTransport(Styled):
    """Trains, pauses and steps the selected run, and says how it goes.

    Attributes:
        play_button, step_button: train or pause; one iteration.
        pace: the switch of iterations a second.
        state, speed: what is done now, and how fast.
    """

    def __init__(
        self,
        style: Style,
        session: TrainSession,
        player: TrainPlayer,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(style, parent)
        self._session, self._player = session, player
        self._presenting = False
        self._start = self._action("To the first iteration", "Home", player.to_start)
        self._back = self._action("Look at the iteration before", "Left", player.step_back)
        self._toggle = self._action("Train or pause", "Space", player.toggle)
        self._forward = self._action(
            "Look at the next iteration; after the last one, train one more", "Right",
            player.step_forward,
        )  # fmt: skip
        self._end = self._action("Follow the run again", "End", player.to_end)
        self.play_button = PlayButton(style, self._toggle)
        self.step_button = IconButton(style, self._forward, "step-forward")
        self._buttons = (
            IconButton(style, self._start, "to-start"),
            IconButton(style, self._back, "step-back"),
            self.play_button,
            self.step_button,
            IconButton(style, self._end, "to-end"),
        )
        self.state = Label(style, font="text_strong", elide=True)
        self.speed = Label(style, font="mono", role="ink_2", elide=True)
        self._label = Label(style, "Iterations a second", role="ink_2")
        self.pace = Segmented(
            style, [(f"{pace:g}", PACE_TITLES[pace]) for pace in PACES], name="Iterations a second"
        )
        row = QHBoxLayout(self)
        for button in self._buttons:
            row.addWidget(button)
        row.addSpacing(style.ipx(10))
        row.addWidget(self.state, 3)
        row.addWidget(self.speed, 1)
        row.addWidget(self._label)
        row.addWidget(self.pace)
        self._row = row
        self.pace.chosen.connect(self._choose_pace)
        session.state_changed.connect(self.show_state)
        session.advanced.connect(self.show_state)
        session.looked_elsewhere.connect(self.show_state)
        session.runs_changed.connect(self.show_state)
        player.state_changed.connect(self.show_state)
        self.apply_style()
        self.show_state()

    @property
    def player(self) -> TrainPlayer:
        """What the playback commands go to."""
        return self._player

    def show_state(self) -> None:
        """Say what is done now."""
        session = self._session
        self.play_button.set_state(playing=session.runner.is_training, direction="forward")
        there = session.run is not None
        self._toggle.setEnabled(not session.is_beginning)
        self._forward.setEnabled(there)
        for action in (self._start, self._back):
            action.setEnabled(there and session.at > 1)
        self._end.setEnabled(there and session.looked is not None)
        self.pace.set_choice(f"{session.runner.pace:g}")
        self.state.set_text(self._words())
        self.state.set_role("disagrees" if session.runner.problem else "ink")
        speed = session.runner.speed
        self.speed.set_text(
            f"{grouped(round(speed.tokens))} tokens/s"
            if speed is not None and session.runner.is_training
            else ""
        )

    def apply_style(self) -> None:
        """Set margins and spacing."""
        look = self.look
        self._row.setContentsMargins(look.ipx(22), look.ipx(9), look.ipx(22), look.ipx(10))
        self._row.setSpacing(look.ipx(8))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave words out where there is no room for them."""
        super().resizeEvent(event)
        self._fit()

    def _action(self, tip: str, key: str, slot: Callable[[], object]) -> QAction:
        """An action of a button; the key belongs to the window's command."""
        action = QAction(tip, self)
        action.setToolTip(f"{tip} ({key})")
        action.setStatusTip(tip)
        action.triggered.connect(slot)
        return action

    def set_presenting(self, presenting: bool) -> None:
        """Leave the words to the audience; the keys go on working."""
        self._presenting = presenting
        for button in self._buttons:
            button.setVisible(not presenting)
        self._fit()

    def _fit(self) -> None:
        wide = self.width() / self.look.scale
        self._label.setVisible(wide >= 980 and not self._presenting)
        self.pace.setVisible(wide >= 760 and not self._presenting)

    def _words(self) -> str:
        session = self._session
        run = session.run
        if session.is_beginning:
            return "Getting ready…"
        if run is None:
            return "Press Space to begin"
        doing = (
            "Training"
            if session.runner.is_training
            else "Stopped"
            if session.runner.problem
            else "Paused"
        )
        words = f"{doing} {run.name} · iteration {grouped(session.iteration)}"
        if session.looked is not None and session.at < session.iteration:
            words += f" · looking at {grouped(session.at)}"
        return words

    def _choose_pace(self, pace: str) -> None:
        self._session.runner.set_pace(float(pace))
