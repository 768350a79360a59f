"""Opening the Code workspace in a test's window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.workspaces.code import ASK_JOB, CodeWorkspace

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from explorer.window import MainWindow

LONG = 30_000


def code_of(window: MainWindow) -> CodeWorkspace:
    assert isinstance(window.workspace, CodeWorkspace)
    return window.workspace


def opened(qtbot: QtBot, window: MainWindow, network: str = "feed-forward") -> CodeWorkspace:
    """The Code workspace with its network run."""
    window.show_workspace("code")
    code = code_of(window)
    if network == "recurrent":
        code.choose_network("recurrent")
    qtbot.waitUntil(lambda: code.run is not None and code.run.network == network, timeout=LONG)
    qtbot.waitUntil(lambda: not window.jobs.is_running(ASK_JOB), timeout=LONG)
    return code
