from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError
from engine.text.sampling import chosen, draw, reshape

P = [0.1, 0.4, 0.2, 0.3]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, P),
        ({"temperature": 0.0}, [0, 1, 0, 0]),
        # Squares .01 .16 .04 .09, sum .30.
        ({"temperature": 0.5}, [1 / 30, 16 / 30, 4 / 30, 9 / 30]),
        ({"top_k": 1}, [0, 1, 0, 0]),
        ({"top_k": 2}, [0, 4 / 7, 0, 3 / 7]),
        ({"top_k": 9}, P),
        # .4 < .5, so the second largest is needed as well: .7 is enough.
        ({"top_p": 0.5}, [0, 4 / 7, 0, 3 / 7]),
        ({"top_p": 1e-9}, [0, 1, 0, 0]),
        ({"top_p": 1.0}, P),
        # After the cut to 3 the shares are 0, 4/9, 2/9, 3/9: 4/9 < .75 <= 7/9.
        ({"top_k": 3, "top_p": 0.75}, [0, 4 / 7, 0, 3 / 7]),
        ({"temperature": 0.5, "top_k": 2}, [0, 16 / 25, 0, 9 / 25]),
    ],
)
def test_a_distribution_is_tempered_cut_and_made_to_sum_to_one(
    settings: dict[str, float], expected: list[float]
) -> None:
    result = reshape(P, **settings)  # type: ignore[arg-type]  # a table of keyword arguments
    assert result == pytest.approx(expected, abs=1e-15)
    assert np.array_equal(result == 0, np.array(expected) == 0)


@pytest.mark.parametrize(
    ("settings", "kept"),
    [
        ({"temperature": 0.0}, [0]),
        ({"top_k": 2}, [0, 1]),
        ({"top_p": 0.6}, [0, 1, 2]),
    ],
)
def test_of_equals_the_first_are_kept(settings: dict[str, float], kept: list[int]) -> None:
    result = reshape([0.25] * 4, **settings)  # type: ignore[arg-type]  # as above
    assert np.flatnonzero(result).tolist() == kept


@pytest.mark.parametrize("temperature", [5e-324, 1e-300, 1e-3])
def test_a_tiny_temperature_is_greedy_without_a_warning(temperature: float) -> None:
    result = reshape([0.0, 0.5, 0.2, 0.3], temperature=temperature)
    assert result == pytest.approx([0, 1, 0, 0], abs=1e-200)


def test_a_huge_temperature_levels_what_is_possible_and_nothing_else() -> None:
    result = reshape([0.0, 0.9, 1e-300, 0.1], temperature=1e308)
    assert result == pytest.approx([0, 1 / 3, 1 / 3, 1 / 3])
    assert result[0] == 0


@pytest.mark.parametrize(
    "settings",
    [
        {"temperature": -1.0},
        {"temperature": math.nan},
        {"temperature": math.inf},
        {"top_k": 0},
        {"top_k": -3},
        {"top_p": 0.0},
        {"top_p": 1.5},
        {"top_p": math.nan},
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(InputError, match="must be"):
        reshape(P, **settings)  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize("p", [[], [0.0, 0.0], [0.5, -0.1], [math.nan, 1.0], [math.inf], [[0.5]]])
def test_what_is_no_distribution_is_refused(p: list[float]) -> None:
    with pytest.raises(InputError, match="not probabilities"):
        reshape(p)


WEIGHTS = st.lists(st.floats(0, 1e300), min_size=1, max_size=30).filter(any)


@given(
    WEIGHTS,
    st.one_of(st.just(0.0), st.floats(1e-320, 1e300)),
    st.none() | st.integers(1, 40),
    st.none() | st.floats(1e-9, 1),
)
def test_the_result_always_sums_to_one_and_keeps_zeros(
    weights: list[float], temperature: float, top_k: int | None, top_p: float | None
) -> None:
    result = reshape(weights, temperature=temperature, top_k=top_k, top_p=top_p)
    assert abs(result.sum() - 1) <= 1e-12
    assert result.min() >= 0
    assert not result[np.array(weights) == 0].any()
    assert top_k is None or np.count_nonzero(result) <= top_k


class Fixed(np.random.Generator):
    """A generator whose next number is known."""

    def __init__(self, uniform: float) -> None:
        super().__init__(np.random.PCG64(0))
        self.number = uniform

    def random(self, *args: object, **kwargs: object) -> float:  # type: ignore[override]  # one of its overloads
        return self.number


@pytest.mark.parametrize(
    ("uniform", "token"), [(0.0, 1), (0.24, 1), (0.25, 2), (0.74, 2), (0.75, 4), (1 - 2**-53, 4)]
)
def test_the_number_falls_into_its_tokens_share(uniform: float, token: int) -> None:
    assert draw(np.array([0, 0.25, 0.5, 0, 0.25, 0]), Fixed(uniform)) == (token, uniform)


def test_rounding_at_the_end_never_draws_what_has_no_share() -> None:
    # .1 ten times adds up to .9999999999999999; the zeros after them must stay out of reach.
    p = np.array([0.1] * 10 + [0.0] * 3)
    assert draw(p, Fixed(1 - 2**-53))[0] == 9
    # The smallest number there is times almost 1 is rounded up to itself, the whole total.
    assert draw(np.array([0.0, 5e-324, 0.0]), Fixed(1 - 2**-53))[0] == 1


def test_a_share_reached_exactly_is_enough() -> None:
    assert reshape([0.5, 0.25, 0.25], top_p=0.5).tolist() == [1, 0, 0]


@given(WEIGHTS, st.integers(0, 2**32 - 1))
def test_only_what_is_possible_is_drawn_and_a_seed_repeats(weights: list[float], seed: int) -> None:
    p = reshape(weights)
    token, uniform = draw(p, np.random.default_rng(seed))
    assert p[token] > 0
    assert 0 <= uniform < 1
    assert draw(p, np.random.default_rng(seed)) == (token, uniform)


def test_draws_come_as_often_as_their_shares_say() -> None:
    rng = np.random.default_rng(1)
    counts = np.bincount([draw(np.array(P), rng)[0] for _ in range(20_000)], minlength=4)
    # Four standard deviations of the largest share: 4 * sqrt(.4 * .6 / 20000) = .0139.
    assert np.abs(counts / 20_000 - P).max() < 0.0139


@pytest.mark.parametrize(("uniform", "token"), [(0.0, 1), (0.2499, 1), (0.25, 3), (0.999999, 3)])
def test_a_number_falls_on_the_piece_it_lies_in(uniform: float, token: int) -> None:
    # Laid end to end: token 1 from 0 to 0.25, token 3 from there to 1; the others have none.
    assert chosen(np.array([0.0, 0.25, 0.0, 0.75, 0.0]), uniform) == token
