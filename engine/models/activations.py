"""Everything that a recurrent language model holds while it reads a text, as arrays.

The text is read once by the fused layers, a block of tokens at a time, each block going on from the
states that the one before ended in. Row t - 1 of an array (T, H) belongs to the time after token
x_t; the distribution p(. | h_t) predicts x_(t+1), and x_1 is predicted from h_0.

What counts as a saturated gate: below 0.1 or above 0.9. Source: Karpathy, Johnson and Li,
*Visualizing and understanding recurrent networks* (2015).
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.autodiff.primitives import Array, softmax
from engine.errors import InputError
from engine.models.architecture import Architecture
from engine.models.fused.inputs import StateInput, TokenInput
from engine.models.fused.network import CELLS
from engine.models.recurrent import RecurrentLM

LEFT, RIGHT = 0.1, 0.9
"""A gate below the one or above the other is saturated."""

TOP = 12
"""How many of the most probable next tokens are kept for each position."""

BLOCK = 32
"""Tokens read between two pauses."""

_SIGMOIDS = frozenset({"r", "z", "i", "f", "o"})


@dataclass(frozen=True, slots=True, eq=False)
class Activations:
    """What a model of L layers held while it read T tokens; every array is read-only.

    Attributes:
        tokens: (T,) ids.
        layers: for each layer the name of a quantity to its values (T, H): h, for an LSTM c, and
            the gates. An Elman layer has h alone.
        top_tokens: (T + 1, K) the most probable tokens after t of them, the first one the most.
        top_probabilities: (T + 1, K) their probabilities.
        log_probabilities: (T,) natural logarithm of p(x_t | h_(t-1)).
        ranks: (T,) place of x_t among all tokens by probability, 1 for the most probable.
    """

    tokens: NDArray[np.intp]
    layers: tuple[Mapping[str, Array], ...]
    top_tokens: NDArray[np.intp]
    top_probabilities: NDArray[np.float64]
    log_probabilities: NDArray[np.float64]
    ranks: NDArray[np.intp]

    @property
    def surprisals(self) -> NDArray[np.float64]:
        """Of each token, in bits, (T,)."""
        bits: NDArray[np.float64] = -self.log_probabilities / np.log(2)
        return bits


@dataclass(frozen=True, slots=True, eq=False)
class Saturation:
    """How far gates are open over a text, each (H,) with shares in [0, 1].

    Attributes:
        open: the mean of the gate.
        left: the share of tokens at which it is below `LEFT`, nearly shut.
        right: the share at which it is above `RIGHT`, nearly open.
    """

    open: NDArray[np.float64]
    left: NDArray[np.float64]
    right: NDArray[np.float64]


def quantities(architecture: Architecture) -> tuple[str, ...]:
    """The names of what a layer holds at each time: the states, then the gates."""
    gates = () if architecture.cell == "elman" else architecture.gates
    return (*architecture.states, *gates)


def is_gate(architecture: Architecture, name: str) -> bool:
    """Whether a quantity is a sigmoid that says how far something is open, in [0, 1]."""
    return architecture.cell != "elman" and name in _SIGMOIDS


def read(model: RecurrentLM, tokens: Sequence[int] | NDArray[np.integer]) -> Activations:
    """Read a text from the start state.

    Raises:
        InputError: there is no token.
    """
    steps = read_in_steps(model, tokens)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: Activations = end.value
            return result


def read_in_steps(
    model: RecurrentLM, tokens: Sequence[int] | NDArray[np.integer]
) -> Generator[None, None, Activations]:
    """As `read`, pausing after each block of tokens.

    Raises:
        InputError: there is no token.
    """
    ids = np.array(tokens, np.intp)
    if not len(ids):
        raise InputError("there is no token to read: type at least one word")
    reading = _Reading(model, min(BLOCK, len(ids)), len(ids))
    with np.errstate(over="ignore", invalid="ignore"):
        reading.predict(0, reading.start(), ids[:1])
        for first in range(0, len(ids), reading.block):
            reading.read(ids, first)
            yield
    return reading.result(ids)


def next_distribution(model: RecurrentLM, h: Array) -> NDArray[np.float64]:
    """p(. | h) = softmax(W_hy h + b_y), (V,), of the top layer's h (H,)."""
    weights = model.parameters
    return softmax((weights["W_hy"] @ h + weights["b_y"]).astype(np.float64))


def saturation(gates: Array) -> Saturation:
    """How far each gate is open, and how often it is saturated.

    Args:
        gates: (T, H), at least one row.
    """
    return Saturation(
        gates.mean(axis=0, dtype=np.float64),
        (gates < LEFT).mean(axis=0),
        (gates > RIGHT).mean(axis=0),
    )


class _Reading:
    """The layers at the size of a block, and the arrays that are filled."""

    def __init__(self, model: RecurrentLM, block: int, total: int) -> None:
        shape, size, dtype = model.architecture, len(model.vocabulary), model.dtype
        self.block, self._model = block, model
        numbers = range(1, shape.layers + 1)
        self._layers = tuple(CELLS[shape.cell](shape, n, block, 1, dtype) for n in numbers)
        self._input = TokenInput(shape, size, self._layers[0], block, 1, dtype)
        self._between = tuple(
            StateInput(self._layers[n - 1], self._layers[n - 2], n) for n in numbers[1:]
        )
        gates = quantities(shape)[len(shape.states) :]
        self._sources = tuple(
            {name: states[1:, 0] for name, states in layer.carried.items()}
            | {gate: layer.slots[:, layer.inputs.index(gate), 0] for gate in gates}
            for layer in self._layers
        )
        self._filled: tuple[dict[str, Array], ...] = tuple(
            {name: np.empty((total, shape.hidden), dtype) for name in source}
            for source in self._sources
        )
        kept = min(TOP, size)
        self._top = np.empty((total + 1, kept), np.intp)
        self._shares = np.empty((total + 1, kept))
        self._logs = np.empty(total)
        self._ranks = np.empty(total, np.intp)

    def start(self) -> Array:
        """Put the states before the first token in place; returns the top layer's h (1, H)."""
        names = iter(self._model.architecture.starts())
        for layer in self._layers:
            for states in layer.carried.values():
                states[-1] = self._model.parameters[next(names)]
        top: Array = self._layers[-1].states[-1]
        return top

    def read(self, ids: NDArray[np.intp], first: int) -> None:
        """Read a block of tokens and keep what the layers held."""
        parameters, count = self._model.parameters, min(self.block, len(ids) - first)
        window = np.zeros((self.block, 1), np.intp)
        window[:count, 0] = ids[first : first + count]
        for layer in self._layers:
            for states in layer.carried.values():
                states[0] = states[-1]
        self._input.forward(parameters, window)
        self._layers[0].forward(parameters, same=first > 0)
        for between, layer in zip(self._between, self._layers[1:], strict=True):
            between.forward(parameters)
            layer.forward(parameters, same=first > 0)
        for filled, source in zip(self._filled, self._sources, strict=True):
            for name, values in source.items():
                filled[name][first : first + count] = values[:count]
        h = self._filled[-1]["h"][first : first + count]
        self.predict(first + 1, h, ids[first + 1 : first + 1 + count])

    def predict(self, row: int, h: Array, came: NDArray[np.intp]) -> None:
        """Keep the most probable tokens after each state (n, H), and how each that came fared."""
        weights = self._model.parameters
        logits = (h @ weights["W_hy"].T + weights["b_y"]).astype(np.float64)
        largest = logits.max(axis=1, keepdims=True)
        totals = largest + np.log(np.exp(logits - largest).sum(axis=1, keepdims=True))
        kept = self._top.shape[1]
        places = np.argpartition(-logits, kept - 1, axis=1)[:, :kept]
        found = np.take_along_axis(logits, places, axis=1)
        order = np.argsort(-found, axis=1, kind="stable")
        rows = slice(row, row + len(h))
        self._top[rows] = np.take_along_axis(places, order, axis=1)
        self._shares[rows] = np.exp(np.take_along_axis(found, order, axis=1) - totals)
        rows, logits = slice(row, row + len(came)), logits[: len(came)]
        picked = np.take_along_axis(logits, came[:, np.newaxis], axis=1)
        self._logs[rows] = (picked - totals[: len(came)])[:, 0]
        self._ranks[rows] = 1 + (logits > picked).sum(axis=1)

    def result(self, ids: NDArray[np.intp]) -> Activations:
        """All of it."""
        arrays = [ids, self._top, self._shares, self._logs, self._ranks]
        names = quantities(self._model.architecture)
        layers = tuple({name: filled[name] for name in names} for filled in self._filled)
        for array in (*arrays, *(one for layer in layers for one in layer.values())):
            array.flags.writeable = False
        return Activations(ids, layers, self._top, self._shares, self._logs, self._ranks)
