"""Ways of the edges of an unrolled grid: up inside a column, across between columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.trace.graph import Graph
from explorer.layout.model import EdgeKind, Floats, Ints, Routes
from explorer.layout.routes import RouteBuilder
from explorer.layout.rows import Rows

_SPREAD = (12.0, 48.0)
_CORNER = 12.0
_BUS_LIFT = 20.0
_BUS_SIDE = 44.0
_BOW = 26.0
_WIRE_DROP = 20.0
_WIRE_LEFT = 8.0


@dataclass(frozen=True, slots=True)
class _Ways:
    """What the ways of edges go by.

    Attributes:
        operand, consumer: (F,) cards.
        column, row: (C,) of each card, -1 for rails.
        centre, half: (C, 2) middles and half sizes of the cards.
        rows: where columns begin and end; gutters run along them.
        builder: takes the ways.
    """

    operand: Ints
    consumer: Ints
    column: Ints
    row: Ints
    centre: Floats
    half: Floats
    rows: Rows
    builder: RouteBuilder

    def up(self, edges: Ints) -> None:
        """From the top of a card to the bottom of one in the next row of the same column."""
        v, u = self.operand[edges], self.consumer[edges]
        start = self.centre[v] - self.half[v] * (0, 1)
        end = self.centre[u] + self.half[u] * (0, 1)
        end[:, 0] += spread_slots(u, self.centre[v, 0], _SPREAD[1], 2 * self.half[u, 0] - 24)
        self.builder.curves(edges, start, end, axis=1)

    def around(self, edges: Ints) -> None:
        """Past what lies between in the same column."""
        v, u = self.operand[edges], self.consumer[edges]
        right = self.half * (1, 0)
        self.builder.bows(edges, self.centre[v] + right[v], self.centre[u] + right[u], _BOW)

    def by_wire(self, edges: Ints) -> None:
        """Through the gutter and along below the row of the consumer."""
        v, u = self.operand[edges], self.consumer[edges]
        start = np.asarray(self.centre[v] + self.half[v] * (1, 0))
        end = np.asarray(self.centre[u] + self.half[u] * (0, 1))
        gutter = self.rows.right[self.column[v]] - _WIRE_LEFT
        self.builder.polylines(edges, _by_wire(start, gutter, end), _CORNER)

    def to_another_row(self, edges: Ints) -> None:
        """Round the end of a row of columns to the beginning of the next, or the same way back."""
        v, u = self.operand[edges], self.consumer[edges]
        onward = self.row[u] > self.row[v]
        first, last = np.where(onward, v, u), np.where(onward, u, v)
        way = self._down_a_row(first, last)
        way[~onward] = way[~onward, ::-1]
        self.builder.polylines(edges, way, _CORNER)

    def across(self, edges: Ints, crossing: NDArray[np.bool_]) -> None:
        """From side to side: threads, and what is ``crossing`` into another column."""
        v, u = self.operand[edges], self.consumer[edges]
        start, end = self.centre[v].copy(), self.centre[u].copy()
        side = np.where(end[:, 0] >= start[:, 0], 1.0, -1.0)
        start[:, 0] += side * self.half[v, 0]
        end[:, 0] -= side * self.half[u, 0]
        end[crossing, 1] += spread_slots(
            u[crossing],
            self.centre[v[crossing], 1],
            _SPREAD[0],
            2 * self.half[u[crossing], 1] - 24,
        )
        end[~crossing, 1] += self.half[u[~crossing], 1] - 1
        self.builder.curves(edges, start, end, axis=0)

    def to_targets(self, edges: Ints) -> None:
        """From a token through the gutter to what it is compared with."""
        v, u = self.operand[edges], self.consumer[edges]
        gutter = self.rows.right[np.minimum(self.column[u], self.column[v])]
        start, end = self.centre[v].copy(), self.centre[u].copy()
        start[:, 0] += np.sign(gutter - start[:, 0]) * self.half[v, 0]
        end[:, 0] += np.sign(gutter - end[:, 0]) * self.half[u, 0]
        self.builder.polylines(edges, _through(start, gutter, end, 0), _CORNER)

    def by_bus(self, edges: Ints, *, wraps: bool) -> None:
        """Along above all columns into what closes the graph."""
        v, u = self.operand[edges], self.consumer[edges]
        start = self.centre[v] - self.half[v] * (0, 1)
        end = self.centre[u] - self.half[u] * (0, 1)
        end[:, 0] -= np.minimum(_BUS_SIDE, self.half[u, 0] - 12)
        bus = end[:, 1] - _BUS_LIFT
        if wraps:
            rise = np.asarray((self.row[u] - self.row[v]) * self.rows.height)
            way = _by_margin(start, bus, end, rise, self.rows.margins[1])
        else:
            way = _through(start, bus, end, 1)
        self.builder.polylines(edges, way, _CORNER)

    def _down_a_row(self, v: Ints, u: Ints) -> Floats:
        """Right to the margin, down between the rows, back to the left margin, in: (n, 6, 2)."""
        left, right = self.rows.margins
        start = self.centre[v] + self.half[v] * (1, 0)
        end = self.centre[u] - self.half[u] * (1, 0)
        points = np.empty((len(v), 6, 2))
        points[:, 0], points[:, 5] = start, end
        points[:, 1:3, 0], points[:, 3:5, 0] = right, left
        points[:, 1, 1], points[:, 4, 1] = start[:, 1], end[:, 1]
        points[:, 2:4, 1] = self.rows.between(self.row[v])[:, np.newaxis]
        return points


def grid_routes(
    graph: Graph,
    column: Ints,
    centre: Floats,
    size: Floats,
    kind: NDArray[np.int8],
    wired: NDArray[np.bool_],
    rows: Rows,
) -> Routes:
    """The routes of all edges.

    Args:
        graph: the edges.
        column: (C,) of each card, -1 for rails.
        centre, size: (C, 2) of the cards.
        kind: (F,) values of :class:`EdgeKind`.
        wired: (F,) edges that run through the gutter and along below the row they lead to.
        rows: where columns begin and end; gutters run along them.
    """
    operand, consumer = graph.edge_operand, graph.edge_consumer
    row = np.where(column >= 0, rows.row[column], -1)
    builder = RouteBuilder(kind)
    ways = _Ways(operand, consumer, column, row, centre, size / 2, rows, builder)
    wraps = (row[operand] != row[consumer]) & (row[operand] >= 0)
    bus, target = kind == EdgeKind.BUS, kind == EdgeKind.TARGET
    normal = (kind == EdgeKind.NORMAL) & ~wraps & ~wired
    level = _levels(column, centre)
    same = normal & (column[operand] == column[consumer])
    near = same & (level[consumer] - level[operand] == 1)
    ways.up(np.flatnonzero(near))
    ways.around(np.flatnonzero(same & ~near))
    ways.by_wire(np.flatnonzero(wired & ~wraps))
    ways.to_another_row(np.flatnonzero(wraps & ~bus))
    edges = np.flatnonzero((normal & ~same) | (kind == EdgeKind.RAIL))
    ways.across(edges, kind[edges] == EdgeKind.NORMAL)
    ways.to_targets(np.flatnonzero(target & ~wraps))
    ways.by_bus(np.flatnonzero(bus & ~wraps), wraps=False)
    ways.by_bus(np.flatnonzero(bus & wraps), wraps=True)
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


def _by_margin(start: Floats, bus: Floats, end: Floats, rise: Floats, margin: float) -> Floats:
    """Up to the bus of a row, along to the margin, down to the last row's bus, in: (n, 6, 2)."""
    points = np.empty((len(start), 6, 2))
    points[:, 0], points[:, 5] = start, end
    points[:, 1, 0], points[:, 2:4, 0], points[:, 4, 0] = start[:, 0], margin, end[:, 0]
    points[:, 1:3, 1] = (bus - rise)[:, np.newaxis]
    points[:, 3:5, 1] = bus[:, np.newaxis]
    return points


def _levels(column: Ints, centre: Floats) -> Ints:
    """How many rows of its own column lie below each node, (N,)."""
    order = np.lexsort((-centre[:, 1], column))
    same_column = column[order][1:] == column[order][:-1]
    higher = np.abs(np.diff(centre[order, 1])) > 0.5
    rise = np.concatenate([[0], np.cumsum(np.where(same_column, higher, 1))])
    level = np.empty(len(column), np.intp)
    level[order] = rise
    return level
