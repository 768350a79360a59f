from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow

from explorer.actions import Actions
from explorer.commands import COMMANDS
from explorer.panels.transport import Transport
from explorer.player import SPEEDS, UNITS, Player

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from engine.trace.trace import Trace
    from explorer.theme import Style


class Bench(QMainWindow):
    """A transport and its player in a window of nothing else."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.player = Player(self)
        self.actions_ = Actions(self)
        for item in COMMANDS:
            self.actions_.add(item.id, self.nothing)
        self.transport = Transport(style, self.player, self.actions_)
        self.setCentralWidget(self.transport)

    def nothing(self) -> None:
        """Stand in for a slot."""


@pytest.fixture
def bench(qtbot: QtBot, style: Style, trace: Trace) -> Iterator[Bench]:
    window = Bench(style)
    qtbot.addWidget(window)
    window.resize(1500, 120)
    window.show()
    window.transport.show_run(trace, "B", 0)
    yield window
    window.player.pause()
    window.close()


def test_the_present_event_is_told_in_words(bench: Bench, trace: Trace) -> None:
    end = len(trace.events("B"))
    told = {}
    for cursor in (0, 7, len(trace) + 1, end):
        bench.transport.show_frame(trace.frame(cursor))
        told[cursor] = (bench.transport._phase.full_text, bench.transport.sentence)
    assert told[0] == ("Start", f"event 0 of {end} · nothing computed yet")
    assert told[7] == ("Forward", f"event 7 of {end} · compute W_hy h₀")
    assert told[len(trace) + 1][1].endswith("start with ∂L/∂L = 1")
    assert told[end][0] == "End"


def test_every_speed_has_its_place_on_the_switch(bench: Bench) -> None:
    for speed in SPEEDS:
        bench.player.set_speed(speed)
        assert bench.transport._speed.choice == str(speed)
    bench.transport._speed.chosen.emit("0.25")
    assert bench.player.speed == 0.25


@pytest.mark.parametrize("unit", UNITS)
def test_a_click_on_a_unit_asks_for_it(qtbot: QtBot, bench: Bench, unit: str) -> None:
    switch = bench.transport._unit
    bench.player.set_unit("time" if unit == "event" else "event")
    place = switch.segment(UNITS.index(unit)).center().toPoint()
    with qtbot.waitSignal(bench.transport.unit_chosen) as chosen:
        QTest.mouseClick(switch, Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args == [unit]


def test_the_switches_go_one_after_the_other_as_room_shrinks(qtbot: QtBot, bench: Bench) -> None:
    transport, seen = bench.transport, []
    for width in (1500, 1000, 800, 500):
        transport.resize(width, 100)
        parts = (transport._unit, transport._speed, transport._step_by)
        seen.append([part.isVisibleTo(transport) for part in parts])
    assert seen == [
        [True, True, True],
        [True, True, False],
        [True, False, False],
        [False, False, False],
    ]


def test_the_scrubbers_tip_tells_the_event_under_the_pointer(bench: Bench) -> None:
    assert bench.transport._describe_cursor(0) == "start"
    assert bench.transport._describe_cursor(7) == "7 · compute W_hy h₀"
