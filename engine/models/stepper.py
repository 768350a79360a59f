"""A recurrent model read one token at a time, for generating and scoring at speed.

What a token needs is prepared once: its input is a row of a table (the embedding and the first
layer's W_x folded together, the bias added), and the matrices that multiply one layer's h (its own
W_h, and the next layer's W_x or W_hy) are stacked, so that a token costs one product per layer.
The cells are in :mod:`engine.models.step_cells`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.autodiff.primitives import Array, log_softmax, softmax
from engine.errors import InputError
from engine.models.architecture import Architecture
from engine.models.step_cells import layer_class, token_table
from engine.text.sampling import check_sampling

_LARGEST_EXPONENT = 600.0
"""exp of no more than this is finite and not 0, whatever its sign; sums of it as well."""

_SCORED_AT_ONCE = 256


class Stepper:
    """A model and its present state.

    Args:
        parameters: by the names and of the shapes of ``architecture.shapes(V)``.
        architecture: the cell, its sizes and layers.
    """

    def __init__(self, parameters: Mapping[str, Array], architecture: Architecture) -> None:
        self._start = tuple(parameters[name] for name in architecture.starts())
        kind = layer_class(architecture)
        self._layers = tuple(
            kind(parameters, architecture, layer) for layer in range(1, architecture.layers + 1)
        )
        self._table = token_table(parameters, architecture)
        self._logits = self._layers[-1].passed_on
        self._bound = _largest_logit(parameters, architecture)
        self.start()

    def start(self) -> None:
        """Go back to the state before the first token."""
        self.state = self._start

    @property
    def state(self) -> tuple[Array, ...]:
        """Every layer's h, or h and c, each (H,): copies; can be set."""
        return tuple(array.copy() for layer in self._layers for array in layer.state)

    @state.setter
    def state(self, state: Sequence[Array]) -> None:
        held = [array for layer in self._layers for array in layer.state]
        for ours, given in zip(held, state, strict=True):
            ours[...] = given
        for layer in self._layers:
            layer.multiply()

    def advance(self, token: int) -> None:
        """Read one more token."""
        inputs = self._table[token]
        for layer in self._layers:
            layer.read(inputs)
            layer.multiply()
            inputs = layer.passed_on

    def distribution(self) -> NDArray[np.float64]:
        """p(next token | all that was read), (V,), summing to 1."""
        return softmax(self._logits.astype(np.float64))

    def score(self, tokens: Sequence[int]) -> NDArray[np.float64]:
        """Natural-log probability of each token given all before it, (T,); they are read."""
        scores = np.empty(len(tokens))
        logits = np.empty((min(len(tokens), _SCORED_AT_ONCE), len(self._logits)))
        for first in range(0, len(tokens), _SCORED_AT_ONCE):
            block = tokens[first : first + _SCORED_AT_ONCE]
            for row, token in zip(logits, block, strict=False):
                row[...] = self._logits
                self.advance(token)
            rows = range(len(block))
            scores[first : first + len(block)] = log_softmax(logits[: len(block)])[rows, block]
        return scores

    def generate(self, length: int, rng: Generator, temperature: float = 1.0) -> list[int]:
        """Draw tokens, each read before the next is drawn.

        The same draws as one token at a time from :meth:`distribution`, up to rounding: each uses
        one ``rng.random()``, and is the first token whose cumulative probability is above it.

        Raises:
            InputError: the length or the temperature is negative or not finite.
        """
        check_sampling(temperature, None, None)
        if length < 0:
            raise InputError(f"the length must be a whole number from 0 up, not {length}.")
        if temperature == 0:
            return [self._read_most_probable() for _ in range(length)]
        logits = self._logits
        weights = np.empty(len(logits))
        cumulative = np.empty(len(logits))
        scale = None if temperature == 1 else np.array(1 / temperature)
        must_shift = self._bound / temperature > _LARGEST_EXPONENT
        search, last = cumulative.searchsorted, len(logits) - 1
        tokens = []
        for uniform in rng.random(length).tolist():
            weights[:] = logits
            if must_shift:
                weights -= weights[weights.argmax(), ...]
            if scale is not None:
                weights *= scale
            np.exp(weights, weights)
            np.add.accumulate(weights, 0, None, cumulative)
            total = cumulative.item(last)
            token = int(search(uniform * total, "right"))
            if token > last:
                # The product was rounded up to the total: the last token with a share was meant.
                token = int(search(total, "left"))
            tokens.append(token)
            self.advance(token)
        return tokens

    def _read_most_probable(self) -> int:
        token = int(self._logits.argmax())
        self.advance(token)
        return token


def _largest_logit(parameters: Mapping[str, Array], architecture: Architecture) -> float:
    """A number that no logit's size can exceed; infinite where h is not bounded."""
    if architecture.cell == "elman" and architecture.phi == "relu":
        return math.inf
    # Every h is an activation within 1, or a mean of that and what it was before.
    largest = max(1.0, *(float(np.abs(parameters[name]).max()) for name in architecture.starts()))
    rows = np.abs(parameters["W_hy"].astype(np.float64)).sum(axis=1) * largest
    return float((rows + np.abs(parameters["b_y"])).max())
