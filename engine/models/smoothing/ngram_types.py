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
    from collections.abc import Callable

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
        suffixes: for each order from 2 up, each n-gram without its first token, as a node of the
            level before, int32; for order 1 empty.
    """

    trie: NGramTrie
    rows: tuple[NDArray[np.int32], ...]
    counts: tuple[NDArray[np.int32], ...]
    suffixes: tuple[NDArray[np.int32], ...]


def ngram_types(counted: NGramCounts, report: Callable[[float], None]) -> NGramTypes:
    """All n-grams up to the order of the counts.

    Args:
        counted: the sorted text.
        report: told the share done, from 0 to 1.
    """
    text = counted.suffixes
    row_at = np.zeros(text.stream.size, dtype=np.int32)
    row_at[text.positions] = np.arange(text.positions.size, dtype=np.int32)
    found = []
    node_of_row = np.zeros(text.positions.size, dtype=np.int32)
    for order in range(1, counted.order + 1):
        rows, counts = _runs(text, order)
        first = text.positions[rows]
        tokens = text.stream[first + (order - 1)]
        if order == 1:
            parents = suffixes = np.zeros(0, dtype=np.int32)
        else:
            parents = node_of_row[rows]
            suffixes = node_of_row[row_at[first + 1]]
        found.append((rows, counts, tokens, parents, suffixes))
        starts = np.zeros(text.positions.size, dtype=np.bool_)
        starts[rows] = True
        np.cumsum(starts, dtype=np.int32, out=node_of_row)
        node_of_row -= 1
        report(order / counted.order)
    sizes = [tokens.size for _, _, tokens, _, _ in found]
    levels = []
    for i, (_, _, tokens, _, _) in enumerate(found):
        children = np.zeros(tokens.size + 1, dtype=np.int32)
        if i + 1 < len(found):
            np.cumsum(np.bincount(found[i + 1][3], minlength=sizes[i]), out=children[1:])
        levels.append(Level(tokens, children))
    kinds = text.firsts.size - 1
    roots = np.full(kinds, -1, dtype=np.int32)
    roots[levels[0].tokens] = np.arange(sizes[0], dtype=np.int32)
    all_counts = tuple(counts for _, counts, _, _, _ in found)
    if counted.start is not None:
        all_counts[0][roots[counted.start]] = 0
    return NGramTypes(
        NGramTrie(tuple(levels), roots),
        tuple(rows for rows, _, _, _, _ in found),
        all_counts,
        tuple(suffixes for _, _, _, _, suffixes in found),
    )


def _runs(text: SuffixOrder, order: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The first row of each n-gram of an order, and how many rows each has."""
    starts = np.flatnonzero(text.common < order).astype(np.int32)
    counts = np.diff(starts, append=np.int32(text.positions.size))
    whole = text.room[starts] >= order
    return starts[whole], counts[whole].astype(np.int32)
