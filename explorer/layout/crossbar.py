"""A product of matrices in numbers: a crossbar, as a row of W meets the numbers of h.

Each number of the result has a column of products, its sum above it. Left of the columns of one row
of W stand that row's numbers, one below the other, and left of everything the numbers of h: wires
along the rows bring each to where it is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.trace.graph import Graph
from explorer.layout.model import Floats, Ints
from explorer.layout.places import Places, Way

GAP = 18.0
"""Between columns: a wire goes up at its left and another comes in at its right."""

ROW_GAP = 15.0
TRACK = 5.0
"""Between two wires that run along one row."""

SUM_GAP = 26.0
GROUP_GAP = 16.0
_SIDE, _IN, _BELOW = 7.0, 6.0, 9.0


@dataclass(frozen=True, slots=True)
class _Product:
    """One number of the result.

    Attributes:
        terms: (k,) its products.
        left, right: (k,) the factors.
        total: their sum.
    """

    terms: tuple[int, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    total: int


def crossbar(graph: Graph, ops: Sequence[str], size: Floats, *, upward: bool) -> Places | None:
    """The places of a product of matrices; None for any other operation.

    Args:
        graph: the members alone, the result last.
        ops: their primitives.
        size: (m, 2) of their cards, across and up.
        upward: the first row is the highest, else the lowest: the one that is read first.
    """
    products = _products(graph, ops)
    if products is None:
        return None
    if len({p.left for p in products}) == 1 < len({p.right for p in products}):
        # A vector times a matrix: the columns of the matrix are the rows of W here.
        products = [_Product(p.terms, p.right, p.left, p.total) for p in products]
    own = dict.fromkeys(p.left for p in products)
    shared = dict.fromkeys(p.right for p in products)
    grid: dict[int, tuple[float, int]] = {}
    pitch, across = float(size[:-1, 0].max()) + GAP, 0.0
    for numbers in shared:
        across = _column(grid, numbers, across, pitch)
    for numbers in own:
        across = _column(grid, numbers, across + GROUP_GAP, pitch)
        for product in (p for p in products if p.left == numbers):
            across = _column(grid, product.terms, across, pitch)
    rows = len(products[0].terms)
    if upward:
        grid = {node: (along, rows - 1 - row) for node, (along, row) in grid.items()}
    return _placed(graph, ops, products, grid, size)


def _products(graph: Graph, ops: Sequence[str]) -> list[_Product] | None:
    """The numbers of the result, or None where they are not all sums of products."""
    ends = [len(ops) - 1]
    if ops[-1] == "stack":
        ends = graph.edge_operand[list(graph.operand_edges(len(ops) - 1))].tolist()
    found = []
    for end in ends:
        terms = _operands(graph, end)
        if ops[end] != "add" or any(ops[term] != "mul" for term in terms):
            return None
        pairs = [_operands(graph, term) for term in terms]
        if any(len(pair) != 2 or {ops[i] for i in pair} != {"component"} for pair in pairs):
            return None
        left, right = zip(*pairs, strict=True)
        found.append(_Product(terms, left, right, end))
    return found


def _operands(graph: Graph, node: int) -> tuple[int, ...]:
    return tuple(graph.edge_operand[list(graph.operand_edges(node))].tolist())


def _column(
    grid: dict[int, tuple[float, int]], nodes: Sequence[int], across: float, pitch: float
) -> float:
    """Give the nodes a column of the grid, those that have none; returns where the next is."""
    new = [(row, node) for row, node in enumerate(nodes) if node not in grid]
    for row, node in new:
        grid[node] = (across, row)
    return across + pitch if new else across


def _placed(
    graph: Graph,
    ops: Sequence[str],
    products: list[_Product],
    grid: dict[int, tuple[float, int]],
    size: Floats,
) -> Places:
    rows, high = len(products[0].terms), float(size[:-1, 1].max())
    down = high + ROW_GAP + TRACK * (len({p.right for p in products}) - 1)
    centre = np.zeros((len(size), 2))
    for node, (across, row) in grid.items():
        centre[node] = across, row * down
    top = (rows - 1) * down + high / 2
    for product in products:
        half = size[product.total, 1] / 2
        centre[product.total] = grid[product.terms[0]][0], top + SUM_GAP + half
    if ops[-1] == "stack":
        totals = centre[[product.total for product in products]]
        highest = totals[:, 1].max() + high / 2
        centre[-1] = totals[:, 0].mean(), highest + SUM_GAP + size[-1, 1] / 2
    placed = Places(centre, size)
    return Places(centre, size, _bars(graph, products, placed))


def _bars(graph: Graph, products: list[_Product], places: Places) -> tuple[Way, ...]:
    """The wires: from factors along the rows to products, and from those up to their sums."""
    terms = {t for p in products for t in p.terms}
    totals = {t: p.total for p in products for t in p.terms}
    into = [e for e in range(graph.edge_count) if int(graph.edge_consumer[e]) in terms]
    lefts = {(t, v) for p in products for t, v in zip(p.terms, p.left, strict=True)}
    own = np.array([(int(graph.edge_consumer[e]), int(graph.edge_operand[e])) in lefts
                    for e in into])  # fmt: skip
    edges = np.array(into, np.intp)
    up = [e for e in range(graph.edge_count) if int(graph.edge_operand[e]) in totals]
    numbers = {v: i for i, p in enumerate(dict.fromkeys(p.right for p in products)) for v in p}
    lift = np.array([TRACK * numbers.get(int(v), 0) for v in graph.edge_operand[edges]])
    bars = [
        _along(graph, edges[own], places, -1.0, np.zeros(own.sum())),
        _along(graph, edges[~own], places, 1.0, lift[~own]),
    ]
    beside = [_beside(way) for way in bars]
    return (
        *(_only(way, ~near) for way, near in zip(bars, beside, strict=True)),
        *(_straight(way, near) for way, near in zip(bars, beside, strict=True)),
        _rising(graph, np.array(up, np.intp), places),
    )


def _along(graph: Graph, edges: Ints, places: Places, above: float, lift: Floats) -> Way:
    """Out at the right, along above (or below) the row, in at the left."""
    operand, consumer = graph.edge_operand[edges], graph.edge_consumer[edges]
    centre, half = places.centre, places.size / 2
    start = centre[operand] + half[operand] * (1, 0)
    end = centre[consumer] - half[consumer] * (1, 0)
    end[:, 1] += above * half[consumer, 1] / 2
    track = centre[consumer, 1] + above * (half[consumer, 1] + ROW_GAP / 3 + lift)
    out, inward = start[:, 0] + _IN, end[:, 0] - _IN
    points = [
        start, np.stack([out, start[:, 1]], axis=1), np.stack([out, track], axis=1),
        np.stack([inward, track], axis=1), np.stack([inward, end[:, 1]], axis=1), end,
    ]  # fmt: skip
    return Way(edges, np.stack(points, axis=1))


def _beside(way: Way) -> NDArray[np.bool_]:
    """Edges to the very next column."""
    distance = way.points[:, -1, 0] - way.points[:, 0, 0]
    return np.asarray((distance > 0) & (distance < GAP + 1))


def _only(way: Way, chosen: NDArray[np.bool_]) -> Way:
    return Way(way.edges[chosen], way.points[chosen])


def _straight(way: Way, chosen: NDArray[np.bool_]) -> Way:
    """Across the gap between two columns."""
    points = way.points[chosen][:, [0, -1]].copy()
    points[:, 1, 1] = points[:, 0, 1]
    return Way(way.edges[chosen], points, curved=True, up=False)


def _rising(graph: Graph, edges: Ints, places: Places) -> Way:
    """Out at the right of a product, up beside its column, into the sum from below."""
    operand, consumer = graph.edge_operand[edges], graph.edge_consumer[edges]
    centre, half = places.centre, places.size / 2
    start = centre[operand] + half[operand] * (1, 0)
    end = centre[consumer] - half[consumer] * (0, 1)
    gap, below = start[:, 0] + _SIDE, end[:, 1] - _BELOW
    points = [
        start, np.stack([gap, start[:, 1]], axis=1), np.stack([gap, below], axis=1),
        np.stack([end[:, 0], below], axis=1), end,
    ]  # fmt: skip
    return Way(edges, np.stack(points, axis=1))
