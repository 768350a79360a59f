"""What the first layer reads, tokens, and what the layers above read, states, times W_x.

A token's contribution W_x E e_token + b is one row of a table, made once a window and gathered; if
the vocabulary is larger than the window, only the columns that occur are multiplied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import DTypeLike, NDArray

from engine.autodiff.primitives import Array
from engine.models.architecture import Architecture, of_layer
from engine.models.fused.recurrence import Recurrence

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
        self._layer, self._d, self._size = layer, d, (steps - 1) * batch
        count = len(layer.inputs)
        self._tabled = v <= max(steps * batch, _SMALL)
        # A row for every slot and token of the vocabulary, or of the window.
        self._table: Array = np.zeros((count, v if self._tabled else steps * batch, h), dtype)
        self._shift = (np.arange(count) * self._table.shape[1])[:, np.newaxis]
        self._rows = np.zeros((steps, count, batch), np.intp)
        self._by_token: Array = np.zeros((count * h, v if self._tabled else 0), dtype)
        self._embedded: Array = np.zeros((0 if self._tabled else d, steps * batch), dtype)
        self._embedded_adjoint: Array = np.zeros((self._size, d), dtype)
        one_hot = v <= _SMALL
        self._one_hot: Array | None = np.zeros((self._size, v), dtype) if one_hot else None
        self._places = np.arange(steps * batch).reshape(steps, batch)
        self._row_starts = np.arange(self._size) * v
        self._marked = np.zeros(self._size, np.intp)
        self._gates = tuple(gate for gate, _ in layer.inputs)
        self._by_token_slots = tuple(self._by_token.reshape(count, h, -1))

    def forward(self, parameters: Mapping[str, Array], tokens: NDArray[np.integer]) -> None:
        """Put W_x E e_token + b of each token (T, B) into the layer's slots."""
        layer = self._layer
        columns = parameters["E"] if self._d else None
        if columns is not None and not self._tabled:
            columns = np.take(columns, tokens.reshape(-1), 1, self._embedded, "clip")
        for (gate, bias), rows in zip(layer.inputs, self._table, strict=True):
            if not gate:
                rows[...] = parameters[bias]
                continue
            weight = parameters[f"W_x{gate}"]
            if columns is not None:
                np.matmul(columns.T, weight.T, rows)
                rows += parameters[bias]
            else:
                chosen = weight if self._tabled else weight[:, tokens.reshape(-1)]
                np.add(chosen.T, parameters[bias], rows)
            if layer.halves(gate):
                rows *= 0.5
        places = tokens if self._tabled else self._places
        np.add(places[:, np.newaxis], self._shift, self._rows)
        flat = self._table.reshape(-1, self._table.shape[2])
        np.take(flat, self._rows, 0, layer.slots, "clip")

    def backward(
        self,
        parameters: Mapping[str, Array],
        tokens: NDArray[np.integer],
        adjoints: Mapping[str, Array],
    ) -> None:
        """Write the adjoints of W_x. and of E from those of the layer's slots."""
        flat = tokens[:-1].reshape(-1)
        if not self._tabled:
            self._backward_by_column(parameters, flat, adjoints)
            return
        if self._d:
            adjoints["E"].fill(0)
        self._sum_by_token(flat)
        for gate, by_token in zip(self._gates, self._by_token_slots, strict=True):
            if not gate:
                continue
            adjoint = adjoints[f"W_x{gate}"]
            if self._d:
                np.matmul(by_token, parameters["E"].T, adjoint)
                adjoints["E"] += parameters[f"W_x{gate}"].T @ by_token
            else:
                adjoint[...] = by_token

    def _backward_by_column(
        self,
        parameters: Mapping[str, Array],
        flat: NDArray[np.integer],
        adjoints: Mapping[str, Array],
    ) -> None:
        """For a vocabulary larger than the window."""
        read = self._embedded[:, : self._size]
        dx = self._embedded_adjoint
        dx.fill(0)
        for gate, dz in zip(self._gates, slot_adjoints(self._layer), strict=True):
            if not gate:
                continue
            if self._d:
                np.matmul(dz.T, read.T, adjoints[f"W_x{gate}"])
                dx += dz @ parameters[f"W_x{gate}"]
            else:
                _sum_sorted(dz, flat, adjoints[f"W_x{gate}"])
        if self._d:
            _sum_sorted(dx, flat, adjoints["E"])

    def _sum_by_token(self, flat: NDArray[np.integer]) -> None:
        """Each token's column of (K H, V) collects the adjoints of the steps that read it."""
        rows = self._layer.adjoint_rows
        if self._one_hot is None:
            _sum_sorted(rows, flat, self._by_token)
            return
        # Only the ones move from window to window.
        ones = self._one_hot.reshape(-1)
        ones[self._marked] = 0
        np.add(self._row_starts, flat, self._marked)
        ones[self._marked] = 1
        np.matmul(rows.T, self._one_hot, self._by_token)


class StateInput:
    """The states of the layer below into a layer.

    Args:
        layer: the layer that reads.
        below: the layer that is read.
        number: of the layer that reads, counted from 1.
    """

    def __init__(self, layer: Recurrence, below: Recurrence, number: int) -> None:
        self._layer, self._below, self._number = layer, below, number
        self._contribution: Array = np.zeros_like(below.states[1:])
        self._product: Array = np.zeros_like(below.states[1:-1])

    def forward(self, parameters: Mapping[str, Array]) -> None:
        """Put W_x x_t + b into the layer's slots."""
        states = self._below.states[1:]
        rows = states.reshape(-1, states.shape[-1])
        contribution = self._contribution.reshape(rows.shape)
        for k, (gate, bias) in enumerate(self._layer.inputs):
            slot = self._layer.slots[:, k]
            if not gate:
                slot[...] = parameters[of_layer(bias, self._number)]
                continue
            np.matmul(rows, parameters[of_layer(f"W_x{gate}", self._number)].T, contribution)
            np.add(self._contribution, parameters[of_layer(bias, self._number)], slot)
            if self._layer.halves(gate):
                slot *= 0.5

    def backward(self, parameters: Mapping[str, Array], adjoints: Mapping[str, Array]) -> None:
        """Write the adjoints of W_x. and set those of the states below."""
        rows = self._below.states[1:-1]
        rows = rows.reshape(-1, rows.shape[-1])
        product = self._product.reshape(rows.shape)
        below = self._below.state_adjoint
        below.fill(0)
        gates = [gate for gate, _ in self._layer.inputs]
        for gate, dz in zip(gates, slot_adjoints(self._layer), strict=True):
            if gate:
                name = of_layer(f"W_x{gate}", self._number)
                np.matmul(dz.T, rows, adjoints[name])
                np.matmul(dz, parameters[name], product)
                below[1:] += self._product


def slot_adjoints(layer: Recurrence) -> Iterator[Array]:
    """The adjoint ((T - 1) B, H) of what each slot began with."""
    hidden = layer.states.shape[-1]
    for k in range(len(layer.inputs)):
        yield layer.adjoint_rows[:, k * hidden : (k + 1) * hidden]


def _sum_sorted(dz: Array, flat: NDArray[np.integer], out: Array) -> None:
    """``out`` (., V): sum the rows of dz (N, .) by token, after sorting; 8 times np.add.at."""
    out.fill(0)
    if len(flat):
        order = np.argsort(flat, kind="stable")
        kinds, starts = np.unique(flat[order], return_index=True)
        out[:, kinds] = np.add.reduceat(dz[order], starts, axis=0).T
