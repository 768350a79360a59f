"""What if, in the window: a number is dragged, typed or chosen, undone, made again, reset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.run_spec import RunSpec
from engine.trace.json_text import trace_to_json
from explorer.canvas.differences import Differences
from explorer.layout.cards import HEADER, PAD, STRIP
from explorer.workspaces.what_if import LAYER, SHEET, WhatIfs

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from engine.trace.trace import Trace
    from explorer.panels.what_if_sheet import WhatIfSheet
    from explorer.window import MainWindow


def aide(window: MainWindow) -> WhatIfs:
    return next(each for each in window.graph.aides._all if isinstance(each, WhatIfs))


def sheet(window: MainWindow) -> WhatIfSheet:
    desk = aide(window)._desk
    assert desk is not None
    return desk.sheet


def trace(window: MainWindow) -> Trace:
    assert window.session.run is not None
    return window.session.run.trace


def node(window: MainWindow, name: str) -> int:
    return next(each.index for each in trace(window).nodes if each.name == name)


def number(window: MainWindow, name: str, component: int) -> float:
    return float(trace(window).nodes[node(window, name)].value.reshape(-1)[component])


def layer(window: MainWindow) -> Differences | None:
    found = window.graph.canvas._layers.get(LAYER)
    assert found is None or isinstance(found, Differences)
    return found


def look_at(window: MainWindow, name: str, component: int = 0) -> None:
    """Select a node with the sheet open, and one of its numbers."""
    window.session.select(node(window, name))
    if not aide(window).is_open:
        window.commands["whatif.open"].trigger()
    sheet(window).component_chosen.emit(component)
    QApplication.processEvents()


def settle(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until what is wanted is on screen."""
    it = aide(window)
    qtbot.waitUntil(
        lambda: (
            not window.jobs.is_running(LAYER)
            and (it.answer is None or it.answer.changes == it.changes)
        ),
        timeout=20_000,
    )


def type_number(qtbot: QtBot, window: MainWindow, text: str) -> None:
    line = sheet(window).typed._line
    line.setFocus()
    line.selectAll()
    # Qt's test keys are ASCII alone.
    line.insert(text)
    QTest.keyClick(line, Qt.Key.Key_Return)
    settle(qtbot, window)


def place_on(window: MainWindow, name: str, component: int) -> QPoint:
    """The pixel in the middle of a cell of a card's value strip."""
    canvas = window.graph.canvas
    assert canvas.scene is not None
    index = node(window, name)
    left, top, right, _ = canvas.scene.box(index)
    count = trace(window).nodes[index].value.size
    x = left + PAD + (component + 0.5) * (right - left - 2 * PAD) / count
    return QPointF(*canvas.view.pixel(x, top + HEADER + STRIP / 2)).toPoint()


def drag(window: MainWindow, start: QPoint, pixels: int, *, fine: bool = False) -> None:
    """Drag upwards on the canvas by so many pixels, in steps."""
    canvas = window.graph.canvas
    keys = Qt.KeyboardModifier.ShiftModifier if fine else Qt.KeyboardModifier.NoModifier
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, keys, start)
    for step in range(1, 9):
        QTest.mouseMove(canvas, start - QPoint(0, pixels * step // 8))
        QApplication.processEvents()
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, keys, start - QPoint(0, pixels))


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


def test_selection_cursor_view_and_boxes_stay(qtbot: QtBot, plain: MainWindow) -> None:
    plain.session.arrange(plain.session.arrangement.__class__(collapsed=frozenset({"step[4]"})))
    qtbot.waitUntil(lambda: bool(plain.session.run and plain.session.run.arrangement.collapsed))
    plain.player.seek(plain.player.events - 20)
    look_at(plain, "h_2")
    QApplication.processEvents()
    canvas = plain.graph.canvas
    canvas.zoom_by(1.3)
    before = canvas.view, plain.player.cursor, plain.session.selected
    type_number(qtbot, plain, "0.5")
    assert (canvas.view, plain.player.cursor, plain.session.selected) == before
    assert plain.session.run is not None
    assert plain.session.run.arrangement.collapsed == {"step[4]"}
    plain.commands["grain.operations"].trigger()
    qtbot.waitUntil(lambda: not (plain.session.run and plain.session.run.arrangement.collapsed))
    plain.commands["whatif.undo"].trigger()
    settle(qtbot, plain)
    assert plain.session.run.arrangement.collapsed == frozenset()


def test_the_inspector_tells_the_original_and_the_difference(
    qtbot: QtBot, plain: MainWindow
) -> None:
    plain.player.to_end()
    look_at(plain, "b_h", 0)
    before = number(plain, "h_1", 0)
    type_number(qtbot, plain, "1")
    plain.session.select(node(plain, "h_1"))
    inspector = plain.graph.dock.inspector
    inspector.choose_component(0)
    now = number(plain, "h_1", 0)
    assert inspector._original.text.startswith(f"{before:.6g}".replace("-", "\u2212"))
    assert f"{abs(now - before):.4g}" in inspector._original.text
    assert inspector._original_adjoint.text
    plain.commands["whatif.reset"].trigger()
    settle(qtbot, plain)
    assert inspector._original.text == ""


def test_a_changed_run_is_saved_opened_and_changed_on(
    qtbot: QtBot, plain: MainWindow, tmp_path: Path
) -> None:
    look_at(plain, "h_2")
    type_number(qtbot, plain, "0.5")
    data = trace_to_json(trace(plain))
    path = tmp_path / "changed.json"
    plain.save_trace(str(path))
    qtbot.waitUntil(path.exists, timeout=20_000)
    plain.open_file(str(path))
    qtbot.waitUntil(lambda: plain.session.unaltered is None, timeout=20_000)
    assert trace_to_json(trace(plain)) == data
    assert aide(plain).changes == {}
    look_at(plain, "h_2", 1)
    type_number(qtbot, plain, "0.25")
    assert (number(plain, "h_2", 0), number(plain, "h_2", 1)) == (0.5, 0.25)
    plain.commands["whatif.reset"].trigger()
    settle(qtbot, plain)
    assert trace_to_json(trace(plain)) == data


def test_a_new_run_drops_the_changes_also_while_one_is_computed(
    qtbot: QtBot, plain: MainWindow
) -> None:
    look_at(plain, "h_2")
    type_number(qtbot, plain, "0.5")
    aide(plain).change((node(plain, "h_2"), 0), 0.75)
    plain.session.request(RunSpec(text="other words", hidden=3))
    qtbot.waitUntil(lambda: len(trace(plain).provenance["tokens"]) == 2, timeout=20_000)
    settle(qtbot, plain)
    assert "changes" not in trace(plain).provenance
    assert aide(plain).changes == {}
    assert not aide(plain).undo_stack.canUndo()
    assert layer(plain) is None
    assert plain.session.unaltered is None


def test_a_planted_run_is_refused_with_a_sentence(qtbot: QtBot, plain: MainWindow) -> None:
    look_at(plain, "h_2")
    plain.session.plant("assigned")
    qtbot.waitUntil(lambda: plain.session.diagnosis is not None, timeout=20_000)
    look_at(plain, "h_2")
    assert sheet(plain)._note.sentence.startswith("A mistake is planted")
    before = trace(plain)
    aide(plain).change((node(plain, "h_2"), 0), 0.5)
    assert trace(plain) is before
    assert plain._notice.sentence.startswith("A mistake is planted")
    plain.session.remove_planted()
    type_number(qtbot, plain, "0.5")
    assert number(plain, "h_2", 0) == 0.5


def test_what_overflows_is_shown_and_said(qtbot: QtBot, plain: MainWindow) -> None:
    plain.session.request(RunSpec(expression="exp(x)*x", values={"x": 1.0}))
    qtbot.waitUntil(lambda: len(trace(plain)) < 10, timeout=20_000)
    look_at(plain, "x")
    type_number(qtbot, plain, "2000")
    assert trace(plain).loss == np.inf
    assert "no finite number" in sheet(plain)._remark.sentence
    plain.graph.canvas.grab()
    type_number(qtbot, plain, "1")
    assert "changes" not in trace(plain).provenance


def test_pytorch_judges_the_changed_run_when_the_hand_is_gone(
    qtbot: QtBot, window: MainWindow
) -> None:
    look_at(window, "h_2")
    it = aide(window)
    it._take_hold()
    it._move(0.25)
    settle(qtbot, window)
    assert window.session.checking == "idle"
    it._let_go()
    qtbot.waitUntil(lambda: window.session.verdict is not None, timeout=60_000)
    assert window.session.verdict is not None
    assert window.session.verdict.status == "agrees"


def test_every_number_of_every_card_can_be_tried(qtbot: QtBot, plain: MainWindow) -> None:
    plain.player.to_end()
    for index in range(len(trace(plain))):
        plain.session.select(index)
        if not aide(plain).is_open:
            plain.commands["whatif.open"].trigger()
        aide(plain).change((index, 0), 1.0)
        plain.graph.canvas.repaint()
    settle(qtbot, plain)
    plain.commands["whatif.reset"].trigger()
    settle(qtbot, plain)
    assert "changes" not in trace(plain).provenance


@pytest.mark.parametrize("seed", range(3))
def test_random_clicks_and_keys_do_no_harm(qtbot: QtBot, plain: MainWindow, seed: int) -> None:
    rng = np.random.default_rng(seed)
    plain.player.to_end()
    original = trace(plain)
    canvas = plain.graph.canvas
    commands = ("whatif.open", "whatif.undo", "whatif.redo", "whatif.reset", "grain.modules",
                "grain.operations", "grain.roll", "view.zoom_fit")  # fmt: skip
    for _ in range(60):
        match int(rng.integers(5)):
            case 0:
                plain.commands[str(rng.choice(commands))].trigger()
            case 1:
                plain.session.select(int(rng.integers(-1, len(original))))
            case 2:
                spot = QPoint(int(rng.integers(canvas.width())), int(rng.integers(canvas.height())))
                drag(plain, spot, int(rng.integers(-60, 60)))
            case 3:
                place = int(rng.integers(len(original))), int(rng.integers(9))
                aide(plain).change(place, float(rng.choice([0, 0.5, -3, 1e9, np.nan])))
            case _:
                QApplication.processEvents()
    plain.commands["whatif.reset"].trigger()
    settle(qtbot, plain)
    assert trace(plain) is original


def test_the_window_can_be_closed_while_a_change_is_computed(
    qtbot: QtBot, plain: MainWindow
) -> None:
    look_at(plain, "h_2")
    aide(plain).change((node(plain, "h_2"), 0), 0.5)
    plain.close()
    assert not plain.jobs.is_running(LAYER)


def test_the_newest_change_wins_and_no_second_job_is_started(
    qtbot: QtBot, plain: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_at(plain, "h_2")
    started: list[str] = []
    plain.jobs.started.connect(started.append)
    it = aide(plain)
    it._take_hold()
    for step in range(50):
        it._move(step / 50)
    settle(qtbot, plain)
    assert number(plain, "h_2", 0) == 49 / 50
    assert started.count(LAYER) == 2
    it._let_go()
    assert SHEET in plain.graph.sheets.name
