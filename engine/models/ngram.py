"""The n-gram model: the next token given only the n - 1 tokens before it, by counting.

p(x_t | x_(t-n+1) ... x_(t-1)) = count(x_(t-n+1) ... x_t) / count(x_(t-n+1) ... x_(t-1) .), the
maximum-likelihood estimate (lecture 1; Jurafsky and Martin, Speech and Language Processing, ch. 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import InputError
from engine.models.language_model import Draw, sample_from
from engine.models.ngram_counts import BigramMatrix, NGramCounts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from engine.text.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What a model knows about the token after a context, and from how long a context.

    Attributes:
        order_used: one more than the length of ``context``: the order of the n-grams counted.
        context_count: how often that context has a follower.
        tokens: the tokens seen after it, the most frequent first, then by id.
        counts: how often each was.
        probabilities: their share.
        context: the tokens that were looked up: the longest seen ending of those asked for.
        dropped: those before them that were asked for, up to the model's order, but never seen
            so; not empty means that the model backed off.
    """

    order_used: int
    context_count: int
    tokens: NDArray[np.int32]
    counts: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    context: tuple[int, ...]
    dropped: tuple[int, ...]


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
        for array in (tokens, counts, probabilities):
            array.flags.writeable = False
        asked = context[max(0, len(context) - self.order + 1) :]
        dropped = tuple(int(token) for token in asked[: len(asked) - len(used)])
        return Evidence(len(used) + 1, total, tokens, counts, probabilities, used, dropped)

    def top(self, context: Sequence[int], k: int) -> Evidence:
        """``query`` with only the k most frequent tokens.

        Raises:
            InputError: k is below 1.
        """
        if k < 1:
            raise InputError(f"the number of tokens to show must be from 1 up, not {k}.")
        all_ = self.query(context)
        return Evidence(
            all_.order_used,
            all_.context_count,
            all_.tokens[:k],
            all_.counts[:k],
            all_.probabilities[:k],
            all_.context,
            all_.dropped,
        )

    def next_distribution(self, context: Sequence[int]) -> NDArray[np.float64]:
        """p(next token | all tokens before it), shape (V,), sum 1.

        Args:
            context: everything so far; where the model has sentences, ``<s>`` is understood at
                its beginning and after each ``</s>``.
        """
        tokens, counts = self.counted.counts(self.counted.longest_seen(self._framed(context)))
        probabilities = np.zeros(len(self.vocabulary))
        probabilities[tokens] = maximum_likelihood(counts)
        return probabilities

    def score(self, tokens: Sequence[int] | NDArray[np.integer]) -> NDArray[np.float64]:
        """Log-probability of each token given all before it, in nats, shape (T,).

        It is that of ``next_distribution``: minus infinity for what never came after the longest
        seen ending of its context. Where the model has sentences, ``</s>`` ends one.
        """
        text = np.asarray(tokens, dtype=np.int32).reshape(-1)
        if self.start is None:
            return self._scores(text)
        ends = np.flatnonzero(text == self.counted.end)
        starts = np.concatenate((np.zeros(1, np.int64), ends + 1))
        starts = starts[starts < max(text.size, 1)]
        framed = np.insert(text, starts, self.start)
        return np.delete(self._scores(framed), starts + np.arange(starts.size))

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
        for length, found in enumerate(self.counted.suffixes.matches(text)):
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

    def _framed(self, context: Sequence[int]) -> Sequence[int]:
        """What has been said of the present sentence, ``<s>`` first where there are sentences."""
        if self.start is None:
            return context
        recent = [int(token) for token in context[max(0, len(context) - self.order) :]]
        end = self.counted.end
        if end in recent:
            return (self.start, *recent[len(recent) - recent[::-1].index(end) :])
        return recent if len(context) >= self.order else (self.start, *recent)
