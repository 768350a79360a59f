"""The events of a backward pass in which nodes have their turns in any order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.trace.events import EventKind, EventList
from engine.trace.graph import Graph


def events_in_turns(graph: Graph, order: Sequence[int]) -> EventList:
    """The forward pass, the seed, and Version B with the computed nodes in this order.

    An adjoint is complete when its last contribution has arrived, which may be after the node's
    turn: then the node has pushed a part of it.
    """
    backward = _Backward(graph)
    for node in order:
        backward.turn(node)
    for node in np.flatnonzero(graph.differentiable)[::-1]:
        backward.complete(int(node))
    count = graph.node_count
    result = EventList(
        version="B",
        kind=np.concatenate(
            [
                np.full(count, EventKind.EVALUATED, np.int8),
                np.array([EventKind.SEEDED, *backward.kinds], np.int8),
            ]
        ),
        node=np.concatenate([np.arange(count), [graph.output, *backward.nodes]]).astype(np.intp),
        edge=np.concatenate([np.full(count + 1, -1), backward.edges]).astype(np.intp),
        seed_index=count,
    )
    for array in (result.kind, result.node, result.edge):
        array.flags.writeable = False
    return result


@dataclass(slots=True)
class _Backward:
    """The events of the backward pass so far."""

    graph: Graph
    kinds: list[int] = field(default_factory=list)
    nodes: list[int] = field(default_factory=list)
    edges: list[int] = field(default_factory=list)
    had_turn: set[int] = field(default_factory=set)
    completed: set[int] = field(default_factory=set)
    missing: dict[int, int] = field(default_factory=dict)

    def turn(self, node: int) -> None:
        """A node pushes what it has to its operands."""
        self.had_turn.add(node)
        if self._missing(node) == 0:
            self.complete(node)
        for edge in self.graph.operand_edges(node):
            if not self.graph.edge_differentiable[edge]:
                continue
            operand = int(self.graph.edge_operand[edge])
            self._add(EventKind.CONTRIBUTION, operand, edge)
            self.missing[operand] = self._missing(operand) - 1
            leaf = len(self.graph.operand_edges(operand)) == 0
            if self.missing[operand] == 0 and (leaf or operand in self.had_turn):
                self.complete(operand)

    def complete(self, node: int) -> None:
        """A node's adjoint is complete, once."""
        if node not in self.completed and self.graph.differentiable[node]:
            self.completed.add(node)
            self._add(EventKind.COMPLETED, node, -1)

    def _missing(self, node: int) -> int:
        """How many contributions have not arrived yet."""
        return self.missing.setdefault(node, len(self.graph.contributing_edges(node)))

    def _add(self, kind: EventKind, node: int, edge: int) -> None:
        self.kinds.append(kind)
        self.nodes.append(node)
        self.edges.append(edge)
