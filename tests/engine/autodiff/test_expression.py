"""Typed formulas: the graph they become, and a clear refusal for everything else."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.autodiff.expression import LENGTH_LIMIT, evaluate_expression, parse_assignments
from engine.errors import InputError
from engine.trace.expression import record_expression
from engine.trace.trace import Trace

LECTURE = "exp(x*z) + x*z/log(x) + sin(log(x))/(x*z)"
VALUES = {"x": 2.0, "z": 3.0}


def names(trace: Trace) -> list[str]:
    return [node.name for node in trace.nodes]


def test_the_lecture_s_formula_has_the_numbers_worked_out_by_hand() -> None:
    # With a = x z = 6 and c = log 2: y = e^6 + 6/c + sin(c)/6;
    # dy/da = e^6 + 1/c - sin(c)/36, dy/dc = -6/c^2 + cos(c)/6.
    trace = record_expression(LECTURE, VALUES)
    c = math.log(2)
    assert trace.loss == pytest.approx(math.exp(6) + 6 / c + math.sin(c) / 6, rel=1e-15)
    dy_da = math.exp(6) + 1 / c - math.sin(c) / 36
    dy_dc = -6 / c**2 + math.cos(c) / 6
    expected = {"a": dy_da, "c": dy_dc, "x": 3 * dy_da + dy_dc / 2, "z": 2 * dy_da}
    for name, adjoint in expected.items():
        ours = trace.adjoints[names(trace).index(name)]
        assert ours is not None
        assert float(ours) == pytest.approx(adjoint, rel=1e-14)


def test_equal_sub_expressions_are_one_node() -> None:
    trace = record_expression(LECTURE, VALUES)
    shown = [f"{n.name} = {n.op} {[trace.nodes[i].name for i in n.operands]}" for n in trace.nodes]
    assert shown == [
        "x = input []",
        "z = input []",
        "a = mul ['x', 'z']",
        "b = exp ['a']",
        "c = log ['x']",
        "d = div ['a', 'c']",
        "e = add ['b', 'd']",
        "f = sin ['c']",
        "g = div ['f', 'a']",
        "y = add ['e', 'g']",
    ]
    assert len(trace.graph.consumer_edges(2)) == 3


def test_the_provenance_says_what_was_typed() -> None:
    trace = record_expression("x*x", {"x": 2.0, "unused": 5.0}, "float32")
    assert dict(trace.provenance) == {
        "kind": "expression",
        "expression": "x*x",
        "values": {"x": 2.0},
        "dtype": "float32",
    }
    assert {node.module for node in trace.nodes} == {"expression"}
    assert {node.value.dtype for node in trace.nodes} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a*b", ["a", "b", "y"]),
        ("a*b + c", ["a", "b", "c", "d", "y"]),
        ("y*y + 1", ["y", "a", "1", "z"]),
        ("y*z", ["y", "z", "a"]),
        ("pi*x", ["x", "π", "y"]),
        ("x*0.5 + x*0.50", ["x", "0.5", "a", "y"]),
        ("x_1 * x_2", ["x_1", "x_2", "y"]),
    ],
)
def test_results_are_called_by_the_letters_that_are_free(text: str, expected: list[str]) -> None:
    letters = dict.fromkeys(["a", "b", "c", "x", "y", "z", "x_1", "x_2"], 1.5)
    assert names(record_expression(text, letters)) == expected


def test_after_the_alphabet_come_subscripts() -> None:
    trace = record_expression("+".join(["x"] * 40), {"x": 1.0})
    assert names(trace)[24:28] == ["z", "a_1", "b_1", "c_1"]
    assert len(set(names(trace))) == len(trace)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-2**x", -4.0),
        ("(-2)**x", 4.0),
        ("x--2", 4.0),
        ("+x - -x", 4.0),
        ("2**x**3", 256.0),
        ("x/4/2", 0.25),
        ("1e3*x + .5 + 3.", 2003.5),
        ("  x *\n\tx ", 4.0),
        ("relu(-x) + sigmoid(0*x) + tanh(0*x) + cos(0*x)", 1.5),
        ("exp(log(x))", math.exp(math.log(2.0))),
    ],
)
def test_formulas_mean_what_they_mean_in_mathematics(text: str, value: float) -> None:
    evaluated = evaluate_expression(text, {"x": 2.0})
    assert float(evaluated.result.value) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the formula is empty"),
        (" \n ", "the formula is empty"),
        ("x^2", r"column 2: a formula has no \^: write a power with \*\*"),
        ("y = x", "column 3: a formula has no =: write only the right-hand side"),
        ("2x", r"column 2: an operator is missing before x; write a product with \*"),
        ("x z", "column 3: an operator is missing before z"),
        ("(x)(z)", r"column 4: an operator is missing before \("),
        ("foo(x)", "column 1: there is no function foo; there are exp, log"),
        ("x*exp", "column 3: exp needs an operand"),
        ("exp(x, z)", "column 1: exp takes one operand, not 2"),
        ("x*()", "column 4: a number or a name is missing"),
        ("x + ", r"column 3: a number or a name is missing after \+"),
        ("* x", "column 1: the formula cannot be read here"),
        ("(x", r"column 1: this \( is never closed"),
        ("x)", r"column 2: this \) closes nothing"),
        ("x, z", "a formula is made of"),
        ("x if x else z", "column 3: if cannot be a name"),
        ("lambda x", "column 1: lambda cannot be a name"),
        ("'a'", "a formula has no '"),
        ("x[0]", "use round parentheses"),
        ("x.real", r"a formula has no \."),
        ("x\0", "column 2: a formula has no"),
        ("x*\ud800", "column 3: a formula has no"),
        ("\ufb01*2", "a name is made of letters"),
        ("a" * 21, "a name has at most 20 characters"),
        ("1e999*x", "column 1: this number is too large"),
        ("9" * 400 + "*x", "this number is too large"),
        ("9" * 5000 + "*x", "cannot be read"),
        ("007*x", "cannot be read"),
        ("1j*x", "an operator is missing before j"),
        ("x//z", "a formula is made of"),
        ("x + q", "column 5: q has no value; give one, for example q=2"),
        ("x", "there is nothing to compute"),
        ("2*3", "there is nothing to differentiate"),
        ("1/(x-2)", "column 1: 1/0 is a division by zero"),
        ("z + log(x-5)", "column 5: log needs a number above 0, not -3"),
        ("exp(1000*x)", r"column 1: exp\(2000\) is too large for float64"),
        ("(-x)**0.5", r"\(-2\) \*\* 0.5 is not a real number"),
        ("0**(0-x)", r"0\*\*\(-2\) is a division by zero"),
        ("(x-2)**0.5", "the derivative of y with respect to x is not a finite number here"),
        ("(-x)**z", "the derivative of y with respect to z is not a finite number here"),
        ("(" * 1000 + "x" + ")" * 1000, "nested too deeply"),
        ("sin(" * 1000 + "x" + ")" * 1000, "nested too deeply"),
        ("x+" * 4999 + "x", "nested too deeply"),
        ("x" * (LENGTH_LIMIT + 1), "longer than 10,000 characters"),
    ],
)
def test_what_is_no_formula_is_refused_in_one_sentence(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as raised:
        record_expression(text, VALUES)
    assert "\n" not in str(raised.value)
    str(raised.value).encode()


@pytest.mark.parametrize("text", ["-" * 1000 + "x", "+".join(["x"] * 1001), "x*2" + "/x" * 1000])
def test_a_thousand_operations_are_no_trouble(text: str) -> None:
    assert len(record_expression(text, {"x": 1.0})) >= 1000


def test_a_number_too_large_for_single_precision_is_named() -> None:
    with pytest.raises(InputError, match="1e\\+300 is too large for float32"):
        record_expression("x*1e300", VALUES, "float32")
    with pytest.raises(InputError, match="x must be a finite float32 number"):
        record_expression("x*x", {"x": 1e300}, "float32")
    with pytest.raises(InputError, match="the dtype is float64 or float32"):
        record_expression("x*x", VALUES, "float16")


PIECES = [*"xz()+-*/^.,=_ \n\0", "**", "exp(", "log(", "1", "2.5", "1e9", "\u00e9", "\U0001d54f"]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=40))
@settings(max_examples=500, deadline=None)
def test_any_text_gives_a_run_or_an_input_error(text: str) -> None:
    try:
        loss = record_expression(text, VALUES).loss
    except InputError:
        return
    assert math.isfinite(loss)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("x=2,z=3", {"x": 2.0, "z": 3.0}),
        (" x_1 = -2.5e-3 , y=.5", {"x_1": -0.0025, "y": 0.5}),
        ("", {}),
        ("  ", {}),
    ],
)
def test_assignments_are_read(text: str, values: dict[str, float]) -> None:
    assert parse_assignments(text) == values


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x", "write values as x=2,z=3"),
        ("x=2,", "write values as x=2,z=3"),
        ("x=", "x needs a finite number"),
        ("x=nan", "x needs a finite number"),
        ("x=inf", "x needs a finite number"),
        ("x=1e999", "x needs a finite number"),
        ("x=1_0", "x needs a finite number"),
        ("x=0x10", "x needs a finite number"),
        ("x==2", "x needs a finite number"),
        ("x=2,x=3", "x is given twice"),
        ("2=3", "a name is made of letters"),
        ("=3", "a name is made of letters"),
        ("exp=3", "exp already has a meaning"),
        ("pi=3", "pi already has a meaning"),
        ("if=3", "if cannot be a name"),
        ("a" * 21 + "=1", "at most 20 characters"),
        ("x=2\ud800", "x needs a finite number"),
        ("\ud800", "write values as"),
    ],
)
def test_what_is_no_assignment_is_refused_in_one_sentence(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as raised:
        parse_assignments(text)
    str(raised.value).encode()
