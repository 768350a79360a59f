from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QWidget

from explorer.panels.flow import Flow

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def boxes(count: int) -> list[QWidget]:
    made = [QWidget() for _ in range(count)]
    for box in made:
        box.setFixedSize(100, 20)
    return made


# Boxes 100 wide with gaps of 6: three take 312.
@pytest.mark.parametrize(("width", "lines"), [(1000, 1), (312, 2), (311, 3), (100, 5), (10, 5)])
def test_a_full_line_goes_on_in_the_next(qtbot: QtBot, width: int, lines: int) -> None:
    made = boxes(5)
    flow = Flow(made)
    qtbot.addWidget(flow)
    flow.resize(width, 200)
    flow.grab()
    assert len({box.y() for box in made}) == lines
    assert flow.heightForWidth(width) == lines * 26 - 6
    assert all(box.x() == 0 or box.geometry().right() < width for box in made)


def test_hidden_widgets_take_no_room(qtbot: QtBot) -> None:
    made = boxes(3)
    flow = Flow(made)
    qtbot.addWidget(flow)
    made[1].hide()
    assert flow.sizeHint().width() == 206
    for box in made:
        box.hide()
    assert flow.heightForWidth(300) == 0
