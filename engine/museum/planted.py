"""Planting a mistake in a run: what it computes then, as a trace that says so.

The values are computed anew where a forward rule is replaced, the adjoints by the wrong pass. The
trace is consistent with itself: contributions, partial sums and the order of events are those of
the wrong program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np

from engine.autodiff.nudge import numbers_in
from engine.autodiff.primitives import Array, Primitive
from engine.autodiff.tape import Node
from engine.errors import InputError
from engine.museum.exhibits import Exhibit
from engine.museum.mistake import RIGHT, Mistake, Pass, as_list, at_leaves, last_to_first, run_whole
from engine.museum.turns import events_in_turns
from engine.trace.events import EventList
from engine.trace.graph import Graph, IntArray, graph_of
from engine.trace.trace import Trace


@dataclass(frozen=True, eq=False)
class PlantedTrace(Trace):
    """A run whose backward pass makes a mistake.

    Attributes:
        mistake: what the pass does differently.
        done: the pass itself.
        left: what stood in the leaves' adjoints before it, by node.
    """

    mistake: Mistake = RIGHT
    done: Pass | None = None
    left: MappingProxyType[int, Array] | None = None

    @cached_property
    def graph(self) -> Graph:
        """The computation graph; where nothing flows back, an edge is not differentiable."""
        graph = graph_of(self.nodes, self.output)
        flowing = graph.edge_differentiable.copy()
        for edge in np.flatnonzero(flowing):
            consumer, slot = int(graph.edge_consumer[edge]), int(graph.edge_slot[edge])
            flowing[edge] = self.mistake.carries(self.nodes, consumer, slot)
        flowing.flags.writeable = False
        return replace(graph, edge_differentiable=flowing)

    def passed_on(self, node: int) -> Array | None:
        """The adjoint as it was when the node had its turn."""
        if self.done is None or self.adjoints[node] is None:
            return None
        return self.done.passed_on.get(node, self.adjoints[node])

    def summed_edges(self, node: int, arrived: int) -> IntArray:
        """The contributions that are in the sum, in the order in which they arrived."""
        edges = self.graph.contributing_edges(node)
        if self.mistake.order is not last_to_first:
            edges = edges[np.argsort(self.events().contributed_at[edges], kind="stable")]
        edges = edges[:arrived]
        return edges[-1:] if self.mistake.replaces else edges

    def leftover(self, node: int) -> Array | None:
        """What the pass before left in a leaf's adjoint."""
        return None if self.left is None else self.left.get(node)

    def partial_sum(self, node: int, arrived: int) -> Array | None:
        """The sum of a node's first contributions, wrong as the pass is."""
        adjoint = self.adjoints[node]
        if arrived <= 0 or adjoint is None:
            return None
        if arrived >= len(self.graph.contributing_edges(node)):
            return adjoint
        before = self.leftover(node)
        total = np.zeros_like(self.nodes[node].value) if before is None else before
        with np.errstate(all="ignore"):
            for edge in self.summed_edges(node, arrived):
                total = np.asarray(total + self.contribution(int(edge)))
        total.flags.writeable = False
        return total

    @cached_property
    def _events_a(self) -> EventList:
        # Out of order, Version A would ask for adjoints that are not there yet: it cannot run.
        if self.mistake.order is not last_to_first:
            return self._events_b
        return super()._events_a

    @cached_property
    def _events_b(self) -> EventList:
        if self.done is None or self.mistake.order is last_to_first:
            return super()._events_b
        return events_in_turns(self.graph, self.done.order)


@dataclass(frozen=True, slots=True, eq=False)
class PlantedRun:
    """A run with one mistake in it.

    Attributes:
        exhibit: the mistake.
        original: the run without it.
        trace: the run with it, its provenance naming the exhibit.
        replaced: the nodes that carry a wrong row.
    """

    exhibit: Exhibit
    original: Trace
    trace: PlantedTrace
    replaced: tuple[int, ...]


def obstacle(trace: Trace, exhibit: Exhibit) -> str:
    """Why there is nothing in a run that this mistake could replace, or an empty text."""
    if exhibit.row is not None:
        found = any(_wrong_row(trace.nodes, node, exhibit) is not None for node in trace.nodes)
    elif exhibit.missing:
        graph = trace.graph
        found = not all(
            exhibit.mistake.carries(trace.nodes, int(consumer), int(slot))
            for consumer, slot, flows in zip(
                graph.edge_consumer, graph.edge_slot, graph.edge_differentiable, strict=True
            )
            if flows
        )
    else:
        found = True
    return "" if found else exhibit.missing


def plant(trace: Trace, exhibit: Exhibit) -> PlantedRun:
    """Run the program of a trace again with one rule replaced.

    Where there is an :func:`obstacle`, every number stays right.

    Raises:
        InputError: a mistake is planted in it already, or a hidden unit is nudged.
    """
    if "planted" in trace.provenance:
        raise InputError("a mistake is planted in this run already; remove it first")
    if any(numbers_in(node) for node in trace.nodes):
        raise InputError("numbers of this run were changed by hand; record it again first")
    nodes, replaced = _evaluated(trace.nodes, exhibit)
    done, left = run_whole(nodes, trace.output, exhibit.mistake), None
    if exhibit.mistake.keeps:
        left = MappingProxyType(at_leaves(nodes, done.adjoints))
        done = run_whole(nodes, trace.output, exhibit.mistake, left)
    adjoints = tuple(
        None if adjoint is None else _frozen(adjoint) for adjoint in as_list(nodes, done.adjoints)
    )
    provenance = MappingProxyType({**trace.provenance, "planted": exhibit.id})
    planted = PlantedTrace(nodes, adjoints, trace.output, provenance, exhibit.mistake, done, left)
    return PlantedRun(exhibit, trace, planted, replaced)


def _evaluated(nodes: Sequence[Node], exhibit: Exhibit) -> tuple[tuple[Node, ...], tuple[int, ...]]:
    """The nodes with wrong rows in place and every value that follows from them, and where."""
    result: list[Node] = []
    replaced: list[int] = []
    changed: set[int] = set()
    with np.errstate(all="ignore"):
        for node in nodes:
            row = _wrong_row(result, node, exhibit)
            if row is not None:
                replaced.append(node.index)
            new = node if row is None else replace(node, primitive=row)
            if _gives_another_value(node, row) or changed.intersection(node.operands):
                assert new.primitive is not None
                operands = [result[i].value for i in node.operands]
                value = np.asarray(new.primitive.forward(*operands, **node.attributes))
                new = replace(new, value=_frozen(value))
                changed.add(node.index)
            result.append(new)
    return tuple(result), tuple(replaced)


def _wrong_row(nodes: Sequence[Node], node: Node, exhibit: Exhibit) -> Primitive | None:
    if exhibit.row is None or node.primitive is None:
        return None
    return exhibit.row(node, tuple(nodes[i].value for i in node.operands))


def _gives_another_value(node: Node, row: Primitive | None) -> bool:
    if row is None or node.primitive is None:
        return False
    return row.forward is not node.primitive.forward


def _frozen(array: Array) -> Array:
    array = np.asarray(array)
    if array.flags.writeable:
        array = array.copy()
        array.flags.writeable = False
    return array
