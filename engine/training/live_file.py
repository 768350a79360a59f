"""Runs that remember, on disk: a run, its branches, what each remembers, and states to go on from.

The file is safetensors like weights. A corpus that comes with the program is named in it; any
other text is in it as token ids, so that the file can be opened where the text is not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.autodiff.primitives import Array
from engine.errors import InputError
from engine.files import read_whole, write_whole
from engine.models.architecture import Architecture
from engine.models.weights import decode_arrays, encode_arrays, strings
from engine.text.corpus import CORPORA, load_corpus
from engine.text.tokenizer import TOKENIZERS
from engine.text.vocabulary import Vocabulary
from engine.training.live import LiveRun, LiveText, live_text
from engine.training.record import Look, Record
from engine.training.settings import Settings
from engine.training.snapshot import Snapshot, taken
from engine.training.texts import TrainingText

FORMAT = "tapestry-training-1"

KEPT_STATES = 12
"""Of each run so many states are saved: the first, the last, and some between."""

_LARGEST = 1 << 32
_MOST_RUNS = 100
_WHAT = "a training that was saved on the Train page"
_COLUMNS = ("losses", "smoothed", "norms", "rates", "state_norms")


def save_runs(runs: Sequence[LiveRun], path: str | PathLike[str]) -> None:
    """Write runs of one text, parents before their branches, whole or not at all.

    Raises:
        InputError: it could not be written.
    """
    arrays: dict[str, Array] = {}
    told = []
    for number, run in enumerate(runs):
        record = run.record
        # Another thread may be training on: what is saved ends where the record does.
        last = record.first + len(record)
        past = tuple(s for s in run.snapshots if s.iteration < last)
        kept = (*_some(past), taken(run.trainer_at(last)))
        told.append(
            {
                "name": run.name,
                "settings": run.settings.as_dict(),
                "look_every": run.look_every,
                "parent": None if run.parent is None else runs.index(run.parent),
                "begun_at": run.begun_at,
                "looks": [
                    [look.iteration, float(look.held_out_loss).hex(), look.sample]
                    for look in record.looks
                ],
                "states": [_told(snapshot) for snapshot in kept],
            }
        )
        arrays |= {f"{number}.{name}": getattr(record, name) for name in _COLUMNS}
        for place, snapshot in enumerate(kept):
            arrays |= {f"{number}.{place}.{name}": a for name, a in snapshot.arrays.items()}
    text, own = _text_out(runs[0].text)
    header = {"format": FORMAT, "text": json.dumps(text), "runs": json.dumps(told)}
    write_whole(path, encode_arrays(arrays | own, header))


def load_runs(path: str | PathLike[str]) -> tuple[LiveRun, ...]:
    """Read what :func:`save_runs` wrote; each run can go on, be gone back to, and branch.

    Raises:
        InputError: the file is no such training, or its parts do not fit together.
    """
    arrays, header = decode_arrays(read_whole(path, limit=_LARGEST, what=_WHAT), path)
    try:
        if header.get("format") != FORMAT:
            raise InputError(f"holds no training; choose {_WHAT}")
        text = _text_in(json.loads(header["text"]), arrays)
        told = json.loads(header["runs"])
        if not (isinstance(told, list) and 1 <= len(told) <= _MOST_RUNS):
            raise InputError("holds no run, or too many")
        runs: list[LiveRun] = []
        for number, row in enumerate(told):
            runs.append(_run_in(number, row, arrays, text, runs))
    except InputError as error:
        raise InputError(error.message, file=path, place=error.place) from None
    except (KeyError, ValueError, TypeError, IndexError, RecursionError, OverflowError) as error:
        raise InputError(f"is not a whole training; choose {_WHAT}", file=path) from error
    return tuple(runs)


def _some(snapshots: Sequence[Snapshot]) -> tuple[Snapshot, ...]:
    if not snapshots:
        return ()
    places = np.unique(np.linspace(0, len(snapshots) - 1, KEPT_STATES).astype(np.intp))
    return tuple(snapshots[place] for place in places)


def _told(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "iteration": snapshot.iteration,
        "smoothed_loss": snapshot.smoothed_loss.hex(),
        "updates": snapshot.updates,
        "random": dict(snapshot.random),
        "arrays": sorted(snapshot.arrays),
    }


def _run_in(
    number: int,
    row: Mapping[str, Any],
    arrays: Mapping[str, Array],
    text: LiveText,
    before: Sequence[LiveRun],
) -> LiveRun:
    """One run, whose parent stands before it."""
    parent = None if row["parent"] is None else before[_whole(row["parent"], len(before) - 1)]
    settings = settings_of(row["settings"])
    looks = tuple(
        Look(_whole(iteration, 1 << 40), float.fromhex(loss), str(sample))
        for iteration, loss, sample in row["looks"]
    )
    begun_at = _whole(row["begun_at"], 1 << 40)
    losses, smoothed, norms, rates, state_norms = (arrays[f"{number}.{n}"] for n in _COLUMNS)
    record = Record(begun_at, losses, smoothed, norms, rates, state_norms, looks)
    length = len(record)
    for name in _COLUMNS:
        shape = (length, settings.steps) if name == "state_norms" else (length,)
        if getattr(record, name).shape != shape:
            raise InputError("remembers more of one number than of another", place=f"run {number}")
    states = tuple(
        Snapshot(
            _whole(state["iteration"], begun_at + length),
            float.fromhex(state["smoothed_loss"]),
            _whole(state["updates"], 1 << 40),
            state["random"],
            {name: arrays[f"{number}.{place}.{name}"] for name in state["arrays"]},
        )
        for place, state in enumerate(row["states"])
    )
    run = LiveRun(
        settings, text, look_every=_whole(row["look_every"], 1 << 40), name=str(row["name"]),
        parent=parent, begun_at=begun_at, before=(record, states),
    )  # fmt: skip
    if not np.isfinite(run.model.parameters["b_y"]).all():
        raise InputError("holds weights that are not finite", place=f"run {number}")
    return run


def settings_of(plain: Mapping[str, Any]) -> Settings:
    """The settings that ``Settings.as_dict`` was made from.

    Raises:
        InputError, KeyError, TypeError: they are none.
    """
    rest = dict(plain)
    names = ("cell", "hidden", "layers", "embedding", "learned_start", "phi")
    for name, value in rest.items():
        if name in names[1:4] or name in ("steps", "batch", "iterations", "warm_up", "seed"):
            _whole(value, 1 << 53)
    architecture = Architecture(**{name: rest.pop(name) for name in names})
    return Settings(architecture=architecture, **rest)


def _whole(value: Any, largest: int) -> int:
    """A number that counts something."""
    if type(value) is not int or not 0 <= value <= largest:
        raise ValueError(value)
    return value


def _text_out(text: LiveText) -> tuple[dict[str, Any], dict[str, Array]]:
    """What names the text, and the arrays that hold it where no name does."""
    size = len(text.text.vocabulary)
    named = {
        "corpus": text.corpus,
        "title": text.title,
        "tokens": text.tokens,
        "size": size,
        "largest_vocabulary": text.largest_vocabulary,
        "held_out": text.text.held_out_name,
    }
    if text.corpus in CORPORA:
        return named, {}
    dtype = np.min_scalar_type(size)
    own = {
        "text.train": text.text.train.astype(dtype),
        "text.held_out": text.text.held_out.astype(dtype),
        "text.starts": text.text.starts,
    }
    return named | {"vocabulary": list(text.text.vocabulary.tokens)}, own


def _text_in(told: Mapping[str, Any], arrays: Mapping[str, Array]) -> LiveText:
    if told["tokens"] not in TOKENIZERS:
        raise InputError(f"names no known tokenizer: {told['tokens']!r}")
    if told["corpus"] in CORPORA:
        largest = told["largest_vocabulary"]
        text = live_text(
            load_corpus(told["corpus"]),
            told["tokens"],
            largest_vocabulary=None if largest is None else _whole(largest, 1 << 31),
        )
        if len(text.text.vocabulary) != told["size"]:
            raise InputError("was made from another edition of its corpus")
        return text
    vocabulary = Vocabulary(strings(told["vocabulary"]))
    train, held_out = (_ids(arrays[f"text.{n}"], len(vocabulary)) for n in ("train", "held_out"))
    starts = arrays["text.starts"]
    if starts.dtype != np.int64 or starts.ndim != 1 or not len(starts) or not len(train):
        raise InputError("holds no text to train on")
    if starts.min() < 0 or starts.max() >= len(train):
        raise InputError("its text begins outside itself")
    read = TrainingText(vocabulary, train, starts, held_out, str(told["held_out"]))
    return LiveText(str(told["corpus"]), str(told["title"]), told["tokens"], read)


def _ids(array: Array, size: int) -> NDArray[np.int32]:
    if array.dtype.kind != "u" or array.ndim != 1 or (len(array) and int(array.max()) >= size):
        raise InputError("its text holds tokens that its vocabulary has not")
    return array.astype(np.int32)
