from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.trace.expression import record_expression
from explorer.panels.cells import short_number
from explorer.panels.contributions import MOST_ROWS, Contributions

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from engine.trace.trace import Trace
    from explorer.panels.typeset import Typesetter
    from explorer.theme import Style


def shown(panel: Contributions) -> list[tuple[str, str]]:
    """(consumer, number) of the visible rows."""
    rows = [row for row in panel._rows if not row.link.isHidden()]
    return [(row.link.text(), row.number.full_text) for row in rows]


def test_each_consumer_waits_and_then_adds_its_part(
    qtbot: QtBot, style: Style, typesetter: Typesetter
) -> None:
    trace = record_expression("x*z + exp(x)", {"x": 2.0, "z": 3.0}, "float64")
    panel = Contributions(style, typesetter)
    qtbot.addWidget(panel)
    panel.show_node(trace, trace.frame(0), 0, 0)
    assert {number for _, number in shown(panel)} == {"waiting"}
    panel.show_node(trace, trace.frame(len(trace.events("B"))), 0, 0)
    # d(xz)/dx = z = 3, d(exp x)/dx = e^2 = 7.389.
    assert sorted(number for _, number in shown(panel)) == ["+3.00", "+7.39"]
    assert panel._arrived.full_text == "2 of 2 arrived"


def test_a_square_contributes_twice(qtbot: QtBot, style: Style, typesetter: Typesetter) -> None:
    trace = record_expression("x*x", {"x": 5.0}, "float64")
    panel = Contributions(style, typesetter)
    qtbot.addWidget(panel)
    panel.show_node(trace, trace.frame(len(trace.events("B"))), 0, 0)
    assert shown(panel) == [("y", "+5.00"), ("y", "+5.00")]


def test_more_consumers_than_rows_are_counted(
    qtbot: QtBot, style: Style, typesetter: Typesetter
) -> None:
    text = " + ".join(f"x*{k}" for k in range(1, MOST_ROWS + 4))
    trace = record_expression(text, {"x": 1.0}, "float64")
    panel = Contributions(style, typesetter)
    qtbot.addWidget(panel)
    panel.show_node(trace, trace.frame(0), 0, 0)
    assert len(shown(panel)) == MOST_ROWS
    assert panel._more.full_text == "and 3 more"


def test_the_numbers_shown_add_up_to_the_adjoint(
    qtbot: QtBot, trace: Trace, style: Style, typesetter: Typesetter
) -> None:
    panel = Contributions(style, typesetter)
    qtbot.addWidget(panel)
    end = trace.frame(len(trace.events("A")), "A")
    for node in trace.nodes:
        adjoint = trace.adjoints[node.index]
        edges = trace.graph.contributing_edges(node.index)
        panel.show_node(trace, end, node.index, 0)
        if adjoint is None or not len(edges):
            assert panel.isHidden()
            continue
        parts = [np.asarray(trace.contribution(int(edge))).reshape(-1)[0] for edge in edges]
        assert [number for _, number in shown(panel)] == [short_number(part) for part in parts]
        assert np.isclose(sum(parts), adjoint.reshape(-1)[0], rtol=1e-13, atol=1e-15)
