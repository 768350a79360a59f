"""Training a recurrent language model: a generator of immutable steps."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from time import perf_counter

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.autodiff.primitives import Array
from engine.errors import InputError
from engine.models.architecture import initial_parameters
from engine.models.fused import FusedNetwork
from engine.models.recurrent import RecurrentLM
from engine.text.vocabulary import Vocabulary
from engine.training.batches import Lanes
from engine.training.diagnosis import first_non_finite
from engine.training.optimizer import Flat, clip, new_optimizer
from engine.training.settings import Settings

_SMOOTHING = 0.01
_LARGEST_BUFFERS = 8e9


@dataclass(frozen=True, slots=True)
class TrainingStep:
    """What one iteration did.

    Attributes:
        iteration: counted from 1.
        loss: mean negative log-likelihood of its window, in nats per token.
        smoothed_loss: a running mean of the losses over about a hundred windows.
        adjoint_norm: of all parameters together, before clipping.
        learning_rate: of its update.
        tokens_per_second: of the time spent training since it began or was resumed.
    """

    iteration: int
    loss: float
    smoothed_loss: float
    adjoint_norm: float
    learning_rate: float
    tokens_per_second: float


class Trainer:
    """The state of a training run; :meth:`steps` advances it.

    Attributes:
        settings: how to train.
        vocabulary: the V tokens.
        iteration: windows read so far.
        smoothed_loss: running mean of their losses, NaN before the first.
        rng: the source of everything random.
        parameters: the weights, as one vector with named views.
        optimizer: with what it remembers.
        lanes: the places in the text.
        states: name of each start state to the states (B, H) carried into the next window.
        changes: settings that were changed when the run was resumed, with the iteration from which
            they hold.
    """

    def __init__(
        self,
        settings: Settings,
        vocabulary: Vocabulary,
        tokens: NDArray[np.integer],
        starts: NDArray[np.integer],
    ) -> None:
        _check_memory(settings, len(vocabulary))
        self.settings = settings
        self.vocabulary = vocabulary
        self.iteration = 0
        self.smoothed_loss = math.nan
        self.rng: Generator = np.random.default_rng(settings.seed)
        architecture, v, batch = settings.architecture, len(vocabulary), settings.batch
        self.parameters = Flat(initial_parameters(architecture, v, self.rng, np.float32))
        size, dtype = self.parameters.vector.size, self.parameters.vector.dtype
        self.optimizer = new_optimizer(
            settings.optimizer, size, dtype, weight_decay=settings.weight_decay
        )
        self.lanes = Lanes.begin(tokens, starts, batch, settings.steps, self.rng)
        self.states: dict[str, Array] = {
            name: np.zeros((batch, architecture.hidden), dtype) for name in architecture.starts()
        }
        self.changes: tuple[dict[str, int | float | str], ...] = ()
        self._spent, self._read = 0.0, 0
        self._adjoint = Flat({name: np.zeros_like(a) for name, a in self.parameters.views.items()})
        self._network = FusedNetwork(
            architecture, v, settings.steps, batch, dtype, self._adjoint.views
        )

    @property
    def model(self) -> RecurrentLM:
        """The model with the weights as they stand now (copies)."""
        copies = {name: array.copy() for name, array in self.parameters.views.items()}
        return RecurrentLM(copies, self.vocabulary, self.settings.architecture)

    def steps(self) -> Iterator[TrainingStep]:
        """Train until ``settings.iterations``, one window at a time.

        Raises:
            InputError: the loss or an adjoint stopped being a finite number. The weights are those
                before that window.
        """
        while self.iteration < self.settings.iterations:
            yield self.advance()

    def advance(self) -> TrainingStep:
        """Read one window and make one update.

        Raises:
            InputError: as :meth:`steps`.
        """
        rate = self.settings.rate(self.iteration)
        began = perf_counter()
        loss, norm = self._step()
        self._spent += perf_counter() - began
        self._read += self.settings.steps * self.settings.batch
        if math.isnan(self.smoothed_loss):
            self.smoothed_loss = loss
        self.smoothed_loss += _SMOOTHING * (loss - self.smoothed_loss)
        speed = self._read / self._spent
        return TrainingStep(self.iteration, loss, self.smoothed_loss, norm, rate, speed)

    def window(self) -> tuple[NDArray[np.integer], dict[str, Array]]:
        """The next tokens (T, B), and the states (B, H) they are read from by start state's name.

        The places in the text move on: for a look at a window, on a trainer of its own.
        """
        tokens = self.lanes.window(self.settings.steps, self.settings.restart, self.rng)
        fresh = self.lanes.fresh[:, np.newaxis]
        weights = self.parameters.views
        return tokens, {
            name: np.where(fresh, weights[name], carried) for name, carried in self.states.items()
        }

    @property
    def token_losses(self) -> Array:
        """(T, B) of the last window, in nats; reused by the next one."""
        return self._network.token_losses

    @property
    def state_adjoint(self) -> Array:
        """Of the last window's loss, before clipping: (T, B, H), of the top layer's h_0 .. h_(T-1).

        It is reused by the next window.
        """
        return self._network.state_adjoint

    @cached_property
    def text_digest(self) -> str:
        """Sixteen hexadecimal digits that tell the text from others."""
        content = sha256(np.ascontiguousarray(self.lanes.tokens).data)
        content.update("\0".join(self.vocabulary.tokens).encode(errors="surrogatepass"))
        return content.hexdigest()[:16]

    def _step(self) -> tuple[float, float]:
        weights, adjoint, network = self.parameters.views, self._adjoint, self._network
        tokens, starts = self.window()
        fresh = self.lanes.fresh
        with np.errstate(all="ignore"):
            loss, self.states = network.run(weights, tokens, starts)
            if self.settings.architecture.learned_start:
                for name, value in network.start_adjoints.items():
                    adjoint.views[name][...] = value[fresh].sum(axis=0)
            norm = clip(adjoint.vector, self.settings.clip_norm)
        carried_on = all(np.isfinite(state).all() for state in self.states.values())
        if not (math.isfinite(loss) and math.isfinite(norm) and carried_on):
            self._stop(loss, norm, tokens, starts)
        self.lanes.fresh = np.zeros_like(fresh)
        rate = self.settings.rate(self.iteration)
        self.optimizer.update(self.parameters.vector, adjoint.vector, rate)
        self.iteration += 1
        return loss, norm

    def _stop(
        self,
        loss: float,
        norm: float,
        tokens: NDArray[np.integer],
        starts: Mapping[str, Array],
    ) -> None:
        """Say which node first left the finite numbers, and what helps."""
        architecture, weights = self.settings.architecture, self.parameters.views
        node = first_non_finite(architecture, self.vocabulary, weights, tokens, starts)
        what = "the state after the window is not finite"
        if not math.isfinite(loss):
            what = f"the loss is {loss}"
        elif not math.isfinite(norm):
            what = f"the adjoint's norm is {norm}"
        first = f": {node} was the first value that was not finite" if node else ""
        raise InputError(
            f"{what} at iteration {self.iteration + 1}{first};"
            " resume the last checkpoint, or start again, with a smaller learning rate or a smaller"
            " norm to clip at"
        )


def _check_memory(settings: Settings, vocabulary_size: int) -> None:
    """Refuse a window whose buffers would fill the memory."""
    layers, hidden = settings.architecture.layers, settings.architecture.hidden
    # A layer keeps at most two times four slots, two states and their like for every token.
    numbers = settings.steps * settings.batch * (16 * layers * hidden + vocabulary_size)
    if 4 * numbers > _LARGEST_BUFFERS:
        raise InputError(
            f"a window of {settings.steps} steps and {settings.batch} texts needs about"
            f" {4 * numbers / 1e9:.0f} GB; choose fewer steps, a smaller batch or a smaller model"
        )
