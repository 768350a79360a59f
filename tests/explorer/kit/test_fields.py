from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPalette, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from explorer.kit.combo_field import ComboField
from explorer.kit.field import SpinField, TextField
from explorer.theme import THEMES, Style

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

STYLE = Style(THEMES["light"])
LEFT = Qt.MouseButton.LeftButton
UNITS = [("event", "event"), ("node", "node"), ("time", "time step")]


@pytest.fixture(autouse=True)
def _fonts(program_fonts: tuple[str, ...]) -> None:
    """Have the program's fonts for every measure."""


def shown(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.addWidget(widget)
    widget.resize(widget.sizeHint())
    widget.show()


def _turn(widget: QWidget) -> None:
    """Turn the wheel over a widget by one notch."""
    place = QPointF(widget.rect().center())
    QApplication.sendEvent(
        widget,
        QWheelEvent(
            place,
            widget.mapToGlobal(place),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        ),
    )


def test_the_label_of_a_field_gives_way_to_its_value(qtbot: QtBot) -> None:
    field = TextField(STYLE, "Text", "Narwhals are way cooler than parrots")
    shown(qtbot, field)
    field.resize(field.sizeHint())
    wide = field.sizeHint()
    assert field._label.isVisible()
    field.resize(90, field.height())
    assert not field._label.isVisible()
    assert field.toolTip() == "Text"
    # What it would like to have stays the same, so that it grows again.
    assert field.sizeHint().width() == wide.width()
    field.resize(wide)
    assert field._label.isVisible()


def test_a_combo_tells_what_a_person_chose(qtbot: QtBot) -> None:
    field = ComboField(STYLE, "Model", [("elman", "Elman RNN"), ("gru", "GRU")])
    shown(qtbot, field)
    with qtbot.assertNotEmitted(field.chosen):
        field.set_choice("gru")
        field.set_choice("unknown")
    assert field.choice == "gru"
    with qtbot.waitSignal(field.chosen) as signal:
        QTest.keyClick(field._combo, Qt.Key.Key_Up)
    assert signal.args == ["elman"]


def test_a_combo_keeps_its_choice_when_offered_again(qtbot: QtBot) -> None:
    field = ComboField(STYLE, "Model", [("a", "A"), ("b", "B")])
    qtbot.addWidget(field)
    field.set_choice("b")
    field.set_options([("c", "C"), ("b", "B")])
    assert field.choice == "b"
    field.set_options([("c", "C")])
    assert field.choice == "c"
    field.set_options([])
    assert field.choice == ""


def test_a_number_is_told_when_settled_not_at_each_digit(qtbot: QtBot) -> None:
    field = SpinField(STYLE, "Hidden", 1, 512, 8)
    shown(qtbot, field)
    told: list[int] = []
    field.changed.connect(told.append)
    field._spin.selectAll()
    QTest.keyClicks(field._spin, "64")
    assert told == []
    QTest.keyClick(field._spin, Qt.Key.Key_Return)
    assert told == [64]
    field.set_value(9)
    assert (told, field.value) == ([64], 9)


def test_the_arrows_of_a_number_count(qtbot: QtBot) -> None:
    field = SpinField(STYLE, "Hidden", 1, 512, 8)
    shown(qtbot, field)
    QTest.mouseClick(field, LEFT, pos=QPoint(field.width() - 9, 6))
    assert field.value == 9
    QTest.mouseClick(field, LEFT, pos=QPoint(field.width() - 9, field.height() - 6))
    assert field.value == 8


def test_a_wheel_over_a_field_without_focus_changes_nothing(qtbot: QtBot) -> None:
    field = SpinField(STYLE, "Hidden", 1, 512, 8)
    shown(qtbot, field)
    field._spin.clearFocus()
    _turn(field._spin)
    assert field.value == 8


def test_text_is_submitted_on_return_and_when_left_changed(qtbot: QtBot) -> None:
    holder = QWidget()
    field, other = TextField(STYLE, "Text", "one"), TextField(STYLE, "More")
    layout = QVBoxLayout(holder)
    layout.addWidget(field)
    layout.addWidget(other)
    shown(qtbot, holder)
    told: list[str] = []
    field.submitted.connect(told.append)
    field.select_all()
    QTest.keyClicks(field._line, "two")
    QTest.keyClick(field._line, Qt.Key.Key_Return)
    assert told == ["two"]
    field.set_text("three")
    other.select_all()
    assert told == ["two"]


def test_a_problem_is_told_as_plain_text(qtbot: QtBot) -> None:
    field = TextField(STYLE, "Text", "<b>")
    qtbot.addWidget(field)
    field.set_problem("the token <b> is unknown")
    assert "&lt;b&gt;" in field.toolTip()
    field.set_problem("")
    assert field.toolTip() == ""


def test_a_spin_field_takes_the_new_themes_colours(qtbot: QtBot) -> None:
    field = SpinField(STYLE, "Seed", 0, 99, 17)
    qtbot.addWidget(field)
    field.show()
    dark = Style(THEMES["dark"])
    field.set_style(dark)
    edit = field._spin.lineEdit()
    assert edit.palette().color(QPalette.ColorRole.Base) == dark.theme.color("raised")
