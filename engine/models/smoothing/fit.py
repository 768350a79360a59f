"""From counts to a smoothed model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.errors import InputError
from engine.models.smoothing.additive import AddK
from engine.models.smoothing.choice import MLE, Smoothing
from engine.models.smoothing.ngram_types import ngram_types

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from engine.models.ngram_counts import NGramCounts
    from engine.models.ngram_lm import NGramLM


def smoothed(
    counted: NGramCounts,
    smoothing: Smoothing = MLE,
    *,
    progress: Callable[[float], None] | None = None,
) -> NGramLM:
    """The model of counted n-grams under a smoothing.

    Args:
        counted: how often each n-gram occurs.
        smoothing: what unseen n-grams get; the default nothing.
        progress: told the share done, from 0 to 1.
    """
    report = progress or _unreported
    if smoothing.name == "mle":
        from engine.models.ngram import NGramModel

        report(1.0)
        return NGramModel(counted)
    types = ngram_types(counted, report)
    if smoothing.name == "add-k":
        totals = tuple(
            sums(counts, level.children)
            for counts, level in zip(types.counts[1:], types.trie.levels, strict=False)
        )
        return AddK(counted, smoothing, types, totals)
    raise InputError(f"{smoothing.title} is not there yet.")


def sums(counts: NDArray[np.int64], ends: NDArray[np.int32]) -> NDArray[np.int64]:
    """The sum of counts[ends[i]:ends[i + 1]] for each i, exactly."""
    before = np.zeros(counts.size + 1, dtype=np.int64)
    np.cumsum(counts, out=before[1:])
    return np.diff(before[ends])


def _unreported(share: float) -> None:
    """Nobody asked."""
