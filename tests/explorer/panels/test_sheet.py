"""Side sheets: one open at a time, made when first asked for, closed by Esc and by a button."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.kit.button import IconButton
from explorer.kit.label import Label
from explorer.panels.sheet import SheetHost

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from explorer.theme import Style


def made(style: Style) -> SheetHost:
    sheets = SheetHost(style)
    sheets.add("one", "The first", lambda s: Label(s, "first page"))
    sheets.add("two", "The second", lambda s: Label(s, "second page"))
    return sheets


@pytest.fixture
def host(qtbot: QtBot, style: Style) -> SheetHost:
    sheets = made(style)
    qtbot.addWidget(sheets)
    return sheets


def heard(host: SheetHost) -> list[str]:
    said: list[str] = []
    host.opened.connect(lambda name: said.append(f"opened {name}"))
    host.closed.connect(lambda name: said.append(f"closed {name}"))
    return said


def test_one_sheet_takes_the_place_of_another(host: SheetHost) -> None:
    said = heard(host)
    host.open_sheet("one")
    host.open_sheet("two")
    host.open_sheet("two")
    assert said == ["opened one", "closed one", "opened two"]
    assert (host.name, host._title.full_text) == ("two", "The second")
    assert host.page("two").isVisibleTo(host)
    assert not host.page("one").isVisibleTo(host)


def test_a_page_is_made_when_it_is_first_opened_and_kept(host: SheetHost) -> None:
    assert host._entries["one"].page is None
    host.open_sheet("one")
    page = host.page("one")
    host.close_sheet()
    host.open_sheet("one")
    assert host.page("one") is page


def test_toggling_closes_what_is_open(host: SheetHost) -> None:
    host.toggle("one")
    assert host.is_shown
    host.toggle("one")
    assert (host.name, host.is_shown) == ("", False)


def test_the_button_closes(host: SheetHost) -> None:
    host.open_sheet("one")
    host.show()
    QTest.mouseClick(host.findChildren(IconButton)[0], Qt.MouseButton.LeftButton)
    assert not host.is_shown


def test_esc_anywhere_on_the_page_closes(qtbot: QtBot, style: Style) -> None:
    around, host = QWidget(), made(style)
    column = QVBoxLayout(around)
    column.addWidget(host)
    other = QWidget()
    column.addWidget(other)
    qtbot.addWidget(around)
    around.installEventFilter(host)
    around.show()
    host.open_sheet("one")
    QTest.keyClick(other, Qt.Key.Key_A)
    assert host.is_shown
    QTest.keyClick(other, Qt.Key.Key_Escape)
    assert not host.is_shown


def test_what_is_withheld_comes_back_unless_it_is_asked_for_before(host: SheetHost) -> None:
    host.open_sheet("one")
    host.withhold(True)
    assert (host.name, host.is_shown) == ("one", False)
    host.withhold(False)
    assert host.is_shown
    host.withhold(True)
    host.toggle("one")
    assert host.is_shown


def test_an_unknown_sheet_is_an_error(host: SheetHost) -> None:
    with pytest.raises(KeyError):
        host.open_sheet("three")
