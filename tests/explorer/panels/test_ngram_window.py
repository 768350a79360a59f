from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.panels.ngram_window import TableWindow

SIZES = st.integers(1, 400)
LENGTHS = st.floats(40, 3000)


@given(SIZES, LENGTHS, LENGTHS, st.sampled_from([1.0, 1.5, 2.0]))
def test_the_first_view_begins_at_the_corner_and_ends_with_whole_cells(
    size: int, width: float, height: float, scale: float
) -> None:
    window = TableWindow.home(size, width, height, scale)
    assert (window.left, window.top) == (0.0, 0.0)
    assert window.cell_width * len(window.visible_columns()) <= width * 1.001
    assert window.cell_height * len(window.visible_rows()) <= height * 1.001


@given(
    SIZES,
    LENGTHS,
    LENGTHS,
    st.lists(st.tuples(st.floats(-900, 900), st.floats(-900, 900)), max_size=5),
    st.floats(0.2, 5),
)
def test_no_way_leads_beyond_the_table(
    size: int, width: float, height: float, drags: list[tuple[float, float]], factor: float
) -> None:
    window = TableWindow.home(size, width, height, 1.0).zoomed(factor, width / 3, height / 2, 1.0)
    for dx, dy in drags:
        window = window.moved(dx, dy)
        assert 0 <= window.left <= max(0.0, size - window.columns) + 1e-9
        assert 0 <= window.top <= max(0.0, size - window.rows) + 1e-9


def test_zooming_keeps_the_place_under_the_pointer() -> None:
    window = TableWindow.home(300, 1200, 600, 1.0).moved(-2000, -2000)
    larger = window.zoomed(1.5, 400, 200, 1.0)
    assert larger.cell_at(400, 200) == window.cell_at(400, 200)
    assert larger.cell_height == pytest.approx(1.5 * window.cell_height)


def test_zooming_out_ends_where_the_table_fills_the_area() -> None:
    window = TableWindow.home(300, 1200, 600, 1.0)
    for _ in range(40):
        window = window.zoomed(0.8, 600, 300, 1.0)
    # 300 cells across 1200 pixels
    assert window.cell_width == pytest.approx(4.0)
    assert len(window.visible_columns()) == 300


@pytest.mark.parametrize(
    ("x", "y", "cell"),
    [(0, 0, (0, 0)), (45, 70, (3, 2)), (-1, 5, None), (5, 601, None)],
)
def test_a_place_is_a_cell(x: float, y: float, cell: tuple[int, int] | None) -> None:
    window = TableWindow(300, 1200, 600, 0.0, 0.0, 20.0, 20.0)
    assert window.cell_at(x, y) == cell


def test_a_cell_outside_the_view_is_brought_in_by_the_shortest_way() -> None:
    window = TableWindow(300, 200, 100, 0.0, 0.0, 20.0, 20.0)
    # Ten columns and five rows fit: row 7 is the last one when row 3 is the first.
    moved = window.showing(7, 4)
    assert (moved.left, moved.top) == (0.0, 3.0)
    assert moved.showing(5, 2) == moved
