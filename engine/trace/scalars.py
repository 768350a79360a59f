"""An operation on tensors opened into the scalar operations it is made of, as another trace.

Its operands are taken apart, the arithmetic is done number by number by the same primitives as
everything else, and the result is put together again under the operation's name. All that is part
of it lies in a module of its own inside the operation's, so that a view can draw a box around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.autodiff.nudge import numbers_in
from engine.autodiff.reverse import adjoints_by_pushing
from engine.autodiff.tape import Node, Role, Tape, Variable
from engine.errors import InputError
from engine.trace.graph import IntArray
from engine.trace.places import component_name
from engine.trace.scalar_forms import Desk, numbers_of
from engine.trace.trace import Trace, freeze

_SINGLE = frozenset({"component", "pick", "stack"})


@dataclass(frozen=True, slots=True, eq=False)
class OpenedOperation:
    """One operation number by number.

    Attributes:
        path: the module that its nodes are recorded under.
        nodes: (m,) them, in order; the last is the operation's result.
    """

    path: str
    nodes: IntArray

    @property
    def result(self) -> int:
        """The node that has taken the operation's place and name."""
        return int(self.nodes[-1])


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A run in which some operations are written in numbers.

    Attributes:
        trace: the run; its values and adjoints are the original's to rounding.
        new_of: (N,) the node that stands for each node of the original.
        old_of: (M,) the node of the original that each node stands for, -1 inside an operation.
        operations: what has been opened, by the node of the original.
    """

    trace: Trace
    new_of: IntArray
    old_of: IntArray
    operations: dict[int, OpenedOperation]

    def operation_at(self, node: int) -> int:
        """The original's operation in which a node of the run lies; -1 for none."""
        path = self.trace.nodes[node].module
        for old, operation in self.operations.items():
            if operation.path == path:
                return old
        return -1


def opened(trace: Trace, nodes: Iterable[int]) -> Opened:
    """Write the operations at these nodes in numbers; everything else is copied with its value.

    Without nodes the run is the original again: closing an operation is opening all others.

    Raises:
        InputError: there is nothing to open in one of them, or it is too large.
    """
    chosen = sorted(set(nodes))
    for index in chosen:
        sentence = obstacle(trace, index)
        if sentence:
            raise InputError(sentence)
    paths = _paths(trace, chosen)
    tape = Tape(trace.nodes[trace.output].value.dtype)
    new_of = np.full(len(trace), -1)
    operations = {}
    with np.errstate(all="ignore"):
        for node in trace.nodes:
            if node.index in paths:
                operands = tuple(
                    Variable(tape, tape.nodes[new_of[operand]]) for operand in node.operands
                )
                operations[node.index] = _written(tape, node, operands, paths[node.index])
            else:
                tape.nodes.append(_copied(node, len(tape), new_of))
            new_of[node.index] = len(tape) - 1
        output = int(new_of[trace.output])
        adjoints = adjoints_by_pushing(tape.nodes, output)
    old_of = np.full(len(tape), -1)
    old_of[new_of] = np.arange(len(trace))
    again = freeze(tape.nodes, adjoints, output, trace.provenance)
    return Opened(again, new_of, old_of, operations)


def operations_in(nodes: Sequence[Node]) -> dict[str, IntArray]:
    """The opened operations of any run, one that was read from a file too: module to its nodes."""
    paths = {node.module for node in nodes if node.op in _SINGLE}
    found: dict[str, list[int]] = {}
    for node in nodes:
        if node.module in paths and (node.primitive is not None or node.role is Role.CONSTANT):
            found.setdefault(node.module, []).append(node.index)
    return {path: np.array(inside) for path, inside in found.items()}


def obstacle(trace: Trace, index: int) -> str:
    """Why an operation cannot be opened, whatever its size, in one sentence; or an empty text."""
    node = trace.nodes[index]
    if "planted" in trace.provenance:
        return "a mistake is planted in this run; remove it before you open an operation"
    if node.primitive is None:
        return f"there is no operation to open: `{node.name}` is given, not computed"
    if numbers_in(node):
        return f"a number of `{node.name}` is changed; take the change back before you open it"
    operands = trace.operands(index)
    if node.op in _SINGLE or all(operand.value.shape == () for operand in operands):
        return f"there is nothing to open: `{node.name}` is made of single numbers already"
    return ""


def _paths(trace: Trace, chosen: list[int]) -> dict[int, str]:
    """The module of each opened operation: its own, and its name as the last part."""
    taken = {node.module for node in trace.nodes}
    result = {}
    for index in chosen:
        node = trace.nodes[index]
        # A point would begin another level.
        part = (node.name or node.op).replace(".", "·")
        path = f"{node.module}.{part}" if node.module else part
        if path in taken:
            path = f"{path} {index}"
        taken.add(path)
        result[index] = path
    return result


def _copied(node: Node, place: int, new_of: IntArray) -> Node:
    if node.index == place and all(new_of[operand] == operand for operand in node.operands):
        return node
    operands = tuple(int(new_of[operand]) for operand in node.operands)
    return replace(node, index=place, operands=operands)


def _written(tape: Tape, node: Node, operands: tuple[Variable, ...], path: str) -> OpenedOperation:
    """One operation on the tape, number by number; the node that stands for it is the last."""
    start = len(tape)
    tape.path, tape.step = path, node.step
    desk = Desk(tape, node, operands)
    numbers = numbers_of(desk)
    shape = node.value.shape
    if shape:
        for place, number in zip(np.ndindex(shape), numbers, strict=True):
            if desk.made(number) and number.node.op not in _SINGLE:
                number.named(component_name(node.name, place))
        result = desk.apply("stack", *numbers, shape=shape)
    else:
        (result,) = numbers
    result.named(node.name)
    result.node.role = node.role
    tape.path, tape.step = "", None
    return OpenedOperation(path, np.arange(start, len(tape)))
