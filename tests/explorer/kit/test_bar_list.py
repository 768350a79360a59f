from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from explorer.kit.bar_list import Bar, BarList
from explorer.theme import THEMES, Style

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

STYLE = Style(THEMES["light"])


@pytest.fixture
def bars(qtbot: QtBot, program_fonts: tuple[str, ...]) -> BarList:
    widget = BarList(STYLE, name="Next word")
    qtbot.addWidget(widget)
    widget.resize(320, 200)
    widget.show()
    return widget


def _image(bars: BarList) -> QImage:
    return bars.viewport().grab().toImage()


def _run(image: QImage, y: int, color: str) -> int:
    return sum(image.pixelColor(x, y).name() == color for x in range(image.width()))


def test_bars_are_as_long_as_their_shares(bars: BarList) -> None:
    bars.set_bars([Bar("a", 1.0, ("1.0",)), Bar("b", 0.5, ("0.5",)), Bar("c", 0.0, ("0.0",))])
    image, fill = _image(bars), THEMES["light"].tint("forward", "bar").name()
    dense = image.devicePixelRatio()
    whole, half, none = (_run(image, int((29 * row + 14) * dense), fill) for row in range(3))
    assert half == pytest.approx(whole / 2, abs=3 * dense)
    assert none == 0


@pytest.mark.parametrize("share", [-1.0, 2.0, 1e-9])
def test_a_share_out_of_range_stays_in_the_track(bars: BarList, share: float) -> None:
    bars.set_bars([Bar("a", 1.0), Bar("b", share)])
    image, fill = _image(bars), THEMES["light"].tint("forward", "bar").name()
    assert _run(image, 29 + 14, fill) <= _run(image, 14, fill)


def test_the_drawn_token_stands_out_and_is_scrolled_to(bars: BarList) -> None:
    rows = [Bar(str(n), 0.2, (f"{n}",), highlighted=n == 80) for n in range(100)]
    bars.set_bars(rows)
    assert bars.verticalScrollBar().value() > 0
    image = _image(bars)
    accent = THEMES["light"].color("forward").name()
    assert any(_run(image, y, accent) > 10 for y in range(image.height()))


def test_a_row_is_picked_by_mouse_and_keys(qtbot: QtBot, bars: BarList) -> None:
    bars.set_bars([Bar("a", 1.0), Bar("b", 0.5)])
    picked: list[int] = []
    bars.picked.connect(picked.append)
    place = bars.visualRect(bars.model().index(1, 0)).center()
    QTest.mouseClick(bars.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.keyClick(bars, Qt.Key.Key_Up)
    QTest.keyClick(bars, Qt.Key.Key_Return)
    assert picked == [1, 0]


def test_rows_can_be_read_aloud(bars: BarList) -> None:
    bars.set_bars([Bar(" ", 0.1, ("7", "0.1")), Bar("x", 0, ("cut",), cut=True)])
    model = bars.model()
    role = Qt.ItemDataRole.AccessibleTextRole
    assert model.data(model.index(0, 0), role) == "␣: 7, 0.1"
    assert model.data(model.index(1, 0), role) == "x: cut, cut"


def test_new_numbers_keep_the_place_in_the_list(bars: BarList) -> None:
    bars.set_bars([Bar(str(n), 0.2) for n in range(100)])
    bars.doItemsLayout()
    bars.verticalScrollBar().setValue(300)
    bars.set_bars([Bar(str(n), 0.4) for n in range(100)])
    assert bars.verticalScrollBar().value() == 300
    bars.set_bars([])
    assert bars.bars == ()


def test_only_the_rows_in_sight_are_painted(bars: BarList, monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[Bar] = []

    def note(_painter: object, _rect: object, bar: Bar) -> None:
        painted.append(bar)

    bars.set_bars([Bar(f"word{n}", 0.2, ("0.2",)) for n in range(25_000)])
    monkeypatch.setattr(bars, "_paint_token", note)
    _image(bars)
    assert 0 < len(set(painted)) < 12
