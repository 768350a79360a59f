"""Formulas of nodes, with names and with the numbers put in."""

from __future__ import annotations

import numpy as np
import pytest

from engine.autodiff.ops import add
from engine.autodiff.tape import Tape
from engine.trace import narration
from engine.trace.formulas import (
    tex_contribution,
    tex_derivative,
    tex_equation,
    tex_name,
    tex_number,
    tex_with_numbers,
)
from engine.trace.trace import Trace, record


@pytest.mark.parametrize(
    ("name", "tex"),
    [
        ("h_4", "h_{4}"),
        ("W_xh x_3", r"W_{\mathrm{xh}} x_{3}"),
        ("log p(·|h_0)", r"\log p ( {\cdot} {\mid} h_{0} )"),
        ("ℓ_12", r"\ell_{12}"),
        ("∂L/∂h_4", r"{\partial}L / {\partial}h_{4}"),
        ("rate", r"\mathrm{rate}"),
        ("2", "2"),
    ],
)
def test_names_become_tex(name: str, tex: str) -> None:
    assert tex_name(name) == tex


@pytest.mark.parametrize(
    ("value", "tex"),
    [
        (2.0, "2"),
        (-0.123456, "{-}0.1235"),
        (1.5e-12, r"1.5 \cdot 10^{-12}"),
        (float("inf"), r"\infty"),
        (float("-inf"), r"-\infty"),
        (float("nan"), r"\mathrm{NaN}"),
    ],
)
def test_numbers_become_tex(value: float, tex: str) -> None:
    assert tex_number(value) == tex


def small_run() -> Trace:
    tape = Tape()
    w = tape.parameter("W", [[1.0, 2.0], [3.0, 4.0]])
    x = tape.input("x", [5.0, -6.0])
    b = tape.parameter("b", [0.5, 0.25])
    z = add(w @ x, b).named("z")
    tape.nodes[z.index - 1].name = "W x"
    h = tape.apply("tanh", z).named("h")
    return record(tape, tape.apply("sum", h).named("y"))


def test_an_equation_names_its_operands() -> None:
    trace = small_run()
    texts = {node.name: tex_equation(trace, node) for node in trace.nodes}
    assert texts["W x"] == "W x"
    assert texts["z"] == "z = W x + b"
    assert texts["h"] == r"h = \tanh {z}"


def test_numbers_stand_where_the_names_stood() -> None:
    trace = small_run()
    named = {node.name: node for node in trace.nodes}
    # (W x)_1 = 1 * 5 + 2 * (-6) = -7 and z_1 = -7 + 0.5.
    assert tex_with_numbers(trace, named["W x"], (0,)) == r"1 \cdot 5 + 2 \cdot ({-}6) = {-}7"
    assert tex_with_numbers(trace, named["z"], (0,)) == "({-}7) + 0.5 = {-}6.5"
    assert tex_with_numbers(trace, named["x"], (1,)) == "{-}6"


def test_a_softmax_is_written_with_its_sum() -> None:
    tape = Tape()
    y = tape.apply("softmax", tape.input("x", [0.0, 0.0])).named("y")
    trace = record(tape, tape.apply("sum", y).named("s"))
    said = tex_with_numbers(trace, trace.nodes[y.index], (1,))
    assert said == r"\frac{e^{0}}{e^{0} + e^{0}} = 0.5"


def test_the_local_derivative_is_written_with_the_nodes_names() -> None:
    trace = small_run()
    z = next(node.index for node in trace.nodes if node.name == "z")
    edge = int(trace.graph.consumer_edges(z)[0])
    assert tex_derivative(trace, edge) == "1 - {h}^2"


def test_every_primitive_can_say_its_numbers() -> None:
    tape = Tape()
    x = tape.input("x", np.array([[0.5, 1.5], [2.5, 0.25]]))
    token = tape.input("i", np.array([1, 0]))
    scalar = tape.input("s", 2.0)
    made = [
        tape.apply("sub", x, scalar),
        tape.apply("div", x, scalar),
        tape.apply("pow", x, scalar),
        tape.apply("neg", x),
        tape.apply("log", x),
        tape.apply("transpose", x),
        tape.apply("reshape", x, shape=(4,)),
        tape.apply("slice", x, key=((0, 1, None),)),
        tape.apply("concat", x, x, axis=0),
        tape.apply("lookup", x, token, axis=0),
        tape.apply("softmax", x),
        tape.apply("log_softmax", x),
        tape.apply("cross_entropy", x, token),
        tape.apply("nll", x, token),
        tape.apply("max", x, axis=1),
        tape.apply("mean", x, axis=0),
        tape.apply("component", x, index=(1, 0)),
        tape.apply("pick", x, tape.input("j", 1), index=(1,), axis=0),
        tape.apply("stack", scalar, scalar, shape=(2, 1)),
        tape.apply("maximum", scalar, tape.input("u", 3.0)),
        tape.apply("sum", x),
    ]
    trace = record(tape, made[-1])
    for variable in made:
        node = trace.nodes[variable.index]
        text = tex_with_numbers(trace, node, (0,) * node.value.ndim)
        number = tex_number(float(node.value.flat[0]))
        assert text == number or text.endswith(f"= {number}"), node.op
        assert text != f"{number} = {number}"


def taken_apart() -> Trace:
    """W[2,1] v + max(W[2,1], v), with the number of W whose column is a token, in a vector."""
    tape = Tape()
    w = tape.parameter("W_h", [[1.0, 2.0], [3.0, 4.0]])
    v, token = tape.parameter("v", 0.5), tape.input("x_1", 1)
    number = tape.apply("component", w, index=(1, 0)).named("W_h[2,1]")
    picked = tape.apply("pick", w, token, index=(0,), axis=1).named("W_h[1,x_1]")
    top = tape.apply("maximum", number, v, picked).named("m")
    both = tape.apply("stack", number * v, top, shape=(2,)).named("z")
    return record(tape, tape.apply("sum", both).named("y"))


@pytest.mark.parametrize(
    ("name", "equation", "tex"),
    [
        ("W_h[2,1]", "W_h[2,1]", "W_{h} [ 2 , 1 ]"),
        ("W_h[1,x_1]", "W_h[1,x_1]", "W_{h} [ 1 , x_{1} ]"),
        (
            "m",
            "m = max(W_h[2,1], v, W_h[1,x_1])",
            r"m = \max(W_{h} [ 2 , 1 ], v, W_{h} [ 1 , x_{1} ])",
        ),
        ("z", "z = (, m)", r"z = [,\; m]"),
    ],
)
def test_single_numbers_are_called_by_their_places(name: str, equation: str, tex: str) -> None:
    trace = taken_apart()
    node = next(node for node in trace.nodes if node.name == name)
    assert narration.equation(trace, node) == equation
    assert tex_equation(trace, node) == tex


@pytest.mark.parametrize(
    ("consumer", "slot", "derivative", "contribution"),
    [
        ("W_h[2,1]", 0, "e_{2, 1}", r"{\partial}y / {\partial}W_{h} [ 2 , 1 ] \cdot e_{2, 1}"),
        (
            "W_h[1,x_1]",
            0,
            "e_{1, x_{1}}",
            r"{\partial}y / {\partial}W_{h} [ 1 , x_{1} ] \cdot e_{1, x_{1}}",
        ),
        ("m", 1, "[{v} = {m}]", r"{\partial}y / {\partial}m \cdot [{v} = {m}]"),
        # Slot 1 of z holds its second number.
        ("z", 1, "1", r"{\partial}y / {\partial}z[2]"),
    ],
)
def test_the_slope_of_a_single_number_says_which(
    consumer: str, slot: int, derivative: str, contribution: str
) -> None:
    trace = taken_apart()
    node = next(node for node in trace.nodes if node.name == consumer)
    edge = trace.graph.operand_edges(node.index)[slot]
    assert tex_derivative(trace, edge) == derivative
    assert tex_contribution(trace, edge) == contribution
