"""Counted n-grams on disk, whole: the text as token ids, its sorted positions, the vocabulary.

The file is safetensors and ends in ``.ngrams``. Written and read in blocks; what is read is
checked in full, because a wrong order of positions would give wrong counts without a sign.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from engine.errors import InputError
from engine.files import MEBIBYTE, read_blocks, writing
from engine.models.ngram_counts import LARGEST_ORDER, SENTENCE_END, UNKNOWN, NGramCounts
from engine.models.suffix_sort import BLOCK
from engine.models.suffixes import END, SuffixOrder
from engine.models.weights import strings
from engine.steps import part, reported
from engine.text.tokenizer import TOKENIZERS
from engine.text.vocabulary import Vocabulary

FORMAT = "tapestry-ngrams-1"
EXTENSION = ".ngrams"

_LARGEST = 1 << 30
_WHAT = "n-grams that were saved on the n-gram page"
_TYPES: Mapping[str, np.dtype[Any]] = {
    "I32": np.dtype("<i4"),
    "U8": np.dtype("u1"),
    "U16": np.dtype("<u2"),
}


@dataclass(frozen=True, slots=True, eq=False)
class SavedCounts:
    """Counts with what is needed to use them on text.

    Attributes:
        counts: of the text.
        tokens: name of the tokenizer that cut it.
        title: what to call the text on screen.
        documents: title and first token of each of its documents, in their order.
    """

    counts: NGramCounts
    tokens: str = "word"
    title: str = ""
    documents: tuple[tuple[str, int], ...] = ()


def save_counts(saved: SavedCounts, path: str | PathLike[str]) -> None:
    """Write counts whole or not at all, the same bytes for the same counts.

    Raises:
        InputError: they could not be written.
    """
    reported(saving(saved, path))


def load_counts(path: str | PathLike[str]) -> SavedCounts:
    """Read what :func:`save_counts` wrote.

    Raises:
        InputError: the file holds no such counts, or they do not fit together.
    """
    return reported(loading(path))


def saving(saved: SavedCounts, path: str | PathLike[str]) -> Generator[float, None, None]:
    """:func:`save_counts` in steps that yield the share done."""
    counts, suffixes = saved.counts, saved.counts.suffixes
    arrays = {
        "stream": suffixes.stream,
        "positions": suffixes.positions,
        "common": suffixes.common,
    }
    about = {
        "format": FORMAT,
        "order": str(counts.order),
        "depth": str(suffixes.depth),
        "sentences": "none" if counts.start is None else "lines",
        "tokens": saved.tokens,
        "title": saved.title,
        "documents": json.dumps(saved.documents),
        "vocabulary": json.dumps(counts.vocabulary.tokens),
    }
    blocks = list(_blocks(arrays))
    for done, _ in enumerate(writing(path, (_header(arrays, about), *blocks))):
        yield min(done / (len(blocks) * 2 + 2), 1.0)


def loading(path: str | PathLike[str]) -> Generator[float, None, SavedCounts]:
    """:func:`load_counts` in steps that yield the share done."""
    try:
        return (yield from _loading(path))
    except InputError as error:
        raise InputError(error.message, file=path, place=error.place) from None


def _blocks(arrays: Mapping[str, NDArray[Any]]) -> Iterator[memoryview]:
    for array in arrays.values():
        for start in range(0, array.size, BLOCK):
            block = np.ascontiguousarray(array[start : start + BLOCK])
            yield block.astype(block.dtype.newbyteorder("<"), copy=False).data.cast("B")


def _header(arrays: Mapping[str, NDArray[Any]], about: Mapping[str, str]) -> bytes:
    """The beginning of a safetensors file: where each array is, and what they are about."""
    names = {dtype: name for name, dtype in _TYPES.items()}
    entries: dict[str, Any] = {"__metadata__": about}
    offset = 0
    for name, array in arrays.items():
        entries[name] = {
            "dtype": names[array.dtype.newbyteorder("<")],
            "shape": [array.size],
            "data_offsets": [offset, offset + array.nbytes],
        }
        offset += array.nbytes
    header = json.dumps(entries, ensure_ascii=False).encode("utf-8", "replace")
    header += b" " * (-len(header) % 8)
    return len(header).to_bytes(8, "little") + header


def _loading(path: str | PathLike[str]) -> Generator[float, None, SavedCounts]:
    from safetensors import SafetensorError, safe_open

    # Refuses folders, pipes and what is missing or empty, in words of its own.
    next(read_blocks(path, limit=_LARGEST, what=_WHAT))
    if Path(path).stat().st_size > _LARGEST:
        raise InputError(f"the file is larger than {_LARGEST / MEBIBYTE:g} MiB; choose {_WHAT}")
    try:
        with safe_open(path, framework="np") as file:
            about: dict[str, str] = file.metadata() or {}
            if about.get("format") != FORMAT:
                raise InputError(f"holds no counted n-grams; choose {_WHAT}")
            stream = yield from part(_read(file, "stream", "I32"), 0.0, 0.1)
            positions = yield from part(_read(file, "positions", "I32"), 0.1, 0.2)
            common = yield from part(_read(file, "common", "U8", "U16"), 0.2, 0.3)
    except (SafetensorError, OSError, ValueError) as error:
        raise InputError(f"is not a whole safetensors file; choose {_WHAT}") from error
    order, depth = _number(about, "order"), _number(about, "depth")
    vocabulary = Vocabulary(strings(_plain(about, "vocabulary")))
    start = _start(about, vocabulary)
    kinds = len(vocabulary) + (start is not None)
    if order > depth or common.dtype != np.min_scalar_type(depth):
        raise InputError(f"its order {order} and depth {depth} do not fit its arrays")
    _check_stream(stream, vocabulary, start)
    checking = _checking(stream, positions, common, depth)
    yield from part(checking, 0.3, 0.9)
    suffixes = SuffixOrder.from_sorted(stream, positions, common, kinds, depth)
    if about.get("tokens") not in TOKENIZERS:
        raise InputError(f"names no known tokenizer: {about.get('tokens')!r}")
    documents = _documents(_plain(about, "documents"), suffixes.stream.size)
    counts = NGramCounts(vocabulary, order, suffixes, start)
    return SavedCounts(counts, about["tokens"], about.get("title", ""), documents)


def _read(file: Any, name: str, *dtypes: str) -> Generator[float, None, NDArray[Any]]:
    """An array of one dimension, block by block."""
    entry = file.get_slice(name)
    shape, dtype = entry.get_shape(), entry.get_dtype()
    if len(shape) != 1 or dtype not in dtypes:
        raise InputError(f"should be a list of numbers of the type {dtypes[0]}", place=name)
    array: NDArray[Any] = np.empty(shape[0], dtype=_TYPES[dtype])
    for first in range(0, array.size, BLOCK):
        last = min(first + BLOCK, array.size)
        array[first:last] = entry[first:last]
        yield last / array.size
    return array


def _number(about: Mapping[str, str], key: str) -> int:
    text = about.get(key, "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0
    if not 1 <= number <= LARGEST_ORDER:
        raise InputError(f"names {text!r} as its {key}; that should be from 1 to {LARGEST_ORDER}")
    return number


def _plain(about: Mapping[str, str], key: str) -> Any:
    try:
        return json.loads(about[key])
    except (KeyError, ValueError, RecursionError) as error:
        raise InputError(f"its header has no readable {key}") from error


def _start(about: Mapping[str, str], vocabulary: Vocabulary) -> int | None:
    """The id of ``<s>`` where the text has sentences."""
    sentences = about.get("sentences")
    if sentences == "none":
        return None
    if sentences != "lines" or vocabulary.tokens[-2:] != (SENTENCE_END, UNKNOWN):
        raise InputError("does not say rightly whether its text has sentences", place="sentences")
    return len(vocabulary)


def _documents(value: Any, size: int) -> tuple[tuple[str, int], ...]:
    """Titles and first tokens, the latter ascending within the text."""
    documents = []
    before = 0
    for item in value if isinstance(value, list) else [None]:
        match item:
            case [str(title), int(first)] if before <= first < size:
                documents.append((title, first))
                before = first
            case _:
                raise InputError("its list of documents is wrong", place="documents")
    return tuple(documents)


def _check_stream(stream: NDArray[np.int32], vocabulary: Vocabulary, start: int | None) -> None:
    """Whether the text is one that can be counted."""
    kinds = len(vocabulary) + (start is not None)
    if stream.size < 2 or stream[-1] != END or stream.min() < END or stream.max() >= kinds:
        _refuse("its text is not one of its vocabulary", "stream")
    ends = np.flatnonzero(stream == END)
    if start is None:
        if ends.size > 1:
            _refuse("its text ends before its end", "stream")
        return
    begins = np.append(0, ends[:-1] + 1)
    for places, mark in ((begins, start), (ends - 1, start - 2)):
        marked = np.flatnonzero(stream == mark)
        if not np.array_equal(marked, places):
            _refuse("its sentences are not framed by <s> and </s>", "stream")
    if np.any(stream == start - 1):
        _refuse(f"its text holds {UNKNOWN}", "stream")


def _checking(
    stream: NDArray[np.int32],
    positions: NDArray[np.int32],
    common: NDArray[np.unsignedinteger],
    depth: int,
) -> Generator[float, None, None]:
    """Whether the positions are all those of the text, sorted, with the right common prefixes."""
    size, last = positions.size, stream.size - 1
    if common.size != size or size != np.count_nonzero(stream != END) or common[0]:
        _refuse("its arrays do not fit together", "common")
    if positions.min() < 0 or positions.max() > last:
        _refuse("its positions lie outside its text", "positions")
    seen = np.zeros(stream.size, dtype=np.bool_)
    seen[positions] = True
    if not np.array_equal(seen, stream != END):
        _refuse("its positions are not those of its text", "positions")
    yield 0.1
    for first in range(1, size, BLOCK):
        rows = np.arange(first, min(first + BLOCK, size))
        for offset in range(depth):
            here = stream[np.minimum(positions[rows] + offset, last)]
            above = stream[np.minimum(positions[rows - 1] + offset, last)]
            alike = common[rows] > offset
            if not np.where(alike, above == here, above < here).all():
                _refuse("its positions are not in order", "positions")
            rows = rows[alike]
            if not rows.size:
                break
        if np.any(common[rows] > depth):
            _refuse("its positions are not in order", "common")
        yield 0.1 + 0.9 * min(first + BLOCK, size) / size


def _refuse(problem: str, place: str) -> NoReturn:
    raise InputError(f"{problem}; count the text anew", place=place)
