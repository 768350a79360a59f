"""N-gram models judged on a part of their text that was not counted: perplexity by order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import InputError
from engine.models.language_model import perplexity
from engine.models.ngram_counts import NGramCounts
from engine.models.smoothing import MLE, Smoothing, smoothed

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from numpy.typing import NDArray

HELD_OUT = "As You Like It"
"""The document that is held out where there is one; the shipped weights were trained so too."""

SHARE = 10
FEWEST = 2 * SHARE
MANY = 1000


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """A text in two parts over one vocabulary, that of the whole text.

    Attributes:
        train: the counts of the one part.
        tokens: the other part, int32, shape (T,), read-only.
        title: what it is, in words.
    """

    train: NGramCounts
    tokens: NDArray[np.int32]
    title: str


@dataclass(frozen=True, slots=True)
class OrderPerplexity:
    """How well the model of one order predicts the held-out part.

    Attributes:
        order: n.
        perplexity: over all its tokens; infinite if one of them has probability 0.
        possible: over those of its tokens that have a probability above 0; None if none has.
        zeros: how many tokens have probability 0.
        tokens: how many there are.
    """

    order: int
    perplexity: float
    possible: float | None
    zeros: int
    tokens: int


def holding_out(
    counted: NGramCounts, documents: Sequence[tuple[str, int]] = ()
) -> Generator[float, None, HeldOut]:
    """Count a text anew without a part of it, in steps that yield the share done.

    Held out is the document "As You Like It" where the text has it and more, else the last tenth.

    Args:
        counted: the whole text, counted as one stream.
        documents: title and first token of each of its documents, in their order.

    Raises:
        InputError: the text has sentences, or too few tokens to hold any out.
    """
    stream = counted.suffixes.stream
    if counted.start is not None:
        raise InputError("a text counted in sentences is not held out from; count it as one.")
    begin, end, title = _part(stream.size - 1, documents)
    train = np.concatenate((stream[:begin], stream[end:]))
    counts = yield from NGramCounts.counting_stream(train, counted.vocabulary, counted.order)
    return HeldOut(counts, stream[begin:end], title)


def perplexity_by_order(
    held_out: HeldOut, smoothing: Smoothing = MLE, orders: Sequence[int] = range(1, 8)
) -> Iterator[OrderPerplexity]:
    """The perplexity of the held-out part under the model of each order, one after another.

    Args:
        held_out: the two parts.
        smoothing: of the models.
        orders: from 1 to that of the counts; larger ones are left out.
    """
    for order in orders:
        if order <= held_out.train.order:
            model = smoothed(replace(held_out.train, order=order), smoothing)
            scores = model.score(held_out.tokens.tolist())
            possible = scores[np.isfinite(scores)]
            yield OrderPerplexity(
                order,
                perplexity(scores),
                perplexity(possible) if possible.size else None,
                scores.size - possible.size,
                scores.size,
            )


def _part(size: int, documents: Sequence[tuple[str, int]]) -> tuple[int, int, str]:
    """The first token held out, the one after the last, and what they are."""
    ends = [*(first for _, first in documents[1:]), size]
    # Without documents there is one end too many.
    for (title, first), end in zip(documents, ends, strict=False):
        if title == HELD_OUT and 0 < end - first < size:
            return first, end, title
    if size < FEWEST:
        raise InputError(
            f"the text has only {size} token{'s' * (size != 1)}, too few to hold some of them out; "
            f"choose one with at least {FEWEST}."
        )
    held = size // SHARE
    few = "" if held >= MANY else f" ({held} tokens: too few to judge a model by)"
    return size - held, size, f"the last tenth{few}"
