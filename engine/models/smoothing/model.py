"""What smoothed models and those of files share: framing, sampling, the answer to a query."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import InputError
from engine.models.framing import framed_context, framed_scores
from engine.models.language_model import Draw, sample_from
from engine.models.ngram_lm import Evidence, Explanation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from engine.models.ngram_counts import NGramCounts
    from engine.models.smoothing.choice import Smoothing
    from engine.text.vocabulary import Vocabulary


class FramedModel(ABC):
    """A language model of limited contexts, with ``<s>`` understood where it has sentences.

    Ids outside the vocabulary are unknown tokens: they have the probability of ``<unk>`` where the
    vocabulary has one, as it does for sentences, and else 0; in a context they were never seen.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def vocabulary(self) -> Vocabulary:
        """The V tokens that can be predicted."""

    @property
    @abstractmethod
    def order(self) -> int:
        """One more than the longest context used."""

    @property
    @abstractmethod
    def start(self) -> int | None:
        """The id of ``<s>`` for contexts, or None where the text is one stream."""

    @property
    @abstractmethod
    def end(self) -> int | None:
        """The id of ``</s>``, or None where the text is one stream."""

    @property
    def note(self) -> str:
        """What a person should know about the model, in one sentence, or nothing."""
        return ""

    @abstractmethod
    def distribution(self, context: Sequence[int]) -> NDArray[np.float64]:
        """p(next token | context), shape (V,), the context taken as it is."""

    @abstractmethod
    def explain(self, context: Sequence[int], token: int) -> Explanation:
        """Which orders the probability of a token after a context comes from."""

    @abstractmethod
    def _log_probabilities(self, text: NDArray[np.int32]) -> NDArray[np.float64]:
        """Of each token of a text that holds its own ``<s>``; those of ``<s>`` are not used."""

    @abstractmethod
    def _looked_up(self, context: Sequence[int]) -> tuple[int, ...]:
        """The ending of a context that the model's longest n-grams after it begin with."""

    @abstractmethod
    def _orders(self, context: Sequence[int]) -> NDArray[np.int32]:
        """The order of the longest n-gram known with each token after a context, shape (V,)."""

    @abstractmethod
    def _counts_after(
        self, context: tuple[int, ...]
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The tokens seen after exactly this context, and how often."""

    def query(self, context: Sequence[int]) -> Evidence:
        """All V tokens after the last n - 1 of a context, the most probable first."""
        p = self.distribution(context)
        return self._evidence(context, p, np.argsort(-p, kind="stable"))

    def top(self, context: Sequence[int], k: int) -> Evidence:
        """``query`` with only the k most probable tokens.

        Raises:
            InputError: k is below 1.
        """
        if k < 1:
            raise InputError(f"the number of tokens to show must be from 1 up, not {k}.")
        p = self.distribution(context)
        likely = np.arange(p.size)
        if k < p.size:
            likely = np.flatnonzero(p >= np.partition(p, p.size - k)[p.size - k])
        return self._evidence(context, p, likely[np.argsort(-p[likely], kind="stable")][:k])

    def next_distribution(self, context: Sequence[int]) -> NDArray[np.float64]:
        """p(next token | all tokens before it), shape (V,), sum 1.

        Args:
            context: everything so far; where the model has sentences, ``<s>`` is understood at
                its beginning and after each ``</s>``.
        """
        return self.distribution(framed_context(context, self.order, self.start, self.end))

    def score(self, tokens: Sequence[int] | NDArray[np.integer]) -> NDArray[np.float64]:
        """Log-probability of each token given all before it, in nats, shape (T,).

        It is minus infinity where the probability is 0, as that of an unknown token is where the
        vocabulary has no ``<unk>``. Where the model has sentences, ``</s>`` ends one.
        """
        return framed_scores(tokens, self.start, self.end, self._log_probabilities)

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

    def _evidence(
        self, context: Sequence[int], p: NDArray[np.float64], chosen: NDArray[np.int64]
    ) -> Evidence:
        used = self._looked_up(context)
        seen, frequencies = self._counts_after(used)
        counts = np.zeros(p.size, dtype=np.int64)
        counts[seen] = frequencies
        asked = context[max(0, len(context) - self.order + 1) :]
        dropped = tuple(int(token) for token in asked[: len(asked) - len(used)])
        tokens = chosen.astype(np.int32)
        columns = tokens, counts[chosen], p[chosen], self._orders(context)[chosen]
        for array in columns:
            array.flags.writeable = False
        tokens, shown, probabilities, orders = columns
        total = int(frequencies.sum())
        return Evidence(len(used) + 1, total, tokens, shown, probabilities, used, dropped, orders)

    def _known(self, token: int) -> int | None:
        """The id whose probability a token has, or None for one that has none."""
        return int(token) if 0 <= token < len(self.vocabulary) else self.vocabulary.unknown


@dataclass(frozen=True, slots=True, eq=False)
class SmoothedModel(FramedModel):
    """An n-gram model in which every token of the vocabulary has a share after every context.

    The one exception is Kneser-Ney with a given discount of 0, which leaves nothing.

    Attributes:
        counted: the counts that all else follows from.
        smoothing: what unseen n-grams get.
    """

    counted: NGramCounts
    smoothing: Smoothing

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
    def end(self) -> int | None:
        """The id of ``</s>``, or None where the text is one stream."""
        return self.counted.end

    @property
    def events(self) -> int:
        """How many tokens the training text asked to predict."""
        return self.counted.events

    def _counts_after(
        self, context: tuple[int, ...]
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        return self.counted.counts(context)
