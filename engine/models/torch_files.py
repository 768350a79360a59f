"""PyTorch's state dicts as safetensors files: written from trained weights, and read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from os import PathLike

from engine.autodiff.primitives import Array
from engine.errors import InputError
from engine.files import read_whole, write_whole
from engine.models.architecture import Activation
from engine.models.torch_state import from_state_dict, is_state_dict, to_state_dict
from engine.models.weights import SavedModel, encode_arrays, model_of, read_arrays, strings
from engine.text.tokenizer import TOKENIZERS
from engine.text.vocabulary import Vocabulary

_LARGEST = 1 << 30


def save_state_dict(saved: SavedModel, path: str | PathLike[str]) -> None:
    """Write a model for ``module.load_state_dict(safetensors.torch.load_file(path))``.

    The header keeps the vocabulary, the tokenizer and the activation, which PyTorch ignores.

    Raises:
        InputError: it could not be written.
    """
    header = {
        "format": "pt",
        "tokens": saved.tokens,
        "activation": saved.model.architecture.phi,
        "vocabulary": json.dumps(saved.model.vocabulary.tokens, ensure_ascii=False),
    }
    write_whole(path, encode_arrays(to_state_dict(saved.model), header))


def load_state_dict(
    path: str | PathLike[str],
    *,
    vocabulary: Vocabulary | None = None,
    tokens: str | None = None,
    phi: Activation | None = None,
) -> SavedModel:
    """Read a model that PyTorch trained.

    Args:
        path: a safetensors file of a state dict.
        vocabulary: the V tokens in the order of the output's rows; None takes the file's own.
        tokens: the tokenizer, likewise; ``word`` where the file does not say.
        phi: an ``nn.RNN``'s nonlinearity, likewise; tanh where the file does not say.

    Raises:
        InputError: the file is no state dict of a recurrent language model.
    """
    arrays, header = read_arrays(path)
    try:
        return _imported(arrays, header, vocabulary, tokens, phi)
    except InputError as error:
        raise InputError(error.message, file=path, place=error.place) from None


def load_weights(path: str | PathLike[str]) -> SavedModel:
    """Read weights of either kind: this program's, or a state dict that says its vocabulary.

    Raises:
        InputError: the file is neither.
    """
    arrays, header = read_arrays(path)
    try:
        if is_state_dict(arrays):
            return _imported(arrays, header, None, None, None)
        return model_of(arrays, header)
    except InputError as error:
        raise InputError(error.message, file=path, place=error.place) from None


def _imported(
    arrays: Mapping[str, Array],
    header: Mapping[str, str],
    vocabulary: Vocabulary | None,
    tokens: str | None,
    phi: Activation | None,
) -> SavedModel:
    if not is_state_dict(arrays):
        raise InputError("holds no nn.RNN, nn.GRU or nn.LSTM; choose a state_dict with one")
    if vocabulary is None:
        if "vocabulary" not in header:
            raise InputError(
                "does not say which tokens its rows stand for; bring them with `tapestry convert"
                " --to tapestry --vocabulary FILE`, a JSON list"
            )
        vocabulary = vocabulary_of(header["vocabulary"])
    kind = tokens or header.get("tokens", "word")
    if kind not in TOKENIZERS:
        raise InputError(f"names no known tokenizer: {kind!r}")
    chosen: Activation = phi or ("relu" if header.get("activation") == "relu" else "tanh")
    model = from_state_dict(arrays, vocabulary, chosen)
    return SavedModel(model, kind, {"imported": "a PyTorch state_dict"})


def load_vocabulary(path: str | PathLike[str]) -> Vocabulary:
    """Read a vocabulary: a JSON list of tokens, in the order of their numbers.

    Raises:
        InputError: the file is none.
    """
    data = read_whole(path, limit=_LARGEST, what="a JSON list of tokens")
    try:
        return vocabulary_of(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8 text; save it as UTF-8", file=path) from error
    except InputError as error:
        raise InputError(error.message, file=path, place=error.place) from None


def vocabulary_of(text: str) -> Vocabulary:
    """A vocabulary from a JSON list.

    Raises:
        InputError: it is none, or holds a token twice.
    """
    try:
        items = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("its vocabulary is not a JSON list of tokens") from error
    return Vocabulary(strings(items))
