"""Reading an ARPA file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import InputError
from engine.files import MEBIBYTE, read_whole
from engine.models.arpa.lines import Lines, shown
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
    reader = _Reader(lines)
    reader.add_words(sizes[0], highest=len(sizes) == 1)
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


class _Reader:
    """Builds the model, order by order."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._index: dict[bytes, int] = {}
        self._probabilities: list[NDArray[np.float64]] = []
        self._back_offs: list[NDArray[np.float64]] = []

    def add_words(self, size: int, *, highest: bool) -> None:
        """Read the 1-grams: the words in the file's order, then the marks that are none."""
        if not size:
            raise self._lines.wrong("there is no 1-gram; choose an ARPA file that holds words.")
        names: list[str] = []
        first = self._lines.number + 1
        logs, back_offs = np.zeros(size), np.zeros(size)
        for begin in range(0, size, _BLOCK):
            end = min(size, begin + _BLOCK)
            rows, texts = self._lines.block(end - begin, 1, {}, highest=highest)
            logs[begin:end], back_offs[begin:end] = rows.logs, rows.back_offs
            for text in texts:
                names.append(self._named(text.split(None, 2)[1], first + len(names)))
        self._number(names, logs)
        sorting = np.argsort(self._numbers, kind="stable")
        self._tokens = [self._numbers[sorting]]
        self._children = [np.zeros(size + 1, dtype=np.int32)]
        self._roots = np.full(len(self._words) + len(MARKS), -1, dtype=np.int32)
        self._roots[self._tokens[0]] = np.arange(size, dtype=np.int32)
        self._keep(logs, None if highest else back_offs, sorting)

    def _number(self, names: list[str], logs: NDArray[np.float64]) -> None:
        """The id of each line's word: those of words that can be predicted come first."""
        rows = [self._index.get(mark.encode()) for mark in MARKS]
        apart = {
            row: place
            for place, row in enumerate(rows)
            if row is not None and (MARKS[place] == SENTENCE_START or logs[row] <= NEVER)
        }
        predicted = np.ones(len(names), dtype=np.bool_)
        predicted[list(apart)] = False
        self._numbers = np.cumsum(predicted, dtype=np.int32) - np.int32(1)
        for row in sorted(apart, reverse=True):
            del names[row]
        if not names:
            raise self._lines.wrong(
                "no word can be predicted; choose an ARPA file that holds words."
            )
        self._words = Vocabulary(tuple(names))
        for row, place in apart.items():
            self._numbers[row] = len(names) + place
        end = self._words.index(SENTENCE_END)
        self._marks = None if rows[0] is None or end is None else (len(names), end)

    def add(self, order: int, size: int, *, highest: bool) -> None:
        """Read the n-grams of the next order."""
        first = self._lines.number + 1
        logs, words = np.zeros(size), np.zeros((size, order), dtype=np.int32)
        back_offs = None if highest else np.zeros(size)
        for begin in range(0, size, _BLOCK):
            end = min(size, begin + _BLOCK)
            rows, _ = self._lines.block(end - begin, order, self._index, highest=highest)
            logs[begin:end], words[begin:end] = rows.logs, self._numbers[rows.words]
            if back_offs is not None:
                back_offs[begin:end] = rows.back_offs
        parents, last = self._trie().nodes(words[:, :-1]), words[:, -1].copy()
        del words
        self._refuse(
            parents < 0,
            first,
            f"its first {order - 1} words are not among the {order - 1}-grams; add them there.",
        )
        self._refuse(
            last >= len(self._words),
            first,
            "it ends with a mark that its 1-gram says never comes; remove the line.",
        )
        above = self._children[-1]
        np.cumsum(np.bincount(parents, minlength=above.size - 1), out=above[1:])
        keys = parents
        keys *= len(self._words)
        keys += last
        sorting = np.argsort(keys, kind="stable")
        keys = keys[sorting]
        twice = np.zeros(size, dtype=np.bool_)
        twice[sorting[1:]] = keys[1:] == keys[:-1]
        self._refuse(twice, first, "the n-gram stands twice; remove one.")
        self._tokens.append(last[sorting])
        self._children.append(np.zeros(size + 1, dtype=np.int32))
        self._keep(logs, back_offs, sorting)

    def model(self) -> ArpaModel:
        """What was read."""
        unigrams = np.zeros(len(self._words))
        inside = self._tokens[0] < unigrams.size
        unigrams[self._tokens[0][inside]] = self._probabilities[0][inside]
        for array in (unigrams, *self._probabilities, *self._back_offs):
            array.flags.writeable = False
        table = BackOffTable(
            self._trie(), unigrams, tuple(self._probabilities), tuple(self._back_offs)
        )
        return ArpaModel(self._words, table, self._marks)

    def _trie(self) -> NGramTrie:
        levels = zip(self._tokens, self._children, strict=True)
        return NGramTrie(tuple(Level(*level) for level in levels), self._roots)

    def _keep(
        self,
        logs: NDArray[np.float64],
        back_offs: NDArray[np.float64] | None,
        sorting: NDArray[np.integer],
    ) -> None:
        self._probabilities.append(_powers(logs[sorting]))
        if back_offs is not None:
            self._back_offs.append(_powers(back_offs[sorting]))

    def _named(self, word: bytes, number: int) -> str:
        """A word of the 1-grams, entered in the index."""
        if word in self._index:
            raise self._lines.wrong(f"the word {shown(word)} stands twice; remove one.", number)
        self._index[word] = len(self._index)
        try:
            return word.decode("utf-8")
        except UnicodeDecodeError:
            raise self._lines.wrong(
                f"{shown(word)} is not UTF-8; save the file as UTF-8.", number
            ) from None

    def _refuse(self, wrong: NDArray[np.bool_], first: int, message: str) -> None:
        """Raise for the first line that is wrong, if any."""
        if wrong.any():
            raise self._lines.wrong(message, first + int(wrong.argmax()))


def _powers(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """10 to these powers; 0 from -99 down."""
    return np.where(logs > NEVER, 10.0 ** np.maximum(logs, NEVER), 0.0)
