"""Text from 100 % to 300 %: in no workspace and no sheet is anything smaller than its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication

from explorer.kit.segmented import Segmented
from tests.explorer.room import cramped

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from explorer.window import MainWindow

ROOMS = pytest.mark.parametrize(
    ("scale", "size"),
    [
        (1.0, (1280, 720)),
        (2.0, (1280, 720)),
        (3.0, (1920, 1080)),
        (3.0, (1280, 720)),
    ],
    ids=str,
)
SHEETS = ("view.check", "view.curve", "view.museum", "overlay.tables", "read.origin")


def has_room(qtbot: QtBot, window: MainWindow, what: str) -> None:
    """Wait until everything is laid out; then nothing is too small."""

    def check() -> None:
        assert cramped(window) == [], what

    QApplication.processEvents()
    qtbot.waitUntil(check, timeout=3000)


@ROOMS
def test_the_graph_and_its_sheets_have_room(
    qtbot: QtBot, plain: MainWindow, scale: float, size: tuple[int, int]
) -> None:
    plain.resize(*size)
    plain.appearance.set_scale(scale)
    plain.player.seek(110)
    has_room(qtbot, plain, "graph")
    if plain.graph.is_narrow:
        plain.commands["view.inspector"].trigger()
        has_room(qtbot, plain, "drawer")
        plain.commands["view.inspector"].trigger()
    for sheet in SHEETS:
        plain.commands[sheet].trigger()
        has_room(qtbot, plain, sheet)
        plain.graph.sheets.close_sheet()
    plain.commands["overlay.adjoints"].trigger()
    has_room(qtbot, plain, "overlay")


@ROOMS
@pytest.mark.parametrize("identity", ["ngram", "generate", "train", "inside", "quiz", "code"])
def test_the_other_workspaces_have_room(
    qtbot: QtBot, plain: MainWindow, identity: str, scale: float, size: tuple[int, int]
) -> None:
    plain.resize(*size)
    plain.appearance.set_scale(scale)
    plain.show_workspace(identity)
    has_room(qtbot, plain, identity)


def test_at_the_usual_size_every_switch_shows_all_its_words(plain: MainWindow) -> None:
    for size in ((1280, 720), (1920, 1080)):
        plain.resize(*size)
        QApplication.processEvents()
        switches = [s for s in plain.findChildren(Segmented) if s.isVisible()]
        assert len(switches) >= 3
        assert [s.accessibleName() for s in switches if s.folded] == []


def test_text_grows_to_three_times_its_size_and_no_further(plain: MainWindow) -> None:
    for _ in range(20):
        plain.commands["text.larger"].trigger()
    assert plain.look.scale == 3.0
    assert not plain.commands["text.larger"].isEnabled()
    plain.commands["text.normal"].trigger()
    assert plain.look.scale == 1.0
