"""The cells' equations, recorded primitive by primitive: the fine grain, for looking.

Each function is one cell at one time step. It gets what surrounds it as a :class:`Place` and the
layer's input and state, and gives the new state. The formulas and their sources stand in
:mod:`engine.models.architecture`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.autodiff.ops import activation, add, complement, lookup
from engine.autodiff.tape import Tape, Variable
from engine.models.architecture import Activation, CellName, of_layer

State = tuple[Variable, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cell stands: its parameters, its layer and its time step.

    Attributes:
        tape: what records.
        weights: the model's parameters by name.
        layer: counted from 1.
        step: t.
        phi: the activation of an Elman cell.
    """

    tape: Tape
    weights: Mapping[str, Variable]
    layer: int
    step: int
    phi: Activation = "tanh"

    def named(self, name: str, value: Variable) -> Variable:
        """Call a value ``name_t`` of this layer."""
        return value.named(of_layer(f"{name}_{self.step}", self.layer))

    def weight(self, name: str) -> Variable:
        """A parameter of this layer."""
        return self.weights[of_layer(name, self.layer)]

    def times(self, name: str, vector: Variable) -> Variable:
        """W v, (H,); for a token the column that its one-hot vector picks."""
        matrix = self.weight(name)
        return multiply(matrix, vector).named(f"{matrix.name} {vector.name}")

    def affine(self, gate: str, x: Variable, h: Variable) -> Variable:
        """W_x. x_t + W_h. h_(t-1) + b_., (H,)."""
        return add(
            self.times(f"W_x{gate}", x), self.times(f"W_h{gate}", h), self.weight(f"b_{gate}")
        )

    def gate(self, gate: str, module: str, phi: Activation, x: Variable, h: Variable) -> Variable:
        """phi(W_x. x_t + W_h. h_(t-1) + b_.), (H,), recorded as a module of the cell."""
        with self.tape.module(module):
            a = self.affine(gate, x, h).named(self.before(gate))
            return self.named(gate, activation(phi, a))

    def before(self, gate: str) -> str:
        """The name of what a gate's activation is applied to."""
        above = gate if self.layer == 1 else f"{{{gate}({self.layer})}}"
        return f"a_{self.step}^{above}"


def multiply(matrix: Variable, vector: Variable) -> Variable:
    """W v; for a token the column of W that its one-hot vector picks."""
    is_token = vector.value.dtype.kind == "i"
    return lookup(matrix, vector, axis=1) if is_token else matrix @ vector


def elman(at: Place, x: Variable, state: State) -> State:
    """h_t = phi(z_t), z_t = W_xh x_t + W_hh h_(t-1) + b_h."""
    (h,) = state
    z = at.named("z", at.affine("h", x, h))
    return (at.named("h", activation(at.phi, z)),)


def gru(at: Place, x: Variable, state: State) -> State:
    """h_t = (1 - z_t) n_t + z_t h_(t-1), the candidate n_t seeing as much of h as r_t lets it."""
    (h,) = state
    r = at.gate("r", "reset", "sigmoid", x, h)
    z = at.gate("z", "update", "sigmoid", x, h)
    with at.tape.module("candidate"):
        q = at.named("q", at.times("W_hn", h) + at.weight("b_hn"))
        a = add(at.times("W_xn", x), at.weight("b_n"), product(r, q)).named(at.before("n"))
        n = at.named("n", activation("tanh", a))
    new, kept = product(complement(z).named(f"(1 - {z.name})"), n), product(z, h)
    return (at.named("h", new + kept),)


def lstm(at: Place, x: Variable, state: State) -> State:
    """c_t = f_t c_(t-1) + i_t g_t and h_t = o_t tanh(c_t)."""
    h, c = state
    i = at.gate("i", "input", "sigmoid", x, h)
    f = at.gate("f", "forget", "sigmoid", x, h)
    g = at.gate("g", "candidate", "tanh", x, h)
    o = at.gate("o", "output", "sigmoid", x, h)
    c = at.named("c", product(f, c) + product(i, g))
    tanh_c = activation("tanh", c).named(f"tanh {c.name}")
    return at.named("h", o * tanh_c), c


def product(x: Variable, z: Variable) -> Variable:
    """x z element by element, called by its factors."""
    return (x * z).named(f"{x.name} · {z.name}")


CELL_EQUATIONS: Mapping[CellName, Callable[[Place, Variable, State], State]] = {
    "elman": elman,
    "gru": gru,
    "lstm": lstm,
}
"""One time step of each cell: (place, input, state) to the new state, h first."""
