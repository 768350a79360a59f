"""What the first layer reads, tokens, and what the layers above read, states, times W_x.

A token's contribution W_x E e_token + b is one row of a table, made once a window and gathered; if
the vocabulary is larger than the window, only the columns that occur are multiplied.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import DTypeLike, NDArray

from engine.autodiff.primitives import Array
from engine.models.architecture import Architecture, of_layer
from engine.models.fused.recurrence import Recurrence
from engine.models.fused.stack import Stack

_SMALL = 256
"""Up to so many tokens a table is always made, and rows are summed by a one-hot product."""


class TokenInput:
    """Tokens, one-hot or through an embedding, into the first layer.

    Args:
        architecture: of the whole network.
        vocabulary_size: V.
        layer: the first layer.
        steps: T.
        batch: B.
        dtype: float32 or float64.
    """

    def __init__(
        self,
        architecture: Architecture,
        vocabulary_size: int,
        layer: Recurrence,
        steps: int,
        batch: int,
        dtype: DTypeLike,
    ) -> None:
        v, h, d = vocabulary_size, architecture.hidden, architecture.embedding
        window, k = steps * batch, len(layer.biases)
        self._layer, self._d, self._size = layer, d, (steps - 1) * batch
        self._weights = Stack([f"W_x{gate}" for gate in layer.inputs], h, (d or v,), dtype)
        self._tabled = v <= max(window, _SMALL)
        count = v if self._tabled else window
        # Row [v, k] is what slot k begins with after token v of the vocabulary or of the window.
        self._table: Array = np.zeros((count, k, h), dtype)
        self._inner: Array = self._table.reshape(count, k * h)[:, : len(self._weights.value)]
        self._places = np.arange(window).reshape(steps, batch)
        self._slot_numbers = np.arange(k)[:, np.newaxis]
        self._rows = np.zeros((steps, k, batch), np.intp)
        self._half = np.array(0.5, dtype)
        self._embedded: Array = np.zeros((0 if self._tabled else d, window), dtype)
        summed = (len(self._weights.value), v) if self._tabled and d else (0, 0)
        self._by_token: Array = np.zeros(summed, dtype)
        self._embedded_adjoint: Array = np.zeros((0 if self._tabled else self._size, d), dtype)
        self._one_hot: Array | None = np.zeros((self._size, v), dtype) if v <= _SMALL else None
        self._row_starts = np.arange(self._size) * v
        self._marked = np.zeros(self._size, np.intp)

    def forward(self, parameters: Mapping[str, Array], tokens: NDArray[np.integer]) -> None:
        """Put W_x E e_token + b of each token (T, B) into the layer's slots."""
        layer = self._layer
        if self._d:
            read = parameters["E"]
            if not self._tabled:
                read = np.take(read, tokens.reshape(-1), 1, self._embedded, "clip")
            np.matmul(read.T, self._weights.load(parameters).T, self._inner)
        else:
            for k, gate in enumerate(layer.inputs):
                weight = parameters[f"W_x{gate}"]
                self._table[:, k] = (weight if self._tabled else weight[:, tokens.reshape(-1)]).T
        if len(layer.inputs) < len(layer.biases):
            self._table[:, len(layer.inputs) :] = 0
        flat = self._table.reshape(len(self._table), -1)
        np.add(flat, layer.bias.load(parameters), flat)
        sigmoids = self._table[:, layer.sigmoids]
        np.multiply(sigmoids, self._half, sigmoids)
        places = tokens if self._tabled else self._places
        np.multiply(places[:, np.newaxis], len(layer.biases), self._rows)
        np.add(self._rows, self._slot_numbers, self._rows)
        np.take(flat.reshape(-1, self._table.shape[2]), self._rows, 0, layer.slots, "clip")

    def backward(
        self,
        parameters: Mapping[str, Array],
        tokens: NDArray[np.integer],
        adjoints: Mapping[str, Array],
    ) -> None:
        """Write the adjoints of W_x. and of E from those of the layer's slots."""
        flat, weights = tokens[:-1].reshape(-1), self._weights
        dz = self._layer.adjoint_rows[:, : len(weights.value)]
        if not self._d:
            self._sum_by_token(dz, flat, weights.adjoint)
        elif self._tabled:
            self._sum_by_token(dz, flat, self._by_token)
            np.matmul(self._by_token, parameters["E"].T, weights.adjoint)
            np.matmul(weights.value.T, self._by_token, adjoints["E"])
        else:
            np.matmul(dz.T, self._embedded[:, : self._size].T, weights.adjoint)
            np.matmul(dz, weights.value, self._embedded_adjoint)
            _sum_sorted(self._embedded_adjoint, flat, adjoints["E"])
        weights.store(adjoints)

    def _sum_by_token(self, dz: Array, flat: NDArray[np.integer], out: Array) -> None:
        """``out`` (., V): each token's column collects the rows of dz of the steps reading it."""
        if self._one_hot is None:
            _sum_sorted(dz, flat, out)
            return
        # Only the ones move from window to window.
        ones = self._one_hot.reshape(-1)
        ones[self._marked] = 0
        np.add(self._row_starts, flat, self._marked)
        ones[self._marked] = 1
        np.matmul(dz.T, self._one_hot, out)


class StateInput:
    """The states of the layer below into a layer.

    Args:
        layer: the layer that reads.
        below: the layer that is read.
        number: of the layer that reads, counted from 1.
    """

    def __init__(self, layer: Recurrence, below: Recurrence, number: int) -> None:
        self._layer, self._below = layer, below
        steps, batch, hidden = below.state_adjoint.shape
        dtype = below.states.dtype
        names = [of_layer(f"W_x{gate}", number) for gate in layer.inputs]
        self._weights = Stack(names, hidden, (hidden,), dtype)
        count = len(layer.inputs)
        self._products: Array = np.zeros((steps * batch, count * hidden), dtype)
        self._by_slot = self._products.reshape(steps, batch, count, hidden).swapaxes(1, 2)

    def forward(self, parameters: Mapping[str, Array]) -> None:
        """Put W_x x_t + b into the layer's slots."""
        layer, states = self._layer, self._below.states[1:]
        rows = states.reshape(-1, states.shape[2])
        np.matmul(rows, self._weights.load(parameters).T, self._products)
        layer.slots[:, : len(layer.inputs)] = self._by_slot
        layer.slots[:, len(layer.inputs) :] = 0
        bias = layer.bias.load(parameters).reshape(len(layer.biases), 1, -1)
        layer.slots += bias
        layer.slots[:, layer.sigmoids] *= 0.5

    def backward(self, adjoints: Mapping[str, Array]) -> None:
        """Write the adjoints of W_x. and set those of the states below."""
        below = self._below.state_adjoint
        dz = self._layer.adjoint_rows[:, : len(self._weights.value)]
        rows = self._below.states[1:-1].reshape(-1, below.shape[2])
        np.matmul(dz.T, rows, self._weights.adjoint)
        self._weights.store(adjoints)
        below[0] = 0
        np.matmul(dz, self._weights.value, below[1:].reshape(-1, below.shape[2]))


def _sum_sorted(dz: Array, flat: NDArray[np.integer], out: Array) -> None:
    """``out`` (., V): sum the rows of dz (N, .) by token, after sorting; 8 times np.add.at."""
    out.fill(0)
    if len(flat):
        order = np.argsort(flat, kind="stable")
        kinds, starts = np.unique(flat[order], return_index=True)
        out[:, kinds] = np.add.reduceat(dz[order], starts, axis=0).T
