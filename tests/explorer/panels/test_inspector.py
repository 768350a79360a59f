from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.autodiff.tape import Role
from engine.oracle.answers import OracleAnswer, OracleUnavailable
from engine.oracle.verdict import compare
from explorer.panels.inspector import Inspector

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from engine.trace.trace import Trace
    from explorer.panels.typeset import Typesetter
    from explorer.theme import Style


@pytest.fixture
def inspector(qtbot: QtBot, style: Style, typesetter: Typesetter) -> Inspector:
    widget = Inspector(style, typesetter)
    qtbot.addWidget(widget)
    return widget


def named(trace: Trace, name: str) -> int:
    return next(node.index for node in trace.nodes if node.name == name)


def row(inspector: Inspector, name: str) -> str:
    return (inspector._rows | inspector._torch)[name].full_text


def answer(trace: Trace) -> OracleAnswer:
    return OracleAnswer(tuple(node.value for node in trace.nodes), trace.adjoints, "2")


def test_a_node_is_described_by_primitive_module_shape_and_operands(
    inspector: Inspector, trace: Trace
) -> None:
    inspector.show_node(trace, trace.frame(0), None, named(trace, "z_1"))
    assert row(inspector, "Primitive") == "add"
    names = [link.accessibleName() for link in inspector._links if not link.isHidden()]
    assert len(names) == 3
    assert row(inspector, "Module") == "step[1].cell"
    assert row(inspector, "Shape") == "2 · float64"
    shown = [link.text() for link in inspector._links if not link.isHidden()]
    assert shown == ["Wₓₕ x₁", "Wₕₕ h₀", "bₕ"]


def test_what_is_not_computed_yet_is_said_to_be_so(inspector: Inspector, trace: Trace) -> None:
    node = named(trace, "h_1")
    verdict = compare(trace, answer(trace))
    inspector.show_node(trace, trace.frame(0), verdict, node)
    assert inspector._value_note.full_text == "not computed yet"
    assert inspector._adjoint_note.full_text.endswith("not computed yet")
    assert row(inspector, "PyTorch's value") == "shown when ours is computed"
    assert row(inspector, "PyTorch's adjoint") == "shown when ours is complete"
    assert inspector._numbers.isHidden()


def test_at_the_end_both_of_pytorchs_numbers_stand_beside_ours(
    inspector: Inspector, trace: Trace
) -> None:
    node = named(trace, "h_1")
    theirs = list(answer(trace).values)
    theirs[node] = theirs[node] + np.array([0.0, 0.5])
    verdict = compare(trace, OracleAnswer(tuple(theirs), trace.adjoints, "2"))
    inspector.show_node(trace, trace.frame(len(trace.events("B"))), verdict, node)
    inspector.choose_component(1)
    number = trace.nodes[node].value[1] + 0.5
    # The error of a tensor is its largest difference over 1 + the largest of PyTorch's numbers.
    error = 0.5 / (1 + np.abs(theirs[node]).max())
    assert row(inspector, "PyTorch's value") == f"{number:.6g}, difference {error:.1e}"
    assert row(inspector, "PyTorch's adjoint").endswith("the same bits")


@pytest.mark.parametrize(("verdict", "words"), [(False, "not asked yet"), (True, "unverified")])
def test_without_an_answer_nothing_is_claimed(
    inspector: Inspector, trace: Trace, verdict: bool, words: str
) -> None:
    unknown = compare(trace, OracleUnavailable("x", "y")) if verdict else None
    inspector.show_node(trace, trace.frame(9), unknown, named(trace, "h_0"))
    assert row(inspector, "PyTorch's value") == row(inspector, "PyTorch's adjoint") == words


def test_an_input_shows_its_token_and_has_no_adjoint(inspector: Inspector, trace: Trace) -> None:
    inspector.show_node(trace, trace.frame(40), compare(trace, answer(trace)), named(trace, "x_2"))
    assert row(inspector, "Primitive") == "input, the token “fish”"
    assert inspector._adjoint.isHidden()
    assert inspector._contributions.isHidden()
    assert row(inspector, "PyTorch's adjoint") == "none: nothing to differentiate"


def test_a_distribution_begins_at_the_token_that_came(inspector: Inspector, trace: Trace) -> None:
    inspector.show_node(trace, trace.frame(40), None, named(trace, "log p(·|h_1)"))
    assert "“fish”" in inspector._which.full_text


def test_a_partial_sum_is_said_to_be_growing(inspector: Inspector, trace: Trace) -> None:
    node = named(trace, "W_hy")
    events = trace.events("B")
    first = min(events.contributed_at[edge] for edge in trace.graph.contributing_edges(node))
    inspector.show_node(trace, trace.frame(int(first) + 1), None, node)
    assert inspector._adjoint_note.full_text.endswith("still growing")
    assert inspector._contributions._arrived.full_text == "1 of 3 arrived"


@pytest.mark.parametrize("version", ["A", "B"])
def test_every_node_can_be_looked_at_at_every_moment(
    inspector: Inspector, trace: Trace, version: str
) -> None:
    for cursor in range(0, len(trace.events("A")) + 1, 5):
        frame = trace.frame(cursor, "A" if version == "A" else "B")
        for node in trace.nodes:
            inspector.show_node(trace, frame, None, node.index)
            assert row(inspector, "Primitive")
            last = node.value.size - 1
            inspector.choose_component(last)
            assert inspector.component == max(last, 0)
            if node.role is Role.PARAMETER:
                assert row(inspector, "Module") == "the model's parameters"


def test_following_a_link_asks_for_that_node(
    qtbot: QtBot, inspector: Inspector, trace: Trace
) -> None:
    inspector.show_node(trace, trace.frame(0), None, named(trace, "h_1"), pinned=True)
    with qtbot.waitSignal(inspector.node_chosen) as asked:
        inspector._links[0].click()
    assert asked.args == [named(trace, "z_1")]
    with qtbot.waitSignal(inspector.node_chosen) as asked:
        inspector._follow.click()
    assert asked.args == [-1]
