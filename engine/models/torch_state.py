"""Weights to and from PyTorch's ``state_dict``, as safetensors files of named arrays.

PyTorch stacks the gates of a layer in one matrix, in the order of
:data:`engine.models.architecture.GATES`, and has two biases where one is enough: exported, ours
stands in ``bias_ih`` and ``bias_hh`` is 0; imported, ours is their sum. In a GRU the candidate's
``bias_hh`` stands inside the reset and is our b_hn. A module that such a file fits:

    self.embedding = nn.Embedding(V, D)          # only where the model has an embedding
    self.rnn = nn.LSTM(D, H, num_layers=L)       # or nn.GRU, nn.RNN; without embedding D is V
    self.output = nn.Linear(H, V)
    self.h_0 = nn.Parameter(torch.zeros(L, H))   # and c_0 for an LSTM; learned starts only

Source: the documentation of ``torch.nn.RNN``, ``GRU`` and ``LSTM``, sections *Variables*.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from engine.autodiff.primitives import Array
from engine.errors import InputError
from engine.models.architecture import GATES, Activation, Architecture, CellName, of_layer
from engine.models.recurrent import RecurrentLM
from engine.text.vocabulary import Vocabulary

_FIRST = "weight_ih_l0"
_CELL_OF_GATES: Mapping[int, CellName] = {len(gates): cell for cell, gates in GATES.items()}


def to_state_dict(model: RecurrentLM) -> dict[str, Array]:
    """The parameters of a model under the names and in the shapes of the module above."""
    p, architecture = model.parameters, model.architecture
    state: dict[str, Array] = {}
    if architecture.embedding:
        state["embedding.weight"] = np.ascontiguousarray(p["E"].T)
    for layer in range(1, architecture.layers + 1):
        for side, letter in (("ih", "x"), ("hh", "h")):
            gates = [p[of_layer(f"W_{letter}{gate}", layer)] for gate in architecture.gates]
            state[f"rnn.weight_{side}_l{layer - 1}"] = np.concatenate(gates)
        biases = [p[of_layer(f"b_{gate}", layer)] for gate in architecture.gates]
        inner = np.zeros_like(np.concatenate(biases))
        if architecture.cell == "gru":
            inner[2 * architecture.hidden :] = p[of_layer("b_hn", layer)]
        state[f"rnn.bias_ih_l{layer - 1}"] = np.concatenate(biases)
        state[f"rnn.bias_hh_l{layer - 1}"] = inner
    state["output.weight"], state["output.bias"] = p["W_hy"], p["b_y"]
    if architecture.learned_start:
        for name in architecture.states:
            layers = range(1, architecture.layers + 1)
            state[f"{name}_0"] = np.stack([p[of_layer(f"{name}_0", k)] for k in layers])
    return state


def from_state_dict(
    state: Mapping[str, Array], vocabulary: Vocabulary, phi: Activation = "tanh"
) -> RecurrentLM:
    """A model with the parameters of a PyTorch module.

    The recurrent layer, the embedding and the output layer may have any names; the cell, the
    sizes and the number of layers follow from the arrays.

    Args:
        state: as ``module.state_dict()``, each an array.
        vocabulary: the V tokens in the order of the output's rows.
        phi: the ``nonlinearity`` of an ``nn.RNN``, which a state dict does not say.

    Raises:
        InputError: the arrays are not those of a language model with one recurrent module.
    """
    prefix = _prefix(state)
    layers = sum(name.startswith(f"{prefix}weight_ih_l") for name in state)
    rows, hidden = _matrix(state, f"{prefix}weight_hh_l0").shape
    cell = _CELL_OF_GATES.get(rows // hidden if rows % hidden == 0 else 0)
    if cell is None:
        raise InputError(
            f"{prefix}weight_hh_l0 of shape {(rows, hidden)} is of no RNN, GRU or LSTM"
        )
    others = {
        name: array
        for name, array in state.items()
        if not name.startswith(f"{prefix}weight_") and array.ndim == 2
    }
    embedding = _embedding(others, _matrix(state, prefix + _FIRST).shape[1], vocabulary)
    for name, array in state.items():
        if array.dtype not in (np.dtype(np.float32), np.dtype(np.float64)):
            raise InputError(f"holds {array.dtype}; save it as float32 or float64", place=name)
    output = _output(others, embedding, (len(vocabulary), hidden))
    starts = {name: state.get(f"{name}_0") for name in ("h", "c")}
    architecture = Architecture(
        cell,
        hidden,
        layers,
        0 if embedding is None else others[embedding].shape[1],
        starts["h"] is not None,
        phi,
    )
    parameters = _layer_parameters(state, prefix, architecture)
    if embedding is not None:
        parameters["E"] = np.ascontiguousarray(others[embedding].T)
    parameters["W_hy"] = others[output]
    dtype = others[output].dtype
    bias = state.get(output.removesuffix("weight") + "bias")
    parameters["b_y"] = np.zeros(len(vocabulary), dtype) if bias is None else bias
    for name in architecture.states:
        start = starts[name]
        table = np.zeros((layers, hidden), dtype) if start is None else start
        if table.size != layers * hidden:
            raise InputError(f"{name}_0 should hold {layers} x {hidden} numbers, not {table.size}")
        for layer, row in enumerate(table.reshape(layers, hidden), start=1):
            parameters[of_layer(f"{name}_0", layer)] = row.copy()
    return RecurrentLM(parameters, vocabulary, architecture)


def is_state_dict(state: Mapping[str, Array]) -> bool:
    """Whether arrays are named as PyTorch names those of a recurrent module."""
    return any(name.endswith(_FIRST) for name in state)


def _prefix(state: Mapping[str, Array]) -> str:
    """What stands before the recurrent module's own names."""
    found = [name.removesuffix(_FIRST) for name in state if name.endswith(_FIRST)]
    if len(found) != 1:
        raise InputError(
            f"has {len(found)} arrays called {_FIRST}; choose the state_dict of a model with one"
            " nn.RNN, nn.GRU or nn.LSTM"
        )
    beyond = [n for n in state if re.search(r"(_reverse|weight_hr_l\d+)$", n)]
    if beyond:
        raise InputError(f"holds {beyond[0]}: layers in two directions or projected do not fit")
    return found[0]


def _matrix(state: Mapping[str, Array], name: str) -> Array:
    array = state.get(name)
    if array is None or array.ndim != 2 or not array.size:
        raise InputError(f"should hold a matrix called {name}")
    return array


def _embedding(others: Mapping[str, Array], width: int, vocabulary: Vocabulary) -> str | None:
    """The name of the embedding: V rows as wide as the first layer's input; None for one-hot."""
    fitting = [name for name, array in others.items() if array.shape == (len(vocabulary), width)]
    named = [name for name in fitting if "emb" in name.lower() or "encoder" in name.lower()]
    if width == len(vocabulary) and not named:
        return None
    if not named and len(fitting) != 1:
        raise InputError(
            f"should hold one embedding of shape {(len(vocabulary), width)}, found {len(fitting)}"
        )
    return (named or fitting)[0]


def _output(others: Mapping[str, Array], embedding: str | None, shape: tuple[int, int]) -> str:
    """The name of the output layer's matrix; one shared with the embedding counts."""
    fitting = [name for name, array in others.items() if array.shape == shape]
    own = [name for name in fitting if name != embedding]
    if len(own) != 1 and fitting != [embedding]:
        raise InputError(f"should hold one output matrix of shape {shape}, found {len(own)}")
    return (own or fitting)[0]


def _layer_parameters(
    state: Mapping[str, Array], prefix: str, architecture: Architecture
) -> dict[str, Array]:
    """The stacked matrices and biases taken apart, gate by gate."""
    gates, parameters = architecture.gates, dict[str, Array]()
    rows = len(gates) * architecture.hidden
    for layer in range(1, architecture.layers + 1):
        end = f"_l{layer - 1}"
        for side, letter in (("ih", "x"), ("hh", "h")):
            matrix = _matrix(state, f"{prefix}weight_{side}{end}")
            if len(matrix) != rows:
                raise InputError(f"{prefix}weight_{side}{end} should have {rows} rows")
            for gate, part in zip(gates, np.split(matrix, len(gates)), strict=True):
                parameters[of_layer(f"W_{letter}{gate}", layer)] = part.copy()
        nothing = np.zeros(rows, state[f"{prefix}weight_hh{end}"].dtype)
        outer, inner = (state.get(f"{prefix}bias_{side}{end}", nothing) for side in ("ih", "hh"))
        if outer.shape != (rows,) or inner.shape != (rows,):
            raise InputError(f"the biases of layer {layer} should have {rows} numbers")
        if architecture.cell == "gru":
            kept = 2 * architecture.hidden
            parameters[of_layer("b_hn", layer)] = inner[kept:].copy()
            inner = np.concatenate([inner[:kept], np.zeros_like(inner[kept:])])
        for gate, part in zip(gates, np.split(outer + inner, len(gates)), strict=True):
            parameters[of_layer(f"b_{gate}", layer)] = part.copy()
    return parameters
