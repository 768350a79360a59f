from __future__ import annotations

from typing import cast

import pytest

from engine.errors import InputError
from engine.quiz.rounds import Question, Truth
from engine.quiz.scores import Score, Tally, Votes


class Author:
    def __init__(self, key: str) -> None:
        self.key, self.title = key, key.upper()


class Asked:
    def __init__(self, truth: Truth, key: str = "lstm") -> None:
        self.truth, self.writer = truth, Author(key)


def score(*answers: tuple[Asked, Votes]) -> Score:
    total = Score()
    for asked, votes in answers:
        total = total.with_answer(cast("Question", asked), votes)
    return total


def test_one_persons_score() -> None:
    total = score(
        (Asked("real"), Votes.of("real")),
        (Asked("model"), Votes.of("real")),
        (Asked("model"), Votes.of("model")),
    )
    assert (total.answered, total.right) == (3, 2)
    assert total.confusion == {"real": {"real": 1, "model": 0}, "model": {"real": 1, "model": 1}}


def test_a_class_is_scored_by_hands_and_by_majorities() -> None:
    total = score(
        (Asked("real"), Votes(7, 3)),  # 7 right, the majority too
        (Asked("model"), Votes(6, 4)),  # 4 right, the majority wrong
        (Asked("model"), Votes(5, 5)),  # 5 right, no majority
    )
    assert (total.hands, total.hands_right) == (30, 16)
    assert total.right == 1


@pytest.mark.parametrize(
    ("votes", "majority"),
    [(Votes(2, 1), "real"), (Votes(1, 2), "model"), (Votes(2, 2), None), (Votes(), None)],
)
def test_a_majority_is_more_than_half(votes: Votes, majority: Truth | None) -> None:
    assert votes.majority == majority


def test_models_are_ranked_by_the_share_they_fooled() -> None:
    total = score(
        (Asked("model", "words"), Votes(1, 9)),
        (Asked("model", "lstm"), Votes(6, 4)),
        (Asked("model", "lstm"), Votes(9, 1)),
        (Asked("real", "lstm"), Votes(5, 5)),
    )
    assert total.models == (Tally("LSTM", 2, 20, 15), Tally("WORDS", 1, 10, 1))
    # 15 of 20 and 1 of 10 hands.
    assert [tally.share for tally in total.models] == [0.75, 0.1]


def test_without_hands_nothing_is_divided() -> None:
    assert score((Asked("model"), Votes())).models[0].share == 0.0


@pytest.mark.parametrize("hands", [-1, 1000])
def test_a_number_of_hands_out_of_range_is_refused(hands: int) -> None:
    with pytest.raises(InputError, match="0 to 999"):
        Votes(hands, 0)
