"""The most significant way of a gradient, and the product of local derivatives along it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.autodiff.tape import Tape
from engine.run_spec import RunSpec
from engine.runs import run
from engine.trace.expression import record_expression
from engine.trace.gradient_path import path_of
from engine.trace.origin import losses_of, origin_of, through
from engine.trace.trace import Trace, record


def chain(w: float, steps: int, *, phi: str = "") -> Trace:
    """h_t = phi(w h_(t-1)) from h_0 = 0.7."""
    tape = Tape()
    weight, h = tape.parameter("w", w), tape.input("h_0", 0.7)
    with np.errstate(all="ignore"):
        for t in range(1, steps + 1):
            with tape.module(f"step[{t}]", step=t):
                h = weight * h
                h = (tape.apply(phi, h) if phi else h).named(f"h_{t}")
        return record(tape, h)


def test_the_product_along_a_linear_chain_is_a_power_of_the_weight() -> None:
    # From h_5 back to the use at step 2: three edges of w = -0.5, then h_1 = -0.35 itself.
    trace = chain(-0.5, 5)
    path = path_of(trace, origin_of(trace, 0).edges[1][0])
    assert [link.gain for link in path.links] == [-0.5, -0.5, -0.5, -0.35]
    assert [link.running for link in path.links] == [-0.5, 0.25, -0.125, 0.04375]
    assert path.gain == path.part == 0.04375


def test_the_product_along_a_tanh_chain_is_that_of_its_slopes() -> None:
    # dh_3/dw through step 1 is s_3 w s_2 w s_1 h_0 with the slopes s_t = 1 - h_t^2.
    trace, w, h = chain(0.9, 3, phi="tanh"), 0.9, [0.7]
    for _ in range(3):
        h.append(math.tanh(w * h[-1]))
    slope = [1 - value * value for value in h]
    path = path_of(trace, origin_of(trace, 0).edges[0][0])
    assert path.gain == pytest.approx(slope[3] * w * slope[2] * w * slope[1] * 0.7, rel=1e-14)
    assert path.gain == pytest.approx(origin_of(trace, 0).values[0], rel=1e-14)


@pytest.mark.parametrize("radius", [0.2, 1.5])
def test_the_norm_along_a_matrix_chain_is_that_of_the_jacobian_product(radius: float) -> None:
    # y = sum(W^3 h_0): the cotangent (1, 1)/sqrt(2) pushed through W^T, by hand in numpy.
    tape = Tape()
    matrix = radius * np.array([[0.8, -0.6], [0.6, 0.8]])
    w, h = tape.parameter("W", matrix), tape.input("h_0", [1.0, 2.0])
    for t in range(1, 4):
        with tape.module(f"step[{t}]", step=t):
            h = w @ h
    trace = record(tape, tape.apply("sum", h))
    path = path_of(trace, origin_of(trace, 0).edges[0][0])
    # A rotation times r lengthens each cotangent by r; the last edge brings |h_0| = sqrt(5).
    root = math.sqrt(2)
    assert [link.gain for link in path.links] == pytest.approx(
        [root, radius, radius, math.sqrt(5)], rel=1e-14
    )
    assert path.links[2].running == pytest.approx(root * radius**2, rel=1e-14)


@pytest.mark.parametrize(("x", "through"), [(1.0, "mul"), (2.0, "pow")])
def test_the_way_takes_the_consumer_that_brings_most(x: float, through: str) -> None:
    # y = 3 a + a**2 with a = x z: 3 a brings 3 and a**2 brings 2 a, which is 2 or 4.
    trace = record_expression("3*(x*z) + (x*z)**2", {"x": x, "z": 1.0})
    node = next(node.index for node in trace.nodes if node.name == "x")
    path = path_of(trace, origin_of(trace, node).edges[0][0])
    ops = [trace.nodes[int(trace.graph.edge_consumer[edge])].op for edge in path.edges]
    assert ops == ["add", through, "mul"]
    assert path.gain == pytest.approx(max(3.0, 2 * x))


def test_a_way_through_one_loss_begins_there_and_goes_through_time() -> None:
    trace = run(RunSpec(text="Narwhals are way cooler than parrots"))
    last = through(trace, losses_of(trace)[-1])
    w = next(node.index for node in trace.nodes if node.name == "W_hh")
    path = path_of(last, origin_of(last, w).edges[0][0])
    names = [trace.nodes[int(trace.graph.edge_consumer[edge])].name for edge in path.edges]
    assert names[0] == "ℓ_6"
    assert [name for name in names if name.startswith("h_")] == ["h_5", "h_4", "h_3", "h_2", "h_1"]
    # An Elman network's loss reaches a step on one way only: it brings the whole contribution.
    contribution = last.contribution(path.edges[-1])
    assert path.part == pytest.approx(float(np.linalg.norm(contribution)), rel=1e-12)


@pytest.mark.parametrize(("w", "running"), [(0.1, 0.0), (10.0, math.inf)])
def test_a_long_way_keeps_its_power_of_ten(w: float, running: float) -> None:
    # 600 steps: 599 factors of w after the use of the first step, whose h_0 is 0.7.
    trace = chain(w, 600)
    path = path_of(trace, origin_of(trace, 0).edges[0][0])
    assert path.gain == running
    assert path.links[-1].decades == pytest.approx(599 * math.log10(w) + math.log10(0.7))


def test_what_does_not_reach_the_output_has_no_way() -> None:
    trace = run(RunSpec(text="Narwhals are way cooler than parrots"))
    first = through(trace, losses_of(trace)[0])
    w = next(node.index for node in trace.nodes if node.name == "W_hh")
    with pytest.raises(IndexError, match="no adjoint flows back along edge"):
        path_of(first, origin_of(trace, w).edges[-1][0])
