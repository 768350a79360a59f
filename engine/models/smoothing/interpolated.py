"""Smoothing that mixes each order with the one below, down to the uniform distribution.

p(w | c) = share(c w) + left(c) p(w | c without its first token), and p(w | c) is the latter's
p alone after a context never seen; below the unigrams stands 1 / V.

Witten-Bell (Bell, Cleary and Witten, 1990): share = count / (N + T), left = T / (N + T), where N
tokens of T types came after c. Kneser-Ney (Chen and Goodman, 1999): share = (a - D(a)) / A, left =
the sum of all D(a) / A, where a is the count at the highest order and for n-grams that begin with
``<s>``, and else the number of different tokens before the n-gram; A is the sum of a over all
tokens after c. What the text of one stream begins with has that beginning as one more "token"
before it, as a sentence has ``<s>``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.models.ngram_lm import Explanation, Term
from engine.models.smoothing.discounts import Discounts, fallback_note
from engine.models.smoothing.model import SmoothedModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.models.smoothing.back_off import BackOffTable


@dataclass(frozen=True, slots=True, eq=False)
class Interpolated(SmoothedModel):
    """Witten-Bell and Kneser-Ney models.

    Attributes:
        table: the probabilities and back-off weights of all n-grams.
        counts: for each order, of each n-gram, as the smoothing counts it.
        discounts: for each order what Kneser-Ney takes from the counts; none for Witten-Bell.
    """

    table: BackOffTable
    counts: tuple[NDArray[np.int32], ...]
    discounts: tuple[Discounts, ...]

    @property
    def note(self) -> str:
        """Which orders' discounts could not be estimated, or nothing."""
        return fallback_note(self.discounts)

    def distribution(self, context: Sequence[int]) -> NDArray[np.float64]:
        """p(next token | context), shape (V,), the context taken as it is."""
        return self.table.distribution(self._recent(context))

    def explain(self, context: Sequence[int], token: int) -> Explanation:
        """Which orders the probability of a token after a context comes from.

        An unknown token has one term of 0 where the vocabulary has no ``<unk>``.
        """
        known = self._known(token)
        if known is None:
            nothing = Term(0, (), 0, len(self.vocabulary), 0.0, 1.0, 0.0)
            return Explanation(0.0, 1, (nothing,))
        recent = self._recent(context)
        terms = []
        weight, order = 1.0, 1
        for length, node in [*reversed(self._seen(recent)), (0, 0)]:
            tokens, counts = self._followers(length, node)
            count, total = int(counts[tokens == known].sum()), int(counts.sum(dtype=np.int64))
            share, left = self._mixture(length + 1, count, total, counts)
            used = tuple(recent[len(recent) - length :])
            terms.append(Term(length + 1, used, count, total, share, weight, share * weight))
            order = max(order, length + 1) if count else order
            weight *= left
        size = len(self.vocabulary)
        terms.append(Term(0, (), 1, size, 1 / size, weight, weight / size))
        return Explanation(sum(term.contribution for term in terms), order, tuple(terms))

    def _mixture(
        self, order: int, count: int, total: int, counts: NDArray[np.int32]
    ) -> tuple[float, float]:
        """The share of an n-gram and what its context leaves to shorter ones."""
        if not self.discounts:
            kinds = int(np.count_nonzero(counts))
            return count / (total + kinds), kinds / (total + kinds)
        taken = self.discounts[order - 1].table()
        often = np.bincount(np.minimum(counts, 3), minlength=4)
        return (count - float(taken[min(count, 3)])) / total, float(often @ taken) / total

    def _followers(self, length: int, node: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The tokens seen after a context and their counts; after none, all of the unigrams'."""
        level = self.table.trie.levels[length]
        if not length:
            return level.tokens, self.counts[0]
        low, high = self.table.trie.followers(length, node)
        return level.tokens[low:high], self.counts[length][low:high]

    def _seen(self, context: Sequence[int]) -> list[tuple[int, int]]:
        """The endings of a context, shortest first, that something came after: length and node."""
        trie = self.table.trie
        found = []
        for length, node in trie.contexts(context):
            low, high = trie.followers(length, node)
            if low < high:
                found.append((length, node))
        return found

    def _recent(self, context: Sequence[int]) -> list[int]:
        return [int(token) for token in context[max(0, len(context) - self.order + 1) :]]

    def _looked_up(self, context: Sequence[int]) -> tuple[int, ...]:
        recent = self._recent(context)
        seen = self._seen(recent)
        return tuple(recent[len(recent) - seen[-1][0] :]) if seen else ()

    def _orders(self, context: Sequence[int]) -> NDArray[np.int32]:
        orders = np.ones(len(self.vocabulary), dtype=np.int32)
        for length, node in self._seen(self._recent(context)):
            orders[self._followers(length, node)[0]] = length + 1
        return orders

    def _log_probabilities(self, text: NDArray[np.int32]) -> NDArray[np.float64]:
        return self.table.scores(text, self.vocabulary.unknown)
