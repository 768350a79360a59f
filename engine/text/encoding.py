"""A corpus as token ids: cut and numbered block by block.

A list of all tokens of a large text would take ten times its size, and one call that cuts it whole
would hold Python's lock for seconds. In blocks neither happens, and the tokens are the same.
"""

from __future__ import annotations

import heapq
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import InputError
from engine.text.files import text_blocks
from engine.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence
    from os import PathLike

    from numpy.typing import NDArray

    from engine.text.corpus import Corpus
    from engine.text.tokenizer import Tokenizer

END = -1
"""Stands after the last token of a text, and of each sentence: nothing follows it."""

BLOCK = 1 << 14
"""Characters cut at a time: about 2 ms of one regular expression that holds Python's lock."""

_SORTED = 1 << 12
_SPACE = re.compile(r"\s")
_CODE_POINTS = 0x110000
_UNSEEN = -1


@dataclass(frozen=True, slots=True, eq=False)
class EncodedText:
    """A corpus as one stream of token ids.

    Attributes:
        stream: its T tokens, at least one, and ``END``, int32, shape (T + 1,).
        vocabulary: its types, by code point.
        firsts: the place of each document's first token, or of what comes next if it has none.
    """

    stream: NDArray[np.int32]
    vocabulary: Vocabulary
    firsts: tuple[int, ...]

    @property
    def ids(self) -> NDArray[np.int32]:
        """The tokens, shape (T,)."""
        return self.stream[:-1]


def encoded(corpus: Corpus, tokenizer: Tokenizer) -> Generator[float, None, EncodedText]:
    """Cut and number ``corpus.text``, in steps that yield the share done.

    Raises:
        InputError: the text has no token.
    """
    texts = [document.text for document in corpus.documents]
    documents = [(text, "\n") for text in texts[:-1]] + [(text,) for text in texts[-1:]]
    size = sum(map(len, texts)) + len(texts)
    return _encoded(corpus.title, documents, size, tokenizer)


def encoded_file(
    path: str | PathLike[str], tokenizer: Tokenizer
) -> Generator[float, None, EncodedText]:
    """Read, cut and number the text of a file as ``corpus_from_file`` gives it, never held whole.

    Raises:
        InputError: as ``read_text``, or the text has no token.
    """
    place = Path(path)
    try:
        size = place.stat().st_size
    except (OSError, ValueError):
        size = 0
    return _encoded(place.name, [_with_line_end(text_blocks(path))], size, tokenizer)


def _with_line_end(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces of a text, and a line end where the last one has none."""
    last = ""
    for piece in pieces:
        last = piece or last
        yield piece
    if not last.endswith("\n"):
        yield "\n"


def _encoded(
    title: str, documents: Sequence[Iterable[str]], total: int, tokenizer: Tokenizer
) -> Generator[float, None, EncodedText]:
    """Documents, each given in pieces, as one stream; ``total`` is about their size."""
    numbering = _CodePoints() if tokenizer.name == "char" else _Types(tokenizer)
    parts: list[NDArray[np.int32]] = []
    firsts = []
    done = size = 0
    for document in documents:
        firsts.append(size)
        for block in _blocks(document):
            parts.append(numbering.numbers(block))
            size += parts[-1].size
            done += len(block)
            yield 0.95 * min(done / max(total, 1), 1.0)
    if not size:
        noun = "character" if tokenizer.name == "char" else "word"
        raise InputError(f"{title} holds no {noun} to count; choose another text.")
    stream = np.empty(size + 1, dtype=np.int32)
    stream[-1] = END
    vocabulary, places = numbering.sorted()
    start = 0
    parts.reverse()
    while parts:
        numbers = parts.pop()
        np.take(places, numbers, out=stream[start : start + numbers.size])
        start += numbers.size
        yield 0.97 + 0.03 * start / size
    return EncodedText(stream, vocabulary, tuple(firsts))


def _blocks(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces cut anew, into about `BLOCK` characters each, the end of each one being a space.

    No token holds white space beside anything else, so the tokens are those of the whole text.
    """
    rest = ""
    for piece in pieces:
        text = rest + piece
        start = 0
        while space := _SPACE.search(text, start + BLOCK):
            yield text[start : space.end()]
            start = space.end()
        rest = text[start:]
    if rest:
        yield rest


class _Types:
    """Numbers the types of a text as they appear."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenize = tokenizer.tokenize
        self._index: dict[str, int] = {}

    def numbers(self, block: str) -> NDArray[np.int32]:
        """The numbers of a block's tokens."""
        tokens, index = self._tokenize(block), self._index
        for token in set(tokens).difference(index):
            index[token] = len(index)
        return np.fromiter(map(index.__getitem__, tokens), dtype=np.int32, count=len(tokens))

    def sorted(self) -> tuple[Vocabulary, NDArray[np.int32]]:
        """The vocabulary, and the id of each number."""
        index = self._index
        tokens = tuple(index)
        # One call that sorts a hundred thousand words would hold Python's lock for long.
        runs = [sorted(tokens[start : start + _SORTED]) for start in range(0, len(tokens), _SORTED)]
        vocabulary = Vocabulary(tuple(heapq.merge(*runs)))
        places = np.empty(len(index), dtype=np.int32)
        for place, token in enumerate(vocabulary.tokens):
            places[index[token]] = place
        return vocabulary, places


class _CodePoints:
    """Numbers the characters of a text by code point, without a look-up for each."""

    def __init__(self) -> None:
        self._seen = np.zeros(_CODE_POINTS, dtype=np.bool_)

    def numbers(self, block: str) -> NDArray[np.int32]:
        """The code points of a block's characters."""
        codes = np.frombuffer(block.encode("utf-32-le", "surrogatepass"), dtype="<i4")
        self._seen[codes] = True
        return codes

    def sorted(self) -> tuple[Vocabulary, NDArray[np.int32]]:
        """The vocabulary, and the id of each code point."""
        codes = np.flatnonzero(self._seen)
        places = np.full(_CODE_POINTS, _UNSEEN, dtype=np.int32)
        places[codes] = np.arange(codes.size)
        return Vocabulary(tuple(map(chr, codes.tolist()))), places
