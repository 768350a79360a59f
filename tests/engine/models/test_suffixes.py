from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.models import suffix_sort
from engine.models.suffix_sort import sorting
from engine.models.suffixes import END, SuffixOrder
from engine.steps import reported

SENTENCES = st.lists(st.lists(st.integers(0, 3), max_size=25), min_size=1, max_size=4)


def stream_of(sentences: list[list[int]]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array([t for s in sentences for t in (*s, END)], dtype=np.int32)


def counted(sentences: list[list[int]], order: int) -> Counter[tuple[int, ...]]:
    return Counter(
        tuple(s[i : i + order]) for s in sentences for i in range(len(s) - order + 1) if s
    )


@given(SENTENCES, st.integers(1, 9))
def test_positions_are_sorted_by_what_follows_them(sentences: list[list[int]], depth: int) -> None:
    suffixes = SuffixOrder.of(stream_of(sentences), 4, depth)
    stream = suffixes.stream.tolist()
    heads = []
    for position in suffixes.positions.tolist():
        end = stream.index(END, position)
        heads.append(stream[position : min(end, position + depth)])
    assert heads == sorted(heads)
    assert sorted(suffixes.positions.tolist()) == [i for i, t in enumerate(stream) if t != END]
    assert suffixes.room.tolist() == [len(head) for head in heads]


@given(SENTENCES, st.integers(1, 9))
def test_rows_and_distinct_agree_with_a_counter(sentences: list[list[int]], depth: int) -> None:
    suffixes = SuffixOrder.of(stream_of(sentences), 4, depth)
    for order in range(1, depth + 1):
        counts = counted(sentences, order)
        assert suffixes.distinct(order) == len(counts)
        assert suffixes.distinct_contexts(order - 1) == len({g[:-1] for g in counts})
        for gram, count in counts.items():
            low, high = suffixes.rows(gram)
            assert high - low == count


@given(SENTENCES, st.lists(st.integers(-1, 5), max_size=12), st.integers(1, 5))
def test_matches_agree_with_looking_up_one_by_one(
    sentences: list[list[int]], text: list[int], depth: int
) -> None:
    suffixes = SuffixOrder.of(stream_of(sentences), 4, depth)
    for length, found in enumerate(suffixes.matches(np.array(text, dtype=np.int32))):
        for place in range(len(text) - length + 1):
            gram = text[place : place + length]
            low, high = suffixes.rows(gram)
            assert found.counts[place] == high - low
            if length < depth:
                assert found.followed[place] == suffixes.context_count(gram)


@pytest.mark.parametrize("context", [(4,), (-1,), (0, -1), (0, 99), (0,) * 20])
def test_what_the_stream_does_not_know_has_no_rows(context: tuple[int, ...]) -> None:
    suffixes = SuffixOrder.of(stream_of([[0, 1, 0, 2]]), 4, 5)
    assert suffixes.rows(context) == (0, 0)
    tokens, counts = suffixes.followers(context)
    assert tokens.size == counts.size == 0


def test_a_wide_key_that_fits_no_number_is_sorted_the_long_way() -> None:
    # Ids of 30 bits leave room for one token a key; eight equal tokens need doubling thrice.
    rng = np.random.default_rng(0)
    half = rng.integers(0, 3, 500) * (2**30 // 3)
    stream = np.concatenate((half, half, [END])).astype(np.int32)
    positions, common = reported(sorting(stream, 2**30, 8))
    padded = [*stream.tolist(), *[END] * 8]
    heads = [padded[p : p + 8] for p in positions.tolist()]
    assert heads == sorted(heads)
    alike = [next((k for k in range(8) if a[k] != b[k]), 8) for a, b in pairwise(heads)]
    assert common[1:].tolist() == alike


@pytest.mark.parametrize("block", [1, 7, 64])
@pytest.mark.parametrize("kinds", [3, 70, 30_000, 2**29])
@pytest.mark.parametrize("depth", [1, 2, 3, 5, 7, 40])
def test_blocks_of_any_size_give_the_same_order(
    monkeypatch: pytest.MonkeyPatch, block: int, kinds: int, depth: int
) -> None:
    rng = np.random.default_rng(0)
    half = rng.integers(0, 3, 150) * (kinds // 3)
    stream = np.concatenate((half, half, [END], half[:50], [END])).astype(np.int32)
    monkeypatch.setattr(suffix_sort, "BLOCK", block)
    positions, common = reported(sorting(stream, kinds, depth))
    padded = [*stream.tolist(), *[END] * depth]
    heads = [padded[p : p + depth] for p in positions.tolist()]
    assert sorted(positions.tolist()) == list(range(stream.size))
    assert heads == sorted(heads)
    alike = [next((k for k in range(depth) if a[k] != b[k]), depth) for a, b in pairwise(heads)]
    assert common[1:].tolist() == alike


def test_progress_goes_from_nothing_to_all() -> None:
    shares: list[float] = []
    SuffixOrder.of(stream_of([[0, 0, 0, 0, 1] * 200]), 4, 40, shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
