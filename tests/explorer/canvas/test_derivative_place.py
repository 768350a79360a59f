"""Where the local derivative of an edge is written."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from explorer.canvas.derivative_painter import _free_place

LINE = np.array([[x, 100.0, x + 10.0, 100.0] for x in range(0, 300, 10)])
SEEN = QRectF(0, 0, 400, 200)
NOTHING = np.zeros((0, 4))


def place(cards: np.ndarray, seen: QRectF = SEEN, beside: list[QRectF] | None = None) -> QRectF:
    return _free_place(LINE, (80.0, 30.0), 10.0, cards, [], (0.3, 0.5), seen, beside or [])


def test_it_stays_in_sight_where_it_can() -> None:
    assert SEEN.contains(place(NOTHING))
    low = QRectF(0, 0, 400, 120)
    assert low.contains(place(NOTHING, low))


@pytest.mark.parametrize("card", [(100, 40, 300, 90), (100, 110, 300, 160)])
def test_it_goes_to_the_side_where_there_is_no_card(card: tuple[float, ...]) -> None:
    chosen = place(np.array([card], float))
    left, top, right, bottom = card
    assert not chosen.intersects(QRectF(left, top, right - left, bottom - top))


def test_it_goes_beside_the_parameter_where_the_thread_is_crowded() -> None:
    parameter = QRectF(200, 80, 40, 40)
    crowd = np.array([(0, 0, 100, 200), (190, 0, 400, 200)], float)
    assert place(crowd, beside=[parameter]).right() <= parameter.left()
