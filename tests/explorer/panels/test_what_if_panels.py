"""The parts of the sheet "What if", each by itself."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QUndoStack
from PySide6.QtTest import QTest

from engine.errors import InputError
from engine.run_spec import RunSpec
from engine.runs import run
from engine.trace.what_if import what_if
from explorer.panels.what_if_bars import Curve, VisitedPlot
from explorer.panels.what_if_desk import WhatIfDesk
from explorer.panels.what_if_lists import ChangeList, ChangeRow
from explorer.panels.what_if_slider import ValueSlider
from explorer.panels.what_if_words import change_row, note_on, number_in, remark_on, why_not
from explorer.theme import THEMES, Style
from explorer.workspaces.what_if_steps import ALONE, ChangeStep

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from engine.trace.what_if import Changes

STYLE = Style(THEMES["light"])
TRACE = run(RunSpec(text="a b c d", hidden=3))


def node(name: str) -> int:
    return next(each.index for each in TRACE.nodes if each.name == name)


# Steps


def test_the_steps_of_one_drag_are_one(qapp: object) -> None:
    shown: list[Changes] = []
    stack = QUndoStack()
    first: Changes = {}
    for value in (0.1, 0.2, 0.3):
        after = {(0, 0): value}
        stack.push(ChangeStep(shown.append, first, after, gesture=4))
        first = after
    assert stack.count() == 1
    stack.undo()
    stack.redo()
    assert shown[-2:] == [{}, {(0, 0): 0.3}]


@pytest.mark.parametrize(("one", "other"), [(ALONE, ALONE), (1, 2), (ALONE, 1), (1, ALONE)])
def test_other_steps_stay_apart(qapp: object, one: int, other: int) -> None:
    shown: list[Changes] = []
    stack = QUndoStack()
    stack.push(ChangeStep(shown.append, {}, {(0, 0): 1.0}, one))
    stack.push(ChangeStep(shown.append, {(0, 0): 1.0}, {(0, 0): 2.0}, other))
    assert stack.count() == 2


def test_a_drag_back_to_where_it_began_is_no_step(qapp: object) -> None:
    shown: list[Changes] = []
    stack = QUndoStack()
    stack.push(ChangeStep(shown.append, {}, {(0, 0): 1.0}, 7))
    stack.push(ChangeStep(shown.append, {(0, 0): 1.0}, {}, 7))
    assert stack.count() == 0
    assert shown[-1] == {}


# The slider


@pytest.fixture
def slider(qtbot: QtBot) -> ValueSlider:
    made = ValueSlider(STYLE)
    qtbot.addWidget(made)
    made.resize(400, 50)
    made.set_scale(1.6, 0.3)
    return made


def test_the_scale_is_round_and_grows_for_a_number_beyond_it(slider: ValueSlider) -> None:
    assert slider.reach == 2.0
    slider.show_number(-30.0)
    assert slider.reach == 50.0
    assert slider.number == -30.0
    slider.show_number(math.inf)
    assert slider.reach == 50.0


def test_near_the_original_the_handle_takes_it_exactly(slider: ValueSlider) -> None:
    heard: list[float] = []
    slider.changed.connect(heard.append)
    y = int(slider.place_of(0).y())
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(390, y))
    QTest.mouseClick(
        slider, Qt.MouseButton.LeftButton, pos=QPoint(int(slider.place_of(0.3).x()) + 1, y)
    )
    assert heard[0] == pytest.approx(2.0, abs=0.02)
    assert heard[1] == 0.3


def test_keys_move_it_in_hundredths(slider: ValueSlider) -> None:
    heard: list[float] = []
    slider.changed.connect(heard.append)
    QTest.keyClick(slider, Qt.Key.Key_Right)
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert heard == [pytest.approx(0.34), pytest.approx(0.38)]
    assert "originally 0.3" in slider.accessibleDescription()
    slider.grab()


# Words


@pytest.mark.parametrize(
    ("text", "number"),
    [("0.25", 0.25), ("\u22122", -2.0), (" 1e-3 ", 1e-3), ("0,5", 0.5), ("\u221e", math.inf)],
)
def test_numbers_are_read_as_people_write_them(text: str, number: float) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize("text", ["", "two", "1 2", "0x10", "1;2"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="type one such as"):
        number_in(text)


@pytest.mark.parametrize(
    ("predicted", "truth", "begin"),
    [
        (0.1, 0.1005, "They hug"),
        (0.1, 0.11, "They begin to part, by 9.1 %"),
        (0.1, 0.3, "They have parted, by 67 %"),
        (0.1, -0.3, "They point in opposite directions"),
        (0.0, 0.0, "Neither moves"),
        (0.1, math.inf, "The loss is no finite number"),
        (math.nan, 0.1, "The adjoint is no finite number"),
    ],
)
def test_a_sentence_says_how_well_the_adjoint_does(
    predicted: float, truth: float, begin: str
) -> None:
    assert remark_on(predicted, truth, "loss", changed=True).startswith(begin)


def test_before_any_change_it_says_what_to_do() -> None:
    assert remark_on(0, 0, "loss", changed=False).startswith("Move the number")


def test_a_note_says_what_a_change_means() -> None:
    assert note_on(TRACE.nodes[node("W_hh")]).startswith("A parameter")
    assert note_on(TRACE.nodes[node("h_1")]).startswith("Computed by `tanh`")
    assert "token" in note_on(TRACE.nodes[node("x_1")])
    assert why_not(TRACE, node("h_1")) == ""


def test_a_row_names_the_place_and_both_numbers() -> None:
    row = change_row(TRACE, (node("W_hh"), 4), -1.0)
    assert row.place == "[2, 2]"
    assert row.after == "\u22121"
    assert change_row(TRACE, (node("x_2"), 0), 0.0).spoken == "x₂: b → a"


# Lists and plots


def test_a_row_is_removed_by_delete_and_chosen_by_return(qtbot: QtBot) -> None:
    shown = ChangeList(STYLE)
    qtbot.addWidget(shown)
    shown.set_rows((ChangeRow(3, 1, "h_1", "[2]", "0", "1"), ChangeRow(5, 0, "x", "", "2", "3")))
    shown.show()
    removed: list[tuple[int, int]] = []
    picked: list[tuple[int, int]] = []
    shown.removed.connect(lambda node, component: removed.append((node, component)))
    shown.picked.connect(lambda node, component: picked.append((node, component)))
    shown.setCurrentIndex(shown.model().index(1, 0))
    QTest.keyClick(shown, Qt.Key.Key_Delete)
    shown.setCurrentIndex(shown.model().index(0, 0))
    QTest.keyClick(shown, Qt.Key.Key_Return)
    assert removed == [(5, 0)]
    assert picked == [(3, 1)]
    shown.grab()


@pytest.mark.parametrize(
    "curve",
    [
        None,
        Curve((), 0.0, 0.0, 0.0, 0.0, 1.0),
        Curve(((0.0, 0.0), (0.5, 0.2)), 0.5, 0.0, 0.0, 0.3, 1.0),
        Curve(((0.0, 0.0), (0.5, math.inf)), 0.5, 0.0, 0.0, 1e300, 1.0),
    ],
)
def test_any_curve_can_be_drawn(qtbot: QtBot, program_fonts: object, curve: Curve | None) -> None:
    plot = VisitedPlot(STYLE)
    qtbot.addWidget(plot)
    plot.show_curve(curve)
    plot.grab()


# The desk


def test_the_bars_grow_on_one_scale_while_they_fit(qtbot: QtBot) -> None:
    desk = WhatIfDesk(STYLE)
    qtbot.addWidget(desk.sheet)
    assert desk.look_at(TRACE, node("h_2"), 0)
    desk.show(TRACE, None, able=True)
    place = node("h_2"), 0
    start = float(TRACE.nodes[place[0]].value[0])
    found = [what_if(TRACE, {place: start + step}) for step in (1e-3, 1e-2, 5e-2)]
    scales = {desk.bars(each).scale for each in found}
    assert len(scales) == 1
    lengths = [abs(desk.bars(each).predicted) for each in found]
    assert lengths == sorted(lengths)


def test_the_points_visited_are_forgotten_when_another_number_moves(qtbot: QtBot) -> None:
    desk = WhatIfDesk(STYLE)
    qtbot.addWidget(desk.sheet)
    place = node("h_2"), 0
    desk.look_at(TRACE, *place)
    for value in (0.1, 0.2):
        desk.visit(what_if(TRACE, {place: value}), {place: value})
    start = float(TRACE.nodes[place[0]].value[0])
    assert set(desk._visited) == {start, 0.1, 0.2}
    both = {place: 0.3, (node("b_h"), 0): 1.0}
    desk.visit(what_if(TRACE, both), both)
    assert set(desk._visited) == {0.3}
    desk.look_at(TRACE, node("h_1"), 0)
    assert not desk._visited


def test_without_a_number_it_says_what_to_do(qtbot: QtBot) -> None:
    desk = WhatIfDesk(STYLE)
    qtbot.addWidget(desk.sheet)
    assert not desk.look_at(TRACE, -1)
    desk.show(TRACE, None, able=False)
    assert "Select a number" in desk.sheet._note.sentence
    assert desk.sheet.subject is None
