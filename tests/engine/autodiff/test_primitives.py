"""Every primitive against PyTorch, finite differences and the complex step, and at its corners."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.autodiff.primitives import PRIMITIVES, Array, unbroadcast
from tests.engine.autodiff.cases import CASES, Case
from tests.engine.autodiff.witnesses import first_fault

DRAWS = 20


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_primitive_is_what_three_witnesses_say(case: Case) -> None:
    assert first_fault((case,), np.random.default_rng(20240826), DRAWS) is None


def test_every_primitive_has_cases_and_formulas() -> None:
    assert {case.op for case in CASES} == set(PRIMITIVES)
    for name, row in PRIMITIVES.items():
        assert row.name == name
        assert row.formula
        assert len(row.derivatives) == len(row.vjps)
        for rule, derivative in zip(row.vjps, row.derivatives, strict=True):
            assert (rule is None) == (derivative == "")


def pulled(op: str, *operands: Array, **attributes: object) -> Array:
    """The adjoint of the first operand for a cotangent of ones."""
    row = PRIMITIVES[op]
    value = np.asarray(row.forward(*operands, **attributes))
    return row.contribution(0, np.ones_like(value), value, operands, attributes)


def test_log_softmax_of_huge_numbers_is_exact() -> None:
    x = np.array([1e4, -1e4, 0.0])
    assert PRIMITIVES["log_softmax"].forward(x).tolist() == [0, -2e4, -1e4]
    row = PRIMITIVES["log_softmax"]
    value = row.forward(x)
    # The derivative of the first entry is e_1 - softmax(x) = (1, 0, 0) - (1, 0, 0) = 0.
    assert row.contribution(0, np.array([1.0, 0, 0]), value, (x,), {}).tolist() == [0, 0, 0]


@pytest.mark.parametrize("op", ["log_softmax", "cross_entropy", "nll"])
def test_a_vocabulary_of_one_token_has_no_surprise(op: str) -> None:
    x = np.array([-7.5])
    if op == "log_softmax":
        assert PRIMITIVES[op].forward(x).tolist() == [0.0]
        assert pulled(op, x).tolist() == [0.0]
    elif op == "cross_entropy":
        assert float(PRIMITIVES[op].forward(x, np.array(0))) == 0.0
        assert pulled(op, x, np.array(0)).tolist() == [0.0]
    else:
        assert float(PRIMITIVES[op].forward(np.array([0.0]), np.array(0))) == 0.0


@pytest.mark.parametrize(("x", "expected"), [(-800.0, 0.0), (800.0, 1.0), (0.0, 0.5)])
def test_sigmoid_saturates_without_a_warning(x: float, expected: float) -> None:
    for dtype in (np.float64, np.float32):
        assert float(PRIMITIVES["sigmoid"].forward(np.array(x, dtype))) == expected


@pytest.mark.parametrize(
    ("x", "axis", "expected"),
    [
        ([2.0, 2.0, 1.0], None, [0.5, 0.5, 0.0]),
        ([[1.0, 3.0], [3.0, 3.0]], None, [[0, 1 / 3], [1 / 3, 1 / 3]]),
        ([[1.0, 3.0], [3.0, 3.0]], 1, [[0, 1], [0.5, 0.5]]),
    ],
)
def test_a_tie_of_max_shares_the_adjoint(
    x: list[float], axis: int | None, expected: list[float]
) -> None:
    assert pulled("max", np.array(x), axis=axis).tolist() == expected


@pytest.mark.parametrize(
    ("xs", "expected"),
    [([2.0, 2.0, 1.0], [0.5, 0.5, 0]), ([1.0, 3.0], [0, 1]), ([0.0, 0.0, 0.0], [1 / 3] * 3)],
)
def test_a_tie_of_maximum_shares_the_adjoint_as_that_of_max(
    xs: list[float], expected: list[float]
) -> None:
    operands, row = tuple(np.array(x) for x in xs), PRIMITIVES["maximum"]
    value = np.asarray(row.forward(*operands))
    parts = row.contributions(range(len(xs)), np.array(1.0), value, operands, {})
    assert [float(part) for part in parts] == expected
    assert pulled("max", np.array(xs)).tolist() == expected


@pytest.mark.parametrize(
    ("op", "operands", "attributes"),
    [
        ("component", [np.ones((2, 3))], {"index": (1,)}),
        ("component", [np.ones((2, 3))], {"index": (1, 0, 0)}),
        ("component", [np.ones((2, 3))], {"index": (1, -1)}),
        ("component", [np.ones((2, 3))], {"index": (2, 0)}),
        ("pick", [np.ones((2, 3)), np.array(3)], {"index": (1,), "axis": 1}),
        ("pick", [np.ones((2, 3)), np.array(-1)], {"index": (1,), "axis": 1}),
        ("pick", [np.ones((2, 3)), np.array([1])], {"index": (1,), "axis": 1}),
        ("pick", [np.ones((2, 3)), np.array(1.0)], {"index": (1,), "axis": 1}),
        ("pick", [np.ones((2, 3)), np.array(1)], {"index": (1,), "axis": 2}),
        ("stack", [np.ones(2), np.ones(2)], {"shape": (2, 2)}),
        ("stack", [np.ones(())], {"shape": (-1,)}),
        ("stack", [np.ones(()), np.ones(())], {"shape": (3,)}),
    ],
)
def test_a_place_that_is_none_is_refused(
    op: str, operands: list[Array], attributes: dict[str, object]
) -> None:
    with pytest.raises((ValueError, LookupError)):
        PRIMITIVES[op].forward(*operands, **attributes)


def test_relu_has_slope_0_at_0() -> None:
    assert pulled("relu", np.array([-1.0, 0.0, 2.0])).tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("x", "z"), [(0.0, 2.0), (0.0, 1.0), (0.0, 0.0), (2.0, 0.0), (-2.0, 3.0), (0.0, -1.0)]
)
def test_pow_at_its_corners_is_what_pytorch_says(x: float, z: float) -> None:
    base, exponent = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (x, z))
    torch.pow(base, exponent).backward()
    row = PRIMITIVES["pow"]
    operands = (np.array(x), np.array(z))
    with np.errstate(all="ignore"):
        value = np.asarray(row.forward(*operands))
        ours = [row.contribution(slot, np.array(1.0), value, operands, {}) for slot in (0, 1)]
    np.testing.assert_array_equal(ours[0], base.grad.numpy())
    np.testing.assert_array_equal(ours[1], exponent.grad.numpy())


def test_looking_up_one_row_twice_adds_both_adjoints() -> None:
    table = np.zeros((3, 2))
    assert pulled("lookup", table, np.array([1, 1])).tolist() == [[0, 0], [2, 2], [0, 0]]


@pytest.mark.parametrize("op", ["lookup", "nll", "cross_entropy"])
@pytest.mark.parametrize("index", [-1, 3])
def test_a_token_outside_the_vocabulary_is_refused(op: str, index: int) -> None:
    table = np.eye(3) if op == "lookup" else np.zeros(3)
    with pytest.raises(IndexError):
        PRIMITIVES[op].forward(table, np.array(index))


def test_unbroadcast_sums_over_what_was_stretched() -> None:
    g = np.arange(24.0).reshape(2, 3, 4)
    assert unbroadcast(g, (3, 1)).tolist() == g.sum(axis=(0, 2)).reshape(3, 1).tolist()
    assert unbroadcast(g, ()).tolist() == 276.0
    assert unbroadcast(g, (2, 3, 4)) is g
