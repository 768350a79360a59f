"""The n-grams of a text as levels of a trie, each an array: one node an n-gram."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """The different n-grams of one order, sorted by their tokens.

    Attributes:
        tokens: the last token of each, int32, shape (K,).
        children: those of the next order that begin with the i-th are number children[i] ...
            children[i + 1] - 1 there, shape (K + 1,).
    """

    tokens: NDArray[np.int32]
    children: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class NGramTrie:
    """Every n-gram up to an order, found by its tokens.

    A node is an n-gram's number in the level of its length; -1 stands for one that is not there.

    Attributes:
        levels: the n-grams of order 1, 2 ... n.
        roots: the node of each token in the first level, int32, shape (number of ids,).
    """

    levels: tuple[Level, ...]
    roots: NDArray[np.int32]

    @property
    def order(self) -> int:
        """n, the length of the longest n-grams."""
        return len(self.levels)

    def node(self, ngram: Sequence[int]) -> int:
        """The number of an n-gram of 1 to n tokens, or -1."""
        first = ngram[0]
        node = int(self.roots[first]) if 0 <= first < self.roots.size else -1
        for above, level, token in zip(self.levels, self.levels[1:], ngram[1:], strict=False):
            if node < 0:
                return -1
            low, high = int(above.children[node]), int(above.children[node + 1])
            place = bisect_left(level.tokens, token, low, high)
            node = place if place < high and level.tokens[place] == token else -1
        return node

    def contexts(self, context: Sequence[int]) -> list[tuple[int, int]]:
        """The endings of a context that are there, shortest first: length and node.

        Args:
            context: at most its last n - 1 tokens are regarded.
        """
        found = []
        for length in range(1, min(len(context), self.order - 1) + 1):
            node = self.node(context[len(context) - length :])
            if node >= 0:
                found.append((length, node))
        return found

    def followers(self, length: int, node: int) -> tuple[int, int]:
        """Which nodes of the next level follow a context of this length: the first, and the end."""
        children = self.levels[length - 1].children
        return int(children[node]), int(children[node + 1])

    def walk(self, tokens: NDArray[np.int32]) -> Iterator[NDArray[np.int64]]:
        """For lengths 1 ... n: the node of the tokens from each place on, shape (T - length + 1,).

        It ends early where the text is shorter than n.
        """
        known = (tokens >= 0) & (tokens < self.roots.size)
        nodes = np.full(tokens.size, -1, dtype=np.int64)
        nodes[known] = self.roots[tokens[known]]
        yield nodes
        for length in range(2, min(self.order, tokens.size) + 1):
            parents, wanted = nodes[:-1], tokens[length - 1 :]
            nodes = np.full(parents.size, -1, dtype=np.int64)
            places = np.flatnonzero(parents >= 0)
            above, level = self.levels[length - 2], self.levels[length - 1]
            nodes[places] = _find(above.children, level.tokens, parents[places], wanted[places])
            yield nodes

    def nodes(self, ngrams: NDArray[np.int32]) -> NDArray[np.int64]:
        """The numbers of many n-grams of known ids, shape (K, length): shape (K,), or -1."""
        nodes = self.roots[ngrams[:, 0]].astype(np.int64)
        for length in range(2, ngrams.shape[1] + 1):
            above, level = self.levels[length - 2], self.levels[length - 1]
            places = np.flatnonzero(nodes >= 0)
            wanted = ngrams[places, length - 1]
            nodes[places] = _find(above.children, level.tokens, nodes[places], wanted)
        return nodes


def _find(
    children: NDArray[np.int32],
    tokens: NDArray[np.int32],
    parents: NDArray[np.int64],
    wanted: NDArray[np.int32],
) -> NDArray[np.int64]:
    """The child of each parent that ends with the wanted token, or -1: one search for all."""
    low = children[parents].astype(np.int64)
    end = children[parents + 1].astype(np.int64)
    high = end.copy()
    active = np.flatnonzero(low < high)
    while active.size:
        left, right = low[active], high[active]
        middle = (left + right) >> 1
        below = tokens[middle] < wanted[active]
        left = np.where(below, middle + 1, left)
        right = np.where(below, right, middle)
        low[active], high[active] = left, right
        active = active[left < right]
    found = np.flatnonzero(low < end)
    found = found[tokens[low[found]] == wanted[found]]
    nodes = np.full(parents.size, -1, dtype=np.int64)
    nodes[found] = low[found]
    return nodes
