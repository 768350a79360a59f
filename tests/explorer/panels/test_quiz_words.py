from __future__ import annotations

import pytest

from engine.quiz import Truth, Votes
from explorer.panels.quiz_rounds import TextWish
from explorer.panels.quiz_words import verdict_of
from explorer.theme import Role


@pytest.mark.parametrize(
    ("truth", "votes", "counting", "verdict", "role"),
    [
        ("real", Votes(1, 0), False, "Right: it is real.", "agrees"),
        ("model", Votes(1, 0), False, "No: a model wrote it.", "disagrees"),
        ("real", Votes(7, 3), True, "Right: it is real; 7 of 10 hands knew it.", "agrees"),
        ("model", Votes(7, 3), True, "No: a model wrote it; 3 of 10 hands knew it.", "disagrees"),
        ("model", Votes(5, 5), True, "No majority: a model wrote it.", "ink"),
    ],
)
def test_the_verdict_in_a_sentence(
    truth: Truth, votes: Votes, counting: bool, verdict: str, role: Role
) -> None:
    assert verdict_of(truth, votes, counting=counting) == (verdict, role)


@pytest.mark.parametrize(
    ("wish", "title", "answer"),
    [
        (TextWish(), "As You Like It", "As You Like It"),
        (TextWish(""), "Shakespeare, 38 plays", "Shakespeare"),
        (TextWish("", "/somewhere/letters.txt"), "letters.txt", "letters.txt"),
    ],
)
def test_a_text_is_called_by_its_name(wish: TextWish, title: str, answer: str) -> None:
    assert (wish.title, wish.answer) == (title, answer)
