"""From counts to a smoothed model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.models.smoothing.additive import AddK
from engine.models.smoothing.back_off import BackOffTable
from engine.models.smoothing.choice import MLE, Smoothing
from engine.models.smoothing.discounts import Discounts, one_discount, three_discounts
from engine.models.smoothing.interpolated import Interpolated
from engine.models.smoothing.ngram_types import ngram_types
from engine.steps import part, reported

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from numpy.typing import NDArray

    from engine.models.ngram_counts import NGramCounts
    from engine.models.ngram_lm import NGramLM
    from engine.models.smoothing.ngram_types import NGramTypes


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
    return reported(smoothing_steps(counted, smoothing), progress)


def smoothing_steps(
    counted: NGramCounts, smoothing: Smoothing = MLE
) -> Generator[float, None, NGramLM]:
    """``smoothed`` in steps that yield the share done, so that it can be cancelled between two."""
    if smoothing.name == "mle":
        from engine.models.ngram import NGramModel

        yield 1.0
        return NGramModel(counted)
    types = yield from part(ngram_types(counted), 0.0, 0.5)
    if smoothing.name == "add-k":
        totals = tuple(
            _sums(counts, level.children)
            for counts, level in zip(types.counts[1:], types.trie.levels, strict=False)
        )
        yield 1.0
        return AddK(counted, smoothing, types.trie, types.counts, totals)
    counts = types.counts
    discounts: tuple[Discounts, ...] = ()
    if smoothing.name != "witten-bell":
        counts = yield from part(_adjusted(counted, types), 0.5, 0.6)
        discounts = tuple(
            one_discount(each, smoothing.discount)
            if smoothing.name == "kneser-ney"
            else three_discounts(each)
            for each in counts
        )
    size = len(counted.vocabulary)
    table = yield from part(_interpolated(types, counts, discounts, size), 0.6, 1.0)
    return Interpolated(counted, smoothing, table, counts, discounts)


def _adjusted(
    counted: NGramCounts, types: NGramTypes
) -> Generator[float, None, tuple[NDArray[np.int32], ...]]:
    """How many different tokens stand before each n-gram below the highest order.

    Each n-gram of the next order is one such token before the n-gram without it. Those that begin
    with ``<s>`` keep their counts; in one stream the beginning of the text counts as a token.
    """
    text = counted.suffixes
    # The row of the first sentence: each beginning of one stream is an n-gram that it is in.
    begin = int(np.flatnonzero(text.positions == 0)[0])
    adjusted = []
    for order in range(1, counted.order):
        rows, counts = types.rows[order - 1], types.counts[order - 1]
        before = np.bincount(types.suffixes[order], minlength=rows.size).astype(np.int32)
        if counted.start is not None:
            marked = rows.searchsorted(np.int32(text.firsts[counted.start]))
            before[marked:] = counts[marked:]
        elif text.room[begin] >= order:
            before[int(rows.searchsorted(np.int32(begin), side="right")) - 1] += 1
        adjusted.append(before)
        yield order / counted.order
    return (*adjusted, types.counts[-1])


def _interpolated(
    types: NGramTypes,
    counts: tuple[NDArray[np.int32], ...],
    discounts: tuple[Discounts, ...],
    size: int,
) -> Generator[float, None, BackOffTable]:
    """The probabilities of all n-grams, from the unigrams up, and what each context leaves.

    Args:
        types: the n-grams.
        counts: for each order, as the smoothing counts them.
        discounts: for each order, or none for Witten-Bell.
        size: V.
    """
    levels = types.trie.levels
    first = levels[0].tokens
    bounds = np.array((0, first.size), dtype=np.int32)
    alone = np.zeros(first.size, dtype=np.int32)
    shares, left = _mixture(counts[0], bounds, alone, discounts[:1])
    unigrams = np.full(size, left[0] / size)
    # Only <s>, which nothing predicts, has no place in the vocabulary.
    inside = first < size
    unigrams[first[inside]] += shares[inside]
    below = np.zeros(first.size)
    below[inside] = unigrams[first[inside]]
    probabilities, back_offs = [below], []
    for order in range(2, len(levels) + 1):
        ends, parents = levels[order - 2].children, types.parents[order - 1]
        shares, left = _mixture(counts[order - 1], ends, parents, discounts[order - 1 : order])
        yield (order - 0.5) / len(levels)
        shorter = probabilities[-1][types.suffixes[order - 1]]
        shorter *= left[parents]
        shares += shorter
        probabilities.append(shares)
        back_offs.append(left)
        yield order / len(levels)
    for array in (unigrams, *probabilities, *back_offs):
        array.flags.writeable = False
    yield 1.0
    return BackOffTable(types.trie, unigrams, tuple(probabilities), tuple(back_offs))


def _mixture(
    counts: NDArray[np.int32],
    ends: NDArray[np.int32],
    parents: NDArray[np.int32],
    discounts: tuple[Discounts, ...],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The share of each n-gram of one order, and what each of their contexts leaves.

    Args:
        counts: shape (K,).
        ends: the n-grams of the i-th context are ends[i] ... ends[i + 1] - 1.
        parents: the context of each, shape (K,).
        discounts: one, or none for Witten-Bell.
    """
    totals = _sums(counts, ends).astype(np.float64)
    if discounts:
        taken = discounts[0].table()
        kinds = np.minimum(counts, 3)
        left = np.zeros(totals.size)
        # Numbers of n-grams are exact; summing the discounts themselves would not be.
        for kind in (1, 2, 3):
            left += taken[kind] * _sums(kinds == kind, ends)
        shares = counts - taken[kinds]
    else:
        left = _sums(counts > 0, ends).astype(np.float64)
        totals += left
        shares = counts.astype(np.float64)
    followed = totals > 0
    np.divide(left, totals, out=left, where=followed)
    left[~followed] = 1.0
    shares /= totals[parents]
    return shares, left


def _sums(
    counts: NDArray[np.int32] | NDArray[np.bool_], ends: NDArray[np.int32]
) -> NDArray[np.int64]:
    """The sum of counts[ends[i]:ends[i + 1]] for each i, exactly."""
    before = np.zeros(counts.size + 1, dtype=np.int64)
    np.cumsum(counts, out=before[1:])
    return np.diff(before[ends])
