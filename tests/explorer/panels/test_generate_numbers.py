from __future__ import annotations

import numpy as np
import pytest

from explorer.panels.generate_numbers import Numbers


def test_place_k_takes_the_kth_number_of_the_seed_however_it_is_asked() -> None:
    whole = np.random.default_rng(17).random(50).tolist()
    assert list(Numbers(17).block(0, 50)) == whole
    assert [Numbers(17).block(place, 1)[0] for place in range(50)] == whole


def test_asking_again_changes_the_number_of_that_place_alone() -> None:
    plain = Numbers(17).block(0, 10)
    once = Numbers(17).redrawn(4)
    twice = once.redrawn(4)
    for numbers, attempt in ((once, 1), (twice, 2)):
        changed = numbers.block(0, 10)
        assert [i for i in range(10) if changed[i] != plain[i]] == [4]
        assert changed[4] == np.random.default_rng((17, 4, attempt)).random()
        assert numbers.attempt(4) == attempt
    assert once.block(4, 1) != twice.block(4, 1)


def test_asking_again_earlier_gives_later_places_their_own_numbers_back() -> None:
    numbers = Numbers(17).redrawn(2).redrawn(7).redrawn(4)
    assert numbers.again == ((2, 1), (4, 1))
    assert numbers.block(7, 1) == Numbers(17).block(7, 1)


@pytest.mark.parametrize(("place", "left"), [(0, ()), (3, ((2, 1),)), (9, ((2, 1), (7, 1)))])
def test_before_a_place_only_earlier_ones_were_asked_again(
    place: int, left: tuple[tuple[int, int], ...]
) -> None:
    assert Numbers(17).redrawn(2).redrawn(7).before(place).again == left
