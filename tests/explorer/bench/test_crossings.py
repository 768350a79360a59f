"""Crossings are counted once a pair, and only where two lines pass through one another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.bench.crossings import crossings


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], 0),
        ([[0, 0, 2, 2]], 0),
        ([[0, 0, 2, 2], [0, 2, 2, 0]], 1),
        ([[2, 2, 0, 0], [0, 2, 2, 0]], 1),
        # They begin, or end, in one place.
        ([[0, 0, 2, 2], [0, 0, 2, 0]], 0),
        ([[0, 0, 2, 2], [1, 1, 2, 0]], 0),
        ([[0, 0, 1, 0], [2, -1, 2, 1]], 0),
        # Two from the left to the right in the other order, and one that is above both.
        ([[0, 0, 1, 1], [0, 1, 1, 0], [0, 3, 1, 3]], 1),
        # All three pairs.
        ([[0, 0, 3, 3], [0, 3, 3, 0], [1, 0, 1.2, 3]], 3),
        # An upright line.
        ([[1, -1, 1, 1], [0, 0, 2, 0]], 1),
    ],
)
def test_counted_by_hand(lines: list[list[float]], expected: int) -> None:
    assert crossings(np.array(lines, np.float64).reshape(-1, 4)) == expected


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(0, 40), block=st.integers(1, 50))
def test_between_two_columns_it_is_the_number_of_inversions(
    seed: int, count: int, block: int
) -> None:
    order = np.random.default_rng(seed).permutation(count)
    left = np.arange(count)
    lines = np.stack([np.zeros(count), left, np.ones(count), order], axis=1).astype(np.float64)
    inversions = int((np.triu(order[:, None] > order, 1)).sum()) if count else 0
    assert crossings(lines, block) == inversions
