"""Boxes that open and close in the window, time rolled up, and rows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from explorer.arrangement import Arrangement
from explorer.layout.hierarchy import boxes_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from explorer.window import MainWindow


def rearranged(qtbot: QtBot, window: MainWindow, act: Callable[[], object]) -> None:
    with qtbot.waitSignal(window.session.arranged, timeout=10_000):
        act()


def node(window: MainWindow, name: str) -> int:
    assert window.session.run is not None
    return next(n.index for n in window.session.run.trace.nodes if n.name == name)


def cards(window: MainWindow) -> int:
    scene = window.graph.canvas.scene
    assert scene is not None
    return len(np.unique(scene.card_of))


def drawing(window: MainWindow) -> str:
    scene = window.graph.canvas.scene
    assert scene is not None
    return scene.layout.name


def pixel(window: MainWindow, place: tuple[float, float]) -> QPoint:
    return QPoint(*(round(v) for v in window.graph.canvas.view.pixel(*place)))


@pytest.mark.parametrize(
    ("grain", "count"),
    # Six tokens, six parameters; then boxes: of steps 0 to 5 and the loss; of their 11 modules,
    # six single losses and the loss; every operation; the whole model beside its loss.
    [("steps", 6 + 6 + 7), ("modules", 6 + 6 + 11 + 6 + 1), ("operations", 58), ("model", 8)],
)
def test_every_grain_is_a_switch_and_a_command(
    qtbot: QtBot, plain: MainWindow, grain: str, count: int
) -> None:
    if grain == "operations":
        rearranged(qtbot, plain, plain.commands["grain.steps"].trigger)
    rearranged(qtbot, plain, plain.commands[f"grain.{grain}"].trigger)
    assert cards(plain) == count
    assert plain.graph._side.grain_bar.grain.choice == grain
    assert plain.commands[f"grain.{grain}"].isChecked()


def test_the_sign_on_a_box_opens_it_in_place(qtbot: QtBot, plain: MainWindow) -> None:
    rearranged(qtbot, plain, plain.commands["grain.steps"].trigger)
    canvas = plain.graph.canvas
    assert canvas.scene is not None
    z = node(plain, "z_3")
    left, top, right, _ = canvas.scene.box(z)
    before = canvas.view.pixel(left, top)
    place = pixel(plain, (right - 14, top + 14))
    rearranged(qtbot, plain, lambda: QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=place))
    # One level: the step shows its modules, the state that stood for it stays where it was.
    assert plain.session.arrangement.collapsed >= {"step[3].cell", "step[3].output"}
    assert "step[3]" not in plain.session.arrangement.collapsed
    h = node(plain, "h_3")
    after = canvas.view.pixel(*canvas.scene.box(h)[:2])
    assert np.allclose(after, before, atol=1e-6)
    assert plain.graph._side.grain_bar.grain.choice == ""


def test_a_double_click_opens_and_the_key_closes_again(qtbot: QtBot, plain: MainWindow) -> None:
    rearranged(qtbot, plain, plain.commands["grain.modules"].trigger)
    canvas = plain.graph.canvas
    assert canvas.scene is not None
    left, top, right, bottom = canvas.scene.box(node(plain, "z_2"))
    place = pixel(plain, ((left + right) / 2, (top + bottom) / 2))
    rearranged(
        qtbot, plain, lambda: QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=place)
    )
    assert "step[2].cell" not in plain.session.arrangement.collapsed
    plain.session.select(node(plain, "z_2"))
    rearranged(qtbot, plain, lambda: QTest.keyClick(canvas, Qt.Key.Key_X))
    assert "step[2].cell" in plain.session.arrangement.collapsed


def test_levels_open_and_close_everywhere_by_keys(qtbot: QtBot, plain: MainWindow) -> None:
    canvas, seen = plain.graph.canvas, []
    for key in (Qt.Key.Key_C, Qt.Key.Key_C, Qt.Key.Key_C, Qt.Key.Key_E, Qt.Key.Key_E):
        rearranged(qtbot, plain, partial(QTest.keyClick, canvas, key))
        seen.append(plain.graph._side.grain_bar.grain.choice)
    assert seen == ["modules", "steps", "model", "steps", "modules"]


def test_a_click_below_a_column_closes_its_time_step(qtbot: QtBot, plain: MainWindow) -> None:
    canvas = plain.graph.canvas
    assert canvas.scene is not None
    lane = next(lane for lane in canvas.scene.layout.lanes if lane.step == 2)
    place = pixel(plain, ((lane.left + lane.right) / 2, lane.bottom - 14))
    rearranged(qtbot, plain, lambda: QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=place))
    assert plain.session.arrangement.collapsed == {"step[2]"}


def test_rolling_keeps_the_moment_and_the_selection(qtbot: QtBot, plain: MainWindow) -> None:
    plain.player.seek(90)
    plain.session.select(node(plain, "z_3"))
    rearranged(qtbot, plain, plain.commands["grain.roll"].trigger)
    canvas = plain.graph.canvas
    assert canvas.moment is not None
    assert canvas.moment.frame.cursor == plain.player.cursor == 90
    assert plain.session.selected == canvas.selected_node == node(plain, "z_3")
    assert drawing(plain) == "rolled"
    rearranged(qtbot, plain, plain.commands["grain.roll"].trigger)
    assert drawing(plain) == "unrolled"


def test_another_text_is_drawn_at_the_same_grain(qtbot: QtBot, plain: MainWindow) -> None:
    rearranged(qtbot, plain, plain.commands["grain.steps"].trigger)
    before = plain.session.run
    plain.graph.run_bar.type_text("Narwhals are way cooler", "fresh")
    qtbot.waitUntil(lambda: plain.session.run is not before, timeout=20_000)
    run = plain.session.run
    assert run is not None
    assert run.arrangement == Arrangement(boxes_at(run.trace, 1))
    assert run.arrangement == plain.session.arrangement


def test_a_run_plays_to_its_end_in_boxes(qtbot: QtBot, plain: MainWindow) -> None:
    rearranged(qtbot, plain, plain.commands["grain.steps"].trigger)
    plain.player.set_speed(16)
    plain.player.play()
    qtbot.waitUntil(lambda: plain.player.cursor == plain.player.events, timeout=30_000)
    canvas = plain.graph.canvas
    assert canvas.moment is not None
    assert (canvas.moment.share == 1).all()
    canvas.grab()


def test_walking_by_arrow_keys_goes_from_box_to_box(qtbot: QtBot, plain: MainWindow) -> None:
    rearranged(qtbot, plain, plain.commands["grain.steps"].trigger)
    canvas = plain.graph.canvas
    plain.session.select(node(plain, "h_2"))
    QTest.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert plain.session.selected == node(plain, "h_3")


def test_the_way_between_two_grains_is_drawn(qtbot: QtBot, plain: MainWindow) -> None:
    canvas = plain.graph.canvas
    canvas.motion = True
    rearranged(qtbot, plain, plain.commands["grain.steps"].trigger)
    begin = canvas.grab().toImage()
    qtbot.waitUntil(lambda: canvas._on_the_way is None, timeout=5_000)
    assert canvas.grab().toImage() != begin
