from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QVBoxLayout, QWidget

from explorer.kit.badge import Badge, Verdict
from explorer.kit.button import ActionButton, Button, IconButton
from explorer.kit.card import Card
from explorer.kit.math_label import MathLabel
from explorer.kit.notice import EmptyState, Notice
from explorer.kit.play_button import PlayButton
from explorer.kit.rail_button import RailButton
from explorer.kit.segmented import Segmented
from explorer.kit.slider import Slider
from explorer.kit.styled import restyle
from explorer.kit.tokens import quoted_token, shown_token
from explorer.theme import THEMES, Style

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

STYLE = Style(THEMES["light"])
LEFT = Qt.MouseButton.LeftButton
UNITS = [("event", "event"), ("node", "node"), ("time", "time step")]


@pytest.fixture(autouse=True)
def _fonts(program_fonts: tuple[str, ...]) -> None:
    """Have the program's fonts for every measure."""


def shown(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.addWidget(widget)
    widget.resize(widget.sizeHint())
    widget.show()


def test_a_segment_is_chosen_by_mouse_and_keys(qtbot: QtBot) -> None:
    switch = Segmented(STYLE, UNITS, name="Step by")
    shown(qtbot, switch)
    chosen: list[str] = []
    switch.chosen.connect(chosen.append)
    QTest.mouseClick(switch, LEFT, pos=switch.segment(2).center().toPoint())
    QTest.keyClick(switch, Qt.Key.Key_Left)
    QTest.keyClick(switch, Qt.Key.Key_Left)
    QTest.keyClick(switch, Qt.Key.Key_Left)
    assert chosen == ["time", "node", "event"]
    assert switch.accessibleName() == "Step by: event"


def test_setting_a_segment_is_silent_and_an_unknown_one_ignored(qtbot: QtBot) -> None:
    switch = Segmented(STYLE, UNITS, name="Step by")
    qtbot.addWidget(switch)
    with qtbot.assertNotEmitted(switch.chosen):
        switch.set_choice("node")
        switch.set_choice("nothing")
    assert switch.choice == "node"


def test_segments_are_as_wide_as_their_labels_and_fill_the_pill(qtbot: QtBot) -> None:
    switch = Segmented(STYLE, UNITS, name="Step by")
    shown(qtbot, switch)
    parts = [switch.segment(index) for index in range(3)]
    assert parts[0].left() == 1
    assert parts[2].right() == pytest.approx(switch.width() - 1)
    assert parts[2].width() > parts[1].width()


def test_a_switch_without_room_shows_one_label_and_a_list(qtbot: QtBot) -> None:
    switch = Segmented(STYLE, UNITS, name="Step by")
    shown(qtbot, switch)
    before = switch.folded
    switch.resize(switch.minimumSizeHint())
    assert (before, switch.folded) == (False, True)
    chosen: list[str] = []
    switch.chosen.connect(chosen.append)
    # The arrow keys go from option to option, Space and a click open the list.
    QTest.keyClick(switch, Qt.Key.Key_Right)
    assert chosen == ["node"]
    QTest.keyClick(switch, Qt.Key.Key_Space)
    menu = switch.findChildren(QMenu)[-1]
    assert [action.text() for action in menu.actions()] == ["event", "node", "time step"]
    assert [action.isChecked() for action in menu.actions()] == [False, True, False]
    menu.actions()[2].trigger()
    QTest.mouseClick(switch, LEFT)
    assert switch.findChildren(QMenu)[-1].actions()[2].isChecked()
    assert chosen == ["node", "time"]
    switch.hide()
    assert not any(menu.isVisible() for menu in switch.findChildren(QMenu))


def test_a_slider_tells_numbers_of_its_scale(qtbot: QtBot) -> None:
    slider = Slider(STYLE, "Temperature", 0.0, 2.0, 0.05, 0.8, decimals=2)
    shown(qtbot, slider)
    told: list[float] = []
    slider.changed.connect(told.append)
    QTest.keyClick(slider, Qt.Key.Key_Right)
    QTest.keyClick(slider, Qt.Key.Key_End)
    QTest.mouseClick(slider, LEFT, pos=QPoint(0, 28))
    assert told == [0.85, 2.0, 0.0]
    slider.set_number(1.0)
    assert (told[-1], slider.number) == (0.0, 1.0)


@pytest.mark.parametrize("number", [0.1, 0.35, 1.95])
def test_a_slider_shows_the_number_it_was_given(qtbot: QtBot, number: float) -> None:
    slider = Slider(STYLE, "Temperature", 0.05, 2.0, 0.05, number, decimals=2)
    qtbot.addWidget(slider)
    assert slider.number == number


def _turn(widget: QWidget) -> None:
    """Turn the wheel over a widget by one notch."""
    place = QPointF(widget.rect().center())
    QApplication.sendEvent(
        widget,
        QWheelEvent(
            place,
            widget.mapToGlobal(place),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        ),
    )


def test_a_wheel_over_a_slider_without_focus_changes_nothing(qtbot: QtBot) -> None:
    slider = Slider(STYLE, "Temperature", 0.0, 2.0, 0.05, 0.8, decimals=2)
    shown(qtbot, slider)
    slider.clearFocus()
    _turn(slider)
    assert slider.number == 0.8


@pytest.mark.parametrize("verdict", ["checking", "agrees", "disagrees", "unverified"])
def test_a_badge_says_its_verdict_and_can_be_clicked(qtbot: QtBot, verdict: Verdict) -> None:
    badge = Badge(STYLE)
    badge.set_verdict(verdict, "Some words", "max 1e-16", "What it means.")
    shown(qtbot, badge)
    with qtbot.waitSignal(badge.clicked):
        QTest.keyClick(badge, Qt.Key.Key_Return)
    assert badge.verdict == verdict
    assert badge.accessibleName() == "Some words max 1e-16"
    assert badge.accessibleDescription() == "What it means."


def test_a_compact_badge_is_narrower_and_says_the_same(qtbot: QtBot) -> None:
    badge = Badge(STYLE)
    qtbot.addWidget(badge)
    badge.set_verdict("agrees", "Agrees", "max 1e-16")
    wide = badge.sizeHint().width()
    badge.set_compact(True)
    assert badge.sizeHint().width() < wide
    assert badge.accessibleName() == "Agrees max 1e-16"


@pytest.mark.parametrize(
    "make",
    [
        lambda action: IconButton(STYLE, action, "play"),
        lambda action: RailButton(STYLE, action, "graph"),
        lambda action: PlayButton(STYLE, action),
    ],
    ids=["icon", "rail", "play"],
)
def test_a_button_follows_its_action(qtbot: QtBot, make: Callable[[QAction], ActionButton]) -> None:
    holder = QWidget()
    action = QAction("Play", holder)
    action.setCheckable(True)
    action.setToolTip("Play (Space)")
    button = make(action)
    QVBoxLayout(holder).addWidget(button)
    shown(qtbot, holder)
    button.click()
    assert action.isChecked()
    action.setChecked(False)
    assert not button.isChecked()
    action.setEnabled(False)
    assert not button.isEnabled()
    assert button.toolTip() == "Play (Space)"


def test_space_on_a_button_presses_it_and_not_the_windows_shortcut(qtbot: QtBot) -> None:
    holder = QWidget()
    calls: list[str] = []
    button = Button(STYLE, "Draw one token")
    QVBoxLayout(holder).addWidget(button)
    button.clicked.connect(lambda: calls.append("button"))
    action = QAction("Play", holder)
    action.setShortcut(QKeySequence("Space"))
    action.triggered.connect(lambda: calls.append("shortcut"))
    holder.addAction(action)
    shown(qtbot, holder)
    holder.activateWindow()
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert calls == ["button"]


def test_a_notice_shows_one_sentence_and_goes(qtbot: QtBot) -> None:
    notice = Notice(STYLE)
    qtbot.addWidget(notice)
    assert (notice.sentence, notice.isHidden()) == ("", True)
    notice.say("The file <x> is empty: choose another.", "problem", "Choose")
    assert notice.sentence == "The file <x> is empty: choose another."
    with qtbot.waitSignal(notice.action_requested):
        notice._button.click()
    with qtbot.waitSignal(notice.dismissed):
        notice._close.click()
    assert notice.isHidden()


def test_an_empty_pane_says_what_to_do(qtbot: QtBot) -> None:
    pane = EmptyState(STYLE, "Select a node.", "Select the loss")
    shown(qtbot, pane)
    with qtbot.waitSignal(pane.action_requested):
        pane._button.click()
    pane.say("Nothing here.")
    assert not pane._button.isVisible()


def test_a_name_shrinks_rather_than_being_cut(qtbot: QtBot) -> None:
    label = MathLabel(STYLE, "log p(·|h_0)")
    shown(qtbot, label)
    natural = label.sizeHint().width()
    label.resize(int(natural * 0.7), label.height())
    image = label.grab().toImage()
    background = image.pixelColor(0, 0)
    edge = [image.pixelColor(image.width() - 1, y) for y in range(image.height())]
    assert all(color == background for color in edge)
    assert label.accessibleName() == "log p(·|h₀)"


def test_a_style_reaches_every_widget_once(qtbot: QtBot) -> None:
    holder = QWidget()
    card = Card(STYLE, "Title", "note")
    plain = QWidget()
    slider, button = Slider(STYLE, "Length", 0, 9, 1, 3), Button(STYLE, "Go", parent=plain)
    card.body.addWidget(slider)
    card.body.addWidget(plain)
    QVBoxLayout(holder).addWidget(card)
    qtbot.addWidget(holder)
    other = Style(THEMES["dark"], 2.0)
    restyle(holder, other)
    assert {card.look, slider.look, button.look} == {other}
    assert button.font().pixelSize() == 26


@pytest.mark.parametrize(
    ("token", "text"),
    [
        ("word", "word"),
        ("two words", "two words"),
        (" ", "␣"),
        ("\n", "↵"),
        (" the", "␣the"),
        ("", "∅"),
        ("\t", "⇥"),
    ],
)
def test_white_space_is_seen(token: str, text: str) -> None:
    assert shown_token(token) == text


def test_a_sentence_names_a_long_token_by_its_beginning() -> None:
    assert quoted_token("word") == "“word”"
    assert quoted_token("x" * 5000) == "“" + "x" * 40 + "…”"
