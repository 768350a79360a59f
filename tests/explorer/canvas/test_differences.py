"""The chips on cards that differ, and the two bars beside the loss."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from engine.run_spec import RunSpec
from engine.runs import run
from engine.trace.what_if import what_if
from explorer.arrangement import Arrangement
from explorer.canvas.differences import Differences, differences_of
from explorer.canvas.differences import _room as room_beside
from explorer.canvas.moment import moment_of
from explorer.canvas.overlay import Sheet
from explorer.canvas.scene import Scene, scene_of
from explorer.canvas.twin_bars import TwinBars, paint_twin_bars, plain, round_up, signed
from explorer.canvas.view import View, Window, fitted
from explorer.layout import layout_of
from explorer.theme import THEMES, Style, ThemeName

TRACE = run(RunSpec(text="a b c d", hidden=3))


def node(name: str) -> int:
    return next(each.index for each in TRACE.nodes if each.name == name)


FOUND = what_if(TRACE, {(node("h_2"), 0): 0.9, (node("x_4"), 0): 0.0})
LAYER = differences_of(FOUND, TwinBars(0.2, 0.3, 0.5))


def scene(collapsed: frozenset[str] = frozenset()) -> Scene:
    return scene_of(FOUND.trace, layout_of(FOUND.trace, Arrangement(collapsed=collapsed)))


def sheet(painter: QPainter, shown: Scene, view: View, theme: ThemeName = "light") -> Sheet:
    moment = moment_of(shown, FOUND.trace.frame(len(FOUND.trace.events())), 0.0)
    return Sheet(painter, shown, Window(view, 900, 600, 1.0), moment, Style(THEMES[theme]), 1.0)


def painted(
    shown: Scene, view: View, layer: Differences = LAYER, theme: ThemeName = "light"
) -> int:
    """How many pixels a layer changes."""
    image = QImage(900, 600, QImage.Format.Format_RGB32)
    image.fill(0xFF808080)
    painter = QPainter(image)
    layer.paint(sheet(painter, shown, view, theme), shown.visible((-1e6, -1e6, 1e6, 1e6)))
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint32)
    return int((pixels != 0xFF808080).sum())


def test_only_what_follows_from_a_change_differs() -> None:
    assert LAYER.edited == {node("h_2"), node("x_4")}
    assert LAYER.was == {node("x_4"): "d"}
    assert not LAYER.moved[node("h_1")]
    assert not LAYER.moved[node("W_hh")]
    assert LAYER.moved[node("h_3")]
    before = float(TRACE.nodes[node("h_2")].value[0])
    assert LAYER.largest[node("h_2")] == pytest.approx(0.9 - before)
    assert LAYER.largest[node("L")] == pytest.approx(FOUND.truth)


def test_a_box_has_the_largest_difference_inside_it() -> None:
    shown = scene(frozenset({"step[3]"}))
    largest, edited = LAYER.of_cards(shown)
    card = int(shown.card_of[node("h_3")])
    assert card >= len(TRACE)
    inside = [i for i in range(len(TRACE)) if shown.card_of[i] == card]
    strongest = max(inside, key=lambda i: abs(LAYER.largest[i]))
    assert largest[card] == LAYER.largest[strongest]
    assert not edited[int(shown.card_of[node("h_1")])]


def test_what_is_not_finite_differs_and_does_not_break_the_picture(qapp: object) -> None:
    found = what_if(TRACE, {(node("b_y"), 0): 1e308, (node("W_hy"), 0): 1e308})
    layer = differences_of(found, TwinBars(math.nan, math.inf, 1.0))
    assert layer.moved[node("L")]
    shown = scene_of(found.trace, layout_of(found.trace, Arrangement()))
    assert painted(shown, fitted(shown.layout.bounds, 900, 600), layer) > 0


@pytest.mark.parametrize("theme", ["light", "dark", "projector"])
@pytest.mark.parametrize("zoom", [0.05, 0.3, 0.8, 3.0])
def test_it_is_drawn_near_and_far_in_every_theme(
    qapp: object, program_fonts: object, theme: ThemeName, zoom: float
) -> None:
    shown = scene()
    x, y = shown.corner[node("h_2")]
    assert painted(shown, View(float(x) - 50, float(y) - 50, zoom), theme=theme) > 0


def test_a_scene_of_another_run_is_left_alone(qapp: object) -> None:
    other = run(RunSpec(text="a", hidden=2))
    shown = scene_of(other, layout_of(other, Arrangement()))
    image = QImage(60, 60, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    frame = moment_of(shown, other.frame(0), 0.0)
    window = Window(View(), 60, 60, 1.0)
    LAYER.paint(Sheet(painter, shown, window, frame, Style(THEMES["light"]), 1.0), np.arange(3))
    painter.end()


@pytest.mark.parametrize("zoom", [0.5, 0.8, 1.2])
def test_the_bars_lie_on_no_card(qapp: object, zoom: float) -> None:
    shown = scene()
    loss = node("L")
    x, y = shown.corner[loss]
    image = QImage(900, 600, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    page = sheet(painter, shown, View(float(x) - 400 / zoom, float(y) - 250 / zoom, zoom))
    plate = room_beside(page, loss, 1.0)
    assert plate is not None
    assert QRectF(0, 0, 900, 600).contains(plate)
    for card in shown.visible(page.window.bounds).tolist():
        assert not plate.intersects(page.box(card))
    painter.end()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.01234, "+0.01234"), (-0.01234, "−0.01234"), (0.0, "0"), (1697.2, "+1697"),
        (123456.0, "+1.23e5"), (-1.5e-7, "−1.50e-7"), (math.inf, "+∞"), (-math.inf, "−∞"),
        (math.nan, "NaN"),
    ],
)  # fmt: skip
def test_a_change_has_its_sign_and_four_digits(value: float, text: str) -> None:
    assert signed(value) == text


def test_a_number_has_a_true_minus() -> None:
    assert [plain(x) for x in (-0.5, 2.0, math.inf, math.nan)] == ["−0.5", "2", "∞", "NaN"]
    assert signed(1697.0, 2) == "+1700"


@pytest.mark.parametrize(
    ("value", "scale"),
    [(0.3, 0.5), (0.5, 0.5), (0.51, 1.0), (7, 10), (1000, 1000), (0, 1), (math.inf, 1)],
)
def test_scales_are_round(value: float, scale: float) -> None:
    assert round_up(value) == pytest.approx(scale)


@pytest.mark.parametrize(
    ("bars", "blue"),
    [(TwinBars(0.1, 0.5, 1.0), 25), (TwinBars(0.1, -1.0, 1.0), 50), (TwinBars(0, 2.0, 1.0), 50),
     (TwinBars(0, math.inf, 1.0), 50), (TwinBars(0, math.nan, 1.0), 0)],
)  # fmt: skip
def test_the_bar_of_the_truth_is_as_long_as_its_share(
    qapp: object, program_fonts: object, bars: TwinBars, blue: int
) -> None:
    image = QImage(100, 76, QImage.Format.Format_RGB32)
    theme = THEMES["light"]
    image.fill(theme.color("surface"))
    painter = QPainter(image)
    paint_twin_bars(painter, bars, 100.0, theme)
    painter.end()
    forward = theme.color("forward").rgb()
    row = [image.pixel(x, 62) == forward for x in range(100)]
    assert sum(row) == pytest.approx(blue, abs=2)
    assert "the adjoint predicts" in bars.spoken
