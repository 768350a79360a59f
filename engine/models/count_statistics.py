"""What the counts of a text look like: Zipf's law, counts of counts, and how sparse each order is.

All of it is read off the one sorted order of the text's positions, vectorised: an n-gram is a run
of rows that share n tokens, a context a run that shares n - 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.models.ngram_counts import NGramCounts


@dataclass(frozen=True, slots=True, eq=False)
class Zipf:
    """The types of a text by how frequent they are; the count falls about as 1 / rank.

    Attributes:
        tokens: their ids, the most frequent first, those with lower ids first among equals.
        ranks: 1, 2 ... K.
        counts: how often each occurs.
    """

    tokens: NDArray[np.int32]
    ranks: NDArray[np.int64]
    counts: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class CountsOfCounts:
    """How many different n-grams occur once, twice, and so on.

    Attributes:
        order: n.
        times: the counts r that occur, ascending.
        kinds: how many different n-grams occur exactly r times, of the same shape.
    """

    order: int
    times: NDArray[np.int64]
    kinds: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sparsity:
    """How many different n-grams and contexts of one order there are, and how many say little.

    Attributes:
        order: n.
        ngrams: how many different n-grams.
        ngrams_once: those of them that occur once.
        contexts: how many different contexts of n - 1 tokens have a follower.
        contexts_once: those of them that have one only once.
        contexts_one_follower: those of them after which only one token was ever seen.
    """

    order: int
    ngrams: int
    ngrams_once: int
    contexts: int
    contexts_once: int
    contexts_one_follower: int

    @property
    def share_once(self) -> float:
        """The share of contexts seen only once; 0 without any."""
        return self.contexts_once / self.contexts if self.contexts else 0.0

    @property
    def share_one_follower(self) -> float:
        """The share of contexts after which only one token was ever seen; 0 without any."""
        return self.contexts_one_follower / self.contexts if self.contexts else 0.0


def zipf(counted: NGramCounts) -> Zipf:
    """Every type of a text by rank; ``<s>``, which nothing predicts, is none."""
    tokens, counts = counted.counts(())
    order = np.argsort(-counts, kind="stable")
    result = Zipf(tokens[order], np.arange(1, tokens.size + 1), counts[order])
    _read_only(result.tokens, result.ranks, result.counts)
    return result


def counts_of_counts(counted: NGramCounts) -> tuple[CountsOfCounts, ...]:
    """For each order from 1 to n how many different n-grams occur r times."""
    result = []
    for order in range(1, counted.order + 1):
        kinds_of = np.bincount(_ngrams(counted, order).counts)
        times = np.flatnonzero(kinds_of)
        kinds = kinds_of[times]
        _read_only(times, kinds)
        result.append(CountsOfCounts(order, times, kinds))
    return tuple(result)


def sparsity(counted: NGramCounts) -> tuple[Sparsity, ...]:
    """For each order from 1 to n how many n-grams and contexts there are, and how many once."""
    result = []
    for order in range(1, counted.order + 1):
        counts, first = _ngrams(counted, order)
        contexts = np.flatnonzero(first)
        followers = np.diff(contexts, append=counts.size)
        seen = np.add.reduceat(counts, contexts) if contexts.size else counts
        result.append(
            Sparsity(
                order,
                ngrams=counts.size,
                ngrams_once=int(np.count_nonzero(counts == 1)),
                contexts=contexts.size,
                contexts_once=int(np.count_nonzero(seen == 1)),
                contexts_one_follower=int(np.count_nonzero(followers == 1)),
            )
        )
    return tuple(result)


class _NGrams(NamedTuple):
    """The different n-grams of one order, in the order of their tokens.

    Attributes:
        counts: how often each occurs.
        first: whether it is the first with its context.
    """

    counts: NDArray[np.int32]
    first: NDArray[np.bool_]


def _ngrams(counted: NGramCounts, order: int) -> _NGrams:
    text = counted.suffixes
    starts = np.flatnonzero(text.common < order).astype(np.int32)
    counts = np.diff(starts, append=np.int32(text.positions.size))
    whole = text.room[starts] >= order
    if order == 1 and counted.start is not None:
        whole &= text.stream[text.positions[starts]] != counted.start
    starts, counts = starts[whole], counts[whole]
    # Rows that end within the context come before those that go on.
    first = text.common[starts] < order - 1
    first |= text.room[starts - 1] < order
    first[:1] = True
    return _NGrams(counts, first)


def _read_only(*arrays: NDArray[np.integer]) -> None:
    for array in arrays:
        array.flags.writeable = False
