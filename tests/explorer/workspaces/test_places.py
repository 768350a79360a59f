"""Views kept under digits, and back and forward, in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.canvas.view import View
from explorer.workspaces.places import Places

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from explorer.window import MainWindow

ALT = Qt.KeyboardModifier.AltModifier


def places(window: MainWindow) -> Places:
    return next(aide for aide in window.graph.aides._all if isinstance(aide, Places))


def settle(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until what is on screen has been there for a while."""
    with qtbot.waitSignal(window.graph.canvas.settled, timeout=10_000):
        window.graph.canvas._painted = None
        window.graph.canvas.update()


def go(qtbot: QtBot, window: MainWindow, view: View) -> None:
    window.graph.canvas.look_at(view)
    settle(qtbot, window)


def press(window: MainWindow, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(window.graph.canvas, key)


def test_a_digit_returns_to_the_view_kept_under_it(qtbot: QtBot, plain: MainWindow) -> None:
    canvas = plain.graph.canvas
    canvas.look_at(View(100, 50, 1.5))
    plain.player.seek(40)
    plain.session.set_version("A")
    plain.player.seek(90)
    plain.session.select(8)
    kept = canvas.goal
    press(plain, Qt.Key.Key_V, Qt.Key.Key_3)
    assert plain._notice.sentence == "View 3 is kept; press 3 to return to it."
    plain._notice.clear()
    QApplication.processEvents()
    plain.session.set_version("B")
    plain.player.to_start()
    plain.session.select(2)
    canvas.fit()
    press(plain, Qt.Key.Key_3)
    assert canvas.view == kept
    assert (plain.session.selected, plain.player.cursor, plain.session.version) == (8, 90, "A")


def test_a_digit_without_a_view_says_so(plain: MainWindow) -> None:
    before = plain.graph.canvas.view
    press(plain, Qt.Key.Key_7)
    assert plain._notice.sentence.startswith("No view is kept under 7; press V, then 7")
    assert plain.graph.canvas.view.zoom == pytest.approx(before.zoom, rel=0.2)


def test_a_view_brings_back_how_the_graph_was_drawn(qtbot: QtBot, plain: MainWindow) -> None:
    canvas = plain.graph.canvas
    canvas.look_at(View(100, 50, 1.5))
    press(plain, Qt.Key.Key_V, Qt.Key.Key_1)
    plain._notice.clear()
    kept = places(plain)._kept[len(canvas.scene.trace)][1].stop  # type: ignore[union-attr]  # there is a scene
    plain.commands["grain.steps"].trigger()
    qtbot.waitUntil(lambda: bool(canvas.scene.layout.groups), timeout=10_000)  # type: ignore[union-attr]  # as above
    canvas.fit()
    press(plain, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: not canvas.scene.layout.groups, timeout=10_000)  # type: ignore[union-attr]  # as above
    assert canvas.view.zoom == pytest.approx(kept.view.zoom, rel=0.1)
    assert plain.commands["grain.operations"].isChecked()


def test_runs_of_another_shape_have_views_of_their_own(qtbot: QtBot, plain: MainWindow) -> None:
    press(plain, Qt.Key.Key_V, Qt.Key.Key_1)
    first = plain.session.run
    plain.graph.run_bar.type_text("Narwhals are way", "narwhals")
    qtbot.waitUntil(lambda: plain.session.run is not first, timeout=20_000)
    press(plain, Qt.Key.Key_1)
    assert plain._notice.sentence.startswith("No view is kept under 1")
    second = plain.session.run
    plain.graph.run_bar.type_text("Narwhals are way cooler than parrots", "narwhals")
    qtbot.waitUntil(lambda: plain.session.run is not second, timeout=20_000)
    press(plain, Qt.Key.Key_1)
    assert not plain._notice.isVisible()


def test_digits_typed_into_the_text_are_text(plain: MainWindow) -> None:
    QTest.keyClick(plain.graph.canvas, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    field = QApplication.focusWidget()
    assert field is not None
    QTest.keyClicks(field, "v1")
    assert not places(plain)._kept


def test_back_and_forward_go_through_what_was_looked_at(qtbot: QtBot, plain: MainWindow) -> None:
    canvas, back, forward = (
        plain.graph.canvas, plain.commands["read.back"], plain.commands["read.forward"],
    )  # fmt: skip
    settle(qtbot, plain)
    assert not back.isEnabled()
    views = [canvas.view, View(0, 0, 3), View(900, 300, 3)]
    for view in views[1:]:
        go(qtbot, plain, view)
    assert back.isEnabled()
    assert not forward.isEnabled()
    QTest.keyClick(canvas, Qt.Key.Key_Left, ALT)
    assert canvas.view == views[1]
    assert forward.isEnabled()
    QTest.keyClick(canvas, Qt.Key.Key_Left, ALT)
    assert canvas.view == views[0]
    assert not back.isEnabled()
    QTest.keyClick(canvas, Qt.Key.Key_Left, ALT)
    QTest.keyClick(canvas, Qt.Key.Key_Right, ALT)
    settle(qtbot, plain)
    assert canvas.view == views[1]
    go(qtbot, plain, View(-2000, 0, 3))
    assert not forward.isEnabled()
    assert len(places(plain).history.stops) == 3


def test_what_was_just_left_can_be_returned_to_at_once(qtbot: QtBot, plain: MainWindow) -> None:
    settle(qtbot, plain)
    first = plain.graph.canvas.view
    plain.graph.canvas.look_at(View(0, 0, 3))
    plain.commands["read.back"].setEnabled(True)
    plain.commands["read.back"].trigger()
    assert plain.graph.canvas.view == first
    plain.commands["read.forward"].trigger()
    assert plain.graph.canvas.view == View(0, 0, 3)


def test_a_small_step_and_a_selection_in_sight_are_no_stops(
    qtbot: QtBot, plain: MainWindow
) -> None:
    settle(qtbot, plain)
    view = plain.graph.canvas.view
    go(qtbot, plain, View(view.x + 10, view.y, view.zoom))
    plain.session.select(8)
    settle(qtbot, plain)
    assert len(places(plain).history.stops) == 1
    assert places(plain).history.present.node == 8  # type: ignore[union-attr]  # there is one


def test_jumping_to_a_node_out_of_sight_is_a_stop(qtbot: QtBot, plain: MainWindow) -> None:
    canvas = plain.graph.canvas
    run = plain.session.run
    assert run is not None
    first, last = (
        next(n.index for n in run.trace.nodes if n.name == name) for name in ("h_1", "h_5")
    )
    plain.session.select(first)
    canvas.fly_to([first])
    canvas.zoom_by(2)
    settle(qtbot, plain)
    count = len(places(plain).history.stops)
    plain.session.select(last)
    canvas.fly_to([last])
    settle(qtbot, plain)
    assert len(places(plain).history.stops) == count + 1
    plain.commands["read.back"].trigger()
    assert plain.session.selected == first


def test_playing_makes_no_stops(qtbot: QtBot, plain: MainWindow) -> None:
    settle(qtbot, plain)
    plain.player.to_start()
    plain.player.play()
    plain.graph.canvas.look_at(View(0, 0, 3))
    places(plain)._settle()
    assert len(places(plain).history.stops) == 1
    plain.player.pause()
