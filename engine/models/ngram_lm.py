"""What every n-gram model answers with, and the interface they share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from engine.errors import InputError
from engine.models.language_model import LanguageModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.models.ngram_counts import NGramCounts
    from engine.models.smoothing.choice import Smoothing


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What a model knows about the token after a context, and from how long a context.

    Attributes:
        order_used: one more than the length of ``context``: the order of the n-grams counted.
        context_count: how often that context has a follower.
        tokens: the most probable first, then by id: those seen after the context, or under a
            smoothed model all.
        counts: how often each came after the context; 0 for one that never did.
        probabilities: of each, in the model.
        context: the tokens that were looked up: the longest seen ending of those asked for.
        dropped: those before them that were asked for, up to the model's order, but never seen
            so; not empty means that the model backed off.
        orders: the order of the longest seen n-gram that ends with each token, from 1 up; 1 also
            for a token never seen.
    """

    order_used: int
    context_count: int
    tokens: NDArray[np.int32]
    counts: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    context: tuple[int, ...]
    dropped: tuple[int, ...]
    orders: NDArray[np.int32]

    def first(self, k: int) -> Evidence:
        """Only the first k tokens.

        Raises:
            InputError: k is below 1.
        """
        if k < 1:
            raise InputError(f"the number of tokens to show must be from 1 up, not {k}.")
        return replace(
            self,
            tokens=self.tokens[:k],
            counts=self.counts[:k],
            probabilities=self.probabilities[:k],
            orders=self.orders[:k],
        )


@dataclass(frozen=True, slots=True)
class Term:
    """What n-grams of one order add to a token's probability.

    Attributes:
        order: of the n-grams; 0 for the uniform distribution over the vocabulary.
        context: their first order - 1 tokens.
        count: of the n-gram that ends with the token, as the smoothing counts it: under
            Kneser-Ney, below the highest order, the number of different tokens before it.
        context_count: the sum of such counts over all tokens after the context; for order 0 the
            size of the vocabulary.
        share: the n-gram's part at its own order, after what smoothing takes from it or adds.
        weight: what the share is multiplied by: the product of what each longer context leaves
            to shorter ones.
        contribution: weight times share.
    """

    order: int
    context: tuple[int, ...]
    count: int
    context_count: int
    share: float
    weight: float
    contribution: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a probability comes from.

    Attributes:
        probability: of the token after the context.
        order: of the longest n-gram that it comes from, from 1 up.
        terms: from the highest order to the lowest; their contributions sum to the probability.
    """

    probability: float
    order: int
    terms: tuple[Term, ...]


class NGramLM(LanguageModel, Protocol):
    """A language model of counted n-grams, whatever its smoothing.

    ``query``, ``top`` and ``explain`` take a context as it is: where the model has sentences, put
    ``start`` before one that begins a sentence.
    """

    @property
    def counted(self) -> NGramCounts:
        """The counts that all else follows from."""
        ...

    @property
    def smoothing(self) -> Smoothing:
        """What unseen n-grams get."""
        ...

    @property
    def order(self) -> int:
        """One more than the longest context used."""
        ...

    @property
    def start(self) -> int | None:
        """The id of ``<s>`` for contexts, or None where the text is one stream."""
        ...

    @property
    def events(self) -> int:
        """How many tokens the training text asked to predict."""
        ...

    @property
    def note(self) -> str:
        """What a person should know about the fit, in one sentence, or nothing."""
        ...

    def score(self, tokens: Sequence[int] | NDArray[np.integer]) -> NDArray[np.float64]:
        """Log-probability of each token given all before it, in nats, shape (T,)."""
        ...

    def query(self, context: Sequence[int]) -> Evidence:
        """What comes after the last n - 1 tokens of a context, the most probable first."""
        ...

    def top(self, context: Sequence[int], k: int) -> Evidence:
        """``query`` with only the k most probable tokens.

        Raises:
            InputError: k is below 1.
        """
        ...

    def explain(self, context: Sequence[int], token: int) -> Explanation:
        """Which orders the probability of a token after a context comes from."""
        ...
