"""A run as an immutable value: graph, values, adjoints, events and provenance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

from engine.autodiff.primitives import Array
from engine.autodiff.reverse import adjoints_by_pushing, contribution
from engine.autodiff.tape import Node, Tape, Variable
from engine.trace.events import EventList, Version, events_of
from engine.trace.frame import Frame, frame_of
from engine.trace.graph import Graph, IntArray, graph_of
from engine.trace.memo import ArrayMemo

_BYTES_KEPT = 64 << 20
_PARTIALS_KEPT = 32


@dataclass(frozen=True, eq=False)
class Trace:
    """Everything that happened in one forward and backward pass.

    Attributes:
        nodes: the tape's nodes; their order is topological.
        adjoints: for each node d(output)/d(node), of its value's shape, or None for integers
            and constants.
        output: index of the node the adjoints are derivatives of.
        provenance: where the run came from: kind, text, tokens, vocabulary, cell, hidden,
            dtype, seed, ...; plain values only.
    """

    nodes: tuple[Node, ...]
    adjoints: tuple[Array | None, ...]
    output: int
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.nodes)

    @cached_property
    def graph(self) -> Graph:
        """The computation graph as index arrays."""
        return graph_of(self.nodes, self.output)

    @property
    def loss(self) -> float:
        """Value of the output."""
        return float(self.nodes[self.output].value)

    def events(self, version: Version = "B") -> EventList:
        """The events of the run with the backward pass in Version A or B."""
        return self._events_a if version == "A" else self._events_b

    def frame(self, cursor: int, version: Version = "B") -> Frame:
        """The state after ``cursor`` events; the same however the cursor got there."""
        return frame_of(self.graph, self.events(version), cursor)

    def contribution(self, edge: int) -> Array:
        """What flows back along an edge: adjoint of the consumer times the local derivative."""
        kept = self._contributions.get(edge)
        if kept is not None:
            return kept
        graph = self.graph
        consumer, slot = int(graph.edge_consumer[edge]), int(graph.edge_slot[edge])
        adjoint = self.passed_on(consumer)
        if adjoint is None or not graph.edge_differentiable[edge]:
            raise IndexError(f"no adjoint flows back along edge {edge}")
        with np.errstate(all="ignore"):
            result = np.array(contribution(self.nodes, consumer, slot, adjoint))
        result.flags.writeable = False
        self._contributions.put(edge, result)
        return result

    def passed_on(self, node: int) -> Array | None:
        """The adjoint with which a node's contributions were made: here the complete one."""
        return self.adjoints[node]

    def summed_edges(self, node: int, arrived: int) -> IntArray:
        """The edges whose contributions are the sum once ``arrived`` of them are there."""
        return self.graph.contributing_edges(node)[:arrived]

    def leftover(self, node: int) -> Array | None:
        """What stood in a node's adjoint before this backward pass; None where it was cleared."""
        return None

    def partial_adjoint(self, node: int, cursor: int, version: Version = "B") -> Array | None:
        """The sum of the contributions that have arrived by ``cursor``; None if there are none."""
        if self.adjoints[node] is None:
            return None
        events = self.events(version)
        edges = self.graph.contributing_edges(node)
        if events.completed_at[node] < cursor or (
            node == self.output and cursor > events.seed_index
        ):
            return self.adjoints[node]
        return self.partial_sum(node, int((events.contributed_at[edges] < cursor).sum()))

    def partial_sum(self, node: int, arrived: int) -> Array | None:
        """The sum of a node's first ``arrived`` contributions, in the order both versions add them.

        Playing asks for one more each time, so the last sum of a node is kept and gone on with.

        Returns:
            An array of the value's shape, read-only; None for no contribution and for a node
            without an adjoint.
        """
        if arrived <= 0 or self.adjoints[node] is None:
            return None
        edges = self.graph.contributing_edges(node)
        if arrived >= len(edges):
            # Both versions add in this order, so the whole sum is the adjoint, bit for bit.
            return self.adjoints[node]
        summed, total = self._partials.pop(node, (0, np.zeros_like(self.nodes[node].value)))
        if summed > arrived:
            summed, total = 0, np.zeros_like(self.nodes[node].value)
        with np.errstate(all="ignore"):
            for edge in edges[summed:arrived]:
                total = np.asarray(total + self.contribution(int(edge)))
        total.flags.writeable = False
        while len(self._partials) >= _PARTIALS_KEPT:
            self._partials.pop(next(iter(self._partials)))
        self._partials[node] = (arrived, total)
        return total

    def with_numbers(
        self,
        nodes: Sequence[Node],
        adjoints: Sequence[Array | None],
        provenance: Mapping[str, Any],
    ) -> Trace:
        """A run of the same graph with other numbers; the index arrays are made once for both."""
        other = freeze(nodes, adjoints, self.output, provenance)
        shared = ("graph", "_events_a", "_events_b")
        other.__dict__.update({name: getattr(self, name) for name in shared})
        return other

    def operands(self, node: int) -> tuple[Node, ...]:
        """The operands of a node, in slot order."""
        return tuple(self.nodes[i] for i in self.nodes[node].operands)

    @cached_property
    def _events_a(self) -> EventList:
        return events_of(self.graph, "A")

    @cached_property
    def _events_b(self) -> EventList:
        return events_of(self.graph, "B")

    @cached_property
    def _contributions(self) -> ArrayMemo:
        return ArrayMemo(_BYTES_KEPT)

    @cached_property
    def _partials(self) -> dict[int, tuple[int, Array]]:
        """The partial sums asked for last: node to (contributions in it, sum)."""
        return {}


def record(tape: Tape, output: Variable, provenance: Mapping[str, Any] | None = None) -> Trace:
    """Run the backward pass of a finished tape and freeze the run as a trace."""
    tape.mark_loss(output)
    adjoints = adjoints_by_pushing(tape.nodes, output.index)
    return freeze(tape.nodes, adjoints, output.index, provenance or {})


def freeze(
    nodes: Sequence[Node],
    adjoints: Sequence[Array | None],
    output: int,
    provenance: Mapping[str, Any],
) -> Trace:
    """A trace of these nodes and adjoints, its arrays read-only."""
    arrays = tuple(None if a is None else np.asarray(a) for a in adjoints)
    for array in arrays:
        if array is not None:
            array.flags.writeable = False
    return Trace(tuple(nodes), arrays, output, MappingProxyType(dict(provenance)))
