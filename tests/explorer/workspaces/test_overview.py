"""The overview in the window: when it shows, and what it moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.workspaces.overview import Overview

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from explorer.panels.minimap import Minimap
    from explorer.window import MainWindow

LEFT = Qt.MouseButton.LeftButton


def overview(window: MainWindow) -> Overview:
    return next(aide for aide in window.graph.aides._all if isinstance(aide, Overview))


def is_shown(window: MainWindow) -> bool:
    shown = overview(window).map
    return shown is not None and shown.isVisible()


def come_near(qtbot: QtBot, window: MainWindow) -> Minimap:
    """Zoom in until a part of the graph is out of sight."""
    window.graph.canvas.zoom_by(3)
    qtbot.waitUntil(lambda: is_shown(window), timeout=10_000)
    shown = overview(window).map
    assert shown is not None
    return shown


def middle(window: MainWindow) -> tuple[float, float]:
    canvas = window.graph.canvas
    return canvas.view.at(canvas.width() / 2, canvas.height() / 2)


def test_it_shows_when_a_part_of_the_graph_is_out_of_sight(qtbot: QtBot, plain: MainWindow) -> None:
    assert not is_shown(plain)
    assert plain.commands["view.minimap"].isChecked()
    shown = come_near(qtbot, plain)
    canvas = plain.graph.canvas
    assert shown.geometry().right() < canvas.width()
    assert shown.geometry().bottom() < canvas.height()
    canvas.fit()
    qtbot.waitUntil(lambda: not is_shown(plain), timeout=10_000)


def test_the_key_takes_it_away_and_brings_it_back(qtbot: QtBot, plain: MainWindow) -> None:
    come_near(qtbot, plain)
    QTest.keyClick(plain.graph.canvas, Qt.Key.Key_N)
    assert not is_shown(plain)
    assert not plain.commands["view.minimap"].isChecked()
    QTest.keyClick(plain.graph.canvas, Qt.Key.Key_N)
    assert is_shown(plain)


def test_the_key_says_so_where_all_of_the_graph_is_in_view(plain: MainWindow) -> None:
    QTest.keyClick(plain.graph.canvas, Qt.Key.Key_N)
    assert plain.commands["view.minimap"].isChecked()
    assert plain._notice.sentence.startswith("All of the graph is in view")


def test_a_click_brings_what_is_there_into_the_middle(qtbot: QtBot, plain: MainWindow) -> None:
    shown, canvas = come_near(qtbot, plain), plain.graph.canvas
    zoom = canvas.view.zoom
    scene = canvas.scene
    assert scene is not None
    pad = shown.look.ipx(6)
    QTest.mouseClick(shown, LEFT, pos=QPoint(pad + 1, pad + 1))
    left, top, right, bottom = scene.layout.bounds
    x, y = middle(plain)
    assert canvas.view.zoom == zoom
    assert x == pytest.approx(left, abs=(right - left) * 0.02)
    assert y == pytest.approx(top, abs=(bottom - top) * 0.02)
    # The keys stay with what they were for.
    assert not shown.hasFocus()


def test_what_is_seen_can_be_dragged_along(qtbot: QtBot, plain: MainWindow) -> None:
    shown = come_near(qtbot, plain)
    x, y = middle(plain)
    place = shown._map.pixels  # type: ignore[union-attr]  # there is a scene
    import numpy as np

    pad = shown.look.ipx(6)
    at = (place(np.array([x, y])) + pad).round().astype(int)
    QTest.mousePress(shown, LEFT, pos=QPoint(*at.tolist()))
    QTest.mouseMove(shown, QPoint(int(at[0]) - 20, int(at[1])))
    QTest.mouseRelease(shown, LEFT, pos=QPoint(int(at[0]) - 20, int(at[1])))
    scale = float(shown._map.scale[0])  # type: ignore[union-attr]  # there is a scene
    moved_x, moved_y = middle(plain)
    assert moved_x == pytest.approx(x - 20 / scale, abs=1.5 / scale)
    assert moved_y == pytest.approx(y, abs=1.5 / scale)


def test_the_wheel_zooms_about_the_middle(qtbot: QtBot, plain: MainWindow) -> None:
    shown, canvas = come_near(qtbot, plain), plain.graph.canvas
    before, zoom = middle(plain), canvas.view.zoom
    place = QPointF(10, 10)
    event = QWheelEvent(
        place, shown.mapToGlobal(place), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(shown, event)
    assert canvas.view.zoom > zoom
    assert middle(plain) == pytest.approx(before)


def test_arrow_keys_pan_while_it_has_the_keyboard(qtbot: QtBot, plain: MainWindow) -> None:
    shown, canvas = come_near(qtbot, plain), plain.graph.canvas
    shown.setFocus(Qt.FocusReason.TabFocusReason)
    x, cursor, wide = canvas.view.x, plain.player.cursor, canvas.width() / canvas.view.zoom
    QTest.keyClick(shown, Qt.Key.Key_Right)
    assert canvas.view.x == pytest.approx(x + wide / 4)
    assert plain.player.cursor == cursor
    zoom = canvas.view.zoom
    QTest.keyClick(shown, Qt.Key.Key_Minus)
    assert canvas.view.zoom == pytest.approx(zoom * 0.8)
    shown.grab()


def test_it_shows_the_present_states(qtbot: QtBot, plain: MainWindow) -> None:
    plain.player.to_start()
    shown = come_near(qtbot, plain)
    before = shown._image.copy()
    plain.player.to_end()
    qtbot.waitUntil(lambda: shown._image != before, timeout=10_000)


def test_the_audience_does_not_see_it(qtbot: QtBot, plain: MainWindow) -> None:
    come_near(qtbot, plain)
    plain.set_presenting(True)
    assert not is_shown(plain)
    plain.set_presenting(False)
    qtbot.waitUntil(lambda: is_shown(plain), timeout=10_000)


def test_it_says_how_much_is_in_view(qtbot: QtBot, plain: MainWindow) -> None:
    shown = come_near(qtbot, plain)
    assert shown.accessibleName() == "Overview"
    assert "% of the graph is in view" in shown.accessibleDescription()


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.0])
def test_it_stays_in_its_corner_at_any_size(qtbot: QtBot, plain: MainWindow, scale: float) -> None:
    come_near(qtbot, plain)
    plain.appearance.set_scale(scale)
    plain.resize(1280, 900)
    canvas = plain.graph.canvas
    canvas.zoom_by(1.1)
    qtbot.waitUntil(lambda: not canvas._settling.isActive(), timeout=10_000)
    shown = overview(plain).map
    assert shown is not None
    if shown.isVisible():
        assert canvas.rect().contains(shown.geometry())
        assert shown.width() <= 0.5 * canvas.width()
        assert shown.height() <= 0.5 * canvas.height()
