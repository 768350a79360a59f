"""The one interface of all language models: the next token's distribution, a score, a sample."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from engine.errors import InputError
from engine.text.sampling import check_sampling, draw, reshape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray

    from engine.text.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """One sampled token with its evidence.

    Attributes:
        token: its id.
        probability: its share of ``distribution``.
        uniform: the random number in [0, 1) that chose it.
        distribution: what it was drawn from, shape (V,), read-only: after temperature and cuts.
    """

    token: int
    probability: float
    uniform: float
    distribution: NDArray[np.float64]


class LanguageModel(Protocol):
    """p(x_1 ... x_T) as a product of next-token distributions."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The V tokens that can be predicted."""
        ...

    def next_distribution(self, context: Sequence[int]) -> NDArray[np.float64]:
        """p(next token | all tokens before it), shape (V,), sum 1."""
        ...

    def score(self, tokens: Sequence[int]) -> NDArray[np.float64]:
        """Log-probability of each token given all before it, in nats, shape (T,)."""
        ...

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
        """``length`` tokens one after another, each drawn given the prompt and those before it."""
        ...


def draw_from(
    probabilities: ArrayLike,
    rng: np.random.Generator,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
) -> Draw:
    """One token from the reshaped distribution.

    Raises:
        InputError: as ``reshape``.
    """
    distribution = reshape(probabilities, temperature=temperature, top_k=top_k, top_p=top_p)
    token, uniform = draw(distribution, rng)
    distribution.flags.writeable = False
    return Draw(token, float(distribution[token]), uniform, distribution)


def sample_from(
    next_distribution: Callable[[Sequence[int]], NDArray[np.float64]],
    length: int,
    rng: np.random.Generator,
    *,
    prompt: Sequence[int] = (),
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
) -> Iterator[Draw]:
    """Draws from a function of the whole context; the settings are checked before the first.

    Raises:
        InputError: a negative length, or settings that ``reshape`` refuses.
    """
    check_sampling(temperature, top_k, top_p)
    if length < 0:
        raise InputError(f"the length must be a whole number from 0 up, not {length}.")

    def draws() -> Iterator[Draw]:
        context = list(prompt)
        for _ in range(length):
            drawn = draw_from(
                next_distribution(context), rng, temperature=temperature, top_k=top_k, top_p=top_p
            )
            context.append(drawn.token)
            yield drawn

    return draws()


def perplexity(log_probabilities: ArrayLike) -> float:
    """The exponential of the mean negative log-probability; infinite if a token cannot occur.

    Args:
        log_probabilities: natural logarithms, at least one.

    Raises:
        InputError: there are none.
    """
    logs = np.asarray(log_probabilities, dtype=np.float64)
    if not logs.size:
        raise InputError("a perplexity needs at least one token; give a text that is not empty.")
    try:
        return math.exp(-float(logs.mean()))
    except OverflowError:
        return math.inf
