"""Lanes through a text."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import InputError
from engine.training.batches import Lanes


def test_lanes_read_on_where_they_stopped() -> None:
    rng = np.random.default_rng(0)
    lanes = Lanes.begin(np.arange(100), np.array([0, 50]), 4, 10, rng)
    first = lanes.window(10, 0.0, rng)
    lanes.fresh = np.zeros(4, np.bool_)
    second = lanes.window(10, 0.0, rng)
    going_on = ~lanes.fresh
    np.testing.assert_array_equal(second[0, going_on], first[-1, going_on] + 1)


def test_lanes_that_restart_begin_at_a_unit() -> None:
    rng = np.random.default_rng(0)
    lanes = Lanes.begin(np.arange(100), np.array([0, 50]), 8, 10, rng)
    window = lanes.window(10, 1.0, rng)
    assert set(window[0]) <= {0, 50}
    assert lanes.fresh.all()


def test_a_text_shorter_than_a_window_is_refused() -> None:
    with pytest.raises(InputError, match="fewer steps or a longer text"):
        Lanes.begin(np.arange(9), np.array([0]), 2, 10, np.random.default_rng(0))
