from __future__ import annotations

import pytest

from engine.errors import InputError
from explorer.panels.chain_reading import LONGEST, Use, text_between, uses
from tests.explorer.panels.chain_readings import (
    FANS,
    LECTURE,
    beside,
    counted,
    narwhal_rnn,
    reading,
    sentence,
    shakespeare_lstm,
)


@pytest.mark.parametrize(
    ("order", "looked", "expected"),
    [
        (1, 3, "dropped dropped dropped looked after after after"),
        (2, 3, "dropped dropped context looked after after after"),
        (3, 3, "dropped context context looked after after after"),
        (3, 1, "context looked after after after after after"),
        (7, 6, "context context context context context context looked"),
        (3, 0, "looked after after after after after after"),
    ],
)
def test_only_the_last_tokens_are_context(order: int, looked: int, expected: str) -> None:
    assert " ".join(uses(reading(order=order), looked)) == expected


def test_a_context_never_seen_is_told_from_one_that_is_dropped() -> None:
    # "fans are" never occurs; "are" does.
    marks: tuple[Use, ...] = uses(reading("big fans are big"), 3)
    assert marks == ("dropped", "unseen", "context", "looked")


@pytest.mark.parametrize("text", ["", "  ", "…"])
def test_a_text_without_tokens_is_one_sentence(text: str) -> None:
    with pytest.raises(InputError, match="type at least one word") as refused:
        sentence(text)
    assert str(refused.value).count(".") == 1


def test_a_text_too_long_is_one_sentence_that_names_both_lengths() -> None:
    with pytest.raises(InputError, match=f"401 words, and {LONGEST}"):
        sentence("big " * 401)
    assert len(sentence("big " * 400)) == 400


def test_the_rnn_reads_what_its_score_says() -> None:
    found = beside(LECTURE)
    model = narwhal_rnn().model
    ids = model.vocabulary.encode([token.lower() for token in LECTURE.split()]).tolist()
    assert found.chain is not None
    assert found.chain.logs == tuple(model.score(ids).tolist())


def test_an_rnn_without_a_stand_in_refuses_an_unknown_word() -> None:
    found = beside("narwhals are zebras")
    assert found.chain is None
    assert "“zebras” does not occur" in found.problem


def test_an_rnn_with_a_stand_in_reads_an_unknown_word_as_that() -> None:
    found = beside(LECTURE, rnn=shakespeare_lstm())
    assert found.chain is not None
    # Shakespeare has neither narwhals nor parrots among his 4000 most frequent words.
    assert {0, 5} <= set(found.stand_ins)


@pytest.mark.parametrize(("first", "end"), [(0, 7), (2, 5), (6, 7), (0, 0)])
def test_a_part_of_a_sentence_is_cut_into_the_same_tokens(first: int, end: int) -> None:
    whole, cutter = sentence(), counted().cutter
    part = text_between(whole, cutter, first, end)
    assert tuple(cutter.tokenize(part)) == whole.tokens[first:end]
    assert part == " ".join(FANS.split()[first:end])


def test_characters_keep_their_spaces() -> None:
    whole = sentence("a big fan", "char")
    assert text_between(whole, counted("char").cutter, 1, 6) == " big "
