"""What a person does on the Train page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.panels.ngram_counting import NARWHALS
from explorer.panels.train_settings import TrainChoice, usual
from explorer.theme import THEMES, Style
from explorer.workspaces.train import TrainWorkspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from engine.training.live import LiveRun
    from explorer.jobs import Jobs

LONG = 30_000
LIGHT = Style(THEMES["light"])
WORDS = usual(TrainChoice(NARWHALS, "word"))


class TrainPage:
    """The workspace in a window of its own, with what it complained of and asked for."""

    def __init__(self, qtbot: QtBot, jobs: Jobs) -> None:
        self.qtbot, self.jobs = qtbot, jobs
        self.train = TrainWorkspace(LIGHT, jobs)
        self.session, self.look = self.train.session, self.train.look_card
        self.window = QWidget()
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.train.bar())
        layout.addWidget(self.train, 1)
        qtbot.addWidget(self.window)
        self.failures: list[str] = []
        self.remarks: list[str] = []
        self.wishes: list[Any] = []
        self.train.failed.connect(self.failures.append)
        self.train.announced.connect(self.remarks.append)
        self.train.graph_wanted.connect(self.wishes.append)
        self.window.resize(1500, 950)
        self.window.show()
        self.session.runner.set_pace(0.0)

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=LONG)

    @property
    def run(self) -> LiveRun:
        assert self.session.run is not None
        return self.session.run

    def settle(self) -> None:
        """Wait until nothing is trained, read, branched or saved."""
        self.until(lambda: not self.session.runner.is_busy and not self.jobs._current)

    def train_to(self, iteration: int, choice: TrainChoice | None = WORDS) -> None:
        """Begin a run, or with None go on with the one that there is, and pause."""
        before = None if choice is None else self.session.run
        if choice is None:
            self.session.train()
        else:
            self.session.begin(choice)
        self.until(
            lambda: self.session.run not in (None, before) and self.session.iteration >= iteration
        )
        self.session.pause()
        self.settle()

    def branch(self, at: int, iterations: int, **fields: float | str) -> None:
        """Go back, fill the fields of a branch, press the button, and train so much."""
        self.session.look_at(at)
        if "rate" in fields:
            self.look.rate.set_text(str(fields["rate"]))
        if "clip" in fields:
            self.look.clip.set_text(str(fields["clip"]))
        if "cell" in fields:
            self.look.cell.set_choice(str(fields["cell"]))
        before = self.session.run
        QTest.mouseClick(self.look.branch_button, Qt.MouseButton.LeftButton)
        self.until(
            lambda: (
                self.session.run is not before
                and self.session.iteration - self.run.begun_at >= iterations
            )
        )
        self.session.pause()
        self.settle()
