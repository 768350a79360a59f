"""Where a gradient comes from, in the window: slices, their ways, and the spectral radius."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.museum import exhibit
from engine.run_spec import RunSpec
from explorer.canvas.path_layer import PathLayer
from explorer.workspaces.origin import LAYER, SHEET, Origins

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from engine.trace.trace import Trace
    from explorer.panels.origin_sheet import OriginSheet
    from explorer.panels.origin_slices import SliceView
    from explorer.window import MainWindow


def origins(window: MainWindow) -> Origins:
    return next(aide for aide in window.graph.aides._all if isinstance(aide, Origins))


def sheet(window: MainWindow) -> OriginSheet:
    return window.graph.sheets.page(SHEET)  # type: ignore[return-value]  # this sheet's page is one


def layer(window: MainWindow) -> PathLayer | None:
    found = window.graph.canvas._layers.get(LAYER)
    assert found is None or isinstance(found, PathLayer)
    return found


def trace_of(window: MainWindow) -> Trace:
    run = window.session.run
    assert run is not None
    return run.trace


def named(window: MainWindow, name: str) -> int:
    return next(node.index for node in trace_of(window).nodes if node.name == name)


def settled(window: MainWindow) -> bool:
    """Whether the slices on screen are those of the run on screen."""
    aide = origins(window)
    return aide.found is not None and aide.found.whole is trace_of(window)


def opened(qtbot: QtBot, window: MainWindow) -> Origins:
    QTest.keyClick(window.graph.canvas, Qt.Key.Key_G)
    aide = origins(window)
    qtbot.waitUntil(lambda: settled(window) and aide.base is not None, timeout=20_000)
    QApplication.processEvents()
    return aide


def magnitudes(window: MainWindow) -> np.ndarray:
    found = origins(window).found
    assert found is not None
    return np.abs(found.origin.values)


def show_one_loss(qtbot: QtBot, window: MainWindow) -> None:
    before = origins(window).found
    box = sheet(window).losses
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.segment(1).center().toPoint())
    qtbot.waitUntil(lambda: origins(window).found is not before, timeout=20_000)


def hover(view: SliceView, place: int) -> None:
    spot = view.center_of(place)
    QTest.mouseMove(view, QPoint(round(spot.x()), round(spot.y())))


def slide(qtbot: QtBot, window: MainWindow, radius: float) -> None:
    """Press on the slider where a radius is, as a person does, and wait for the run."""
    slider, before = sheet(window).slider, trace_of(window)
    spot = slider.place_of(radius).toPoint()
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=spot)
    qtbot.waitUntil(lambda: trace_of(window) is not before and settled(window), timeout=20_000)


def test_the_sheet_splits_the_recurrent_matrix_by_time_step(
    qtbot: QtBot, plain: MainWindow
) -> None:
    aide = opened(qtbot, plain)
    assert aide.found is not None
    assert sheet(plain).node == named(plain, "W_hh")
    assert aide.found.slices.names == tuple(f"t = {t}" for t in range(1, 6))
    assert aide.found.origin.values.sum() == pytest.approx(aide.found.origin.total)
    assert "∂L/∂W" in sheet(plain).subject
    assert "Most comes through" in sheet(plain).largest
    QTest.keyClick(plain.graph.canvas, Qt.Key.Key_G)
    assert not aide.is_open


def test_the_selected_parameter_is_split_if_it_is_shared(qtbot: QtBot, plain: MainWindow) -> None:
    plain.session.select(named(plain, "b_h"))
    aide = opened(qtbot, plain)
    assert sheet(plain).node == named(plain, "b_h")
    # A state is used twice: by the step after it and by the output above it.
    plain.session.select(named(plain, "h_3"))
    qtbot.waitUntil(
        lambda: aide.found is not None and aide.found.question.node == named(plain, "h_3"),
        timeout=20_000,
    )
    assert aide.found is not None
    assert len(aide.found.origin) == 2


def test_pointing_at_a_slice_lights_its_way(qtbot: QtBot, plain: MainWindow) -> None:
    opened(qtbot, plain)
    show_one_loss(qtbot, plain)
    assert layer(plain) is None
    hover(sheet(plain).plot, 2)
    qtbot.waitUntil(lambda: layer(plain) is not None, timeout=20_000)
    lit, graph = layer(plain), trace_of(plain).graph
    assert lit is not None
    consumers = [trace_of(plain).nodes[int(graph.edge_consumer[e])].name for e in lit.edges]
    assert consumers[0] == "ℓ_6"
    assert consumers[-1] == "W_hh h_2"
    assert graph.edge_operand[lit.edges[-1]] == named(plain, "W_hh")
    assert sheet(plain).path.startswith("Through step 3: ℓ₆ → h₅ → h₄ → h₃ → ")
    assert "the product of local derivatives is" in sheet(plain).path
    plain.graph.canvas.grab()


def test_arrow_keys_light_ways_too_and_return_flies_there(qtbot: QtBot, plain: MainWindow) -> None:
    opened(qtbot, plain)
    bar = sheet(plain).bar
    bar.setFocus()
    QTest.keyClick(bar, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: layer(plain) is not None, timeout=20_000)
    view = plain.graph.canvas.view
    QTest.keyClick(bar, Qt.Key.Key_Return)
    assert plain.session.selected == named(plain, "W_hh h_0")
    assert plain.graph.canvas.view != view
    # It is not itself what is split now.
    assert sheet(plain).node == named(plain, "W_hh")


def test_slices_die_under_a_small_radius_and_blow_up_under_a_large_one(
    qtbot: QtBot, plain: MainWindow
) -> None:
    before = plain.session.run
    plain.session.request(RunSpec(corpus="shakespeare", tokens="char", steps=40, hidden=32))
    qtbot.waitUntil(lambda: plain.session.run is not before, timeout=20_000)
    original = trace_of(plain)
    aide = opened(qtbot, plain)
    show_one_loss(qtbot, plain)
    hover(sheet(plain).bar, 38)
    qtbot.waitUntil(lambda: layer(plain) is not None, timeout=20_000)
    assert aide.base is not None
    first = magnitudes(plain)
    slide(qtbot, plain, 0.2)
    assert sheet(plain).slider.radius == pytest.approx(0.2, abs=0.02)
    dying = magnitudes(plain)
    assert dying[0] < 1e-20 * dying[-1]
    assert dying[0] < 1e-10 * first[0]
    slide(qtbot, plain, 2.0)
    growing = magnitudes(plain)
    assert growing[0] > 1e10 * first[0]
    # What was before stays beside it, and the graph on the canvas has the new numbers.
    assert aide.found is not None
    assert aide.found.slices.before is not None
    assert np.array_equal(np.abs(aide.found.slices.before), first)
    assert plain.graph.canvas.scene is not None
    assert plain.graph.canvas.scene.trace is trace_of(plain)
    assert plain.session.unaltered is not None
    assert plain.session.unaltered.trace is original
    # The way of the slice looked at is that of the new run.
    qtbot.waitUntil(lambda: layer(plain) is not None, timeout=20_000)
    QTest.mouseClick(sheet(plain).reset, Qt.MouseButton.LeftButton)
    assert trace_of(plain) is original
    qtbot.waitUntil(lambda: settled(plain), timeout=20_000)
    assert np.array_equal(magnitudes(plain), first)


def test_a_typed_radius_beyond_all_bounds_shows_what_is_not_finite(
    qtbot: QtBot, plain: MainWindow
) -> None:
    before = plain.session.run
    spec = RunSpec(corpus="shakespeare", tokens="char", steps=160, hidden=8, activation="relu")
    plain.session.request(spec)
    qtbot.waitUntil(lambda: plain.session.run is not before, timeout=20_000)
    opened(qtbot, plain)
    changed = trace_of(plain)
    sheet(plain).typed.submitted.emit("1000")
    qtbot.waitUntil(lambda: trace_of(plain) is not changed and settled(plain), timeout=20_000)
    assert not np.isfinite(magnitudes(plain)).all()
    assert "overflowed" in sheet(plain).largest
    # Nothing is blamed on a rule: with infinities two right programs differ.
    verdict = plain.session.verdict
    assert verdict is not None
    assert verdict.status == "unverified"
    assert "overflowed" in verdict.reason
    sheet(plain).grab()


def test_closing_the_sheet_brings_the_original_back(qtbot: QtBot, plain: MainWindow) -> None:
    original = trace_of(plain)
    opened(qtbot, plain)
    hover(sheet(plain).bar, 1)
    slide(qtbot, plain, 0.5)
    plain.graph.sheets.close_sheet()
    assert trace_of(plain) is original
    assert plain.session.unaltered is None
    assert layer(plain) is None


def test_another_run_is_split_anew(qtbot: QtBot, plain: MainWindow) -> None:
    opened(qtbot, plain)
    slide(qtbot, plain, 0.5)
    before = plain.session.run
    plain.session.request(RunSpec(text="Narwhals are cool", cell="gru"))
    qtbot.waitUntil(lambda: plain.session.run is not before, timeout=20_000)
    aide = origins(plain)
    qtbot.waitUntil(lambda: settled(plain) and aide.base is not None, timeout=20_000)
    assert plain.session.unaltered is None
    assert aide.base is not None
    assert sheet(plain).slider.radius == aide.base.radius
    assert "one factor" in sheet(plain)._note.sentence
    assert aide.found is not None
    assert aide.found.slices.before is None


def test_the_arrangement_stays_when_the_original_comes_back(
    qtbot: QtBot, plain: MainWindow
) -> None:
    opened(qtbot, plain)
    slide(qtbot, plain, 0.5)
    plain.commands["grain.modules"].trigger()
    wanted = plain.session.arrangement
    qtbot.waitUntil(
        lambda: plain.session.run is not None and plain.session.run.arrangement == wanted,
        timeout=20_000,
    )
    QTest.mouseClick(sheet(plain).reset, Qt.MouseButton.LeftButton)
    run = plain.session.run
    assert run is not None
    assert plain.session.unaltered is None
    assert run.arrangement == wanted


def test_a_number_that_was_changed_stays_changed_when_the_radius_comes_back(
    qtbot: QtBot, plain: MainWindow
) -> None:
    from engine.trace.what_if import what_if
    from explorer.run_jobs import like

    original, run = trace_of(plain), plain.session.run
    assert run is not None
    changed = what_if(original, {(named(plain, "W_hh"), 0): 2.0}).trace
    plain.session.alter(like(run, changed))
    opened(qtbot, plain)
    slide(qtbot, plain, 0.5)
    QTest.mouseClick(sheet(plain).reset, Qt.MouseButton.LeftButton)
    assert trace_of(plain) is changed
    assert plain.session.unaltered is not None
    assert plain.session.unaltered.trace is original


def test_a_formula_is_split_by_consumer(qtbot: QtBot, plain: MainWindow) -> None:
    before = plain.session.run
    plain.graph.run_bar.type_text("x*z + sin(x)", "expression")
    qtbot.waitUntil(lambda: plain.session.run is not before, timeout=20_000)
    QTest.keyClick(plain.graph.canvas, Qt.Key.Key_G)
    qtbot.waitUntil(lambda: settled(plain), timeout=20_000)
    page = sheet(plain)
    assert page._steps.full_text == "By consumer"
    assert not page.losses.isVisible()
    assert not page.slider.isVisible()
    hover(page.plot, 1)
    qtbot.waitUntil(lambda: layer(plain) is not None, timeout=20_000)


def test_what_is_used_once_is_nothing_to_split(qtbot: QtBot, plain: MainWindow) -> None:
    before = plain.session.run
    plain.graph.run_bar.type_text("x*z", "expression")
    qtbot.waitUntil(lambda: plain.session.run is not before, timeout=20_000)
    QTest.keyClick(plain.graph.canvas, Qt.Key.Key_G)
    assert "used more than once" in sheet(plain)._hint.sentence
    assert not sheet(plain).bar.isVisible()


def test_a_planted_mistake_is_split_but_not_scaled(qtbot: QtBot, plain: MainWindow) -> None:
    plain.session.plant(exhibit("not-zeroed").id)
    qtbot.waitUntil(lambda: plain.session.right_run is not None, timeout=20_000)
    QTest.keyClick(plain.graph.canvas, Qt.Key.Key_G)
    qtbot.waitUntil(lambda: settled(plain), timeout=20_000)
    found = origins(plain).found
    assert found is not None
    assert found.slices.names[0] == "the pass before"
    assert not sheet(plain).slider.isVisible()
    assert "remove it" in sheet(plain)._note.sentence
    hover(sheet(plain).plot, 0)
    assert layer(plain) is None
    qtbot.waitUntil(lambda: plain.session.diagnosis is not None, timeout=30_000)


def test_the_place_of_a_slice_is_found_again_by_the_pointer(
    qtbot: QtBot, plain: MainWindow
) -> None:
    opened(qtbot, plain)
    for view in (sheet(plain).bar, sheet(plain).plot):
        for place in range(5):
            spot: QPointF = view.center_of(place)
            assert view.place_at(spot) == place
