"""One time step of each cell in numbers, for :class:`engine.models.stepper.Stepper`.

A layer holds its state and one stacked matrix: its own W_h of every gate above what reads its h
from outside (the next layer's W_x, or W_hy), each with its bias as a last column. The rows of a
sigmoid's gate are stored halved, since sigmoid(x) = 1/2 + 1/2 tanh(x/2): one tanh serves all.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.autodiff.primitives import Array
from engine.models.architecture import Activation, Architecture, CellName, of_layer

_ROWS_AT_ONCE = 16


class Layer:
    """One layer at one time step; every buffer is allocated once.

    Attributes:
        order: the gates as they are stacked.
        sigmoids: how many of them, the first ones, are sigmoids.
        h: (H,).
        state: h, or h and c.
        passed_on: what reads h from outside: the next layer's W_x h + b, or the logits.
    """

    order: tuple[str, ...]
    sigmoids: int

    def __init__(
        self, parameters: Mapping[str, Array], architecture: Architecture, layer: int
    ) -> None:
        recurrent, outside = _readers(type(self), parameters, architecture, layer)
        hidden, dtype = architecture.hidden, recurrent.dtype
        gates, height = len(recurrent), len(recurrent) + len(outside)
        # Columns one after another, of a height that is a multiple of the vector unit's width,
        # suit a product with a vector.
        padded = -(-height // _ROWS_AT_ONCE) * _ROWS_AT_ONCE
        self._matrix = np.zeros((padded, hidden + 1), dtype, order="F")
        self._matrix[:height] = np.concatenate([recurrent, outside])
        self._h_and_one = np.ones(hidden + 1, dtype)
        self.h = self._h_and_one[:-1]
        self.state: tuple[Array, ...] = (self.h,)
        self._product = np.zeros(padded, dtype)
        self.recurrent, self.passed_on = self._product[:gates], self._product[gates:height]
        self._half = np.array(0.5, dtype)

    def read(self, inputs: Array) -> None:
        """Move the state on.

        Args:
            inputs: W_x x_t + b of the stacked gates, (G H,).
        """
        raise NotImplementedError

    def multiply(self) -> None:
        """Multiply the new h by W_h, for the next token, and by what reads it from outside."""
        self._matrix.dot(self._h_and_one, self._product)

    def _to_sigmoid(self, tanh_of_half: Array) -> None:
        tanh_of_half *= self._half
        tanh_of_half += self._half


class TanhElman(Layer):
    """h_t = tanh(W_xh x_t + W_hh h_(t-1) + b_h)."""

    order = ("h",)
    sigmoids = 0

    def read(self, inputs: Array) -> None:
        """See :meth:`Layer.read`."""
        h = self.h
        np.add(self.recurrent, inputs, h)
        np.tanh(h, h)


class ReluElman(Layer):
    """h_t = max(0, W_xh x_t + W_hh h_(t-1) + b_h)."""

    order = ("h",)
    sigmoids = 0

    def read(self, inputs: Array) -> None:
        """See :meth:`Layer.read`."""
        h = self.h
        np.add(self.recurrent, inputs, h)
        np.maximum(h, 0, out=h)


class SigmoidElman(Layer):
    """h_t = sigmoid(W_xh x_t + W_hh h_(t-1) + b_h)."""

    order = ("h",)
    sigmoids = 1

    def read(self, inputs: Array) -> None:
        """See :meth:`Layer.read`."""
        h = self.h
        np.add(self.recurrent, inputs, h)
        np.tanh(h, h)
        self._to_sigmoid(h)


class Gru(Layer):
    """h_t = (1 - z_t) n_t + z_t h_(t-1), which is n_t + z_t (h_(t-1) - n_t)."""

    order = ("r", "z", "n")
    sigmoids = 2

    def __init__(
        self, parameters: Mapping[str, Array], architecture: Architecture, layer: int
    ) -> None:
        super().__init__(parameters, architecture, layer)
        hidden = architecture.hidden
        self._both = 2 * hidden
        self._gates = np.zeros(2 * hidden, self.h.dtype)
        self._r, self._z = self._gates[:hidden], self._gates[hidden:]
        self._n = self.recurrent[2 * hidden :]
        self._recurrent_gates = self.recurrent[: 2 * hidden]

    def read(self, inputs: Array) -> None:
        """See :meth:`Layer.read`."""
        gates, n, h = self._gates, self._n, self.h
        np.add(self._recurrent_gates, inputs[: self._both], gates)
        np.tanh(gates, gates)
        self._to_sigmoid(gates)
        n *= self._r
        n += inputs[self._both :]
        np.tanh(n, n)
        h -= n
        h *= self._z
        h += n


class Lstm(Layer):
    """c_t = f_t c_(t-1) + i_t g_t and h_t = o_t tanh(c_t)."""

    order = ("i", "f", "o", "g")
    sigmoids = 3

    def __init__(
        self, parameters: Mapping[str, Array], architecture: Architecture, layer: int
    ) -> None:
        super().__init__(parameters, architecture, layer)
        hidden = architecture.hidden
        self._c = np.zeros(hidden, self.h.dtype)
        self.state = (self.h, self._c)
        self._gates = self.recurrent[: 3 * hidden]
        self._i, self._f, self._o, self._g = self.recurrent.reshape(4, hidden)

    def read(self, inputs: Array) -> None:
        """See :meth:`Layer.read`."""
        all_gates, g, c, h = self.recurrent, self._g, self._c, self.h
        all_gates += inputs
        np.tanh(all_gates, all_gates)
        self._to_sigmoid(self._gates)
        c *= self._f
        g *= self._i
        c += g
        np.tanh(c, h)
        h *= self._o


_ELMAN: Mapping[Activation, type[Layer]] = {
    "tanh": TanhElman,
    "relu": ReluElman,
    "sigmoid": SigmoidElman,
}
_GATED: Mapping[CellName, type[Layer]] = {"gru": Gru, "lstm": Lstm}


def layer_class(architecture: Architecture) -> type[Layer]:
    """The layers of a model."""
    if architecture.cell == "elman":
        return _ELMAN[architecture.phi]
    return _GATED[architecture.cell]


def token_table(parameters: Mapping[str, Array], architecture: Architecture) -> Array:
    """(V, G H): row v is W_x x_t + b of the first layer's stacked gates when x_t is token v."""
    kind = layer_class(architecture)
    matrix = _inputs(kind, parameters, architecture, 1)
    weights, biases = matrix[:, :-1], matrix[:, -1]
    embedding = parameters.get("E")
    columns = weights if embedding is None else weights @ embedding
    return np.ascontiguousarray(columns.T + biases)


def _readers(
    kind: type[Layer], parameters: Mapping[str, Array], architecture: Architecture, layer: int
) -> tuple[Array, Array]:
    """What multiplies a layer's h and a 1: (G H, H + 1) of its own, and what is outside."""
    recurrent = _stacked(
        kind,
        {gate: parameters[of_layer(f"W_h{gate}", layer)] for gate in kind.order},
        {"n": parameters[of_layer("b_hn", layer)]} if architecture.cell == "gru" else {},
    )
    if layer < architecture.layers:
        return recurrent, _inputs(kind, parameters, architecture, layer + 1)
    return recurrent, np.column_stack([parameters["W_hy"], parameters["b_y"]])


def _inputs(
    kind: type[Layer], parameters: Mapping[str, Array], architecture: Architecture, layer: int
) -> Array:
    return _stacked(
        kind,
        {gate: parameters[of_layer(f"W_x{gate}", layer)] for gate in kind.order},
        {gate: parameters[of_layer(f"b_{gate}", layer)] for gate in kind.order},
    )


def _stacked(kind: type[Layer], weights: Mapping[str, Array], biases: Mapping[str, Array]) -> Array:
    """The gates' weights above one another, each with its bias; sigmoids' halved."""
    blocks = []
    for place, gate in enumerate(kind.order):
        weight = weights[gate]
        bias = biases.get(gate, np.zeros(len(weight), weight.dtype))
        block = np.column_stack([weight, bias])
        blocks.append(block * block.dtype.type(0.5) if place < kind.sigmoids else block)
    return np.concatenate(blocks)
