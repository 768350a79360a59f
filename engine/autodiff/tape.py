"""The tape: an append-only list of nodes, recorded while the program runs.

Its order is already topological: a node's operands always stand before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from engine.autodiff.primitives import PRIMITIVES, Array, Attributes, Primitive
from engine.errors import InputError

_NO_ATTRIBUTES: Attributes = {}


class Role(StrEnum):
    """What a node is for."""

    INPUT = "input"
    PARAMETER = "parameter"
    CONSTANT = "constant"
    INTERMEDIATE = "intermediate"
    LOSS = "loss"


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
        return self.role is not Role.CONSTANT and self.value.dtype.kind == "f"


class Variable:
    """A handle on one node, so that a model's body reads as its equation."""

    __slots__ = ("index", "tape")

    def __init__(self, tape: Tape, index: int) -> None:
        self.tape = tape
        self.index = index

    @property
    def value(self) -> Array:
        """The node's array, read-only."""
        return self.tape.nodes[self.index].value

    @property
    def name(self) -> str:
        """The node's name in the mathematics."""
        return self.tape.nodes[self.index].name

    def __add__(self, other: Variable) -> Variable:
        return self.tape.apply("add", self, other)

    def __sub__(self, other: Variable) -> Variable:
        return self.tape.apply("sub", self, other)

    def __mul__(self, other: Variable) -> Variable:
        return self.tape.apply("mul", self, other)

    def __truediv__(self, other: Variable) -> Variable:
        return self.tape.apply("div", self, other)

    def __pow__(self, other: Variable) -> Variable:
        return self.tape.apply("pow", self, other)

    def __matmul__(self, other: Variable) -> Variable:
        return self.tape.apply("matmul", self, other)

    def __neg__(self) -> Variable:
        return self.tape.apply("neg", self)

    def named(self, name: str) -> Variable:
        """Give the node its name in the mathematics; returns the same variable."""
        self.tape.nodes[self.index].name = name
        return self


class Tape:
    """An append-only list of nodes.

    Args:
        dtype: of every real number on the tape, float64 or float32.

    Attributes:
        nodes: the nodes in the order of their evaluation.
    """

    def __init__(self, dtype: DTypeLike = np.float64) -> None:
        self.dtype = np.dtype(dtype)
        self.nodes: list[Node] = []
        self._module = ""
        self._step: int | None = None

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
        primitive = PRIMITIVES.get(op)
        if primitive is None:
            raise InputError(f"there is no primitive {op!r}; there are {', '.join(PRIMITIVES)}")
        nodes = self.nodes
        indices = tuple([variable.index for variable in operands])
        try:
            value = primitive.forward(*[nodes[i].value for i in indices], **attributes)
        except (ValueError, TypeError, IndexError) as error:
            shapes = ", ".join(str(nodes[i].value.shape) for i in indices)
            raise InputError(f"{op} does not fit operands of shapes {shapes}: {error}") from error
        return self._append(primitive, indices, value, attributes, "", Role.INTERMEDIATE)

    @contextmanager
    def module(self, name: str, step: int | None = None) -> Iterator[None]:
        """Record what happens inside under this module (and time step)."""
        outer_module, outer_step = self._module, self._step
        self._module = f"{outer_module}.{name}" if outer_module else name
        self._step = outer_step if step is None else step
        try:
            yield
        finally:
            self._module, self._step = outer_module, outer_step

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
        array = array.astype(np.int64 if integers else self.dtype)
        return self._append(None, (), array, _NO_ATTRIBUTES, name, role)

    def _append(
        self,
        primitive: Primitive | None,
        operands: tuple[int, ...],
        value: Array,
        attributes: Attributes,
        name: str,
        role: Role,
    ) -> Variable:
        array = np.asarray(value)
        array.flags.writeable = False
        index = len(self.nodes)
        self.nodes.append(
            Node(
                index, primitive, operands, array, attributes, name, role, self._module, self._step
            )
        )
        return Variable(self, index)
