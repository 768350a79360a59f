"""Measures of a run, held to numbers derived by hand and to laws."""

from __future__ import annotations

import numpy as np
import pytest

from engine.autodiff.tape import Tape
from engine.models.architecture import Architecture
from engine.models.recurrent import RecurrentLM
from engine.text.vocabulary import Vocabulary
from engine.trace.measures import (
    bare_module,
    by_module,
    by_step,
    handed_on,
    kept_bytes,
    measures_of,
    parameter_bytes,
    root_mean_square,
)
from engine.trace.trace import Trace, record


@pytest.fixture(scope="module")
def elman() -> Trace:
    """Three tokens of five, H = 4."""
    vocabulary = Vocabulary(("are", "cool", "narwhals", "way", "who"))
    model = RecurrentLM.fresh(Architecture(hidden=4), vocabulary, np.random.default_rng(3))
    tape, loss = model.record([2, 0, 1])
    return record(tape, loss)


def node_of(trace: Trace, name: str) -> int:
    return next(node.index for node in trace.nodes if node.name == name)


def test_a_product_keeps_both_factors_and_each_array_once() -> None:
    # y = sum(x * z + x): x goes into two slots; only the product needs it. 3 numbers of 8 bytes.
    tape = Tape()
    x, z = tape.input("x", [1.0, 2.0, 3.0]), tape.input("z", [4.0, 5.0, 6.0])
    trace = record(tape, tape.apply("sum", x * z + x).named("y"))
    assert kept_bytes(trace).tolist() == [24, 24, 0, 0, 0]


def test_a_factor_beside_a_constant_is_not_kept() -> None:
    # dy/dx needs the constant alone; nobody asks for the constant's adjoint.
    tape = Tape()
    x, c = tape.input("x", 2.0), tape.constant("c", 3.0)
    assert kept_bytes(record(tape, x * c)).tolist() == [0, 8, 0]


def test_a_reshaped_array_counts_where_it_lies() -> None:
    # exp keeps its own value, which is read in another shape: one array of 4 numbers.
    tape = Tape()
    x = tape.input("x", [1.0, 2.0, 3.0, 4.0])
    e = tape.apply("exp", x)
    square = tape.apply("reshape", e, shape=(2, 2))
    trace = record(tape, tape.apply("sum", square * square))
    assert kept_bytes(trace).tolist() == [0, 32, 0, 0, 0]


def test_an_elman_network_keeps_what_its_rules_read(elman: Trace) -> None:
    kept = kept_bytes(elman)
    by_name = {node.name: int(kept[node.index]) for node in elman.nodes}
    # The matrices that are multiplied (4·4 and 5·4), not the table that is looked up in.
    assert (by_name["W_hh"], by_name["W_hy"], by_name["W_xh"]) == (128, 160, 0)
    # tanh its value, which the next products need too; sums nothing; log-softmax its value.
    assert (by_name["h_1"], by_name["z_1"], by_name["y_1"], by_name["log p(·|h_1)"]) == (
        32, 0, 0, 40,
    )  # fmt: skip
    # The token, for the lookup and for the loss.
    assert by_name["x_1"] == 8
    assert parameter_bytes(elman, kept) == 128 + 160 + 32


def test_operations_by_module_and_time_step(elman: Trace) -> None:
    measures = measures_of(elman)
    rows = {row.name: row for row in by_module(elman, measures)}
    # The cell runs at t = 1, 2: W h is 4 rows of 7, z a sum of three (8), tanh 4; lookup nothing.
    assert rows["cell"].forward == 2 * (28 + 8 + 4)
    # The output at t = 0, 1, 2: 5 rows of 7, plus b_y 5, log-softmax 4 + 5 + 5 + 4 + 1 + 5.
    assert rows["output"].forward == 3 * (35 + 5 + 24)
    # Three changes of sign, and the mean of three numbers: 2 additions, a quotient.
    assert rows["loss"].forward == 3 + 3
    assert sum(row.nodes for row in rows.values()) == len(elman)
    assert sum(row.backward for row in rows.values()) == measures.backward.sum()
    steps, forward = by_step(elman, measures.forward)
    assert steps.tolist() == [0, 1, 2, 3]
    assert forward[1] == 40 + 64 + 1
    assert forward.sum() == measures.forward.sum()


def test_the_sums_of_an_adjoint_count_at_its_node() -> None:
    # y = x x x: the two products cost 2 each; x has three contributions: 2 additions. (x x has 1.)
    tape = Tape()
    x = tape.input("x", 2.0)
    trace = record(tape, x * x * x)
    assert measures_of(trace).backward.tolist() == [2, 2, 2]
    assert measures_of(trace).reuse.tolist() == [3, 1, 0]


@pytest.mark.parametrize(
    ("op", "x", "share"),
    [
        # 1 - tanh² < 0.05 from |x| = artanh(√0.95) = 2.18 on.
        ("tanh", [0.0, 2.17, 2.19, -3.0], 0.5),
        # σ is a tanh of half the argument: from 4.36 on.
        ("sigmoid", [0.0, 4.34, 4.38, -6.0], 0.5),
        ("relu", [-1.0, 0.0, 1.0, 2.0], 0.5),
        ("tanh", [np.nan, 0.0, 0.0, 0.0], 0.0),
    ],
)
def test_saturation_is_the_share_of_flat_components(op: str, x: list[float], share: float) -> None:
    tape = Tape()
    y = tape.apply(op, tape.input("x", x))
    measures = measures_of(record(tape, tape.apply("sum", y)))
    assert measures.saturation[1] == share
    assert np.isnan(measures.saturation[[0, 2]]).all()


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # √((9 + 16) / 2)
        ([3.0, 4.0], np.sqrt(12.5)),
        ([0.0, 0.0], 0.0),
        ([3e200, -4e200], np.sqrt(12.5) * 1e200),
        ([1e-200, 1e-200], 1e-200),
        ([1.0, np.inf], np.inf),
        ([1.0, np.nan], np.nan),
        ([], 0.0),
    ],
)
def test_the_root_mean_square_neither_overflows_nor_hides(
    row: list[float], expected: float
) -> None:
    found = root_mean_square(np.array([row]))
    np.testing.assert_allclose(found, [expected], rtol=1e-15)


def test_magnitudes_are_of_adjoints(elman: Trace) -> None:
    magnitude = measures_of(elman).magnitude
    for node, adjoint in enumerate(elman.adjoints):
        if adjoint is None:
            assert np.isnan(magnitude[node])
        else:
            assert magnitude[node] == pytest.approx(np.sqrt(np.mean(adjoint**2)), rel=1e-12)


def test_hidden_states_are_what_one_time_step_hands_to_the_next(elman: Trace) -> None:
    # h_1 goes into the cell of step 2, so the states are handed on; h_0 is a parameter.
    found = handed_on(elman)
    assert [[elman.nodes[i].name for i in nodes] for nodes in found.values()] == [["h_1", "h_2"]]
    assert list(found) == ["h"]


def test_an_expression_hands_nothing_on() -> None:
    tape = Tape()
    x = tape.input("x", 2.0)
    assert handed_on(record(tape, x * x)) == {}


@pytest.mark.parametrize(
    ("path", "bare"),
    [("step[3].cell", "cell"), ("step[0]", ""), ("loss", "loss"), ("a.step[3].b", "a.step[3].b")],
)
def test_a_module_without_its_time_step(path: str, bare: str) -> None:
    assert bare_module(path) == bare


def test_measures_are_read_only(elman: Trace) -> None:
    assert not measures_of(elman).magnitude.flags.writeable
