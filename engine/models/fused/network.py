"""A whole recurrent language model at coarse grain: input, layers, output, loss, and back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import DTypeLike, NDArray

from engine.autodiff.primitives import Array
from engine.models.architecture import Architecture, CellName, of_layer
from engine.models.fused.elman import FusedElman
from engine.models.fused.gru import FusedGRU
from engine.models.fused.inputs import StateInput, TokenInput
from engine.models.fused.lstm import FusedLSTM
from engine.models.fused.output import Output
from engine.models.fused.recurrence import Recurrence

CELLS: Mapping[CellName, type[Recurrence]] = {
    "elman": FusedElman,
    "gru": FusedGRU,
    "lstm": FusedLSTM,
}
"""The fused layer of each cell."""


class FusedNetwork:
    """Loss and adjoints of T predictions for B texts side by side.

    Each token is predicted from the top layer's state before it. All buffers are allocated once
    and reused by every pass.

    Args:
        architecture: cell, layers and the rest.
        vocabulary_size: V.
        steps: T, the tokens of a window.
        batch: B.
        dtype: float32 or float64.
        adjoints: arrays by parameter name to write the adjoints into; made if not given.

    Attributes:
        adjoints: parameter name to adjoint, filled by :meth:`run`. Those of the start states are
            left to the caller, who knows where the states came from.
        token_losses: (T, B) negative log-likelihood of each token, filled by every pass.
        start_adjoints: name of a start state (h_0, c_0, h_0^{(2)}, ...) to its adjoint (B, H).
    """

    def __init__(
        self,
        architecture: Architecture,
        vocabulary_size: int,
        steps: int,
        batch: int,
        dtype: DTypeLike = np.float32,
        adjoints: Mapping[str, Array] | None = None,
    ) -> None:
        self._starts = architecture.starts()
        self.adjoints: Mapping[str, Array] = adjoints or {
            name: np.zeros(shape, dtype)
            for name, shape in architecture.shapes(vocabulary_size).items()
            if name not in self._starts
        }
        cell = CELLS[architecture.cell]
        numbers = range(1, architecture.layers + 1)
        self._layers = tuple(cell(architecture, n, steps, batch, dtype) for n in numbers)
        self._read = TokenInput(architecture, vocabulary_size, self._layers[0], steps, batch, dtype)
        self._between = tuple(
            StateInput(self._layers[n - 1], self._layers[n - 2], n) for n in numbers[1:]
        )
        self._output = Output(vocabulary_size, steps * batch, dtype)
        self.token_losses = self._output.losses.reshape(steps, batch)
        named = [
            (of_layer(f"{state}_0", n), layer, state)
            for n, layer in zip(numbers, self._layers, strict=True)
            for state in architecture.states
        ]
        self._carried = {name: layer.carried[state] for name, layer, state in named}
        self.start_adjoints = {name: layer.start_adjoint[state] for name, layer, state in named}
        top = self._layers[-1]
        self._top_states = top.states[:-1].reshape(steps * batch, -1)
        self._top_adjoint = top.state_adjoint.reshape(steps * batch, -1)

    def run(
        self,
        parameters: Mapping[str, Array],
        tokens: NDArray[np.integer],
        starts: Mapping[str, Array],
    ) -> tuple[float, dict[str, Array]]:
        """One forward and backward pass.

        Args:
            parameters: by name, of the architecture's shapes.
            tokens: (T, B) token ids.
            starts: name of each start state to its values (B, H), or (H,) for all texts.

        Returns:
            The mean negative log-likelihood of the T B tokens in nats, and the states (B, H) after
            the last token under the names of the start states (copies).
        """
        loss = self.forward(parameters, tokens, starts)
        self._backward(parameters, tokens)
        return loss, {name: states[-1].copy() for name, states in self._carried.items()}

    def forward(
        self,
        parameters: Mapping[str, Array],
        tokens: NDArray[np.integer],
        starts: Mapping[str, Array],
    ) -> float:
        """The loss alone; arguments as for :meth:`run`."""
        for name, states in self._carried.items():
            states[0] = starts[name]
        self._read.forward(parameters, tokens)
        self._layers[0].forward(parameters)
        for between, layer in zip(self._between, self._layers[1:], strict=True):
            between.forward(parameters)
            layer.forward(parameters)
        return self._output.forward(parameters, self._top_states, tokens.reshape(-1))

    @property
    def last_states(self) -> dict[str, Array]:
        """The states (B, H) after the last token; reused by the next pass."""
        return {name: states[-1] for name, states in self._carried.items()}

    @property
    def state_adjoint(self) -> Array:
        """(T, B, H), after :meth:`run` the loss's adjoint with respect to the top h_0 .. h_(T-1).

        All that comes after a state has its part in it. It is reused by the next pass.
        """
        return self._layers[-1].state_adjoint

    def _backward(self, parameters: Mapping[str, Array], tokens: NDArray[np.integer]) -> None:
        self._output.backward(
            parameters, self._top_states, tokens.reshape(-1), self.adjoints, self._top_adjoint
        )
        for between, layer in zip(self._between[::-1], self._layers[:0:-1], strict=True):
            layer.backward(self.adjoints)
            between.backward(self.adjoints)
        self._layers[0].backward(self.adjoints)
        self._read.backward(parameters, tokens, self.adjoints)
