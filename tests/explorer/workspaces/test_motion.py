"""Motion can be off: then nothing glides, whatever is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QAbstractAnimation
from PySide6.QtWidgets import QApplication

from explorer.commands import COMMANDS

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from explorer.window import MainWindow

ELSEWHERE = {
    "file.open", "file.save", "file.quit", "help.shortcuts", "view.motion", "view.present",
}  # fmt: skip


def moving(window: MainWindow) -> list[str]:
    """What glides at this moment."""
    running = QAbstractAnimation.State.Running
    found = [
        type(animation.parent()).__name__
        for animation in window.findChildren(QAbstractAnimation)
        if animation.state() == running
    ]
    players = (window.player, window._pages["code"].player)  # type: ignore[attr-defined]
    return found + ["player" for player in players if player.alpha > 0]


def test_with_motion_off_no_command_moves_anything(qtbot: QtBot, plain: MainWindow) -> None:
    plain.set_motion(False)
    plain.player.seek(60)
    plain.session.select(14)
    for item in COMMANDS:
        if item.id in ELSEWHERE or item.id not in plain.commands:
            continue
        if item.id.startswith("workspace."):
            continue
        plain.commands[item.id].trigger()
        assert moving(plain) == [], item.id
        plain.player.pause()
    plain.graph.sheets.close_sheet()
    QApplication.processEvents()
    assert moving(plain) == []


@pytest.mark.parametrize("command", ["view.zoom_in", "play.forward"])
def test_with_motion_on_things_glide_and_come_to_rest(
    qtbot: QtBot, plain: MainWindow, command: str
) -> None:
    plain.set_motion(True)
    plain.player.seek(60)
    plain.commands[command].trigger()
    qtbot.waitUntil(lambda: bool(moving(plain)), timeout=5000)
    qtbot.waitUntil(lambda: not moving(plain), timeout=10_000)
    plain.set_motion(False)
