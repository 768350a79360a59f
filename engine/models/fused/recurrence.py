"""What the three fused cells share: buffers of a window, and the adjoints of their weights.

Everything is laid out gate by gate: ``gates[k, t, b, h]``, so that one gate of one step, or of all
steps, is one contiguous block. A sigmoid is computed as 1/2 + 1/2 tanh(z/2), so that one tanh
serves all gates of a step; the halves are multiplied into the weights beforehand.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import DTypeLike

from engine.autodiff.primitives import Array
from engine.models.architecture import Architecture, of_layer

_BLOCK = 1 << 16


class Recurrence(ABC):
    """One recurrent layer over a window of T steps for B texts side by side.

    The caller puts what the input contributes, W_x x_t + b, into :attr:`pre`, the states before
    the first step into index 0 of :attr:`carried`, and runs :meth:`forward`; then it puts the
    adjoints of h_0 .. h_(T-1) into :attr:`state_adjoint` and runs :meth:`backward`. The last step
    serves only to carry its state on, so the loss does not depend on it and T - 1 steps go back.

    Args:
        architecture: of the whole network.
        layer: counted from 1.
        steps: T.
        batch: B.
        dtype: float32 or float64.

    Attributes:
        input_gates: the gates in the order of ``pre``.
        recurrent_gates: the gates that read h_(t-1), in the order of their adjoints.
        pre: (G, T, B, H), overwritten by :meth:`forward`.
        states: (T + 1, B, H), h_0 .. h_T.
        carried: every kind of state by name, each (T + 1, B, H).
        state_adjoint: (T, B, H), of h_0 .. h_(T-1); :meth:`backward` adds to it.
        start_adjoint: name of a state to (B, H), its adjoint before the first step.
        input_adjoint: (G, (T - 1) B, H), of ``pre``, filled by :meth:`backward`.
    """

    input_gates: tuple[str, ...]
    recurrent_gates: tuple[str, ...]
    buffers: int

    def __init__(
        self, architecture: Architecture, layer: int, steps: int, batch: int, dtype: DTypeLike
    ) -> None:
        t, b, h = steps, batch, architecture.hidden
        self._layer, self._steps, self._batch, self._hidden = layer, t, b, h
        self._gates: Array = np.zeros((self.buffers, t, b, h), dtype)
        self._weights: Array = np.zeros((len(self.recurrent_gates), h, h), dtype)
        self._transposed: Array = np.zeros_like(self._weights)
        self._products: Array = np.zeros((len(self.recurrent_gates), b, h), dtype)
        self._from_next: Array = np.zeros((b, h), dtype)
        self._ones: Array = np.ones((t - 1) * b, dtype)
        self.pre: Array = self._gates[: len(self.input_gates)]
        self.states: Array = np.zeros((t + 1, b, h), dtype)
        self.carried: dict[str, Array] = {"h": self.states}
        self.state_adjoint: Array = np.zeros((t, b, h), dtype)
        self.start_adjoint: dict[str, Array] = {"h": self.state_adjoint[0]}
        self.input_adjoint: Array = self.pre[:, : t - 1].reshape(len(self.pre), -1, h)
        self._recurrent_adjoint: Array = self.input_adjoint
        self._span = max(1, _BLOCK // (b * h))

    def halves(self, gate: str) -> bool:
        """Whether the gate is a sigmoid, whose pre-activation enters tanh by halves."""
        return gate not in {"n", "g"}

    def forward(self, parameters: Mapping[str, Array]) -> None:
        """Run T steps from ``pre`` and the states at index 0."""
        for k, gate in enumerate(self.recurrent_gates):
            weight = parameters[of_layer(f"W_h{gate}", self._layer)]
            np.copyto(self._weights[k], weight)
            np.copyto(self._transposed[k], weight.T)
            if self.halves(gate):
                self._transposed[k] *= 0.5
        self._forward(parameters)

    def backward(self, adjoints: Mapping[str, Array]) -> None:
        """Go back over the steps and write the adjoints of W_h. and b_. into ``adjoints``."""
        self._backward()
        rows = self.states[: self._steps - 1].reshape(-1, self._hidden)
        for k, gate in enumerate(self.recurrent_gates):
            dz = self._recurrent_adjoint[k]
            np.matmul(dz.T, rows, out=adjoints[of_layer(f"W_h{gate}", self._layer)])
        for k, gate in enumerate(self.input_gates):
            bias = adjoints[of_layer(f"b_{gate}", self._layer)]
            np.matmul(self._ones, self.input_adjoint[k], out=bias)

    @abstractmethod
    def _forward(self, parameters: Mapping[str, Array]) -> None: ...

    @abstractmethod
    def _backward(self) -> None: ...

    def _blocks_back(self) -> Iterator[slice]:
        """The T - 1 steps in blocks that stay in the cache, the last block first."""
        for stop in range(self._steps - 1, 0, -self._span):
            yield slice(max(0, stop - self._span), stop)

    def _pull(self, dz: Array) -> Array:
        """(B, H): the sum over gates of dz (gates, B, H) times W_h."""
        np.matmul(dz, self._weights, out=self._products)
        if len(self._products) > 1:
            np.add.reduce(self._products, axis=0, out=self._from_next)
            return self._from_next
        only: Array = self._products[0]
        return only
