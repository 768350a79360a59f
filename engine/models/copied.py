"""What a text has copied: its longest runs of tokens that stand, word for word, in a counted text.

A model that has seen most of its long contexts once can only go on as the text did; the runs say
how far it went along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.errors import InputError
from engine.models.common_lengths import common_lengths
from engine.models.suffixes import END

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from engine.models.suffixes import SuffixOrder

_PAIRS = 1 << 20
_STEPS = 64
"""Tokens compared one by one; longer runs are nearly always few, but not in a text that repeats."""

_UNKNOWN = END - 1
_NOTHING = END - 2


class CopiedRun(NamedTuple):
    """Tokens that stand side by side in the counted text too.

    Attributes:
        start: the place of the first in the text looked at.
        length: how many they are.
        position: where the first stands in the counted stream; of several places the first.
    """

    start: int
    length: int
    position: int


class _Runs(NamedTuple):
    """Many runs, one array a field."""

    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    positions: NDArray[np.int64]


def copied_runs(
    suffixes: SuffixOrder, tokens: Sequence[int] | NDArray[np.integer], *, at_least: int = 1
) -> tuple[CopiedRun, ...]:
    """The copied runs that are part of no longer one, by their start; they may overlap.

    A run ends with a sentence of the counted text, and at an id that this does not know.

    Args:
        suffixes: of the counted text, ``NGramCounts.suffixes``.
        tokens: the text looked at, shape (T,).
        at_least: the shortest run of interest, in tokens.

    Raises:
        InputError: ``at_least`` is below 1.
    """
    if at_least < 1:
        raise InputError(f"a copied run has at least one token, not {at_least}.")
    known = np.asarray(tokens, dtype=np.int64).reshape(-1)
    inside = (known >= 0) & (known < suffixes.firsts.size - 1)
    text = np.where(inside, known, _UNKNOWN).astype(np.int32)
    runs = _maximal(suffixes, text, steps=_STEPS)
    if not _hold(suffixes, text, runs):
        runs = _maximal(suffixes, text, steps=text.size)
    kept = runs.lengths >= at_least
    return tuple(
        CopiedRun(*run) for run in zip(*(field[kept].tolist() for field in runs), strict=True)
    )


def longest_copied_run(
    suffixes: SuffixOrder, tokens: Sequence[int] | NDArray[np.integer]
) -> CopiedRun | None:
    """The longest copied run, the first of several; None if no token occurs in the counted text."""
    runs = copied_runs(suffixes, tokens)
    return max(runs, key=lambda run: (run.length, -run.start), default=None)


def _maximal(suffixes: SuffixOrder, text: NDArray[np.int32], steps: int) -> _Runs:
    """All runs that are part of no other; see ``common_lengths`` for ``steps``."""
    parts = list(_found(suffixes, text, steps))
    runs = _Runs(*(np.concatenate(fields) for fields in zip(*parts, strict=True)))
    # By start, the longest first, then the earliest place: the first of each start is its best.
    order = np.lexsort((runs.positions, -runs.lengths, runs.starts))
    runs = _Runs(*(field[order] for field in runs))
    ends = runs.starts + runs.lengths
    further = ends > np.append(0, np.maximum.accumulate(ends))[:-1]
    return _Runs(*(field[further] for field in runs))


def _hold(suffixes: SuffixOrder, text: NDArray[np.int32], runs: _Runs) -> bool:
    """Whether all runs are alike, token by token."""
    return all(
        np.array_equal(text[start : start + length], suffixes.stream[place : place + length])
        for start, length, place in zip(*(field.tolist() for field in runs), strict=True)
    )


def _found(suffixes: SuffixOrder, text: NDArray[np.int32], steps: int) -> Iterator[_Runs]:
    """The longest run from each place, but for those that begin within a run found to the left."""
    lengths = np.zeros(text.size, dtype=np.int64)
    rows = np.zeros((2, text.size), dtype=np.int64)
    for length, (low, high) in enumerate(suffixes.ranges(text)):
        places = np.flatnonzero(high[: text.size] > low[: text.size])
        if length:
            lengths[places] = length
            rows[:, places] = low[places], high[places]
    short = np.flatnonzero((lengths > 0) & (lengths < suffixes.depth))
    yield _Runs(short, lengths[short], _first_positions(suffixes, *rows[:, short]))
    yield from _beyond(suffixes, text, np.flatnonzero(lengths == suffixes.depth), rows, steps)


def _first_positions(
    suffixes: SuffixOrder, low: NDArray[np.int64], high: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The smallest position in each range of rows, none of them empty."""
    if not low.size:
        return low
    # A row of the order may be the last: minimum.reduceat needs an index past it.
    padded = np.append(suffixes.positions, np.int32(suffixes.stream.size))
    least = np.minimum.reduceat(padded, np.column_stack((low, high)).reshape(-1))[::2]
    return least.astype(np.int64)


def _beyond(
    suffixes: SuffixOrder,
    text: NDArray[np.int32],
    places: NDArray[np.int64],
    rows: NDArray[np.int64],
    steps: int,
) -> Iterator[_Runs]:
    """The runs of at least ``depth`` tokens, each compared on with the stream.

    Every place is paired with the positions of its range that another token stands before: what is
    alike one token earlier too is part of the pair that begins there. Places with the same range
    and the same token before have the same positions, which are looked up once.
    """
    before = np.where(places > 0, text[places - 1], _NOTHING).astype(np.int64)
    kinds = suffixes.firsts.size + 2
    keys, which = np.unique(rows[0, places] * kinds + (before - _NOTHING), return_inverse=True)
    low, before = keys // kinds, keys % kinds + _NOTHING
    sizes = np.zeros(keys.size, dtype=np.int64)
    sizes[which] = rows[1, places] - rows[0, places]
    kept: list[NDArray[np.int64]] = []
    numbers = np.zeros(keys.size, dtype=np.int64)
    for some in _batches(sizes):
        positions = suffixes.positions[_ranges(low[some], sizes[some])].astype(np.int64)
        of = np.repeat(some, sizes[some])
        left = suffixes.stream[positions - 1] != before[of]
        kept.append(positions[left])
        numbers += np.bincount(of[left], minlength=keys.size)
    candidates = np.concatenate([np.zeros(0, dtype=np.int64), *kept])
    firsts = np.cumsum(numbers) - numbers
    for some in _batches(numbers[which]):
        of = which[some]
        starts = np.repeat(places[some], numbers[of])
        positions = candidates[_ranges(firsts[of], numbers[of])]
        lengths = common_lengths(
            text, starts, suffixes.stream, positions, known=suffixes.depth, steps=steps
        )
        yield _Runs(starts, lengths, positions)


def _batches(sizes: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Indices side by side whose sizes come to about `_PAIRS`."""
    batch = np.cumsum(sizes) // _PAIRS
    return np.split(np.arange(sizes.size), np.flatnonzero(np.diff(batch)) + 1)


def _ranges(firsts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers firsts[i] ... firsts[i] + sizes[i] - 1 for each i, one after another."""
    shifts = firsts - (np.cumsum(sizes) - sizes)
    return np.repeat(shifts, sizes) + np.arange(int(sizes.sum()))
