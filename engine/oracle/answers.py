"""What is asked of PyTorch and what it answers, as values.

An answer is one of :class:`OracleAnswer`, :class:`NetworkAnswer` and :class:`OracleUnavailable`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.autodiff.nudge import numbers_in
from engine.oracle.protocol import ArrayData, NetworkResult, Program, Step

if TYPE_CHECKING:
    from engine.autodiff.primitives import Array
    from engine.trace.trace import Trace

_DTYPES = ("<f8", "<f4", "<i8")


@dataclass(frozen=True, slots=True, eq=False)
class OracleAnswer:
    """What PyTorch computed.

    Attributes:
        values: of every node, of its shape and dtype.
        adjoints: d(output)/d(node) of every node, None for integers and constants.
        torch: PyTorch's version.
    """

    values: tuple[Array, ...]
    adjoints: tuple[Array | None, ...]
    torch: str


@dataclass(frozen=True, slots=True, eq=False)
class NetworkAnswer:
    """What PyTorch computed in a network that is written in it.

    Attributes:
        values: by variable; of one that every time step has a dict by step.
        adjoints: the same of those that have one.
        torch: PyTorch's version.
    """

    values: Mapping[str, Any]
    adjoints: Mapping[str, Any]
    torch: str


@dataclass(frozen=True, slots=True)
class OracleUnavailable:
    """No answer: the run stays unverified.

    Attributes:
        reason: what is wrong, one sentence.
        advice: what to do about it, one sentence.
    """

    reason: str
    advice: str


def program_of(trace: Trace) -> Program:
    """The program of a trace: its primitives and operands, and its leaves' values."""
    return Program(
        tuple(
            Step(
                node.op if node.primitive is not None else node.role.value,
                node.operands,
                dict(node.attributes),
                None if node.primitive is not None else data_of(node.value),
                tuple(numbers_in(node).items()),
            )
            for node in trace.nodes
        ),
        trace.output,
    )


def named_answer(result: NetworkResult, torch: str) -> NetworkAnswer:
    """The quantities of an answer by variable, and by step where there are steps."""
    values: dict[str, Any] = {}
    adjoints: dict[str, Any] = {}
    for quantity in result.quantities:
        for numbers, data in ((values, quantity.value), (adjoints, quantity.adjoint)):
            if data is None:
                continue
            if quantity.step is None:
                numbers[quantity.variable] = array_of(data)
            else:
                numbers.setdefault(quantity.variable, {})[quantity.step] = array_of(data)
    return NetworkAnswer(values, adjoints, torch)


def data_of(array: Array) -> ArrayData:
    """An array ready to travel."""
    kind = "<i8" if array.dtype.kind in "iub" else array.dtype.newbyteorder("<").str
    return ArrayData(kind, array.shape, array.astype(kind).tobytes())


def array_of(data: ArrayData) -> Array:
    """An array that travelled.

    Raises:
        ValueError: it is of a type that none has.
    """
    if data.dtype not in _DTYPES:
        raise ValueError(f"an array of type {data.dtype}")
    return np.frombuffer(data.data, data.dtype).reshape(data.shape)
