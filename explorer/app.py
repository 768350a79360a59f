"""The application: fonts, style, crash log, the window, and the smoke test."""

from __future__ import annotations

import gc
import sys
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from engine.version import VERSION
from explorer.crash import CrashGuard
from explorer.fonts import load_fonts
from explorer.icons import app_icon
from explorer.settings import SettingsFile
from explorer.window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from engine.oracle.client import Oracle


UNSEEN = 1000
"""Milliseconds after which a window that was not painted begins all the same."""


def run_application(
    file: str | None = None,
    *,
    smoke_test: bool = False,
    argv: Sequence[str] = (),
    painted: Callable[[MainWindow], object] | None = None,
) -> int:
    """Open the window and run until it closes; returns the exit status.

    Args:
        file: opened at the start, if given.
        smoke_test: play one pass, visit every workspace, and close by itself.
        argv: for Qt.
        painted: told the window once it has been painted, in place of all that comes then.
    """
    # A job that computes in Python gives way to the window after 1 ms instead of 5.
    sys.setswitchinterval(0.001)
    application = QApplication([sys.argv[0], *argv])
    application.setApplicationName("Tapestry")
    application.setApplicationVersion(VERSION)
    application.setDesktopFileName("tapestry")
    guard = CrashGuard()
    guard.install()
    load_fonts()
    window = MainWindow(SettingsFile())
    guard.caught.connect(window.report_fault)
    start = _Start(window, guard, file, smoke_test=smoke_test)
    first = FirstFrame(window, start.go if painted is None else partial(painted, window))
    window.show()
    try:
        status = application.exec()
    finally:
        start.close()
        guard.close()
    first.deleteLater()
    return start.status or status


class FirstFrame(QObject):
    """Waits until a window has been painted once, and then does what can wait.

    The window system tells a window to paint some time after it is shown; work begun at once
    would come before that.
    """

    def __init__(self, window: QWidget, then: Callable[[], object]) -> None:
        super().__init__(window)
        self._window = window
        # A window that opens minimised is not painted for a long time.
        self._timer = QTimer(self, singleShot=True, interval=UNSEEN)
        self._timer.timeout.connect(self._stop_watching)
        self._timer.timeout.connect(then)
        self._timer.start()
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go on as soon as this paint is done."""
        if event.type() == QEvent.Type.Paint:
            self._stop_watching()
            self._timer.start(0)
        return super().eventFilter(watched, event)

    def _stop_watching(self) -> None:
        self._window.removeEventFilter(self)


class _Start:
    """What waits until the first frame is on screen."""

    def __init__(
        self,
        window: MainWindow,
        guard: CrashGuard,
        file: str | None,
        *,
        smoke_test: bool,
    ) -> None:
        self._window, self._guard = window, guard
        self._oracle: Oracle | None = None
        self._file, self._smoke_test = file, smoke_test
        self.status = 0

    def go(self) -> None:
        """Open what was asked for, begin the log, and load PyTorch in its own process."""
        from engine.oracle.client import Oracle

        QGuiApplication.setWindowIcon(app_icon())
        self._guard.open_log()
        self._window.begin(self._file)
        # What the start has made lasts: collections that walk it would hold up the window.
        gc.freeze()
        self._oracle = Oracle()
        self._oracle.start()
        self._window.session.set_oracle(self._oracle)
        before = self._guard.previous_crash()
        if before is not None:
            self._window.tell_of_crash(before)
        if self._smoke_test:
            from explorer.smoke import SmokeTest

            self._smoke = SmokeTest(self._window, self._end)
            self._guard.caught.connect(self._smoke.fail)
            self._smoke.begin()

    def close(self) -> None:
        """End PyTorch's process, and let all be collected again."""
        gc.unfreeze()
        if self._oracle is not None:
            self._oracle.close()

    def _end(self, status: int) -> None:
        self.status = status
        self._window.close()
