"""Weights go to PyTorch's modules and come back: the same loss, the same numbers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from engine.autodiff.primitives import Array
from engine.errors import InputError
from engine.models.architecture import CELLS, Architecture, CellName
from engine.models.recurrent import RecurrentLM
from engine.models.torch_files import (
    load_state_dict,
    load_vocabulary,
    load_weights,
    save_state_dict,
)
from engine.models.torch_state import from_state_dict, to_state_dict
from engine.models.weights import SavedModel, save_model
from engine.text.vocabulary import Vocabulary

LETTERS = Vocabulary(tuple("abcdefg"))
TOKENS = [3, 1, 4, 1, 5, 2, 6]


class Module(nn.Module):  # type: ignore[misc]
    """The module of :mod:`engine.models.torch_state`'s docstring."""

    def __init__(self, architecture: Architecture, size: int) -> None:
        super().__init__()
        kind = {"elman": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}[architecture.cell]
        layers, hidden, width = architecture.layers, architecture.hidden, architecture.embedding
        if width:
            self.embedding = nn.Embedding(size, width)
        self.rnn = kind(width or size, hidden, num_layers=layers)
        self.output = nn.Linear(hidden, size)
        if architecture.learned_start:
            for state in architecture.states:
                setattr(self, f"{state}_0", nn.Parameter(torch.zeros(layers, hidden)))
        self.size = size

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        zero = torch.zeros(self.rnn.num_layers, self.rnn.hidden_size, dtype=torch.float64)
        h = getattr(self, "h_0", zero)
        start = (h, getattr(self, "c_0", zero)) if isinstance(self.rnn, nn.LSTM) else h
        one_hot = nn.functional.one_hot(x, self.size).to(h.dtype)
        states, _ = self.rnn(self.embedding(x) if hasattr(self, "embedding") else one_hot, start)
        return self.output(torch.cat([h[-1:], states]))


ARCHITECTURES = [
    Architecture(cell, hidden=4, layers=layers, embedding=embedding, learned_start=learned)
    for cell in CELLS
    for layers, embedding, learned in ((1, 0, True), (2, 3, False), (2, 0, True))
]


def model_of(architecture: Architecture, dtype: type = np.float64) -> RecurrentLM:
    rng = np.random.default_rng(0)
    fresh = RecurrentLM.fresh(architecture, LETTERS, rng, dtype)
    parameters = {
        name: value + rng.normal(size=value.shape).astype(dtype) * name.startswith("b_")
        for name, value in fresh.parameters.items()
    }
    return RecurrentLM(parameters, LETTERS, architecture)


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=str)
def test_pytorchs_module_gets_the_same_loss(tmp_path: Path, architecture: Architecture) -> None:
    model = model_of(architecture)
    path = tmp_path / "state.safetensors"
    save_state_dict(SavedModel(model, "char"), path)
    module = Module(architecture, len(LETTERS)).double()
    module.load_state_dict(load_file(path), strict=True)
    x = torch.tensor(TOKENS)
    with torch.no_grad():
        loss = nn.functional.cross_entropy(module(x[:-1]), x)
    assert float(loss) == pytest.approx(-model.score(TOKENS).mean(), rel=1e-14)


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=str)
def test_what_went_to_pytorch_comes_back_as_it_was(
    tmp_path: Path, architecture: Architecture
) -> None:
    model = model_of(architecture)
    save_state_dict(SavedModel(model, "char"), tmp_path / "state.safetensors")
    back = load_state_dict(tmp_path / "state.safetensors")
    assert back.tokens == "char"
    assert back.model.architecture == architecture
    assert back.model.vocabulary.tokens == LETTERS.tokens
    for name, value in model.parameters.items():
        np.testing.assert_array_equal(back.model.parameters[name], value)


@pytest.mark.parametrize("cell", CELLS)
def test_two_biases_are_added_and_a_grus_inner_one_is_kept(cell: CellName) -> None:
    # PyTorch: bias_ih + bias_hh for every gate but a GRU's candidate, where b_in stands outside
    # and b_hn inside the reset. With bias_ih = 1, 2, 3, ... and bias_hh = 10, 20, 30, ...:
    state = to_state_dict(model_of(Architecture(cell, hidden=1)))
    count = len(state["rnn.bias_ih_l0"])
    state["rnn.bias_ih_l0"] = np.arange(1.0, count + 1)
    state["rnn.bias_hh_l0"] = 10 * np.arange(1.0, count + 1)
    p = from_state_dict(state, LETTERS).parameters
    expected = {
        "elman": {"b_h": 11.0},
        "gru": {"b_r": 11.0, "b_z": 22.0, "b_n": 3.0, "b_hn": 30.0},
        "lstm": {"b_i": 11.0, "b_f": 22.0, "b_g": 33.0, "b_o": 44.0},
    }[cell]
    assert {name: float(p[name][0]) for name in expected} == expected


def test_other_names_no_biases_and_float32_are_read_too() -> None:
    state = {
        name.replace("rnn.", "core.lstm.")
        .replace("output.", "fc.")
        .replace("embedding.", "tok_emb."): value.astype(np.float32)
        for name, value in to_state_dict(model_of(Architecture("lstm", 4, 1, 3))).items()
        if "bias" not in name and "_0" not in name
    }
    model = from_state_dict(state, LETTERS)
    assert model.architecture == Architecture("lstm", 4, 1, 3, learned_start=False)
    assert model.dtype == np.float32
    assert not model.parameters["b_f"].any()


def test_an_output_shared_with_the_embedding_is_used_twice() -> None:
    state = to_state_dict(model_of(Architecture("gru", 4, 1, 4)))
    del state["output.weight"], state["output.bias"]
    model = from_state_dict(state, LETTERS)
    np.testing.assert_array_equal(model.parameters["W_hy"], model.parameters["E"].T)


def changed(**changes: Array | None) -> dict[str, Array]:
    state: dict[str, Array | None] = dict(to_state_dict(model_of(Architecture("lstm", 4))))
    state |= {name.replace("__", "."): value for name, value in changes.items()}
    return {name: value for name, value in state.items() if value is not None}


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({}, "has 0 arrays called weight_ih_l0"),
        (changed(rnn__weight_hh_l0=None), "a matrix called rnn.weight_hh_l0"),
        (changed(rnn__weight_hh_l0=np.zeros((8, 4))), "of no RNN, GRU or LSTM"),
        (changed(rnn__weight_hh_l0=np.zeros((12, 4))), "should have 12 rows"),
        (changed(rnn__weight_hh_l0=np.zeros((0, 0))), "a matrix called"),
        (changed(rnn__weight_ih_l0=np.zeros((16, 9))), "one embedding of shape"),
        (changed(rnn__weight_ih_l0_reverse=np.zeros((16, 7))), "two directions"),
        (changed(rnn__bias_ih_l0=np.zeros(3)), "should have 16 numbers"),
        (changed(output__weight=None), "one output matrix"),
        (changed(output__bias=np.zeros(3)), "b_y should have shape"),
        (changed(h_0=np.zeros((2, 4))), "should hold 1 x 4 numbers"),
        (changed(output__weight=np.full((7, 4), np.nan)), "finite"),
        (changed(output__weight=np.zeros((7, 4), np.float16)), "save it as float32"),
    ],
)
def test_what_is_no_language_model_is_refused(state: dict[str, Array], message: str) -> None:
    with pytest.raises(InputError, match=message):
        from_state_dict(state, LETTERS)


def test_a_foreign_file_needs_a_vocabulary_and_takes_one(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    path = tmp_path / "foreign.safetensors"
    save_file(to_state_dict(model_of(Architecture("lstm", 4))), path)
    with pytest.raises(InputError, match="--vocabulary FILE"):
        load_state_dict(path)
    listed = tmp_path / "v.json"
    listed.write_text(json.dumps(list("gfedcba")), encoding="utf-8")
    saved = load_state_dict(path, vocabulary=load_vocabulary(listed), tokens="char")
    assert saved.model.vocabulary.tokens == tuple("gfedcba")


def test_either_kind_of_file_is_used_as_weights(tmp_path: Path) -> None:
    saved = SavedModel(model_of(Architecture("gru", 4)), "char", {"corpus": "letters"})
    save_model(saved, tmp_path / "ours.safetensors")
    save_state_dict(saved, tmp_path / "torchs.safetensors")
    ours, theirs = (load_weights(tmp_path / f"{n}.safetensors") for n in ("ours", "torchs"))
    assert ours.digest == theirs.digest == saved.digest
    assert ours.provenance == saved.provenance


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"[" * 100_000, b"\xff", b'["a", "a"]'])
def test_what_is_no_vocabulary_is_refused_by_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "v.json"
    path.write_bytes(content)
    with pytest.raises(InputError) as raised:
        load_vocabulary(path)
    assert raised.value.file == str(path)
