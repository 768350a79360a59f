from __future__ import annotations

from pytestqt.qtbot import QtBot

from explorer.panels.generate_sentence import Sentence
from explorer.theme import THEMES, Style

LONG = "The pieces are the probabilities laid end to end, in the order of the vocabulary. " * 3


def test_room_grows_with_a_long_sentence_and_stays(qtbot: QtBot, program_fonts: object) -> None:
    shown = Sentence(Style(THEMES["light"]), lines=1)
    qtbot.addWidget(shown)
    shown.resize(200, 100)
    shown.set_text("Short.")
    short = shown.sizeHint().height()
    shown.set_text(LONG)
    tall = shown.sizeHint().height()
    assert tall > 3 * short
    shown.set_text("Short.")
    assert shown.sizeHint().height() == tall
    assert shown.text == shown.accessibleName() == "Short."


def test_a_larger_scale_needs_more_room(qtbot: QtBot, program_fonts: object) -> None:
    shown = Sentence(Style(THEMES["light"]))
    qtbot.addWidget(shown)
    shown.resize(300, 100)
    shown.set_text(LONG)
    before = shown.sizeHint().height()
    shown.set_style(Style(THEMES["light"], 2.0))
    assert shown.sizeHint().height() > 2 * before
