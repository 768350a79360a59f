"""Strips of one name across time steps can share the range of their colours."""

from __future__ import annotations

import numpy as np

from explorer.canvas.pictures import clipped_limits, families_of, shared_limits


def test_names_that_differ_by_time_steps_only_are_a_family() -> None:
    families = families_of(["h_1", "h_12", "z_1", "W_hh h_0", "W_hh h_3", "W_xh"])
    assert families.tolist() == [0, 0, 1, 2, 2, 3]


def test_a_family_shares_its_largest_limit() -> None:
    limits = np.array([1.0, 4.0, 2.0, 3.0], np.float32)
    assert shared_limits(limits, np.array([0, 0, 1, 1])).tolist() == [4.0, 4.0, 3.0, 3.0]


def test_a_family_without_its_outliers() -> None:
    # The magnitudes of the first family are 1, 2, 3, 4 and 100; unused cells hold 0.
    strips = np.array([[1.0, -2.0, 100.0], [3.0, 4.0, 0.0], [9.0, 0.0, 0.0]], np.float32)
    limits = clipped_limits(strips, np.array([3, 2, 1]), np.array([0, 0, 1]))
    assert limits.tolist() == [4.0, 4.0, 9.0]
