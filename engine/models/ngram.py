"""The n-gram model: the next token given only the n - 1 tokens before it, by counting.

p(x_t | x_(t-n+1) ... x_(t-1)) = count(x_(t-n+1) ... x_t) / count(x_(t-n+1) ... x_(t-1) .), the
maximum-likelihood estimate (lecture 1; Jurafsky and Martin, Speech and Language Processing, ch. 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from engine.models.framing import framed_context, framed_scores
from engine.models.language_model import Draw, sample_from
from engine.models.ngram_counts import BigramMatrix, NGramCounts
from engine.models.ngram_lm import Evidence, Explanation, NGramLM, Term
from engine.models.smoothing.choice import MLE, Smoothing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from engine.text.vocabulary import Vocabulary

__all__ = [
    "Evidence",
    "Explanation",
    "NGramLM",
    "NGramModel",
    "Term",
    "maximum_likelihood",
]


def maximum_likelihood(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """The probabilities that make the counted text most likely: each count's share."""
    shares: NDArray[np.float64] = counts / counts.sum()
    return shares


@dataclass(frozen=True, slots=True, eq=False)
class NGramModel:
    """The maximum-likelihood model of counted n-grams.

    A context never seen backs off to its longest seen ending; ``query`` says so. Ids outside the
    vocabulary are unknown tokens: they are in no context and have probability 0.

    Attributes:
        counted: the counts that all else follows from.
    """

    counted: NGramCounts

    @classmethod
    def fit(
        cls,
        ids: Sequence[int] | NDArray[np.integer],
        vocabulary: Vocabulary,
        order: int,
        *,
        progress: Callable[[float], None] | None = None,
    ) -> NGramModel:
        """Count a text as one stream of tokens: see ``NGramCounts.fit``."""
        return cls(NGramCounts.fit(ids, vocabulary, order, progress=progress))

    @classmethod
    def fit_sentences(
        cls,
        sentences: Sequence[Sequence[str]],
        order: int,
        *,
        progress: Callable[[float], None] | None = None,
    ) -> NGramModel:
        """Count framed sentences: see ``NGramCounts.fit_sentences``."""
        return cls(NGramCounts.fit_sentences(sentences, order, progress=progress))

    @property
    def vocabulary(self) -> Vocabulary:
        """The V tokens that can be predicted."""
        return self.counted.vocabulary

    @property
    def order(self) -> int:
        """One more than the longest context used."""
        return self.counted.order

    @property
    def start(self) -> int | None:
        """The id of ``<s>`` for contexts, or None where the text is one stream."""
        return self.counted.start

    @property
    def events(self) -> int:
        """How many tokens the training text asked to predict."""
        return self.counted.events

    @property
    def smoothing(self) -> Smoothing:
        """None: what was never seen has probability 0."""
        return MLE

    @property
    def note(self) -> str:
        """Nothing to say."""
        return ""

    def counts(self, context: Sequence[int]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The tokens seen after exactly this context, by id, and how often; none if never seen."""
        return self.counted.counts(context)

    def context_count(self, context: Sequence[int]) -> int:
        """How often exactly this context has a follower: the sum of its counts."""
        return self.counted.context_count(context)

    def ngram_counts(self) -> tuple[int, ...]:
        """How many different n-grams of order 1, 2 ... n there are."""
        return self.counted.ngram_counts()

    def contexts(self) -> int:
        """How many different contexts of n - 1 tokens have a follower."""
        return self.counted.contexts()

    def bigram_matrix(self, top_words: int | Sequence[int]) -> BigramMatrix:
        """How often one of these tokens comes right after another: see ``NGramCounts``."""
        return self.counted.bigram_matrix(top_words)

    def query(self, context: Sequence[int]) -> Evidence:
        """The counts after the last n - 1 tokens of a context, or after their longest seen ending.

        The tokens are taken as they are: where the model has sentences, put ``start`` before a
        context that begins one.
        """
        used = self.counted.longest_seen(context)
        tokens, counts = self.counted.counts(used)
        order = np.argsort(-counts, kind="stable")
        tokens, counts = tokens[order], counts[order]
        total = int(counts.sum())
        probabilities = maximum_likelihood(counts)
        orders = np.full(tokens.size, len(used) + 1, dtype=np.int32)
        for array in (tokens, counts, probabilities, orders):
            array.flags.writeable = False
        asked = context[max(0, len(context) - self.order + 1) :]
        dropped = tuple(int(token) for token in asked[: len(asked) - len(used)])
        return Evidence(len(used) + 1, total, tokens, counts, probabilities, used, dropped, orders)

    def top(self, context: Sequence[int], k: int) -> Evidence:
        """``query`` with only the k most frequent tokens.

        Raises:
            InputError: k is below 1.
        """
        return self.query(context).first(k)

    def explain(self, context: Sequence[int], token: int) -> Explanation:
        """The token's share of the counts that ``query`` answers with: one term."""
        used = self.counted.longest_seen(context)
        tokens, counts = self.counted.counts(used)
        count, total = int(counts[tokens == token].sum()), int(counts.sum())
        share = count / total
        term = Term(len(used) + 1, used, count, total, share, 1.0, share)
        return Explanation(share, term.order, (term,))

    def next_distribution(self, context: Sequence[int]) -> NDArray[np.float64]:
        """p(next token | all tokens before it), shape (V,), sum 1.

        Args:
            context: everything so far; where the model has sentences, ``<s>`` is understood at
                its beginning and after each ``</s>``.
        """
        framed = framed_context(context, self.order, self.start, self.counted.end)
        tokens, counts = self.counted.counts(self.counted.longest_seen(framed))
        probabilities = np.zeros(len(self.vocabulary))
        probabilities[tokens] = maximum_likelihood(counts)
        return probabilities

    def score(self, tokens: Sequence[int] | NDArray[np.integer]) -> NDArray[np.float64]:
        """Log-probability of each token given all before it, in nats, shape (T,).

        It is that of ``next_distribution``: minus infinity for what never came after the longest
        seen ending of its context. Where the model has sentences, ``</s>`` ends one.
        """
        return framed_scores(tokens, self.start, self.counted.end, self._scores)

    def sample(
        self,
        length: int,
        rng: np.random.Generator,
        *,
        prompt: Sequence[int] = (),
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
    ) -> Iterator[Draw]:
        """``length`` tokens one after another, each drawn given the prompt and those before it.

        Raises:
            InputError: a negative length, or settings that ``reshape`` refuses.
        """
        return sample_from(
            self.next_distribution,
            length,
            rng,
            prompt=prompt,
            temperature=temperature,
            top_k=top_k,
            top_p=top_p,
        )

    def _scores(self, text: NDArray[np.int32]) -> NDArray[np.float64]:
        """``score`` for tokens that hold their own ``<s>``."""
        size = text.size
        numerator = np.zeros(size, dtype=np.int64)
        denominator = np.ones(size, dtype=np.int64)
        before = None
        # The counts may know longer n-grams than those of this order.
        matches = islice(self.counted.suffixes.matches(text), self.order + 1)
        for length, found in enumerate(matches):
            if before is not None:
                # n-grams of this length, and their contexts, one token shorter.
                context = before[: found.counts.size]
                if length == 1:
                    context = context - self.counted.sentences()
                seen = np.flatnonzero(context > 0)
                numerator[seen + length - 1] = found.counts[seen]
                denominator[seen + length - 1] = context[seen]
            before = found.followed
        with np.errstate(divide="ignore"):
            return np.log(numerator / denominator)
