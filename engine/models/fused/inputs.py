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

_ONE_HOT_LIMIT = 256


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
        v, h, d, back = vocabulary_size, architecture.hidden, architecture.embedding, steps - 1
        self._layer, self._v, self._d, self._size = layer, v, d, back * batch
        gates = len(layer.input_gates)
        self._tabled = v <= steps * batch
        self._rows: Array = np.zeros((gates, v if self._tabled else steps * batch, h), dtype)
        self._by_token: Array = np.zeros((h, v) if self._tabled else (0, 0), dtype)
        self._embedded: Array = np.zeros((d if not self._tabled else 0, steps * batch), dtype)
        self._embedded_adjoint: Array = np.zeros((self._size, d), dtype)
        one_hot = self._tabled and v <= _ONE_HOT_LIMIT
        self._one_hot: Array | None = np.zeros((self._size, v), dtype) if one_hot else None
        self._places = np.arange(self._size)
        self._marked = np.zeros(self._size, np.intp)

    def forward(self, parameters: Mapping[str, Array], tokens: NDArray[np.integer]) -> None:
        """Put W_x E e_token + b of each token (T, B) into the layer's ``pre``."""
        layer, flat = self._layer, tokens.reshape(-1)
        columns = parameters.get("E") if self._d else None
        if columns is not None and not self._tabled:
            columns = np.take(columns, flat, axis=1, out=self._embedded, mode="clip")
        for k, gate in enumerate(layer.input_gates):
            weight, rows = parameters[f"W_x{gate}"], self._rows[k]
            pre = layer.pre[k].reshape(len(flat), -1)
            into = rows if self._tabled else pre
            if columns is not None:
                np.matmul(columns.T, weight.T, out=into)
            else:
                np.copyto(into, (weight if self._tabled else weight[:, flat]).T)
            into += parameters[f"b_{gate}"]
            if layer.halves(gate):
                into *= 0.5
            if self._tabled:
                np.take(rows, flat, axis=0, out=pre, mode="clip")

    def backward(
        self,
        parameters: Mapping[str, Array],
        tokens: NDArray[np.integer],
        adjoints: Mapping[str, Array],
    ) -> None:
        """Write the adjoints of W_x. and of E from the layer's ``input_adjoint``."""
        flat = tokens[:-1].reshape(-1)
        if not self._tabled:
            self._backward_by_column(parameters, flat, adjoints)
            return
        if self._d:
            adjoints["E"].fill(0)
        self._mark(flat)
        for k, gate in enumerate(self._layer.input_gates):
            dz = self._layer.input_adjoint[k]
            adjoint = adjoints[f"W_x{gate}"]
            if not self._d:
                self._sum_by_token(dz, flat, adjoint)
                continue
            self._sum_by_token(dz, flat, self._by_token)
            np.matmul(self._by_token, parameters["E"].T, out=adjoint)
            adjoints["E"] += parameters[f"W_x{gate}"].T @ self._by_token

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
        for k, gate in enumerate(self._layer.input_gates):
            dz = self._layer.input_adjoint[k]
            if self._d:
                np.matmul(dz.T, read.T, out=adjoints[f"W_x{gate}"])
                dx += dz @ parameters[f"W_x{gate}"]
            else:
                _sum_sorted(dz, flat, adjoints[f"W_x{gate}"])
        if self._d:
            _sum_sorted(dx, flat, adjoints["E"])

    def _mark(self, flat: NDArray[np.integer]) -> None:
        """Move the ones of the one-hot matrix to the tokens of this window."""
        if self._one_hot is not None:
            self._one_hot[self._places, self._marked] = 0
            np.copyto(self._marked, flat)
            self._one_hot[self._places, self._marked] = 1

    def _sum_by_token(self, dz: Array, flat: NDArray[np.integer], out: Array) -> None:
        """``out`` (., V): each token's column collects the rows of dz of the steps reading it."""
        if self._one_hot is not None:
            np.matmul(dz.T, self._one_hot, out=out)
        else:
            _sum_sorted(dz, flat, out)


class StateInput:
    """The states of the layer below into a layer.

    Args:
        layer: the layer that reads.
        below: the layer that is read.
        number: of the layer that reads, counted from 1.
    """

    def __init__(self, layer: Recurrence, below: Recurrence, number: int) -> None:
        self._layer, self._below, self._number = layer, below, number
        self._product: Array = np.zeros_like(below.states[1:-1])

    def forward(self, parameters: Mapping[str, Array]) -> None:
        """Put W_x x_t + b into the layer's ``pre``."""
        states = self._below.states[1:]
        rows = states.reshape(-1, states.shape[-1])
        for k, gate in enumerate(self._layer.input_gates):
            pre = self._layer.pre[k].reshape(len(rows), -1)
            np.matmul(rows, parameters[of_layer(f"W_x{gate}", self._number)].T, out=pre)
            pre += parameters[of_layer(f"b_{gate}", self._number)]
            if self._layer.halves(gate):
                pre *= 0.5

    def backward(self, parameters: Mapping[str, Array], adjoints: Mapping[str, Array]) -> None:
        """Write the adjoints of W_x. and set those of the states below."""
        rows = self._below.states[1:-1]
        rows = rows.reshape(-1, rows.shape[-1])
        product = self._product.reshape(rows.shape)
        below = self._below.state_adjoint
        below.fill(0)
        for k, gate in enumerate(self._layer.input_gates):
            name = of_layer(f"W_x{gate}", self._number)
            dz = self._layer.input_adjoint[k]
            np.matmul(dz.T, rows, out=adjoints[name])
            np.matmul(dz, parameters[name], out=product)
            below[1:] += self._product


def _sum_sorted(dz: Array, flat: NDArray[np.integer], out: Array) -> None:
    """``out`` (., V): sum the rows of dz (N, .) by token, after sorting; 8 times np.add.at."""
    out.fill(0)
    if len(flat):
        order = np.argsort(flat, kind="stable")
        kinds, starts = np.unique(flat[order], return_index=True)
        out[:, kinds] = np.add.reduceat(dz[order], starts, axis=0).T
