"""Find in the window: typing, going from hit to hit, boxes, other runs, and Esc."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.canvas.hits import Hits
from explorer.canvas.view import LEGIBLE
from explorer.kit.prose import plain_sentence
from explorer.panels.find_bar import EXAMPLES, NOTHING, FindBar
from explorer.panels.reading_bar import ReadingBar
from explorer.workspaces.finding import JOB, LAYER, Finding

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from explorer.window import MainWindow

SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def finding(window: MainWindow) -> Finding:
    return next(aide for aide in window.graph.aides._all if isinstance(aide, Finding))


def bar(window: MainWindow) -> FindBar:
    found = finding(window).bar
    assert found is not None
    return found


def open_bar(window: MainWindow) -> FindBar:
    QTest.keyClick(window.graph.canvas, Qt.Key.Key_F, CONTROL)
    assert bar(window).isVisible()
    return bar(window)


def search(qtbot: QtBot, window: MainWindow, query: str) -> None:
    line = bar(window).line
    line.setText("")
    QTest.keyClicks(line, query)
    qtbot.waitUntil(lambda: finding(window).found is not None, timeout=10_000)
    qtbot.waitUntil(lambda: not window.jobs.is_running(JOB), timeout=10_000)


def selected(window: MainWindow) -> str:
    run = window.session.run
    assert run is not None
    return run.trace.nodes[window.session.selected].name if window.session.selected >= 0 else ""


def layer(window: MainWindow) -> Hits | None:
    found = window.graph.canvas.layer(LAYER)
    assert found is None or isinstance(found, Hits)
    return found


def test_the_key_opens_a_bar_that_says_what_can_be_found(plain: MainWindow) -> None:
    assert finding(plain).bar is None
    shown = open_bar(plain)
    qtfocus = QApplication.focusWidget()
    assert qtfocus is shown.line
    assert shown.message == plain_sentence(EXAMPLES)
    assert layer(plain) is None


def test_hits_come_while_one_types(qtbot: QtBot, plain: MainWindow) -> None:
    open_bar(plain)
    search(qtbot, plain, "tanh")
    hits = layer(plain)
    assert hits is not None
    # Six words: h_1 to h_5 are read, each by a tanh.
    assert len(hits.nodes) == 5
    assert bar(plain).count == "1 of 5"
    assert bar(plain).message == "h₁: primitive tanh."
    assert selected(plain) == "h_1"
    assert hits.current == plain.session.selected


def test_letters_typed_are_no_commands(qtbot: QtBot, plain: MainWindow) -> None:
    open_bar(plain)
    playing, version = plain.player.playing, plain.session.version
    QTest.keyClicks(bar(plain).line, "a b 1 v1 ")
    assert bar(plain).line.text() == "a b 1 v1 "
    assert (plain.player.playing, plain.session.version) == (playing, version)
    qtbot.waitUntil(lambda: bar(plain).message == plain_sentence(NOTHING), timeout=10_000)
    assert bar(plain).count == "no hits"
    assert layer(plain) is None


def test_enter_and_f3_go_around_the_hits(qtbot: QtBot, plain: MainWindow) -> None:
    open_bar(plain)
    search(qtbot, plain, "h")
    line = bar(plain).line
    seen = [selected(plain)]
    for _ in range(6):
        QTest.keyClick(line, Qt.Key.Key_Return)
        seen.append(selected(plain))
    assert seen == ["h_0", "h_1", "h_2", "h_3", "h_4", "h_5", "h_0"]
    QTest.keyClick(line, Qt.Key.Key_Return, SHIFT)
    assert (selected(plain), bar(plain).count) == ("h_5", "6 of 6")
    QTest.keyClick(plain.graph.canvas, Qt.Key.Key_F3, SHIFT)
    assert selected(plain) == "h_4"
    QTest.keyClick(line, Qt.Key.Key_F3)
    assert selected(plain) == "h_5"


def test_the_way_begins_at_the_selected_hit(qtbot: QtBot, plain: MainWindow) -> None:
    run = plain.session.run
    assert run is not None
    plain.session.select(next(n.index for n in run.trace.nodes if n.name == "h_3"))
    open_bar(plain)
    search(qtbot, plain, "tanh")
    assert bar(plain).count == "3 of 5"


def test_going_to_a_hit_brings_it_near_and_beside_the_bar(qtbot: QtBot, plain: MainWindow) -> None:
    canvas = plain.graph.canvas
    canvas.look_at(canvas.view.zoomed(0.05, 0, 0))
    open_bar(plain)
    search(qtbot, plain, "L")
    QTest.keyClick(bar(plain).line, Qt.Key.Key_Return)
    scene = canvas.scene
    assert scene is not None
    assert canvas.view.zoom >= LEGIBLE
    for name in ("L", "h_5", "W_hy", "x_6"):
        search(qtbot, plain, name)
        left, top, right, bottom = scene.box(plain.session.selected)
        (x0, y0), (x1, y1) = canvas.view.pixel(left, top), canvas.view.pixel(right, bottom)
        assert -1 <= x0 <= x1 <= canvas.width() + 1
        assert -1 <= y0 <= y1 <= canvas.height() + 1
        box = bar(plain).geometry()
        assert x1 < box.left() or y0 > box.bottom()


def test_a_bad_query_is_answered_by_one_sentence(qtbot: QtBot, plain: MainWindow) -> None:
    open_bar(plain)
    search(qtbot, plain, "tanh")
    bar(plain).line.setText("adjoint >")
    told = "Write a number after >, such as > 0.5."
    qtbot.waitUntil(lambda: bar(plain).message == told, timeout=10_000)
    assert layer(plain) is None
    assert not plain._notice.isVisible()
    search(qtbot, plain, "tanh")
    assert bar(plain).count.endswith("of 5")


def test_numbers_are_found_by_component(qtbot: QtBot, plain: MainWindow) -> None:
    plain.player.to_start()
    open_bar(plain)
    search(qtbot, plain, "largest adjoint")
    # ∂L/∂ℓ = 1/6 in all its six parts, ∂L/∂ℓ_t and that of each target's log p: 1 + 6 + 6.
    assert bar(plain).count == "1 of 13"
    assert "It is not computed yet" in bar(plain).message
    plain.player.to_end()
    search(qtbot, plain, "largest adjoint")
    assert "=" in bar(plain).message
    assert "It is not computed yet" not in bar(plain).message


@pytest.mark.parametrize("where", ["line", "canvas"])
def test_escape_takes_bar_and_marks_away(qtbot: QtBot, plain: MainWindow, where: str) -> None:
    open_bar(plain)
    search(qtbot, plain, "tanh")
    target = bar(plain).line if where == "line" else plain.graph.canvas
    target.setFocus()
    QTest.keyClick(target, Qt.Key.Key_Escape)
    assert not bar(plain).isVisible()
    assert layer(plain) is None
    assert plain.graph.canvas.hasFocus()


def test_f3_searches_again_for_what_was_searched_last(qtbot: QtBot, plain: MainWindow) -> None:
    open_bar(plain)
    search(qtbot, plain, "tanh")
    QTest.keyClick(bar(plain).line, Qt.Key.Key_Escape)
    QTest.keyClick(plain.graph.canvas, Qt.Key.Key_F3)
    qtbot.waitUntil(lambda: layer(plain) is not None, timeout=10_000)
    qtbot.waitUntil(lambda: selected(plain) == "h_2", timeout=10_000)
    assert bar(plain).line.selectedText() == "tanh"


def test_another_run_is_searched_for_the_same(qtbot: QtBot, plain: MainWindow) -> None:
    open_bar(plain)
    search(qtbot, plain, "tanh")
    before = plain.session.run
    plain.graph.run_bar.type_text("Narwhals are way cooler", "narwhals")
    qtbot.waitUntil(lambda: plain.session.run is not before, timeout=20_000)
    qtbot.waitUntil(lambda: bar(plain).count.endswith("of 3"), timeout=10_000)
    plain.graph.canvas.grab()


def test_hits_of_a_larger_run_are_gone_at_once(qtbot: QtBot, plain: MainWindow) -> None:
    open_bar(plain)
    search(qtbot, plain, "tanh")
    before = plain.session.run
    plain.graph.run_bar.type_text("x*z", "expression")
    qtbot.waitUntil(lambda: plain.session.run is not before, timeout=20_000)
    found = finding(plain).found
    run = plain.session.run
    assert run is not None
    # Three nodes, none of them a tanh; nothing may point behind their end in the meantime.
    assert found is None or all(found.nodes < len(run.trace))


def test_a_hit_in_a_closed_box_can_be_shown(qtbot: QtBot, plain: MainWindow) -> None:
    plain.commands["grain.steps"].trigger()
    run = plain.session.run
    assert run is not None
    qtbot.waitUntil(lambda: bool(plain.graph.canvas.scene.layout.groups), timeout=10_000)  # type: ignore[union-attr]  # there is a scene
    open_bar(plain)
    search(qtbot, plain, "h_3")
    shown = bar(plain)
    assert "It lies in" in shown.message
    assert shown._open.isVisible()
    groups = len(plain.graph.canvas.scene.layout.groups)  # type: ignore[union-attr]  # as above
    QTest.mouseClick(shown._open, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: len(plain.graph.canvas.scene.layout.groups) != groups,  # type: ignore[union-attr]  # as above
        timeout=10_000,
    )


def test_a_narrow_window_keeps_its_drawer_closed_while_one_types(
    qtbot: QtBot, plain: MainWindow
) -> None:
    plain.resize(1200, 720)
    QApplication.processEvents()
    assert plain.graph.is_narrow
    open_bar(plain)
    search(qtbot, plain, "tanh")
    assert not plain.graph.dock.isVisible()
    assert plain.session.selected == -1
    assert layer(plain).current >= 0  # type: ignore[union-attr]  # there are hits
    QTest.keyClick(bar(plain).line, Qt.Key.Key_Return)
    assert (selected(plain), bar(plain).count) == ("h_1", "1 of 5")
    assert bar(plain).isVisible()


def test_the_audience_sees_the_hits_without_the_bar(qtbot: QtBot, plain: MainWindow) -> None:
    open_bar(plain)
    search(qtbot, plain, "tanh")
    plain.set_presenting(True)
    assert not bar(plain).isVisible()
    assert layer(plain) is not None
    plain.set_presenting(False)
    assert bar(plain).isVisible()


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("size", [(960, 600), (1280, 720)])
def test_the_bar_stays_within_the_canvas(
    qtbot: QtBot, plain: MainWindow, scale: float, size: tuple[int, int]
) -> None:
    open_bar(plain)
    plain.resize(*size)
    plain.appearance.set_scale(scale)
    QApplication.processEvents()
    shown, canvas = bar(plain), plain.graph.canvas
    assert shown.geometry().left() >= 0
    assert shown.geometry().right() <= canvas.width()
    assert shown.line.width() >= shown.look.ipx(60)
    for button in shown._moving:
        assert shown.rect().contains(button.geometry())


def test_the_bar_can_be_read_by_a_screen_reader(qtbot: QtBot, plain: MainWindow) -> None:
    open_bar(plain)
    search(qtbot, plain, "tanh")
    assert bar(plain).line.accessibleName() == "Find in the graph"
    assert bar(plain).accessibleDescription() == "1 of 5. h₁: primitive tanh."


def test_bars_over_the_canvas_stand_side_by_side(qtbot: QtBot, plain: MainWindow) -> None:
    run = plain.session.run
    assert run is not None
    plain.session.select(next(n.index for n in run.trace.nodes if n.name == "h_3"))
    plain.commands["read.why"].trigger()
    (reading,) = plain.graph.canvas.findChildren(ReadingBar)
    open_bar(plain)
    search(qtbot, plain, "h_3")
    qtbot.waitUntil(
        lambda: not reading.geometry().intersects(bar(plain).geometry()), timeout=10_000
    )
    plain.commands["read.why"].trigger()


def test_every_hit_is_told_to_a_screen_reader(qtbot: QtBot, plain: MainWindow) -> None:
    open_bar(plain)
    search(qtbot, plain, "tanh")
    QAccessible.setActive(True)
    try:
        with qtbot.waitSignal(bar(plain)._speaker.spoken, timeout=5000) as said:
            QTest.keyClick(bar(plain).line, Qt.Key.Key_Return)
    finally:
        QAccessible.setActive(False)
    assert said.args == ["2 of 5. h\u2082: primitive tanh."]


def test_what_is_said_of_a_number_follows_the_moment(qtbot: QtBot, plain: MainWindow) -> None:
    plain.player.to_start()
    open_bar(plain)
    search(qtbot, plain, "h_2 and < 1")
    assert "It is not computed yet" in bar(plain).message
    plain.player.to_loss()
    assert "It is not computed yet" not in bar(plain).message
