"""The backward pass, twice: Version A pulls, Version B pushes; both use the same table.

Source: the lecture's slides *Backpropagation, Version A* and *Version B*. Neither writes on a
node: the adjoints stand in a list beside the tape, ``None`` where none is defined (integers and
constants). Contributions are added in the same order in both, so the sums agree bit for bit.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.autodiff.primitives import Array
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
    consumers: list[list[tuple[int, int]]] = [[] for _ in nodes]
    for node in reversed(nodes):
        for slot, operand in enumerate(node.operands):
            consumers[operand].append((node.index, slot))
    adjoints: Adjoints = [None] * len(nodes)
    pieces: dict[int, list[Array]] = {}

    def pulled(consumer: int, slot: int, adjoint: Array) -> Array:
        primitive = nodes[consumer].primitive
        if primitive is None or not primitive.variadic:
            return contribution(nodes, consumer, slot, adjoint)
        # One rule serves all slots: applied once however many operands there are.
        if consumer not in pieces:
            slots = range(len(nodes[consumer].operands))
            pieces[consumer] = contributions(nodes, consumer, slots, adjoint)
        return pieces[consumer][slot]

    with np.errstate(all="ignore"):
        for node in reversed(nodes):
            if not node.differentiable:
                continue
            total = np.ones_like(node.value) if node.index == output else np.zeros_like(node.value)
            for consumer, slot in consumers[node.index]:
                adjoint = adjoints[consumer]
                if adjoint is not None:
                    total = total + pulled(consumer, slot, adjoint)
            adjoints[node.index] = total
    return adjoints


def adjoints_by_pushing(nodes: Sequence[Node], output: int) -> Adjoints:
    """Version B: visit each u_i in reverse order and increment the adjoint of every operand.

    Returns:
        For each node dy/dv of the same shape as its value, or None where none is defined.
    """
    adjoints: Adjoints = [
        np.zeros_like(node.value) if node.differentiable else None for node in nodes
    ]
    if nodes[output].differentiable:
        adjoints[output] = np.ones_like(nodes[output].value)
    with np.errstate(all="ignore"):
        for node in reversed(nodes):
            adjoint = adjoints[node.index]
            if adjoint is None:
                continue
            slots = [s for s, i in enumerate(node.operands) if adjoints[i] is not None]
            parts = contributions(nodes, node.index, slots, adjoint) if slots else ()
            for slot, part in zip(slots, parts, strict=True):
                operand = node.operands[slot]
                adjoints[operand] = adjoints[operand] + part
    return adjoints
