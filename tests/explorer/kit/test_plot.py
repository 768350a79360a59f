"""Plots: lines on even and logarithmic axes, read under the pointer, marked, and saved."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.errors import InputError
from explorer.kit.plot import LinePlot, Series, shown
from explorer.kit.plot_axes import PowerAxis, number_text, on_scale, round_step, thinned
from explorer.kit.plot_card import PlotCard
from explorer.theme import THEMES, Style, Theme

LIGHT = Style(THEMES["light"], 1.0)
X = np.array([1.0, 10.0, 100.0, 1000.0])
FALLING = Series("count", X, np.array([500.0, 60.0, 8.0, 1.0]))


@pytest.fixture
def plot(qtbot: QtBot, program_fonts: object) -> LinePlot:
    shown_plot = LinePlot(
        LIGHT, "Frequencies", x_label="rank", y_label="count", x_log=True, y_log=True, movable=True
    )
    qtbot.addWidget(shown_plot)
    shown_plot.resize(420, 260)
    shown_plot.show()
    shown_plot.show_series((FALLING,))
    qtbot.waitExposed(shown_plot)
    return shown_plot


def test_points_stand_where_their_logarithms_say(plot: LinePlot, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: plot.place_of(1, 1).x() > 0)
    # Equal factors are equal lengths: 1 to 10 as far as 10 to 100.
    x1, x10, x100 = (plot.place_of(x, 1).x() for x in (1, 10, 100))
    assert x10 - x1 == pytest.approx(x100 - x10, abs=1.5)
    # More is higher.
    assert plot.place_of(1, 500).y() < plot.place_of(1, 1).y()


def test_keys_read_one_point_after_another(plot: LinePlot) -> None:
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.accessibleDescription() == "count: 1 → 500"
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.accessibleDescription() == "count: 10 → 60"


def test_a_click_moves_the_mark_there(plot: LinePlot, qtbot: QtBot) -> None:
    place = plot.place_of(100, 8)
    view = plot._view.viewport()
    with qtbot.waitSignal(plot.moved) as moved:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.mapFrom(plot, place.toPoint()))
    assert moved.args is not None
    assert moved.args[0] == pytest.approx(100, rel=0.06)
    assert plot.marked == moved.args[0]


def test_what_is_not_finite_breaks_the_line_and_is_no_error(plot: LinePlot) -> None:
    plot.show_series((Series("none", X, np.full(4, np.nan)), Series("zero", X, np.zeros(4))))
    plot.show_series(())
    plot.show_series((FALLING, Series("inf", X, np.array([1.0, np.inf, 2.0, 0.0]))))
    assert len(plot.series) == 2


def test_the_numbers_are_saved_in_full_precision(plot: LinePlot, tmp_path: Path) -> None:
    third = Series("third", np.array([0.0]), np.array([1 / 3]))
    plot.show_series((FALLING, third))
    plot.save(str(tmp_path / "numbers.csv"))
    lines = (tmp_path / "numbers.csv").read_text().splitlines()
    assert lines[:2] == ["series,x,y", "count,1.0,500.0"]
    assert lines[-1] == f"third,0.0,{1 / 3!r}"


def test_the_picture_is_saved_as_png_and_svg(plot: LinePlot, tmp_path: Path) -> None:
    plot.save(str(tmp_path / "plot.png"))
    plot.save(str(tmp_path / "plot.svg"))
    image = QImage(str(tmp_path / "plot.png"))
    assert (image.width(), image.height()) == (840, 520)
    # The line's own colour is in it.
    blue = THEMES["light"].color("forward")
    row = [image.pixelColor(x, y) for x in range(0, 840, 3) for y in range(0, 520, 3)]
    assert any(abs(c.red() - blue.red()) + abs(c.blue() - blue.blue()) < 24 for c in row)
    assert QSvgRenderer(str(tmp_path / "plot.svg")).isValid()
    assert "rank" in (tmp_path / "plot.svg").read_text()


def test_a_file_that_cannot_be_written_is_told_in_one_sentence(
    qtbot: QtBot, program_fonts: object, tmp_path: Path
) -> None:
    plot = LinePlot(LIGHT, "Frequencies")
    card = PlotCard(LIGHT, "Word frequencies", plot)
    qtbot.addWidget(card)
    with qtbot.waitSignal(card.failed) as failed:
        card.menu.save(str(tmp_path / "nowhere" / "plot"), ".png")
    assert failed.args is not None
    assert "could not be saved" in failed.args[0]
    with qtbot.waitSignal(card.saved) as saved:
        card.menu.save(str(tmp_path / "plot"), ".png")
    assert saved.args == ["Saved as plot.png."]
    with pytest.raises(InputError, match=r"\.png or \.svg"):
        plot.save(str(tmp_path / "plot.gif"))


@pytest.mark.parametrize("theme", [THEMES["dark"], THEMES["projector"]])
def test_another_style_is_taken_while_it_is_shown(plot: LinePlot, theme: Theme) -> None:
    plot.set_style(Style(theme, 2.0))
    background = plot._view.viewport().grab().toImage().pixelColor(2, 2)
    assert background == theme.color("surface")


@pytest.mark.parametrize(
    ("least", "step"), [(0.3, 0.5), (1.0, 1.0), (1.1, 2.0), (60, 100), (0.0, 1.0), (7e-4, 1e-3)]
)
def test_steps_of_an_axis_are_round(least: float, step: float) -> None:
    assert round_step(least) == pytest.approx(step)


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        # Whole powers where there are two or more, and beyond three decades.
        (10, 1000, ["10¹", "10²", "10³"]),
        # 1, 2 and 5 within a decade or two, else evenly spaced numbers.
        (3, 60, ["5", "10", "20", "50"]),
        (255, 660, ["300", "400", "500", "600"]),
    ],
)
def test_a_narrow_logarithmic_axis_has_plain_labels(
    qtbot: QtBot, low: float, high: float, labels: list[str]
) -> None:
    axis = PowerAxis("left")
    [(spacing, values)] = axis.tickValues(math.log10(low), math.log10(high), 200)
    assert axis.tickStrings(values, 1.0, spacing) == labels


@pytest.mark.parametrize(
    ("value", "spacing", "text"),
    [
        (0.25, 0.05, "0.25"),
        (20000, 5000, "20\u2009000"),
        (-0.0, 0.5, "0.0"),
        (3, 1, "3"),
        (1_500_000, 500_000, "1.5\u2009M"),
        (0, 500_000, "0"),
    ],
)
def test_labels_have_the_decimals_their_distance_asks_for(
    value: float, spacing: float, text: str
) -> None:
    assert number_text(value, spacing) == text


def test_what_has_no_place_on_a_scale_is_not_a_number() -> None:
    logs = on_scale(np.array([100.0, 0.0, -1.0, np.inf]), logarithmic=True)
    assert logs[0] == 2
    assert np.isnan(logs[1:]).all()
    assert math.isnan(on_scale(np.array([-np.inf]), logarithmic=False)[0])


@pytest.mark.parametrize(
    ("value", "text"), [(3.0, "3"), (12345.0, "12\u2009345"), (1 / 3, "0.3333"), (math.inf, "inf")]
)
def test_numbers_are_read_out_short(value: float, text: str) -> None:
    assert shown(value) == text


def test_a_long_line_keeps_the_extremes_of_every_bin() -> None:
    x = np.arange(10_000.0)
    y = np.sin(x)
    y[5_001] = 7
    kept_x, kept_y = thinned(x, y, 100)
    assert len(kept_x) <= 200
    assert kept_y.max() == 7
    assert (np.diff(kept_x) > 0).all()


def test_a_long_line_on_a_logarithmic_axis_keeps_its_few_points_at_the_left() -> None:
    x = np.log10(np.arange(1, 20_001.0))
    kept_x, _ = thinned(x, -x, 1000)
    assert kept_x[:5] == pytest.approx(x[:5])


def test_a_short_line_is_drawn_whole() -> None:
    x = np.arange(5.0)
    assert thinned(x, x, 10)[0] is x


def test_a_named_line_has_its_name_on_it_instead_of_in_the_legend(plot: LinePlot) -> None:
    beat = Series("to beat", X, np.full(4, 20.0), "ink_2", dashed=True, named=True)
    plot.show_series((FALLING, beat))
    assert [line.name for line in plot._legend._series] == ["count"]
    assert [item.toPlainText() for item in plot._names._items] == ["to beat"]
    plot.show_series((FALLING,))
    assert plot._names._items == []


def test_names_of_lines_that_lie_together_stand_side_by_side(plot: LinePlot, qtbot: QtBot) -> None:
    near = [Series(name, X, np.full(4, y), named=True) for name, y in (("a", 20.0), ("b", 20.5))]
    plot.show_series((FALLING, *near))
    plot.show_series((FALLING, *near))
    first, second = plot._names._items
    assert second.pos().x() > first.pos().x()


def test_a_line_and_its_marks_are_one_entry_of_the_legend(plot: LinePlot) -> None:
    marks = Series("count", X[::2], FALLING.y[::2], marks=True, width=0, symbol="d")
    plot.show_series((FALLING, marks))
    (entry,) = plot._legend._series
    assert (entry.marks, entry.symbol, entry.width) == (True, "d", FALLING.width)


def test_the_upward_scale_can_change(plot: LinePlot, qtbot: QtBot) -> None:
    plot.set_y_axis("plain", log=False)
    plot.show_series((FALLING,))
    qtbot.waitUntil(lambda: plot.place_of(1, 1).y() > plot.place_of(1, 500).y())
    # On an even scale the middle of 0 and 500 is 250.
    low, middle, high = (plot.place_of(10, y).y() for y in (0, 250, 500))
    assert low - middle == pytest.approx(middle - high, abs=1.5)


def test_thinning_keeps_the_extremes_of_each_bin() -> None:
    rng = np.random.default_rng(3)
    x = np.arange(5000.0)
    y = rng.integers(0, 50, 5000).astype(float)
    kept_x, kept_y = thinned(x, y, 100)
    width = (x[-1] - x[0]) / 100
    for place in range(100):
        inside = np.minimum((x / width).astype(int), 99) == place
        kept = np.minimum((kept_x / width).astype(int), 99) == place
        assert kept_y[kept].min() == y[inside].min()
        assert kept_y[kept].max() == y[inside].max()
        assert kept.sum() <= 2
