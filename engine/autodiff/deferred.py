"""The backward pass at speed: Version B in which shared parameters wait until their turn.

In an unrolled network one matrix W is used at every time step, and each use z = W v contributes
the outer product g v^T, as large as W. Here only the pairs (g, v) are collected; when the walk
arrives at W, their sum is a single product of two matrices. A column that was looked up is the
product with a one-hot v: of it only the place of the one is kept. The sums are those of
:mod:`engine.autodiff.reverse` in another order, equal to rounding; whoever looks at single
contributions uses the versions there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from engine.autodiff.primitives import Array, Primitive, Rule, unbroadcast
from engine.autodiff.reverse import Adjoints
from engine.autodiff.rules import add_vjp, lookup_vjp, matmul_left
from engine.autodiff.tape import Node, Role

_CONSTANT = Role.CONSTANT


def adjoints_deferred(nodes: Sequence[Node], output: int) -> Adjoints:
    """Version B with what a parameter receives at each time step added up at once.

    Returns:
        For each node dy/dv of the same shape as its value, or None where none is defined.
    """
    walk = _Walk(nodes)
    adjoints, push_by_rule, push = walk.adjoints, walk.push_by_rule, walk.push
    if nodes[output].differentiable:
        adjoints[output] = np.ones_like(nodes[output].value)
    with np.errstate(all="ignore"):
        for node in reversed(nodes):
            adjoint, primitive = adjoints[node.index], node.primitive
            if adjoint is None or primitive is None:
                adjoint = walk.settle(node)
                if adjoint is None or primitive is None:
                    continue
            push_by_rule.get(primitive.vjps[0], push)(node, primitive, adjoint)
    return adjoints


class _Walk:
    """A walk back along a tape.

    A first contribution is kept as it came, perhaps shared with another node; the second makes an
    array of our own, to which the others are added in place.

    Attributes:
        adjoints: by node; None as long as nothing has arrived.
        push_by_rule: how a node contributes whose first slot has this rule, if not by :meth:`push`.
    """

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.adjoints: Adjoints = [None] * len(nodes)
        self.push_by_rule: dict[Rule | None, Callable[[Node, Primitive, Array], None]] = {
            add_vjp: self._push_sum,
            matmul_left: self._push_product,
            lookup_vjp: self._push_lookup,
        }
        self._nodes = nodes
        self._ours = bytearray(len(nodes))
        self._products: dict[int, tuple[list[Array], list[Array]]] = {}
        self._columns: dict[int, tuple[list[Array], list[int]]] = {}

    def settle(self, node: Node) -> Array | None:
        """The adjoint of a leaf, with all that waited, or of a node that nothing has reached."""
        if not node.differentiable:
            return None
        adjoint = self.adjoints[node.index]
        if adjoint is None:
            adjoint = np.zeros(node.value.shape, node.value.dtype)
        if node.index in self._products:
            adjoints, vectors = self._products.pop(node.index)
            adjoint = adjoint + np.array(adjoints).T @ np.array(vectors)
        if node.index in self._columns:
            adjoint = adjoint + _scattered(node.value, *self._columns.pop(node.index))
        self.adjoints[node.index] = adjoint
        return adjoint

    def push(self, node: Node, primitive: Primitive, adjoint: Array) -> None:
        """Add what a node contributes to its operands."""
        rule = primitive.vjps[0]
        if rule is not None and len(node.operands) == 1:
            (operand,) = node.operands
            value = self._nodes[operand].value
            self._arrive(operand, rule(adjoint, node.value, value, **node.attributes))
            return
        values = [self._nodes[i].value for i in node.operands]
        if rule is not None and primitive.variadic:
            parts = rule(adjoint, node.value, *values, **node.attributes)
            for operand, part in zip(node.operands, parts, strict=True):
                self._arrive(operand, part)
            return
        for operand, rule_of_slot in zip(node.operands, primitive.vjps, strict=True):
            if rule_of_slot is not None:
                part = rule_of_slot(adjoint, node.value, *values, **node.attributes)
                self._arrive(operand, part)

    def _push_sum(self, node: Node, _primitive: Primitive, adjoint: Array) -> None:
        """What a sum contributes to each operand is its adjoint itself."""
        shape = adjoint.shape
        for operand in node.operands:
            total = self.adjoints[operand]
            if total is not None and self._ours[operand] and total.shape == shape:
                total += adjoint
            else:
                self._arrive(operand, adjoint)

    def _push_product(self, node: Node, primitive: Primitive, adjoint: Array) -> None:
        """Let a parameter wait for g v^T; the vector receives its part at once."""
        left, right = node.operands
        matrix, vector = self._nodes[left], self._nodes[right].value
        rule = primitive.vjps[1]
        if matrix.primitive or rule is None or matrix.value.ndim != 2 or vector.ndim != 1:
            self.push(node, primitive, adjoint)
            return
        waiting = self._products.get(left)
        if waiting is None:
            waiting = self._products[left] = [], []
        waiting[0].append(adjoint)
        waiting[1].append(vector)
        self._arrive(right, rule(adjoint, node.value, matrix.value, vector))

    def _push_lookup(self, node: Node, primitive: Primitive, adjoint: Array) -> None:
        """Let a parameter wait for the column that was looked up."""
        left, right = node.operands
        table, index = self._nodes[left], self._nodes[right].value
        is_column = node.attributes.get("axis") == 1 and index.ndim == 0
        if table.primitive or table.value.ndim != 2 or not is_column:
            self.push(node, primitive, adjoint)
            return
        waiting = self._columns.get(left)
        if waiting is None:
            waiting = self._columns[left] = [], []
        waiting[0].append(adjoint)
        waiting[1].append(index.item())

    def _arrive(self, operand: int, part: Array) -> None:
        node, total = self._nodes[operand], self.adjoints[operand]
        value = node.value
        if part.shape != value.shape:
            part = unbroadcast(part, value.shape)
        if total is None:
            if value.dtype.kind == "f" and node.role is not _CONSTANT:
                self.adjoints[operand] = np.asarray(part)
        elif self._ours[operand]:
            total += part
        else:
            self.adjoints[operand] = np.asarray(total + part)
            self._ours[operand] = True


def _scattered(table: Array, adjoints: list[Array], columns: list[int]) -> Array:
    """The sum of each column's adjoints, in its place in the table."""
    total = np.zeros(table.shape, table.dtype)
    order = np.argsort(columns, kind="stable")
    places = np.array(columns)[order]
    starts = np.flatnonzero(np.diff(places, prepend=-1))
    total.T[places[starts]] = np.add.reduceat(np.array(adjoints)[order], starts, axis=0)
    return total
