"""What if, in the window: a number is dragged, typed or chosen, undone, made again, reset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.trace.json_text import trace_to_json
from tests.explorer.workspaces.what_if_hands import (
    aide,
    drag,
    layer,
    look_at,
    node,
    number,
    place_on,
    settle,
    sheet,
    trace,
    type_number,
)

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from explorer.window import MainWindow


def test_the_key_opens_and_closes_the_sheet(plain: MainWindow) -> None:
    QTest.keyClick(plain.graph.canvas, Qt.Key.Key_Q)
    assert aide(plain).is_open
    assert "Select a number" in sheet(plain)._note.sentence
    assert not sheet(plain).slider.isVisible()
    QTest.keyClick(plain.graph.canvas, Qt.Key.Key_Q)
    assert not aide(plain).is_open


def test_a_number_is_dragged_on_the_slider_and_everything_follows(
    qtbot: QtBot, plain: MainWindow
) -> None:
    look_at(plain, "h_2")
    before, slider = trace(plain), sheet(plain).slider
    y = int(slider.place_of(0).y())
    start, end = (int(slider.place_of(x).x()) for x in (slider.original, slider.reach / 2))
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(start, y))
    for x in np.linspace(start, end, 12).astype(int).tolist():
        QTest.mouseMove(slider, QPoint(x, y))
        QApplication.processEvents()
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(end, y))
    settle(qtbot, plain)
    assert number(plain, "h_2", 0) == slider.number != before.nodes[node(plain, "h_2")].value[0]
    assert trace(plain).loss != before.loss
    found = aide(plain).answer
    assert found is not None
    assert sheet(plain).pair.bars.truth == pytest.approx(trace(plain).loss - before.loss)
    assert sheet(plain).pair.bars.predicted == found.found.predicted
    # The run had not been played: a change shows what follows from it.
    assert plain.player.cursor == plain.player.events
    # All of the drag is one step.
    assert aide(plain).undo_stack.count() == 1
    plain.commands["whatif.undo"].trigger()
    settle(qtbot, plain)
    assert trace(plain) is before
    assert plain.session.unaltered is None


def test_a_number_is_typed_and_said_on_the_canvas(qtbot: QtBot, plain: MainWindow) -> None:
    plain.player.to_end()
    look_at(plain, "b_h", 3)
    type_number(qtbot, plain, "0.75")
    assert number(plain, "b_h", 3) == 0.75
    shown = layer(plain)
    assert shown is not None
    assert shown.edited == {node(plain, "b_h")}
    assert shown.moved[node(plain, "L")]
    assert not shown.moved[node(plain, "W_hh")]
    assert shown.bars.truth == pytest.approx(shown.largest[node(plain, "L")])
    (row,) = sheet(plain).changes.rows
    assert row.spoken.startswith("bₕ[4]: ")
    assert row.spoken.endswith("→ 0.75")


def test_a_decimal_comma_and_a_true_minus_are_understood(qtbot: QtBot, plain: MainWindow) -> None:
    look_at(plain, "h_1", 1)
    type_number(qtbot, plain, "\u22120,25")
    assert number(plain, "h_1", 1) == -0.25


@pytest.mark.parametrize(
    ("text", "words"),
    [("nan", "finite number"), ("inf", "finite number"), ("1e999", "finite"), ("two", "no number")],
)
def test_what_is_no_finite_number_is_refused_and_loses_nothing(
    qtbot: QtBot, plain: MainWindow, text: str, words: str
) -> None:
    look_at(plain, "h_1")
    before = trace(plain)
    type_number(qtbot, plain, text)
    assert words in plain._notice.sentence
    assert words in sheet(plain).typed.problem
    assert trace(plain) is before
    type_number(qtbot, plain, "0.5")
    assert sheet(plain).typed.problem == ""
    assert plain._notice.sentence == ""


def test_a_cell_of_the_selected_card_is_dragged_on_the_canvas(
    qtbot: QtBot, plain: MainWindow
) -> None:
    plain.player.to_end()
    look_at(plain, "h_2")
    canvas, before = plain.graph.canvas, number(plain, "h_2", 4)
    QApplication.processEvents()
    view = canvas.view
    drag(plain, place_on(plain, "h_2", 4), -40)
    settle(qtbot, plain)
    assert number(plain, "h_2", 4) == pytest.approx(before - 40 * 2 / 160, rel=1e-4)
    assert sheet(plain).place.value == 5
    assert canvas.view == view
    assert aide(plain).undo_stack.count() == 1
    assert plain.session.selected == node(plain, "h_2")


def test_with_shift_a_drag_goes_in_small_steps(qtbot: QtBot, plain: MainWindow) -> None:
    look_at(plain, "h_2")
    before = number(plain, "h_2", 1)
    QApplication.processEvents()
    canvas, start = plain.graph.canvas, place_on(plain, "h_2", 1)
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, shift, start)
    aide(plain)._drag._move(start.y() - 40.0, fine=True)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, shift, start)
    settle(qtbot, plain)
    assert number(plain, "h_2", 1) == pytest.approx(before + 4 * 2 / 160, rel=1e-4)


def test_other_cards_and_a_closed_sheet_leave_the_drag_to_the_view(
    qtbot: QtBot, plain: MainWindow
) -> None:
    plain.player.to_end()
    look_at(plain, "h_2")
    before, view = trace(plain), plain.graph.canvas.view
    drag(plain, place_on(plain, "h_3", 4), 40)
    assert plain.graph.canvas.view != view
    plain.commands["whatif.open"].trigger()
    drag(plain, place_on(plain, "h_2", 4), 40)
    assert trace(plain) is before


def test_undo_to_the_start_gives_the_bytes_of_the_original(qtbot: QtBot, plain: MainWindow) -> None:
    original = trace(plain)
    data = trace_to_json(original)
    for name, text in (("h_2", "0.5"), ("W_hh", "-1"), ("h_2", "0.25"), ("h_0", "2")):
        look_at(plain, name)
        type_number(qtbot, plain, text)
    changed = trace_to_json(trace(plain))
    assert changed != data
    for _ in range(4):
        plain.commands["whatif.undo"].trigger()
    settle(qtbot, plain)
    assert trace_to_json(trace(plain)) == data
    assert layer(plain) is None
    for _ in range(4):
        plain.commands["whatif.redo"].trigger()
    settle(qtbot, plain)
    assert trace_to_json(trace(plain)) == changed
    plain.commands["whatif.reset"].trigger()
    settle(qtbot, plain)
    assert trace(plain) is original
    plain.commands["whatif.undo"].trigger()
    settle(qtbot, plain)
    assert trace_to_json(trace(plain)) == changed


def test_with_nothing_to_take_back_a_sentence_says_so(plain: MainWindow) -> None:
    plain.commands["whatif.undo"].trigger()
    assert "no change" in plain._notice.sentence
    plain.commands["whatif.redo"].trigger()
    assert "make again" in plain._notice.sentence


def test_a_change_is_removed_from_the_list(qtbot: QtBot, plain: MainWindow) -> None:
    for name, text in (("h_2", "0.5"), ("b_y", "1")):
        look_at(plain, name)
        type_number(qtbot, plain, text)
    changes = sheet(plain).changes
    box = changes.visualRect(changes.model().index(1, 0))
    cross = QPoint(changes.viewport().width() - 12, box.center().y())
    QTest.mouseClick(changes.viewport(), Qt.MouseButton.LeftButton, pos=cross)
    settle(qtbot, plain)
    (left,) = aide(plain).changes
    (row,) = changes.rows
    assert (row.node, row.component) == left
    QTest.mouseClick(changes.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 12))
    assert plain.session.selected == row.node


def test_another_token_is_found_and_read(qtbot: QtBot, plain: MainWindow) -> None:
    look_at(plain, "x_3")
    page = sheet(plain)
    assert not page.slider.isVisible()
    QTest.keyClicks(page.search._line, "parr")
    (row,) = page.tokens.rows
    assert row.word == "parrots"
    box = page.tokens.visualRect(page.tokens.model().index(0, 0))
    QTest.mouseClick(page.tokens.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    settle(qtbot, plain)
    assert trace(plain).provenance["tokens"][2] == "parrots"
    shown = layer(plain)
    assert shown is not None
    assert shown.was == {node(plain, "x_3"): "way"}
    assert page.tokens.rows[0].state == "now"
