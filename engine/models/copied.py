"""What a text has copied: its longest runs of tokens that stand, word for word, in a counted text.

A model that has seen most of its long contexts once can only go on as the text did; the runs say
how far it went along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.errors import InputError
from engine.models.suffixes import END

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from engine.models.suffixes import SuffixOrder

_PAIRS = 1 << 20
_UNKNOWN = END - 1


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
    runs = _maximal(suffixes, np.asarray(tokens, dtype=np.int64).reshape(-1))
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


def _maximal(suffixes: SuffixOrder, tokens: NDArray[np.int64]) -> _Runs:
    """All runs that are part of no other."""
    known = (tokens >= 0) & (tokens < suffixes.firsts.size - 1)
    text = np.where(known, tokens, _UNKNOWN).astype(np.int32)
    parts = list(_found(suffixes, text))
    runs = _Runs(*(np.concatenate(fields) for fields in zip(*parts, strict=True)))
    # By start, the longest first, then the earliest place: the first of each start is its best.
    order = np.lexsort((runs.positions, -runs.lengths, runs.starts))
    runs = _Runs(*(field[order] for field in runs))
    ends = runs.starts + runs.lengths
    further = ends > np.append(0, np.maximum.accumulate(ends))[:-1]
    return _Runs(*(field[further] for field in runs))


def _found(suffixes: SuffixOrder, text: NDArray[np.int32]) -> Iterator[_Runs]:
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
    yield from _beyond(suffixes, text, np.flatnonzero(lengths == suffixes.depth), rows)


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
) -> Iterator[_Runs]:
    """The runs of at least ``depth`` tokens, each compared on with the stream.

    Every place is paired with all rows of its range, some ranges at a time.
    """
    sizes = rows[1, places] - rows[0, places]
    batch = np.cumsum(sizes) // _PAIRS
    for part in np.split(np.arange(places.size), np.flatnonzero(np.diff(batch)) + 1):
        starts = np.repeat(places[part], sizes[part])
        firsts = np.cumsum(sizes[part]) - sizes[part]
        within = np.arange(starts.size) - np.repeat(firsts, sizes[part])
        positions = suffixes.positions[np.repeat(rows[0, places[part]], sizes[part]) + within]
        positions = positions.astype(np.int64)
        # What is alike one token earlier too is part of the pair that begins there.
        before = suffixes.stream[positions - 1]
        left = (starts == 0) | (text[starts - 1] != before)
        starts, positions = starts[left], positions[left]
        yield _Runs(starts, _lengths(suffixes, text, starts, positions), positions)


def _lengths(
    suffixes: SuffixOrder,
    text: NDArray[np.int32],
    starts: NDArray[np.int64],
    positions: NDArray[np.int64],
) -> NDArray[np.int64]:
    """How many tokens are alike from each start and position on, known to be ``depth`` or more."""
    lengths = np.full(starts.size, suffixes.depth)
    active = np.arange(starts.size)
    while active.size:
        here = starts[active] + lengths[active]
        active = active[here < text.size]
        there = positions[active] + lengths[active]
        # The stream ends with END, which no token equals, so no place is past it.
        alike = text[starts[active] + lengths[active]] == suffixes.stream[there]
        active = active[alike]
        lengths[active] += 1
    return lengths
