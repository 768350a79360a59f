"""The pictures of an adjoint's slices, the slider of the spectral radius, and their sheet."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from explorer.panels.origin_bar import StackedBar
from explorer.panels.origin_plot import StepPlot
from explorer.panels.origin_radius import LARGEST, STEPS, RadiusSlider, radius_at, step_of
from explorer.panels.origin_sheet import OriginSheet
from explorer.panels.origin_slices import Slices, SliceView, binned, fill_of
from explorer.theme import THEMES, Style, contrast

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

LIGHT = Style(THEMES["light"])


def slices(values: list[float], before: list[float] | None = None) -> Slices:
    names = tuple(f"t = {t}" for t in range(1, len(values) + 1))
    labels = tuple(name.removeprefix("t = ") for name in names)
    old = None if before is None else np.array(before)
    return Slices(np.array(values), names, labels, float(np.sum(values)), old)


def shown(qtbot: QtBot, widget: QWidget, width: int = 340) -> None:
    qtbot.addWidget(widget)
    widget.resize(width, widget.sizeHint().height())
    widget.show()
    widget.grab()


def hover(widget: QWidget, spot: QPointF) -> None:
    """Move over a spot; the pointer of the screen, which other tests leave anywhere, stays."""
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, spot, widget.mapToGlobal(spot), none, none,
                        Qt.KeyboardModifier.NoModifier)  # fmt: skip
    QApplication.sendEvent(widget, event)


@pytest.fixture(params=[StackedBar, StepPlot])
def view(request: pytest.FixtureRequest, qtbot: QtBot) -> SliceView:
    widget: SliceView = request.param(LIGHT)
    widget.show_slices(slices([1.0, -2.0, 3.0]))
    shown(qtbot, widget)
    return widget


@pytest.mark.parametrize(
    ("values", "most", "starts", "sums", "peaks"),
    [
        ([1.0, 2.0, 3.0], 3, [0, 1, 2, 3], [1.0, 2.0, 3.0], [0, 1, 2]),
        ([1.0, -2.0, 3.0, 4.0, -5.0], 3, [0, 2, 4, 5], [-1.0, 7.0, -5.0], [1, 3, 4]),
        ([1.0, math.nan], 1, [0, 2], [math.nan], [1]),
    ],
)
def test_neighbours_share_a_bin_where_there_are_too_many(
    values: list[float], most: int, starts: list[int], sums: list[float], peaks: list[int]
) -> None:
    bins = binned(np.array(values), most)
    assert bins.starts.tolist() == starts
    assert np.array_equal(bins.sums, sums, equal_nan=True)
    assert bins.peaks.tolist() == peaks


def test_a_slice_is_found_in_its_bin() -> None:
    bins = binned(np.arange(3800.0), 96)
    assert bins.each == 40
    assert len(bins.sums) == 95
    assert [bins.bin_of(place) for place in (0, 39, 40, 3799)] == [0, 0, 1, 94]


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES.keys())
def test_the_signs_have_colours_of_their_own(theme: object) -> None:
    plus, minus, broken = (fill_of(theme, v) for v in (1.0, -1.0, math.nan))  # type: ignore[arg-type]
    assert len({plus.name(), minus.name(), broken.name()}) == 3


def test_pointing_at_a_slice_tells_which(qtbot: QtBot, view: SliceView) -> None:
    seen: list[int] = []
    view.pointed.connect(seen.append)
    for place in range(3):
        hover(view, view.center_of(place))
    assert seen == [0, 1, 2]
    assert "t = 3: +3" in view.accessibleDescription()
    assert "together +2" in view.accessibleDescription()


def test_arrow_keys_walk_and_return_chooses(qtbot: QtBot, view: SliceView) -> None:
    seen: list[int] = []
    chosen: list[int] = []
    view.pointed.connect(seen.append)
    view.chosen.connect(chosen.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_Left,
                Qt.Key.Key_Home, Qt.Key.Key_Left):  # fmt: skip
        QTest.keyClick(view, key)
    assert seen == [0, 1, 2, 1, 0]
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert chosen == [0]


def test_a_click_chooses_a_slice(qtbot: QtBot, view: SliceView) -> None:
    spot = view.center_of(2)
    with qtbot.waitSignal(view.chosen) as caught:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot.toPoint())
    assert caught.args == [2]


def test_no_slices_are_an_empty_picture(qtbot: QtBot, view: SliceView) -> None:
    view.set_place(2)
    view.show_slices(None)
    assert view.place == -1
    assert view.place_at(QPointF(100, 20)) == -1
    view.grab()
    assert view.accessibleDescription() == "nothing is split yet"


def test_positive_slices_stand_right_of_zero_and_negative_ones_left(qtbot: QtBot) -> None:
    bar = StackedBar(LIGHT)
    bar.show_slices(slices([1.0, -2.0, 3.0]))
    shown(qtbot, bar, 316)
    # 300 pixels for 6 units: 0 is 100 from the left end, after the 2 units below 0.
    zero, unit = bar._scale()
    assert (zero, unit) == (108.0, 50.0)
    left, right = bar._ends()
    assert left.tolist() == [108.0, 8.0, 158.0]
    assert right.tolist() == [158.0, 108.0, 308.0]


@pytest.mark.parametrize(
    "values",
    [[math.nan, 1.0], [math.inf, -math.inf], [0.0, 0.0], [1e-300, 1e300], [-1.0, -2.0],
     [1.0] * 3800, [1e308, 1e308]],
    ids=["nan", "inf", "zero", "wide", "negative", "many", "overflow"],
)  # fmt: skip
@pytest.mark.parametrize("logarithmic", [True, False])
def test_every_kind_of_slice_can_be_drawn(
    qtbot: QtBot, values: list[float], *, logarithmic: bool
) -> None:
    bar, plot = StackedBar(LIGHT), StepPlot(LIGHT)
    plot.set_logarithmic(logarithmic)
    with np.errstate(all="ignore"):
        both = slices(values, before=[2.0] * len(values))
    for widget in (bar, plot):
        widget.show_slices(both)
        shown(qtbot, widget)
        widget.set_place(len(values) - 1)
        widget.grab()


def test_many_slices_are_pointed_at_by_their_largest(qtbot: QtBot) -> None:
    plot = StepPlot(LIGHT)
    values = [0.001] * 3800
    values[1234] = -0.5
    plot.show_slices(slices(values))
    shown(qtbot, plot)
    seen: list[int] = []
    plot.pointed.connect(seen.append)
    hover(plot, plot.center_of(1234))
    assert seen == [1234]


@pytest.mark.parametrize("radius", [0.0, 0.2, 0.41, 1.0, 1.914, 2.5, 3.0])
def test_the_scale_of_radii_leads_back(radius: float) -> None:
    assert radius_at(step_of(radius)) == pytest.approx(radius, abs=0.006)


def test_the_scale_ends_at_its_ends() -> None:
    assert (radius_at(0), radius_at(STEPS)) == (0.0, LARGEST)
    assert step_of(50.0) == STEPS


def slider_of(qtbot: QtBot, original: float) -> RadiusSlider:
    slider = RadiusSlider(LIGHT)
    slider.set_original(original)
    slider.set_radius(original)
    shown(qtbot, slider)
    return slider


def test_dragging_gives_a_radius_and_stops_at_the_marks(qtbot: QtBot) -> None:
    slider = slider_of(qtbot, 1.914)
    seen: list[float] = []
    slider.changed.connect(seen.append)
    for radius, off in ((0.2, 0), (1.0, 2), (1.914, -2)):
        spot = slider.place_of(radius).toPoint() + QPoint(off, 0)
        QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=spot)
    assert seen[0] == pytest.approx(0.2, abs=0.01)
    assert seen[1:] == [1.0, 1.914]
    assert "originally 1.91" in slider.accessibleDescription()


def test_keys_move_the_radius(qtbot: QtBot) -> None:
    slider = slider_of(qtbot, 0.5)
    seen: list[float] = []
    slider.changed.connect(seen.append)
    QTest.keyClick(slider, Qt.Key.Key_Right)
    QTest.keyClick(slider, Qt.Key.Key_Home)
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert seen[0] > 0.5
    assert seen[1:] == [0.0, 3.0]


@pytest.fixture
def sheet(qtbot: QtBot) -> OriginSheet:
    page = OriginSheet(LIGHT)
    page.offer((("1", "W_hh"), ("2", "b_h")), 6)
    page.choose_node(1, 64)
    page.show_slices(slices([1.0, -2.0, 3.0]), "The size of `W`", "Most", in_time=True)
    page.show_radius("Spectral radius of `W_hh`", 0.4, "")
    qtbot.addWidget(page)
    page.resize(384, 700)
    page.show()
    return page


def test_choices_show_the_numbers_that_belong_to_them(sheet: OriginSheet) -> None:
    assert (sheet.node, sheet.place, sheet.loss_place) == (1, None, -1)
    assert not sheet.component.isVisible()
    sheet.whole._choose(1)
    sheet.losses._choose(1)
    assert sheet.component.isVisible()
    assert (sheet.place, sheet.loss_place) == (0, 5)
    # A number alone has no components to choose from; without losses all is as one.
    sheet.choose_node(2, 1)
    sheet.offer((("1", "x"),), 0)
    assert not sheet.component.isVisible()
    assert not sheet.losses.isVisible()
    assert sheet.loss_place == -1


def test_the_last_loss_stays_the_last_in_another_run(sheet: OriginSheet) -> None:
    sheet.losses._choose(1)
    sheet.offer((("1", "W_hh"),), 40)
    assert sheet.loss_place == 39


def test_the_hint_is_there_while_all_losses_are(sheet: OriginSheet) -> None:
    assert sheet._hint.isVisible()
    sheet.losses._choose(1)
    assert not sheet._hint.isVisible()


def test_both_pictures_mark_the_same_slice(sheet: OriginSheet) -> None:
    QApplication.processEvents()
    hover(sheet.plot, sheet.plot.center_of(1))
    assert sheet.bar.place == sheet.plot.place == 1


@pytest.mark.parametrize(("text", "radius"), [("0.2", 0.2), ("2,5", 2.5), (" 4 ", 4.0)])
def test_a_radius_can_be_typed(qtbot: QtBot, sheet: OriginSheet, text: str, radius: float) -> None:
    with qtbot.waitSignal(sheet.radius_wanted) as caught:
        sheet.typed.submitted.emit(text)
    assert caught.args == [radius]
    assert sheet.slider.radius == radius
    assert not sheet.typed.problem


@pytest.mark.parametrize(("text", "sentence"), [("much", "a number, such as"), ("-1", "from 0"),
                                               ("nan", "from 0"), ("1e9", "to 1000")])  # fmt: skip
def test_what_is_no_radius_is_refused_and_changes_nothing(
    sheet: OriginSheet, text: str, sentence: str
) -> None:
    sheet.typed.submitted.emit(text)
    assert sentence in sheet.typed.problem
    assert sheet.slider.radius == 0.4


def test_without_anything_shared_it_says_so(sheet: OriginSheet) -> None:
    sheet.offer((), 0)
    assert "used more than once" in sheet._hint.sentence
    assert not sheet.bar.isVisible()


def test_without_a_recurrent_matrix_there_is_no_slider(sheet: OriginSheet) -> None:
    sheet.show_radius("", None, "No matrix.")
    assert not sheet.slider.isVisible()
    assert sheet._note.sentence == "No matrix."


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES.keys())
@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_the_sheet_takes_every_style(sheet: OriginSheet, theme: object, scale: float) -> None:
    style = Style(theme, scale)  # type: ignore[arg-type]  # it is a theme
    sheet.set_style(style)
    sheet.resize(style.ipx(384), style.ipx(700))
    sheet.grab()
    assert contrast(style.theme.text("ink"), style.theme.color("surface")) > 4.5
