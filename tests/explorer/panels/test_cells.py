from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from explorer.panels.cells import Cells, short_number

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from explorer.theme import Style


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"), (-0.0, "0"), (2.234, "+2.23"), (-0.0002, "-2e-4"), (0.0059, "+6e-3"),
        (0.0095, "+0.01"), (123.4, "+123"), (-99.99, "-99.99"), (12345.0, "+1e4"),
        (-1e-300, "-1e-300"),
        (math.nan, "NaN"), (math.inf, "+∞"), (-math.inf, "−∞"),
    ],
)  # fmt: skip
def test_a_number_is_short(value: float, shown: str) -> None:
    assert short_number(value) == shown


@given(st.floats(-1e308, 1e308))
def test_a_short_number_is_near_and_keeps_its_sign(value: float) -> None:
    text = short_number(value)
    assert len(text) <= 7
    number = float(text)
    # One significant digit is within half of it: 1.5 shown as 2 is off by a third.
    assert abs(number - value) <= 0.5 * abs(value)
    assert number == 0 or math.copysign(1, number) == math.copysign(1, value)


SHAPES: list[tuple[int, ...]] = [
    (), (1,), (7,), (8,), (9,), (32,), (33,), (200,), (201,), (512,),
    (1, 1), (3, 5), (41, 8), (8, 41), (512, 78), (2, 3, 4),
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("kind", ["value", "adjoint"])
def test_every_shape_is_drawn_known_or_not(
    qtbot: QtBot, style: Style, shape: tuple[int, ...], kind: str
) -> None:
    cells = Cells(style, "value" if kind == "value" else "adjoint")
    qtbot.addWidget(cells)
    numbers = np.random.default_rng(1).normal(size=shape)
    last = math.prod(shape) - 1
    for array in (None, numbers, np.full(shape, np.nan), np.full(shape, np.inf), numbers * 0):
        cells.show_array(array, shape, component=last)
        cells.resize(350, cells.sizeHint().height())
        assert not cells.grab().isNull()
    assert cells.count == math.prod(shape)


@pytest.mark.parametrize("shape", [(8,), (20,), (60,), (3, 5), (400,)], ids=str)
def test_a_click_chooses_the_component_under_it(
    qtbot: QtBot, style: Style, shape: tuple[int, ...]
) -> None:
    cells = Cells(style, "value")
    qtbot.addWidget(cells)
    cells.show_array(np.arange(math.prod(shape), dtype=float).reshape(shape), shape)
    cells.resize(350, cells.sizeHint().height())
    with qtbot.waitSignal(cells.chosen) as chosen:
        QTest.mouseClick(cells, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert chosen.args == [0]


def test_the_arrow_keys_walk_and_stop_at_the_ends(qtbot: QtBot, style: Style) -> None:
    cells = Cells(style, "value")
    qtbot.addWidget(cells)
    numbers = np.arange(20.0)
    chosen: list[int] = []
    cells.chosen.connect(chosen.append)
    for place, key in ((0, "Left"), (0, "Right"), (0, "Down"), (19, "Down"), (19, "Up")):
        cells.show_array(numbers, (20,), component=place)
        QTest.keyClick(cells, getattr(Qt.Key, f"Key_{key}"))
    # Eight to a row.
    assert chosen == [1, 8, 11]


def test_a_component_is_told_by_place_token_and_number(qtbot: QtBot, style: Style) -> None:
    cells = Cells(style, "value")
    qtbot.addWidget(cells)
    cells.show_array(np.array([0.5, 0.25]), (2,), labels=("<b>", "fish"))
    assert cells._said(1) == "[2] “fish” 0.25"
    # Qt would take a tip that begins like markup for HTML.
    assert "<" not in cells._said(0)
