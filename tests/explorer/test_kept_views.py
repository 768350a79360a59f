"""Stops and histories, without a window."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.arrangement import Arrangement
from explorer.canvas.view import View
from explorer.kept_views import LIMIT, History, Stop, is_elsewhere

HERE = Stop(View(0, 0, 1), 800, 600, Arrangement())


def at(x: float, y: float = 0, zoom: float = 1) -> Stop:
    return replace(HERE, view=View(x, y, zoom))


def test_a_stop_is_the_same_view_on_the_same_canvas() -> None:
    stop = Stop(View(3.3, 4.4, 0.7), 801, 603, Arrangement())
    assert stop.view_in(801, 603) == stop.view


def test_a_stop_shows_the_same_part_on_a_larger_canvas() -> None:
    # 800 by 600 at zoom 1 from (0, 0); twice the height and thrice the width: zoom 2, and of
    # 2400 pixels the 1600 in the middle show it, so that 200 units of the layout come before it.
    assert HERE.view_in(2400, 1200) == View(-200, 0, 2)


def test_a_strip_more_or_less_does_not_change_the_zoom() -> None:
    assert HERE.view_in(800, 540) == View(0, 30, 1)


@pytest.mark.parametrize(
    ("now", "elsewhere"),
    [
        (HERE, False),
        (at(100), False),
        # Half of 800 is 400.
        (at(399), False),
        (at(401), True),
        (at(0, 301), True),
        (at(5000), True),
        (at(0, 0, 1.4), False),
        (at(0, 0, 1.6), True),
        (at(0, 0, 0.6), True),
        (replace(HERE, arrangement=Arrangement(collapsed=frozenset({""}))), True),
        (replace(HERE, node=4), False),
    ],
)
def test_another_place_is_one_that_shows_little_of_the_same(now: Stop, elsewhere: bool) -> None:
    assert is_elsewhere(HERE, now) is elsewhere


def test_a_node_selected_out_of_sight_is_another_place() -> None:
    assert is_elsewhere(HERE, replace(at(50), node=4), (810, 0, 840, 30))
    assert not is_elsewhere(HERE, replace(at(50), node=4), (790, 0, 840, 30))


def test_a_history_goes_back_and_forward_like_a_browser() -> None:
    history = History()
    assert not history.can_go_back
    assert history.back() is history
    for x in (0, 1000, 2000):
        history = history.went_to(at(x))
    assert history.present == at(2000)
    assert not history.can_go_forward
    history = history.back()
    assert history.present == at(1000)
    assert history.can_go_back
    assert history.can_go_forward
    assert history.forward().present == at(2000)
    history = history.went_to(at(9000))
    assert history.stops == (at(0), at(1000), at(9000))
    assert not history.can_go_forward


def test_the_present_stop_can_be_replaced() -> None:
    history = History().went_to(at(0)).went_to(at(1000)).back()
    selected = replace(at(0), node=7)
    assert history.with_present(selected).stops == (selected, at(1000))


@given(st.lists(st.sampled_from(["go", "back", "forward"]), max_size=200))
def test_a_history_is_bounded_and_its_place_is_in_it(deeds: list[str]) -> None:
    history = History()
    for number, deed in enumerate(deeds):
        if deed == "go":
            history = history.went_to(at(number))
            assert history.present == at(number)
        else:
            history = history.back() if deed == "back" else history.forward()
        assert len(history.stops) <= LIMIT
        assert (history.at >= 0) == bool(history.stops)
        assert history.at < max(len(history.stops), 1)
