"""Add-k: every token counts k times more often than it was seen (Laplace: k = 1; Lidstone).

p(w | c) = (count(c w) + k) / (count(c .) + k V). There is no backing off: after a context never
seen all V tokens are alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.models.ngram_lm import Explanation, Term
from engine.models.smoothing.model import SmoothedModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.models.smoothing.trie import NGramTrie


@dataclass(frozen=True, slots=True, eq=False)
class AddK(SmoothedModel):
    """Counts to which k was added.

    Attributes:
        trie: the n-grams.
        frequencies: how often each occurs, for each order.
        totals: the sums of the counts after each n-gram as a context: for each order below n.
    """

    trie: NGramTrie
    frequencies: tuple[NDArray[np.int32], ...]
    totals: tuple[NDArray[np.int64], ...]

    def distribution(self, context: Sequence[int]) -> NDArray[np.float64]:
        """p(next token | context), shape (V,), the context taken as it is."""
        tokens, counts, total = self._seen(self._looked_up(context))
        k, size = self.smoothing.k, len(self.vocabulary)
        p = np.full(size, k / (total + k * size))
        p[tokens] = (counts + k) / (total + k * size)
        return p

    def explain(self, context: Sequence[int], token: int) -> Explanation:
        """One term: the n-gram's own share."""
        used = self._looked_up(context)
        tokens, counts, total = self._seen(used)
        known = self._known(token)
        count = int(counts[tokens == known].sum()) if known is not None else 0
        k, size = self.smoothing.k, len(self.vocabulary)
        share = (count + k) / (total + k * size) if known is not None else 0.0
        term = Term(len(used) + 1, used, count, total, share, 1.0, share)
        return Explanation(share, term.order, (term,))

    def _looked_up(self, context: Sequence[int]) -> tuple[int, ...]:
        return tuple(int(token) for token in context[max(0, len(context) - self.order + 1) :])

    def _orders(self, context: Sequence[int]) -> NDArray[np.int32]:
        order = len(self._looked_up(context)) + 1
        return np.full(len(self.vocabulary), order, dtype=np.int32)

    def _seen(self, context: Sequence[int]) -> tuple[NDArray[np.int32], NDArray[np.int32], int]:
        """What came after a context: the tokens, how often each did, and their sum."""
        length, trie = len(context), self.trie
        if not length:
            predicted = self.frequencies[0] > 0
            tokens = trie.levels[0].tokens[predicted]
            return tokens, self.frequencies[0][predicted], self.events
        node = trie.node(context)
        if node < 0:
            return np.zeros(0, np.int32), np.zeros(0, np.int32), 0
        low, high = trie.followers(length, node)
        total = int(self.totals[length - 1][node])
        return trie.levels[length].tokens[low:high], self.frequencies[length][low:high], total

    def _log_probabilities(self, text: NDArray[np.int32]) -> NDArray[np.float64]:
        k, size = self.smoothing.k, len(self.vocabulary)
        counts = np.zeros(text.size, dtype=np.int64)
        totals = np.zeros(text.size, dtype=np.int64)
        lengths = self._context_lengths(text)
        before = None
        for length, nodes in enumerate(self.trie.walk(text)):
            # n-grams of length + 1 tokens that end where contexts have exactly this length.
            ends = length + np.flatnonzero(lengths[length:] == length)
            ngrams = nodes[ends - length]
            found = ngrams >= 0
            counts[ends[found]] = self.frequencies[length][ngrams[found]]
            if before is None:
                totals[ends] = self.events
            else:
                contexts = before[ends - length]
                seen = contexts >= 0
                totals[ends[seen]] = self.totals[length - 1][contexts[seen]]
            before = nodes
        p = (counts + k) / (totals + k * size)
        if self.vocabulary.unknown is None:
            p[(text < 0) | (text >= size)] = 0.0
        with np.errstate(divide="ignore"):
            return np.log(p)

    def _context_lengths(self, text: NDArray[np.int32]) -> NDArray[np.int64]:
        """How many tokens before each belong to its context: at most n - 1, from ``<s>`` on."""
        places = np.arange(text.size)
        begin = np.zeros(text.size, dtype=np.int64)
        if self.start is not None:
            begin = np.maximum.accumulate(np.where(text == self.start, places, 0))
        lengths: NDArray[np.int64] = np.minimum(places - begin, self.order - 1)
        return lengths
