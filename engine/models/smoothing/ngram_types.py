"""The different n-grams of each order, read off a sorted text: where, how often, and their links.

An n-gram of order k is a run of rows of the suffix order that share k tokens; the k-grams that
begin with one of order k - 1 are runs within its run, so the runs of all orders are a trie.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.models.smoothing.trie import Level, NGramTrie

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray

    from engine.models.ngram_counts import NGramCounts
    from engine.models.suffixes import SuffixOrder


@dataclass(frozen=True, slots=True, eq=False)
class NGramTypes:
    """The different n-grams up to an order.

    Attributes:
        trie: finds them by their tokens.
        rows: for each order the first row of each n-gram in the suffix order, int32.
        counts: for each order how often each occurs, int32; ``<s>`` alone, which nothing
            predicts, has 0.
        parents: for each order each n-gram without its last token, as a node of the level before,
            int32; for order 1 empty.
        suffixes: likewise without its first token.
    """

    trie: NGramTrie
    rows: tuple[NDArray[np.int32], ...]
    counts: tuple[NDArray[np.int32], ...]
    parents: tuple[NDArray[np.int32], ...]
    suffixes: tuple[NDArray[np.int32], ...]


def ngram_types(counted: NGramCounts) -> Generator[float, None, NGramTypes]:
    """All n-grams up to the order of the counts; yields the share done.

    Args:
        counted: the sorted text.
    """
    text = counted.suffixes
    row_at = np.zeros(text.stream.size, dtype=np.int32)
    row_at[text.positions] = np.arange(text.positions.size, dtype=np.int32)
    node_of_row = np.zeros(text.positions.size, dtype=np.int32)
    nothing = np.zeros(0, dtype=np.int32)
    rows, counts, tokens, parents, suffixes = [], [], [], [nothing], [nothing]
    for order in range(1, counted.order + 1):
        starts, often = _runs(text, order)
        first = text.positions[starts]
        rows.append(starts)
        counts.append(often)
        tokens.append(text.stream[first + (order - 1)])
        if order > 1:
            parents.append(node_of_row[starts])
            suffixes.append(node_of_row[row_at[first + 1]])
        yield (order - 0.5) / counted.order
        begins = np.zeros(text.positions.size, dtype=np.bool_)
        begins[starts] = True
        np.cumsum(begins, dtype=np.int32, out=node_of_row)
        node_of_row -= 1
        yield order / counted.order
    levels = []
    for last, following in zip(tokens, [*parents[1:], nothing], strict=True):
        children = np.zeros(last.size + 1, dtype=np.int32)
        np.cumsum(np.bincount(following, minlength=last.size), out=children[1:])
        levels.append(Level(last, children))
    roots = np.full(text.firsts.size - 1, -1, dtype=np.int32)
    roots[tokens[0]] = np.arange(tokens[0].size, dtype=np.int32)
    if counted.start is not None:
        counts[0][roots[counted.start]] = 0
    trie = NGramTrie(tuple(levels), roots)
    return NGramTypes(trie, tuple(rows), tuple(counts), tuple(parents), tuple(suffixes))


def _runs(text: SuffixOrder, order: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The first row of each n-gram of an order, and how many rows each has."""
    starts = np.flatnonzero(text.common < order).astype(np.int32)
    counts = np.diff(starts, append=np.int32(text.positions.size))
    whole = text.room[starts] >= order
    return starts[whole], counts[whole].astype(np.int32)
