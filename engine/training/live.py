"""A training run that remembers: any past iteration can be opened, and branched from.

>>> from engine.models.architecture import Architecture
>>> from engine.text.corpus import load_corpus
>>> from engine.training.live import LiveRun, live_text
>>> from engine.training.settings import Settings
>>> settings = Settings(Architecture(hidden=8), steps=5, batch=1, schedule="constant")
>>> run = LiveRun(settings, live_text(load_corpus("narwhals"), "word"))
>>> for _ in range(200):
...     live = run.advance()
>>> run.iteration, live.state_norms.shape
(200, (5,))

Iteration 137 as it was, its window opened for the graph, and a branch from there:

>>> opened = run.opened(137, lane=0)
>>> bool(opened.mean_loss == run.record.losses[136])
True
>>> branch = run.branch(137, learning_rate=0.02)
>>> branch.begun_at, branch.iteration
(137, 137)

Every so often the trainer's whole state is kept. Going back restores the state kept last before
an iteration and trains on from there: the same arithmetic on the same bytes gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.autodiff.primitives import Array
from engine.errors import InputError
from engine.models.recurrent import RecurrentLM
from engine.steps import finished
from engine.text.corpus import Corpus
from engine.text.tokenizer import Tokenizer, tokenizer
from engine.training.evaluation import evaluate
from engine.training.record import LiveStep, Look, Record, Recorder
from engine.training.settings import STEERING, Settings
from engine.training.snapshot import Snapshot, restore, taken
from engine.training.texts import TrainingText, training_text
from engine.training.train import Trainer

__all__ = ["LiveRun", "LiveStep", "LiveText", "Look", "Opened", "Record", "live_text"]

BUDGET = 256 << 20
"""Bytes of the states that a run keeps."""

FIRST_INTERVAL = 10
"""Iterations between two kept states, before the budget makes them fewer."""

HELD_OUT_TOKENS = 4096
"""Of the held-out text, its first tokens are judged at every look."""

_LANES = 16
_SAMPLE = {"char": 160, "word": 32, "space": 32}


@dataclass(frozen=True, slots=True, eq=False)
class LiveText:
    """What a run is trained on.

    Attributes:
        corpus: name of the corpus or of the file.
        title: what to call it on screen.
        tokens: name of the tokenizer.
        text: token ids, trained on and held out.
        largest_vocabulary: how many types were kept at most, None for all.
    """

    corpus: str
    title: str
    tokens: str
    text: TrainingText
    largest_vocabulary: int | None = None

    @property
    def cutter(self) -> Tokenizer:
        """Puts samples together."""
        return tokenizer(self.tokens)

    @property
    def judged(self) -> np.ndarray:
        """The held-out tokens that every look, and every n-gram beside it, is judged on."""
        return self.text.held_out[:HELD_OUT_TOKENS]


def live_text(corpus: Corpus, tokens: str, *, largest_vocabulary: int | None = None) -> LiveText:
    """A corpus made ready, one play of Shakespeare's or the last tenth held out.

    Raises:
        InputError: as :func:`~engine.training.texts.training_text`.
    """
    text = training_text(corpus, tokenizer(tokens), largest_vocabulary=largest_vocabulary)
    return LiveText(corpus.name, corpus.title, tokens, text, largest_vocabulary)


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """One text of an iteration's window, to be looked at as a graph.

    Attributes:
        iteration: whose.
        model: the weights before that iteration's update; ``h_0`` (and ``c_0``) are the states
            that the window was read from.
        ids: (T,) its tokens.
        surfaces: the same tokens as text.
        loss: this text's mean negative log-likelihood in nats, as the training step had it.
        mean_loss: the mean over all texts of the window: the iteration's loss.
    """

    iteration: int
    model: RecurrentLM
    ids: tuple[int, ...]
    surfaces: tuple[str, ...]
    loss: float
    mean_loss: float


class LiveRun:
    """One run: it advances, and it can be gone back to.

    Only one thread may advance it; the others may read ``record`` and go back meanwhile.

    Args:
        settings: how to train; ``iterations`` is where it ends.
        text: what on.
        look_every: iterations between two looks; by default 20 at first, then more.
        name: what it is called.
        parent, begun_at: the run that it branched from, and where.
        before: of a run that was saved, what it remembered, and states in order, from that at
            ``begun_at`` to the last.

    Raises:
        InputError: the settings do not fit the text.
        KeyError, TypeError, ValueError: ``before`` does not fit the settings.

    Attributes:
        settings, text, name, parent, begun_at, look_every: as said.
    """

    def __init__(
        self,
        settings: Settings,
        text: LiveText,
        *,
        look_every: int = 20,
        name: str = "run 1",
        parent: LiveRun | None = None,
        begun_at: int = 0,
        before: tuple[Record, Sequence[Snapshot]] | None = None,
    ) -> None:
        if look_every < 1:
            raise InputError(f"look at the run every 1 iterations or more, not {look_every}")
        self.settings, self.text, self.name = settings, text, name
        self.look_every, self.parent, self.begun_at = look_every, parent, begun_at
        self._trainer = self._new_trainer()
        self._interval = FIRST_INTERVAL
        self._kept: dict[int, Snapshot] = {}
        if before is not None:
            self._recorder = Recorder(begun_at, settings.steps, before[0])
            self._take_up(before[1], begun_at + len(before[0]))
            return
        if parent is not None and begun_at:
            restore(self._trainer, taken(parent.trainer_at(begun_at)))
        self._recorder = Recorder(begun_at, settings.steps)
        self._keep()
        if not begun_at:
            self._recorder.add_look(self._look())

    @property
    def iteration(self) -> int:
        """Windows read so far, those before a branch included."""
        return self._trainer.iteration

    @property
    def record(self) -> Record:
        """What it remembers since it began or branched."""
        return self._recorder.record

    @property
    def whole_record(self) -> Record:
        """The same with what came before the branch, from iteration 1."""
        if self.parent is None or not self.begun_at:
            return self.record
        return self.parent.whole_record.followed_by(self.record)

    @property
    def model(self) -> RecurrentLM:
        """With the weights as they stand now (copies)."""
        return self._trainer.model

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """The states that are kept, in order."""
        return tuple(self._kept[i] for i in sorted(self._kept))

    def advance(self) -> LiveStep:
        """Read one more window.

        Raises:
            InputError: the numbers left the finite ones, or ``settings.iterations`` are done. The
                run stays as it was before.
        """
        if self.iteration >= self.settings.iterations:
            raise InputError(
                f"all {self.settings.iterations} iterations are done; branch with more of them"
            )
        step = self._trainer.advance()
        adjoint = self._trainer.state_adjoint
        with np.errstate(over="ignore"):
            norms = np.sqrt(np.einsum("tbh,tbh->t", adjoint, adjoint, dtype=np.float64))
        look = self._look() if self.iteration % self.look_every == 0 else None
        live = LiveStep(step, norms, look)
        self._recorder.add(live)
        if self.iteration % self._interval == 0:
            self._keep()
        return live

    def trainer_at(self, iteration: int) -> Trainer:
        """A trainer of its own in the state after an iteration, the same to the byte.

        Raises:
            InputError: the run has not come so far.
        """
        return finished(self.trainer_at_in_steps(iteration))

    def trainer_at_in_steps(self, iteration: int) -> Generator[None, None, Trainer]:
        """:meth:`trainer_at`, pausing after each iteration that is trained again."""
        if not 0 <= iteration <= self.iteration:
            raise InputError(
                f"iteration {iteration} is not there; the run has come to {self.iteration}"
            )
        if self.parent is not None and iteration < self.begun_at:
            return (yield from self.parent.trainer_at_in_steps(iteration))
        kept = self._kept.copy()
        trainer = self._new_trainer()
        restore(trainer, kept[max(i for i in kept if i <= iteration)])
        while trainer.iteration < iteration:
            trainer.advance()
            yield
        return trainer

    def opened(self, iteration: int, lane: int = 0) -> Opened:
        """One text of the window that an iteration read, with the numbers it was read with.

        Args:
            iteration: from 1 to ``self.iteration``.
            lane: which of the B texts.

        Raises:
            InputError: there is no such iteration or text.
        """
        return finished(self.opened_in_steps(iteration, lane))

    def opened_in_steps(self, iteration: int, lane: int = 0) -> Generator[None, None, Opened]:
        """:meth:`opened`, pausing after each iteration that is trained again."""
        if not 0 <= lane < self.settings.batch:
            raise InputError(f"there is no text {lane + 1}; the window has {self.settings.batch}")
        if not 1 <= iteration <= self.iteration:
            raise InputError(
                f"no window was read at iteration {iteration};"
                f" choose one from 1 to {self.iteration}"
            )
        run = self._run_of(iteration)
        trainer = yield from self.trainer_at_in_steps(iteration - 1)
        weights = {name: array.copy() for name, array in trainer.parameters.views.items()}
        look_ahead = taken(trainer)
        tokens, starts = trainer.window()
        fresh = bool(trainer.lanes.fresh[lane])
        restore(trainer, look_ahead)
        step = trainer.advance()
        begun: dict[str, Array] = {name: states[lane].copy() for name, states in starts.items()}
        ids = tuple(int(token) for token in tokens[:, lane])
        vocabulary = self.text.text.vocabulary
        architecture = run.settings.architecture
        learned = fresh and architecture.learned_start
        model = RecurrentLM(
            {**weights, **begun}, vocabulary, replace(architecture, learned_start=learned)
        )
        losses = trainer.token_losses
        return Opened(
            iteration, model, ids, tuple(vocabulary.decode(ids)), float(losses[:, lane].mean()),
            step.loss,
        )  # fmt: skip

    def branch(self, iteration: int, *, name: str = "", **changes: Any) -> LiveRun:
        """A run that goes on from an iteration in another way.

        Args:
            iteration: from 0 to ``self.iteration``.
            name: what it is called.
            changes: settings that steer (learning rate, clipping, ...); or ``architecture``,
                another model altogether, which begins anew at iteration 0 with the same seed.

        Raises:
            InputError: there is no such iteration, or a setting that cannot change here.
        """
        settings = replace(self.settings, **changes)
        anew = "architecture" in changes
        for changed in sorted(set(changes) - STEERING - {"architecture"}):
            raise InputError(f"{changed} cannot change on the way; begin another run with it")
        if not 0 <= iteration <= self.iteration:
            raise InputError(
                f"iteration {iteration} is not there; the run has come to {self.iteration}"
            )
        return LiveRun(
            settings, self.text, look_every=self.look_every, name=name or f"from {iteration}",
            parent=self, begun_at=0 if anew else iteration,
        )  # fmt: skip

    def _run_of(self, iteration: int) -> LiveRun:
        """The run whose own iteration this is: itself or one that it branched from."""
        run = self
        while run.parent is not None and iteration <= run.begun_at:
            run = run.parent
        return run

    def _take_up(self, states: Sequence[Snapshot], last: int) -> None:
        """Take the states of a run that was saved, and stand at the last."""
        for state in states:
            restore(self._trainer, state)
            self._kept[state.iteration] = taken(self._trainer)
        if min(self._kept, default=-1) != self.begun_at or self.iteration != last:
            raise ValueError("the states do not reach from the beginning to the end")

    def _new_trainer(self) -> Trainer:
        text = self.text.text
        return Trainer(self.settings, text.vocabulary, text.train, text.starts)

    def _keep(self) -> None:
        """Keep the present state; when all of them are too large, keep every other one."""
        kept = {**self._kept, self.iteration: taken(self._trainer)}
        while len(kept) > 2 and sum(s.size for s in kept.values()) > BUDGET:
            self._interval *= 2
            kept = {i: s for i, s in kept.items() if i == self.begun_at or i % self._interval == 0}
        self._kept = kept

    def _look(self) -> Look:
        """Judge the model on the held-out text and let it write; the trainer's numbers stay."""
        model, tokens = self._trainer.model, self.text.judged
        loss = np.nan
        if len(tokens):
            loss = evaluate(model, tokens, lanes=_LANES, chunk=64).loss
        rng = np.random.default_rng((self.settings.seed, self.iteration))
        with np.errstate(all="ignore"):
            ids = model.stepper().generate(_SAMPLE[self.text.tokens], rng)
        sample = self.text.cutter.detokenize(model.vocabulary.decode(ids))
        return Look(self.iteration, float(loss), sample)
