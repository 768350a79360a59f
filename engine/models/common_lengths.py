"""How many tokens two sequences have in common from given places on, for many pairs at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_FEW = 1 << 12
_SEED = 7


def common_lengths(
    text: NDArray[np.int32],
    starts: NDArray[np.int64],
    stream: NDArray[np.int32],
    positions: NDArray[np.int64],
    *,
    known: int,
    steps: int,
) -> NDArray[np.int64]:
    """How many tokens are alike from each start of the text and position of the stream on.

    Tokens are compared one by one at first. If many pairs are still alike after that, their
    lengths are found by bisection over fingerprints of what lies between (Karp and Rabin,
    Efficient randomized pattern-matching algorithms, 1987): never too short, and too long so
    seldom that it is enough to look at the tokens of the runs that matter.

    Args:
        text: shape (T,).
        starts: places in it, shape (P,).
        stream: shape (S,), ending with a token that the text does not have.
        positions: places in it, shape (P,).
        known: how many tokens are known to be alike in every pair.
        steps: how many more are compared one by one; T or more to compare all so.
    """
    lengths = np.full(starts.size, known)
    active = np.arange(starts.size)
    for _ in range(steps):
        active = active[starts[active] + lengths[active] < text.size]
        # The last token of the stream equals none, so no place is past it.
        there = stream[positions[active] + lengths[active]]
        active = active[text[starts[active] + lengths[active]] == there]
        if not active.size:
            return lengths
        lengths[active] += 1
    if active.size > _FEW:
        lengths[active] = _bisected(
            text, starts[active], stream, positions[active], lengths[active]
        )
        return lengths
    left = max(text.size - known - steps, 0)
    if left:
        lengths[active] = common_lengths(
            text, starts[active], stream, positions[active], known=known + steps, steps=left
        )
    return lengths


def _bisected(
    text: NDArray[np.int32],
    starts: NDArray[np.int64],
    stream: NDArray[np.int32],
    positions: NDArray[np.int64],
    least: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Lengths of at least ``least``, by fingerprints that are equal where the tokens are."""
    rng = np.random.default_rng(_SEED)
    lowest = min(int(text.min()), int(stream.min()))
    highest = max(int(text.max()), int(stream.max()))
    numbers = rng.integers(0, 1 << 64, highest - lowest + 1, dtype=np.uint64)
    factor = rng.integers(0, 1 << 63, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    powers = np.full(max(text.size, stream.size) + 1, factor)
    powers[0] = 1
    np.cumprod(powers, out=powers)

    def fingerprints(tokens: NDArray[np.int32]) -> NDArray[np.uint64]:
        sums = np.zeros(tokens.size + 1, dtype=np.uint64)
        np.cumsum(numbers[tokens - lowest] * powers[: tokens.size], out=sums[1:])
        return sums

    ours, theirs = fingerprints(text), fingerprints(stream)
    low, high = least.copy(), np.minimum(text.size - starts, stream.size - positions)
    while np.any(low < high):
        middle = (low + high + 1) >> 1
        # Fingerprints of stretches grow by the power of where they begin.
        here = (ours[starts + middle] - ours[starts]) * powers[positions]
        there = (theirs[positions + middle] - theirs[positions]) * powers[starts]
        alike = here == there
        low = np.where(alike, middle, low)
        high = np.where(alike, high, middle - 1)
    return low
