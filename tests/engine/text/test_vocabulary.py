from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError
from engine.text.vocabulary import Vocabulary

ABC = Vocabulary.of(["banana", "apple", "cherry", "apple"])


def test_a_vocabulary_is_the_distinct_tokens_by_code_point() -> None:
    assert ABC.tokens == ("apple", "banana", "cherry")
    assert Vocabulary.of("b\naB").tokens == ("\n", "B", "a", "b")
    assert len(ABC) == 3


def test_ids_are_places_in_it() -> None:
    ids = ABC.encode(["cherry", "apple"])
    assert ids.dtype == np.int32
    assert ids.tolist() == [2, 0]
    assert ABC.decode(ids) == ["cherry", "apple"]
    assert ABC.index("banana") == 1
    assert ABC.index("pear") is None
    assert "apple" in ABC
    assert "pear" not in ABC


def test_an_unknown_token_of_its_own_lets_a_vocabulary_read_any_text() -> None:
    assert ABC.unknown is None
    known = Vocabulary(("<unk>", "apple"))
    assert known.unknown == 0
    assert known.encode(["pear", "apple"], unknown=known.unknown).tolist() == [0, 1]


def test_no_tokens_are_no_ids() -> None:
    assert ABC.encode([]).shape == (0,)
    assert ABC.decode([]) == []


def test_an_unknown_token_is_named_with_those_like_it() -> None:
    with pytest.raises(InputError, match=r"'aple'.*'apple'"):
        ABC.encode(["apple", "aple", "zzz"])
    with pytest.raises(InputError, match="'zzz'"):
        ABC.encode(["zzz"])


def test_unknown_tokens_get_the_id_that_was_asked_for() -> None:
    assert ABC.encode(["pear", "apple"], unknown=-1).tolist() == [-1, 0]


@pytest.mark.parametrize("ids", [[-1], [3], [0, 1, 99]])
def test_an_id_out_of_range_is_refused(ids: list[int]) -> None:
    with pytest.raises(InputError, match="0 to 2"):
        ABC.decode(ids)


@pytest.mark.parametrize(
    ("tokens", "word"),
    [((), "at least one"), (("a", ""), "empty"), (("a", "b", "a"), "'a' occurs twice")],
)
def test_no_token_an_empty_one_and_a_second_time_are_refused(
    tokens: tuple[str, ...], word: str
) -> None:
    with pytest.raises(InputError, match=word):
        Vocabulary(tokens)


@given(st.lists(st.text(min_size=1), min_size=1))
def test_decoding_what_was_encoded_gives_it_back(tokens: list[str]) -> None:
    vocabulary = Vocabulary.of(tokens)
    assert vocabulary.decode(vocabulary.encode(tokens)) == tokens
    assert vocabulary == Vocabulary.of(reversed(tokens))


def test_a_hundred_thousand_types_are_numbered() -> None:
    tokens = [f"w{i}" for i in range(100_000)]
    ids = Vocabulary(tuple(tokens)).encode(tokens * 3)
    assert np.array_equal(ids, np.tile(np.arange(100_000), 3))
