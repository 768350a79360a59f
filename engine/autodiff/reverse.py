"""The backward pass, twice: Version A pulls, Version B pushes; both use the same table.

Source: the lecture's slides *Backpropagation, Version A* and *Version B*. Neither writes on a
node: the adjoints stand in a list beside the tape, ``None`` where none is defined (integers and
constants). Contributions are added in the same order in both, so the sums agree bit for bit.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.autodiff.primitives import Array, Primitive, unbroadcast
from engine.autodiff.rules import add_lookup_vjp, lookup_vjp
from engine.autodiff.tape import Node

Adjoints = list[Array | None]


def contributions(
    nodes: Sequence[Node], consumer: int, slots: Sequence[int], adjoint: Array
) -> list[Array]:
    """What one node adds to the adjoints of the operands in some of its slots."""
    node = nodes[consumer]
    assert node.primitive is not None
    operands = tuple([nodes[i].value for i in node.operands])
    return node.primitive.contributions(slots, adjoint, node.value, operands, node.attributes)


def contribution(nodes: Sequence[Node], consumer: int, slot: int, adjoint: Array) -> Array:
    """What one node adds to the adjoint of the operand in one of its slots."""
    return contributions(nodes, consumer, (slot,), adjoint)[0]


def adjoints_by_pulling(nodes: Sequence[Node], output: int) -> Adjoints:
    """Version A: visit each v_j in reverse order and sum over every u_i that uses it.

    Returns:
        For each node dy/dv of the same shape as its value, or None where none is defined.
    """
    consumers: list[list[tuple[Node, int]]] = [[] for _ in nodes]
    for node in reversed(nodes):
        for slot, operand in enumerate(node.operands):
            consumers[operand].append((node, slot))
    sums = _Sums(nodes, output)
    with np.errstate(all="ignore"):
        for node in reversed(nodes):
            for consumer, slot in consumers[node.index]:
                sums.add(consumer, (slot,))
            sums.complete(node)
    return sums.adjoints


def adjoints_by_pushing(nodes: Sequence[Node], output: int) -> Adjoints:
    """Version B: visit each u_i in reverse order and increment the adjoint of every operand.

    Returns:
        For each node dy/dv of the same shape as its value, or None where none is defined.
    """
    sums = _Sums(nodes, output)
    with np.errstate(all="ignore"):
        for node in reversed(nodes):
            sums.complete(node)
            sums.add(node, range(len(node.operands)))
    return sums.adjoints


class _Sums:
    """The sums of the contributions that have arrived: adjoints, once all have.

    A first contribution is kept as it came, perhaps shared with another node; the second makes an
    array of our own, to which all others are added in place.

    Attributes:
        adjoints: by node; None as long as nothing has arrived.
    """

    def __init__(self, nodes: Sequence[Node], output: int) -> None:
        self.adjoints: Adjoints = [None] * len(nodes)
        self._nodes = nodes
        self._defined = [node.differentiable for node in nodes]
        self._ours = bytearray(len(nodes))
        self._pieces: dict[int, Sequence[Array]] = {}
        if self._defined[output]:
            self.adjoints[output] = np.ones_like(nodes[output].value)

    def complete(self, node: Node) -> None:
        """Nothing more will arrive at a node; where nothing did, the sum is 0."""
        if self.adjoints[node.index] is None and self._defined[node.index]:
            self.adjoints[node.index] = np.zeros(node.value.shape, node.value.dtype)

    def add(self, consumer: Node, slots: Sequence[int]) -> None:
        """Add what a node with a complete adjoint contributes to the operands in some slots."""
        adjoint, primitive = self.adjoints[consumer.index], consumer.primitive
        if adjoint is None or primitive is None:
            return
        if primitive.variadic:
            parts = self._all_pieces(consumer, primitive, adjoint)
            for slot in slots:
                self._arrive(consumer.operands[slot], parts[slot])
            return
        values = [self._nodes[i].value for i in consumer.operands]
        for slot in slots:
            operand, rule = consumer.operands[slot], primitive.vjps[slot]
            if rule is None or not self._defined[operand]:
                continue
            total = self.adjoints[operand]
            if rule is lookup_vjp and total is not None and self._ours[operand]:
                # The contribution is 0 but for a row: a whole table of it is not made.
                add_lookup_vjp(total, adjoint, consumer.value, *values, **consumer.attributes)
            else:
                part = rule(adjoint, consumer.value, *values, **consumer.attributes)
                self._arrive(operand, part)

    def _all_pieces(self, consumer: Node, primitive: Primitive, adjoint: Array) -> Sequence[Array]:
        """A variadic node's contributions: one rule gives them all, so it is applied once."""
        pieces = self._pieces.get(consumer.index)
        if pieces is None:
            rule = primitive.vjps[0]
            assert rule is not None
            values = [self._nodes[i].value for i in consumer.operands]
            pieces = rule(adjoint, consumer.value, *values, **consumer.attributes)
            self._pieces[consumer.index] = pieces
        return pieces

    def _arrive(self, operand: int, part: Array) -> None:
        if not self._defined[operand]:
            return
        shape = self._nodes[operand].value.shape
        if part.shape != shape:
            part = unbroadcast(part, shape)
        total = self.adjoints[operand]
        if total is None:
            self.adjoints[operand] = np.asarray(part, order="C")
        elif self._ours[operand]:
            total += part
        else:
            self.adjoints[operand] = np.asarray(total + part)
            self._ours[operand] = True
