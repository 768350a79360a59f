"""Counting n-grams: how often each token came after each context, up to an order."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.errors import InputError
from engine.models.suffixes import END, SuffixOrder
from engine.steps import reported
from engine.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from numpy.typing import NDArray

SENTENCE_START = "<s>"
SENTENCE_END = "</s>"
UNKNOWN = "<unk>"

LARGEST_ORDER = 1000


class BigramMatrix(NamedTuple):
    """Counts of the pairs among the most frequent tokens.

    Attributes:
        ids: the tokens of the rows and of the columns, the most frequent first, shape (k,).
        counts: how often column j comes right after row i, shape (k, k).
        totals: how often anything comes after row i, shape (k,).
    """

    ids: NDArray[np.int32]
    counts: NDArray[np.int64]
    totals: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class NGramCounts:
    """How often every n-gram up to an order occurs in a text, as one stream or as sentences.

    Contexts have at most n - 1 tokens. Ids outside the vocabulary are unknown tokens: nothing came
    after them, nor they after anything.

    Attributes:
        vocabulary: the V tokens that can be predicted.
        order: n.
        suffixes: the sorted positions that hold the counts.
        start: the id of the mark before each sentence, V, or None for one stream of tokens. It
            stands in contexts, is never predicted and is not in the vocabulary.
    """

    vocabulary: Vocabulary
    order: int
    suffixes: SuffixOrder
    start: int | None = None

    @classmethod
    def fit(
        cls,
        ids: Sequence[int] | NDArray[np.integer],
        vocabulary: Vocabulary,
        order: int,
        *,
        progress: Callable[[float], None] | None = None,
    ) -> NGramCounts:
        """Count a text as one stream of tokens.

        Args:
            ids: the text, shape (T,), at least one token.
            vocabulary: what the ids number.
            order: n, from 1 to 1000; it may be larger than the text is long.
            progress: told the share done, from 0 to 1.

        Raises:
            InputError: no text, an order out of range, or an id outside the vocabulary.
        """
        return reported(cls.counting(ids, vocabulary, order), progress)

    @classmethod
    def counting(
        cls, ids: Sequence[int] | NDArray[np.integer], vocabulary: Vocabulary, order: int
    ) -> Generator[float, None, NGramCounts]:
        """``fit`` in steps that yield the share done.

        Raises:
            InputError: as ``fit``.
        """
        return cls.counting_stream(
            _checked_stream(np.asarray(ids), len(vocabulary)), vocabulary, order
        )

    @classmethod
    def counting_stream(
        cls, stream: NDArray[np.int32], vocabulary: Vocabulary, order: int
    ) -> Generator[float, None, NGramCounts]:
        """``counting`` without a copy of the text.

        Args:
            stream: ids of the vocabulary, at least one, and ``END`` at the end; it becomes the
                counts' own and read-only.
            vocabulary: what the ids number.
            order: n, from 1 to 1000.

        Raises:
            InputError: an order out of range.
        """
        order = _checked_order(order)
        suffixes = yield from SuffixOrder.sorting(stream, len(vocabulary), order)
        return cls(vocabulary, order, suffixes)

    @classmethod
    def fit_sentences(
        cls,
        sentences: Sequence[Sequence[str]],
        order: int,
        *,
        progress: Callable[[float], None] | None = None,
    ) -> NGramCounts:
        """Count sentences, each framed by ``<s>`` and ``</s>``; no n-gram crosses a frame.

        The vocabulary is the words' types in order, ``</s>`` and ``<unk>``, as in KenLM.

        Args:
            sentences: the words of each; an empty one counts as an empty line.
            order: n, from 1 to 1000.
            progress: told the share done, from 0 to 1.

        Raises:
            InputError: no sentence, an order out of range, or a word that is one of the marks.
        """
        order = _checked_order(order)
        if not sentences:
            raise InputError("there is nothing to count; give a text with at least one sentence.")
        words = [word for sentence in sentences for word in sentence]
        types = sorted(set(words))
        for mark in (SENTENCE_START, SENTENCE_END, UNKNOWN):
            if mark in types:
                raise InputError(f"the text may not hold the mark {mark}; remove it.")
        vocabulary = Vocabulary((*types, SENTENCE_END, UNKNOWN))
        start, end = len(vocabulary), len(types)
        lengths = np.fromiter(map(len, sentences), dtype=np.int64, count=len(sentences))
        # A sentence of L words takes L + 3 places: <s>, the words, </s>, END.
        lasts = np.cumsum(lengths + 3) - 1
        stream = np.empty(int(lasts[-1]) + 1, dtype=np.int32)
        inner = np.ones(stream.size, dtype=np.bool_)
        for places, token in ((lasts, END), (lasts - 1, end), (lasts - lengths - 2, start)):
            stream[places] = token
            inner[places] = False
        stream[inner] = vocabulary.encode(words)
        return cls(vocabulary, order, SuffixOrder.of(stream, start + 1, order, progress), start)

    @property
    def end(self) -> int | None:
        """The id of ``</s>``, or None for one stream of tokens."""
        return None if self.start is None else self.start - 2

    @property
    def events(self) -> int:
        """How many tokens the training text asked to predict: all but ``<s>``."""
        return self.context_count(())

    def counts(self, context: Sequence[int]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The tokens seen after exactly this context, by id, and how often; none if never seen.

        Raises:
            InputError: the context is longer than n - 1.
        """
        self._check_length(len(context))
        tokens, counts = self.suffixes.followers(context)
        if self.start is not None and not len(context):
            predicted = tokens != self.start
            tokens, counts = tokens[predicted], counts[predicted]
        return tokens, counts

    def context_count(self, context: Sequence[int]) -> int:
        """How often exactly this context has a follower: the sum of its counts.

        Raises:
            InputError: the context is longer than n - 1.
        """
        self._check_length(len(context))
        count = self.suffixes.context_count(context)
        return count if len(context) else count - self.sentences()

    def most_frequent(self, k: int) -> NDArray[np.int32]:
        """The ids of the k most frequent tokens, those with lower ids first among equals.

        Raises:
            InputError: k is below 1.
        """
        if k < 1:
            raise InputError(f"the number of tokens to show must be from 1 up, not {k}.")
        tokens, counts = self.counts(())
        return tokens[np.argsort(-counts, kind="stable")[:k]]

    def longest_seen(self, context: Sequence[int]) -> tuple[int, ...]:
        """The longest ending of a context, up to n - 1 tokens, that has a follower.

        The empty context always has one.
        """
        last = tuple(int(token) for token in context[max(0, len(context) - self.order + 1) :])
        for begin in range(len(last)):
            if self.suffixes.context_count(last[begin:]):
                return last[begin:]
        return ()

    def ngram_counts(self) -> tuple[int, ...]:
        """How many different n-grams of order 1, 2 ... n there are; ``<s>`` alone is none."""
        distinct = [self.suffixes.distinct(order) for order in range(1, self.order + 1)]
        distinct[0] -= self.start is not None
        return tuple(distinct)

    def contexts(self) -> int:
        """How many different contexts of n - 1 tokens have a follower."""
        return self.suffixes.distinct_contexts(self.order - 1)

    def bigram_matrix(self, top_words: int | Sequence[int]) -> BigramMatrix:
        """How often one token comes right after another.

        Args:
            top_words: how many of the most frequent tokens, or which ids.

        Raises:
            InputError: the order is 1, or fewer than one token is asked for.
        """
        if self.order < 2:
            raise InputError("a bigram table needs order 2 or more; raise the order.")
        if isinstance(top_words, int):
            ids = self.most_frequent(top_words)
        else:
            ids = np.array(top_words, dtype=np.int32)
        table = np.zeros((ids.size, ids.size), dtype=np.int64)
        totals = np.zeros(ids.size, dtype=np.int64)
        for row, token in enumerate(ids.tolist()):
            counts = np.zeros(len(self.vocabulary) + 1, dtype=np.int64)
            followers, frequencies = self.counts((token,))
            counts[followers] = frequencies
            table[row] = counts[ids]
            totals[row] = frequencies.sum()
        return BigramMatrix(ids, table, totals)

    def sentences(self) -> int:
        """How many sentences there are, each with a ``<s>`` nothing predicts; 0 in a stream."""
        if self.start is None:
            return 0
        low, high = self.suffixes.rows((self.start,))
        return high - low

    def _check_length(self, length: int) -> None:
        if length >= self.order:
            raise InputError(
                f"a context of {length} tokens is too long for order {self.order}; "
                f"give at most {self.order - 1}."
            )


def _checked_order(order: int) -> int:
    try:
        number = operator.index(order)
    except TypeError:
        number = 0
    if not 1 <= number <= LARGEST_ORDER:
        raise InputError(
            f"the order must be a whole number from 1 to {LARGEST_ORDER}, not {order}."
        )
    return number


def _checked_stream(ids: NDArray[np.integer], size: int) -> NDArray[np.int32]:
    """The ids and ``END``."""
    if not ids.size:
        raise InputError("there is nothing to count; give a text with at least one token.")
    if ids.ndim != 1 or ids.dtype.kind not in "iu":
        raise InputError("the text must be one list of whole numbers; encode it first.")
    if ids.min() < 0 or ids.max() >= size:
        raise InputError(
            f"the text holds ids outside the vocabulary; they go from 0 to {size - 1}."
        )
    stream = np.empty(ids.size + 1, dtype=np.int32)
    stream[:-1] = ids
    stream[-1] = END
    return stream
