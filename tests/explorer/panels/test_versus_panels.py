"""The head of a version and the strip of equality, by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from engine.autodiff.reverse import adjoints_by_pulling, adjoints_by_pushing
from engine.steps import finished
from engine.trace.equality import compared_in_steps, equality_of
from engine.trace.versus import ledger_of
from explorer.panels.versus import VersusHead
from explorer.panels.versus_strip import DIFFERS, EQUAL, MARKED, EqualityStrip

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from engine.trace.events import Version
    from engine.trace.trace import Trace
    from explorer.theme import Style


def head(qtbot: QtBot, style: Style, trace: Trace, version: Version, width: int) -> VersusHead:
    made = VersusHead(style)
    qtbot.addWidget(made)
    made.resize(width, made.sizeHint().height())
    made.show()
    made.show_frame(trace, trace.frame(60, version), ledger_of(trace, version))
    return made


@pytest.fixture
def strip(qtbot: QtBot, style: Style) -> EqualityStrip:
    made = EqualityStrip(style)
    qtbot.addWidget(made)
    made.resize(600, made.sizeHint().height())
    made.show()
    return made


@pytest.mark.parametrize(
    ("width", "title", "manner"),
    [(700, "Version A pulls", True), (345, "Version A pulls", False), (300, "A pulls", False)],
)
def test_a_narrow_head_leaves_out_what_is_least_needed(
    qtbot: QtBot, style: Style, trace: Trace, width: int, title: str, manner: bool
) -> None:
    made = head(qtbot, style, trace, "A", width)
    assert made._title.full_text == title
    assert made._manner.isVisible() == manner
    qtbot.waitUntil(lambda: made._counts.text() == made._counts.full_text, timeout=3000)


def test_counters_keep_their_width_while_they_grow(
    qtbot: QtBot, style: Style, trace: Trace
) -> None:
    made = head(qtbot, style, trace, "B", 700)
    ledger = ledger_of(trace, "B")
    widths = set()
    for cursor in range(len(trace.events("B")) + 1):
        made.show_frame(trace, trace.frame(cursor, "B"), ledger)
        widths.add(made._counts.sizeHint().width())
    assert len(widths) == 1


def test_a_click_on_a_head_chooses_its_version(qtbot: QtBot, style: Style, trace: Trace) -> None:
    made = head(qtbot, style, trace, "A", 700)
    with qtbot.waitSignal(made.chosen) as told:
        QTest.mouseClick(made, Qt.MouseButton.LeftButton, pos=QPoint(30, 10))
    assert told.args == ["A"]
    assert made.accessibleName().startswith("Version A pulls: ")


def test_for_the_audience_everything_is_larger(qtbot: QtBot, style: Style, trace: Trace) -> None:
    made = head(qtbot, style, trace, "A", 700)
    usual = made.sizeHint().height()
    made.set_large(style, large=True)
    assert made.sizeHint().height() > 1.2 * usual
    made.set_large(style, large=False)
    assert made.sizeHint().height() == usual
    made.set_low(low=True)
    assert made.sizeHint().height() < usual


def test_equal_adjoints_make_full_cells(strip: EqualityStrip, trace: Trace) -> None:
    found = equality_of(trace)
    strip.show_proof(trace, found, ())
    assert set(strip.cells.states) == {EQUAL}
    assert strip.sentence == f"All {len(found.nodes)} adjoints are equal, bit for bit"
    strip.grab()


def test_different_adjoints_are_crossed_and_told(strip: EqualityStrip, trace: Trace) -> None:
    pulled = adjoints_by_pulling(trace.nodes, trace.output)
    pushed = adjoints_by_pushing(trace.nodes, trace.output)
    first = int(np.flatnonzero(trace.graph.differentiable)[0])
    adjoint = pulled[first]
    assert adjoint is not None
    pulled[first] = adjoint + 0.5
    strip.show_proof(trace, finished(compared_in_steps(trace, pulled, pushed)), ())
    # The first node of the tape has the last cell.
    assert strip.cells.states[-1] == DIFFERS
    assert strip.cells.states.count(DIFFERS) == 1
    assert " adjoints differ, by up to 5.0e-01" in strip.sentence
    assert strip.cells._told(strip.cells.width() - 1.0).endswith("A and B differ by 5.0e-01")
    strip.grab()


def test_wrong_adjoints_are_marked_though_they_are_equal(
    strip: EqualityStrip, trace: Trace
) -> None:
    found = equality_of(trace)
    strip.show_proof(trace, found, found.nodes[:2].tolist())
    assert strip.cells.states[:3] == [MARKED, MARKED, EQUAL]
    assert strip.sentence.endswith("2 of them are wrong: both versions use the same wrong rule")
    strip.grab()


@pytest.mark.parametrize("low", [False, True])
def test_cells_fill_as_the_versions_go(strip: EqualityStrip, trace: Trace, low: bool) -> None:
    strip.set_low(low=low)
    total = int(trace.graph.differentiable.sum())
    end, done = len(trace.events("A")), (0, 0)
    for cursor in (0, 60, end):
        a, b = trace.frame(cursor, "A"), trace.frame(cursor, "B")
        strip.show_progress(trace, a, b)
        done = int(a.completed.sum()), int(b.completed.sum())
        assert strip.sentence == f"Adjoints complete: A {done[0]}, B {done[1]} of {total}"
        strip.grab()
    assert done == (total, total)
