"""What the three fused cells share: buffers of a window, and the adjoints of their weights.

A step's quantities stand as ``slots[t, k, b, h]``: each is one contiguous block, and so are all
of a step together, which numpy walks through six times as fast as through a strided view. Their
adjoints stand as ``[t, b, k, h]``, so that one product with the stacked weights serves a step. A
sigmoid is computed as 1/2 + 1/2 tanh(z/2), so that one tanh serves all gates of a step; the halves
inside are multiplied into the weights beforehand.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import DTypeLike

from engine.autodiff.primitives import Array
from engine.models.architecture import Architecture, of_layer
from engine.models.fused.stack import Stack

_BLOCK = 1 << 16


class Recurrence(ABC):
    """One recurrent layer over a window of T steps for B texts side by side.

    The caller puts what does not depend on the state, W_x x_t + b, into :attr:`slots`, halved for
    the sigmoids, and the states before the first step into index 0 of :attr:`carried`, and runs
    :meth:`forward`; then it puts the adjoints of h_0 .. h_(T-1) into :attr:`state_adjoint` and
    runs :meth:`backward`. The last step serves only to carry its state on, so the loss does not
    depend on it and T - 1 steps go back.

    Args:
        architecture: of the whole network.
        layer: counted from 1.
        steps: T.
        batch: B.
        dtype: float32 or float64.

    Attributes:
        inputs: the gates that read the input; theirs are the first slots.
        recurrent: the gates that read h_(t-1); theirs are the last slots.
        biases: what is added to each slot.
        sigmoids: the slots that are sigmoids, one after the other.
        slots: (T, K, B, H), overwritten by :meth:`forward` and :meth:`backward`.
        states: (T + 1, B, H), h_0 .. h_T.
        carried: every kind of state by name, each (T + 1, B, H).
        state_adjoint: (T, B, H), of h_0 .. h_(T-1); :meth:`backward` adds to it.
        start_adjoint: name of a state to (B, H), its adjoint before the first step.
        adjoint_rows: ((T - 1) B, K H), of what ``slots`` began with before it was halved, filled
            by :meth:`backward`.
    """

    inputs: tuple[str, ...]
    recurrent: tuple[str, ...]
    biases: tuple[str, ...]
    sigmoids: slice

    def __init__(
        self, architecture: Architecture, layer: int, steps: int, batch: int, dtype: DTypeLike
    ) -> None:
        t, b, h = steps, batch, architecture.hidden
        k, r = len(self.biases), len(self.recurrent)
        self.slots: Array = np.zeros((t, k, b, h), dtype)
        self.states: Array = np.zeros((t + 1, b, h), dtype)
        self.carried: dict[str, Array] = {"h": self.states}
        self.state_adjoint: Array = np.zeros((t, b, h), dtype)
        self.start_adjoint: dict[str, Array] = {"h": self.state_adjoint[0]}
        self.bias = Stack([of_layer(name, layer) for name in self.biases], h, (), dtype)
        names = [of_layer(f"W_h{gate}", layer) for gate in self.recurrent]
        self._weights = Stack(names, h, (h,), dtype)
        self._half, self._one = np.array(0.5, dtype), np.array(1, dtype)
        self._ones: Array = np.ones((t - 1) * b, dtype)
        # For one text a product with all gates' weights is one vector times one matrix; for more,
        # one product a gate leaves each gate's block contiguous. BLAS reads a transposed matrix
        # as quickly as a copy.
        single = b == 1
        self._scaled: Array = np.zeros((r * h, h), dtype)
        self._times = np.dot if single else np.matmul
        self._operand = self._scaled.T if single else self._scaled.reshape(r, h, h).swapaxes(1, 2)
        self._products: Array = np.zeros((r, b, h), dtype)
        self._result = self._products.reshape(1, r * h) if single else self._products
        self._scratch: Array = np.zeros((b, h), dtype)
        # [t, b, k, h] is [t, k, b, h] where there is one text or one slot.
        self._same = single or k == 1
        rows = self.slots.reshape(t, b, k * h) if self._same else np.zeros((t, b, k * h), dtype)
        self._step_rows = tuple(row[:, (k - r) * h :] for row in rows)
        self._step_slots = tuple(row.reshape(b, k, h).swapaxes(0, 1) for row in rows)
        self.adjoint_rows: Array = rows[: t - 1].reshape((t - 1) * b, k * h)
        # Blocks of steps, the last one first, that stay in the cache for all of their passes.
        span = max(1, _BLOCK // (b * h))
        self._span = min(span, t)
        self._blocks = tuple(slice(max(0, i - span), i) for i in range(t - 1, 0, -span))

    def forward(self, parameters: Mapping[str, Array], *, same: bool = False) -> None:
        """Run T steps from ``slots`` and the states at index 0.

        Args:
            parameters: by name.
            same: they are those of the pass before, so that they need not be taken over again.
        """
        if not same:
            self._load(parameters)
        self._forward()

    def _load(self, parameters: Mapping[str, Array]) -> None:
        np.copyto(self._scaled, self._weights.load(parameters))
        first, h = len(self.biases) - len(self.recurrent), self.states.shape[2]
        start, stop = ((i - first) * h for i in (self.sigmoids.start, self.sigmoids.stop))
        if stop > start:
            self._scaled[start:stop] *= self._half

    def backward(self, adjoints: Mapping[str, Array]) -> None:
        """Go back over the steps and write the adjoints of W_h. and b_. into ``adjoints``."""
        self._backward()
        weights = self._weights
        before = self.states[: len(self.states) - 2].reshape(-1, self.states.shape[2])
        reading = self.adjoint_rows[:, -len(weights.value) :]
        np.matmul(reading.T, before, weights.adjoint)
        weights.store(adjoints)
        np.matmul(self._ones, self.adjoint_rows, self.bias.adjoint)
        self.bias.store(adjoints)

    @abstractmethod
    def _forward(self) -> None: ...

    @abstractmethod
    def _backward(self) -> None: ...


class GatedRecurrence(Recurrence):
    """A layer of gates, whose adjoints are products with factors that the forward pass knows.

    A subclass says how many factors a step has, makes ``_backward_steps``, the arrays of each
    step, and computes the factors of a block of steps at once.
    """

    factors: int
    _backward_steps: tuple[tuple[Array, ...], ...]

    def __init__(
        self, architecture: Architecture, layer: int, steps: int, batch: int, dtype: DTypeLike
    ) -> None:
        super().__init__(architecture, layer, steps, batch, dtype)
        self._factors: Array = np.zeros((self.factors, self._span, *self.states.shape[1:]), dtype)

    def _steps_back(self) -> Iterator[tuple[tuple[Array, ...], Array]]:
        """The steps from the last to the first, each with its factors."""
        for block in self._blocks:
            self._prepare(block)
            factors = self._factors[:, block.stop - block.start - 1 :: -1].swapaxes(0, 1)
            yield from zip(self._backward_steps[block][::-1], factors, strict=True)

    @abstractmethod
    def _prepare(self, block: slice) -> None:
        """Compute the factors of a block of steps."""
