"""The chain rule: p(x_1 ... x_T) as the product of p(x_t | x_1 ... x_(t-1)), factor by factor.

It is exact for a model that reads its whole past, such as an RNN; an n-gram model cuts what stands
after the bar to the last n - 1 tokens (lecture 1, *n-Gram Language Model*).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import InputError
from engine.models.framing import framed_context
from engine.models.fused.network import FusedNetwork
from engine.models.language_model import perplexity

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from engine.models.language_model import LanguageModel
    from engine.models.ngram_lm import Explanation, NGramLM
    from engine.models.recurrent import RecurrentLM

_LOGITS_AT_ONCE = 1_500_000
"""How many numbers the outputs of one batch of windows may have."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A text's factors and what follows from them.

    Attributes:
        logs: natural logarithm of each factor, at least one; minus infinity where it is 0.
    """

    logs: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.logs:
            raise InputError("there is no token to read: type at least one.")

    @property
    def probabilities(self) -> tuple[float, ...]:
        """Each factor p(x_t | what is before it)."""
        return tuple(math.exp(log) for log in self.logs)

    @property
    def surprisals(self) -> tuple[float, ...]:
        """-log2 of each factor, in bits; infinite where it is 0."""
        return tuple(-log / math.log(2) + 0.0 for log in self.logs)

    @property
    def log_probability(self) -> float:
        """log p(x), the sum of the logs, in nats."""
        return math.fsum(self.logs)

    @property
    def probability(self) -> float:
        """p(x), the product; 0 too where it is smaller than a float64 can hold."""
        return math.exp(self.log_probability)

    @property
    def perplexity(self) -> float:
        """exp of minus the mean log; infinite if a factor is 0."""
        return perplexity(self.logs)

    @property
    def bits(self) -> float:
        """-log2 p(x), the sum of the surprisals."""
        return -self.log_probability / math.log(2) + 0.0

    @property
    def bits_per_token(self) -> float:
        """The mean surprisal."""
        return self.bits / len(self.logs)

    @property
    def impossible(self) -> tuple[int, ...]:
        """The places, from 0 up, of the factors that are 0."""
        return tuple(place for place, log in enumerate(self.logs) if log == -math.inf)


def chain(model: LanguageModel, tokens: Sequence[int]) -> Chain:
    """The factors of a text under any model.

    Raises:
        InputError: there is no token.
    """
    return Chain(tuple(np.asarray(model.score(tokens), dtype=np.float64).tolist()))


def evidence(model: NGramLM, tokens: Sequence[int]) -> tuple[Explanation, ...]:
    """Where each factor of a text comes from, its context framed as ``score`` frames it."""
    end = model.counted.end
    return tuple(
        model.explain(framed_context(tokens[:place], model.order, model.start, end), token)
        for place, token in enumerate(tokens)
    )


def cut_history(
    model: RecurrentLM, tokens: Sequence[int], history: int
) -> Generator[float, None, Chain]:
    """The factors of a text if an RNN may read only the last tokens before each, in steps.

    Its state begins at h_0 before the first of those tokens; while there are no more tokens than
    those, the factors are those of ``score``.

    Args:
        model: the RNN.
        tokens: T ids of its vocabulary.
        history: how many tokens it reads before each, from 0 up.

    Yields:
        The share done.

    Raises:
        InputError: there is no token, or the history is negative.
    """
    if history < 0:
        raise InputError(f"the history must be a whole number from 0 up, not {history}.")
    ids = np.asarray(tokens, dtype=np.int64)
    whole = min(history + 1, ids.size)
    logs = np.empty(ids.size)
    logs[:whole] = model.score(ids[:whole].tolist())
    size, starts = len(model.vocabulary), model.architecture.starts()
    state = {name: model.parameters[name] for name in starts}
    at_once = max(1, _LOGITS_AT_ONCE // (size * (history + 1)))
    for first in range(whole, ids.size, at_once):
        yield first / ids.size
        lasts = np.arange(first, min(first + at_once, ids.size))
        # Column b holds the history of one token, and the token itself at the bottom.
        windows = ids[lasts[np.newaxis] + np.arange(-history, 1)[:, np.newaxis]]
        network = FusedNetwork(
            model.architecture, size, history + 1, lasts.size, model.parameters["W_hy"].dtype
        )
        network.forward(model.parameters, windows, state)
        logs[lasts] = -network.token_losses[-1]
    return Chain(tuple(logs.tolist()))
