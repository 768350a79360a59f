"""What a node was computed from, what it goes into, and the paths between two nodes.

The tape is in topological order and its edges are sorted by consumer, so one walk over the edges
settles a question of reach: forwards for descendants, backwards for ancestors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.trace.graph import BoolArray, Graph


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """A part of a graph.

    Attributes:
        nodes: (N,) the nodes in it, read-only.
        edges: (E,) the edges in it, read-only.
    """

    nodes: BoolArray
    edges: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """Every directed path between two nodes; two slots of one consumer make two paths.

    Attributes:
        start, end: the operand's side and the consumer's side, in the order of the tape.
        reach: the nodes and edges on any of the paths; nothing where there is none.
        count: how many there are, exactly.
        shortest: the edges of a shortest one, from start to end.
    """

    start: int
    end: int
    reach: Reach
    count: int
    shortest: tuple[int, ...]


def ancestors(graph: Graph, node: int) -> Reach:
    """All that a node was computed from, itself included, and the edges that led there."""
    seen = _upstream(graph, node)
    return _reach(seen, seen[graph.edge_consumer])


def descendants(graph: Graph, node: int) -> Reach:
    """All that a node goes into, itself included, and the edges that lead there."""
    seen = _downstream(graph, node, graph.node_count - 1)
    return _reach(seen, seen[graph.edge_operand])


def between(graph: Graph, a: int, b: int) -> Reach:
    """The nodes and edges on any directed path from a to b, or from b to a.

    Nothing where no path leads either way; from a node to itself only that node.
    """
    start, end = min(a, b), max(a, b)
    on_path = _downstream(graph, start, end)
    if on_path[end]:
        on_path &= _upstream(graph, end)
    else:
        on_path[:] = False
    return _reach(on_path, on_path[graph.edge_operand] & on_path[graph.edge_consumer])


def paths(graph: Graph, a: int, b: int) -> Paths:
    """How many paths lead between two nodes, and a shortest one of them.

    Of several shortest ones it is that whose edges come first on the tape, seen from the end.
    """
    start, end = min(a, b), max(a, b)
    reach = between(graph, start, end)
    if not reach.nodes[end]:
        return Paths(start, end, reach, 0, ())
    edges = np.flatnonzero(reach.edges)
    operands, consumers = graph.edge_operand[edges].tolist(), graph.edge_consumer[edges].tolist()
    count = [0] * (end + 1)
    length, came = [end + 1] * (end + 1), [-1] * (end + 1)
    count[start], length[start] = 1, 0
    for edge, operand, consumer in zip(edges.tolist(), operands, consumers, strict=True):
        # Edges are sorted by consumer, so an operand has its own numbers by now.
        count[consumer] += count[operand]
        if length[operand] + 1 < length[consumer]:
            length[consumer], came[consumer] = length[operand] + 1, edge
    shortest = []
    node = end
    while came[node] >= 0:
        shortest.append(came[node])
        node = int(graph.edge_operand[came[node]])
    return Paths(start, end, reach, count[end], tuple(reversed(shortest)))


def _upstream(graph: Graph, node: int) -> BoolArray:
    """(N,) the ancestors of a node: edges are walked from the last consumer to the first."""
    stop = int(graph.operand_offsets[node + 1])
    seen = bytearray(graph.node_count)
    seen[node] = 1
    operands, consumers = graph.edge_operand[:stop], graph.edge_consumer[:stop]
    for consumer, operand in zip(consumers[::-1].tolist(), operands[::-1].tolist(), strict=True):
        if seen[consumer]:
            seen[operand] = 1
    return _mask(seen)


def _downstream(graph: Graph, node: int, last: int) -> BoolArray:
    """(N,) the descendants of a node up to the node ``last``."""
    first, stop = int(graph.operand_offsets[node + 1]), int(graph.operand_offsets[last + 1])
    seen = bytearray(graph.node_count)
    seen[node] = 1
    operands, consumers = graph.edge_operand[first:stop], graph.edge_consumer[first:stop]
    for operand, consumer in zip(operands.tolist(), consumers.tolist(), strict=True):
        if seen[operand]:
            seen[consumer] = 1
    return _mask(seen)


def _mask(seen: bytearray) -> BoolArray:
    return np.frombuffer(seen, np.bool_)


def _reach(nodes: BoolArray, edges: Any) -> Reach:
    nodes.flags.writeable = edges.flags.writeable = False
    return Reach(nodes, edges)
