from __future__ import annotations

import numpy as np
import pytest

from engine.models.smoothing.discounts import (
    FALLBACK,
    Discounts,
    fallback_note,
    one_discount,
    three_discounts,
)


def counts_of(*often: int) -> np.ndarray:
    """often[j - 1] n-grams that were counted j times."""
    return np.repeat(np.arange(1, len(often) + 1, dtype=np.int32), often)


def test_one_discount_is_the_share_of_what_was_seen_once() -> None:
    # n_1 / (n_1 + 2 n_2) = 6 / (6 + 2 * 3) = 1/2.
    assert one_discount(counts_of(6, 3, 9), None) == Discounts((0.5,) * 3, True, False)


def test_a_given_discount_is_taken_as_it_is() -> None:
    assert one_discount(counts_of(6, 3), 0.75) == Discounts((0.75,) * 3, False, False)


@pytest.mark.parametrize("often", [(0,), (0, 4), (0, 0, 3)])
def test_without_anything_seen_once_half_stands_in(often: tuple[int, ...]) -> None:
    amounts = one_discount(counts_of(*often), None).amounts
    assert amounts == (0.5, 0.5, 0.5)


def test_three_discounts_are_those_of_chen_and_goodman() -> None:
    # y = 8 / (8 + 2 * 4) = 1/2; 1 - 2 y 4/8 = 1/2; 2 - 3 y 2/4 = 5/4; 3 - 4 y 1/2 = 2.
    assert three_discounts(counts_of(8, 4, 2, 1)) == Discounts((0.5, 1.25, 2.0), True, False)


@pytest.mark.parametrize(
    "often",
    [
        (8, 0, 2, 1),  # 2 - 3 y n_3 / 0 is not finite
        (8, 4, 0, 1),
        (0, 4, 2, 1),
        (8, 4, 2, 30),  # 3 - 4 y 30/2 is below 0
        (1, 1, 2),  # y = 1/3: 2 - 3 y 2/1 = 0 would leave nothing
    ],
)
def test_where_one_cannot_be_estimated_all_three_are_kenlms(often: tuple[int, ...]) -> None:
    assert three_discounts(counts_of(*often)) == Discounts(FALLBACK, False, True)


def test_an_order_without_n_grams_needs_no_note() -> None:
    assert not three_discounts(counts_of()).fallback
    assert not one_discount(counts_of(), None).fallback


def test_the_note_names_the_orders_and_what_stands_in() -> None:
    good, bad = Discounts((0.5, 1.0, 1.5), True, False), Discounts(FALLBACK, False, True)
    assert fallback_note((good, good)) == ""
    assert "n-grams of order 2 are" in fallback_note((good, bad))
    assert "n-grams of orders 1, 2 and 3 are" in fallback_note((bad, bad, bad))
    assert "0.5, 1, 1.5 stand in" in fallback_note((bad,))
    assert "0.5 stands in" in fallback_note((Discounts((0.5,) * 3, False, True),))
