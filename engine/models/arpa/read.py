"""Reading an ARPA file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import InputError
from engine.files import MEBIBYTE, read_whole
from engine.models.arpa.lines import Lines, Rows, shown
from engine.models.arpa.model import MARKS, ArpaModel
from engine.models.ngram_counts import SENTENCE_END, SENTENCE_START
from engine.models.smoothing.back_off import BackOffTable
from engine.models.smoothing.trie import Level, NGramTrie
from engine.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    from numpy.typing import NDArray

LARGEST_FILE = 4096 * MEBIBYTE
LARGEST_ORDER = 32
NEVER = -99.0

_COUNT = re.compile(rb"ngram[ \t]+(\d{1,4})[ \t]*=[ \t]*(\d{1,30})")
_BLOCK = 1 << 15


def read_arpa(
    path: str | PathLike[str], *, progress: Callable[[float], None] | None = None
) -> ArpaModel:
    r"""The model in an ARPA file: ours, KenLM's or SRILM's.

    Args:
        path: UTF-8 text of at most 4 GiB and order 32; lines before ``\data\`` begin with #.
        progress: told the share done, from 0 to 1.

    Raises:
        InputError: the file cannot be read or is no whole and sound ARPA file; names the line.
    """
    data = read_whole(path, limit=LARGEST_FILE, what="an ARPA file")
    if data.startswith(b"\xef\xbb\xbf"):
        raise InputError(
            "the file begins with a byte order mark; save it as UTF-8 without one.",
            file=path,
            place="line 1",
        )
    lines = Lines(data, path)
    sizes = _header(lines, len(data))
    unigrams, names = _unigrams(lines, sizes[0], highest=len(sizes) == 1)
    reader = _Reader(lines, unigrams, names)
    for order, size in enumerate(sizes[1:], start=2):
        if lines.next(f"\\{order}-grams:") != b"\\%d-grams:" % order:
            raise lines.wrong(
                f"\\{order}-grams: was expected here, after as many {order - 1}-grams as the "
                "header says; correct the counts or the order of the parts."
            )
        reader.add(order, size, highest=order == len(sizes))
        if progress is not None:
            progress(lines.share())
    if lines.next("\\end\\") != b"\\end\\":
        raise lines.wrong(
            f"\\end\\ was expected here, after as many {len(sizes)}-grams as the header says; "
            "correct the counts or remove the line."
        )
    lines.end()
    return reader.model()


def _header(lines: Lines, room: int) -> list[int]:
    """How many n-grams of each order there are, as the file says."""
    line = lines.next("\\data\\")
    while line.startswith(b"#"):
        line = lines.next("\\data\\")
    if line != b"\\data\\":
        raise lines.wrong(f"\\data\\ was expected here, not {shown(line)}; choose an ARPA file.")
    sizes: list[int] = []
    while (line := lines.next("\\1-grams:")) != b"\\1-grams:":
        match = _COUNT.fullmatch(line)
        if match is None or int(match[1]) != len(sizes) + 1:
            raise lines.wrong(
                f"ngram {len(sizes) + 1}=... or \\1-grams: was expected here, not {shown(line)}; "
                "correct the header."
            )
        sizes.append(int(match[2]))
        if len(sizes) > LARGEST_ORDER:
            raise lines.wrong(f"the order is above {LARGEST_ORDER}; choose a smaller model.")
        # An n-gram takes at least a digit, and a space and a letter for each word.
        if sizes[-1] * (2 * len(sizes) + 1) > room:
            raise lines.wrong(
                f"the file is too short for {int(match[2]):.3g} n-grams; correct the count."
            )
    if not sizes:
        raise lines.wrong("the header has no count; write ngram 1=... above \\1-grams:.")
    return sizes


def _unigrams(lines: Lines, size: int, *, highest: bool) -> tuple[Rows, list[str]]:
    """The unigrams' numbers and words."""
    parts: list[Rows] = []
    names: list[str] = []
    seen: set[bytes] = set()
    first = lines.number + 1
    while len(names) < size:
        rows, texts = lines.block(min(_BLOCK, size - len(names)), 1, {}, highest=highest)
        parts.append(rows)
        for text in texts:
            word = text.split(None, 2)[1]
            number = first + len(names)
            if word in seen:
                raise lines.wrong(f"the word {shown(word)} stands twice; remove one.", number)
            seen.add(word)
            try:
                names.append(word.decode("utf-8"))
            except UnicodeDecodeError:
                raise lines.wrong(
                    f"{shown(word)} is not UTF-8; save the file as UTF-8.", number
                ) from None
    if not parts:
        raise lines.wrong("there is no 1-gram; choose an ARPA file that holds words.")
    return _joined(parts), names


class _Reader:
    """Builds the model, order by order."""

    def __init__(self, lines: Lines, unigrams: Rows, names: list[str]) -> None:
        self._lines = lines
        logs = dict(zip(names, unigrams.logs.tolist(), strict=True))
        # The marks' ids come last; </s> and <unk> are words only if they have a share.
        never = {mark for mark in MARKS[1:] if logs.get(mark, 0.0) <= NEVER} | {SENTENCE_START}
        predicted = [name for name in names if name not in never]
        if not predicted:
            raise lines.wrong("no word can be predicted; choose an ARPA file that holds words.")
        self._words = Vocabulary(tuple(predicted))
        order = [*predicted, *MARKS]
        place = {name: i for i, name in enumerate(names)}
        ids = {name: i for i, name in enumerate(predicted)}
        ids |= {mark: i for i, mark in enumerate(MARKS, start=len(ids)) if mark not in ids}
        present = sorted(ids[name] for name in names)
        rows = [place[order[i]] for i in present]
        self._index = {order[i].encode(): i for i in present}
        tokens = np.array(present, dtype=np.int32)
        self._roots = np.full(len(order), -1, dtype=np.int32)
        self._roots[tokens] = np.arange(tokens.size, dtype=np.int32)
        self._tokens, self._children = [tokens], [np.zeros(tokens.size + 1, dtype=np.int32)]
        self._probabilities = [_powers(unigrams.logs[rows])]
        self._back_offs = [_powers(unigrams.back_offs[rows])]
        end = self._words.index(SENTENCE_END)
        self._marks = (len(predicted), end) if SENTENCE_START in place and end is not None else None

    def add(self, order: int, size: int, *, highest: bool) -> None:
        """Read the n-grams of the next order."""
        first = self._lines.number + 1
        parts, read = [_no_rows(order)], 0
        while read < size:
            block = min(_BLOCK, size - read)
            rows, _ = self._lines.block(block, order, self._index, highest=highest)
            parts.append(rows)
            read += block
        rows = _joined(parts)
        parents = self._parents(rows.words)
        missing = np.flatnonzero(parents < 0)
        if missing.size:
            raise self._lines.wrong(
                f"its first {order - 1} words are not among the {order - 1}-grams; add them there.",
                first + int(missing[0]),
            )
        last = rows.words[:, -1]
        marked = np.flatnonzero(last >= len(self._words))
        if marked.size:
            raise self._lines.wrong(
                "it ends with a mark that its 1-gram says never comes; remove the line.",
                first + int(marked[0]),
            )
        keys = parents * len(self._words) + last
        sorting = np.argsort(keys, kind="stable")
        keys = keys[sorting]
        twice = np.flatnonzero(keys[1:] == keys[:-1])
        if twice.size:
            again = int(sorting[twice + 1].min())
            raise self._lines.wrong("the n-gram stands twice; remove one.", first + again)
        above = self._children[-1]
        np.cumsum(np.bincount(parents, minlength=above.size - 1), out=above[1:])
        self._tokens.append(last[sorting])
        self._children.append(np.zeros(last.size + 1, dtype=np.int32))
        self._probabilities.append(_powers(rows.logs[sorting]))
        self._back_offs.append(_powers(rows.back_offs[sorting]))

    def model(self) -> ArpaModel:
        """What was read."""
        unigrams = np.zeros(len(self._words))
        inside = self._tokens[0] < unigrams.size
        unigrams[self._tokens[0][inside]] = self._probabilities[0][inside]
        for array in (unigrams, *self._probabilities, *self._back_offs):
            array.flags.writeable = False
        table = BackOffTable(
            self._trie(), unigrams, tuple(self._probabilities), tuple(self._back_offs[:-1])
        )
        return ArpaModel(self._words, table, self._marks)

    def _trie(self) -> NGramTrie:
        levels = zip(self._tokens, self._children, strict=True)
        return NGramTrie(tuple(Level(*level) for level in levels), self._roots)

    def _parents(self, words: NDArray[np.int32]) -> NDArray[np.int64]:
        """The nodes of the n-grams without their last word, -1 where they are not there."""
        return self._trie().nodes(words[:, :-1])


def _powers(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """10 to these powers; 0 from -99 down."""
    return np.where(logs > NEVER, 10.0 ** np.maximum(logs, NEVER), 0.0)


def _joined(parts: list[Rows]) -> Rows:
    return Rows(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _no_rows(order: int) -> Rows:
    return Rows(np.zeros(0), np.zeros((0, order), dtype=np.int32), np.zeros(0))
