from __future__ import annotations

import numpy as np
import pytest

from engine.autodiff.primitives import PRIMITIVES
from engine.autodiff.tape import Tape, Variable
from engine.trace.trace import Trace, record
from explorer.canvas.derivative import local_derivative, plain
from explorer.canvas.labels import number


@pytest.mark.parametrize(
    ("op", "values", "slot", "formula", "value"),
    [
        ("mul", (2.0, 3.0), 0, "v", "3"),
        ("div", (6.0, 4.0), 0, "1/v", "0.2500"),
        ("div", (6.0, 4.0), 1, "-u/v^2", "-0.3750"),  # -6/16
        ("exp", (0.0,), 0, "y", "1"),
        ("tanh", (0.0,), 0, "1 - y^2", "1"),
        ("add", (1.0, 2.0), 1, "1", ""),
        ("neg", (1.0,), 0, "-1", ""),
        ("sin", (0.0,), 0, "cos u", "1"),
    ],
)
def test_scalars_have_a_formula_and_its_number(
    op: str, values: tuple[float, ...], slot: int, formula: str, value: str
) -> None:
    tape = Tape()
    operands = [tape.input(n, v) for n, v in zip("uv", values, strict=False)]
    trace = record(tape, tape.apply(op, *operands).named("y"))
    told = local_derivative(trace, slot)
    assert (told.formula, told.number) == (formula, value)


def test_an_elementwise_function_of_a_vector_has_a_diagonal(elman: Trace) -> None:
    h = next(node for node in elman.nodes if node.name == "h_1")
    (edge,) = elman.graph.operand_edges(h.index)
    told = local_derivative(elman, edge)
    assert told.formula == "diag(1 - h_1^2)"
    assert told.remark == "local derivative, 4 numbers"


def test_a_product_has_its_other_factor_transposed(elman: Trace) -> None:
    node = next(node for node in elman.nodes if node.name == "W_hh h_1")
    edges = list(elman.graph.operand_edges(node.index))
    assert [local_derivative(elman, e).formula for e in edges] == ["h_1^T", "W_hh^T"]


@pytest.mark.parametrize("name", PRIMITIVES)
def test_no_template_of_the_table_leaves_tex_behind(name: str) -> None:
    for template in PRIMITIVES[name].derivatives:
        assert "\\" not in plain(template)


def test_every_edge_of_a_run_can_be_told(elman: Trace) -> None:
    for edge in np.flatnonzero(elman.graph.edge_differentiable):
        assert "#" not in local_derivative(elman, int(edge)).formula


def test_a_name_that_is_a_product_is_grouped() -> None:
    tape = Tape()

    def given(name: str, value: float) -> Variable:
        return tape.input(name, value)

    trace = record(tape, (given("a b", 2.0) * given("c", 3.0)).named("y"))
    assert local_derivative(trace, 1).formula == "a b"
    other = Tape()
    log = other.apply("log", other.input("a b", 2.0)).named("y")
    assert local_derivative(record(other, log), 0).formula == "1/(a b)"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (2.0, "2"), (-3.0, "-3"), (0.0653, "0.0653"), (412.19, "412.19"),
        (1e-5, "1.00e-5"), (2.5e7, "2.50e7"), (float("nan"), "NaN"), (float("inf"), "∞"),
        (float("-inf"), "-∞"), (0.5, "0.5000"), (1.5, "1.5"),
    ],
)  # fmt: skip
def test_numbers_are_short(value: float, text: str) -> None:
    assert number(value) == text
