"""Weights on disk come back as they went, or are refused with one sentence."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import numpy as np
import pytest

from engine.errors import InputError
from engine.models.architecture import Architecture, CellName, initial_parameters
from engine.models.recurrent import RecurrentLM
from engine.models.weights import SavedModel, encode_arrays, load_model, save_model
from engine.text.vocabulary import Vocabulary

TWO = Architecture(hidden=2)
RELU = Architecture(hidden=2, phi="relu")


def saved_model(dtype: type = np.float32, architecture: Architecture = RELU) -> SavedModel:
    letters = Vocabulary(("a", "\n", "é"))
    model = RecurrentLM.fresh(architecture, letters, np.random.default_rng(0), dtype)
    return SavedModel(model, "char", {"corpus": "three letters", "losses": {"loss": 1.5}})


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_model_comes_back_bit_for_bit(tmp_path: Path, dtype: type) -> None:
    before = saved_model(dtype)
    save_model(before, tmp_path / "m.safetensors")
    after = load_model(tmp_path / "m.safetensors")
    assert after.tokens == "char"
    assert after.provenance == before.provenance
    assert after.model.architecture == before.model.architecture
    assert after.model.vocabulary.tokens == ("a", "\n", "é")
    assert after.digest == before.digest
    for name in before.model.parameters:
        assert after.model.parameters[name].dtype == dtype
        np.testing.assert_array_equal(after.model.parameters[name], before.model.parameters[name])


@pytest.mark.parametrize("cell", ["elman", "gru", "lstm"])
@pytest.mark.parametrize("embedding", [0, 5])
def test_every_architecture_comes_back(tmp_path: Path, cell: CellName, embedding: int) -> None:
    architecture = Architecture(
        cell, hidden=2, layers=2, embedding=embedding, learned_start=not embedding
    )
    before = saved_model(np.float64, architecture)
    save_model(before, tmp_path / "m.safetensors")
    after = load_model(tmp_path / "m.safetensors")
    assert after.model.architecture == architecture
    assert after.digest == before.digest


def test_arrays_that_are_not_contiguous_are_saved_right(tmp_path: Path) -> None:
    # safetensors writes the memory of a transpose as if it were in C order.
    rng = np.random.default_rng(0)
    parameters = initial_parameters(TWO, 3, rng)
    parameters["W_xh"] = rng.normal(size=(3, 2)).T
    parameters["W_hh"] = np.asfortranarray(rng.normal(size=(4, 4)))[::2, ::2]
    parameters["b_h"] = rng.normal(size=4)[::-2]
    model = RecurrentLM(parameters, Vocabulary(("a", "b", "c")), TWO)
    save_model(SavedModel(model, "char"), tmp_path / "m.safetensors")
    after = load_model(tmp_path / "m.safetensors").model
    for name in parameters:
        np.testing.assert_array_equal(after.parameters[name], parameters[name])


def header(**changes: str) -> dict[str, str]:
    return {
        "format": "tapestry-weights-1",
        "cell": "elman",
        "activation": "tanh",
        "tokens": "char",
        "vocabulary": json.dumps(["a", "b", "c"]),
        "provenance": "{}",
    } | changes


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "something"}, "no Tapestry weights"),
        ({"cell": "transformer"}, "the cell is one of"),
        ({"layers": "many"}, "whole number"),
        ({"layers": "99"}, "number of layers"),
        ({"embedding": "2"}, "needs the parameter E"),
        ({"cell": "lstm"}, "needs the parameter W_xi"),
        ({"activation": "gelu"}, "activation is one of"),
        ({"tokens": "bytes"}, "tokenizer"),
        ({"vocabulary": "[1, 2, 3]"}, "not a list of tokens"),
        ({"vocabulary": '["a", "a", "b"]'}, "twice"),
        ({"vocabulary": '["a"]'}, "should have shape"),
        ({"vocabulary": "[" * 100_000}, "no readable vocabulary"),
        ({"provenance": "[]"}, "not a table"),
    ],
)
def test_a_header_that_lies_is_refused_by_file_and_sentence(
    tmp_path: Path, changes: dict[str, str], message: str
) -> None:
    parameters = initial_parameters(TWO, 3, np.random.default_rng(0))
    path = tmp_path / "m.safetensors"
    path.write_bytes(encode_arrays(parameters, header(**changes)))
    with pytest.raises(InputError, match=message) as raised:
        load_model(path)
    assert raised.value.file == str(path)


def test_damaged_files_raise_nothing_but_input_errors(tmp_path: Path) -> None:
    whole = encode_arrays(initial_parameters(TWO, 3, np.random.default_rng(0)), header())
    rng = np.random.default_rng(7)
    path = tmp_path / "m.safetensors"
    cuts = [whole[:n] for n in range(0, len(whole), 7)]
    flips = []
    for _ in range(400):
        damaged = bytearray(whole)
        for place in rng.integers(0, len(whole), rng.integers(1, 4)):
            damaged[place] = rng.integers(0, 256)
        flips.append(bytes(damaged))
    for data in cuts + flips:
        path.write_bytes(data)
        with contextlib.suppress(InputError):
            load_model(path)


@pytest.mark.parametrize("kind", ["missing", "folder", "empty"])
def test_what_is_not_a_file_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "m.safetensors"
    if kind == "folder":
        path.mkdir()
    elif kind == "empty":
        path.touch()
    with pytest.raises(InputError, match="weights that `tapestry train` saved"):
        load_model(path)
