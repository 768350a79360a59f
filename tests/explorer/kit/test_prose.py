from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer.kit.prose import Prose, plain_sentence
from explorer.theme import THEMES, Style

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

SENTENCE = "add to `∂L/∂h_4` the part through `z_5`: `∂L/∂z_5 · ∂z_5/∂h_4`"


@pytest.fixture
def style(program_fonts: object) -> Style:
    return Style(THEMES["light"])


def prose(qtbot: QtBot, style: Style, lines: int, width: int) -> Prose:
    widget = Prose(style, lines=lines)
    qtbot.addWidget(widget)
    widget.resize(width, widget.sizeHint().height())
    widget.show()
    return widget


def test_mathematics_is_read_aloud_in_plain_unicode() -> None:
    assert plain_sentence(SENTENCE) == "add to ∂L/∂h₄ the part through z₅: ∂L/∂z₅ · ∂z₅/∂h₄"
    assert plain_sentence("nothing") == "nothing"


def test_a_sentence_with_room_is_whole_and_has_no_tip(qtbot: QtBot, style: Style) -> None:
    widget = prose(qtbot, style, 1, 1000)
    widget.set_sentence(SENTENCE)
    assert widget.toolTip() == ""
    assert len(widget._placed) == len(widget._pieces)
    assert widget.accessibleName() == plain_sentence(SENTENCE)


def test_one_line_ends_in_an_ellipsis_and_the_tip_has_the_rest(qtbot: QtBot, style: Style) -> None:
    widget = prose(qtbot, style, 1, 160)
    widget.set_sentence(SENTENCE)
    assert widget._placed[-1][2].text == "…"
    assert widget.toolTip() == plain_sentence(SENTENCE)
    widget.resize(1000, 30)
    assert widget.toolTip() == ""


def test_more_lines_wrap(qtbot: QtBot, style: Style) -> None:
    widget = prose(qtbot, style, 3, 150)
    widget.set_sentence(SENTENCE)
    assert {line for _, line, _ in widget._placed} == {0, 1, 2}
    assert widget.toolTip() == ""


@pytest.mark.parametrize("width", [1, 20, 41, 97, 160, 400])
@pytest.mark.parametrize("lines", [1, 2])
def test_nothing_that_is_placed_overlaps_or_stands_out(
    qtbot: QtBot, style: Style, width: int, lines: int
) -> None:
    widget = prose(qtbot, style, lines, width)
    widget.resize(width, 60)
    widget.set_sentence(SENTENCE)
    before: dict[int, float] = {}
    for x, line, piece in widget._placed:
        assert line < lines
        assert x >= before.get(line, 0.0) - 1e-6
        before[line] = x + piece.width
        # Only a piece wider than the line by itself stands out.
        assert before[line] <= widget.width() + 1 or x <= 2
    widget.grab()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=60), st.integers(1, 500))
def test_any_text_is_placed_and_painted(
    qtbot: QtBot, program_fonts: object, text: str, width: int
) -> None:
    widget = Prose(Style(THEMES["dark"]), lines=2)
    widget.resize(width, 50)
    widget.set_sentence(text)
    widget.grab()
    widget.deleteLater()


def test_a_larger_scale_measures_anew(qtbot: QtBot, style: Style) -> None:
    widget = prose(qtbot, style, 1, 10_000)
    widget.set_sentence(SENTENCE)
    before = widget._placed[-1][0]
    widget.set_style(Style(THEMES["light"], 2.0))
    assert widget._placed[-1][0] == pytest.approx(2 * before, rel=0.05)
