from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QMenu, QStackedWidget

from explorer.actions import Actions
from explorer.commands import COMMANDS
from explorer.kit.rail_button import RailButton
from explorer.panels.chrome import MenuButton, Rail, TopBar

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from explorer.theme import Style


class Bench(QMainWindow):
    """A window that notes which commands were triggered."""

    def __init__(self) -> None:
        super().__init__()
        self.commands = Actions(self)
        self.done: list[str] = []
        for item in COMMANDS:
            self.commands.add(item.id, self.note)

    def note(self) -> None:
        self.done.append(self.sender().objectName())


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    window = Bench()
    qtbot.addWidget(window)
    return window


def test_the_rail_has_an_entry_for_each_workspace(bench: Bench, style: Style) -> None:
    rail = Rail(style, bench.commands)
    bench.setCentralWidget(rail)
    for button in rail.findChildren(RailButton):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    names = ("graph", "ngram", "generate", "train", "inside", "quiz", "code")
    assert bench.done == [f"workspace.{name}" for name in names]


# The offscreen plugin says so of a menu; nothing is wrong.
@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
def test_present_and_the_menu_are_a_click_away(qtbot: QtBot, bench: Bench, style: Style) -> None:
    menu = QMenu(bench)
    bench.commands.fill_menu(menu)
    bar = TopBar(style, QStackedWidget(), bench.commands, menu)
    bench.setCentralWidget(bar)
    bench.resize(1200, 100)
    bench.show()
    bar._present.click()
    assert bench.done == ["view.present"]
    bar.findChildren(MenuButton)[0].click()
    assert menu.isVisible()
    assert menu.geometry().right() <= bench.geometry().right() + 1
    menu.close()


@pytest.mark.parametrize(("width", "named"), [(1200, True), (900, False)])
def test_the_name_goes_first_where_room_is_short(
    bench: Bench, style: Style, width: int, named: bool
) -> None:
    bar = TopBar(style, QStackedWidget(), bench.commands, QMenu(bench))
    bench.setCentralWidget(bar)
    bench.resize(width, 100)
    bench.show()
    assert bar._brand.isVisibleTo(bar) is named
