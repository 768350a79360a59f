from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.text.vocabulary import Vocabulary
from explorer.panels.generate_distribution import Settings, describe
from explorer.panels.generate_parting import SAME_NUMBERS, Voice, parting_of
from explorer.panels.generate_sampling import Drawn

ABC = Vocabulary(("a", "b", "c"))
FLAT = np.full(3, 1 / 3)


def voice(title: str, text: str, kind: str = "word") -> Voice:
    """A text of the letters a, b and c; the k-th was drawn by the number k / 10."""
    shown = describe(ABC, FLAT, FLAT, Settings(), None)
    drawn = tuple(
        Drawn(ABC.tokens.index(letter), letter, 1 / 3, 1.0, place / 10, shown, Settings())
        for place, letter in enumerate(text)
    )
    return Voice(title, kind, drawn)


@pytest.mark.parametrize(
    ("texts", "places"),
    [
        (("abc", "abc"), (-1, -1)),
        (("abc", "acc"), (1, 1)),
        (("abc", "ab"), (-1, -1)),
        (("", ""), (-1, -1)),
        (("abc",), (-1,)),
        # Of three the first difference among any counts.
        (("abc", "abc", "abb"), (2, 2, 2)),
    ],
)
def test_texts_part_at_the_first_token_that_differs(
    texts: tuple[str, ...], places: tuple[int, ...]
) -> None:
    assert parting_of([voice(f"m{i}", text) for i, text in enumerate(texts)]).places == places


def test_the_sentence_names_tokens_models_and_the_number() -> None:
    parting = parting_of([voice("LSTM", "abc"), voice("3-gram", "acc"), voice("5-gram", "acb")])
    assert parting.sentence == (
        "They part at token 2: “b” in LSTM, “c” in 3-gram and 5-gram, from the same u = 0.1000."
    )


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        (("", ""), SAME_NUMBERS),
        (("a", "a"), "The same 1 word so far, from the same numbers."),
        (("ab", "abc"), "The same 2 words so far, from the same numbers."),
        (("ab",), ""),
    ],
)
def test_texts_that_do_not_part_are_said_to_be_the_same(
    texts: tuple[str, ...], sentence: str
) -> None:
    assert parting_of([voice("m", text) for text in texts]).sentence == sentence


def test_characters_and_words_are_not_compared() -> None:
    parting = parting_of([voice("LSTM", "abc", "char"), voice("3-gram", "bbc")])
    assert parting.places == (-1, -1)
    assert parting.sentence == "Characters and words cannot be compared token by token."


def test_among_several_kinds_those_alike_are_compared() -> None:
    voices = [voice("LSTM", "abc", "char"), voice("3-gram", "abc"), voice("5-gram", "abb")]
    parting = parting_of(voices)
    assert parting.places == (-1, 2, 2)
    assert parting.sentence.endswith("Characters and words cannot be compared token by token.")


def test_a_token_put_in_by_hand_is_not_laid_to_the_numbers() -> None:
    first, second = voice("LSTM", "abc"), voice("3-gram", "acc")
    by_hand = replace(second.drawn[1], by_hand=True)
    second = replace(second, drawn=(second.drawn[0], by_hand, second.drawn[2]))
    sentence = parting_of([first, second]).sentence
    assert "put in by hand" in sentence
    assert "u =" not in sentence
