from __future__ import annotations

import pytest

from explorer.canvas.view import View, fitted, following, revealing, whole


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_zooming_keeps_the_point_under_the_pointer(factor: float) -> None:
    view = View(10.0, -20.0, 0.8)
    before = view.at(300.0, 200.0)
    assert view.zoomed(factor, 300.0, 200.0).at(300.0, 200.0) == pytest.approx(before)


def test_zooming_stops_at_the_ends() -> None:
    assert View().zoomed(1e9, 0, 0).zoom == 6.0
    assert View().zoomed(1e-9, 0, 0).zoom == 0.002


def test_panning_moves_the_content_with_the_pointer() -> None:
    view = View(0.0, 0.0, 2.0)
    point = view.at(100.0, 50.0)
    assert view.panned(30.0, -10.0).pixel(*point) == pytest.approx((130.0, 40.0))


def test_fitting_shows_all_of_it_in_the_middle() -> None:
    # 800 x 400 in 832 x 632 less margins of 16: across 800/800 = 1, down 600/400 = 1.5.
    view = fitted((0, 0, 800, 400), 832, 632)
    assert view.zoom == 1.0
    assert view.pixel(400, 200) == pytest.approx((416, 316))


def test_a_long_strip_is_fitted_by_its_height_from_its_beginning() -> None:
    view = fitted((-100, 0, 50_000, 600), 1232, 632)
    assert view.zoom == 1.0
    assert view.pixel(-100, 300) == pytest.approx((16, 316))


def test_what_would_be_too_small_to_read_fills_the_height_from_its_beginning() -> None:
    # 2000 x 750 in 832 x 632: across 800/2000 = 0.4 is below 0.42, down 600/750 = 0.8.
    view = fitted((0, 0, 2000, 750), 832, 632)
    assert view.zoom == pytest.approx(0.8)
    assert view.pixel(0, 375) == pytest.approx((16, 316))


def test_what_is_somewhat_too_tall_to_read_begins_at_its_lower_left() -> None:
    # 3000 x 1500 in 832 x 632: down 600/1500 = 0.4 is below 0.42, so 0.42 it is.
    bounds = (0, 0, 3000, 1500)
    view = fitted(bounds, 832, 632)
    assert view.zoom == 0.42
    assert view.pixel(0, 1500) == pytest.approx((16, 616))
    everything = whole(bounds, 832, 632)
    assert everything.zoom == pytest.approx(800 / 3000)
    assert everything.pixel(1500, 750) == pytest.approx((416, 316))


def test_revealing_moves_no_further_than_needed() -> None:
    view = View(0, 0, 1.0)
    inside = (100.0, 100.0, 200.0, 200.0)
    assert revealing(view, inside, 800, 600) == view
    # Its right side, 1000, and a margin of 40 come to stand at 800.
    assert revealing(view, (900.0, 100.0, 1000.0, 200.0), 800, 600).x == 240


def test_following_leaves_room_where_things_go_next() -> None:
    view, box = View(0, 0, 1.0), (900.0, 100.0, 1000.0, 200.0)
    forward = following(view, box, 800, 600, backward=False)
    backward = following(view, box, 800, 600, backward=True)
    assert forward.pixel(950, 0)[0] == pytest.approx(200)
    assert backward.pixel(950, 0)[0] == pytest.approx(600)


def test_the_way_between_two_views_ends_at_the_second() -> None:
    first, second = View(0, 0, 1.0), View(100, 50, 4.0)
    assert first.toward(second, 1.0) == second
    assert first.toward(second, 0.5).zoom == pytest.approx(2.0)
