"""The runs of the Train page: which there are, what is looked at, and the jobs they need."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from explorer.panels import train_jobs
from explorer.panels.ngram_counting import Progress, TextChoice
from explorer.panels.train_runner import TrainRunner
from explorer.panels.train_tree import Tree, key_of, same_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.training.baselines import Baseline
    from engine.training.live import LiveRun
    from engine.training.record import Record
    from explorer.jobs import Jobs
    from explorer.panels.train_jobs import OpenedStep
    from explorer.panels.train_settings import TrainChoice
    from explorer.panels.train_tree import Key

BEGIN, JUDGE, OPEN, SAVE, BRANCH = (
    "train begin", "train n-grams", "train open", "train save", "train branch",
)  # fmt: skip


class TrainSession(QObject):
    """What is trained and what is looked at.

    Attributes:
        tree: the runs on screen, None before the first.
        looked: the iteration that a person went back to; None follows the run.
        runner: trains it.

    Signals:
        runs_changed(): there are other runs, or another one is selected.
        advanced(): the run has gone on, or an n-gram model has been judged.
        looked_elsewhere(): another iteration is looked at.
        state_changed(): a run is trained, read or made, or no longer.
        reading(progress): how far the reading of a text or a file is; None at its end.
        refused(sentence): something asked for cannot be.
        announced(sentence): something was done.
        opened(step): an :class:`OpenedStep` for the graph.
    """

    runs_changed = Signal()
    advanced = Signal()
    looked_elsewhere = Signal()
    state_changed = Signal()
    reading = Signal(object)
    refused = Signal(str)
    announced = Signal(str)
    opened = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.jobs = jobs
        self.tree: Tree | None = None
        self.looked: int | None = None
        self.runner = TrainRunner(jobs, self)
        self._shelf: dict[Key, Tree] = {}
        self._goes_on = False
        self._known: tuple[LiveRun, int, Record] | None = None
        self.runner.advanced.connect(self.advanced)
        self.runner.state_changed.connect(self.state_changed)
        self.runner.stopped.connect(self.refused)

    # What is there

    @property
    def run(self) -> LiveRun | None:
        """The run that is looked at and trained on."""
        return None if self.tree is None else self.tree.run

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
            on_result=take, on_done=self._end_reading, on_error=self._refuse,
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
        self._put_up((self._tree_of(key) or Tree(key, run.text, ())).with_runs(run))
        self._end_reading()
        if self._goes_on:
            self.train()

    def _put_up(self, tree: Tree) -> None:
        if self.tree is not None and self.tree.key != tree.key:
            self._shelf[self.tree.key] = self.tree
        self._shelf.pop(tree.key, None)
        self.tree, self.looked = tree, None
        self.runner.forget()
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

    def train(self, count: int = 0) -> None:
        """Train on from the end of the run, ``count`` iterations or until it is paused."""
        if self.run is not None:
            self.look_at(None)
            self.runner.train(self.run, count)

    def pause(self) -> None:
        """Stop after the iteration under way; a run that is being made does not begin to train."""
        self._goes_on = False
        self.runner.pause()

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
        self.runner.forget()
        self.runs_changed.emit()

    def branch(self, changes: dict[str, Any]) -> None:
        """Make a run that goes on from where is looked with other settings, and train it."""
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
            on_result=take, on_done=self._end_reading, on_error=self._refuse,
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

        self.jobs.start(
            BEGIN, train_jobs.load, path,
            on_result=take, on_done=self._end_reading, on_error=self._refuse,
        )  # fmt: skip
        self.state_changed.emit()

    def _take_tree(self, runs: tuple[LiveRun, ...]) -> None:
        """Put up runs from a file, beside those on the same text."""
        text = runs[0].text
        key, more = key_of(text), 1
        while (there := self._tree_of(key)) is not None and not same_text(there.text, text):
            more += 1
            key = (TextChoice("file", f"{text.title} ({more})"), text.tokens)
        tree = there or Tree(key, text, ())
        for place, run in enumerate(runs):
            run.name = f"run {len(tree.runs) + place + 1}"
        self._put_up(tree.with_runs(*runs))
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
