from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest

from engine.autodiff.ops import add, lookup, mean
from engine.autodiff.tape import Tape
from engine.run_spec import RunSpec
from engine.runs import run
from engine.trace.contribution_numbers import tex_contribution_with_numbers
from engine.trace.formulas import tex_number
from engine.trace.trace import Trace, record

SPECS = [
    RunSpec(network="feed-forward"),
    RunSpec(text="one fish two", hidden=2),
    RunSpec(text="one fish", hidden=2, cell="gru"),
    RunSpec(text="one fish", hidden=2, cell="lstm"),
    RunSpec(
        expression="exp(x*z) + x*z/log(x) + sin(log(x))/(x*z) - x**z", values={"x": 2.0, "z": 3.0}
    ),
]


def small() -> Trace:
    """L = mean(tanh(W x + w_k)) with W x = (0, 0), so that tanh' = 1 everywhere."""
    tape = Tape()
    W = tape.parameter("W", [[1.0, -2.0], [3.0, -6.0]])
    x = tape.input("x", [2.0, 1.0])
    table, k = tape.parameter("w", [[0.0, 0.0], [0.0, 0.0]]), tape.input("k", 1)
    z = add((W @ x).named("Wx"), lookup(table, k, axis=1).named("wk")).named("z")
    h = tape.apply("tanh", z).named("h")
    return record(tape, mean(h).named("L"))


def edge_between(trace: Trace, consumer: str, operand: str) -> int:
    graph = trace.graph
    return next(
        edge
        for edge in range(graph.edge_count)
        if trace.nodes[graph.edge_consumer[edge]].name == consumer
        and trace.nodes[graph.edge_operand[edge]].name == operand
    )


@pytest.mark.parametrize(
    ("consumer", "operand", "component", "said"),
    [
        # dL/dL = 1 and n = 2.
        ("L", "h", (0,), r"\frac{1}{2} = 0.5"),
        ("h", "z", (1,), r"0.5 \, (1 - 0^2) = 0.5"),
        # A sum hands on what it has.
        ("z", "Wx", (0,), "0.5"),
        # dL/dW_ij = g_i x_j and dL/dx_j = W_1j g_1 + W_2j g_2 = -2 * 0.5 - 6 * 0.5.
        ("Wx", "W", (1, 0), r"0.5 \cdot 2 = 1"),
        ("Wx", "x", (1,), r"({-}2) \cdot 0.5 + ({-}6) \cdot 0.5 = {-}4"),
        # Token 1 is column 1; column 0 takes nothing.
        ("wk", "w", (0, 1), "0.5"),
        ("wk", "w", (0, 0), "0"),
    ],
)
def test_a_part_is_worked_out_by_hand(
    consumer: str, operand: str, component: tuple[int, ...], said: str
) -> None:
    trace = small()
    edge = edge_between(trace, consumer, operand)
    assert tex_contribution_with_numbers(trace, edge, component) == said


def written_parts(trace: Trace) -> Iterator[tuple[str, float]]:
    """Every number that flows back along an edge: as written out, and itself."""
    for event in trace.events():
        if event.edge < 0:
            continue
        part = trace.contribution(event.edge)
        for component in np.ndindex(part.shape):
            said = tex_contribution_with_numbers(trace, event.edge, component)
            yield said, float(part[component])


@pytest.mark.parametrize("spec", SPECS, ids=range(len(SPECS)))
def test_every_part_ends_in_its_own_number(spec: RunSpec) -> None:
    for said, number in written_parts(run(spec)):
        assert said.split(" = ")[-1] == tex_number(number)


@pytest.mark.parametrize("spec", SPECS[:2], ids=["feed-forward", "recurrent"])
def test_what_is_written_out_adds_up_to_the_number(spec: RunSpec) -> None:
    for said, _ in written_parts(run(spec)):
        left, _, right = said.rpartition(" = ")
        if left and r"\ldots" not in left and "10^" not in said:
            assert value(left) == pytest.approx(value(right), rel=0.02, abs=5e-3), said


def value(tex: str) -> float:
    """The number that a formula of numbers stands for."""
    plain = tex.replace(r"\cdot", "*").replace(r"\,", "*").replace("{-}", "-").replace("^", "**")
    plain = re.sub(r"\\frac\{(.*)\}\{(.*)\}", r"(\1)/(\2)", plain)
    return float(eval(plain))  # noqa: S307  (digits and operators that we wrote)
