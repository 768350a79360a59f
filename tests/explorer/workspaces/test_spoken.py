"""What a screen reader is told: every step, slow play, the node that is selected, notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from explorer.workspaces.spoken import Spoken, spoken_node, spoken_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from explorer.window import MainWindow


@pytest.fixture
def listening(plain: MainWindow) -> Iterator[MainWindow]:
    """The window while a screen reader runs."""
    plain.player.to_start()
    QAccessible.setActive(True)
    yield plain
    QAccessible.setActive(False)


def voice(window: MainWindow) -> Spoken:
    return next(aide for aide in window.graph.aides._all if isinstance(aide, Spoken))


def test_every_step_is_a_sentence(qtbot: QtBot, listening: MainWindow) -> None:
    transport = listening.graph.transport
    events = listening.player.events
    for cursor in (1, 2, 3):
        with qtbot.waitSignal(transport.speaker.spoken, timeout=5000) as said:
            listening.player.step(+1, "event")
        sentence = said.args[0]
        assert sentence.endswith(f", event {cursor} of {events}")
        assert sentence.startswith("read the parameter")
        assert "`" not in sentence


def test_of_a_quick_series_the_last_event_is_said(qtbot: QtBot, listening: MainWindow) -> None:
    transport = listening.graph.transport
    heard: list[str] = []
    transport.speaker.spoken.connect(heard.append)
    with qtbot.waitSignal(transport.speaker.spoken, timeout=5000):
        for cursor in range(10, 40):
            listening.player.seek(cursor)
    assert len(heard) == 1
    assert heard[0].endswith(f"event 39 of {listening.player.events}")


def test_fast_play_is_silent_and_its_end_is_said(qtbot: QtBot, listening: MainWindow) -> None:
    transport = listening.graph.transport
    heard: list[str] = []
    transport.speaker.spoken.connect(heard.append)
    listening.player.set_speed(16.0)
    listening.player.play()
    qtbot.waitUntil(lambda: listening.player.cursor > 20, timeout=10_000)
    assert heard == []
    with qtbot.waitSignal(transport.speaker.spoken, timeout=5000):
        listening.player.pause()
    assert f"event {listening.player.cursor} of" in heard[0]


def test_the_selected_node_is_said_with_what_is_known(qtbot: QtBot, listening: MainWindow) -> None:
    run = listening.session.run
    assert run is not None
    node = next(n.index for n in run.trace.nodes if n.name == "h_1")
    with qtbot.waitSignal(voice(listening).speaker.spoken, timeout=5000) as said:
        listening.session.select(node)
    assert said.args[0] == (
        f"h₁ = tanh(z₁), tanh; not computed yet; node {node + 1} of {len(run.trace)}"
    )
    end = spoken_node(run.trace, node, run.trace.frame(len(run.trace.events("B"))))
    assert "8 numbers from" in end
    assert "adjoint 8 numbers from" in end


def test_the_arrow_keys_on_the_canvas_are_heard(qtbot: QtBot, listening: MainWindow) -> None:
    canvas = listening.graph.canvas
    with qtbot.waitSignal(voice(listening).speaker.spoken, timeout=5000) as said:
        QTest.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert "node 1 of" in said.args[0]


def test_nothing_is_said_without_a_screen_reader(plain: MainWindow) -> None:
    plain.player.to_end()
    assert not plain.graph.transport.speaker._wait.isActive()


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ([0.5], "0.5"),
        ([1.0, -2.0], "2 numbers from -2 to 1"),
        ([1.0, np.nan, 3.0], "3 numbers from 1 to 3, 1 not finite"),
        ([np.nan, np.inf], "2 numbers, none of them finite"),
    ],
)
def test_numbers_in_words(numbers: list[float], said: str) -> None:
    assert spoken_numbers(np.array(numbers)) == said
