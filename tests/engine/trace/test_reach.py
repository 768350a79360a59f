"""Reach on hand-made graphs, and on random ones against networkx."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.autodiff.tape import Tape
from engine.trace.graph import Graph
from engine.trace.reach import Reach, ancestors, between, descendants, paths
from engine.trace.trace import Trace, record

if TYPE_CHECKING:
    from numpy.typing import NDArray


def square_plus() -> Trace:
    """y = x*x + x: nodes x, s = x*x, y; edges x-s, x-s, s-y, x-y."""
    tape = Tape()
    x = tape.input("x", 3.0)
    return record(tape, (x * x + x).named("y"))


def graph_of(operands: list[tuple[int, ...]]) -> Graph:
    """A graph of nodes that each use some earlier ones, without any tape."""
    widths = np.array([len(each) for each in operands])
    offsets = np.concatenate([[0], np.cumsum(widths)])
    operand = np.array([i for each in operands for i in each], np.intp)
    consumer = np.repeat(np.arange(len(operands)), widths)
    slot = np.arange(len(operand)) - offsets[consumer]
    count = len(operands)
    return Graph(
        operand_offsets=offsets,
        edge_operand=operand,
        edge_consumer=consumer,
        edge_slot=slot,
        edge_differentiable=np.ones(len(operand), np.bool_),
        incoming=np.lexsort((slot, -consumer, operand)),
        consumer_offsets=np.concatenate([[0], np.cumsum(np.bincount(operand, minlength=count))]),
        differentiable=np.ones(count, np.bool_),
        step=np.full(count, -1),
        output=count - 1,
    )


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    count = draw(st.integers(1, 12))
    return graph_of(
        [
            tuple(draw(st.lists(st.integers(0, node - 1), max_size=3))) if node else ()
            for node in range(count)
        ]
    )


def as_networkx(graph: Graph) -> nx.MultiDiGraph:
    other = nx.MultiDiGraph()
    other.add_nodes_from(range(graph.node_count))
    ends = zip(graph.edge_operand.tolist(), graph.edge_consumer.tolist(), strict=True)
    other.add_edges_from((a, b, edge) for edge, (a, b) in enumerate(ends))
    return other


def on(mask: NDArray[np.bool_]) -> list[int]:
    return [int(i) for i in np.flatnonzero(mask)]


def parts(reach: Reach) -> tuple[list[int], list[int]]:
    return on(reach.nodes), on(reach.edges)


def test_ancestors_are_all_that_a_node_was_computed_from() -> None:
    graph = square_plus().graph
    assert parts(ancestors(graph, 2)) == ([0, 1, 2], [0, 1, 2, 3])
    assert parts(ancestors(graph, 1)) == ([0, 1], [0, 1])
    assert parts(ancestors(graph, 0)) == ([0], [])


def test_descendants_are_all_that_a_node_goes_into() -> None:
    graph = square_plus().graph
    assert parts(descendants(graph, 0)) == ([0, 1, 2], [0, 1, 2, 3])
    assert parts(descendants(graph, 1)) == ([1, 2], [2])
    assert parts(descendants(graph, 2)) == ([2], [])


@pytest.mark.parametrize(
    ("ends", "count", "shortest"),
    [
        # x*x has two slots: x-s-y twice, and x-y directly, which is the shortest.
        ((0, 2), 3, (3,)),
        ((2, 0), 3, (3,)),
        ((0, 1), 2, (0,)),
        ((1, 2), 1, (2,)),
        # From a node to itself the empty path is the only one.
        ((1, 1), 1, ()),
    ],
)
def test_each_slot_makes_a_path_of_its_own(
    ends: tuple[int, int], count: int, shortest: tuple[int, ...]
) -> None:
    found = paths(square_plus().graph, *ends)
    assert (found.count, found.shortest) == (count, shortest)
    assert (found.start, found.end) == (min(ends), max(ends))


def test_between_unconnected_nodes_there_is_nothing() -> None:
    graph = graph_of([(), (), (0, 1)])
    assert parts(between(graph, 0, 1)) == ([], [])
    assert paths(graph, 0, 1).count == 0
    assert paths(graph, 0, 1).shortest == ()


def test_paths_are_counted_exactly_however_many_there_are() -> None:
    # Each node uses the one before it twice: 2^k paths over k nodes, too many for a float.
    chain = graph_of([(), *((node, node) for node in range(3000))])
    assert paths(chain, 0, 3000).count == 2**3000


def test_what_is_given_out_cannot_be_changed() -> None:
    graph = square_plus().graph
    for reach in (ancestors(graph, 2), descendants(graph, 0), between(graph, 0, 2)):
        for mask in (reach.nodes, reach.edges):
            with pytest.raises(ValueError, match="read-only"):
                mask[0] = False


@settings(deadline=None)
@given(graphs())
def test_a_node_comes_from_those_that_affect_it(graph: Graph) -> None:
    other = as_networkx(graph)
    up = np.array([ancestors(graph, node).nodes for node in range(graph.node_count)])
    down = np.array([descendants(graph, node).nodes for node in range(graph.node_count)])
    assert (up == down.T).all()
    for node in range(graph.node_count):
        assert set(on(up[node])) == nx.ancestors(other, node) | {node}
        assert set(on(down[node])) == nx.descendants(other, node) | {node}


@settings(deadline=None)
@given(graphs(), st.data())
def test_paths_are_those_that_networkx_lists(graph: Graph, data: st.DataObject) -> None:
    a = data.draw(st.integers(0, graph.node_count - 1))
    b = data.draw(st.integers(0, graph.node_count - 1))
    found = paths(graph, a, b)
    if a == b:
        assert (found.count, parts(found.reach)) == (1, ([a], []))
        return
    start, end = sorted((a, b))
    listed = [
        [edge for _, _, edge in path]
        for path in nx.all_simple_edge_paths(as_networkx(graph), start, end)
    ]
    assert found.count == len(listed)
    assert on(found.reach.edges) == sorted({edge for path in listed for edge in path})
    if listed:
        assert list(found.shortest) in listed
        assert len(found.shortest) == min(map(len, listed))
        ends = graph.edge_consumer[on(found.reach.edges)].tolist()
        assert on(found.reach.nodes) == sorted({start, *ends})
