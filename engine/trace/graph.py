"""The computation graph of a run as index arrays: who uses whom, in which slot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.autodiff.tape import Node

IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes in topological order and one edge per operand slot.

    Edges are numbered by consumer, then slot: edge ``e`` carries the value of
    ``edge_operand[e]`` into slot ``edge_slot[e]`` of ``edge_consumer[e]``.

    Attributes:
        operand_offsets: (N+1,); node u's operand edges are offsets[u] : offsets[u+1].
        edge_operand, edge_consumer, edge_slot: (E,).
        edge_differentiable: (E,); an adjoint flows back along this edge.
        incoming: (E,) the edges sorted by operand, each operand's consumers from the last to
            the first: the order in which both versions add contributions.
        consumer_offsets: (N+1,); the edges out of node v are incoming[offsets[v] : offsets[v+1]].
        differentiable: (N,) nodes that have an adjoint.
        step: (N,) time step, -1 where there is none.
        output: the node whose derivatives the adjoints are.
    """

    operand_offsets: IntArray
    edge_operand: IntArray
    edge_consumer: IntArray
    edge_slot: IntArray
    edge_differentiable: BoolArray
    incoming: IntArray
    consumer_offsets: IntArray
    differentiable: BoolArray
    step: IntArray
    output: int

    @property
    def node_count(self) -> int:
        """Number of nodes N."""
        return len(self.differentiable)

    @property
    def edge_count(self) -> int:
        """Number of operand slots E."""
        return len(self.edge_operand)

    def operand_edges(self, node: int) -> range:
        """The edges into a node's slots, in slot order."""
        return range(int(self.operand_offsets[node]), int(self.operand_offsets[node + 1]))

    def consumer_edges(self, node: int) -> IntArray:
        """The edges along which a node's value is used, from the last consumer to the first."""
        return self.incoming[self.consumer_offsets[node] : self.consumer_offsets[node + 1]]

    def contributing_edges(self, node: int) -> IntArray:
        """Those of :meth:`consumer_edges` along which an adjoint flows back."""
        edges = self.consumer_edges(node)
        return edges[self.edge_differentiable[edges]]


def graph_of(nodes: Sequence[Node], output: int) -> Graph:
    """The graph of a tape's nodes."""
    count = len(nodes)
    widths = np.fromiter((len(node.operands) for node in nodes), np.intp, count)
    offsets = np.zeros(count + 1, np.intp)
    np.cumsum(widths, out=offsets[1:])
    edge_operand = np.fromiter((i for node in nodes for i in node.operands), np.intp, offsets[-1])
    edge_consumer = np.repeat(np.arange(count), widths)
    edge_slot = np.arange(len(edge_operand)) - offsets[edge_consumer]
    differentiable = np.fromiter((node.differentiable for node in nodes), np.bool_, count)
    slot_has_rule = np.fromiter(
        (
            node.primitive is not None and node.primitive.differentiates(slot)
            for node in nodes
            for slot in range(len(node.operands))
        ),
        np.bool_,
        len(edge_operand),
    )
    incoming = np.lexsort((edge_slot, -edge_consumer, edge_operand))
    consumer_offsets = np.zeros(count + 1, np.intp)
    np.cumsum(np.bincount(edge_operand, minlength=count), out=consumer_offsets[1:])
    graph = Graph(
        operand_offsets=offsets,
        edge_operand=edge_operand,
        edge_consumer=edge_consumer,
        edge_slot=edge_slot,
        edge_differentiable=(
            slot_has_rule & differentiable[edge_operand] & differentiable[edge_consumer]
        ),
        incoming=incoming,
        consumer_offsets=consumer_offsets,
        differentiable=differentiable,
        step=np.fromiter(
            (-1 if node.step is None else node.step for node in nodes), np.intp, count
        ),
        output=output,
    )
    _freeze(graph)
    return graph


def _freeze(record: Any) -> None:
    for name in record.__slots__:
        value = getattr(record, name)
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
