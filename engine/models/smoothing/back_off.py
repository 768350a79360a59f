"""Probabilities of n-grams and back-off weights, and what follows from them: the form of ARPA.

p(w | c) is the n-gram's own probability where it is in the table, and else the back-off weight of
c times p(w | c without its first token). Interpolated models have this form too: the probability
of an n-gram then includes what shorter contexts add to it (Chen and Goodman, 1999, section 2.8).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.models.smoothing.trie import NGramTrie


@dataclass(frozen=True, slots=True, eq=False)
class BackOffTable:
    """What a back-off model knows.

    Attributes:
        trie: the n-grams.
        unigrams: p(w) of every token of the vocabulary, shape (V,).
        probabilities: for each order, of each n-gram: its last token given the others.
        back_offs: for each order below n, of each n-gram: what it leaves, as a context, to tokens
            that never came after it; 1 where nothing did.
    """

    trie: NGramTrie
    unigrams: NDArray[np.float64]
    probabilities: tuple[NDArray[np.float64], ...]
    back_offs: tuple[NDArray[np.float64], ...]

    def distribution(self, context: Sequence[int]) -> NDArray[np.float64]:
        """p(next token | context), shape (V,)."""
        nodes = self.trie.contexts(context)
        weights = [float(self.back_offs[length - 1][node]) for length, node in nodes]
        left = math.prod(weights)
        p = self.unigrams * left
        for i, (length, node) in enumerate(nodes):
            low, high = self.trie.followers(length, node)
            if low < high:
                longer = math.prod(weights[i + 1 :])
                followers = self.trie.levels[length].tokens[low:high]
                p[followers] = self.probabilities[length][low:high] * longer
        return p

    def scores(self, text: NDArray[np.int32], unknown: int | None) -> NDArray[np.float64]:
        """Log-probability of each token of a text that holds its own ``<s>``, in nats, shape (T,).

        Args:
            text: token ids.
            unknown: whose probability ids outside the vocabulary have; without one they have 0.
        """
        inside = (text >= 0) & (text < self.unigrams.size)
        p = np.full(text.size, 0.0 if unknown is None else float(self.unigrams[unknown]))
        p[inside] = self.unigrams[text[inside]]
        contexts = None
        for length, nodes in enumerate(self.trie.walk(text), start=1):
            if contexts is not None:
                here = p[length - 1 :]
                seen = np.flatnonzero(contexts >= 0)
                here[seen] *= self.back_offs[length - 2][contexts[seen]]
                found = np.flatnonzero(nodes >= 0)
                here[found] = self.probabilities[length - 1][nodes[found]]
            contexts = nodes[:-1]
        with np.errstate(divide="ignore"):
            np.log(p, out=p)
        return p
