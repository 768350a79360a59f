"""Counting a corpus in a job, in steps that are short enough to keep the window quick.

The text is cut into tokens block by block, each block giving up Python's lock for the window, and
counted once to the largest order; a smaller order then reads the same counts.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.errors import InputError
from engine.models.ngram import NGramModel
from engine.models.ngram_counts import NGramCounts
from engine.text.corpus import corpus_from_file, load_corpus
from engine.text.tokenizer import tokenizer
from engine.text.vocabulary import Vocabulary
from explorer.kit.tokens import shown_token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from engine.text.tokenizer import Tokenizer

TokenKind = Literal["word", "char"]

LARGEST_ORDER = 7
TABLE_WORDS = 300
BLOCK = 1 << 16
"""Characters cut at a time: about 6 ms of one regular expression that holds Python's lock."""

_SPACE = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class TextChoice:
    """Which text is counted.

    Attributes:
        name: ``shakespeare``, ``narwhals`` or ``file``.
        path: of the file.
    """

    name: str
    path: str = ""


SHAKESPEARE = TextChoice("shakespeare")
NARWHALS = TextChoice("narwhals")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: what it does now, and the share done, from 0 to 1."""

    doing: str
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class BigramTable:
    """p(after | before) among the most frequent tokens.

    Attributes:
        labels: the tokens as shown, the most frequent first, shape (k,).
        tokens: their ids.
        counts: how often column j comes right after row i, shape (k, k).
        totals: how often anything comes after row i, shape (k,).
        probabilities: each count's share of its row's total, shape (k, k); 0 where nothing follows.
    """

    labels: tuple[str, ...]
    tokens: tuple[int, ...]
    counts: NDArray[np.int64]
    totals: NDArray[np.int64]
    probabilities: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class CountedText:
    """A text counted to order 7.

    Attributes:
        choice, kind: what was asked for.
        title: what to call the text on screen.
        cutter: turns text into the counted tokens and back.
        counts: to order 7; ``model`` reads a smaller order from them.
        table: the bigrams of the most frequent tokens.
        seconds: how long it took.
    """

    choice: TextChoice
    kind: TokenKind
    title: str
    cutter: Tokenizer
    counts: NGramCounts
    table: BigramTable
    seconds: float

    @property
    def vocabulary(self) -> Vocabulary:
        """The different tokens."""
        return self.counts.vocabulary

    def model(self, order: int) -> NGramModel:
        """The model of an order from 1 to 7, from the same counts."""
        return NGramModel(replace(self.counts, order=order))


def count_text(choice: TextChoice, kind: TokenKind) -> Iterator[Progress | CountedText]:
    """Read, cut and count a text; the last result is the `CountedText`.

    Raises:
        InputError: the text cannot be read, or holds no token.
    """
    begun = time.perf_counter()
    yield Progress("Reading the text", 0.0)
    corpus = corpus_from_file(choice.path) if choice.name == "file" else load_corpus(choice.name)
    text = corpus.text
    cutter = tokenizer(kind)
    index: dict[str, int] = {}
    parts = []
    for end, block in _blocks(text):
        parts.append(_numbers(cutter.tokenize(block), index))
        yield Progress(f"Cutting into {kind_noun(kind)}s", 0.3 + 0.35 * end / len(text))
    if not index:
        raise InputError(
            f"{corpus.title} holds no {kind_noun(kind)} to count; choose another text."
        )
    yield Progress("Counting", 0.65)
    vocabulary = Vocabulary(tuple(sorted(index)))
    places = np.empty(len(index), dtype=np.int32)
    places[[index[token] for token in vocabulary.tokens]] = np.arange(len(index))
    ids = places[np.concatenate(parts)]
    counts = NGramCounts.fit(ids, vocabulary, LARGEST_ORDER)
    yield Progress("Making the bigram table", 0.95)
    table = bigram_table(counts)
    seconds = time.perf_counter() - begun
    yield CountedText(choice, kind, corpus.title, cutter, counts, table, seconds)


def bigram_table(counts: NGramCounts, words: int = TABLE_WORDS) -> BigramTable:
    """The bigrams among the most frequent tokens, as many as there are up to ``words``."""
    matrix = counts.bigram_matrix(words)
    probabilities = matrix.counts / np.maximum(matrix.totals, 1)[:, None]
    for array in (matrix.counts, matrix.totals, probabilities):
        array.flags.writeable = False
    labels = tuple(shown_token(token) for token in counts.vocabulary.decode(matrix.ids))
    tokens = tuple(int(token) for token in matrix.ids)
    return BigramTable(labels, tokens, matrix.counts, matrix.totals, probabilities)


def kind_noun(kind: str) -> str:
    """What one token is called on screen."""
    return "character" if kind == "char" else "word"


def grouped(number: int) -> str:
    """A whole number with its thousands set apart, from five digits on."""
    return f"{number:,}".replace(",", "\u2009") if abs(number) >= 10_000 else str(number)


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Pieces of about `BLOCK` characters that end with a space, each with where it ends.

    No token holds white space beside anything else, so the tokens are those of the whole text.
    """
    start = 0
    while start < len(text):
        space = _SPACE.search(text, start + BLOCK)
        end = len(text) if space is None else space.end()
        yield end, text[start:end]
        start = end


def _numbers(tokens: list[str], index: dict[str, int]) -> NDArray[np.int32]:
    """The tokens' numbers by first appearance; new ones are added to the index."""
    number = index.setdefault
    return np.fromiter(
        (number(token, len(index)) for token in tokens), dtype=np.int32, count=len(tokens)
    )
