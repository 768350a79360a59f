"""Training an Elman language model: a generator of immutable steps."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from time import perf_counter

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.autodiff.primitives import Array
from engine.errors import InputError
from engine.models.architecture import Activation, Architecture, initial_parameters
from engine.models.elman_fused import FusedElman
from engine.models.recurrent import RecurrentLM
from engine.text.vocabulary import Vocabulary
from engine.training.batches import Lanes
from engine.training.optimizer import Adam, Flat, clip

_SMOOTHING = 0.01


@dataclass(frozen=True, slots=True)
class Settings:
    """How to train.

    Attributes:
        hidden: H.
        steps: T, tokens of a window.
        batch: B, texts side by side.
        iterations: windows to read.
        learning_rate: Adam's at the start; it falls along half a cosine to a twentieth.
        restart: share of the windows that begin at a random unit from h_0 instead of going on.
        clip_norm: largest norm of the adjoint of all parameters.
        seed: of everything random.
        phi: the activation.
    """

    hidden: int = 128
    steps: int = 50
    batch: int = 16
    iterations: int = 2000
    learning_rate: float = 2e-3
    restart: float = 0.025
    clip_norm: float = 1.0
    seed: int = 0
    phi: Activation = "tanh"

    def __post_init__(self) -> None:
        for name in ("hidden", "steps", "batch", "iterations"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} must be at least 1, not {getattr(self, name)}")
        if not 0 <= self.restart <= 1:
            raise InputError(f"the share of restarts must lie in 0..1, not {self.restart}")
        if not 0 < self.learning_rate < 10:
            raise InputError(f"the learning rate must lie in (0, 10), not {self.learning_rate}")

    def rate(self, iteration: int) -> float:
        """The learning rate of an iteration."""
        progress = min(iteration / self.iterations, 1.0)
        return self.learning_rate * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * progress)))

    def as_dict(self) -> dict[str, int | float | str]:
        """As plain values, for provenance."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class TrainingStep:
    """What one iteration did.

    Attributes:
        iteration: counted from 1.
        loss: mean negative log-likelihood of its window, in nats per token.
        smoothed_loss: a running mean of the losses over about a hundred windows.
        adjoint_norm: of all parameters together, before clipping.
        tokens_per_second: since training (or its resumption) began.
    """

    iteration: int
    loss: float
    smoothed_loss: float
    adjoint_norm: float
    tokens_per_second: float


class Trainer:
    """The state of a training run; :meth:`steps` advances it.

    Attributes:
        settings: how to train.
        iteration: windows read so far.
        smoothed_loss: running mean of their losses, NaN before the first.
        parameters: the weights, as one vector with named views.
    """

    def __init__(
        self,
        settings: Settings,
        vocabulary: Vocabulary,
        tokens: NDArray[np.integer],
        starts: NDArray[np.integer],
    ) -> None:
        self.settings = settings
        self.vocabulary = vocabulary
        self.iteration = 0
        self.smoothed_loss = math.nan
        self.rng: Generator = np.random.default_rng(settings.seed)
        v, h = len(vocabulary), settings.hidden
        self._architecture = Architecture(hidden=h, phi=settings.phi)
        self.parameters = Flat(initial_parameters(self._architecture, v, self.rng, np.float32))
        self.adam = Adam(self.parameters.vector.size, self.parameters.vector.dtype)
        self.lanes = Lanes.begin(tokens, starts, settings.batch, settings.steps, self.rng)
        self.state: Array = np.zeros((settings.batch, h), np.float32)
        self._fused = FusedElman(v, h, settings.steps, settings.batch, settings.phi)
        self._adjoint = Flat({name: np.zeros_like(a) for name, a in self.parameters.views.items()})

    @property
    def model(self) -> RecurrentLM:
        """The model with the weights as they stand now (copies)."""
        copies = {name: array.copy() for name, array in self.parameters.views.items()}
        return RecurrentLM(copies, self.vocabulary, self._architecture)

    def steps(self) -> Iterator[TrainingStep]:
        """Train until ``settings.iterations``, one window at a time.

        Raises:
            InputError: the loss stopped being a finite number.
        """
        began, first = perf_counter(), self.iteration
        window = self.settings.steps * self.settings.batch
        while self.iteration < self.settings.iterations:
            loss, norm = self._step()
            if not np.isfinite(loss):
                raise InputError(
                    f"the loss is {loss} at iteration {self.iteration};"
                    " start again with a smaller learning rate"
                )
            if math.isnan(self.smoothed_loss):
                self.smoothed_loss = loss
            self.smoothed_loss += _SMOOTHING * (loss - self.smoothed_loss)
            speed = (self.iteration - first) * window / (perf_counter() - began)
            yield TrainingStep(self.iteration, loss, self.smoothed_loss, norm, speed)

    def _step(self) -> tuple[float, float]:
        weights = self.parameters.views
        tokens = self.lanes.window(self.settings.steps, self.settings.restart, self.rng)
        fresh = self.lanes.fresh
        start = np.where(fresh[:, np.newaxis], weights["h_0"], self.state)
        loss, self.state = self._fused.run(weights, tokens, start)
        adjoint = self._adjoint
        for name, value in self._fused.adjoints.items():
            np.copyto(adjoint.views[name], value)
        adjoint.views["h_0"][...] = self._fused.start_adjoint[fresh].sum(axis=0)
        self.lanes.fresh = np.zeros_like(fresh)
        norm = clip(adjoint.vector, self.settings.clip_norm)
        self.adam.update(self.parameters.vector, adjoint.vector, self.settings.rate(self.iteration))
        self.iteration += 1
        return loss, norm


def evaluate(model: RecurrentLM, tokens: NDArray[np.integer], *, chunk: int = 256) -> float:
    """Mean negative log-likelihood of a text read in one go from h_0, in nats per token."""
    single = model.astype(np.float32)
    state = single.parameters["h_0"][np.newaxis, :]
    fused = FusedElman(len(model.vocabulary), model.hidden, chunk, 1, model.architecture.phi)
    total, read = 0.0, 0
    while read + chunk <= len(tokens):
        window = tokens[read : read + chunk, np.newaxis]
        total += chunk * fused.forward(single.parameters, window, state)
        state = fused.last_state.copy()
        read += chunk
    rest = len(tokens) - read
    if rest:
        last = FusedElman(len(model.vocabulary), model.hidden, rest, 1, model.architecture.phi)
        total += rest * last.forward(single.parameters, tokens[read:, np.newaxis], state)
    return total / len(tokens)
