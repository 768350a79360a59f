"""Text from the maximum-likelihood n-gram model without a search: one row of the order a token.

What follows a context is spread over the rows of its range as the model's distribution says, so a
random row is a draw. The row's place in the text is also the end of the next context, whose range
is looked up by that place. The draws are those of ``NGramModel.sample`` with the same random
numbers: in a range the rows stand by the id of what follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import InputError
from engine.models.framing import framed_context

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from engine.models.ngram_counts import NGramCounts

_BLOCK = 1 << 12


@dataclass(frozen=True, slots=True, eq=False)
class CorpusSampler:
    """Where a text goes on from each of its places.

    Attributes:
        counted: the text, to the order of the model.
        lows: for the context that ends at each place of the stream the first row with a follower,
            int32, shape (S,).
        sizes: how many such rows there are, int32, shape (S,); 0 where the context is none.
        lengths: of the contexts: n - 1, or less where a sentence begins with one, shape (S,).
    """

    counted: NGramCounts
    lows: NDArray[np.int32]
    sizes: NDArray[np.int32]
    lengths: NDArray[np.uint16]

    @classmethod
    def of(cls, counted: NGramCounts) -> CorpusSampler:
        """Look up all contexts of a counted text."""
        text = counted.suffixes
        longest = counted.order - 1
        lows, sizes = np.zeros((2, text.stream.size), dtype=np.int32)
        lengths = np.full(text.stream.size, longest, dtype=np.uint16)
        if not longest:
            sizes[:] = counted.events
            return cls(counted, lows, sizes, lengths)
        spans = [(longest, 0, text.positions.size)]
        if counted.start is not None:
            first, last = text.rows((counted.start,))
            spans += [(length, first, last) for length in range(1, longest)]
        for length, first, last in spans:
            rows, low, size = _ranges(counted, length, first, last)
            if not rows.size:
                break
            ends = text.positions[rows] + (length - 1)
            lows[ends], sizes[ends], lengths[ends] = low, size, length
        if counted.start is not None:
            # After </s> comes what comes after <s>.
            beginning = text.positions[text.rows((counted.start,))[0]]
            ends = text.stream == counted.end
            lows[ends], sizes[ends] = lows[beginning], sizes[beginning]
            lengths[ends] = lengths[beginning]
        return cls(counted, lows, sizes, lengths)

    def generate(
        self, length: int, rng: np.random.Generator, *, prompt: Sequence[int] = ()
    ) -> NDArray[np.int32]:
        """``length`` tokens, each drawn given the prompt and those before it.

        Raises:
            InputError: a negative length.
        """
        if length < 0:
            raise InputError(f"the length must be a whole number from 0 up, not {length}.")
        places = np.fromiter(self._places(length, rng, prompt), dtype=np.int64, count=length)
        return self.counted.suffixes.stream[places]

    def _places(
        self, length: int, rng: np.random.Generator, prompt: Sequence[int]
    ) -> Iterator[int]:
        """Where in the stream each token was taken from."""
        text = self.counted.suffixes
        stream, positions = text.stream.data, text.positions.data
        lows, sizes = self.lows.data, self.sizes.data
        lengths = self.lengths.data
        recent = list(prompt)
        place, alike = -1, self.counted.order
        # Whether the text before the place is as long as its context what has been said.
        known = False
        for uniform in _uniforms(length, rng):
            size = sizes[place] if known else 0
            if size:
                place = positions[lows[place] + int(uniform * size)] + lengths[place]
            else:
                # No longer context than what was alike so far can have been seen.
                most = self.counted.order if known else alike
                place, alike = self._looked_up(recent, most, uniform)
                known = alike >= lengths[place]
            recent.append(stream[place])
            yield place

    def _looked_up(self, context: Sequence[int], most: int, uniform: float) -> tuple[int, int]:
        """A place drawn by searching for the longest seen ending, of at most so many tokens, of a
        context; and how many tokens up to the place are as in the context with the one drawn.
        """
        counted, text = self.counted, self.counted.suffixes
        framed = framed_context(context, counted.order, counted.start, counted.end)
        used = counted.longest_seen(framed[max(0, len(framed) - most) :])
        size = counted.context_count(used)
        # Rows without a follower come first; those of <s>, the last ones, follow nothing.
        high = text.rows(used)[1] if used else size
        return int(text.positions[high - size + int(uniform * size)]) + len(used), len(used) + 1


def _uniforms(length: int, rng: np.random.Generator) -> Iterator[float]:
    for start in range(0, length, _BLOCK):
        yield from rng.random(min(_BLOCK, length - start)).tolist()


def _ranges(
    counted: NGramCounts, length: int, first: int, last: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """The rows from ``first`` to before ``last`` that hold a context of this length, and for each
    the first row with a follower of the context and how many there are.
    """
    text = counted.suffixes
    begins = text.common[first:last] < length
    begins[:1] = True
    starts = np.flatnonzero(begins)
    stops = np.append(starts[1:], last - first)
    followed = np.zeros(last - first + 1, dtype=np.int32)
    np.cumsum(text.room[first:last] > length, out=followed[1:])
    sizes = followed[stops] - followed[starts]
    run = np.cumsum(begins) - 1
    rows = np.flatnonzero(text.room[first:last] >= length)
    run = run[rows]
    return rows + first, (stops - sizes + first)[run].astype(np.int32), sizes[run]
