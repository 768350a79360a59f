"""Any directed acyclic graph from left to right: longest path, barycentre sweeps, dummies.

Source: Sugiyama, Tagawa and Toda, *Methods for visual understanding of hierarchical system
structures* (1981). All layers are swept at once, so a sweep is a handful of array operations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.autodiff.tape import Role
from engine.trace.graph import Graph
from explorer.layout.assembled import assembled
from explorer.layout.grid_routes import spread_slots
from explorer.layout.model import EdgeKind, Floats, Ints, Layout
from explorer.layout.plan import Plan
from explorer.layout.routes import RouteBuilder

LAYER_GAP = 138.0
NODE_GAP = 40.0
DUMMY_HEIGHT = 26.0
_SWEEPS = 24
_SETTLES = 16
_MOST_DUMMIES = 60_000
_MARGIN = 48.0


@dataclass(frozen=True, slots=True)
class _Proper:
    """The graph with every edge cut at each layer it passes, by dummies after the N nodes.

    Attributes:
        layer: (M,) of nodes, then dummies.
        tail, head: (S,) short edges, from one layer to the next.
        chain: (E+1,) dummies of edge e are N + chain[e] : N + chain[e+1].
    """

    layer: Ints
    tail: Ints
    head: Ints
    chain: Ints


def layered(plan: Plan) -> Layout:
    """The layered layout of a plan."""
    graph, size = plan.graph, plan.sizes()
    layer = _layers(plan)
    proper = _proper(graph, layer)
    heights = np.full(len(proper.layer), DUMMY_HEIGHT)
    heights[: len(size)] = size[:, 1] + NODE_GAP
    y = _settle(proper, _ordered(proper), heights)
    x = _layer_centres(layer, size[:, 0])
    centre = np.stack([x[layer], y[: len(size)]], axis=1)
    routes = _routes(graph, proper, centre, size, x, y).build()
    corner = centre - size / 2
    low = np.minimum(corner.min(axis=0), routes.segments.reshape(-1, 2).min(axis=0, initial=np.inf))
    reach = routes.segments.reshape(-1, 2).max(axis=0, initial=-np.inf)
    high = np.maximum((corner + size).max(axis=0), reach)
    bounds = (*(low - _MARGIN), *(high + _MARGIN))
    left, top, right, bottom = (float(side) for side in bounds)
    return assembled(plan, "layered", centre, size, plan.kind, routes, (), (),
                     (left, top, right, bottom))  # fmt: skip


def _layers(plan: Plan) -> Ints:
    """The longest path from an input to each card; a constant stands just before its use."""
    graph = plan.graph
    layer = [0] * graph.node_count
    for card in _topological(plan):
        operands = graph.edge_operand[list(graph.operand_edges(card))].tolist()
        if operands:
            layer[card] = 1 + max(layer[i] for i in operands)
    for card, face in enumerate(plan.face.tolist()):
        users = graph.edge_consumer[graph.consumer_edges(card)]
        if plan.trace.nodes[face].role is Role.CONSTANT and len(users):
            layer[card] = min(layer[int(u)] for u in users) - 1
    return np.array(layer, np.intp)


def _topological(plan: Plan) -> Sequence[int]:
    """The cards in an order in which operands come first: nodes are in it already."""
    graph = plan.graph
    if not plan.groups:
        return range(graph.node_count)
    waiting = np.diff(graph.operand_offsets)
    order = np.flatnonzero(waiting == 0).tolist()
    for card in order:
        for edge in graph.consumer_edges(card).tolist():
            consumer = int(graph.edge_consumer[edge])
            waiting[consumer] -= 1
            if not waiting[consumer]:
                order.append(consumer)
    # Boxes whose edges go in a circle come last.
    return [*order, *np.flatnonzero(waiting > 0).tolist()]


def _proper(graph: Graph, layer: Ints) -> _Proper:
    operand, consumer = graph.edge_operand, graph.edge_consumer
    count, passed = graph.node_count, np.maximum(layer[consumer] - layer[operand] - 1, 0)
    if passed.sum() > _MOST_DUMMIES:
        return _Proper(layer, operand, consumer, np.zeros(len(operand) + 1, np.intp))
    chain = np.concatenate([[0], np.cumsum(passed)])
    dummies = count + np.arange(chain[-1])
    owner = np.repeat(np.arange(len(operand)), passed)
    depth = np.arange(chain[-1]) - chain[owner] + 1
    short_edge = np.repeat(np.arange(len(operand)), passed + 1)
    place = np.arange(len(short_edge)) - (chain[short_edge] + short_edge)
    inner = count + chain[short_edge] + place
    tail = np.where(place == 0, operand[short_edge], inner - 1)
    head = np.where(place == passed[short_edge], consumer[short_edge], inner)
    layers = np.concatenate([layer, layer[operand[owner]] + depth])
    assert len(layers) == count + len(dummies)
    return _Proper(layers, tail, head, chain)


def _ordered(proper: _Proper) -> Ints:
    """Vertices sorted by layer and, inside a layer, so that few edges cross."""
    vertices = np.arange(len(proper.layer))
    layers = int(proper.layer.max(initial=0)) + 1
    order = np.lexsort((vertices, proper.layer))
    bounds = np.searchsorted(proper.layer[order], np.arange(layers + 1))
    members = [order[bounds[i] : bounds[i + 1]] for i in range(layers)]
    place = _places(members)
    by_head, by_tail = (
        _grouped(proper.layer[proper.head], layers),
        _grouped(proper.layer[proper.tail], layers),
    )
    best, fewest = members, _crossings(proper, place, by_head)
    for sweep in range(max(2, min(_SWEEPS, 4000 // layers))):
        forward = sweep % 2 == 0
        for i in range(1, layers) if forward else range(layers - 2, -1, -1):
            edges = (by_head if forward else by_tail)[i]
            ends, sources = proper.head[edges], proper.tail[edges]
            if not forward:
                ends, sources = sources, ends
            wanted = _means(ends, place[sources], members[i], place)
            # Ties turn over on every other round trip, or two equal orders are never compared.
            tie = place[members[i]] * (-1 if sweep % 4 >= 2 else 1)
            members = [*members[:i], members[i][np.lexsort((tie, wanted))], *members[i + 1 :]]
            place[members[i]] = _centred(len(members[i]))
        crossings = _crossings(proper, place, by_head)
        if crossings < fewest:
            best, fewest = members, crossings
    return np.concatenate(best)


def _grouped(key: Ints, groups: int) -> list[Ints]:
    order = np.argsort(key, kind="stable")
    bounds = np.searchsorted(key[order], np.arange(groups + 1))
    return [order[bounds[i] : bounds[i + 1]] for i in range(groups)]


def _centred(count: int) -> Floats:
    return np.arange(count, dtype=np.float64) - (count - 1) / 2


def _places(members: list[Ints]) -> Floats:
    place = np.empty(sum(map(len, members)))
    for vertices in members:
        place[vertices] = _centred(len(vertices))
    return place


def _means(ends: Ints, values: Floats, vertices: Ints, default: Floats) -> Floats:
    """For each vertex the mean of the values at its edges, its default where it has none."""
    slot = np.searchsorted(vertices, ends, sorter=np.argsort(vertices))
    position = np.argsort(vertices)[slot]
    number = np.bincount(position, minlength=len(vertices))
    total = np.bincount(position, weights=values, minlength=len(vertices))
    return np.where(number > 0, total / np.maximum(number, 1), default[vertices])


def _crossings(proper: _Proper, place: Floats, by_head: list[Ints]) -> float:
    """Crossings between neighbouring layers; where they are too many to count, total slope."""
    total = 0.0
    for edges in by_head:
        a, b = place[proper.tail[edges]], place[proper.head[edges]]
        if len(edges) > 600:
            total += float(np.abs(a - b).sum())
        else:
            total += float(((a[:, None] < a) & (b[:, None] > b)).sum())
    return total


def _settle(proper: _Proper, order: Ints, heights: Floats) -> Floats:
    """Heights of all vertices: near the mean of their neighbours, in order, never overlapping."""
    layer = proper.layer[order]
    h = heights[order]
    starts = np.flatnonzero(np.concatenate([[True], layer[1:] != layer[:-1]]))
    middle = np.cumsum(h) - h / 2
    whole = np.add.reduceat(h, starts) if len(starts) else h
    size = np.diff(np.append(starts, len(layer)))
    y = middle - np.repeat(middle[starts] - h[starts] / 2 + whole / 2, size)
    middle = y.copy()
    position = np.empty(len(order), np.intp)
    position[order] = np.arange(len(order))
    tail, head = position[proper.tail], position[proper.head]
    degree = np.bincount(tail, minlength=len(y)) + np.bincount(head, minlength=len(y))
    apart = layer * (4.0 * (np.abs(y).max(initial=0) + h.max(initial=0)) + 1e4)
    for _ in range(_SETTLES):
        pull = np.bincount(tail, y[head], len(y)) + np.bincount(head, y[tail], len(y))
        wanted = np.where(degree > 0, pull / np.maximum(degree, 1), y)
        wanted = 0.3 * y + 0.7 * wanted
        free = wanted - middle + apart
        down = np.maximum.accumulate(free)
        up = np.minimum.accumulate(free[::-1])[::-1]
        y = (down + up) / 2 - apart + middle
    result = np.empty(len(y))
    result[order] = y
    return result


def _layer_centres(layer: Ints, width: Floats) -> Floats:
    widest = np.zeros(int(layer.max(initial=0)) + 1)
    np.maximum.at(widest, layer, width)
    return np.cumsum(widest + LAYER_GAP) - widest / 2 - LAYER_GAP


def _routes(
    graph: Graph, proper: _Proper, centre: Floats, size: Floats, x: Floats, y: Floats
) -> RouteBuilder:
    operand, consumer = graph.edge_operand, graph.edge_consumer
    builder = RouteBuilder(np.full(graph.edge_count, EdgeKind.NORMAL, np.int8))
    start, end = centre[operand], centre[consumer].copy()
    start = start + size[operand] * (0.5, 0)
    start[:, 1] += spread_slots(operand, end[:, 1], 13.0, size[operand, 1] - 30)
    end[:, 0] -= size[consumer, 0] / 2
    end[:, 1] += spread_slots(consumer, start[:, 1], 26.0, size[consumer, 1] - 40)
    passed = np.diff(proper.chain)
    direct = np.flatnonzero((passed == 0) | ~_meets_cards(start, end, centre, size))
    builder.curves(direct, start[direct], end[direct], axis=0)
    around = np.setdiff1d(np.arange(graph.edge_count), direct)
    for edge in around:
        dummies = graph.node_count + np.arange(proper.chain[edge], proper.chain[edge + 1])
        knots = [(float(start[edge, 0]), float(start[edge, 1]))]
        for dummy in dummies:
            at, half = float(x[proper.layer[dummy]]), 76.0
            knots += [(at - half, float(y[dummy])), (at + half, float(y[dummy]))]
        builder.chain(int(edge), [*knots, (float(end[edge, 0]), float(end[edge, 1]))])
    return builder


def _meets_cards(start: Floats, end: Floats, centre: Floats, size: Floats) -> NDArray[np.bool_]:
    """Whether the S-curve of each edge passes through a card; large graphs say yes unasked."""
    if len(centre) * len(start) > 40_000:
        return np.ones(len(start), np.bool_)
    t = np.linspace(0.02, 0.98, 33)[:, None]
    across = start[:, 0] + (end - start)[:, 0] * (1.5 * t * (1 - t) + t**3)
    rise = start[:, 1] + (end - start)[:, 1] * (3 * t**2 - 2 * t**3)
    inside = (np.abs(across[..., None] - centre[:, 0]) < size[:, 0] / 2 + 8) & (
        np.abs(rise[..., None] - centre[:, 1]) < size[:, 1] / 2 + 8
    )
    near_end = (t < 0.06) | (t > 0.94)
    return np.asarray((inside.any(axis=2) & ~near_end).any(axis=0))
