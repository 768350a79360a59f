from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel

from engine.run_spec import RunSpec
from engine.runs import run
from engine.styles.faq import why_call, why_inside
from engine.styles.names import arguments, network_of
from engine.trace.events import EventKind
from explorer.colors import adjoint_colors, value_colors
from explorer.panels.code_call import CallPage
from explorer.panels.code_cells import NumberCells, legible
from explorer.panels.code_inside import InsidePage
from explorer.panels.code_math import MathColumn
from explorer.panels.code_node import NodeColumn
from explorer.theme import THEMES, Style, Theme, contrast

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot

    from engine.trace.trace import Trace
    from explorer.panels.typeset import Typesetter


@pytest.fixture(scope="module")
def small() -> Trace:
    return run(RunSpec(network="feed-forward"))


def cursor_of(trace: Trace, kind: EventKind, name: str) -> int:
    """The cursor after the first event of a kind at a node."""
    return next(
        index + 1
        for index, event in enumerate(trace.events())
        if event.kind is kind and trace.nodes[event.node].name == name
    )


# Mathematics


@pytest.fixture
def math(qtbot: QtBot, style: Style, typesetter: Typesetter) -> MathColumn:
    widget = MathColumn(style, typesetter)
    qtbot.addWidget(widget)
    return widget


def rows(math: MathColumn) -> list[tuple[str, str]]:
    return [
        (label.full_text, formula._asked[0])
        for label, formula in math._rows
        if not formula.isHidden()
    ]


def test_a_value_is_shown_component_by_component(math: MathColumn, small: Trace) -> None:
    math.show_frame(small, small.frame(cursor_of(small, EventKind.EVALUATED, "z")))
    z = next(node for node in small.nodes if node.name == "z")
    assert [label for label, _ in rows(math)] == ["[1]", "[2]"]
    for (_, tex), number in zip(rows(math), z.value, strict=True):
        assert tex.endswith(f"= {number:.4g}")
    assert math._equation._asked[0] == r"z = \sigma({a})"


def test_a_contribution_is_shown_with_its_factors(math: MathColumn, small: Trace) -> None:
    cursor = cursor_of(small, EventKind.CONTRIBUTION, "a")
    math.show_frame(small, small.frame(cursor))
    assert math._title.full_text == "Backward: pass on"
    assert math._equation._asked[0].startswith(r"{\partial}J / {\partial}a =")
    part = small.contribution(small.events()[cursor - 1].edge)
    numbers = [float(tex.split(" = ")[-1].replace("{-}", "-")) for _, tex in rows(math)]
    assert numbers == pytest.approx(list(part), rel=1e-3)


def test_the_sum_of_several_parts_is_followed(math: MathColumn) -> None:
    trace = run(RunSpec(text="one fish two", hidden=2))
    math.show_frame(trace, trace.frame(cursor_of(trace, EventKind.CONTRIBUTION, "W_hy")))
    assert math._sum_title.full_text.startswith("1 of 3 parts")
    assert not math._sum.isHidden()
    assert r"\mathrel{+}=" in math._equation._asked[0]


def test_zeros_are_left_out_of_a_contribution(math: MathColumn) -> None:
    trace = run(RunSpec(text="one fish two red blue", hidden=2))
    math.show_frame(trace, trace.frame(cursor_of(trace, EventKind.CONTRIBUTION, "log p(·|h_2)")))
    assert len(rows(math)) == 1
    assert math._more.full_text == "and 4 more components"


def test_every_moment_can_be_shown(math: MathColumn, small: Trace) -> None:
    for cursor in range(len(small.events()) + 1):
        math.show_frame(small, small.frame(cursor))
        assert math._title.full_text
    math.show_frame(small, small.frame(0))
    assert rows(math) == []


# Node


def test_the_node_stands_between_its_neighbours(qtbot: QtBot, style: Style, small: Trace) -> None:
    column = NodeColumn(style)
    qtbot.addWidget(column)
    column.show_frame(small, small.frame(cursor_of(small, EventKind.EVALUATED, "b")))
    assert column.card.name == "b"
    assert [card.name for card in column._below._cards if not card.isHidden()] == ["β", "z"]
    assert [card.name for card in column._above._cards if not card.isHidden()] == ["ŷ"]


def test_what_is_not_known_is_dashed(qtbot: QtBot, style: Style, small: Trace) -> None:
    column = NodeColumn(style)
    qtbot.addWidget(column)
    column.show_frame(small, small.frame(cursor_of(small, EventKind.EVALUATED, "b")))
    assert column.card._value.accessibleDescription() != "not computed yet"
    assert column.card._adjoint.accessibleDescription() == "not computed yet"
    above = column._above._cards[0]
    assert above._value.accessibleDescription() == "not computed yet"


# Cells


@pytest.mark.parametrize(
    ("shape", "width", "rows"),
    [
        ((3,), 300, 1),
        ((8,), 400, 1),
        ((8,), 200, 2),
        ((8,), 100, 4),
        ((3, 4), 300, 3),
        ((), 100, 1),
    ],
)
def test_numbers_break_into_rows_that_fit(
    qtbot: QtBot, style: Style, shape: tuple[int, ...], width: int, rows: int
) -> None:
    cells = NumberCells(style, "value")
    qtbot.addWidget(cells)
    cells.resize(width, 60)
    cells.show_array(np.ones(shape), shape)
    assert cells.rows == rows


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("shape", [(), (3,), (3, 4), (31,), (8, 31), (0,)])
def test_any_array_can_be_drawn(
    qtbot: QtBot, program_fonts: object, name: str, shape: tuple[int, ...]
) -> None:
    cells = NumberCells(Style(THEMES[name]), "adjoint")  # type: ignore[index]
    qtbot.addWidget(cells)
    cells.resize(300, 80)
    for array in (None, np.zeros(shape), np.full(shape, np.nan)):
        cells.show_array(array, shape, partial=True)
        assert not cells.grab().isNull()


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("table", [value_colors, adjoint_colors])
def test_every_number_reads_in_its_cell(
    name: str, table: Callable[[Theme], NDArray[np.uint8]]
) -> None:
    theme = THEMES[name]  # type: ignore[index]
    for red, green, blue, _ in table(theme):
        fill, pen = legible(theme, f"#{red:02x}{green:02x}{blue:02x}")
        assert contrast(pen, fill) >= theme.floor


# The two questions


def test_two_tapes_stand_side_by_side(qtbot: QtBot, style: Style, small: Trace) -> None:
    page = CallPage(style)
    qtbot.addWidget(page)
    page.show_answer(why_call("feed-forward", arguments(small)), "J")
    called, direct = page.tapes
    assert (called.gaps, direct.gaps) == (0, 1)
    assert "no note for a = linear_1(x)" in direct.accessibleDescription()
    assert f"J=\u200a{small.loss:.6g}".replace("\u200a", "") in page.answer.replace(" ", "")
    assert "never reaches α and x" in page.answer


def test_the_numbers_of_the_questions_follow_the_run(qtbot: QtBot, style: Style) -> None:
    page, answers = CallPage(style), []
    qtbot.addWidget(page)
    for seed in (3, 4):
        trace = run(RunSpec(network="feed-forward", seed=seed))
        page.show_answer(why_call("feed-forward", arguments(trace)), "J")
        answers.append(page.answer)
        assert f"{trace.loss:.6g}" in page.answer
    assert answers[0] != answers[1]


@pytest.mark.parametrize("text", ["", "one fish two fish"])
def test_a_missed_parameter_is_told_with_both_losses(qtbot: QtBot, style: Style, text: str) -> None:
    trace = run(RunSpec(text=text, hidden=3) if text else RunSpec(network="feed-forward"))
    network = network_of(trace)
    assert network is not None
    answer = why_inside(network, arguments(trace))
    page = InsidePage(style)
    qtbot.addWidget(page)
    page.show_answer(answer, "L" if text else "J")
    said = " ".join(label.text() for label in page.findChildren(QLabel) if not label.isHidden())
    assert "not found: 0" in said
    assert all(row.path in said for row in answer.rows)
    assert f"{answer.loss - answer.loss_after:.4f}" in page.answer
    assert f"{answer.loss - answer.loss_without:.4f}" in page.answer
    assert f"{answer.loss_without:.4f}" in page.right._loss.sentence  # type: ignore[attr-defined]
    assert "2 times" in page.right._remark.sentence  # type: ignore[attr-defined]
