from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.panels.generate_flow import Setting
from explorer.panels.generate_marks import CopiedRun, Marks, TextToken, tip_of
from explorer.panels.generate_text_page import TextPage
from explorer.theme import THEMES, Style

WORDS = ["narwhals", "are", "friendly", "!", "the", "narwhals"]


def tokens(count: int = 6, by_hand: int = -1) -> list[TextToken]:
    """Two tokens of a prompt, then drawn ones of 1, 2, 3 ... bits."""
    words = Setting("word").words(WORDS)
    return [
        TextToken(word, None if i < 2 else i - 1.0, i == by_hand)
        for i, word in enumerate(words[:count])
    ]


@pytest.fixture
def page(qtbot: QtBot, program_fonts: object) -> TextPage:
    made = TextPage(Style(THEMES["light"]))
    qtbot.addWidget(made)
    made.resize(400, 200)
    made.show_tokens(tokens(), 2, apart=True)
    made.show()
    return made


def picture(page: TextPage) -> QImage:
    return page.grab().toImage()


@pytest.mark.parametrize(
    ("index", "marks", "said"),
    [
        (0, Marks(), "“narwhals”"),
        (3, Marks(), "“!” · surprise 2.0 bits"),
        (3, Marks(parting=3), "“!” · surprise 2.0 bits · here the texts part"),
        (
            4,
            Marks(copied=(CopiedRun(2, 5, "short"), CopiedRun(3, 9, "copied from Hamlet"))),
            "“the” · surprise 3.0 bits · copied from Hamlet",
        ),
        (-1, Marks(), ""),
        (6, Marks(), ""),
    ],
)
def test_a_token_says_what_it_is(page: TextPage, index: int, marks: Marks, said: str) -> None:
    page.set_marks(marks)
    assert tip_of(page, index) == said


def test_a_token_put_in_by_hand_says_so_and_looks_so(page: TextPage) -> None:
    plain = picture(page)
    page.show_tokens(tokens(by_hand=4), 2, apart=True)
    assert "put in by hand" in tip_of(page, 4)
    assert picture(page) != plain


@pytest.mark.parametrize(
    "marks",
    [
        Marks(window=(0, 2)),
        Marks(copied=(CopiedRun(2, 5, "copied"),)),
        Marks(parting=4),
        Marks(is_chosen=False),
    ],
)
def test_each_mark_is_seen_and_goes_without_a_trace(page: TextPage, marks: Marks) -> None:
    plain = picture(page)
    page.set_marks(marks)
    assert picture(page) != plain
    page.set_marks(Marks())
    assert picture(page) == plain


@pytest.mark.parametrize("at_once", [1, 2, 4])
def test_a_text_that_grows_looks_as_one_shown_whole(page: TextPage, at_once: int) -> None:
    page.select(5)
    whole = picture(page)
    page.show_tokens(tokens(2), 2, apart=True)
    for first in range(2, 6, at_once):
        more = tokens()[first : first + at_once]
        page.add_tokens(more, first + len(more) - 1)
        picture(page)
    assert picture(page) == whole


@pytest.mark.parametrize(
    ("key", "from_index", "to_index"),
    [
        (Qt.Key.Key_Left, 4, 3),
        (Qt.Key.Key_Left, 2, 2),
        (Qt.Key.Key_Right, 5, 6),
        (Qt.Key.Key_Home, 5, 2),
        (Qt.Key.Key_End, 3, 6),
    ],
)
def test_keys_go_along_the_drawn_tokens(
    page: TextPage, key: Qt.Key, from_index: int, to_index: int
) -> None:
    page.select(from_index)
    QTest.keyClick(page, key)
    assert page.selected == to_index


@pytest.mark.parametrize(("selected", "asked"), [(2, [2]), (5, [5]), (6, [])])
def test_return_asks_for_another_token_where_one_was_drawn(
    page: TextPage, qtbot: QtBot, selected: int, asked: list[int]
) -> None:
    got: list[int] = []
    take: Callable[[int], None] = got.append
    page.again.connect(take)
    page.select(selected)
    QTest.keyClick(page, Qt.Key.Key_Return)
    assert got == asked


def test_the_prompt_cannot_be_chosen(page: TextPage) -> None:
    picked: list[int] = []
    page.picked.connect(picked.append)
    for index in (0, 3):
        rect = page.token_rect(index)
        QTest.mouseClick(page, Qt.MouseButton.LeftButton, pos=rect.center().toPoint())
    assert picked == [3]
