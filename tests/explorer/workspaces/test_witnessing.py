"""The three witnesses in the window: marks, the plot, the check, the flight to the first fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.oracle.answers import OracleAnswer
from engine.oracle.verdict import compare
from explorer.arrangement import Arrangement
from explorer.canvas.marks import AGREES, DISAGREES, UNASKED
from explorer.panels.check_sheet import CheckSheet
from explorer.run_jobs import Carried, prepared
from explorer.window import MainWindow
from tests.engine.witnesses.planted import WRONG, with_rules

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from engine.trace.trace import Trace
    from explorer.panels.witness_curve import CurveSheet


def trace_of(window: MainWindow) -> Trace:
    run = window.session.run
    assert run is not None
    return run.trace


def named(window: MainWindow, name: str) -> int:
    return next(node.index for node in trace_of(window).nodes if node.name == name)


def at_the_end(window: MainWindow) -> None:
    window.player.to_end()
    window.graph.canvas.look_at(window.graph.canvas.view.zoomed(1.2, 500, 300), animated=False)
    QApplication.processEvents()


def marks(window: MainWindow, name: str) -> list[int]:
    return [int(state) for state in window.graph.witnessing.desk.marks[named(window, name)]]


def curve_sheet(window: MainWindow) -> CurveSheet:
    from explorer.panels.witness_curve import CurveSheet

    page = window.graph.sheets.page("curve")
    assert isinstance(page, CurveSheet)
    return page


def check_sheet(window: MainWindow) -> CheckSheet:
    page = window.graph.sheets.page("check")
    assert isinstance(page, CheckSheet)
    return page


def has_curve(sheet: CurveSheet, dtype: str = "float64") -> bool:
    return sheet.plot.curve is not None and sheet.plot.curve.dtype == dtype


def plant(window: MainWindow, op: str) -> None:
    wrong = with_rules(trace_of(window), {op: WRONG[op]})
    window.session._take(prepared(None, wrong, Carried(Arrangement(), None)))


def hear(window: MainWindow, right: Trace) -> None:
    """PyTorch's word, as it would be: the adjoints of the right rules."""
    answer = OracleAnswer(tuple(n.value for n in right.nodes), right.adjoints, "2")
    window.session._take_verdict(compare(trace_of(window), answer))


def test_cards_in_sight_are_asked_about_once_the_view_stays(
    qtbot: QtBot, plain: MainWindow
) -> None:
    at_the_end(plain)
    assert marks(plain, "h_3") == [UNASKED, UNASKED, UNASKED]
    qtbot.waitUntil(lambda: marks(plain, "h_3") == [AGREES, UNASKED, AGREES], timeout=20_000)
    # Without PyTorch its mark stays a dot, and the node is not called right.
    desk = plain.graph.witnessing.desk
    assert desk.testimony(named(plain, "h_3")).verdict.status == "unverified"
    hear(plain, trace_of(plain))
    assert marks(plain, "h_3") == [AGREES, AGREES, AGREES]


def test_nothing_is_asked_while_time_runs_or_before_an_adjoint_is_complete(
    qtbot: QtBot, plain: MainWindow
) -> None:
    plain.player.seek(0)
    plain.graph.witnessing._look()
    assert not plain.jobs.is_running("witnesses")
    at_the_end(plain)
    plain.player.to_start()
    plain.player.play()
    plain.graph.witnessing._look()
    assert not plain.jobs.is_running("witnesses")
    plain.player.pause()


def test_another_run_begins_without_marks(qtbot: QtBot, plain: MainWindow) -> None:
    at_the_end(plain)
    qtbot.waitUntil(lambda: marks(plain, "h_3")[0] == AGREES, timeout=20_000)
    before = plain.session.run
    plain.graph.run_bar.type_text("x*z", "expression")
    qtbot.waitUntil(lambda: plain.session.run is not before, timeout=20_000)
    assert plain.graph.witnessing.desk.marks.shape == (3, 3)
    assert not plain.graph.witnessing.desk.marks[:, 2].any()


def test_the_inspector_shows_the_three_numbers(qtbot: QtBot, plain: MainWindow) -> None:
    at_the_end(plain)
    node = named(plain, "h_3")
    plain.session.select(node)
    rows = plain.graph.dock.inspector._witnesses
    qtbot.waitUntil(lambda: rows.marks[2].state == AGREES, timeout=20_000)
    adjoint = trace_of(plain).adjoints[node]
    assert adjoint is not None
    number = f"{adjoint[0]:.6g}"
    assert rows.words[0].full_text == number
    assert rows.words[1].full_text == "not asked yet"
    assert rows.words[2].full_text.startswith(f"{number[:6]}")
    assert "difference " in rows.words[2].full_text
    plain.player.to_start()
    assert [mark.state for mark in rows.marks] == [UNASKED] * 3
    assert rows.words[2].full_text == "not complete yet"


def test_a_click_on_the_marks_opens_the_plot_of_that_node(qtbot: QtBot, plain: MainWindow) -> None:
    at_the_end(plain)
    graph, node = plain.graph, named(plain, "h_3")
    graph.canvas.fly_to((node,))
    qtbot.waitUntil(lambda: node in graph.canvas.ticked_nodes(), timeout=10_000)
    scene = graph.canvas.scene
    assert scene is not None
    right = float(scene.corner[node, 0] + scene.size[node, 0])
    x, y = graph.canvas.view.pixel(right - 29, float(scene.corner[node, 1]))
    QTest.mouseClick(graph.canvas, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    assert graph.sheets.name == "curve"
    sheet = curve_sheet(plain)
    qtbot.waitUntil(lambda: has_curve(sheet), timeout=20_000)
    assert sheet.node == node
    adjoint = trace_of(plain).adjoints[node]
    assert adjoint is not None
    assert sheet.component == int(np.argmax(np.abs(adjoint)))
    assert sheet.sentence.startswith("At h = 10⁻⁶ the error is ")


def test_the_rows_of_the_inspector_open_the_plot_of_the_component_looked_at(
    qtbot: QtBot, plain: MainWindow
) -> None:
    at_the_end(plain)
    plain.session.select(named(plain, "h_3"))
    inspector = plain.graph.dock.inspector
    inspector.choose_component(5)
    QTest.mouseClick(inspector._witnesses._button, Qt.MouseButton.LeftButton)
    sheet = curve_sheet(plain)
    qtbot.waitUntil(lambda: has_curve(sheet), timeout=20_000)
    assert (sheet.node, sheet.component) == (named(plain, "h_3"), 5)


def test_precision_component_and_step_can_be_chosen(qtbot: QtBot, plain: MainWindow) -> None:
    at_the_end(plain)
    plain.session.select(named(plain, "h_3"))
    plain.commands["view.curve"].trigger()
    sheet = curve_sheet(plain)
    qtbot.waitUntil(lambda: has_curve(sheet), timeout=20_000)
    QApplication.processEvents()
    assert sheet.plot.h == 1e-6
    # A click in the plot marks that step.
    place = sheet.plot.place_of(1e-3, 1e-8)
    view = sheet.plot._view.viewport()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place.toPoint())
    qtbot.waitUntil(lambda: sheet.plot.h > 1e-5, timeout=10_000)
    assert sheet.plot.h == pytest.approx(1e-3, rel=0.1)
    assert sheet.sentence.startswith("At h = 10⁻³")
    QTest.keyClick(sheet.plot, Qt.Key.Key_Right)
    # Four steps in each power of ten.
    assert sheet.plot.h == pytest.approx(10**-3.25)
    sheet.precision.set_choice("float32")
    sheet.precision.chosen.emit("float32")
    qtbot.waitUntil(lambda: has_curve(sheet, "float32"), timeout=20_000)
    assert sheet.plot.h == 5e-3
    sheet.place._spin.setValue(4)
    qtbot.waitUntil(
        lambda: sheet.plot.curve is not None and sheet.plot.curve.component == 3, timeout=20_000
    )
    plain.session.select(named(plain, "h_4"))
    qtbot.waitUntil(
        lambda: sheet.plot.curve is not None and sheet.plot.curve.node == named(plain, "h_4"),
        timeout=20_000,
    )


def test_dragging_the_line_moves_the_step(qtbot: QtBot, plain: MainWindow) -> None:
    at_the_end(plain)
    plain.session.select(named(plain, "h_3"))
    plain.commands["view.curve"].trigger()
    sheet = curve_sheet(plain)
    qtbot.waitUntil(lambda: has_curve(sheet), timeout=20_000)
    sheet.plot._line.setValue(-9.0)
    sheet.plot._line.sigDragged.emit(sheet.plot._line)
    assert sheet.sentence.startswith("At h = 10⁻⁹")
    assert sheet.plot.place_of(1e-9, 1e-9) != QPointF()


def test_a_node_without_adjoint_says_so(qtbot: QtBot, plain: MainWindow) -> None:
    token = next(
        n.index for n in trace_of(plain).nodes if trace_of(plain).adjoints[n.index] is None
    )
    plain.graph.witnessing.show_curve(token)
    assert "has no adjoint" in curve_sheet(plain).sentence


def test_the_check_lists_every_module_in_backward_order_or_by_error(
    qtbot: QtBot, plain: MainWindow
) -> None:
    plain.commands["view.check"].trigger()
    sheet = check_sheet(plain)
    assert "none checked yet" in sheet.summary
    assert sheet.list.rows[0].name == "loss"
    QTest.mouseClick(sheet.button, Qt.MouseButton.LeftButton)
    assert sheet.button.text() == "Cancel"
    qtbot.waitUntil(lambda: not sheet.running, timeout=20_000)
    assert all(row.ok for row in sheet.rows)
    assert sheet.summary.startswith(f"{len(sheet.rows)} modules agree")
    sheet.order.set_choice("error")
    sheet.order.chosen.emit("error")
    errors = [row.error for row in sheet.list.rows]
    assert errors == sorted(errors, key=lambda error: -(error or 0.0))


def test_a_module_that_is_clicked_is_flown_to(qtbot: QtBot, plain: MainWindow) -> None:
    plain.commands["view.check"].trigger()
    QApplication.processEvents()
    sheet, canvas = check_sheet(plain), plain.graph.canvas
    row = next(i for i, row in enumerate(sheet.list.rows) if row.name == "step[3].cell")
    sheet.list.scrollTo(sheet.list.model().index(row, 0))
    place = sheet.list.visualRect(sheet.list.model().index(row, 0)).center()
    QTest.mouseClick(sheet.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert trace_of(plain).nodes[plain.session.selected].name == "h_3"
    scene = canvas.scene
    assert scene is not None
    left, top, right, bottom = scene.box(plain.session.selected)
    x, y = canvas.view.pixel((left + right) / 2, (top + bottom) / 2)
    assert 0 < x < canvas.width()
    assert 0 < y < canvas.height()


def test_a_check_can_be_cancelled(qtbot: QtBot, plain: MainWindow) -> None:
    plain.commands["view.check"].trigger()
    sheet = check_sheet(plain)
    sheet.check_wanted.emit()
    assert plain.jobs.is_running("modules")
    sheet.cancel_wanted.emit()
    assert not plain.jobs.is_running("modules")
    assert (sheet.running, sheet.button.text()) == (False, "Check every module")


def test_a_planted_rule_is_flown_to_and_named_by_the_check(qtbot: QtBot, plain: MainWindow) -> None:
    plain.commands["view.check"].trigger()
    plant(plain, "tanh")
    sheet = check_sheet(plain)
    sheet.check_wanted.emit()
    qtbot.waitUntil(lambda: bool(sheet.fault), timeout=30_000)
    # In backward order h_5 = tanh z_5 is the first tanh: its operand gets the wrong adjoint.
    assert trace_of(plain).nodes[plain.session.selected].name == "z_5"
    assert sheet.fault.startswith("The adjoint of z₅ is the first in backward order that is wrong")
    assert "the local rule of tanh at h₅ is off" in sheet.fault
    assert plain._notice.sentence == sheet.fault
    bad = [row.name for row in sheet.rows if not row.ok]
    assert bad == [f"step[{t}].cell" for t in (1, 2, 3, 4, 5)]
    # The moment at which it has happened is on screen, so that its marks are.
    frame = plain.graph.frame
    assert frame is not None
    assert frame.completed[plain.session.selected]
    qtbot.waitUntil(lambda: marks(plain, "z_5") == [AGREES, UNASKED, DISAGREES], timeout=20_000)


def test_a_mistake_of_the_museum_is_made_in_each_modules_own_check(
    qtbot: QtBot, plain: MainWindow
) -> None:
    plain.session.plant("assigned", example=True)
    qtbot.waitUntil(
        lambda: plain.session.run is not None and plain.session.run.planted is not None,
        timeout=20_000,
    )
    plain.commands["view.check"].trigger()
    sheet = check_sheet(plain)
    sheet.check_wanted.emit()
    qtbot.waitUntil(lambda: not sheet.running and bool(sheet.fault), timeout=30_000)
    # An expression is one module, so each operation is checked: no single one adds up anything.
    assert [row.name for row in sheet.list.rows] == [
        "add y",
        "div g",
        "sin f",
        "add e",
        "div d",
        "log c",
        "exp b",
        "mul a",
    ]
    assert sheet.fault.endswith("the contribution of f is missing from the sum.")
    # The museum tells of it, so no notice does.
    assert not plain._notice.sentence


def test_when_pytorch_disagrees_the_view_flies_there_by_itself(
    qtbot: QtBot, plain: MainWindow
) -> None:
    right = trace_of(plain)
    plant(plain, "log_softmax")
    hear(plain, right)
    qtbot.waitUntil(lambda: plain.session.selected == named(plain, "y_5"), timeout=20_000)
    assert "the local rule of log softmax at log p(·|h₅) is off" in plain._notice.sentence
    assert marks(plain, "y_5")[1] == DISAGREES
    QTest.mouseClick(plain.graph.badge, Qt.MouseButton.LeftButton)
    assert plain.graph.sheets.name == "check"
    assert "differs from PyTorch's" in check_sheet(plain)._torch.sentence


def test_a_plot_of_a_planted_rule_is_flat(qtbot: QtBot, plain: MainWindow) -> None:
    plant(plain, "tanh")
    plain.graph.witnessing.show_curve(named(plain, "z_5"))
    sheet = curve_sheet(plain)
    qtbot.waitUntil(lambda: has_curve(sheet), timeout=20_000)
    assert "the derivative itself is wrong" in sheet.sentence


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("theme", ["light", "dark", "projector"])
def test_the_sheets_take_any_look(
    qtbot: QtBot, plain: MainWindow, theme: str, scale: float
) -> None:
    plain.graph.witnessing.show_curve(named(plain, "h_3"))
    plain.appearance.set_scale(scale)
    plain.commands[f"theme.{theme}"].trigger()
    plain.resize(1280, 720)
    QApplication.processEvents()
    plain.commands["view.check"].trigger()
    QApplication.processEvents()
    assert plain.graph.sheets.width() <= plain.width()
    assert not plain.grab().isNull()
