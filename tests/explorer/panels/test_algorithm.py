from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from explorer.panels.algorithm import AlgorithmView

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from engine.trace.events import Version
    from engine.trace.trace import Trace
    from explorer.theme import Style


@pytest.fixture
def view(qtbot: QtBot, style: Style) -> AlgorithmView:
    widget = AlgorithmView(style)
    qtbot.addWidget(widget)
    return widget


def lines(view: AlgorithmView, trace: Trace, cursor: int, version: Version) -> str:
    view.show_frame(trace.frame(cursor, version), version)
    return view.accessibleDescription()


@pytest.mark.parametrize(
    ("version", "after_seed", "then", "end"),
    [
        ("A", "dy/dv = sum", "for each u = g(…, v, …):; sum += dy/du · du/dv", "return dy/dv"),
        (
            "B",
            "for u in reverse topological order:; # dy/du is complete",
            "for each input v of u = g(v):; dy/dv += dy/du · du/dv",
            "return dy/du",
        ),
    ],
)
def test_the_executing_lines_follow_the_version(
    view: AlgorithmView, trace: Trace, version: Version, after_seed: str, then: str, end: str
) -> None:
    seed = trace.events(version).seed_index
    assert lines(view, trace, 0, version) == ""
    assert lines(view, trace, 3, version).startswith("for u in topological order")
    assert lines(view, trace, seed + 1, version).startswith("initialise dy/dy = 1")
    assert lines(view, trace, seed + 2, version) == after_seed
    assert lines(view, trace, seed + 3, version) == then
    assert lines(view, trace, len(trace.events(version)), version).startswith(end)


def test_the_height_is_the_same_for_all_passes(view: AlgorithmView, trace: Trace) -> None:
    heights = set()
    for version in ("A", "B"):
        for cursor in (0, 5, len(trace.nodes) + 3):
            view.show_frame(trace.frame(cursor, version), version)
            heights.add(view.sizeHint().height())
    assert len(heights) == 1
