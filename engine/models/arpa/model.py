"""The model that an ARPA file holds: probabilities and back-off weights, no counts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.models.ngram_counts import SENTENCE_END, SENTENCE_START
from engine.models.ngram_lm import Explanation, Term
from engine.models.smoothing.model import FramedModel
from engine.text.vocabulary import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.models.smoothing.back_off import BackOffTable
    from engine.text.vocabulary import Vocabulary

MARKS = (SENTENCE_START, SENTENCE_END, UNKNOWN)
"""Their ids follow the vocabulary's, in this order, where they are no words of it."""


@dataclass(frozen=True, slots=True, eq=False)
class ArpaModel(FramedModel):
    """What a file says, as it says it: sums are 1 as far as its digits go.

    It has sentences if its unigrams hold ``<s>`` and a ``</s>`` that can be predicted; a
    logarithm of -99 or less means never, as in SRILM. The counts of its evidence are all 0.

    Attributes:
        words: the tokens that can be predicted, in the file's order.
        table: the probabilities and back-off weights.
        marks: the ids of ``<s>`` and ``</s>``, or None where the file is of one stream.
    """

    words: Vocabulary
    table: BackOffTable
    marks: tuple[int, int] | None

    @property
    def vocabulary(self) -> Vocabulary:
        """The V tokens that can be predicted."""
        return self.words

    @property
    def order(self) -> int:
        """One more than the longest context used."""
        return self.table.trie.order

    @property
    def start(self) -> int | None:
        """The id of ``<s>`` for contexts, or None where the text is one stream."""
        return None if self.marks is None else self.marks[0]

    @property
    def end(self) -> int | None:
        """The id of ``</s>``, or None where the text is one stream."""
        return None if self.marks is None else self.marks[1]

    @property
    def note(self) -> str:
        """Whether unknown words can be scored."""
        if self.words.unknown is None:
            return "The model has no <unk>: unknown words have probability 0."
        return ""

    def ngram_counts(self) -> tuple[int, ...]:
        """How many n-grams of order 1, 2 ... n the file has for tokens that can be predicted."""
        levels = self.table.trie.levels
        words = int(np.count_nonzero(levels[0].tokens < len(self.words)))
        return (words, *(level.tokens.size for level in levels[1:]))

    def contexts(self) -> int:
        """How many different contexts of n - 1 tokens have a follower."""
        if self.order == 1:
            return 1
        return int(np.count_nonzero(np.diff(self.table.trie.levels[-2].children)))

    def distribution(self, context: Sequence[int]) -> NDArray[np.float64]:
        """p(next token | context), shape (V,), the context taken as it is."""
        return self.table.distribution(self._recent(context))

    def explain(self, context: Sequence[int], token: int) -> Explanation:
        """One term: the longest n-gram that ends with the token, and the back-off weights."""
        known = token if 0 <= token < len(self.words) else self.words.unknown
        if known is None:
            return Explanation(0.0, 1, (Term(1, (), 0, 0, 0.0, 1.0, 0.0),))
        recent = self._recent(context)
        share, used, weights = float(self.table.unigrams[known]), 0, []
        for length, node in self.table.trie.contexts(recent):
            weights.append(float(self.table.back_offs[length - 1][node]))
            ngram = self.table.trie.node((*recent[len(recent) - length :], known))
            if ngram >= 0:
                share, used, weights = float(self.table.probabilities[length][ngram]), length, []
        weight = math.prod(weights)
        shown = tuple(recent[len(recent) - used :])
        term = Term(used + 1, shown, 0, 0, share, weight, share * weight)
        return Explanation(share * weight, used + 1, (term,))

    def _log_probabilities(self, text: NDArray[np.int32]) -> NDArray[np.float64]:
        return self.table.scores(text, self.words.unknown)

    def _recent(self, context: Sequence[int]) -> list[int]:
        return [int(token) for token in context[max(0, len(context) - self.order + 1) :]]

    def _looked_up(self, context: Sequence[int]) -> tuple[int, ...]:
        recent = self._recent(context)
        followed = [length for length, low, high in self._followers(recent) if low < high]
        return tuple(recent[len(recent) - max(followed, default=0) :])

    def _orders(self, context: Sequence[int]) -> NDArray[np.int32]:
        orders = np.ones(len(self.words), dtype=np.int32)
        for length, low, high in self._followers(self._recent(context)):
            orders[self.table.trie.levels[length].tokens[low:high]] = length + 1
        return orders

    def _followers(self, context: Sequence[int]) -> list[tuple[int, int, int]]:
        trie = self.table.trie
        return [(length, *trie.followers(length, node)) for length, node in trie.contexts(context)]

    def _counts_after(
        self, context: tuple[int, ...]
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int64)
