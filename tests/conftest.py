"""Fixtures for all tests: an offscreen Qt, and nothing left behind by a test."""

from __future__ import annotations

import gc
import os
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import Shiboken

from explorer.fonts import load_fonts

if TYPE_CHECKING:
    from collections.abc import Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Of two workers each has a screen of its own: there is one keyboard focus a screen.
if "FIRST_SCREEN" in os.environ and os.environ.get("PYTEST_XDIST_WORKER") == "gw0":
    os.environ["DISPLAY"], os.environ["XAUTHORITY"] = os.environ["FIRST_SCREEN"].split(" ", 1)


# The offscreen plugin says so of a window with a minimum size, a tip and a popup; nothing is wrong.
OFFSCREEN_NOISE = (
    r"This plugin does not support (propagateSizeHints\(\)|raise\(\)|grabbing the keyboard)"
)


def pytest_configure(config: pytest.Config) -> None:
    """Let the offscreen plugin say what it does not support."""
    config.addinivalue_line("qt_log_ignore", OFFSCREEN_NOISE)


@pytest.fixture(autouse=True)
def _nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread, or with Qt a shown window or a running timer."""
    threads = set(threading.enumerate())
    uses_qt = "qtbot" in request.fixturenames or "qapp" in request.fixturenames
    if uses_qt:
        request.getfixturevalue("qapp")
    yield
    left = [thread.name for thread in threading.enumerate() if thread not in threads]
    assert not left, f"threads left running: {left}"
    if uses_qt:
        windows, timers = _dangling()
        assert not windows, f"windows left open: {windows}"
        assert not timers, f"timers left running: {timers}"


def _dangling() -> tuple[list[str], list[str]]:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    windows = [repr(window) for window in QApplication.topLevelWidgets() if window.isVisible()]
    timers = [
        repr(item) for item in gc.get_objects() if issubclass(type(item), QTimer) and _active(item)
    ]
    return windows, timers


def _active(timer: QTimer) -> bool:
    return Shiboken.isValid(timer) and timer.isActive()


@pytest.fixture(scope="session")
def program_fonts(qapp: object) -> tuple[str, ...]:
    """Load the program's fonts once; the value names those that are missing."""
    return load_fonts()


def pytest_report_header() -> str:
    """Name the platform that Qt runs on."""
    return f"Qt platform: {os.environ['QT_QPA_PLATFORM']}, Python {sys.version.split()[0]}"
