"""A run that another page asks for comes on the graph, at the node that it names."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from engine.run_spec import RunSpec
from engine.runs import run
from explorer.assets import asset
from explorer.run_jobs import Wish
from explorer.window import MainWindow


def test_a_wish_with_a_request_shows_its_node_and_fills_the_fields(
    window: MainWindow, qtbot: QtBot
) -> None:
    weights = str(asset("weights", "narwhals.safetensors"))
    window.show_wish(Wish(RunSpec(text="narwhals are big", weights=weights), node="ℓ_3"))
    qtbot.waitUntil(lambda: window.session.selected >= 0)
    assert window.session.run is not None
    trace = window.session.run.trace
    assert trace.nodes[window.session.selected].name == "ℓ_3"
    assert window.player.cursor == window.session.selected + 1
    assert window.graph.run_bar.text == "narwhals are big"
    assert window.workspace is window.graph


def test_a_wish_that_brings_its_own_run_shows_that_run(window: MainWindow, qtbot: QtBot) -> None:
    trace = run(RunSpec(expression="x*x", values={"x": 3.0}))
    window.show_wish(Wish(make=lambda: trace, title="x times x."))
    qtbot.waitUntil(lambda: window.session.run is not None and window.session.run.trace is trace)


def test_a_wish_that_cannot_be_granted_leaves_the_run_on_screen(
    window: MainWindow, qtbot: QtBot
) -> None:
    before = window.session.run
    with qtbot.waitSignal(window.session.run_failed):
        window.show_wish(Wish(RunSpec(text="")))
    assert window.session.run is before


def test_what_is_shown_of_a_larger_run_before_selects_and_plots_nothing(
    window: MainWindow, qtbot: QtBot
) -> None:
    assert window.session.run is not None
    last = len(window.session.run.trace) - 1
    window.graph.witnessing.show_curve(last)
    window.graph.witnessing.show_curve(last)
    small = run(RunSpec(expression="x*x", values={"x": 3.0}))
    window.show_wish(Wish(make=lambda: small))
    qtbot.waitUntil(lambda: window.session.run is not None and window.session.run.trace is small)
    window.graph.dock.node_chosen.emit(last)
    assert window.session.selected == -1
    window.graph.witnessing.show_curve(last)
    window.graph.sheets.close_sheet()
    window.graph.witnessing.toggle_curve()
    assert window.graph.witnessing._curve is not None
    assert window.graph.witnessing._curve.node == small.output
