"""What the graph workspace shows at which size: drawer, presenting, buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from explorer.kit.label import Label
from explorer.kit.segmented import Segmented
from explorer.window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot


def another_run(qtbot: QtBot, window: MainWindow, act: Callable[[], object]) -> None:
    before = window.session.run
    act()
    qtbot.waitUntil(lambda: window.session.run is not before, timeout=20_000)


ELSEWHERE = {"file.open", "file.save", "file.quit", "help.shortcuts", "view.present"}


def test_the_open_drawer_leaves_the_graph_in_sight(plain: MainWindow) -> None:
    plain.resize(1280, 720)
    graph = plain.graph
    QApplication.processEvents()
    wide = graph.canvas.width()
    plain.commands["view.inspector"].trigger()
    QApplication.processEvents()
    assert graph.canvas.width() == wide - graph.dock.width()
    assert graph.canvas.geometry().right() < graph.dock.geometry().left()
    plain.commands["view.inspector"].trigger()
    QApplication.processEvents()
    assert graph.canvas.width() == wide


def test_a_dock_that_comes_back_shows_the_run_on_screen(qtbot: QtBot, plain: MainWindow) -> None:
    plain.resize(1280, 720)
    another_run(qtbot, plain, lambda: plain.graph.run_bar.type_text("x*z", "expression"))
    plain.player.to_end()
    plain.resize(1700, 900)
    QApplication.processEvents()
    assert plain.graph.dock.inspector._place.full_text == "node 1 of 3"
    assert plain.graph.dock.tape._known() == 3


def test_a_drawer_that_was_closed_stays_closed_for_another_run(
    qtbot: QtBot, plain: MainWindow
) -> None:
    plain.resize(1280, 720)
    plain.session.select(8)
    assert plain.graph.dock.isVisible()
    plain.commands["view.inspector"].trigger()
    another_run(qtbot, plain, lambda: plain.graph.run_bar.type_text("fish a", "fresh"))
    assert not plain.graph.dock.isVisible()
    plain.session.select(9)
    assert plain.graph.dock.isVisible()


def test_a_maximised_window_is_maximised_again_after_presenting(
    qtbot: QtBot, plain: MainWindow
) -> None:
    plain.showMaximized()
    plain.set_presenting(True)
    plain.set_presenting(False)
    assert plain.isMaximized()
    plain.set_presenting(True)
    plain.close()
    assert not plain._presenting


@pytest.mark.parametrize("model", ["narwhals", "fresh", "expression"])
def test_no_button_or_switch_is_squeezed_or_outside(
    qtbot: QtBot, plain: MainWindow, model: str
) -> None:
    if model != "narwhals":
        text = "x*z" if model == "expression" else "a b"
        another_run(qtbot, plain, lambda: plain.graph.run_bar.type_text(text, model))
    for scale in (1.0, 1.25, 1.5, 2.0):
        plain.appearance.set_scale(scale)
        for size in ((1280, 720), (960, 600)):
            plain.resize(*size)
            QApplication.processEvents()
            assert badly_placed(plain) == [], (scale, size)


def badly_placed(window: MainWindow) -> list[str]:
    """Buttons and switches of the top bar and the workspace that are not whole on screen."""
    buttons = [
        b for root in (window._top, window.graph) for b in root.findChildren(QAbstractButton)
    ]
    bad = []
    for widget in (*buttons, *window.graph.findChildren(Segmented)):
        if widget.visibleRegion().isEmpty():
            continue
        right = widget.mapTo(window, QPoint(widget.width(), 0)).x()
        # A switch that is too narrow for all its words shows one, and a list.
        folded = isinstance(widget, Segmented) and widget.folded
        hint = widget.minimumSizeHint() if folded else widget.sizeHint()
        needed = min(hint.width(), widget.maximumWidth())
        if widget.width() < needed or right > window.width():
            bad.append(f"{type(widget).__name__} {widget.accessibleName()}: {widget.geometry()}")
    return bad


def test_a_sheet_stands_at_the_left_of_the_canvas_and_esc_closes_it(plain: MainWindow) -> None:
    graph = plain.graph
    graph.sheets.add("trial", "A trial", lambda style: Label(style, "page"))
    wide = graph.canvas.width()
    graph.sheets.open_sheet("trial")
    QApplication.processEvents()
    assert graph.sheets.geometry().right() < graph.canvas.geometry().left()
    assert graph.canvas.width() == wide - graph.sheets.width()
    QTest.keyClick(graph.canvas, Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert graph.canvas.width() == wide


def test_the_audience_sees_a_sheet_only_when_it_is_asked_for(plain: MainWindow) -> None:
    sheets = plain.graph.sheets
    sheets.add("trial", "A trial", lambda style: Label(style, "page"))
    sheets.open_sheet("trial")
    plain.set_presenting(True)
    assert not sheets.isVisible()
    sheets.open_sheet("trial")
    assert sheets.isVisible()
    # Esc closes the sheet first, then leaves the audience's view.
    QTest.keyClick(plain.graph.canvas, Qt.Key.Key_Escape)
    assert (sheets.isVisible(), plain._presenting) == (False, True)
    plain.set_presenting(False)


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_sheet_and_drawer_stand_together_only_where_the_canvas_keeps_room(
    plain: MainWindow, scale: float
) -> None:
    graph = plain.graph
    graph.sheets.add("trial", "A trial", lambda style: Label(style, "page"))
    plain.appearance.set_scale(scale)
    plain.resize(1280, 720)
    plain.commands["view.inspector"].trigger()
    graph.sheets.open_sheet("trial")
    QApplication.processEvents()
    assert graph.canvas.width() >= graph.canvas.minimumWidth()
    assert graph.dock.isVisible() == (scale == 1.0)
    if scale == 2.0:
        plain.commands["view.inspector"].trigger()
        assert (graph.dock.isVisible(), graph.sheets.isVisible()) == (True, False)


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_nothing_lies_on_the_graph(plain: MainWindow, size: tuple[int, int]) -> None:
    plain.resize(*size)
    QApplication.processEvents()
    graph = plain.graph
    assert graph._range.isVisible()
    assert graph._side.strip.geometry().bottom() < graph.canvas.geometry().top()
    assert not graph.canvas.findChildren(QAbstractButton)
    plain.set_presenting(True)
    assert not graph._side.strip.isVisible()
    plain.set_presenting(False)


def test_a_flight_that_opens_the_drawer_ends_beside_it(qtbot: QtBot, plain: MainWindow) -> None:
    plain.resize(1280, 720)
    QApplication.processEvents()
    graph, run = plain.graph, plain.session.run
    assert run is not None
    node = run.trace.output
    plain.session.select(node)
    graph.canvas.fly_to((node,))
    QApplication.processEvents()
    assert graph.dock.isVisible()
    scene = graph.canvas.scene
    assert scene is not None
    left, _, right, _ = scene.box(node)
    x, _ = graph.canvas.goal.pixel((left + right) / 2, 0)
    assert x == pytest.approx(graph.canvas.width() / 2, abs=1)


def test_a_number_behind_sizes_is_replaced_by_what_is_typed(
    qtbot: QtBot, plain: MainWindow
) -> None:
    another_run(qtbot, plain, lambda: plain.graph.run_bar.type_text("a b", "lstm"))
    bar = plain.graph.run_bar
    bar._open_sheet()
    assert len({field.width() for field in bar._rare}) == 1
    assert bar._layers._spin.lineEdit().selectedText() == "1"
    bar._sheet.close()
