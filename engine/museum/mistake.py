"""The backward pass with its rules replaceable: what a wrong one does differently, as data.

:func:`run_pass` is Version B on a part of a tape. With :data:`RIGHT` it is the pass of
:mod:`engine.autodiff.reverse`; every other :class:`Mistake` changes one of its rules.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.autodiff.primitives import Array
from engine.autodiff.reverse import Adjoints
from engine.autodiff.tape import Node

Values = dict[int, Array]
Order = Callable[[Sequence[Node], Iterable[int], Iterable[int]], list[int]]
Carries = Callable[[Sequence[Node], int, int], bool]


def last_to_first(
    _nodes: Sequence[Node], inside: Iterable[int], _seeds: Iterable[int]
) -> list[int]:
    """The tape from its end: every consumer before its operands."""
    return sorted(inside, reverse=True)


def as_met(nodes: Sequence[Node], inside: Iterable[int], seeds: Iterable[int]) -> list[int]:
    """Each node when it is first met on a walk from the output, breadth first.

    A re-used node is met through its nearest consumer, before the others have pushed to it.
    """
    waiting = deque(sorted(seeds, reverse=True))
    met = dict.fromkeys(waiting)
    within = set(inside)
    while waiting:
        for operand in nodes[waiting.popleft()].operands:
            if operand in within and operand not in met:
                met[operand] = None
                waiting.append(operand)
    return [*met, *sorted(within.difference(met), reverse=True)]


def everywhere(_nodes: Sequence[Node], _consumer: int, _slot: int) -> bool:
    """Something flows back along every edge."""
    return True


def within_a_step(nodes: Sequence[Node], consumer: int, slot: int) -> bool:
    """Nothing flows back from a cell to the time step before it: h was detached there."""
    above, below = nodes[consumer], nodes[nodes[consumer].operands[slot]]
    if above.step is None or below.step is None or above.module.endswith("loss"):
        return True
    return above.step <= below.step


def once_a_consumer(nodes: Sequence[Node], consumer: int, slot: int) -> bool:
    """An operand used in two slots of one consumer gets one contribution: it is kept in a set."""
    operands = nodes[consumer].operands
    return operands.index(operands[slot]) == slot


@dataclass(frozen=True, slots=True)
class Mistake:
    """What a backward pass does.

    Attributes:
        order: in which nodes have their turn.
        replaces: a contribution takes the place of the sum before it.
        keeps: a leaf's adjoint is not cleared between two passes.
        carries: whether anything flows back from a consumer to the operand in one of its slots.
        between_modules: it is made where modules are put together, so that none of them has it.
    """

    order: Order = last_to_first
    replaces: bool = False
    keeps: bool = False
    carries: Carries = everywhere
    between_modules: bool = False


RIGHT = Mistake()
"""No mistake."""


@dataclass(frozen=True, slots=True, eq=False)
class Pass:
    """What a backward pass did.

    Attributes:
        adjoints: of the nodes that have one, by node.
        passed_on: each node's adjoint when its turn came.
        order: the nodes in the order of their turns.
    """

    adjoints: Values
    passed_on: Values
    order: tuple[int, ...]


def run_pass(
    nodes: Sequence[Node],
    inside: Sequence[int],
    values: Mapping[int, Array],
    adjoints: Values,
    seeds: Values,
    mistake: Mistake = RIGHT,
) -> Pass:
    """The backward pass of some nodes of a tape.

    Args:
        nodes: the whole tape; those inside may carry wrong rows.
        inside: the computed nodes that have a turn.
        values: of those nodes and of their operands.
        adjoints: what stands in each adjoint before the pass, zeros where it was cleared; what is
            not in here has none.
        seeds: the adjoints the pass starts from.
        mistake: what it does differently.
    """
    adjoints = adjoints | seeds
    passed_on: Values = {}
    order = mistake.order(nodes, inside, seeds)
    with np.errstate(all="ignore"):
        for index in order:
            node, adjoint = nodes[index], adjoints.get(index)
            if adjoint is None or node.primitive is None:
                continue
            passed_on[index] = adjoint
            slots = [
                slot
                for slot, operand in enumerate(node.operands)
                if operand in adjoints
                and node.primitive.differentiates(slot)
                and mistake.carries(nodes, index, slot)
            ]
            operands = tuple(values[i] for i in node.operands)
            parts = node.primitive.contributions(
                slots, adjoint, values[index], operands, node.attributes
            )
            for slot, part in zip(slots, parts, strict=True):
                operand = node.operands[slot]
                adjoints[operand] = part if mistake.replaces else adjoints[operand] + part
    return Pass(adjoints, passed_on, tuple(order))


def run_whole(
    nodes: Sequence[Node], output: int, mistake: Mistake, left: Mapping[int, Array] | None = None
) -> Pass:
    """The backward pass of a whole tape.

    Args:
        nodes: the tape.
        output: where the pass starts.
        mistake: what it does differently.
        left: what a pass before it left at the leaves.
    """
    computed = [node.index for node in nodes if node.primitive is not None]
    values = {node.index: node.value for node in nodes}
    before = {node.index: np.zeros_like(node.value) for node in nodes if node.differentiable}
    seeds = {output: np.ones_like(nodes[output].value)}
    return run_pass(nodes, computed, values, before | dict(left or {}), seeds, mistake)


def at_leaves(nodes: Sequence[Node], adjoints: Mapping[int, Array]) -> Values:
    """The adjoints that outlive a pass: those of parameters and inputs."""
    return {i: array for i, array in adjoints.items() if nodes[i].primitive is None}


def as_list(nodes: Sequence[Node], adjoints: Mapping[int, Array]) -> Adjoints:
    """Adjoints by node as the list of :mod:`engine.autodiff.reverse`."""
    return [adjoints.get(node.index) for node in nodes]
