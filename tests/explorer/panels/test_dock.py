from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from explorer.panels.dock import Dock

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from engine.trace.trace import Trace
    from explorer.panels.typeset import Typesetter
    from explorer.theme import Style


@pytest.fixture
def dock(qtbot: QtBot, style: Style, typesetter: Typesetter) -> Dock:
    widget = Dock(style, typesetter)
    qtbot.addWidget(widget)
    widget.resize(388, 900)
    return widget


@pytest.mark.parametrize(
    ("height", "choice", "inspector", "algorithm"),
    [
        (900, "node", True, True),
        (600, "node", True, False),
        (600, "algorithm", False, True),
    ],
)
def test_a_low_dock_shows_one_half_at_a_time(
    dock: Dock, height: int, choice: str, inspector: bool, algorithm: bool
) -> None:
    dock.resize(388, height)
    dock._views.set_choice(choice)
    dock._arrange()
    assert dock._scroll.isVisibleTo(dock) is inspector
    assert dock._below.isVisibleTo(dock) is algorithm


def test_without_a_choice_the_inspector_follows_the_run(dock: Dock, trace: Trace) -> None:
    frames = [trace.frame(cursor) for cursor in (0, 1, 9, len(trace) + 5)]
    for frame in frames:
        dock.show_frame(trace, frame, None, -1)
        shown = max(frame.active_node, 0)
        assert dock.inspector._place.full_text == f"node {shown + 1} of {len(trace)}"
        assert dock.inspector._follow.isHidden()
    dock.show_frame(trace, frames[-1], None, 4)
    assert dock.inspector._place.full_text == f"node 5 of {len(trace)}"
    assert not dock.inspector._follow.isHidden()


def test_the_switch_shows_the_version_of_the_frame(qtbot: QtBot, dock: Dock, trace: Trace) -> None:
    dock.show_frame(trace, trace.frame(len(trace) + 2, "A"), None, -1)
    assert dock._version.choice == "A"
    assert dock._tape_note.full_text == "reading backwards"
    with qtbot.waitSignal(dock.version_chosen) as chosen:
        dock._version.chosen.emit("B")
    assert chosen.args == ["B"]
