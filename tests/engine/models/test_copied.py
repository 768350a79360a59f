from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError
from engine.models import copied
from engine.models.common_lengths import common_lengths
from engine.models.copied import CopiedRun, copied_runs, longest_copied_run
from engine.models.suffixes import END, SuffixOrder

SENTENCES = st.lists(st.lists(st.integers(0, 2), max_size=20), min_size=1, max_size=4)
TEXT = st.lists(st.integers(-2, 3), max_size=25)


def order_of(*sentences: list[int], depth: int = 3) -> SuffixOrder:
    stream = np.array([t for s in sentences for t in (*s, END)], dtype=np.int32)
    return SuffixOrder.of(stream, 10, depth)


def by_hand(sentences: list[list[int]], text: list[int]) -> list[tuple[int, int, int]]:
    """Every start tried with every position, then what is part of another run left out."""
    stream = [t for s in sentences for t in (*s, END)]
    found: list[tuple[int, int, int]] = []
    for start in range(len(text)):
        best = (0, 0)
        for position in range(len(stream)):
            length = 0
            while (
                start + length < len(text)
                and stream[position + length] != END
                and stream[position + length] == text[start + length]
            ):
                length += 1
            best = max(best, (length, -position))
        if best[0] and all(start + best[0] > s + n for s, n, _ in found):
            found.append((start, best[0], -best[1]))
    return found


@given(SENTENCES, TEXT, st.integers(1, 5))
def test_runs_are_those_that_trying_every_place_finds(
    sentences: list[list[int]], text: list[int], depth: int
) -> None:
    runs = copied_runs(order_of(*sentences, depth=depth), text)
    assert [tuple(run) for run in runs] == by_hand(sentences, text)


def test_a_run_far_longer_than_the_order_is_found_whole() -> None:
    rng = np.random.default_rng(0)
    source = rng.integers(0, 10, 2000).tolist()
    text = [9, 9, *source[700:950], 9, 9, 9, *source[10:40]]
    longest = longest_copied_run(order_of(source), text)
    assert longest is not None
    # Chance may lengthen it by a token at either end.
    assert longest.length >= 250
    assert (
        source[longest.position : longest.position + longest.length]
        == (text[longest.start : longest.start + longest.length])
    )


def test_runs_overlap_where_two_places_were_joined() -> None:
    # 1 2 3 stands in the first sentence and 2 3 4 in the second: stream positions 0 and 5.
    runs = copied_runs(order_of([1, 2, 3, 5], [2, 3, 4]), [1, 2, 3, 4], at_least=2)
    assert runs == (CopiedRun(0, 3, 0), CopiedRun(1, 3, 5))


def test_a_run_ends_with_its_sentence() -> None:
    # The sentences 1 2 and 3 4 stand at 0 and 3 of the stream.
    assert copied_runs(order_of([1, 2], [3, 4]), [1, 2, 3, 4]) == (
        CopiedRun(0, 2, 0),
        CopiedRun(2, 2, 3),
    )


def test_of_several_places_the_first_is_named() -> None:
    assert longest_copied_run(order_of([5, 1, 2, 6, 1, 2]), [1, 2]) == CopiedRun(0, 2, 1)


def test_runs_shorter_than_asked_for_are_left_out() -> None:
    order = order_of([1, 2, 3])
    assert copied_runs(order, [1, 2, 9, 3], at_least=2) == (CopiedRun(0, 2, 0),)
    assert copied_runs(order, [1, 2, 9, 3], at_least=3) == ()


@pytest.mark.parametrize("text", [[], [9], [-1, 99]])
def test_what_the_source_does_not_know_is_not_copied(text: list[int]) -> None:
    assert copied_runs(order_of([1, 2]), text) == ()
    assert longest_copied_run(order_of([1, 2]), text) is None


def test_many_candidates_are_compared_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.models.copied._PAIRS", 7)
    order = order_of([1] * 30 + [2])
    assert copied_runs(order, [1] * 20 + [2, 1, 1, 1, 2], at_least=2) == (
        CopiedRun(0, 21, 10),
        CopiedRun(21, 4, 27),
    )


def test_a_run_has_at_least_one_token() -> None:
    with pytest.raises(InputError, match="at least one token, not 0"):
        copied_runs(order_of([1]), [1], at_least=0)


def test_a_run_that_fingerprints_took_for_longer_is_compared_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def too_long(*given: object, **options: int) -> object:
        lengths = common_lengths(*given, **options)  # type: ignore[arg-type]  # passed on
        return lengths + 1 if options["steps"] == copied._STEPS else lengths

    order = order_of([1, 2, 3, 4, 5, 6])
    right = copied_runs(order, [1, 2, 3, 4, 9])
    monkeypatch.setattr(copied, "common_lengths", too_long)
    assert copied_runs(order, [1, 2, 3, 4, 9]) == right == (CopiedRun(0, 4, 0),)


@pytest.mark.parametrize("period", [1, 2, 3])
def test_a_text_that_repeats_itself_is_one_run(period: int) -> None:
    # Tens of thousands of places match as far as they go; the first that reaches the end is it.
    source = list(range(period)) * (30_000 // period)
    assert copied_runs(order_of(source, depth=7), source[:2000]) == (CopiedRun(0, 2000, 0),)
