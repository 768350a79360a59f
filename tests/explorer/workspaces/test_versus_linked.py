"""Two canvases that are steered, pointed at and chosen in as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.workspaces.node_menu import NodeMenu
from explorer.workspaces.versus import Versus
from tests.explorer.workspaces.versus_hands import (
    left_of,
    other,
)

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from explorer.window import MainWindow


def test_what_one_is_steered_to_the_other_shows(plain: MainWindow, both: Versus) -> None:
    second, canvas = other(both), plain.graph.canvas
    canvas.zoom_in()
    assert second.view == canvas.view
    before = canvas.view
    QTest.mousePress(second, Qt.MouseButton.LeftButton, pos=QPoint(200, 120))
    for x in (150, 120):
        QTest.mouseMove(second, QPoint(x, 100))
    QTest.mouseRelease(second, Qt.MouseButton.LeftButton, pos=QPoint(120, 100))
    assert canvas.view == second.view != before
    turn = QWheelEvent(
        QPointF(90, 90), second.mapToGlobal(QPointF(90, 90)), QPoint(), QPoint(0, 120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(second, turn)
    assert canvas.view == second.view
    assert canvas.view.zoom > before.zoom


def test_both_are_fitted_again_when_the_window_grows(plain: MainWindow, both: Versus) -> None:
    canvas = plain.graph.canvas
    small = canvas.view.zoom
    plain.resize(1900, 1060)
    QApplication.processEvents()
    assert canvas.view.zoom > small
    assert other(both).view == canvas.view


def test_a_node_pointed_at_and_chosen_in_one_is_so_in_both(plain: MainWindow, both: Versus) -> None:
    second, canvas = other(both), plain.graph.canvas
    assert second.scene is not None
    x, y = second.view.pixel(*(second.scene.corner[14] + 6))
    place = QPoint(round(x), round(y))
    QTest.mouseMove(second, place)
    assert canvas.hovered_node == second.hovered_node == 14
    QTest.mouseClick(second, Qt.MouseButton.LeftButton, pos=place)
    assert plain.session.selected == canvas.selected_node == second.selected_node == 14
    # The keys stay with the first canvas, wherever was clicked.
    assert canvas.hasFocus()
    QTest.mouseMove(second, QPoint(2, 2))
    assert canvas.hovered_node == -1


def test_the_menu_of_a_node_opens_from_the_other_canvas_too(
    monkeypatch: pytest.MonkeyPatch, plain: MainWindow, both: Versus
) -> None:
    second, opened = other(both), []
    monkeypatch.setattr(NodeMenu, "open_at", lambda _self, place: opened.append(place))
    assert second.scene is not None
    x, y = second.view.pixel(*(second.scene.corner[14] + 6))
    place = QPoint(round(x), round(y))
    asked = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, place, second.mapToGlobal(place),
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(second, asked)
    assert opened == [second.mapToGlobal(place)]
    assert plain.session.selected == 14


def test_what_is_drawn_over_the_cards_is_drawn_in_both(
    qtbot: QtBot, plain: MainWindow, both: Versus
) -> None:
    plain.commands["overlay.flops"].trigger()
    qtbot.waitUntil(lambda: other(both).layer("measure") is not None, timeout=10_000)
    assert other(both).layer("measure") is plain.graph.canvas.layer("measure")
    plain.graph.canvas.set_range("shared")
    assert other(both)._range == "shared"
    plain.commands["overlay.none"].trigger()
    assert other(both).layer("measure") is None


def test_the_version_that_is_chosen_leads_at_the_same_event(
    plain: MainWindow, both: Versus
) -> None:
    plain.player.seek(120)
    view = plain.graph.canvas.view
    assert both.heads is not None
    head = next(head for head in both.heads if head.version == "A")
    QTest.mouseClick(head, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert plain.session.version == "A"
    assert plain.player.cursor == 120
    assert plain.graph.canvas.view == other(both).view == view
    # A stands at the left still: it is on the workspace's own canvas now.
    assert left_of(plain, plain.graph.canvas) < left_of(plain, other(both))
    theirs = other(both).moment
    assert theirs is not None
    assert (theirs.frame.version, theirs.frame.cursor) == ("B", 120)
    assert [head.version for head in both.heads] == ["A", "B"]


@pytest.mark.parametrize("motion", [False, True])
def test_boxes_close_in_both(qtbot: QtBot, plain: MainWindow, both: Versus, motion: bool) -> None:
    plain.graph.set_motion(motion)
    with qtbot.waitSignal(plain.session.arranged, timeout=10_000):
        plain.commands["grain.steps"].trigger()
    second, canvas = other(both), plain.graph.canvas
    assert second.scene is canvas.scene
    qtbot.waitUntil(lambda: not (second.is_rearranging or canvas.is_rearranging), timeout=5000)
    assert second.view == canvas.view
