from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from explorer.kit.label import Label
from explorer.theme import THEMES, Style

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def style(program_fonts: object) -> Style:
    return Style(THEMES["light"])


@pytest.mark.parametrize("text", ["<b>bold</b>", "<img src=x>", "&amp; &lt;", "a\tb"])
@pytest.mark.parametrize("elide", [False, True])
def test_text_is_shown_as_it_is(qtbot: QtBot, style: Style, text: str, elide: bool) -> None:
    label = Label(style, text, elide=elide)
    qtbot.addWidget(label)
    label.resize(label.sizeHint())
    label.show()
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.text() == label.full_text == text
    assert label.accessibleName() == text


def test_a_text_that_does_not_fit_is_cut_and_its_tip_is_plain(qtbot: QtBot, style: Style) -> None:
    label = Label(style, "<b>a rather long name of something</b>", elide=True)
    qtbot.addWidget(label)
    label.resize(80, 20)
    label.show()
    assert label.text().endswith("…")
    assert label.full_text == "<b>a rather long name of something</b>"
    assert "&lt;b&gt;" in label.toolTip()
    label.resize(label.sizeHint())
    assert (label.text(), label.toolTip()) == (label.full_text, "")


def test_only_an_eliding_label_gives_way(qtbot: QtBot, style: Style) -> None:
    firm, soft = Label(style, "a" * 40), Label(style, "a" * 40, elide=True)
    for label in (firm, soft):
        qtbot.addWidget(label)
    assert firm.minimumSizeHint().width() > 200
    assert soft.minimumSizeHint().width() == 24
    assert soft.sizeHint().width() > 200


def test_style_and_role_can_change(qtbot: QtBot, style: Style) -> None:
    label = Label(style, "h", font="text")
    qtbot.addWidget(label)
    narrow = label.sizeHint().width()
    dark = Style(THEMES["dark"], 2.0)
    label.set_style(dark)
    label.set_role("ink_2")
    assert label.sizeHint().width() > narrow
    color = label.palette().color(label.foregroundRole())
    assert color.name() == dark.theme.text("ink_2").name()
