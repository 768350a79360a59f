from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from explorer.panels.tape import TapeView

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from engine.trace.trace import Trace
    from explorer.theme import Style


@pytest.fixture
def tape(qtbot: QtBot, style: Style) -> TapeView:
    widget = TapeView(style)
    qtbot.addWidget(widget)
    widget.resize(360, 24 * 6)
    return widget


def visible(tape: TapeView) -> range:
    """Nodes on the lines, from the bottom up."""
    top = tape._top()
    return range(max(0, top - tape._rows() + 1), top + 1)


def test_it_says_what_it_does(tape: TapeView, trace: Trace) -> None:
    end = len(trace.events("B"))
    said = []
    for cursor in (0, 4, len(trace), len(trace) + 2, end):
        tape.show_frame(trace, trace.frame(cursor))
        said.append(tape.remark())
    assert said == ["empty", "growing", "growing", "reading backwards", "read to its beginning"]


def test_forward_the_newest_line_is_on_top(tape: TapeView, trace: Trace) -> None:
    for cursor in range(1, len(trace) + 1):
        tape.show_frame(trace, trace.frame(cursor))
        assert tape._top() == tape._turn == cursor - 1


@pytest.mark.parametrize("version", ["A", "B"])
def test_backward_the_line_whose_turn_it_is_stays_in_view(
    tape: TapeView, trace: Trace, version: str
) -> None:
    kind = "A" if version == "A" else "B"
    for cursor in range(len(trace) + 1, len(trace.events("B")) + 1):
        tape.show_frame(trace, trace.frame(cursor, "A" if kind == "A" else "B"))
        tape.grab()
        assert tape._turn in visible(tape)


def test_a_click_chooses_the_line_under_it(qtbot: QtBot, tape: TapeView, trace: Trace) -> None:
    tape.show_frame(trace, trace.frame(12))
    with qtbot.waitSignal(tape.chosen) as chosen:
        QTest.mouseClick(tape, Qt.MouseButton.LeftButton, pos=QPoint(40, 24 * 2 + 5))
    assert chosen.args == [9]


def test_scrolling_stays_within_the_tape_and_answers_at_once(tape: TapeView, trace: Trace) -> None:
    tape.show_frame(trace, trace.frame(12))
    for _ in range(40):
        QTest.keyClick(tape, Qt.Key.Key_Down)
    assert visible(tape) == range(6)
    QTest.keyClick(tape, Qt.Key.Key_Up)
    assert visible(tape) == range(1, 7)
    for _ in range(40):
        QTest.keyClick(tape, Qt.Key.Key_Up)
    assert visible(tape) == range(6, 12)
