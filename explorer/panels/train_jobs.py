"""The jobs of the Train page: beginning, training, opening a step, saving. No widget is touched."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from explorer.jobs import reports
from explorer.panels.ngram_counting import Progress

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from contextlib import AbstractContextManager

    from engine.trace.trace import Trace
    from engine.training.baselines import Baseline
    from engine.training.live import LiveRun, LiveText, Opened
    from explorer.panels.train_settings import TrainChoice

FRAME = 0.04
"""Seconds that a run is trained before it reports."""

_LARGEST_HEADER = 1 << 25
PATIENCE = 0.5
"""Seconds that it waits at most for the report to be drawn."""


class Control:
    """How fast a run is trained, and whether it is to stop: the job asks before each iteration.

    A run and the window take turns: after each report the run waits until the report has been
    drawn. Side by side both would fight for Python's lock, and drawing would take many times as
    long.

    Attributes:
        per_second: iterations a second, 0 for as many as there can be.
    """

    def __init__(self, per_second: float = 0.0) -> None:
        self.per_second = per_second
        self._stopped = Event()
        self._drawn = Event()

    @property
    def stopped(self) -> bool:
        """Whether the run is to stop."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Stop after the iteration under way."""
        self._stopped.set()
        self._drawn.set()

    def go_on(self) -> None:
        """The report has been drawn."""
        self._drawn.set()

    def begin_turn(self) -> None:
        """A report is about to be made."""
        self._drawn.clear()

    def end_turn(self) -> None:
        """Wait until the report has been drawn, a little while at most: a window may be hidden."""
        if not self.stopped:
            self._drawn.wait(PATIENCE)

    def wait(self, seconds: float) -> None:
        """Wait, but no longer than until the run is to stop."""
        if seconds > 0:
            self._stopped.wait(seconds)


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast a run is trained: iterations and tokens a second."""

    iterations: float
    tokens: float


@dataclass(frozen=True, slots=True, eq=False)
class OpenedStep:
    """One text of an iteration, recorded for the graph.

    Attributes:
        opened: its window and its losses.
        trace: the same numbers at fine grain.
        title: one sentence on what it is.
    """

    opened: Opened
    trace: Trace
    title: str


def one_thread() -> AbstractContextManager[object]:
    """Products of matrices by one thread: the window needs the other processor.

    Several wait for each other by spinning, which on a busy machine takes most of the time. And a
    run is gone back to with the same arithmetic that it was trained with.
    """
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(1, "blas")
    return limits


def begin(choice: TrainChoice, text: LiveText | None, name: str) -> Iterator[Progress | LiveRun]:
    """A run at iteration 0; the text is read unless it is there.

    Raises:
        InputError: the text or the settings cannot be used.
    """
    from engine.training.live import LiveRun

    settings = choice.settings
    if text is None:
        from explorer.panels.train_text import read_text

        for step in read_text(choice):
            if isinstance(step, Progress):
                yield step
            else:
                text = step
    if text is not None:
        with one_thread():
            run = LiveRun(settings, text, look_every=choice.look_every, name=name)
        yield run


def train(run: LiveRun, control: Control, count: int = 0) -> Iterator[Speed]:
    """Train until it is stopped, at most ``count`` iterations where it is not 0.

    Raises:
        InputError: the numbers have left the finite ones.
    """
    with one_thread():
        yield from _train(run, control, count)


def _train(run: LiveRun, control: Control, count: int) -> Iterator[Speed]:
    begun = reported = due = time.perf_counter()
    tokens = run.settings.steps * run.settings.batch
    done = since = 0
    while not control.stopped and not (count and done >= count):
        run.advance()
        done, since = done + 1, since + 1
        now = time.perf_counter()
        if now - reported >= FRAME:
            speed = since / (now - begun)
            control.begin_turn()
            yield Speed(speed, speed * tokens)
            control.end_turn()
            reported = time.perf_counter()
            if now - begun > 1:
                begun, since = now, 0
        if control.per_second and not count:
            due = max(due, now - 1 / control.per_second) + 1 / control.per_second
            control.wait(due - time.perf_counter())


def judge(text: LiveText) -> Iterator[Baseline]:
    """What n-grams reach on the same text, one order after another."""
    from engine.training.baselines import baselines

    yield from baselines(text)


def open_step(run: LiveRun, iteration: int, lane: int) -> Iterator[tuple[OpenedStep, ...]]:
    """One text of an iteration at fine grain; empty results while it is trained again.

    Raises:
        InputError: there is no such iteration, or it is too large to look at.
    """
    with one_thread():
        yield from reports(_opened(run, iteration, lane))


def _opened(run: LiveRun, iteration: int, lane: int) -> Generator[None, None, OpenedStep]:
    from engine.models.weights import SavedModel
    from engine.runs import record_model

    opened = yield from run.opened_in_steps(iteration, lane)
    saved = SavedModel(opened.model, run.text.tokens)
    weights = f"{run.name}, before the update of iteration {iteration}"
    trace = record_model(saved, opened.ids, opened.surfaces, source=run.text.title, weights=weights)
    return OpenedStep(opened, trace, step_sentence(run, opened, lane))


def step_sentence(run: LiveRun, opened: Opened, lane: int) -> str:
    """What is on the graph, and how its loss is that of the curve."""
    batch = run.settings.batch
    begun = f"Iteration {opened.iteration} of {run.name}"
    if batch == 1:
        return f"{begun}: the loss L = {opened.loss:.4f} is the point on the training curve."
    return (
        f"{begun}, text {lane + 1} of {batch}: L = {opened.loss:.4f}; the mean over the"
        f" {batch} texts is the point on the training curve, {opened.mean_loss:.4f}."
    )


def branch(run: LiveRun, iteration: int, name: str, changes: dict[str, Any]) -> Iterator[LiveRun]:
    """A run that goes on from an iteration in another way.

    Raises:
        InputError: it cannot.
    """
    with one_thread():
        other = run.branch(iteration, name=name, **changes)
    yield other


def save(runs: tuple[LiveRun, ...], path: str) -> Iterator[Path]:
    """Write all runs whole or not at all; yields where they are.

    Raises:
        InputError: they cannot be written.
    """
    from engine.training.live_file import save_runs

    with one_thread():
        save_runs(runs, path)
    yield Path(path)


def load(path: str) -> Iterator[Progress | tuple[LiveRun, ...]]:
    """Read runs that were saved.

    Raises:
        InputError: the file holds none.
    """
    from engine.training.live_file import load_runs

    yield Progress("Reading the runs", 0.3)
    yield load_runs(path)


def save_weights(run: LiveRun, iteration: int, path: str) -> Iterator[Path]:
    """Write the model as it was after an iteration; yields where it is.

    Raises:
        InputError: it cannot be written.
    """
    from engine.models.weights import SavedModel, save_model

    with one_thread():
        model = run.trainer_at(iteration).model
    record = run.whole_record
    loss = float(record.losses[iteration - record.first - 1]) if iteration else None
    provenance = {
        "corpus": run.text.corpus,
        "held_out": run.text.text.held_out_name,
        "iterations": iteration,
        "loss": loss,
        "settings": run.settings.as_dict(),
    }
    save_model(SavedModel(model, run.text.tokens, provenance), path)
    yield Path(path)


def is_training(path: str) -> bool:
    """Whether a file holds runs: what it says of itself before its arrays."""
    from engine.training.live_file import FORMAT

    try:
        with Path(path).open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            return FORMAT.encode() in file.read(min(size, _LARGEST_HEADER))
    except OSError:
        return False
