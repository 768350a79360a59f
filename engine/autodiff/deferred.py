"""The backward pass at speed: Version B in which shared parameters wait until their turn.

In an unrolled network one matrix W is used at every time step, and each use z = W v contributes
the outer product g v^T, as large as W. Here only the pairs (g, v) are collected; when the walk
arrives at W, their sum is a single product of two matrices. A column that was looked up is the
product with a one-hot v: of it only the place of the one is kept. The sums are those of
:mod:`engine.autodiff.reverse` in another order, equal to rounding; whoever looks at single
contributions uses the versions there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.autodiff.primitives import Array, Primitive, Rule, unbroadcast
from engine.autodiff.reverse import Adjoints
from engine.autodiff.rules import add_vjp, lookup_vjp, matmul_left
from engine.autodiff.tape import Node, Role

Pairs = tuple[list[Array], list[Array]]
"""The g and the v of the products g v^T that a matrix is still to receive."""

Waiting = tuple[dict[int, Pairs], dict[int, Pairs]]
"""Pairs by matrix: first those in which v is the place of a one, then those in which v is v."""

_CONSTANT = Role.CONSTANT
_LARGEST_ONE_HOT = 1 << 20


def adjoints_deferred(nodes: Sequence[Node], output: int) -> Adjoints:
    """Version B with what a parameter receives at each time step added up at once.

    Returns:
        For each node dy/dv of the same shape as its value, or None where none is defined.
    """
    adjoints: Adjoints = [None] * len(nodes)
    ours = bytearray(len(nodes))
    waiting: Waiting = ({}, {})
    if nodes[output].differentiable:
        adjoints[output] = np.ones_like(nodes[output].value)
    with np.errstate(all="ignore"):
        for node in reversed(nodes):
            adjoint, primitive = adjoints[node.index], node.primitive
            if adjoint is None or primitive is None:
                adjoint = adjoints[node.index] = _settled(node, adjoint, waiting)
                if adjoint is None or primitive is None:
                    continue
            operands, rule = node.operands, primitive.vjps[0]
            if rule is add_vjp:
                for operand in operands:
                    _arrive(nodes, adjoints, ours, operand, adjoint)
            elif rule is not None and len(operands) == 1:
                (operand,) = operands
                part = rule(adjoint, node.value, nodes[operand].value, **node.attributes)
                _arrive(nodes, adjoints, ours, operand, part)
            else:
                _push(nodes, adjoints, ours, waiting, node, primitive, adjoint)
    return adjoints


def _push(
    nodes: Sequence[Node],
    adjoints: Adjoints,
    ours: bytearray,
    waiting: Waiting,
    node: Node,
    primitive: Primitive,
    adjoint: Array,
) -> None:
    """Add what a node of several operands contributes to each, or let it wait."""
    operands, first = node.operands, primitive.vjps[0]
    if primitive.variadic and first is not None:
        values = [nodes[i].value for i in operands]
        parts = first(adjoint, node.value, *values, **node.attributes)
        for operand, part in zip(operands, parts, strict=True):
            _arrive(nodes, adjoints, ours, operand, part)
        return
    left, right = operands
    x, z = nodes[left].value, nodes[right].value
    if _can_wait(first, nodes[left], node, z):
        gs, vs = waiting[z.ndim].setdefault(left, ([], []))
        gs.append(adjoint)
        vs.append(z)
    elif first is not None:
        part = first(adjoint, node.value, x, z, **node.attributes)
        _arrive(nodes, adjoints, ours, left, part)
    second = primitive.vjps[1]
    if second is not None:
        part = second(adjoint, node.value, x, z, **node.attributes)
        _arrive(nodes, adjoints, ours, right, part)


def _can_wait(rule: Rule | None, matrix: Node, node: Node, v: Array) -> bool:
    """Whether a matrix that nothing was computed from receives g v^T, for v or a one-hot v."""
    if matrix.primitive is not None or matrix.value.ndim != 2:
        return False
    if rule is matmul_left:
        return v.ndim == 1
    return rule is lookup_vjp and v.ndim == 0 and node.attributes.get("axis") == 1


def _arrive(
    nodes: Sequence[Node],
    adjoints: Adjoints,
    ours: bytearray,
    operand: int,
    part: Array,
) -> None:
    """Add a contribution: the first is kept as it came, the second makes an array of our own."""
    node, total = nodes[operand], adjoints[operand]
    value = node.value
    if part.shape != value.shape:
        part = unbroadcast(part, value.shape)
    if total is None:
        if value.dtype.kind == "f" and node.role is not _CONSTANT:
            adjoints[operand] = np.asarray(part)
    elif ours[operand]:
        total += part
    else:
        adjoints[operand] = np.asarray(total + part)
        ours[operand] = True


def _settled(node: Node, adjoint: Array | None, waiting: Waiting) -> Array | None:
    """The adjoint of a leaf, with all that waited, or of a node that nothing has reached."""
    if not node.differentiable:
        return None
    places, vectors = waiting
    terms = [] if adjoint is None else [adjoint]
    if node.index in vectors:
        gs, vs = vectors[node.index]
        terms.append(np.array(gs).T @ np.array(vs))
    if node.index in places:
        terms.append(_in_columns(node.value, *places[node.index]))
    if not terms:
        return np.zeros(node.value.shape, node.value.dtype)
    return terms[0] if len(terms) == 1 else np.asarray(sum(terms))


def _in_columns(matrix: Array, gs: list[Array], places: list[Array]) -> Array:
    """The sum of the g in the columns they are for; a one-hot product where that is small."""
    rows, width = len(places), matrix.shape[1]
    if rows * width <= _LARGEST_ONE_HOT:
        one_hot = np.zeros((rows, width), matrix.dtype)
        one_hot[np.arange(rows), np.array(places)] = 1
        return np.asarray(np.array(gs).T @ one_hot)
    total = np.zeros(matrix.shape, matrix.dtype)
    for g, place in zip(gs, places, strict=True):
        total[:, place] += g
    return total
