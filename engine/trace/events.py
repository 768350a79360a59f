"""A run as a list of events: first the forward pass, then the backward pass, as index arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.trace.graph import Graph, IntArray

Version = Literal["A", "B"]


class EventKind(IntEnum):
    """What can happen to a node or along an edge."""

    EVALUATED = 0
    SEEDED = 1
    CONTRIBUTION = 2
    COMPLETED = 3


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    Attributes:
        kind: what happened.
        node: the node it happened to; for a contribution, the operand that receives it.
        edge: the edge a contribution flows back along, else -1.
    """

    kind: EventKind
    node: int
    edge: int = -1


@dataclass(frozen=True)
class EventList:
    """All events of a run in one version of the backward pass.

    Attributes:
        version: "A" pulls, "B" pushes.
        kind, node, edge: (K,) what :class:`Event` says, as arrays.
        seed_index: number of forward events; event ``seed_index`` seeds the output's adjoint.
    """

    version: Version
    kind: NDArray[np.int8]
    node: IntArray
    edge: IntArray
    seed_index: int

    def __len__(self) -> int:
        return len(self.kind)

    def __iter__(self) -> Iterator[Event]:
        return (self[index] for index in range(len(self)))

    def __getitem__(self, index: int) -> Event:
        return Event(EventKind(int(self.kind[index])), int(self.node[index]), int(self.edge[index]))

    @cached_property
    def completed_at(self) -> IntArray:
        """(N,) index of the event that completed each node's adjoint; len(self) if none does."""
        count = int(self.node.max()) + 1 if len(self) else 0
        return self._positions(EventKind.COMPLETED, self.node, count)

    @cached_property
    def contributed_at(self) -> IntArray:
        """(number of edges up to the last used,) index of each edge's contribution."""
        count = int(self.edge.max()) + 1 if len(self) else 0
        return self._positions(EventKind.CONTRIBUTION, self.edge, count)

    def _positions(self, kind: EventKind, keys: IntArray, count: int) -> IntArray:
        positions = np.full(count, len(self), np.intp)
        chosen = np.flatnonzero(self.kind == kind)
        positions[keys[chosen]] = chosen
        return positions


def events_of(graph: Graph, version: Version) -> EventList:
    """The events of a run over ``graph``.

    Forward: each node in tape order. Then the output's adjoint is seeded with 1. Backward, in
    reverse order: Version A pulls a node's contributions and then it is complete; Version B
    finds a node complete, because all its consumers came first, and pushes to its operands.
    """
    count = graph.node_count
    backward_nodes = np.flatnonzero(graph.differentiable)[::-1]
    if version == "A":
        edges = _edges_by(graph, graph.edge_operand, np.arange(graph.edge_count)[graph.incoming])
        groups = graph.edge_operand[edges]
    else:
        edges = _edges_by(graph, graph.edge_consumer, np.arange(graph.edge_count))
        groups = graph.edge_consumer[edges]
    # Each node's block is its contributions and one completion; A completes last, B first.
    keys = np.concatenate([-2 * groups, -2 * backward_nodes + (1 if version == "A" else -1)])
    kind = np.concatenate(
        [
            np.full(len(edges), EventKind.CONTRIBUTION, np.int8),
            np.full(len(backward_nodes), EventKind.COMPLETED, np.int8),
        ]
    )
    node = np.concatenate([graph.edge_operand[edges], backward_nodes])
    edge = np.concatenate([edges, np.full(len(backward_nodes), -1)])
    order = np.argsort(keys, kind="stable")
    forward = np.arange(count)
    result = EventList(
        version=version,
        kind=np.concatenate(
            [
                np.full(count, EventKind.EVALUATED, np.int8),
                np.array([EventKind.SEEDED], np.int8),
                kind[order],
            ]
        ),
        node=np.concatenate([forward, [graph.output], node[order]]),
        edge=np.concatenate([np.full(count + 1, -1), edge[order]]),
        seed_index=count,
    )
    for array in (result.kind, result.node, result.edge):
        array.flags.writeable = False
    return result


def _edges_by(graph: Graph, owner: IntArray, edges: IntArray) -> IntArray:
    """The differentiable edges, by owner from the last to the first, otherwise in given order."""
    flowing = edges[graph.edge_differentiable[edges]]
    return flowing[np.argsort(-owner[flowing], kind="stable")]
