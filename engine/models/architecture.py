"""What a recurrent language model is made of, and the names and shapes of its parameters.

Cells, with the names of their parameters; W_x. is (H, D), W_h. (H, H), b_. (H,), and D is the
size of the layer's input:

- elman  h_t = phi(W_xh x_t + W_hh h_(t-1) + b_h)
- gru    r_t = sigmoid(W_xr x_t + W_hr h_(t-1) + b_r)
         z_t = sigmoid(W_xz x_t + W_hz h_(t-1) + b_z)
         n_t = tanh(W_xn x_t + b_n + r_t * (W_hn h_(t-1) + b_hn))
         h_t = (1 - z_t) * n_t + z_t * h_(t-1)
- lstm   i_t, f_t, o_t = sigmoid(W_x. x_t + W_h. h_(t-1) + b_.) for each of the three gates
         g_t = tanh(W_xg x_t + W_hg h_(t-1) + b_g)
         c_t = f_t * c_(t-1) + i_t * g_t,  h_t = o_t * tanh(c_t)

The gates stand in PyTorch's order: r z n and i f g o. Parameters of layer 2 carry ``^{(2)}``.

Source: Elman, *Finding structure in time* (1990); Cho et al., *Learning phrase representations
using RNN encoder-decoder* (2014) in the variant of cuDNN, whose bias b_hn stands inside the reset;
Gers, Schmidhuber and Cummins, *Learning to forget* (2000).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, DTypeLike

from engine.autodiff.primitives import Array
from engine.errors import InputError

Activation = Literal["tanh", "sigmoid", "relu"]
CellName = Literal["elman", "gru", "lstm"]
CELLS: tuple[CellName, ...] = get_args(CellName)

GATES: Mapping[CellName, tuple[str, ...]] = {
    "elman": ("h",),
    "gru": ("r", "z", "n"),
    "lstm": ("i", "f", "g", "o"),
}
"""The gates of each cell in the order of their rows in PyTorch's stacked weights."""

LARGEST_LAYERS = 8
LARGEST_HIDDEN = 4096


@dataclass(frozen=True, slots=True)
class Architecture:
    """What a recurrent language model is made of.

    Attributes:
        cell: elman, gru or lstm.
        hidden: H, the size of every layer's state.
        layers: L; layer l reads the states of layer l - 1.
        embedding: D of the learned embedding E that tokens go through; 0 for one-hot tokens.
        learned_start: the state before the first token is a parameter, else it is zero.
        phi: the activation of an Elman cell; the others have their own.

    Raises:
        InputError: a size or a name is none that can be used.
    """

    cell: CellName = "elman"
    hidden: int = 8
    layers: int = 1
    embedding: int = 0
    learned_start: bool = True
    phi: Activation = "tanh"

    def __post_init__(self) -> None:
        if self.cell not in CELLS:
            raise InputError(f"the cell is one of {', '.join(CELLS)}, not {self.cell!r}")
        if self.phi not in get_args(Activation):
            raise InputError(f"the activation is one of tanh, sigmoid, relu, not {self.phi!r}")
        for name, value, smallest, largest in (
            ("hidden size", self.hidden, 1, LARGEST_HIDDEN),
            ("number of layers", self.layers, 1, LARGEST_LAYERS),
            ("embedding size", self.embedding, 0, LARGEST_HIDDEN),
        ):
            if not smallest <= value <= largest:
                raise InputError(f"the {name} must lie in {smallest}..{largest}, not {value}")

    @property
    def gates(self) -> tuple[str, ...]:
        """The cell's gates in order."""
        return GATES[self.cell]

    @property
    def states(self) -> tuple[str, ...]:
        """The names of the quantities carried from step to step: h, or h and c."""
        return ("h", "c") if self.cell == "lstm" else ("h",)

    def starts(self) -> tuple[str, ...]:
        """The parameters that hold the state before the first token, layer by layer."""
        return tuple(
            of_layer(f"{state}_0", layer)
            for layer in range(1, self.layers + 1)
            for state in self.states
        )

    def shapes(self, vocabulary_size: int) -> dict[str, tuple[int, ...]]:
        """The shape of every parameter over V tokens, in the order in which they are stored."""
        h, v = self.hidden, vocabulary_size
        shapes: dict[str, tuple[int, ...]] = {}
        if self.embedding:
            shapes["E"] = (self.embedding, v)
        for layer in range(1, self.layers + 1):
            width = h if layer > 1 else self.embedding or v
            for gate in self.gates:
                shapes[of_layer(f"W_x{gate}", layer)] = (h, width)
                shapes[of_layer(f"W_h{gate}", layer)] = (h, h)
                shapes[of_layer(f"b_{gate}", layer)] = (h,)
            if self.cell == "gru":
                shapes[of_layer("b_hn", layer)] = (h,)
        shapes["W_hy"] = (v, h)
        shapes["b_y"] = (v,)
        return shapes | dict.fromkeys(self.starts(), (h,))


def of_layer(name: str, layer: int) -> str:
    """The name of a quantity in a layer; the first layer's is plain."""
    return name if layer == 1 else f"{name}^{{({layer})}}"


def initial_parameters(
    architecture: Architecture,
    vocabulary_size: int,
    rng: Generator,
    dtype: DTypeLike = np.float64,
) -> dict[str, Array]:
    """Random parameters.

    Matrices and start states are uniform in +-1/sqrt(H); columns of a one-hot input's matrix are
    N(0, 1/4) and embeddings N(0, 1); biases are 0, that of an LSTM's forget gate 1.
    """
    bound = 1 / np.sqrt(architecture.hidden)
    parameters: dict[str, Array] = {}
    for name, shape in architecture.shapes(vocabulary_size).items():
        if name == "E":
            value: Array = rng.normal(0, 1, shape)
        elif name.startswith("W_x") and not architecture.embedding and "^" not in name:
            value = rng.normal(0, 0.5, shape)
        elif name.startswith("W_"):
            value = rng.uniform(-bound, bound, shape)
        elif name in architecture.starts():
            value = rng.uniform(-bound, bound, shape) * architecture.learned_start
        else:
            value = np.full(shape, 1.0 if name.startswith("b_f") else 0.0)
        parameters[name] = value.astype(dtype)
    return parameters


def check_parameters(
    architecture: Architecture, parameters: Mapping[str, ArrayLike], vocabulary_size: int
) -> None:
    """Raise InputError unless these are finite parameters of the architecture over V tokens."""
    for name, shape in architecture.shapes(vocabulary_size).items():
        if name not in parameters:
            raise InputError(
                f"a model with the cell {architecture.cell} needs the parameter {name}"
            )
        found = np.shape(parameters[name])
        if found != shape:
            raise InputError(f"{name} should have shape {shape}, not {found}", place=name)
        if not np.isfinite(parameters[name]).all():
            raise InputError("every weight must be a finite number", place=name)
