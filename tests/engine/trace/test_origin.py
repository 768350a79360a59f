"""A shared node's adjoint in slices by time step: they are right by hand, and sum to it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.autodiff.tape import Tape
from engine.museum import exhibit, plant
from engine.run_spec import RunSpec
from engine.runs import run
from engine.trace.expression import record_expression
from engine.trace.origin import (
    is_shared,
    losses_of,
    origin_in_steps,
    origin_of,
    shared_nodes,
    size,
    through,
    unit,
)
from engine.trace.trace import Trace, record

if TYPE_CHECKING:
    from engine.autodiff.tape import Variable

SENTENCE = "Narwhals are way cooler than parrots"


def linear_chain(w: float, x: float, steps: int) -> Trace:
    """h_t = w h_(t-1), h_0 = x, output h_T, each product recorded in its time step."""
    tape = Tape()
    weight = tape.parameter("w", w)
    h = tape.input("h_0", x)
    for t in range(1, steps + 1):
        with tape.module(f"step[{t}]", step=t):
            h = (weight * h).named(f"h_{t}")
    return record(tape, h)


def tanh_chain(weights: list[float], x: float) -> tuple[Trace, float]:
    """h_t = tanh(w_t h_(t-1)) on a tape where all w_t are one parameter, and its output."""
    tape = Tape()
    weight = tape.parameter("w", weights[0])
    h: Variable = tape.input("h_0", x)
    for t, _ in enumerate(weights, start=1):
        with tape.module(f"step[{t}]", step=t):
            h = tape.apply("tanh", weight * h).named(f"h_{t}")
    value = x
    for w in weights:
        value = math.tanh(w * value)
    return record(tape, h), value


def named(trace: Trace, name: str) -> int:
    return next(node.index for node in trace.nodes if node.name == name)


def test_every_step_of_a_linear_chain_brings_the_same() -> None:
    # h_4 = w^4 x, so dh_4/dw = 4 w^3 x; the use at step t brings w^(4-t) h_(t-1) = w^3 x.
    trace = linear_chain(w=0.5, x=3.0, steps=4)
    origin = origin_of(trace, 0, 0)
    assert origin.steps.tolist() == [1, 2, 3, 4]
    assert origin.values.tolist() == [0.375] * 4
    assert origin.total == 4 * 0.5**3 * 3.0
    assert origin.measure == "component"
    assert len(origin) == 4


def test_each_slice_is_the_derivative_of_the_weight_at_its_step() -> None:
    weights, x, h = [0.9] * 5, 0.7, 1e-6
    trace, _ = tanh_chain(weights, x)
    origin = origin_of(trace, 0, 0)
    for t in range(5):
        more, less = weights.copy(), weights.copy()
        more[t] += h
        less[t] -= h
        slope = (tanh_chain(more, x)[1] - tanh_chain(less, x)[1]) / (2 * h)
        assert origin.values[t] == pytest.approx(slope, rel=1e-8)


@pytest.mark.parametrize("cell", ["elman", "gru", "lstm"])
def test_the_slices_of_a_component_sum_to_it_bit_for_bit(cell: str) -> None:
    trace = run(RunSpec(text=SENTENCE, cell=cell))  # type: ignore[arg-type]  # one of the three
    for node in shared_nodes(trace):
        adjoint = trace.adjoints[node]
        assert adjoint is not None
        for component in {0, adjoint.size // 2, adjoint.size - 1}:
            origin = origin_of(trace, node, component)
            total = 0.0
            # The backward pass adds the last use first; floats sum to the same only in its order.
            for value in origin.values[::-1].tolist():
                total += value
            assert total == adjoint.reshape(-1)[component] == origin.total


@pytest.mark.parametrize("cell", ["elman", "gru", "lstm"])
def test_the_slices_of_all_components_sum_to_the_norm(cell: str) -> None:
    trace = run(RunSpec(text=SENTENCE, cell=cell))  # type: ignore[arg-type]  # one of the three
    for node in shared_nodes(trace):
        origin = origin_of(trace, node)
        adjoint = trace.adjoints[node]
        assert adjoint is not None
        assert origin.measure == "projection"
        assert origin.total == pytest.approx(float(np.linalg.norm(adjoint)), rel=1e-14)
        assert math.fsum(origin.values) == pytest.approx(origin.total, rel=1e-14)


def test_a_projection_is_a_scalar_product_with_the_direction_of_the_adjoint() -> None:
    # y = sum(x) + sum(x·x) at x = (3, 4): the square uses x in both of its slots.
    tape = Tape()
    x = tape.input("x", [3.0, 4.0])
    with tape.module("step[1]", step=1):
        once = tape.apply("sum", x)
    with tape.module("step[2]", step=2):
        squares = tape.apply("sum", x * x)
    trace = record(tape, once + squares)
    # Contributions (1, 1) and (6, 8); the adjoint (7, 9) has length sqrt(130).
    origin = origin_of(trace, 0)
    assert origin.values == pytest.approx([16 / math.sqrt(130), 114 / math.sqrt(130)])
    assert [len(edges) for edges in origin.edges] == [1, 2]


def test_a_formula_is_split_by_consumer() -> None:
    # y = x z + sin x at x = 2, z = 3: through the product 3, through the sine cos 2.
    trace = record_expression("x*z + sin(x)", {"x": 2.0, "z": 3.0})
    node = named(trace, "x")
    assert shared_nodes(trace) == (node,)
    assert not is_shared(trace, named(trace, "z"))
    origin = origin_of(trace, node, 0)
    assert origin.steps.tolist() == [-1, -1]
    assert origin.values == pytest.approx([3.0, math.cos(2.0)])


def test_one_consumer_is_one_slice_whatever_its_slots() -> None:
    trace = record_expression("x*x", {"x": 2.0})
    assert not is_shared(trace, 0)
    assert origin_of(trace, 0).values.tolist() == [4.0]


def test_the_parts_through_all_losses_sum_to_the_adjoint() -> None:
    trace = run(RunSpec(text=SENTENCE))
    losses = losses_of(trace)
    assert [trace.nodes[loss].name for loss in losses] == [f"ℓ_{t}" for t in range(1, 7)]
    node = named(trace, "W_hh")
    parts = [through(trace, loss).adjoints[node] for loss in losses]
    assert np.sum(np.array(parts), axis=0) == pytest.approx(trace.adjoints[node], rel=1e-12)


def test_nothing_flows_through_a_loss_from_the_steps_after_it() -> None:
    trace = run(RunSpec(text=SENTENCE))
    # ℓ_3 is predicted from h_2, so W_hh reaches it through steps 1 and 2.
    part = through(trace, losses_of(trace)[2])
    values = origin_of(part, named(trace, "W_hh")).values
    assert np.flatnonzero(values).tolist() == [0, 1]


@pytest.mark.parametrize("mistake", ["assigned", "not-zeroed", "not-summed"])
def test_a_wrong_sum_is_split_as_it_is(mistake: str) -> None:
    planted = plant(run(RunSpec(text=SENTENCE)), exhibit(mistake)).trace
    origin = origin_of(planted, named(planted, "b_h"), 0)
    assert math.fsum(origin.values) == pytest.approx(origin.total)
    # One loss alone cannot be followed in a pass that is wrong as a whole.
    assert losses_of(planted) == ()


def test_what_the_pass_before_left_is_a_slice_without_edges() -> None:
    planted = plant(run(RunSpec(text=SENTENCE)), exhibit("not-zeroed")).trace
    origin = origin_of(planted, named(planted, "b_h"))
    assert origin.edges[0] == ()
    assert all(origin.edges[1:])
    assert origin.values[0] == pytest.approx(origin.total / 2)


def test_without_direction_a_slice_is_the_size_of_its_contribution() -> None:
    # y = sum(1e400 w) + sum(w): the adjoint overflows, one of its two slices is finite.
    tape = Tape()
    w = tape.parameter("w", [1.0, 1.0])
    large = tape.constant("c", 1e200)
    with np.errstate(all="ignore"):
        with tape.module("step[1]", step=1):
            over = tape.apply("sum", w * large * large)
        with tape.module("step[2]", step=2):
            fine = tape.apply("sum", w)
        trace = record(tape, over + fine)
    origin = origin_of(trace, 0)
    assert origin.measure == "size"
    assert origin.values.tolist() == [math.inf, pytest.approx(math.sqrt(2))]
    assert origin.total == math.inf


def test_an_adjoint_of_zero_has_slices_of_zero() -> None:
    trace = record_expression("x*z + sin(x)*z", {"x": 2.0, "z": 0.0})
    assert origin_of(trace, named(trace, "x")).values.tolist() == [0.0, 0.0]


def test_a_split_can_be_left_underway() -> None:
    trace = linear_chain(w=1.0, x=1.0, steps=200)
    assert len(list(origin_in_steps(trace, 0, 0))) == 200 // 64


@pytest.mark.parametrize(
    ("array", "length"),
    [([3.0, 4.0], 5.0), ([3e200, 4e200], 5e200), ([3e-200, 4e-200], 5e-200), ([0.0], 0.0),
     ([1.0, math.inf], math.inf)],
)  # fmt: skip
def test_the_size_neither_overflows_nor_underflows(array: list[float], length: float) -> None:
    assert size(np.array(array)) == pytest.approx(length, rel=1e-14)


def test_a_direction_has_length_one() -> None:
    assert unit(np.array([3e-200, 4e-200])) == pytest.approx([0.6, 0.8])
    assert unit(np.array([1.0, math.nan])) is None
    assert unit(np.zeros(2)).tolist() == [0.0, 0.0]  # type: ignore[union-attr]  # 0 is finite
