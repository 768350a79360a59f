from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.run_spec import RunSpec
from engine.runs import run
from engine.trace.expression import record_expression
from explorer.kit.prose import plain_sentence
from explorer.panels.stage import Caption, Heading, subject

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from engine.trace.trace import Trace
    from explorer.panels.typeset import Typesetter
    from explorer.theme import Style


def test_the_heading_names_pass_version_and_sentence(
    qtbot: QtBot, style: Style, trace: Trace
) -> None:
    heading = Heading(style)
    qtbot.addWidget(heading)
    heading.show_frame(trace, trace.frame(3))
    assert heading._title.full_text == "Forward pass"
    assert heading._subject.sentence == "one fish two"
    heading.show_frame(trace, trace.frame(len(trace) + 2, "A"))
    assert heading._title.full_text == "Backward pass, Version A"


def test_the_subject_of_a_formula_is_the_formula_at_its_numbers() -> None:
    trace = record_expression("x*z", {"x": 2.0, "z": 0.5}, "float64")
    assert plain_sentence(subject(trace)) == "y = x·z at x = 2, z = 0.5"


@pytest.mark.parametrize(("text", "shown"), [("a`b\n", "a'b⏎"), ("<b> x", "<b> x")])
def test_the_subject_of_characters_shows_them_all(text: str, shown: str) -> None:
    assert subject(run(RunSpec(text=text, tokens="char", hidden=2))) == shown


def test_the_caption_says_every_moment(
    qtbot: QtBot, style: Style, typesetter: Typesetter, trace: Trace
) -> None:
    caption = Caption(style, typesetter)
    qtbot.addWidget(caption)
    caption.resize(900, 120)
    for version in ("A", "B"):
        said = set()
        for cursor in range(len(trace.events(version)) + 1):
            caption.show_frame(trace, trace.frame(cursor, version))
            assert caption.sentence.endswith((".", "…"))
            assert "`" not in caption.sentence
            said.add(caption.sentence)
        assert len(said) > len(trace)
