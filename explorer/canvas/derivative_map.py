"""The local derivative along an edge as numbers to be drawn: a diagonal, a matrix, a factor."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.autodiff.tape import Node
from engine.trace.trace import Trace

MOST_ROWS = 64
MOST_NUMBERS = 4096
_ELEMENTWISE = frozenset(
    {"add", "sub", "mul", "div", "neg", "pow", "exp", "log", "sin", "cos", "tanh", "sigmoid",
     "relu", "complement"}
)  # fmt: skip


def derivative_map(trace: Trace, edge: int) -> NDArray[np.float64] | None:
    """The local derivative of an edge's consumer with respect to its operand, (rows, columns).

    Of an elementwise primitive the diagonal, as one row; of a product the other factor, transposed
    as in its formula; else the whole Jacobian, consumer down and operand across.

    Returns:
        None where there is one number only, as in the identity, or too many to be worked out in a
        moment.
    """
    graph = trace.graph
    consumer, slot = trace.nodes[int(graph.edge_consumer[edge])], int(graph.edge_slot[edge])
    operands = trace.operands(consumer.index)
    operand = operands[slot]
    if not graph.edge_differentiable[edge] or operand.value.size * consumer.value.size <= 1:
        return None
    if consumer.op in _ELEMENTWISE and operand.value.shape == consumer.value.shape:
        diagonal = _pulled(consumer, operands, slot, np.ones_like(consumer.value))
        return None if (diagonal == diagonal.flat[0]).all() else _row(diagonal)
    if consumer.op == "matmul":
        other = np.asarray(operands[1 - slot].value, np.float64)
        return other.T if other.ndim == 2 else _row(other)
    rows = consumer.value.size
    if rows > MOST_ROWS or rows * operand.value.size > MOST_NUMBERS:
        return None
    one = np.zeros(rows, consumer.value.dtype)
    result = np.empty((rows, operand.value.size))
    for i in range(rows):
        one[i] = 1
        pulled = _pulled(consumer, operands, slot, one.reshape(consumer.value.shape))
        result[i] = pulled.reshape(-1)
        one[i] = 0
    return result


def _pulled(
    consumer: Node, operands: tuple[Node, ...], slot: int, adjoint: NDArray[Any]
) -> NDArray[np.float64]:
    """What an adjoint of the consumer contributes to the operand."""
    assert consumer.primitive is not None
    values = tuple(operand.value for operand in operands)
    with np.errstate(all="ignore"):
        part = consumer.primitive.contribution(
            slot, adjoint, consumer.value, values, consumer.attributes
        )
    return np.asarray(part, np.float64)


def _row(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values.reshape(1, -1)
