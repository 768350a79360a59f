"""Overlays in the window: by command, key and sheet; the legend; other runs and boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.canvas.gauges import Gauges
from explorer.workspaces.overlays import LAYER, ORDER, SHEET, Overlays

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from explorer.panels.overlay_legend import LegendStrip
    from explorer.panels.overlay_sheet import OverlaySheet
    from explorer.window import MainWindow


def overlays(window: MainWindow) -> Overlays:
    return next(aide for aide in window.graph.aides._all if isinstance(aide, Overlays))


def layer(window: MainWindow) -> Gauges | None:
    found = window.graph.canvas._layers.get(LAYER)
    assert found is None or isinstance(found, Gauges)
    return found


def show(qtbot: QtBot, window: MainWindow, subject: str) -> Gauges:
    window.commands[f"overlay.{subject}"].trigger()
    qtbot.waitUntil(lambda: layer(window) is not None, timeout=10_000)
    found = layer(window)
    assert found is not None
    assert found.subject == subject
    return found


def legend(window: MainWindow) -> LegendStrip:
    found = overlays(window).legend
    assert found is not None
    return found


def sheet(window: MainWindow) -> OverlaySheet:
    return window.graph.sheets.page(SHEET)  # type: ignore[return-value]  # this sheet's page is one


def test_nothing_is_measured_before_an_overlay_is_asked_for(plain: MainWindow) -> None:
    assert overlays(plain).measures is None
    assert overlays(plain).legend is None
    assert plain.commands["overlay.none"].isChecked()


def test_the_key_goes_through_all_overlays_and_back_to_none(
    qtbot: QtBot, plain: MainWindow
) -> None:
    seen = []
    for _ in ORDER:
        QTest.keyClick(plain.graph.canvas, Qt.Key.Key_O)
        seen.append(overlays(plain).subject)
        assert plain.commands[f"overlay.{seen[-1]}"].isChecked()
    assert seen == [*ORDER[1:], "none"]
    plain.jobs.cancel("measures")


def test_an_overlay_shows_its_legend_and_takes_it_away(qtbot: QtBot, plain: MainWindow) -> None:
    gauges = show(qtbot, plain, "flops")
    run = plain.session.run
    assert run is not None
    assert len(gauges.values) == len(run.trace)
    strip = legend(plain)
    assert strip.isVisible()
    assert "forward" in strip.legend.total
    assert strip.legend.accessibleName() == "Overlay: FLOPs"
    QApplication.processEvents()
    assert strip.geometry().top() >= plain.graph.canvas.geometry().bottom()
    plain.commands["overlay.none"].trigger()
    assert layer(plain) is None
    assert not strip.isVisible()


def test_the_legend_tells_only_what_is_known_at_the_moment(qtbot: QtBot, plain: MainWindow) -> None:
    plain.player.to_start()
    show(qtbot, plain, "adjoints")
    strip = legend(plain)
    assert strip.legend.total.startswith("0 of ")
    plain.player.to_end()
    assert strip.legend.total.split(" ")[0] == strip.legend.total.split(" ")[2]
    show(qtbot, plain, "saturation")
    plain.player.to_start()
    assert strip.legend.total == "no activation evaluated yet"


def test_the_legend_opens_the_tables(qtbot: QtBot, plain: MainWindow) -> None:
    show(qtbot, plain, "bytes")
    QTest.mouseClick(legend(plain).legend, Qt.MouseButton.LeftButton)
    assert plain.graph.sheets.name == SHEET
    page = sheet(plain)
    assert page.choice.choice == "bytes"
    run, measures = plain.session.run, overlays(plain).measures
    assert run is not None
    assert measures is not None
    assert sum(row.whole for row in page.flops.rows) == (
        measures.forward.sum() + measures.backward.sum()
    )
    assert sum(row.whole for row in page.bytes.rows) == measures.kept.sum()
    assert [line.name for line in page.chart.lines] == ["h"]


def test_the_chart_draws_only_complete_adjoints(qtbot: QtBot, plain: MainWindow) -> None:
    plain.player.to_start()
    plain.commands["overlay.tables"].trigger()
    chart = sheet(plain).chart
    qtbot.waitUntil(lambda: bool(chart.lines), timeout=10_000)
    assert chart.accessibleDescription() == "not computed yet"
    plain.player.to_end()
    assert chart.accessibleDescription().startswith("h: ")
    # Eight numbers of h at the last step, by hand from the trace.
    run = plain.session.run
    assert run is not None
    line = chart.lines[0]
    adjoint = run.trace.adjoints[int(line.nodes[-1])]
    assert adjoint is not None
    assert line.values[-1] == pytest.approx(np.sqrt(np.mean(adjoint**2)))
    chart.grab()


def test_another_overlay_is_chosen_in_the_sheet(qtbot: QtBot, plain: MainWindow) -> None:
    plain.commands["overlay.tables"].trigger()
    sheet(plain).wanted.emit("reuse")
    qtbot.waitUntil(lambda: layer(plain) is not None, timeout=10_000)
    assert plain.commands["overlay.reuse"].isChecked()
    assert "operand slots" in sheet(plain)._meaning.sentence


def test_a_run_without_time_says_so_in_place_of_the_chart(qtbot: QtBot, plain: MainWindow) -> None:
    show(qtbot, plain, "flops")
    before = plain.session.run
    plain.graph.run_bar.type_text("x*z", "expression")
    qtbot.waitUntil(lambda: plain.session.run is not before, timeout=20_000)
    qtbot.waitUntil(lambda: layer(plain) is not None, timeout=10_000)
    found = layer(plain)
    assert found is not None
    # x and z cost the sums of their adjoints, which have one part; a = x z costs 1 + 2.
    assert found.values.tolist() == [0, 0, 3]
    plain.commands["overlay.tables"].trigger()
    assert not sheet(plain).chart.isVisible()
    assert "no time step" in sheet(plain)._no_chart.sentence


def test_boxes_get_gauges_of_their_own(qtbot: QtBot, plain: MainWindow) -> None:
    first = show(qtbot, plain, "flops")
    plain.commands["grain.modules"].trigger()
    qtbot.waitUntil(lambda: layer(plain) is not first, timeout=10_000)
    found, scene = layer(plain), plain.graph.canvas.scene
    assert found is not None
    assert scene is not None
    assert found.scale.high > first.scale.high
    plain.graph.canvas.grab()


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.0])
def test_the_legend_is_never_wider_than_the_canvas(
    qtbot: QtBot, plain: MainWindow, scale: float
) -> None:
    show(qtbot, plain, "adjoints")
    plain.resize(1280, 720)
    plain.appearance.set_scale(scale)
    QApplication.processEvents()
    strip = legend(plain)
    assert strip.legend.geometry().right() < strip.width()
    assert strip.legend.height() <= strip.height()
