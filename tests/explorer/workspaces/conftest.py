"""Windows for the tests of workspaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication

from explorer.jobs import Jobs
from explorer.settings import SettingsFile
from explorer.window import MainWindow
from tests.explorer.workspaces.code_pages import opened
from tests.explorer.workspaces.generate_hands import LONG, WEIGHTS, Page
from tests.explorer.workspaces.versus_hands import compare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from explorer.workspaces.code import CodeWorkspace
    from explorer.workspaces.versus import Versus


@pytest.fixture
def opener(
    qtbot: QtBot, tmp_path: Path, program_fonts: object
) -> Iterator[Callable[[], MainWindow]]:
    """Opens windows without PyTorch, and closes them."""
    windows: list[MainWindow] = []

    def make() -> MainWindow:
        shown = MainWindow(SettingsFile(tmp_path / "settings"))
        shown.set_motion(False)
        shown.show()
        windows.append(shown)
        return shown

    yield make
    for shown in windows:
        shown.close()
    QApplication.processEvents()


@pytest.fixture
def plain(qtbot: QtBot, opener: Callable[[], MainWindow]) -> MainWindow:
    """A window with its first run, and without PyTorch."""
    shown = opener()
    shown.resize(1600, 900)
    shown.activateWindow()
    qtbot.waitUntil(shown.isActiveWindow, timeout=10_000)
    shown.begin()
    qtbot.waitUntil(lambda: shown.session.run is not None, timeout=20_000)
    return shown


ELSEWHERE = {"file.open", "file.save", "file.quit", "help.shortcuts", "view.present"}


@pytest.fixture
def code(qtbot: QtBot, plain: MainWindow) -> CodeWorkspace:
    return opened(qtbot, plain)


@pytest.fixture
def both(plain: MainWindow) -> Versus:
    found = compare(plain)
    assert found.is_open
    return found


@pytest.fixture
def page(qtbot: QtBot, program_fonts: object) -> Iterator[Page]:
    """The Generate page with the narwhal weights; its threads have ended when the test has."""
    jobs = Jobs()
    page = Page(qtbot, jobs)
    assert page.generate.open_file(WEIGHTS)
    page.until(lambda: page.session.prompt is not None)
    page.settle()
    yield page
    page.session.stop()
    page.generate.watch.stop()
    assert jobs.shutdown(LONG / 1000)
