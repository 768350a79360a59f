"""Why, what it affects, and paths in the window: by keys and by mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.kit.button import IconButton
from explorer.workspaces import reading as reading_module
from explorer.workspaces.reading import Reading

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from engine.trace.trace import Trace
    from explorer.canvas.emphasis import Emphasis
    from explorer.window import MainWindow


def reading(window: MainWindow) -> Reading:
    return next(aide for aide in window.graph.aides._all if isinstance(aide, Reading))


def trace_of(window: MainWindow) -> Trace:
    assert window.session.run is not None
    return window.session.run.trace


def named(window: MainWindow, name: str) -> int:
    return next(node.index for node in trace_of(window).nodes if node.name == name)


def place_of(window: MainWindow, name: str) -> QPoint:
    canvas = window.graph.canvas
    canvas.ensure_visible(named(window, name), animated=False)
    assert canvas.scene is not None
    left, top, right, bottom = canvas.scene.box(named(window, name))
    return QPointF(*canvas.view.pixel((left + right) / 2, (top + bottom) / 2)).toPoint()


def click(window: MainWindow, name: str) -> None:
    QTest.mouseClick(window.graph.canvas, Qt.MouseButton.LeftButton, pos=place_of(window, name))


def press(window: MainWindow, key: Qt.Key) -> None:
    window.graph.canvas.setFocus()
    QTest.keyClick(window.graph.canvas, key)


def shown(window: MainWindow) -> Emphasis:
    emphasis = window.graph.canvas._emphasis
    assert emphasis is not None
    return emphasis


def checked(window: MainWindow) -> set[str]:
    every = ("read.why", "read.affects", "read.paths")
    return {each for each in every if window.commands[each].isChecked()}


def test_a_key_shows_why_and_the_same_key_ends_it(plain: MainWindow) -> None:
    click(plain, "h_2")
    press(plain, Qt.Key.Key_Y)
    # x_1, x_2; W_xh, W_hh, b_h, h_0; two products and z of each step, and h_1: 2 + 4 + 7.
    assert reading(plain).sentence == (
        "h₂ comes from 13 nodes: 2 tokens, 4 parameters and 7 computed values."
    )
    assert shown(plain).kind == "why"
    assert shown(plain).nodes.sum() == 14
    assert checked(plain) == {"read.why"}
    press(plain, Qt.Key.Key_Y)
    assert reading(plain).sentence == ""
    assert plain.graph.canvas._emphasis is None
    assert checked(plain) == set()


def test_the_part_follows_the_selection_by_click_and_by_arrow_key(plain: MainWindow) -> None:
    click(plain, "h_2")
    press(plain, Qt.Key.Key_F)
    assert reading(plain).sentence.startswith("h₂ affects ")
    click(plain, "z_2")
    assert reading(plain).sentence.startswith("z₂ affects ")
    QTest.keyClick(plain.graph.canvas, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert plain.session.selected == named(plain, "h_2")
    assert reading(plain).sentence.startswith("h₂ affects ")


def test_one_question_takes_the_place_of_another(plain: MainWindow) -> None:
    click(plain, "h_2")
    press(plain, Qt.Key.Key_Y)
    press(plain, Qt.Key.Key_F)
    assert shown(plain).kind == "affects"
    assert checked(plain) == {"read.affects"}


def test_without_a_selected_node_the_bar_asks_for_one(plain: MainWindow) -> None:
    plain.session.select(-1)
    press(plain, Qt.Key.Key_Y)
    assert reading(plain).sentence == "Select a node to see what it was computed from."
    assert plain.graph.canvas._emphasis is None
    click(plain, "h_1")
    assert reading(plain).sentence.startswith("h₁ comes from 8 nodes")


def test_paths_lead_from_the_selected_node_to_the_next(plain: MainWindow) -> None:
    click(plain, "h_1")
    press(plain, Qt.Key.Key_P)
    assert reading(plain).sentence == "Select the other end of the paths from or to h₁."
    assert plain.graph.canvas._emphasis is None
    click(plain, "h_2")
    assert reading(plain).sentence == (
        "One path leads from h₁ to h₂, of 3 edges: h₁ → W_hh h₁ → z₂ → h₂.".replace("W_hh", "Wₕₕ")
    )
    assert set(shown(plain).ends) == {named(plain, "h_1"), named(plain, "h_2")}
    # The first end stays while another node is selected.
    click(plain, "z_1")
    assert reading(plain).sentence == "One path leads from z₁ to h₁, of 1 edge: z₁ → h₁."
    press(plain, Qt.Key.Key_P)
    assert plain.graph.canvas._emphasis is None


def test_paths_may_begin_without_a_selected_node(plain: MainWindow) -> None:
    plain.session.select(-1)
    press(plain, Qt.Key.Key_P)
    assert reading(plain).sentence == "Select the node at one end of the paths."
    click(plain, "h_1")
    click(plain, "z_1")
    assert reading(plain).sentence.startswith("One path leads from z₁ to h₁")


def test_ends_that_no_path_joins_are_shown_alone(plain: MainWindow) -> None:
    click(plain, "h_1")
    press(plain, Qt.Key.Key_P)
    plain.session.select(named(plain, "x_3"))
    assert reading(plain).sentence.startswith("No path leads between h₁ and x₃")
    assert shown(plain).nodes.sum() == 2
    assert not shown(plain).edges.any()


@pytest.mark.parametrize("key", [Qt.Key.Key_Y, Qt.Key.Key_F, Qt.Key.Key_P])
def test_escape_shows_all_of_the_graph_again(plain: MainWindow, key: Qt.Key) -> None:
    click(plain, "h_2")
    press(plain, key)
    press(plain, Qt.Key.Key_Escape)
    assert plain.graph.canvas._emphasis is None
    assert reading(plain).sentence == ""
    assert checked(plain) == set()


def test_escape_closes_the_bar_before_an_open_sheet(plain: MainWindow) -> None:
    plain.graph.sheets.open_sheet("check")
    click(plain, "h_2")
    press(plain, Qt.Key.Key_Y)
    press(plain, Qt.Key.Key_Escape)
    assert plain.graph.canvas._emphasis is None
    assert plain.graph.sheets.is_shown
    press(plain, Qt.Key.Key_Escape)
    assert not plain.graph.sheets.is_shown


def test_the_bar_has_a_button_that_closes_it(plain: MainWindow) -> None:
    click(plain, "h_2")
    press(plain, Qt.Key.Key_Y)
    bar = reading(plain)._bar
    assert bar is not None
    (button,) = bar.findChildren(IconButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert plain.graph.canvas._emphasis is None
    assert bar.isHidden()
    assert plain.graph.canvas.hasFocus()


def test_the_numbers_are_told_once_they_are_known(plain: MainWindow) -> None:
    plain.player.seek(0)
    click(plain, "h_2")
    press(plain, Qt.Key.Key_Y)
    bar = reading(plain)._bar
    assert bar is not None
    assert bar.note == "Its value is not computed yet."
    plain.player.to_loss()
    assert bar.note == "the numbers are those of component 1 of 8"
    press(plain, Qt.Key.Key_F)
    assert bar.note == "How strongly: its adjoint tells, once it is complete."
    plain.player.to_end()
    assert bar.note == "the numbers are those of component 1 of 8"


def test_a_press_on_the_bar_is_none_on_the_graph(plain: MainWindow) -> None:
    click(plain, "h_2")
    press(plain, Qt.Key.Key_Y)
    bar = reading(plain)._bar
    assert bar is not None
    view = plain.graph.canvas.view
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert plain.session.selected == named(plain, "h_2")
    assert plain.graph.canvas.view == view


def test_the_bar_keeps_off_the_node_that_it_tells_of(plain: MainWindow) -> None:
    canvas = plain.graph.canvas
    press(plain, Qt.Key.Key_F)
    for name in ("h_2", "L", "W_hh", "x_3"):
        click(plain, name)
        bar = reading(plain)._bar
        assert bar is not None
        assert canvas.rect().contains(bar.geometry())
        assert not bar.geometry().contains(place_of(plain, name))


def test_another_run_of_the_same_form_is_read_anew(qtbot: QtBot, plain: MainWindow) -> None:
    click(plain, "h_2")
    press(plain, Qt.Key.Key_Y)
    before = plain.session.run
    plain.graph.run_bar.type_text("x*z + log(x)", "expression")
    qtbot.waitUntil(lambda: plain.session.run is not before, timeout=20_000)
    # Other nodes: nothing is selected any more.
    assert reading(plain).sentence == "Select a node to see what it was computed from."
    assert plain.graph.canvas._emphasis is None


def test_the_end_of_paths_that_another_run_lacks_is_forgotten(
    qtbot: QtBot, plain: MainWindow
) -> None:
    click(plain, "L")
    press(plain, Qt.Key.Key_P)
    before = plain.session.run
    plain.graph.run_bar.type_text("x*z + log(x)", "expression")
    qtbot.waitUntil(lambda: plain.session.run is not before, timeout=20_000)
    assert reading(plain).start == -1
    assert reading(plain).sentence == "Select the node at one end of the paths."


def test_a_large_graph_is_read_off_the_gui_thread(
    qtbot: QtBot, plain: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_module, "AT_ONCE", 3)
    click(plain, "h_2")
    press(plain, Qt.Key.Key_Y)
    qtbot.waitUntil(lambda: reading(plain).sentence != "", timeout=10_000)
    assert reading(plain).sentence.startswith("h₂ comes from 13 nodes")
    press(plain, Qt.Key.Key_F)
    press(plain, Qt.Key.Key_F)
    QApplication.processEvents()
    assert plain.graph.canvas._emphasis is None


def test_the_audience_reads_it_larger(plain: MainWindow) -> None:
    click(plain, "h_2")
    press(plain, Qt.Key.Key_Y)
    small = reading(plain)._bar
    assert small is not None
    height, said = small.height(), small.sentence
    plain.graph.set_presenting(True)
    large = reading(plain)._bar
    assert large is not None
    assert large.sentence == said
    assert large.height() > height
    plain.graph.set_presenting(False)
