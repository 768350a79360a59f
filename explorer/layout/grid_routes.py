"""Ways of the edges of an unrolled grid: up inside a column, across between columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.trace.graph import Graph
from explorer.layout.model import EdgeKind, Floats, Ints, Routes
from explorer.layout.routes import RouteBuilder

_SPREAD = (12.0, 48.0)
_CORNER = 12.0
_BUS_LIFT = 20.0
_BUS_SIDE = 44.0
_BOW = 26.0
_WIRE_DROP = 20.0
_WIRE_LEFT = 8.0


def grid_routes(
    graph: Graph,
    column: Ints,
    centre: Floats,
    size: Floats,
    kind: NDArray[np.int8],
    wired: NDArray[np.bool_],
    edges_of_columns: Floats,
) -> Routes:
    """The routes of all edges.

    Args:
        graph: the edges.
        column: (N,) of each node, -1 for rails.
        centre, size: (N, 2) of the cards.
        kind: (E,) values of :class:`EdgeKind`.
        wired: (E,) edges that run through the gutter and along below the row they lead to.
        edges_of_columns: (C + 1,) where columns begin and end; gutters run along them.
    """
    operand, consumer = graph.edge_operand, graph.edge_consumer
    half = size / 2
    builder = RouteBuilder(kind)
    normal = kind == EdgeKind.NORMAL
    level = _levels(column, centre)
    same = normal & (column[operand] == column[consumer])
    near = same & (level[consumer] - level[operand] == 1)
    edges = np.flatnonzero(near)
    u, v = consumer[edges], operand[edges]
    start = centre[v] - half[v] * (0, 1)
    end = centre[u] + half[u] * (0, 1)
    end[:, 0] += spread_slots(u, centre[v, 0], _SPREAD[1], size[u, 0] - 24)
    builder.curves(edges, start, end, axis=1)

    edges = np.flatnonzero(same & ~near)
    u, v = consumer[edges], operand[edges]
    builder.bows(edges, centre[v] + half[v] * (1, 0), centre[u] + half[u] * (1, 0), _BOW)

    edges = np.flatnonzero(wired)
    u, v = consumer[edges], operand[edges]
    gutter = edges_of_columns[column[v] + 1] - _WIRE_LEFT
    start = np.asarray(centre[v] + half[v] * (1, 0))
    end = np.asarray(centre[u] + half[u] * (0, 1))
    builder.polylines(edges, _by_wire(start, gutter, end), _CORNER)

    edges = np.flatnonzero((normal & ~same & ~wired) | (kind == EdgeKind.RAIL))
    u, v = consumer[edges], operand[edges]
    side = np.where(centre[u, 0] >= centre[v, 0], 1.0, -1.0)
    start, end = centre[v].copy(), centre[u].copy()
    start[:, 0] += side * half[v, 0]
    end[:, 0] -= side * half[u, 0]
    crossing = kind[edges] == EdgeKind.NORMAL
    end[crossing, 1] += spread_slots(
        u[crossing], centre[v[crossing], 1], _SPREAD[0], size[u[crossing], 1] - 24
    )
    end[~crossing, 1] += half[u[~crossing], 1] - 1
    builder.curves(edges, start, end, axis=0)

    edges = np.flatnonzero(kind == EdgeKind.TARGET)
    u, v = consumer[edges], operand[edges]
    gutter = edges_of_columns[np.minimum(column[u], column[v]) + 1]
    start, end = centre[v].copy(), centre[u].copy()
    start[:, 0] += np.sign(gutter - centre[v, 0]) * half[v, 0]
    end[:, 0] += np.sign(gutter - centre[u, 0]) * half[u, 0]
    builder.polylines(edges, _through(start, gutter, end, 0), _CORNER)

    edges = np.flatnonzero(kind == EdgeKind.BUS)
    u, v = consumer[edges], operand[edges]
    start, end = centre[v] - half[v] * (0, 1), centre[u] - half[u] * (0, 1)
    end[:, 0] -= np.minimum(_BUS_SIDE, half[u, 0] - 12)
    builder.polylines(edges, _through(start, end[:, 1] - _BUS_LIFT, end, 1), _CORNER)
    return builder.build()


def spread_slots(consumer: Ints, key: Floats, most: float, room: Floats) -> Floats:
    """Offsets that keep the arrows into one consumer apart, in the order of ``key``.

    Args:
        consumer: (n,) of each edge.
        key: (n,) by which the edges of a consumer are ordered.
        most: largest distance between two arrows.
        room: (n,) what the side of the consumer offers.
    """
    order = np.lexsort((key, consumer))
    owner = consumer[order]
    starts = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]]))[: len(owner)]
    count = np.diff(np.append(starts, len(owner)))
    place = np.arange(len(owner)) - np.repeat(starts, count)
    many = np.repeat(count, count)
    distance = np.minimum(most, room[order] / np.maximum(many - 1, 1))
    result = np.empty(len(consumer))
    result[order] = (place - (many - 1) / 2) * distance
    return result


def _through(start: Floats, middle: Floats, end: Floats, axis: int) -> Floats:
    """Start, two corners at ``middle`` along an axis, end: (n, 4, 2)."""
    first, second = start.copy(), end.copy()
    first[:, axis] = middle
    second[:, axis] = middle
    return np.stack([start, first, second, end], axis=1)


def _by_wire(start: Floats, gutter: Floats, end: Floats) -> Floats:
    """Start, down the gutter, along below the end, up into it: (n, 5, 2)."""
    turn, down, along = start.copy(), start.copy(), end.copy()
    turn[:, 0] = down[:, 0] = gutter
    down[:, 1] = along[:, 1] = end[:, 1] + _WIRE_DROP
    return np.stack([start, turn, down, along, end], axis=1)


def _levels(column: Ints, centre: Floats) -> Ints:
    """How many rows of its own column lie below each node, (N,)."""
    order = np.lexsort((-centre[:, 1], column))
    same_column = column[order][1:] == column[order][:-1]
    higher = np.abs(np.diff(centre[order, 1])) > 0.5
    rise = np.concatenate([[0], np.cumsum(np.where(same_column, higher, 1))])
    level = np.empty(len(column), np.intp)
    level[order] = rise
    return level
