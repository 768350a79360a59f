"""Sorting the positions of a token stream by the tokens that follow each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_WORD = 64


def sorted_positions(
    stream: NDArray[np.int32], kinds: int, depth: int, report: Callable[[float], None]
) -> tuple[NDArray[np.int32], NDArray[np.unsignedinteger]]:
    """Every position of the stream in the order of its next tokens, and the common prefixes.

    As many tokens as fit, and the position, are packed into one number and sorted. Rows that are
    still equal are sorted again by the rank of what follows their prefix, which doubles the
    prefix each time (Manber and Myers, Suffix arrays, 1993).

    Args:
        stream: ids from -1 to kinds - 1; past its end everything counts as -1.
        kinds: one more than the largest id.
        depth: how many tokens the order must regard; rows alike in more may stand in any order.
        report: told the share done.

    Returns:
        The positions, int32, and the number of first tokens that each row has in common with
        the row above (0 for the first), at most ``depth``; both of the stream's shape.
    """
    prefix, positions, length = _first_sort(stream, kinds, depth)
    common = _common_in_prefix(prefix, kinds, length, depth)
    report(0.4)
    equal = common[1:] >= length
    del prefix
    compared = length
    while length < depth and equal.any():
        equal = _double(positions, equal, length)
        length *= 2
        report(0.4 + 0.4 * min(length, depth) / depth)
    _extend_common(stream, positions, common, compared, depth)
    return positions, common


def _first_sort(
    stream: NDArray[np.int32], kinds: int, depth: int
) -> tuple[NDArray[np.uint64], NDArray[np.int32], int]:
    """The sorted prefixes as packed numbers, their positions, and how many tokens they hold."""
    size = stream.size
    token_bits, place_bits = kinds.bit_length(), size.bit_length()
    length = min(depth, (_WORD - place_bits) // token_bits)
    symbols = np.zeros(size + length, dtype=np.uint64)
    np.add(stream, 1, out=symbols[:size], casting="unsafe")
    keys = symbols[:size].copy()
    for offset in range(1, length):
        keys <<= np.uint64(token_bits)
        keys |= symbols[offset : offset + size]
    del symbols
    keys <<= np.uint64(place_bits)
    keys |= np.arange(size, dtype=np.uint64)
    keys.sort()
    positions = (keys & np.uint64((1 << place_bits) - 1)).astype(np.int32)
    keys >>= np.uint64(place_bits)
    return keys, positions, length


def _common_in_prefix(
    prefix: NDArray[np.uint64], kinds: int, length: int, depth: int
) -> NDArray[np.unsignedinteger]:
    """How many of the packed tokens are as in the row above: the highest bit that differs tells."""
    common = np.zeros(prefix.size, dtype=np.min_scalar_type(depth))
    differing = prefix[1:] ^ prefix[:-1]
    for shared in range(1, length + 1):
        bits = kinds.bit_length() * (length - shared)
        common[1:] += differing < np.uint64(1 << bits)
    return common


def _double(
    positions: NDArray[np.int32], equal: NDArray[np.bool_], length: int
) -> NDArray[np.bool_]:
    """Sort, in place, runs of rows equal in ``length`` tokens by as many more; say what is equal.

    Args:
        positions: sorted by their first ``length`` tokens.
        equal: whether each row but the first is equal in them to the row above.
        length: of the prefix.
    """
    size = positions.size
    rank = np.zeros(size + 1, dtype=np.uint32)
    rank[positions[1:]] = np.cumsum(~equal)
    rank[positions] += np.uint32(1)
    in_run = np.zeros(size, dtype=np.bool_)
    in_run[1:] = equal
    in_run[:-1] |= equal
    rows = np.flatnonzero(in_run)
    moved = positions[rows]
    # What starts past the end of the stream is below everything else: rank 0.
    following = rank[np.minimum(moved + length, size)].astype(np.uint64)
    run = rank[moved].astype(np.uint64)
    run -= run.min()
    order, keys = _sort_pairs(run, following)
    positions[rows] = moved[order]
    still = np.zeros(size, dtype=np.bool_)
    still[rows[1:]] = keys[1:] == keys[:-1]
    return still[1:]


def _sort_pairs(
    run: NDArray[np.uint64], following: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """The order that sorts by (run, following), and the sorted pairs as numbers."""
    following_bits = int(following.max()).bit_length()
    place_bits = run.size.bit_length()
    keys = (run << np.uint64(following_bits)) | following
    if int(run.max()).bit_length() + following_bits + place_bits <= _WORD:
        # Sorting numbers that carry their place is several times faster than argsort.
        keys <<= np.uint64(place_bits)
        keys |= np.arange(run.size, dtype=np.uint64)
        keys.sort()
        order = (keys & np.uint64((1 << place_bits) - 1)).astype(np.int64)
        keys >>= np.uint64(place_bits)
        return order, keys
    order = np.argsort(keys, kind="stable")
    return order, keys[order]


def _extend_common(
    stream: NDArray[np.int32],
    positions: NDArray[np.int32],
    common: NDArray[np.unsignedinteger],
    compared: int,
    depth: int,
) -> None:
    """Count on, in place, from ``compared`` common tokens up to ``depth``."""
    rows = np.flatnonzero(common[1:] >= compared) + 1
    last = stream.size - 1
    for offset in range(compared, depth):
        if not rows.size:
            return
        # Past the end both read the final END; of two positions only one can be there first.
        here = stream[np.minimum(positions[rows] + offset, last)]
        above = stream[np.minimum(positions[rows - 1] + offset, last)]
        rows = rows[here == above]
        common[rows] += 1
