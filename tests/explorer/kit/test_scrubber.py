from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from explorer.kit.scrubber import Scrubber
from explorer.theme import THEMES, Style

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

STYLE = Style(THEMES["light"])
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def scrubber(qtbot: QtBot, program_fonts: tuple[str, ...]) -> Scrubber:
    widget = Scrubber(STYLE)
    qtbot.addWidget(widget)
    widget.set_run(136, 68, [11, 34, 91, 0, 68, 136])
    widget.resize(600, 26)
    widget.show()
    return widget


def test_the_loss_is_in_the_middle(scrubber: Scrubber) -> None:
    assert scrubber.x_of(68) == pytest.approx(300, abs=7)
    assert scrubber.x_of(0) == 10
    assert scrubber.x_of(136) == 590


@pytest.mark.parametrize("cursor", range(0, 137, 4))
def test_a_click_on_a_cursors_place_goes_there(scrubber: Scrubber, cursor: int) -> None:
    assert scrubber.cursor_at(scrubber.x_of(cursor)) == cursor


def test_pressing_and_dragging_seeks(qtbot: QtBot, scrubber: Scrubber) -> None:
    told: list[int] = []
    scrubber.sought.connect(told.append)
    QTest.mousePress(scrubber, LEFT, pos=QPoint(10, 13))
    assert told == []
    QTest.mouseMove(scrubber, QPoint(590, 13))
    QTest.mouseRelease(scrubber, LEFT, pos=QPoint(590, 13))
    assert told[-1] == 136
    assert scrubber.value() == 136


@pytest.mark.parametrize(
    ("key", "cursor"),
    [
        (Qt.Key.Key_Left, 49),
        (Qt.Key.Key_Right, 51),
        (Qt.Key.Key_PageUp, 34),
        (Qt.Key.Key_PageDown, 68),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, 136),
    ],
)
def test_keys_move_the_cursor(qtbot: QtBot, scrubber: Scrubber, key: Qt.Key, cursor: int) -> None:
    scrubber.set_position(50)
    with qtbot.waitSignal(scrubber.sought) as signal:
        QTest.keyClick(scrubber, key)
    assert signal.args == [cursor]


def test_setting_the_position_is_silent(qtbot: QtBot, scrubber: Scrubber) -> None:
    with qtbot.assertNotEmitted(scrubber.sought):
        scrubber.set_position(94, 0.5)
        scrubber.set_run(10, 5)
    assert scrubber.maximum() == 10


@pytest.mark.parametrize(("events", "loss"), [(10, 10), (10, 0), (0, 0), (1, 1)])
def test_a_run_with_one_pass_takes_the_whole_width(
    scrubber: Scrubber, events: int, loss: int
) -> None:
    scrubber.set_run(events, loss)
    assert scrubber.x_of(0) == 10
    if events:
        assert scrubber.x_of(events) == 590
    assert scrubber.grab().deviceIndependentSize().width() == 600


def test_the_pointer_is_told_what_is_there(qtbot: QtBot, scrubber: Scrubber) -> None:
    asked: list[int] = []

    def describe(cursor: int) -> str:
        asked.append(cursor)
        return "event <b>"

    scrubber.set_describer(describe)
    QTest.mouseMove(scrubber, QPoint(300, 13))
    QTest.mouseMove(scrubber, QPoint(590, 13))
    qtbot.waitUntil(lambda: 136 in asked)


@given(st.integers(1, 5000), st.integers(0, 5000), st.floats(-50, 700))
def test_every_place_is_a_cursor_of_the_run(qapp: object, events: int, loss: int, x: float) -> None:
    scrubber = Scrubber(STYLE)
    scrubber.resize(600, 26)
    scrubber.set_run(events, min(loss, events))
    assert 0 <= scrubber.cursor_at(x) <= events


def test_a_finished_pass_is_filled_and_the_next_is_not(scrubber: Scrubber) -> None:
    theme = THEMES["light"]
    scrubber.set_position(94)
    image = scrubber.grab().toImage()
    ratio = image.devicePixelRatio()

    def color(x: float) -> str:
        return image.pixelColor((QPointF(x, 13) * ratio).toPoint()).name()

    assert color(100) == theme.tint("forward", "done").name()
    assert color(scrubber.x_of(80)) == theme.color("backward").name()
    assert color(580) == theme.tint("backward", "track").name()
