"""The plot of the error against h always is of the run on screen and of the node looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.explorer.workspaces.test_witnessing import (
    curve_sheet,
    has_curve,
    named,
    trace_of,
)

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from explorer.window import MainWindow


def another_run(qtbot: QtBot, window: MainWindow) -> None:
    before = window.session.run
    window.graph.run_bar.type_text("x*z", "expression")
    qtbot.waitUntil(lambda: window.session.run is not before, timeout=20_000)


def plot(qtbot: QtBot, window: MainWindow, name: str) -> None:
    window.graph.witnessing.show_curve(named(window, name))
    qtbot.waitUntil(lambda: has_curve(curve_sheet(window)), timeout=20_000)


def test_an_open_plot_follows_another_run(qtbot: QtBot, plain: MainWindow) -> None:
    plot(qtbot, plain, "h_3")
    another_run(qtbot, plain)
    qtbot.waitUntil(lambda: has_curve(curve_sheet(plain)), timeout=20_000)
    assert curve_sheet(plain).node < len(trace_of(plain))


def test_a_closed_plot_forgets_the_run_it_was_of(qtbot: QtBot, plain: MainWindow) -> None:
    plot(qtbot, plain, "h_3")
    plain.graph.sheets.close_sheet()
    another_run(qtbot, plain)
    assert curve_sheet(plain).plot.curve is None
    plain.commands["view.curve"].trigger()
    qtbot.waitUntil(lambda: has_curve(curve_sheet(plain)), timeout=20_000)
    assert curve_sheet(plain).node == trace_of(plain).output


def test_the_key_plots_the_node_looked_at(qtbot: QtBot, plain: MainWindow) -> None:
    plot(qtbot, plain, "h_3")
    plain.commands["view.curve"].trigger()
    assert not plain.graph.sheets.is_shown
    plain.session.select(named(plain, "z_2"))
    plain.commands["view.curve"].trigger()
    assert curve_sheet(plain).node == named(plain, "z_2")


def test_a_plot_does_not_come_before_the_audience_by_itself(
    qtbot: QtBot, plain: MainWindow
) -> None:
    plot(qtbot, plain, "h_3")
    plain.set_presenting(True)
    another_run(qtbot, plain)
    assert not plain.graph.sheets.is_shown
    plain.set_presenting(False)
    qtbot.waitUntil(lambda: has_curve(curve_sheet(plain)), timeout=20_000)
    assert curve_sheet(plain).node == trace_of(plain).output
