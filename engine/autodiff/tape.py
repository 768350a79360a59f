"""The tape: an append-only list of nodes, recorded while the program runs.

Its order is already topological: a node's operands always stand before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from engine.autodiff.primitives import PRIMITIVES, Array, Attributes, Primitive
from engine.errors import InputError


class Role(StrEnum):
    """What a node is for."""

    INPUT = "input"
    PARAMETER = "parameter"
    CONSTANT = "constant"
    INTERMEDIATE = "intermediate"
    LOSS = "loss"


_NO_ATTRIBUTES: Attributes = {}
_INTEGER = np.dtype(np.int64)
_UNFIT = (ValueError, TypeError, LookupError)


@dataclass(slots=True)
class Node:
    """One line of the tape.

    Attributes:
        index: place on the tape; larger than that of every operand.
        primitive: the row that made it, or None for a leaf (input, parameter, constant).
        operands: places of the operands, in slot order, with multiplicity.
        value: the array, read-only.
        attributes: settings of the primitive, such as an axis.
        name: plain notation of mathematics, for example ``h_4`` or ``W_xh x_3``.
        role: what the node is for.
        module: dotted path of the module that recorded it, for example ``step[3].cell``.
        step: time step, or None.
    """

    index: int
    primitive: Primitive | None
    operands: tuple[int, ...]
    value: Array
    attributes: Attributes
    name: str
    role: Role
    module: str
    step: int | None

    @property
    def op(self) -> str:
        """Name of the primitive, or the role of a leaf."""
        return self.role.value if self.primitive is None else self.primitive.name

    @property
    def differentiable(self) -> bool:
        """Whether an adjoint is defined: a real number that the program does not hold fixed."""
        return self.value.dtype.kind == "f" and self.role is not Role.CONSTANT


class Variable:
    """A handle on one node, so that a model's body reads as its equation.

    Attributes:
        tape: what records the operations on it.
        node: the line of the tape.
    """

    __slots__ = ("node", "tape")

    def __init__(self, tape: Tape, node: Node) -> None:
        self.tape = tape
        self.node = node

    @property
    def index(self) -> int:
        """The node's place on the tape."""
        return self.node.index

    @property
    def value(self) -> Array:
        """The node's array, read-only."""
        return self.node.value

    @property
    def name(self) -> str:
        """The node's name in the mathematics."""
        return self.node.name

    def __add__(self, other: Variable) -> Variable:
        return self.tape.binary("add", self, other)

    def __sub__(self, other: Variable) -> Variable:
        return self.tape.binary("sub", self, other)

    def __mul__(self, other: Variable) -> Variable:
        return self.tape.binary("mul", self, other)

    def __truediv__(self, other: Variable) -> Variable:
        return self.tape.binary("div", self, other)

    def __pow__(self, other: Variable) -> Variable:
        return self.tape.binary("pow", self, other)

    def __matmul__(self, other: Variable) -> Variable:
        return self.tape.binary("matmul", self, other)

    def __neg__(self) -> Variable:
        return self.tape.unary("neg", self)

    def named(self, name: str) -> Variable:
        """Give the node its name in the mathematics; returns the same variable."""
        self.node.name = name
        return self


class Tape:
    """An append-only list of nodes.

    Args:
        dtype: of every real number on the tape, float64 or float32.

    Attributes:
        nodes: the nodes in the order of their evaluation.
        path, step: the module and the time step of what is recorded next.
    """

    def __init__(self, dtype: DTypeLike = np.float64) -> None:
        self.dtype = np.dtype(dtype)
        self.nodes: list[Node] = []
        self.path = ""
        self.step: int | None = None

    def __len__(self) -> int:
        return len(self.nodes)

    def input(self, name: str, value: ArrayLike) -> Variable:
        """Record data that the program is given; integers stay integers (tokens)."""
        return self._leaf(Role.INPUT, name, value)

    def parameter(self, name: str, value: ArrayLike) -> Variable:
        """Record numbers that training may change."""
        return self._leaf(Role.PARAMETER, name, value)

    def constant(self, name: str, value: ArrayLike) -> Variable:
        """Record numbers that the program holds fixed; they receive no adjoint."""
        return self._leaf(Role.CONSTANT, name, value)

    def apply(self, op: str, *operands: Variable, **attributes: Any) -> Variable:
        """Evaluate a primitive on operands and record the node.

        Raises:
            InputError: the primitive is unknown, or the operands do not fit it.
        """
        values, indices = [], []
        for variable in operands:
            values.append(variable.node.value)
            indices.append(variable.node.index)
        try:
            primitive = PRIMITIVES[op]
            value = primitive.forward(*values, **attributes)
        except _UNFIT as error:
            raise _refusal(op, operands, error) from error
        return self._append(primitive, tuple(indices), value, attributes or _NO_ATTRIBUTES)

    def unary(self, op: str, x: Variable) -> Variable:
        """:meth:`apply` for one operand and no attributes: there is less to unpack."""
        node = x.node
        try:
            primitive = PRIMITIVES[op]
            value = primitive.forward(node.value)
        except _UNFIT as error:
            raise _refusal(op, (x,), error) from error
        return self._append(primitive, (node.index,), value, _NO_ATTRIBUTES)

    def binary(self, op: str, x: Variable, z: Variable) -> Variable:
        """:meth:`apply` for two operands and no attributes: there is less to unpack."""
        left, right = x.node, z.node
        try:
            primitive = PRIMITIVES[op]
            value = primitive.forward(left.value, right.value)
        except _UNFIT as error:
            raise _refusal(op, (x, z), error) from error
        return self._append(primitive, (left.index, right.index), value, _NO_ATTRIBUTES)

    def module(self, name: str, step: int | None = None) -> _Module:
        """Record what happens inside ``with`` under this module (and time step)."""
        return _Module(self, name, step)

    def mark_loss(self, variable: Variable) -> None:
        """Say which node the adjoints are derivatives of.

        Raises:
            InputError: it is not a single number that has derivatives.
        """
        node = self.nodes[variable.index]
        if node.value.shape != ():
            raise InputError(f"the loss must be one number, not of shape {node.value.shape}")
        if not node.differentiable:
            raise InputError("the loss must be a real number that the program does not hold fixed")
        if node.primitive is not None:
            node.role = Role.LOSS

    def _leaf(self, role: Role, name: str, value: ArrayLike) -> Variable:
        array = np.array(value)
        integers = role is Role.INPUT and array.dtype.kind in "iub"
        dtype = _INTEGER if integers else self.dtype
        if array.dtype is not dtype:
            array = array.astype(dtype)
        return self._append(None, (), array, _NO_ATTRIBUTES, name, role)

    def _append(
        self,
        primitive: Primitive | None,
        operands: tuple[int, ...],
        value: Array,
        attributes: Attributes,
        name: str = "",
        role: Role = Role.INTERMEDIATE,
    ) -> Variable:
        array = np.asarray(value)
        array.setflags(False)  # type: ignore[call-arg]  # the keyword takes twice as long
        nodes = self.nodes
        node = Node(
            len(nodes), primitive, operands, array, attributes, name, role, self.path, self.step
        )
        nodes.append(node)
        return Variable(self, node)


def _refusal(op: str, operands: Sequence[Variable], error: Exception) -> InputError:
    """Why a primitive cannot be applied."""
    if op not in PRIMITIVES:
        return InputError(f"there is no primitive {op!r}; there are {', '.join(PRIMITIVES)}")
    shapes = ", ".join(str(variable.value.shape) for variable in operands)
    return InputError(f"{op} does not fit operands of shapes {shapes}: {error}")


class _Module:
    """A part of the program whose nodes are recorded under a module of their own."""

    __slots__ = ("_name", "_outer", "_step", "_tape")

    def __init__(self, tape: Tape, name: str, step: int | None) -> None:
        self._tape = tape
        self._name = name
        self._step = step

    def __enter__(self) -> None:
        tape = self._tape
        path = tape.path
        self._outer = path, tape.step
        tape.path = f"{path}.{self._name}" if path else self._name
        if self._step is not None:
            tape.step = self._step

    def __exit__(self, *_: object) -> None:
        self._tape.path, self._tape.step = self._outer
