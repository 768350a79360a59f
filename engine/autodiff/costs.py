"""What each primitive costs: floating-point operations, and what its rules need to be kept.

Beside the table of primitives, one row each. An operation is one addition, subtraction,
multiplication, division, comparison or change of sign of one number, or one elementary function
of it (exp, log, sin, cos, tanh, sigmoid, a power). Moving numbers about costs nothing. So a matrix
(m, k) times a vector (k,) takes m (2k - 1): k products and k - 1 sums for each of m numbers.

Backward, an operation is counted as the rule in the table is written, without the tests for its
corners; undoing a broadcast adds the numbers that fall together. What a rule needs is what has to
outlive the forward pass: its own value or an operand; of other arrays it reads the shape at most.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

Shape = tuple[int, ...]

OWN = -1
"""In `Cost.needs`: the value of the node itself."""

ALL = -2
"""In `Cost.needs`: every operand, of a primitive that takes any number."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of one application of a primitive.

    Attributes:
        y: numbers in the value.
        x: numbers in each operand.
        rows: of a primitive along an axis, how many rows it has; of a product those of x.
        columns: of a product those of z, like its rows in all products of a stack.
        inner: of a product the length k of what is summed over.
    """

    y: int
    x: tuple[int, ...]
    rows: int
    columns: int = 0
    inner: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    """One row.

    Attributes:
        forward: operations that give the value.
        backward: operations of the rule of each differentiable slot; one entry for all slots of a
            primitive that takes any number of operands.
        needs: for each such rule the arrays it reads: `OWN`, `ALL`, or operand slots.
        view: the value lies in the memory of operand 0.
    """

    forward: Callable[[Sizes], int]
    backward: tuple[Callable[[Sizes], int], ...]
    needs: tuple[tuple[int, ...], ...]
    view: bool = False


def _nothing(_: Sizes) -> int:
    return 0


def _each(count: int) -> Callable[[Sizes], int]:
    """So many operations for each number of the value."""
    return lambda s: count * s.y


COSTS: Mapping[str, Cost] = {
    "add": Cost(lambda s: (len(s.x) - 1) * s.y, (_nothing,), ((),)),
    "sub": Cost(_each(1), (_nothing, _each(1)), ((), ())),
    "mul": Cost(_each(1), (_each(1), _each(1)), ((1,), (0,))),
    "div": Cost(_each(1), (_each(1), _each(3)), ((1,), (OWN, 1))),
    "complement": Cost(_each(1), (_each(1),), ((),)),
    "neg": Cost(_each(1), (_each(1),), ((),)),
    # g z x^(z - 1), and g y log x.
    "pow": Cost(_each(1), (_each(4), _each(3)), ((0, 1), (OWN, 0))),
    "exp": Cost(_each(1), (_each(1),), ((OWN,),)),
    "log": Cost(_each(1), (_each(1),), ((0,),)),
    "sin": Cost(_each(1), (_each(2),), ((0,),)),
    "cos": Cost(_each(1), (_each(3),), ((0,),)),
    # g - g y y, and g y (1 - y).
    "tanh": Cost(_each(1), (_each(3),), ((OWN,),)),
    "sigmoid": Cost(_each(1), (_each(3),), ((OWN,),)),
    "relu": Cost(_each(1), (_each(2),), ((0,),)),
    # With x of (m, k) and z of (k, n): g z^T sums over n, and x^T g over m, the rows.
    "matmul": Cost(
        lambda s: s.y * (2 * s.inner - 1),
        (
            lambda s: (2 * s.y - s.rows) * s.inner,
            lambda s: (2 * s.y - s.columns) * s.inner,
        ),
        ((1,), (0,)),
    ),
    "transpose": Cost(_nothing, (_nothing,), ((),), view=True),
    "reshape": Cost(_nothing, (_nothing,), ((),), view=True),
    "concat": Cost(_nothing, (_nothing,), ((),)),
    "slice": Cost(_nothing, (_nothing,), ((),), view=True),
    # Rows that were looked up twice meet in one place.
    "lookup": Cost(_nothing, (_each(1),), ((1,),)),
    "component": Cost(_nothing, (_nothing,), ((),)),
    "pick": Cost(_nothing, (_nothing,), ((1,),)),
    "stack": Cost(_nothing, (_nothing,), ((),)),
    # Compare each operand with the largest, count those that tie, divide g, hand out.
    "maximum": Cost(
        lambda s: (len(s.x) - 1) * s.y,
        (lambda s: 3 * len(s.x) * s.y,),
        ((OWN, ALL),),
    ),
    "sum": Cost(lambda s: s.x[0] - s.y, (_nothing,), ((),)),
    "mean": Cost(lambda s: s.x[0], (_each(1),), ((),)),
    # Compare, count, multiply, divide.
    "max": Cost(lambda s: s.x[0] - s.y, (lambda s: 4 * s.x[0] - s.y,), ((OWN, 0),)),
    # Of a row of n: n - 1 to find the largest, n to subtract it, n exp, n - 1 to add, n to divide.
    "softmax": Cost(lambda s: 5 * s.y - 2 * s.rows, (lambda s: 4 * s.y - s.rows,), ((OWN,),)),
    "log_softmax": Cost(lambda s: 5 * s.y - s.rows, (lambda s: 4 * s.y - s.rows,), ((OWN,),)),
    "nll": Cost(_each(1), (_each(1),), ((1,),)),
    # The log-softmax and a change of sign; backward a softmax times g, and at the target less g.
    "cross_entropy": Cost(lambda s: 5 * s.x[0], (lambda s: 6 * s.x[0],), ((0, 1),)),
}
"""The cost of every primitive by name."""


def forward_flops(op: str, shape: Shape, operands: Sequence[Shape], axis: int | None) -> int:
    """Floating-point operations of one application of a primitive.

    Args:
        op: its name.
        shape: of the value.
        operands: their shapes, in slot order.
        axis: along which it works, where it works along one.
    """
    return max(0, COSTS[op].forward(_sizes(op, shape, operands, axis)))


def backward_flops(
    op: str, shape: Shape, operands: Sequence[Shape], axis: int | None, slots: Sequence[int]
) -> int:
    """Operations of the rules of these slots, broadcasts undone; sums of adjoints are not in it."""
    sizes, row = _sizes(op, shape, operands, axis), COSTS[op]
    if op in _VARIADIC:
        rules = row.backward[0](sizes) if slots else 0
    else:
        rules = sum(row.backward[slot](sizes) for slot in slots)
    undone = sum(max(0, _made(op, shape, operands, slot) - sizes.x[slot]) for slot in slots)
    return max(0, rules) + undone


def needed(op: str, slots: Sequence[int], count: int) -> tuple[int, ...]:
    """What the rules of these slots read: `OWN` for the value, else operand slots.

    Args:
        op: the primitive.
        slots: those that receive an adjoint.
        count: number of operands.
    """
    rows = COSTS[op].needs
    read = {array for slot in slots for array in rows[0 if op in _VARIADIC else slot]}
    if ALL in read:
        read = (read - {ALL}) | set(range(count))
    return tuple(sorted(read))


def in_place_of_operand(op: str, count: int) -> bool:
    """Whether the value of a primitive on so many operands lies in the memory of the first."""
    return COSTS[op].view or (count == 1 and op in {"add", "maximum"})


_VARIADIC = frozenset({"add", "concat", "stack", "maximum"})
_ELEMENTWISE = frozenset({"add", "sub", "mul", "div", "pow", "maximum"})


def _made(op: str, shape: Shape, operands: Sequence[Shape], slot: int) -> int:
    """Numbers in what the rule of a slot gives, before broadcasting is undone."""
    if op in _ELEMENTWISE:
        return prod(shape)
    if op == "matmul":
        return _products(shape, operands) * prod(operands[slot][-2:])
    return prod(operands[slot])


def _products(shape: Shape, operands: Sequence[Shape]) -> int:
    """How many products of matrices or vectors a stack is made of."""
    rows, columns = _sides(operands)
    return prod(shape) // max(rows * columns, 1)


def _sides(operands: Sequence[Shape]) -> tuple[int, int]:
    """Rows of the left operand of one product, and columns of the right one."""
    left, right = operands
    return (left[-2] if len(left) > 1 else 1), (right[-1] if len(right) > 1 else 1)


def _sizes(op: str, shape: Shape, operands: Sequence[Shape], axis: int | None) -> Sizes:
    y, x = prod(shape), tuple(prod(operand) for operand in operands)
    if op == "matmul":
        stack, (rows, columns) = _products(shape, operands), _sides(operands)
        return Sizes(y, x, stack * rows, stack * columns, operands[0][-1])
    length = operands[0][-1 if axis is None else axis] if operands and operands[0] else 1
    return Sizes(y, x, x[0] // max(length, 1) if x else 1)


def attribute_axis(attributes: Mapping[str, Any]) -> int | None:
    """The axis along which a primitive works, if it has one."""
    axis = attributes.get("axis")
    return axis if isinstance(axis, int) else None
