"""A field of a positive number."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from engine.errors import InputError
from explorer.kit.number_field import NumberField
from explorer.theme import THEMES, Style

LIGHT = Style(THEMES["light"])


@pytest.fixture
def field(qtbot: QtBot, program_fonts: object) -> NumberField:
    made = NumberField(LIGHT, "Rate", 0.003, "The learning rate")
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize(
    ("typed", "number"),
    [("0.01", 0.01), (" 3 ", 3.0), ("1e-3", 0.001), ("0,5", 0.5), ("1e30", 1e30)],
)
def test_numbers_are_read(field: NumberField, typed: str, number: float) -> None:
    field.set_text(typed)
    assert field.number == number
    assert field.problem == ""


@pytest.mark.parametrize("typed", ["", "fast", "0", "-1", "nan", "inf", "1e999", "1 2"])
def test_what_is_no_number_marks_the_field_with_one_sentence(
    field: NumberField, typed: str
) -> None:
    field.set_text(typed)
    with pytest.raises(InputError, match=r"The learning rate must be a number above 0"):
        _ = field.number
    assert field.problem
    field.set_number(0.25)
    assert (field.text, field.problem) == ("0.25", "")
