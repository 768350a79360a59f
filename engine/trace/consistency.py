"""Whether the numbers of a trace that was read from a file are those its operations give.

Each value is held to its operation applied to the operands' values as they stand in the file,
and each adjoint to the sum of its consumers' contributions, so errors cannot add up along the
run and files travel between machines whose last bits differ.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from engine.autodiff.primitives import Array, Primitive
from engine.autodiff.reverse import contributions
from engine.autodiff.tape import Node
from engine.errors import InputError

TOLERANCES = {"float64": 1e-9, "float32": 1e-4}
"""Largest max|a-b| / (1 + max|b|) between a file's numbers and ours."""

WORK_LIMIT = 10_000_000_000
"""Most multiplications and additions a file may ask for."""

_ELEMENTWISE = ("add", "sub", "mul", "div", "pow", "maximum")


def result_size(op: str, operands: Sequence[Array], attributes: Mapping[str, Any]) -> int:
    """Number of elements that a primitive's value has at most, found without computing it.

    Raises:
        ValueError: the operands' shapes do not fit.
        IndexError: there are too few operands or axes.
    """
    if op in _ELEMENTWISE:
        return math.prod(np.broadcast_shapes(*[x.shape for x in operands]))
    if op == "matmul":
        left, right = operands[0].shape, operands[1].shape
        rows = left[:-1] if len(left) > 1 else (1,)
        columns = right[-1] if len(right) > 1 else 1
        outer = np.broadcast_shapes(rows[:-1], right[:-2])
        return int(math.prod(outer) * rows[-1] * columns)
    if op in {"concat", "stack"}:
        return int(sum(x.size for x in operands))
    if op == "lookup":
        table, index = operands[0], operands[1]
        return int(table.size // table.shape[attributes.get("axis", 0)] * index.size)
    return int(operands[0].size)


def work_of(op: str, operands: Sequence[Array], size: int) -> int:
    """Additions and multiplications to compute a value of ``size`` elements, about."""
    if op == "matmul":
        return int(size * operands[0].shape[-1])
    return size + int(sum(x.size for x in operands))


def check_arity(primitive: Primitive, count: int) -> None:
    """Refuse a number of operands that a primitive does not take.

    Raises:
        InputError: with the number it takes.
    """
    arity = primitive.arity
    if count == 0 or (arity is not None and count != arity):
        raise InputError(
            f"{primitive.name} takes {arity or 'some'} operands, not {count}", place="operands"
        )


def computed(
    primitive: Primitive, operands: tuple[Array, ...], attributes: Mapping[str, Any]
) -> Array:
    """A primitive's value.

    Raises:
        InputError: the operands do not fit it.
    """
    try:
        return np.asarray(primitive.forward(*operands, **attributes))
    except (ValueError, TypeError, IndexError, OverflowError) as error:
        shapes = ", ".join(str(x.shape) for x in operands)
        raise InputError(
            f"{primitive.name} does not fit operands of shapes {shapes}: {error}"
        ) from None


def same(ours: Array, theirs: Array) -> bool:
    """Whether two arrays of one shape are equal within the tolerance of their dtype."""
    if ours.dtype.kind != "f":
        return bool(np.array_equal(ours, theirs))
    with np.errstate(all="ignore"):
        difference = np.asarray(np.abs(ours - theirs))
    difference[(ours == theirs) | (np.isnan(ours) & np.isnan(theirs))] = 0
    size = np.where(np.isfinite(ours), np.abs(ours), 0).max()
    return bool((difference <= TOLERANCES[ours.dtype.name] * (1 + size)).all())


def check_adjoints(nodes: Sequence[Node], adjoints: Sequence[Array | None], output: int) -> None:
    """Hold every adjoint to the sum of the contributions it is made of.

    Raises:
        InputError: one differs; the message names its node.
    """
    sums: list[Array | None] = [
        np.zeros_like(node.value) if node.differentiable else None for node in nodes
    ]
    sums[output] = np.ones_like(nodes[output].value)
    for node in reversed(nodes):
        total, adjoint = sums[node.index], adjoints[node.index]
        if total is None or adjoint is None:
            continue
        if not same(total, adjoint):
            raise InputError(
                f"the adjoint of {node.name} is not the sum of its contributions; record the run "
                "again",
                place=f"nodes[{node.index}].adjoint",
            )
        sums[node.index] = None
        slots = [s for s, i in enumerate(node.operands) if sums[i] is not None]
        parts = contributions(nodes, node.index, slots, adjoint) if slots else ()
        for slot, part in zip(slots, parts, strict=True):
            operand = node.operands[slot]
            sums[operand] = sums[operand] + part
