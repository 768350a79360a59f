"""The real main window, opened on the narwhal sentence, with PyTorch's worker beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from engine.oracle.client import Oracle
from explorer.settings import SettingsFile
from explorer.window import MainWindow


@pytest.fixture(scope="session")
def oracle() -> Iterator[Oracle]:
    """One worker for all windows of the tests."""
    with Oracle() as worker:
        yield worker


@pytest.fixture
def window(
    qtbot: QtBot, tmp_path: Path, program_fonts: object, oracle: Oracle
) -> Iterator[MainWindow]:
    """The window after its first run has been recorded and judged."""
    shown = MainWindow(SettingsFile(tmp_path / "settings"), oracle)
    shown.set_motion(False)
    shown.resize(1600, 900)
    shown.show()
    # Keys reach the commands only in the active window; no window manager makes it so.
    shown.activateWindow()
    qtbot.waitUntil(shown.isActiveWindow, timeout=10_000)
    shown.begin()
    qtbot.waitUntil(lambda: shown.session.verdict is not None, timeout=60_000)
    yield shown
    shown.close()
    # What was due at once, such as fitting a formula to its label, still happens.
    QCoreApplication.processEvents()
