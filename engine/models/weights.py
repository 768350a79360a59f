"""Weights on disk: safetensors with the vocabulary and where they came from in the header."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from os import PathLike
from typing import Any, cast

import numpy as np

from engine.autodiff.primitives import Array
from engine.errors import InputError
from engine.files import read_whole, write_whole
from engine.models.architecture import Activation, Architecture, CellName
from engine.models.recurrent import RecurrentLM
from engine.text.tokenizer import TOKENIZERS
from engine.text.vocabulary import Vocabulary

FORMAT = "tapestry-weights-1"
_LARGEST = 1 << 30
_WHAT = "weights that `tapestry train` saved"


@dataclass(frozen=True)
class SavedModel:
    """A model with what is needed to use it on text.

    Attributes:
        model: the language model.
        tokens: name of its tokenizer.
        provenance: corpus, held-out part, seed, iterations, losses, command; plain values.
    """

    model: RecurrentLM
    tokens: str
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of the weights."""
        content = sha256()
        for name in self.model.architecture.shapes(len(self.model.vocabulary)):
            content.update(np.ascontiguousarray(self.model.parameters[name]).tobytes())
        return content.hexdigest()[:16]


def save_model(saved: SavedModel, path: str | PathLike[str]) -> None:
    """Write a model whole or not at all.

    Raises:
        InputError: it could not be written.
    """
    architecture = saved.model.architecture
    header = {
        "format": FORMAT,
        "cell": architecture.cell,
        "activation": architecture.phi,
        "layers": str(architecture.layers),
        "embedding": str(architecture.embedding),
        "start": "learned" if architecture.learned_start else "zero",
        "tokens": saved.tokens,
        "vocabulary": json.dumps(saved.model.vocabulary.tokens, ensure_ascii=False),
        "provenance": json.dumps(dict(saved.provenance), ensure_ascii=False),
    }
    write_whole(path, encode_arrays(saved.model.parameters, header))


def load_model(path: str | PathLike[str]) -> SavedModel:
    """Read a model that :func:`save_model` wrote.

    Raises:
        InputError: the file is not such weights, or they do not fit together.
    """
    arrays, header = read_arrays(path)
    try:
        return model_of(arrays, header)
    except InputError as error:
        raise InputError(error.message, file=path, place=error.place) from None


def read_arrays(path: str | PathLike[str]) -> tuple[dict[str, Array], dict[str, str]]:
    """Arrays and header of a file that may be weights.

    Raises:
        InputError: the file cannot be read as safetensors.
    """
    return decode_arrays(read_whole(path, limit=_LARGEST, what=_WHAT), path)


def model_of(arrays: Mapping[str, Array], header: Mapping[str, str]) -> SavedModel:
    """The model that arrays and header describe.

    Raises:
        InputError: they are none, or do not fit together.
    """
    if header.get("format") != FORMAT:
        raise InputError(f"holds no Tapestry weights; choose {_WHAT}")
    if header.get("tokens") not in TOKENIZERS:
        raise InputError(f"names no known tokenizer: {header.get('tokens')!r}")
    vocabulary = Vocabulary(strings(_plain(header, "vocabulary")))
    architecture = _architecture(header, arrays)
    parameters = {
        name: arrays[name] for name in architecture.shapes(len(vocabulary)) if name in arrays
    }
    for name, array in parameters.items():
        if array.dtype not in (np.dtype(np.float32), np.dtype(np.float64)):
            raise InputError(f"weights are float32 or float64, not {array.dtype}", place=name)
    model = RecurrentLM(parameters, vocabulary, architecture)
    provenance = _plain(header, "provenance")
    if not isinstance(provenance, dict):
        raise InputError("has a provenance that is not a table")
    return SavedModel(model, header["tokens"], provenance)


def _architecture(header: Mapping[str, str], arrays: Mapping[str, Array]) -> Architecture:
    """What the header says; files of the first version hold one layer of one-hot tokens."""
    numbers = {}
    for name, usual in (("layers", "1"), ("embedding", "0")):
        text = header.get(name, usual)
        if not (text.isascii() and text.isdecimal() and len(text) < 6):
            raise InputError(f"names {text!r} as its {name}; that should be a whole number")
        numbers[name] = int(text)
    if "h_0" not in arrays:
        raise InputError("a recurrent model needs the parameter h_0")
    return Architecture(
        cell=cast(CellName, header.get("cell")),
        hidden=int(arrays["h_0"].size),
        phi=cast(Activation, header.get("activation")),
        learned_start=header.get("start", "learned") != "zero",
        **numbers,
    )


def encode_arrays(arrays: Mapping[str, Array], header: Mapping[str, str]) -> bytes:
    """Arrays and a text header as safetensors, the same bytes for the same content.

    Every array is made C-contiguous first. The library writes the text header in random order,
    so the file's header is written again in the order of its keys; places of arrays are counted
    from its end and stay what they are.
    """
    from safetensors.numpy import save

    contiguous = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    data = save(contiguous, dict(header))
    end = 8 + int.from_bytes(data[:8], "little")
    ordered = json.dumps(json.loads(data[8:end]), sort_keys=True, ensure_ascii=False).encode()
    ordered += b" " * (-len(ordered) % 8)
    return len(ordered).to_bytes(8, "little") + ordered + data[end:]


def decode_arrays(
    data: bytes, path: str | PathLike[str]
) -> tuple[dict[str, Array], dict[str, str]]:
    """Arrays and header of a safetensors file.

    Raises:
        InputError: the bytes are not safetensors, or hold a type numpy does not know.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        arrays = load(data)
        length = int.from_bytes(data[:8], "little")
        header = json.loads(data[8 : 8 + length]).get("__metadata__", {})
    except (SafetensorError, KeyError, ValueError, TypeError, RecursionError) as error:
        raise InputError(f"is not a whole safetensors file; choose {_WHAT}", file=path) from error
    return arrays, header


def _plain(header: Mapping[str, str], key: str) -> Any:
    try:
        return json.loads(header[key])
    except (KeyError, ValueError, RecursionError) as error:
        raise InputError(f"its header has no readable {key}") from error


def strings(value: Any) -> tuple[str, ...]:
    """A JSON list of strings as it was read.

    Raises:
        InputError: it is something else.
    """
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InputError("its vocabulary is not a list of tokens")
    return tuple(value)
