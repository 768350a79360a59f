"""The application: fonts, style, crash log, the window, and the smoke test."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from engine.oracle.client import Oracle
from engine.version import VERSION
from explorer.crash import CrashGuard
from explorer.fonts import load_fonts
from explorer.icons import app_icon
from explorer.settings import SettingsFile
from explorer.window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Sequence


def run_application(
    file: str | None = None, *, smoke_test: bool = False, argv: Sequence[str] = ()
) -> int:
    """Open the window and run until it closes; returns the exit status.

    Args:
        file: opened at the start, if given.
        smoke_test: play one pass, visit every workspace, and close by itself.
        argv: for Qt.
    """
    application = QApplication([sys.argv[0], *argv])
    application.setApplicationName("Tapestry")
    application.setApplicationVersion(VERSION)
    application.setDesktopFileName("tapestry")
    guard = CrashGuard()
    guard.install()
    load_fonts()
    application.setWindowIcon(app_icon())
    oracle = Oracle()
    window = MainWindow(SettingsFile(), oracle)
    guard.caught.connect(window.report_fault)
    window.show()
    start = _Start(window, guard, oracle, file, smoke_test=smoke_test)
    QTimer.singleShot(0, start.go)
    try:
        status = application.exec()
    finally:
        oracle.close()
        guard.close()
    return start.status or status


class _Start:
    """What waits until the first frame is on screen."""

    def __init__(
        self,
        window: MainWindow,
        guard: CrashGuard,
        oracle: Oracle,
        file: str | None,
        *,
        smoke_test: bool,
    ) -> None:
        self._window, self._guard, self._oracle = window, guard, oracle
        self._file, self._smoke_test = file, smoke_test
        self.status = 0

    def go(self) -> None:
        """Open what was asked for and begin the log."""
        self._guard.open_log()
        self._window.begin(self._file)
        before = self._guard.previous_crash()
        if before is not None:
            self._window.tell_of_crash(before)
        if self._smoke_test:
            from explorer.smoke import SmokeTest

            self._smoke = SmokeTest(self._window, self._end)
            self._smoke.begin()
        else:
            self._oracle.start()

    def _end(self, status: int) -> None:
        self.status = status
        self._window.close()
