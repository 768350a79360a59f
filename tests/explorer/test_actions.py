from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QVBoxLayout, QWidget

from explorer.actions import Actions
from explorer.commands import COMMANDS, GROUPS, Situation, command
from explorer.shortcut_sheet import ShortcutSheet, shared_out
from explorer.theme import THEMES, Style

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class Window(QWidget):
    """Counts what it is asked to do."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[object] = []
        self.actions_ = Actions(self)
        self.field = QLineEdit()
        QVBoxLayout(self).addWidget(self.field)

    def plain(self) -> None:
        self.calls.append("plain")

    def switched(self, checked: bool) -> None:
        self.calls.append(checked)


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    widget = Window()
    qtbot.addWidget(widget)
    return widget


def test_no_two_commands_share_an_id_or_a_key() -> None:
    ids = Counter(item.id for item in COMMANDS)
    keys = Counter(QKeySequence(text) for item in COMMANDS for text in item.shortcuts)
    assert max(ids.values()) == 1
    assert max(keys.values()) == 1


@pytest.mark.parametrize("item", COMMANDS, ids=lambda item: item.id)
def test_a_command_is_whole(item) -> None:  # type: ignore[no-untyped-def]
    assert item.text
    assert item.tip
    assert not item.tip.endswith(".")
    assert item.group in GROUPS
    assert all(not QKeySequence(text).isEmpty() for text in item.shortcuts)
    assert item.checkable or not item.exclusive
    assert item.enabled_when is None or isinstance(item.enabled_when(Situation()), bool)


def test_what_nobody_connects_appears_nowhere(window: Window) -> None:
    window.actions_.add("play.toggle", window.plain)
    menu = QMenu()
    window.actions_.fill_menu(menu)
    assert [entry.text() for entry in menu.actions()] == ["Playback"]
    sheet = ShortcutSheet(window.actions_, Style(THEMES["light"]), window)
    assert [label.text() for label in sheet.findChildren(QLabel)] == [
        "Playback",
        "Play or pause",
        "Space",
    ]
    menu.deleteLater()


def test_a_choice_calls_the_slot_and_a_setting_does_not(window: Window) -> None:
    window.actions_.add("play.toggle", window.plain).trigger()
    loop = window.actions_.add("play.loop", window.switched)
    loop.trigger()
    window.actions_.check("play.loop", on=False)
    assert window.calls == ["plain", True]
    assert not loop.isChecked()


def test_of_exclusive_commands_one_is_on(window: Window) -> None:
    first = window.actions_.add("unit.event", window.plain)
    second = window.actions_.add("unit.node", window.plain)
    first.trigger()
    second.trigger()
    assert (first.isChecked(), second.isChecked()) == (False, True)


@pytest.mark.parametrize(
    ("identity", "situation", "enabled"),
    [
        ("play.toggle", Situation(), False),
        ("play.toggle", Situation(events=4), True),
        ("play.forward", Situation(events=4, cursor=4), False),
        ("play.forward", Situation(events=4, cursor=3), True),
        ("play.back", Situation(events=4), False),
        ("play.back", Situation(events=4, cursor=1), True),
        ("play.loss", Situation(events=4, cursor=2, loss_cursor=2), False),
        ("play.loss", Situation(events=4, cursor=1, loss_cursor=2), True),
        ("version.a", Situation(has_backward=True), True),
        ("view.leave", Situation(), False),
        ("view.leave", Situation(presenting=True), True),
        ("text.smaller", Situation(scale=1.0), False),
        ("text.larger", Situation(scale=3.0), False),
        ("play.faster", Situation(speed=16), False),
        ("play.slower", Situation(speed=0.25), False),
        ("file.open", Situation(), True),
    ],
)
def test_a_command_is_enabled_by_the_situation(
    window: Window, identity: str, situation: Situation, enabled: bool
) -> None:
    action = window.actions_.add(identity, window.plain)
    window.actions_.refresh(situation)
    assert action.isEnabled() is enabled


def test_a_key_works_in_the_window_but_not_while_typing(qtbot: QtBot, window: Window) -> None:
    window.actions_.add("play.toggle", window.plain)
    window.show()
    window.activateWindow()
    window.field.setFocus()
    qtbot.waitUntil(window.field.hasFocus)
    QTest.keyClick(window.field, Qt.Key.Key_Space)
    assert (window.calls, window.field.text()) == ([], " ")
    window.field.clearFocus()
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert window.calls == ["plain"]


def test_a_command_is_connected_once(window: Window) -> None:
    window.actions_.add("play.toggle", window.plain)
    with pytest.raises(ValueError, match="already"):
        window.actions_.add("play.toggle", window.plain)
    with pytest.raises(KeyError):
        window.actions_.add("play.nothing", window.plain)


def test_a_hint_ends_in_the_key() -> None:
    assert command("play.toggle").hint == "Play or pause (Space)"
    assert command("theme.dark").hint == "Light ink on dark"


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.0])
def test_the_sheet_of_all_keys_fits_the_smallest_window(
    qtbot: QtBot, window: Window, program_fonts: tuple[str, ...], scale: float
) -> None:
    for item in COMMANDS:
        window.actions_.add(item.id, window.plain)
    sheet = ShortcutSheet(window.actions_, Style(THEMES["light"], scale), window)
    sheet.show()
    assert sheet.width() <= 960
    assert sheet.height() <= 600
    page = sheet._scroll.widget()
    assert page is not None
    # Nothing is cut off at the side; below one scrolls.
    assert page.width() <= sheet._scroll.viewport().width()
    assert all(label.width() >= label.sizeHint().width() for label in sheet.findChildren(QLabel))
    sheet.close()


def test_a_large_window_shows_all_keys_without_scrolling(
    qtbot: QtBot, window: Window, program_fonts: tuple[str, ...]
) -> None:
    for item in COMMANDS:
        window.actions_.add(item.id, window.plain)
    window.resize(1600, 900)
    sheet = ShortcutSheet(window.actions_, Style(THEMES["light"]), window)
    assert sheet.columns >= 2
    assert sheet.sizeHint().height() == sheet._all.sizeHint().height()


def test_a_series_is_one_line_of_the_sheet_and_one_submenu(window: Window) -> None:
    for digit in range(1, 10):
        window.actions_.add(f"place.save_{digit}", window.plain)
    sheet = ShortcutSheet(window.actions_, Style(THEMES["light"]), window)
    assert [label.text() for label in sheet.findChildren(QLabel)] == [
        "Reading",
        "Keep this view as",
        "V, 1…9",
    ]
    menu = QMenu()
    window.actions_.fill_menu(menu)
    (reading,) = menu.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)
    (series,) = reading.actions()
    assert series.text() == "Keep this view as…"
    kept = series.menu()
    assert isinstance(kept, QMenu)
    assert len(kept.actions()) == 9
    menu.deleteLater()


def test_sections_are_shared_out_in_their_order() -> None:
    # Heights with heading and gap: 4, 3, 3, 6.
    sections = [
        ("File", (("a", "A"),) * 2),
        ("Edit", (("b", "B"),)),
        ("View", (("c", "C"),)),
        ("Help", (("d", "D"),) * 4),
    ]
    two = shared_out(sections, 2)  # type: ignore[arg-type]  # groups of the program
    assert [[group for group, _ in column] for column in two] == [
        ["File", "Edit"],
        ["View", "Help"],
    ]
    assert len(shared_out(sections, 4)) == 3  # type: ignore[arg-type]  # as above


def test_what_is_withheld_stays_disabled_in_any_situation(window: Window) -> None:
    action = window.actions_.add("read.back", window.plain)
    window.actions_.allow("read.back", on=False)
    window.actions_.refresh(Situation(events=4))
    assert not action.isEnabled()
    window.actions_.allow("read.back")
    assert action.isEnabled()
    window.actions_.allow("read.forward", on=False)


def test_a_set_tells_one_slot_which_of_it_was_chosen(window: Window) -> None:
    chosen: list[str] = []
    window.actions_.add_set("unit", chosen.append)
    window.actions_["unit.node"].trigger()
    window.actions_["unit.time"].trigger()
    assert chosen == ["node", "time"]
    assert window.actions_["unit.time"].isChecked()
    assert not window.actions_["unit.node"].isChecked()
