"""Costs by primitive: counts derived by hand, and what a rule is said to need held to the rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.autodiff.costs import (
    COSTS,
    OWN,
    backward_flops,
    forward_flops,
    in_place_of_operand,
    needed,
)
from engine.autodiff.primitives import PRIMITIVES
from tests.engine.autodiff.cases import CASES

if TYPE_CHECKING:
    from engine.autodiff.costs import Shape
    from engine.autodiff.primitives import Array
    from tests.engine.autodiff.cases import Case

EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.op} {case.label}")


def test_every_primitive_has_a_row() -> None:
    assert set(COSTS) == set(PRIMITIVES)
    for name, row in COSTS.items():
        assert len(row.backward) == len(row.needs), name


# Derivations: a sum of n terms takes n - 1 additions.
FORWARD = (
    # 8 rows of 8 products and 7 additions: 8 · 15 = 2 · 64 - 8.
    ("matmul", (8,), ((8, 8), (8,)), None, 120),
    # 3 · 2 dot products of length 4: 6 · 7.
    ("matmul", (3, 2), ((3, 4), (4, 2)), None, 42),
    ("matmul", (), ((4,), (4,)), None, 7),
    # Two products as above.
    ("matmul", (2, 3, 2), ((2, 3, 4), (4, 2)), None, 84),
    # z = a + b + c of 8 numbers: two additions each.
    ("add", (8,), ((8,), (8,), (8,)), None, 16),
    ("add", (8,), ((8,),), None, 0),
    ("tanh", (8,), ((8,),), None, 8),
    # A row of 5: 4 comparisons, 5 differences, 5 exp, 4 additions, 5 quotients.
    ("softmax", (5,), ((5,),), None, 23),
    # 4 comparisons, 5 differences, 5 exp, 4 additions, 1 log, 5 differences.
    ("log_softmax", (5,), ((5,),), None, 24),
    # The same for the 3 rows of a matrix, and along its other axis for 5 rows of 3.
    ("softmax", (3, 5), ((3, 5),), -1, 69),
    ("softmax", (3, 5), ((3, 5),), 0, 65),
    ("nll", (), ((5,), ()), None, 1),
    # A log-softmax and a change of sign.
    ("cross_entropy", (), ((5,), ()), None, 25),
    ("sum", (), ((3, 4),), None, 11),
    ("sum", (4,), ((3, 4),), 0, 8),
    # 11 additions and a quotient.
    ("mean", (), ((3, 4),), None, 12),
    ("max", (3,), ((3, 4),), 1, 9),
    ("lookup", (8,), ((8, 27), ()), 1, 0),
    ("transpose", (4, 3), ((3, 4),), None, 0),
)

BACKWARD = (
    # g z^T: 8 · 8 products. x^T g: 8 dot products of length 8, 15 each.
    ("matmul", (8,), ((8, 8), (8,)), (0, 1), 64 + 120),
    ("matmul", (8,), ((8, 8), (8,)), (1,), 120),
    # (3, 2)(2, 4): 12 dot products of length 2; (4, 3)(3, 2): 8 of length 3.
    ("matmul", (3, 2), ((3, 4), (4, 2)), (0, 1), 12 * 3 + 8 * 5),
    # Two such, and the two cotangents of the shared z, 8 numbers, are added: 8 additions.
    ("matmul", (2, 3, 2), ((2, 3, 4), (4, 2)), (0, 1), 2 * (12 * 3 + 8 * 5) + 8),
    ("add", (8,), ((8,), (8,), (8,)), (0, 1, 2), 0),
    # 12 numbers of g fall together to 4.
    ("add", (3, 4), ((3, 4), (4,)), (0, 1), 8),
    ("sub", (8,), ((8,), (8,)), (0, 1), 8),
    ("mul", (8,), ((8,), (8,)), (0, 1), 16),
    # 8 products for the operand of 8, and for the number 8 products and 7 additions.
    ("mul", (8,), ((8,), ()), (0, 1), 8 + 15),
    # g - g y y.
    ("tanh", (8,), ((8,),), (0,), 24),
    # g y: 5; their sum: 4; g less it: 5; times y: 5.
    ("softmax", (5,), ((5,),), (0,), 19),
    ("nll", (), ((5,), ()), (0,), 1),
    # The softmax 23, times g 5, and at the target g with its sign changed, added: 2.
    ("cross_entropy", (), ((5,), ()), (0,), 30),
    ("mul", (8,), ((8,), (8,)), (), 0),
)


@pytest.mark.parametrize(("op", "shape", "operands", "axis", "expected"), FORWARD)
def test_operations_of_a_value(
    op: str, shape: Shape, operands: tuple[Shape, ...], axis: int | None, expected: int
) -> None:
    assert forward_flops(op, shape, operands, axis) == expected


@pytest.mark.parametrize(("op", "shape", "operands", "slots", "expected"), BACKWARD)
def test_operations_of_the_rules(
    op: str, shape: Shape, operands: tuple[Shape, ...], slots: tuple[int, ...], expected: int
) -> None:
    assert backward_flops(op, shape, operands, None, slots) == expected


@pytest.mark.parametrize(
    ("op", "slots", "expected"),
    [
        ("add", (0, 1), ()),
        ("mul", (0, 1), (0, 1)),
        # The other factor is held fixed: its adjoint is not asked for, so x is not needed.
        ("mul", (0,), (1,)),
        ("tanh", (0,), (OWN,)),
        ("matmul", (1,), (0,)),
        ("nll", (0,), (1,)),
        ("nll", (), ()),
        ("maximum", (1,), (OWN, 0, 1)),
    ],
)
def test_what_the_rules_need(op: str, slots: tuple[int, ...], expected: tuple[int, ...]) -> None:
    assert needed(op, slots, 2) == expected


@EVERY_CASE
def test_a_rule_reads_no_array_that_it_is_not_said_to_need(case: Case) -> None:
    rng = np.random.default_rng(11)
    operands = case.draw(rng)
    primitive = PRIMITIVES[case.op]
    value = np.asarray(primitive.forward(*operands, **case.attributes))
    adjoint = rng.normal(size=value.shape)
    for slot in range(len(operands)):
        if not primitive.differentiates(slot):
            continue
        read = needed(case.op, (slot,), len(operands))
        less = tuple(x if i in read else spoilt(x) for i, x in enumerate(operands))
        own = value if OWN in read else spoilt(value)
        expected = primitive.contribution(slot, adjoint, value, operands, case.attributes)
        found = primitive.contribution(slot, adjoint, own, less, case.attributes)
        np.testing.assert_array_equal(found, expected)


def spoilt(array: Array) -> Array:
    """An array of that shape whose numbers nobody can use."""
    return np.full(array.shape, np.nan if array.dtype.kind == "f" else -7, array.dtype)


@EVERY_CASE
def test_a_value_that_is_said_to_lie_in_its_operands_memory_does(case: Case) -> None:
    # A reshaped array that does not lie in one piece is a copy; these do.
    operands = tuple(np.array(x, order="C") for x in case.draw(np.random.default_rng(12)))
    value = np.asarray(PRIMITIVES[case.op].forward(*operands, **case.attributes))
    if value.size:
        shared = np.shares_memory(value, operands[0])
        assert shared == in_place_of_operand(case.op, len(operands))
