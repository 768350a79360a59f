"""The menu of a node: by the right button and by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.kit.math_label import MathLabel
from explorer.workspaces.node_menu import GROUPS, NodeMenu
from explorer.workspaces.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QMenu

    from explorer.window import MainWindow


@pytest.fixture
def aide(plain: MainWindow) -> Iterator[NodeMenu]:
    """The controller; the menu is closed at the end."""
    found = next(each for each in plain.graph.aides._all if isinstance(each, NodeMenu))
    yield found
    if found.menu is not None:
        found.menu.close()


def named(window: MainWindow, name: str) -> int:
    assert window.session.run is not None
    return next(node.index for node in window.session.run.trace.nodes if node.name == name)


def place_of(window: MainWindow, name: str) -> QPoint:
    canvas = window.graph.canvas
    assert canvas.scene is not None
    left, top, right, bottom = canvas.scene.box(named(window, name))
    return QPointF(*canvas.view.pixel((left + right) / 2, (top + bottom) / 2)).toPoint()


def right_click(window: MainWindow, place: QPoint) -> None:
    canvas = window.graph.canvas
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, place, canvas.mapToGlobal(place),
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def opened(aide: NodeMenu) -> QMenu:
    assert aide.menu is not None
    assert aide.menu.isVisible()
    return aide.menu


def test_the_right_button_selects_the_node_and_opens_its_menu(
    plain: MainWindow, aide: NodeMenu
) -> None:
    right_click(plain, place_of(plain, "h_2"))
    assert plain.session.selected == named(plain, "h_2")
    titles = [label.name for label in opened(aide).findChildren(MathLabel)]
    assert titles == ["h_2 = tanh(z_2)"]


def test_the_menu_has_the_commands_that_are_connected_and_no_others(
    plain: MainWindow, aide: NodeMenu
) -> None:
    right_click(plain, place_of(plain, "h_2"))
    offered = [action.objectName() for action in opened(aide).actions() if action.objectName()]
    assert offered == [each for group in GROUPS for each in group if each in plain.commands]
    assert {"read.why", "read.affects", "read.paths", "view.curve"} <= set(offered)


def test_the_right_button_on_the_background_opens_nothing(
    plain: MainWindow, aide: NodeMenu
) -> None:
    right_click(plain, QPoint(2, 2))
    assert aide.menu is None
    assert plain.session.selected == -1


@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        (Qt.Key.Key_Menu, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier),
    ],
)
def test_a_key_opens_the_menu_of_the_selected_node(
    plain: MainWindow, aide: NodeMenu, key: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    canvas = plain.graph.canvas
    plain.session.select(named(plain, "h_3"))
    canvas.setFocus()
    QTest.keyClick(canvas, key, modifier)
    titles = [label.name for label in opened(aide).findChildren(MathLabel)]
    assert titles == ["h_3 = tanh(z_3)"]


def test_a_key_opens_nothing_without_a_selected_node(plain: MainWindow, aide: NodeMenu) -> None:
    plain.session.select(-1)
    QTest.keyClick(plain.graph.canvas, Qt.Key.Key_Menu)
    assert aide.menu is None


def test_a_choice_in_the_menu_is_the_command(plain: MainWindow, aide: NodeMenu) -> None:
    right_click(plain, place_of(plain, "h_2"))
    menu = opened(aide)
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    reading = next(each for each in plain.graph.aides._all if isinstance(each, Reading))
    assert reading.kind == "why"
    assert reading.sentence.startswith("h₂ comes from")


def test_the_menu_of_another_node_takes_the_place_of_the_first(
    plain: MainWindow, aide: NodeMenu
) -> None:
    right_click(plain, place_of(plain, "h_2"))
    opened(aide).close()
    right_click(plain, place_of(plain, "h_3"))
    titles = [label.name for label in opened(aide).findChildren(MathLabel)]
    assert titles == ["h_3 = tanh(z_3)"]
