"""Sorting the positions of a token stream by the tokens that follow each of them.

Everything large is done in blocks of rows: between two of them a job can be cancelled, and what is
worked on at a time stays small.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.steps import part

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from numpy.typing import NDArray

BLOCK = 1 << 20
"""Rows worked on between two reports."""

_WORD = 64
_BLOCK_BITS = 21


class Sorted(NamedTuple):
    """The rows of a stream.

    Attributes:
        positions: where each row starts, int32, shape (S,).
        common: how many first tokens it has in common with the row above, at most ``depth``; 0 for
            the first; of the same shape.
    """

    positions: NDArray[np.int32]
    common: NDArray[np.unsignedinteger]


def sorting(stream: NDArray[np.int32], kinds: int, depth: int) -> Generator[float, None, Sorted]:
    """Every position of the stream in the order of its next tokens, and the common prefixes.

    As many tokens as fit, and the position, are packed into one number and sorted. Rows that are
    still equal are sorted again: by the few tokens that are missing, or by the rank of what
    follows their prefix, which doubles the prefix each time (Manber and Myers, Suffix arrays,
    1993).

    Args:
        stream: ids from -1 to kinds - 1; past its end everything counts as -1.
        kinds: one more than the largest id.
        depth: how many tokens the order must regard; rows alike in more may stand in any order.

    Yields:
        The share done.
    """
    token_bits = kinds.bit_length()
    length = min(depth, (_WORD - stream.size.bit_length()) // token_bits)
    keys = yield from part(_packed(stream, token_bits, length), 0.0, 0.15)
    keys.sort()
    yield 0.2
    rows = yield from part(_unpacked(keys, token_bits, length, depth), 0.2, 0.3)
    del keys
    equal = rows.common >= length
    missing = depth - length
    if not missing or not equal.any():
        return rows
    if missing * token_bits <= _WORD - 2 * _BLOCK_BITS:
        yield from part(_lengthen(stream, rows, equal, length, depth), 0.3, 1.0)
        return rows
    compared, share = length, 0.3
    while length < depth and equal.any():
        done = 0.3 + 0.5 * min(2 * length, depth) / depth
        yield from part(_double(rows.positions, equal, length), share, done)
        length, share = 2 * length, done
    yield from part(_extend_common(stream, rows, compared, depth), share, 1.0)
    return rows


def _packed(
    stream: NDArray[np.int32], token_bits: int, length: int
) -> Generator[float, None, NDArray[np.uint64]]:
    """The first tokens from each position on, and the position, in one number each."""
    size = stream.size
    place_bits = np.uint64(size.bit_length())
    keys = np.empty(size, dtype=np.uint64)
    for start in range(0, size, BLOCK):
        stop = min(start + BLOCK, size)
        symbols = np.zeros(stop - start + length, dtype=np.uint64)
        known = stream[start : stop + length]
        np.add(known, 1, out=symbols[: known.size], casting="unsafe")
        block = keys[start:stop]
        block[:] = symbols[: block.size]
        for offset in range(1, length):
            block <<= np.uint64(token_bits)
            block |= symbols[offset : offset + block.size]
        block <<= place_bits
        block |= np.arange(start, stop, dtype=np.uint64)
        yield stop / size
    return keys


def _unpacked(
    keys: NDArray[np.uint64], token_bits: int, length: int, depth: int
) -> Generator[float, None, Sorted]:
    """The positions in sorted numbers, and how many of their tokens are as in the row above."""
    size = keys.size
    place_bits = size.bit_length()
    positions = np.empty(size, dtype=np.int32)
    common = np.zeros(size, dtype=np.min_scalar_type(depth))
    for start in range(0, size, BLOCK):
        stop = min(start + BLOCK, size)
        block = keys[start:stop]
        positions[start:stop] = block & np.uint64((1 << place_bits) - 1)
        first = max(start, 1)
        differing = (keys[first:stop] ^ keys[first - 1 : stop - 1]) >> np.uint64(place_bits)
        common[first:stop] = _shared(differing, token_bits, length)
        yield stop / size
    return Sorted(positions, common)


def _shared(differing: NDArray[np.uint64], token_bits: int, length: int) -> NDArray[np.uint8]:
    """How many of the packed tokens are alike: the highest bit that differs tells."""
    shared = np.zeros(differing.size, dtype=np.uint8)
    for tokens in range(1, length + 1):
        shared += differing < np.uint64(1 << token_bits * (length - tokens))
    return shared


def _lengthen(
    stream: NDArray[np.int32], rows: Sorted, equal: NDArray[np.bool_], length: int, depth: int
) -> Generator[float, None, None]:
    """Sort, in place, runs of rows equal in ``length`` tokens by those up to ``depth``."""
    last, missing = stream.size - 1, depth - length
    token_bits = (_WORD - 2 * _BLOCK_BITS) // missing
    for run in _runs(equal):
        moved = rows.positions[run.rows]
        keys = run.numbers
        for offset in range(length, depth):
            keys = keys << np.uint64(token_bits)
            # Past the end all read the final END, which is the number 0.
            keys |= (stream[np.minimum(moved + offset, last)] + 1).astype(np.uint64)
        order, keys = _sort(keys, run.bits + token_bits * missing)
        rows.positions[run.rows] = moved[order]
        differing = keys[1:] ^ keys[:-1]
        shared = _shared(differing, token_bits, missing)
        rows.common[run.rows[1:]] += shared * (differing >> np.uint64(token_bits * missing) == 0)
        yield run.stop / equal.size


def _double(
    positions: NDArray[np.int32], equal: NDArray[np.bool_], length: int
) -> Generator[float, None, None]:
    """Sort, in place, runs of rows equal in ``length`` tokens by as many more.

    Args:
        positions: sorted by their first ``length`` tokens.
        equal: whether each row is equal in them to the row above; becomes that of twice as many.
        length: of the prefix.
    """
    size = positions.size
    # What starts past the end of the stream is below everything else: rank 0.
    rank = np.zeros(size + 1, dtype=np.uint32)
    last = 0
    for start in range(0, size, BLOCK):
        block = slice(start, start + BLOCK)
        ranks = np.cumsum(~equal[block]) + last
        rank[positions[block]] = ranks
        last = ranks[-1]
        yield 0.25 * min(start + BLOCK, size) / size
    for run in _runs(equal):
        moved = positions[run.rows]
        following = rank[np.minimum(moved + length, size)].astype(np.uint64)
        bits = int(following.max()).bit_length()
        order, keys = _sort((run.numbers << np.uint64(bits)) | following, run.bits + bits)
        positions[run.rows] = moved[order]
        equal[run.rows[1:]] = keys[1:] == keys[:-1]
        yield 0.25 + 0.75 * run.stop / size


class _Runs(NamedTuple):
    """Some runs of equal rows.

    Attributes:
        rows: the rows in them.
        numbers: which of the runs each is in, from 0.
        bits: how many bits the numbers take.
        stop: the row up to which there is none besides these and those before.
    """

    rows: NDArray[np.int64]
    numbers: NDArray[np.uint64]
    bits: int
    stop: int


def _runs(equal: NDArray[np.bool_]) -> Iterator[_Runs]:
    """The runs of rows equal to the one above, about `BLOCK` rows at a time, none of them cut."""
    start = 0
    while start < equal.size:
        stop = start + BLOCK
        while stop < equal.size and equal[stop : stop + BLOCK].all():
            stop += BLOCK
        stop += int(np.argmin(equal[stop : stop + BLOCK])) if stop < equal.size else 0
        stop = min(stop, equal.size)
        block = equal[start:stop]
        inside = block.copy()
        inside[:-1] |= block[1:]
        places = np.flatnonzero(inside)
        if places.size:
            numbers = np.cumsum(~block[places]).astype(np.uint64)
            numbers -= np.uint64(1)
            yield _Runs(places + start, numbers, int(numbers[-1]).bit_length(), stop)
        start = stop


def _sort(keys: NDArray[np.uint64], bits: int) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """The order that sorts numbers of so many bits, and the sorted numbers."""
    place_bits = keys.size.bit_length()
    if bits + place_bits > _WORD:
        order = np.argsort(keys)
        return order, keys[order]
    # Sorting numbers that carry their place is several times faster than argsort.
    keys = keys << np.uint64(place_bits)
    keys |= np.arange(keys.size, dtype=np.uint64)
    keys.sort()
    places = (keys & np.uint64((1 << place_bits) - 1)).astype(np.int64)
    keys >>= np.uint64(place_bits)
    return places, keys


def _extend_common(
    stream: NDArray[np.int32], rows: Sorted, compared: int, depth: int
) -> Generator[float, None, None]:
    """Count on, in place, from ``compared`` common tokens up to ``depth``."""
    positions, common = rows
    last = stream.size - 1
    for start in range(0, positions.size, BLOCK):
        stop = min(start + BLOCK, positions.size)
        alike = np.flatnonzero(common[start:stop] >= compared) + start
        for offset in range(compared, depth):
            # Past the end both read the final END; of two positions only one can be there first.
            here = stream[np.minimum(positions[alike] + offset, last)]
            above = stream[np.minimum(positions[alike - 1] + offset, last)]
            alike = alike[here == above]
            if not alike.size:
                break
            common[alike] += 1
        yield stop / positions.size
