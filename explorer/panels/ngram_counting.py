"""Counting a corpus in a job, in steps that are short enough to keep the window quick.

The text is cut into tokens block by block, each block giving up Python's lock for the window, and
counted once to the largest order; a smaller order then reads the same counts.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar, cast, get_args

import numpy as np

from engine.errors import InputError
from engine.models.ngram import NGramModel
from engine.models.ngram_counts import NGramCounts
from engine.text.corpus import load_corpus
from engine.text.encoding import encoded, encoded_file
from engine.text.tokenizer import tokenizer
from explorer.kit.tokens import shown_token

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from numpy.typing import NDArray

    from engine.text.tokenizer import Tokenizer
    from engine.text.vocabulary import Vocabulary

T = TypeVar("T")

TokenKind = Literal["word", "char"]

LARGEST_ORDER = 7
TABLE_WORDS = 300
PATIENCE = 0.03
"""Seconds between two reports, after each of which the job can be cancelled."""


@dataclass(frozen=True, slots=True)
class TextChoice:
    """Which text is counted.

    Attributes:
        name: ``shakespeare``, ``narwhals``, ``file``, or ``counts``: a text saved with its counts.
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
        documents: title and first token of each document of the text, in their order.
        table: the bigrams of the most frequent tokens.
        seconds: how long it took.
    """

    choice: TextChoice
    kind: TokenKind
    title: str
    cutter: Tokenizer
    counts: NGramCounts
    documents: tuple[tuple[str, int], ...]
    table: BigramTable
    seconds: float

    @property
    def vocabulary(self) -> Vocabulary:
        """The different tokens."""
        return self.counts.vocabulary

    def model(self, order: int) -> NGramModel:
        """The model of an order from 1 to 7, from the same counts."""
        return NGramModel(replace(self.counts, order=order))

    def document_of(self, position: int) -> str:
        """The title of the document that holds a token, by its place in the text."""
        after = bisect_right(self.documents, position, key=lambda document: document[1])
        return self.documents[max(after, 1) - 1][0]


def count_text(choice: TextChoice, kind: TokenKind) -> Iterator[Progress | CountedText]:
    """Read, cut and count a text; the last result is the `CountedText`.

    A text saved with its counts comes as it was cut.

    Raises:
        InputError: the text cannot be read, or holds no token.
    """
    if choice.name == "counts":
        yield from load_counted(choice.path)
        return
    begun = time.perf_counter()
    yield Progress("Reading the text", 0.0)
    cutter = tokenizer(kind)
    if choice.name == "file":
        titles: tuple[str, ...] = (Path(choice.path).name,)
        title, encoding = titles[0], encoded_file(choice.path, cutter)
    else:
        corpus = load_corpus(choice.name)
        titles = tuple(document.title for document in corpus.documents)
        title, encoding = corpus.title, encoded(corpus, cutter)
    text = yield from _told(encoding, f"Cutting into {kind_noun(kind)}s", 0.2, 0.65)
    documents = tuple(zip(titles, text.firsts, strict=True))
    counting = NGramCounts.counting_stream(text.stream, text.vocabulary, LARGEST_ORDER)
    counts = yield from _told(counting, "Counting", 0.65, 0.95)
    yield Progress("Making the bigram table", 0.95)
    table = bigram_table(counts)
    seconds = time.perf_counter() - begun
    yield CountedText(choice, kind, title, cutter, counts, documents, table, seconds)


def save_counted(counted: CountedText, path: str) -> Iterator[Progress]:
    """Write a counted text whole or not at all, told as it goes.

    Raises:
        InputError: it could not be written.
    """
    from engine.models.counts_file import SavedCounts, saving

    saved = SavedCounts(counted.counts, counted.kind, counted.title, counted.documents)
    yield from _told(saving(saved, path), "Saving", 0.0, 1.0)


def load_counted(path: str) -> Iterator[Progress | CountedText]:
    """Read a text that `save_counted` wrote; the last result is the `CountedText`.

    Raises:
        InputError: the file holds none, or one that was not cut and counted as the page does it.
    """
    from engine.models.counts_file import loading

    begun = time.perf_counter()
    saved = yield from _told(loading(path), "Reading the counts", 0.0, 0.8)
    counts, kind = saved.counts, saved.tokens
    if kind not in get_args(TokenKind):
        raise InputError(f"its text was cut by {kind!r}, not into words or characters.", file=path)
    if counts.start is not None:
        raise InputError("its text was counted in sentences, not as one stream.", file=path)
    if counts.suffixes.depth < LARGEST_ORDER:
        stream = counts.suffixes.stream.copy()
        counting = NGramCounts.counting_stream(stream, counts.vocabulary, LARGEST_ORDER)
        counts = yield from _told(counting, "Counting", 0.8, 0.95)
    counts = replace(counts, order=LARGEST_ORDER)
    yield Progress("Making the bigram table", 0.95)
    table = bigram_table(counts)
    title = saved.title or Path(path).name
    yield CountedText(
        TextChoice("counts", path), cast("TokenKind", kind), title, tokenizer(kind), counts,
        saved.documents or ((title, 0),), table, time.perf_counter() - begun,
    )  # fmt: skip


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


def _told(
    steps: Generator[float, None, T], doing: str, begin: float, end: float
) -> Generator[Progress, None, T]:
    """A computation that yields its share, told as what the job does now."""
    yield Progress(doing, begin)
    told = time.monotonic()
    while True:
        try:
            share = next(steps)
        except StopIteration as stop:
            result: T = stop.value
            return result
        if time.monotonic() - told > PATIENCE:
            told = time.monotonic()
            yield Progress(doing, begin + (end - begin) * share)
