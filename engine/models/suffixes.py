"""All n-grams of a text in one sorted order of its positions.

The positions of a stream of token ids are sorted by the ``depth`` tokens that follow each of
them. A context is then a range of rows; the n-grams of every order are runs of rows, their counts
the lengths of the runs. Kept per token are only its position, the length of the common prefix with
the row above, and how far the sentence goes on.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.models.suffix_sort import BLOCK, sorting
from engine.steps import part, reported
from engine.text.encoding import END

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from numpy.typing import NDArray


__all__ = ["END", "Matches", "SuffixOrder"]


class Matches(NamedTuple):
    """How often the tokens from each place on occur, and how often with a follower."""

    counts: NDArray[np.int64]
    followed: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class SuffixOrder:
    """The positions of a stream in the order of the tokens that start there.

    Attributes:
        stream: token ids, int32, with ``END`` after each sentence, shape (S,).
        positions: where each row starts in the stream, int32, shape (N,), ``END`` left out.
        common: how many first tokens a row shares with the row above, shape (N,); it counts to
            ``depth``, and may count on past an ``END`` that both rows have.
        room: how many tokens a row has before ``END``, at most ``depth``, shape (N,).
        firsts: the rows starting with token v are firsts[v] ... firsts[v + 1] - 1.
        depth: the longest n-gram that can be counted.
    """

    stream: NDArray[np.int32]
    positions: NDArray[np.int32]
    common: NDArray[np.unsignedinteger]
    room: NDArray[np.unsignedinteger]
    firsts: NDArray[np.int64]
    depth: int

    @classmethod
    def of(
        cls,
        stream: NDArray[np.int32],
        kinds: int,
        depth: int,
        progress: Callable[[float], None] | None = None,
    ) -> SuffixOrder:
        """Sort the positions of a stream.

        Args:
            stream: ids in 0 ... kinds - 1 and ``END``, the last one being ``END``.
            kinds: how many different ids there can be.
            depth: the longest n-gram to count, at least 1.
            progress: told the share done, from 0 to 1.
        """
        return reported(cls.sorting(stream, kinds, depth), progress)

    @classmethod
    def sorting(
        cls, stream: NDArray[np.int32], kinds: int, depth: int
    ) -> Generator[float, None, SuffixOrder]:
        """``of`` in steps that yield the share done."""
        positions, common = yield from part(sorting(stream, kinds, depth), 0.0, 0.9)
        # Rows of END come first; no n-gram starts with one.
        ends = np.count_nonzero(stream == END)
        positions, common = positions[ends:], common[ends:]
        common[:1] = 0
        yield 0.92
        result = cls.from_sorted(stream, positions, common, kinds, depth)
        yield 1.0
        return result

    @classmethod
    def from_sorted(
        cls,
        stream: NDArray[np.int32],
        positions: NDArray[np.int32],
        common: NDArray[np.unsignedinteger],
        kinds: int,
        depth: int,
    ) -> SuffixOrder:
        """The order of a stream whose positions are sorted already; see the attributes."""
        room = np.take(_room(np.flatnonzero(stream == END), stream.size, depth), positions)
        firsts = _firsts(stream, kinds)
        for array in (stream, positions, common, room, firsts):
            array.flags.writeable = False
        return cls(stream, positions, common, room, firsts, depth)

    def rows(self, context: Sequence[int]) -> tuple[int, int]:
        """The first row that starts with these tokens and the one after the last."""
        low, high = 0, self.positions.size
        for offset, token in enumerate(context):
            if not 0 <= token < self.firsts.size - 1 or offset >= self.depth:
                return 0, 0
            if offset == 0:
                low, high = int(self.firsts[token]), int(self.firsts[token + 1])
            else:
                low, high = self._narrow(low, high, offset, token)
            if low == high:
                return 0, 0
        return low, high

    def followers(self, context: Sequence[int]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The tokens seen after a context shorter than ``depth``, by id, and how often each was."""
        low, high = self.rows(context)
        length = len(context)
        if length and low < high:
            low, high = self._narrow(low, high, length, None)
        if low == high:
            return np.empty(0, np.int32), np.empty(0, np.int64)
        runs = np.flatnonzero(self.common[low + 1 : high] <= length) + 1
        starts = np.concatenate((np.zeros(1, np.int64), runs))
        counts = np.diff(starts, append=high - low)
        return self.stream[self.positions[low + starts] + length], counts

    def context_count(self, context: Sequence[int]) -> int:
        """How often something follows the context, which is shorter than ``depth``."""
        low, high = self.rows(context)
        if context and low < high:
            low, high = self._narrow(low, high, len(context), None)
        return high - low

    def distinct(self, order: int) -> int:
        """How many different n-grams of this order there are, at most ``depth``."""
        return int(np.count_nonzero((self.common < order) & (self.room >= order)))

    def distinct_contexts(self, length: int) -> int:
        """How many different contexts of this length, below ``depth``, have a follower."""
        # Rows without a follower come first in their context, so one row begins those with one.
        follows = self.room > length
        begins = self.common < length
        begins[:1] = True
        begins[1:] |= ~follows[:-1]
        return int(np.count_nonzero(follows & begins))

    def matches(self, tokens: NDArray[np.int32]) -> Iterator[Matches]:
        """For lengths 0, 1 ... ``depth``: the rows that start with the tokens from each place on.

        An id that the stream does not know matches nothing, nor do tokens that would run past the
        end of ``tokens``.
        """
        for length, (low, high) in enumerate(self.ranges(tokens)):
            counts = high - low
            if not length:
                yield Matches(counts, counts)
                continue
            ended = np.zeros(self.positions.size + 1, dtype=np.int32)
            np.cumsum(self.room == length, out=ended[1:])
            yield Matches(counts, counts - (ended[high] - ended[low]))

    def ranges(
        self, tokens: NDArray[np.int32]
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """For lengths 0, 1 ... ``depth``: the first row that starts with the tokens from each
        place on, and the one after the last; as many as there are places with so many tokens.

        Where nothing matches both are 0.
        """
        low = np.zeros(tokens.size + 1, dtype=np.int64)
        high = np.full(tokens.size + 1, self.positions.size)
        yield low, high
        for length in range(1, self.depth + 1):
            low, high = low[: tokens.size + 1 - length], high[: tokens.size + 1 - length]
            if not low.size:
                return
            low, high = self._narrow_all(low, high, length - 1, tokens[length - 1 :])
            yield low, high

    def _narrow_all(
        self,
        low: NDArray[np.int64],
        high: NDArray[np.int64],
        offset: int,
        tokens: NDArray[np.int32],
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """``_narrow`` for many ranges at once, one token each."""
        tokens = tokens[: low.size]
        known = (tokens >= 0) & (tokens < self.firsts.size - 1) & (low < high)
        places = np.flatnonzero(known)
        narrowed = np.zeros((2, low.size), dtype=np.int64)
        if offset == 0:
            narrowed[0, places] = self.firsts[tokens[places]]
            narrowed[1, places] = self.firsts[tokens[places] + 1]
            return narrowed[0], narrowed[1]
        # The range ends where the next id would begin, so both ends are one search.
        wanted = np.concatenate((tokens[places], tokens[places] + 1))
        left, right = np.tile(low[places], 2), np.tile(high[places], 2)
        active = np.arange(left.size)
        while active.size:
            middle = (left[active] + right[active]) >> 1
            below = self.stream[self.positions[middle] + offset] < wanted[active]
            left[active[below]] = middle[below] + 1
            right[active[~below]] = middle[~below]
            active = active[left[active] < right[active]]
        narrowed[:, places] = left.reshape(2, -1)
        return narrowed[0], narrowed[1]

    def _narrow(self, low: int, high: int, offset: int, token: int | None) -> tuple[int, int]:
        """Of rows alike in ``offset`` tokens those with ``token`` next, or with any but ``END``."""
        stream, positions = self.stream, self.positions

        def symbol(row: int) -> int:
            return int(stream[positions[row] + offset])

        if token is None:
            return bisect_right(range(high), END, lo=low, key=symbol), high
        low = bisect_left(range(high), token, lo=low, key=symbol)
        return low, bisect_right(range(high), token, lo=low, key=symbol)


def _room(ends: NDArray[np.int64], size: int, depth: int) -> NDArray[np.unsignedinteger]:
    """The distance from each place of the stream to the next ``END``, at most ``depth``."""
    room = np.full(size, depth, dtype=np.min_scalar_type(depth))
    longest = int(np.diff(ends, prepend=-1).max())
    # The nearest END is set last, so that one further on does not count.
    for distance in range(min(depth, longest) - 1, -1, -1):
        room[ends[np.searchsorted(ends, distance) :] - distance] = distance
    return room


def _firsts(stream: NDArray[np.int32], kinds: int) -> NDArray[np.int64]:
    """Where the rows of each token begin, and where the last ones end, shape (kinds + 1,)."""
    counts = np.zeros(kinds + 1, dtype=np.int64)
    for start in range(0, stream.size, BLOCK):
        # END is -1 and is counted first, where the sum begins.
        counts += np.bincount(stream[start : start + BLOCK] + 1, minlength=kinds + 1)
    counts[0] = 0
    return np.cumsum(counts)
