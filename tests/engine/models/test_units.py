from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from engine.errors import InputError
from engine.models.architecture import Architecture
from engine.models.recurrent import RecurrentLM
from engine.models.units import (
    clearest,
    correlations,
    neighbours,
    ranks_of,
    separations,
    token_vectors,
)
from engine.text.vocabulary import Vocabulary


def test_ties_share_their_mean_rank() -> None:
    values = np.array([[0.5], [-1.0], [0.5], [2.0], [0.5]])
    # -1 is 1st; the three .5 hold places 2, 3 and 4, mean 3; 2 is 5th.
    assert_array_equal(ranks_of(values)[:, 0], [3, 1, 3, 5, 3])


def test_units_are_ranked_by_themselves() -> None:
    assert_array_equal(ranks_of([[3, -1], [1, -2], [2, -3]]), [[3, 3], [1, 2], [2, 1]])


def test_separation_counts_the_pairs_in_which_inside_is_higher() -> None:
    inside = np.array([True, True, False, False, False])
    values = np.array(
        [
            # on there, off there, as high as one and above one of three, constant
            [0.9, -0.9, 0.5, 1.0],
            [0.8, -0.8, 0.5, 1.0],
            [0.1, 0.2, 0.5, 1.0],
            [0.2, 0.3, 0.4, 1.0],
            [0.3, 0.4, 0.6, 1.0],
        ]
    )
    # Third unit: each of the two .5 against .5, .4, .6 wins 1/2 + 1 + 0 of 3, so 1/2.
    assert_allclose(separations(ranks_of(values), inside), [1, 0, 1 / 2, 1 / 2])


def test_separation_of_one_token() -> None:
    inside = np.array([False, True, False, False])
    # 3 is above 1 and 2 and below 4: 2 of 3 pairs.
    assert_allclose(separations(ranks_of([[1], [3], [2], [4]]), inside), [2 / 3])


@given(st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=2, max_size=30))
def test_separation_is_the_share_of_pairs(pairs: list[tuple[int, bool]]) -> None:
    values = np.array([[float(value)] for value, _ in pairs])
    inside = np.array([here for _, here in pairs])
    if inside.all() or not inside.any():
        return
    a, b = values[inside, 0], values[~inside, 0]
    wins = (a[:, None] > b).mean() + (a[:, None] == b).mean() / 2
    assert separations(ranks_of(values), inside)[0] == pytest.approx(wins, abs=1e-12)
    # What is on inside is off outside.
    assert separations(ranks_of(values), ~inside)[0] == pytest.approx(1 - wins, abs=1e-12)


@pytest.mark.parametrize("inside", [np.zeros(3, bool), np.ones(3, bool)])
def test_nothing_and_all_are_refused(inside: np.ndarray) -> None:
    with pytest.raises(InputError, match="a part of the text"):
        separations(ranks_of([[1.0], [2.0], [3.0]]), inside)


def test_units_that_are_off_exactly_there_rank_as_high_as_those_on() -> None:
    assert clearest(np.array([0.5, 0.75, 0.0, 0.25, 1.0])).tolist() == [2, 4, 1, 3, 0]


def test_correlation_by_hand() -> None:
    values = np.array([[1.0, -2.0, 1.0, 7.0], [2.0, -4.0, 0.0, 7.0], [3.0, -6.0, 1.0, 7.0]])
    # Unit 1 is -2 times unit 0; unit 2 is symmetric about the middle; unit 3 is constant.
    assert_allclose(correlations(values, 0), [1, -1, 0, 0], atol=1e-15)


def test_neighbours_by_hand() -> None:
    vectors = np.array([[1.0, 0.0], [3.0, 3.0], [0.0, 2.0], [-1.0, 0.0], [0.0, 0.0]])
    ids, cosines = neighbours(vectors, 0, 3)
    # cos 45 degrees for (3, 3); (0, 2) is at a right angle, (0, 0) has no direction.
    assert ids.tolist() == [1, 2, 4]
    assert_allclose(cosines, [1 / np.sqrt(2), 0, 0], atol=1e-15)


def _model(architecture: Architecture) -> RecurrentLM:
    return RecurrentLM.fresh(architecture, Vocabulary(tuple("abcd")), np.random.default_rng(1))


def test_a_token_is_its_column_of_the_embedding() -> None:
    model = _model(Architecture("lstm", 3, embedding=2))
    assert_array_equal(token_vectors(model)[3], model.parameters["E"][:, 3])
    assert_array_equal(token_vectors(model, "output")[1], model.parameters["W_hy"][1])


def test_without_an_embedding_it_is_what_its_one_hot_vector_picks() -> None:
    model = _model(Architecture("gru", 3))
    picked = [model.parameters[name][:, 2] for name in ("W_xr", "W_xz", "W_xn")]
    assert_array_equal(token_vectors(model)[2], np.concatenate(picked))
