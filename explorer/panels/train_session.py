"""The runs of the Train page: which there are, what is looked at, and the jobs they need."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from explorer.panels import train_jobs
from explorer.panels.ngram_counting import Progress, TextChoice
from explorer.panels.train_jobs import Control, Speed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.training.baselines import Baseline
    from engine.training.live import LiveRun, LiveText
    from engine.training.record import Record
    from explorer.jobs import Jobs
    from explorer.panels.train_jobs import OpenedStep
    from explorer.panels.train_settings import TrainChoice

BEGIN, TRAIN, JUDGE, OPEN, SAVE, BRANCH = (
    "train begin", "train run", "train n-grams", "train open", "train save", "train branch",
)  # fmt: skip
PACES = (1.0, 10.0, 100.0, 0.0)
"""Iterations a second that a run can be trained at; 0 for as many as there can be."""

Key = tuple[TextChoice, str]


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """All runs on one text.

    Attributes:
        key: the text and its tokens, as they were asked for.
        text: the same, read.
        runs: parents before their branches.
        baselines: the n-gram models to beat, so far.
        judged: whether these are all.
        selected: place of the run that is looked at and trained on.
    """

    key: Key
    text: LiveText
    runs: tuple[LiveRun, ...]
    baselines: tuple[Baseline, ...] = ()
    judged: bool = False
    selected: int = 0


class TrainSession(QObject):
    """What is trained and what is looked at.

    Attributes:
        tree: the runs on screen, None before the first.
        looked: the iteration that a person went back to; None follows the run.
        speed: of the run that is trained.
        problem: why it stopped, in one sentence; empty where a person stopped it.
        pace: iterations a second, 0 for as many as there can be.

    Signals:
        runs_changed(): there are other runs, or another one is selected.
        advanced(): the run has gone on.
        looked_elsewhere(): another iteration is looked at.
        state_changed(): it is trained, or no longer.
        reading(progress): how far the reading of a text or a file is; None at its end.
        stopped(sentence): the numbers left the finite ones.
        refused(sentence): something asked for cannot be.
        announced(sentence): something was done.
        opened(step): an :class:`OpenedStep` for the graph.
    """

    runs_changed = Signal()
    advanced = Signal()
    looked_elsewhere = Signal()
    state_changed = Signal()
    reading = Signal(object)
    stopped = Signal(str)
    refused = Signal(str)
    announced = Signal(str)
    opened = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.jobs = jobs
        self.tree: Tree | None = None
        self.looked: int | None = None
        self.speed: Speed | None = None
        self.problem = ""
        self.pace = 100.0
        self._shelf: dict[Key, Tree] = {}
        self._control: Control | None = None
        self._goes_on = False
        self._then: int | None = None
        self._known: tuple[LiveRun, int, Record] | None = None
        jobs.ended.connect(self._let_go)

    # What is there

    @property
    def run(self) -> LiveRun | None:
        """The run that is looked at and trained on."""
        return None if self.tree is None else self.tree.runs[self.tree.selected]

    @property
    def record(self) -> Record | None:
        """What it remembers, from iteration 1 on."""
        run = self.run
        if run is None:
            return None
        if self._known is None or self._known[0] is not run or self._known[1] < run.iteration:
            # Of a branch it is put together from several runs'.
            self._known = run, run.iteration, run.whole_record
        return self._known[2]

    @property
    def iteration(self) -> int:
        """How far the run has come."""
        return 0 if self.run is None else self.run.iteration

    @property
    def at(self) -> int:
        """The iteration that is looked at: the one gone back to, or the last."""
        return self.iteration if self.looked is None else min(self.looked, self.iteration)

    @property
    def is_training(self) -> bool:
        """Whether a run is trained now, and nobody has stopped it."""
        return self._control is not None and not self._control.stopped

    @property
    def is_busy(self) -> bool:
        """Whether a run is trained, the iteration under way when it was stopped included."""
        return self._control is not None

    @property
    def is_beginning(self) -> bool:
        """Whether a text or a file is being read, or a branch made."""
        return self.jobs.is_running(BEGIN) or self.jobs.is_running(BRANCH)

    # Beginning

    def begin(self, choice: TrainChoice, *, train: bool = True) -> None:
        """Make a new run, beside those on the same text, and train it."""
        self.pause()
        tree = self._tree_of(choice.key)
        name = f"run {1 + (0 if tree is None else len(tree.runs))}"
        self._goes_on = train

        def take(result: Progress | LiveRun) -> None:
            if isinstance(result, Progress):
                self.reading.emit(result)
            else:
                self._take_run(choice.key, result)

        self.jobs.start(
            BEGIN, train_jobs.begin, choice, None if tree is None else tree.text, name,
            on_result=take, on_error=self._refuse,
        )  # fmt: skip
        self.state_changed.emit()

    def show_text(self, key: Key) -> bool:
        """Bring the runs on another text back, if there are any; returns whether there are."""
        if self.tree is not None and self.tree.key == key:
            return True
        if key not in self._shelf:
            return False
        self.pause()
        self._put_up(self._shelf[key])
        return True

    def cancel(self) -> None:
        """Stop reading a text or a file."""
        for key in (BEGIN, BRANCH):
            self.jobs.cancel(key)
        self._end_reading()

    def _tree_of(self, key: Key) -> Tree | None:
        if self.tree is not None and self.tree.key == key:
            return self.tree
        return self._shelf.get(key)

    def _take_run(self, key: Key, run: LiveRun) -> None:
        tree = self._tree_of(key) or Tree(key, run.text, ())
        runs = (*tree.runs, run)
        self._put_up(replace(tree, runs=runs, selected=len(runs) - 1))
        self._end_reading()
        if self._goes_on:
            self.train()

    def _put_up(self, tree: Tree) -> None:
        if self.tree is not None and self.tree.key != tree.key:
            self._shelf[self.tree.key] = self.tree
        self._shelf.pop(tree.key, None)
        self.tree, self.looked, self.speed, self.problem = tree, None, None, ""
        if not tree.judged:
            self._judge(tree)
        self.runs_changed.emit()

    def _judge(self, tree: Tree) -> None:
        """Count n-grams in the text, for the lines to beat."""
        if self.jobs.is_running(JUDGE) and tree.baselines:
            return
        found: list[Baseline] = []

        def take(baseline: Baseline) -> None:
            found.append(baseline)
            self._take_baselines(tree.key, tuple(found), judged=False)

        def end() -> None:
            self._take_baselines(tree.key, tuple(found), judged=True)

        self.jobs.start(
            JUDGE, train_jobs.judge, tree.text,
            on_result=take, on_done=end, on_error=self.refused.emit,
        )  # fmt: skip

    def _take_baselines(self, key: Key, found: tuple[Baseline, ...], *, judged: bool) -> None:
        tree = self._tree_of(key)
        if tree is None:
            return
        changed = replace(tree, baselines=found, judged=judged)
        if tree is self.tree:
            self.tree = changed
            self.advanced.emit()
        else:
            self._shelf[key] = changed

    # Training

    def toggle(self) -> None:
        """Train, or pause."""
        if self.is_training:
            self.pause()
        else:
            self.train()

    def train(self, count: int = 0) -> None:
        """Train on from the end of the run, ``count`` iterations or until it is paused."""
        run = self.run
        if run is None:
            return
        if self._control is not None:
            # The thread that stops is the last one's: two must never advance one run.
            self._then = count if self._control.stopped else None
            return
        self.looked, self.problem = None, ""
        self.looked_elsewhere.emit()
        control = self._control = Control(self.pace)
        self.jobs.start(
            TRAIN, train_jobs.train, run, control, count,
            on_result=self._take_speed, on_done=self._end, on_error=self._stop,
        )  # fmt: skip
        self.state_changed.emit()

    def step(self) -> None:
        """Train one iteration."""
        self.train(1)

    def pause(self) -> None:
        """Stop after the iteration under way; a run that is being made does not begin to train."""
        self._then, self._goes_on = None, False
        if self.is_training and self._control is not None:
            self._control.stop()
            self.state_changed.emit()

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
            self.train(then)

    def _stop(self, sentence: str) -> None:
        what = sentence.partition(";")[0]
        self.problem = (
            f"{what}. Go back to an earlier iteration and branch there with a smaller learning"
            " rate, or with adjoints clipped at a smaller norm."
        )
        self._then = None
        self._end()
        self.stopped.emit(self.problem)

    def _let_go(self, job: str) -> None:
        """Wake a slow run's thread when its job has been cancelled: the window closes."""
        if job == TRAIN and self._control is not None:
            self._control.stop()

    # Looking back and branching

    def look_at(self, iteration: int | None) -> None:
        """Look at an iteration, or with None follow the run."""
        if iteration is not None:
            iteration = min(max(iteration, 0), self.iteration)
        if iteration != self.looked:
            self.looked = iteration
            self.looked_elsewhere.emit()

    def select(self, place: int) -> None:
        """Look at another run, and train that one from now on."""
        tree = self.tree
        if tree is None or place == tree.selected or not 0 <= place < len(tree.runs):
            return
        self.pause()
        self.tree = replace(tree, selected=place)
        self.problem = ""
        self.runs_changed.emit()

    def branch(self, **changes: Any) -> None:
        """Make a run that goes on from where is looked, in another way, and train it."""
        run, tree = self.run, self.tree
        if run is None or tree is None or self.is_beginning:
            return
        at = self.at
        self.pause()
        self._goes_on = True

        def take(branch: LiveRun) -> None:
            self._take_run(tree.key, branch)

        self.jobs.start(
            BRANCH, train_jobs.branch, run, at, f"run {len(tree.runs) + 1}", changes,
            on_result=take, on_error=self._refuse,
        )  # fmt: skip
        self.state_changed.emit()

    def open_step(self, lane: int) -> None:
        """Record the iteration looked at for the graph."""
        run = self.run
        if run is not None:
            self.jobs.start(
                OPEN, train_jobs.open_step, run, self.at, lane,
                on_result=self._take_opened, on_error=self.refused.emit,
            )  # fmt: skip

    def _take_opened(self, found: tuple[OpenedStep, ...]) -> None:
        for step in found:
            self.opened.emit(step)

    # Files

    def save(self, path: str) -> None:
        """Write all runs on this text."""
        if self.tree is not None:
            self.jobs.start(
                SAVE, train_jobs.save, self.tree.runs, path,
                on_result=self._say_saved, on_error=self.refused.emit,
            )  # fmt: skip

    def save_weights(self, path: str, on_saved: Callable[[Path], object] | None = None) -> None:
        """Write the model as it was after the iteration looked at.

        Args:
            path: the file.
            on_saved: called with it afterwards; by default it is said that it was saved.
        """
        if self.run is not None:
            self.jobs.start(
                SAVE, train_jobs.save_weights, self.run, self.at, path,
                on_result=on_saved or self._say_saved, on_error=self.refused.emit,
            )  # fmt: skip

    def load(self, path: str) -> None:
        """Read runs that were saved; those on screen stay until they are there."""
        self.pause()

        def take(result: Progress | tuple[LiveRun, ...]) -> None:
            if isinstance(result, Progress):
                self.reading.emit(result)
            else:
                self._take_tree(result)

        self.jobs.start(BEGIN, train_jobs.load, path, on_result=take, on_error=self._refuse)
        self.state_changed.emit()

    def _take_tree(self, runs: tuple[LiveRun, ...]) -> None:
        """Put up runs from a file, beside those on the same text."""
        text = runs[0].text
        key = key_of(text)
        there = self._tree_of(key)
        if there is not None and not same_text(there.text, text):
            key = (TextChoice("file", f"{text.title}, from a file"), text.tokens)
            there = self._tree_of(key)
        before = () if there is None else there.runs
        for place, run in enumerate(runs):
            run.name = f"run {len(before) + place + 1}"
        tree = there or Tree(key, text, ())
        both = (*before, *runs)
        self._put_up(replace(tree, runs=both, selected=len(both) - 1))
        self._end_reading()
        self.announced.emit(f"{len(runs)} {'run' if len(runs) == 1 else 'runs'} opened.")

    def _say_saved(self, path: Path) -> None:
        self.announced.emit(f"Saved as {path.name}.")

    def _end_reading(self) -> None:
        self.reading.emit(None)
        self.state_changed.emit()

    def _refuse(self, sentence: str) -> None:
        self._end_reading()
        self.refused.emit(sentence)


def key_of(text: LiveText) -> Key:
    """What a text was asked for as."""
    from engine.text.corpus import CORPORA

    named = text.corpus in CORPORA
    return (TextChoice(text.corpus) if named else TextChoice("file", text.title), text.tokens)


def same_text(one: LiveText, other: LiveText) -> bool:
    """Whether two texts are the same tokens, so that losses on them can be compared."""
    a, b = one.text, other.text
    return (
        a.vocabulary.tokens == b.vocabulary.tokens
        and np.array_equal(a.train, b.train)
        and np.array_equal(a.held_out, b.held_out)
    )
