"""The grid of an unrolled model: columns are time steps, inputs below, outputs above.

A node's row is its distance from the inputs inside its time step, so any recurrent model falls
into rows by itself; nodes that share a row stand side by side. Parameters stand once at the left.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.trace.trace import Trace
from explorer.layout.cards import SIZES, Kind, kinds_of, sizes_of
from explorer.layout.grid_routes import grid_routes
from explorer.layout.model import EdgeKind, Floats, Ints, Lane, Layout

ROW_GAP = 37.0
TOP_GAP = 48.0
GUTTER = 32.0
PAIR_GAP = 8.0
PITCH = 216.0
MOST_IN_A_ROW = 4
LANE_MARGIN = 6.0
LABEL_ROOM = 38.0
_RAIL_GAP = 14.0
_RAIL_DISTANCE = 44.0
_INITIAL = re.compile(r"(.*)_\(?0\)?$")


@dataclass(frozen=True, slots=True)
class _Grid:
    """Which column and row each node stands in; -1 for rails."""

    column: Ints
    row: Ints
    place: Ints
    width: Floats
    rails: Ints
    tail: NDArray[np.bool_]


def unrolled(trace: Trace) -> Layout:
    """The grid of a trace whose nodes have time steps."""
    nodes, graph = trace.nodes, trace.graph
    kind = kinds_of(nodes, len(trace.provenance.get("vocabulary", ())))
    grid = _grid(trace, kind)
    crowded = (grid.width > 1) & (kind == Kind.VECTOR) & (grid.row >= 0)
    kind[crowded] = Kind.NARROW
    size = sizes_of(nodes, kind)
    centre = _grid_centres(grid, size)
    _place_rails(trace, grid, size, centre)
    edge_kind = _edge_kinds(trace, grid, kind)
    pitch, first = _pitch(grid, size), int(graph.step[graph.step >= 0].min())
    columns = np.unique(grid.column[grid.column >= 0])
    lanes = tuple(
        Lane(int(c) + first, float(c * pitch - pitch / 2 + LANE_MARGIN),
             float(c * pitch + pitch / 2 - LANE_MARGIN))
        for c in columns
    )  # fmt: skip
    routes = grid_routes(graph, grid.column, centre, size, edge_kind, pitch)
    x, y = (centre - size / 2).T
    reach = routes.segments.reshape(-1, 2)
    top = min(y.min(), reach[:, 1].min(initial=np.inf)) - 12
    left = min(x.min(), lanes[0].left) - 12
    bottom = (y + size[:, 1]).max() + LABEL_ROOM
    bounds = (float(left), float(top), float(lanes[-1].right + 12), float(bottom))
    return Layout(
        "unrolled", x, y, size[:, 0].copy(), size[:, 1].copy(), kind, routes, lanes,
        tuple(int(i) for i in grid.rails), bounds,
    )  # fmt: skip


def _grid(trace: Trace, kind: NDArray[np.int8]) -> _Grid:
    nodes, graph = trace.nodes, trace.graph
    count = graph.node_count
    step = graph.step.copy()
    leaf = graph.operand_offsets[1:] == graph.operand_offsets[:-1]
    loose = np.flatnonzero(leaf & (step < 0))
    last = step.max()
    # What has no step of its own, or sums up at the last one, closes the graph.
    tail = ~leaf & (step < 0)
    for i in np.flatnonzero(~leaf & (step == last)):
        tail[i] = not nodes[i].module.startswith("step[")
    step[tail] = last
    initial = {int(i): match[1] for i in loose if (match := _initial_state(trace, int(i)))}
    rails = np.array([i for i in loose if int(i) not in initial], np.intp)
    is_rail = np.zeros(count, np.bool_)
    is_rail[rails] = True
    first = step[step >= 0].min()
    step[list(initial)] = first

    operand, consumer = graph.edge_operand, graph.edge_consumer
    inside = (step[operand] == step[consumer]) & ~is_rail[operand] & ~tail[consumer]
    rank = np.where(kind == Kind.TOKEN, 0, 1)
    rank[list(initial)] = 0
    _raise_ranks(rank, operand[inside], consumer[inside])
    if initial:
        names = {f"{stem}_{first + 1}": i for i, stem in initial.items()}
        for node in nodes:
            if node.name in names and node.step == first + 1:
                rank[names[node.name]] = rank[node.index]
        rank[[i for i in initial if rank[i] == 0]] = 1
        _raise_ranks(rank, operand[inside], consumer[inside])
    body = ~is_rail & ~tail
    rank[tail] = rank[body].max(initial=0)
    among_tail = tail[operand] & tail[consumer]
    _raise_ranks(rank, operand[among_tail], consumer[among_tail])

    earlier = np.zeros(count, np.bool_)
    earlier[consumer[(step[operand] < step[consumer]) & ~is_rail[operand]]] = True
    placed = np.flatnonzero(~is_rail)
    order = placed[np.lexsort((placed, ~earlier[placed], rank[placed], step[placed]))]
    key = step[order] * (rank.max() + 1) + rank[order]
    starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
    sizes = np.diff(np.concatenate([starts, [len(key)]]))
    place = np.arange(len(order)) - np.repeat(starts, sizes)
    whole = np.repeat(sizes, sizes)
    floor = place // MOST_IN_A_ROW
    abreast = np.minimum(whole - floor * MOST_IN_A_ROW, MOST_IN_A_ROW)

    row = np.full(count, -1)
    floors = int(floor.max(initial=0)) + 1
    _, row[order] = np.unique(rank[order] * floors + floor, return_inverse=True)
    column, position, width = np.full(count, -1), np.zeros(count, np.intp), np.ones(count)
    column[order] = step[order] - first
    position[order] = place % MOST_IN_A_ROW
    width[order] = abreast
    return _Grid(column, row, position, width, rails, tail)


def _initial_state(trace: Trace, node: int) -> re.Match[str] | None:
    used = trace.graph.consumer_offsets[node + 1] > trace.graph.consumer_offsets[node]
    return _INITIAL.match(trace.nodes[node].name) if used else None


def _raise_ranks(rank: Ints, operand: Ints, consumer: Ints) -> None:
    """Lift every consumer above its operands, in place: the longest path along the edges."""
    while True:
        before = rank.copy()
        np.maximum.at(rank, consumer, rank[operand] + 1)
        if np.array_equal(before, rank):
            return


def _pitch(grid: _Grid, size: Floats) -> float:
    total = grid.width * (size[:, 0] + PAIR_GAP) - PAIR_GAP
    return max(PITCH, float(total[grid.row >= 0].max()) + GUTTER)


def _grid_centres(grid: _Grid, size: Floats) -> Floats:
    placed = grid.row >= 0
    rows = int(grid.row.max()) + 1
    height = np.zeros(rows)
    np.maximum.at(height, grid.row[placed], size[placed, 1])
    gaps = np.full(rows, ROW_GAP)
    # The bus runs in the gap above the last row that belongs to the time steps.
    gaps[grid.row[placed & ~grid.tail].max() + 1 :] = TOP_GAP
    floor = np.cumsum(height + gaps) - height
    middle = -(floor + height / 2)
    centre = np.zeros((len(size), 2))
    centre[placed, 1] = middle[grid.row[placed]]
    offset = (grid.place - (grid.width - 1) / 2) * (size[:, 0] + PAIR_GAP)
    centre[placed, 0] = grid.column[placed] * _pitch(grid, size) + offset[placed]
    return centre


def _place_rails(trace: Trace, grid: _Grid, size: Floats, centre: Floats) -> None:
    """Stack the shared parameters at the left, each as near to the row it is used in as can be."""
    graph = trace.graph
    placed = grid.row >= 0
    left = (centre[placed, 0] - size[placed, 0] / 2)[grid.column[placed] <= 0].min()
    bottom, top = centre[placed, 1].max(), centre[placed, 1].min()
    wanted = []
    for rail in grid.rails:
        users = graph.edge_consumer[graph.consumer_edges(int(rail))]
        wanted.append(float(centre[users, 1].mean()) if len(users) else float(bottom))
    order = np.lexsort((grid.rails, np.array(wanted)))
    heights = size[grid.rails[order], 1] + _RAIL_GAP
    y = _spread(np.array(wanted)[order], heights)
    if len(y):
        low = (y + heights / 2).max() - (bottom + 20)
        high = (top - 20) - (y - heights / 2).min()
        y -= max(0.0, low) if high <= 0 else 0.0
    centre[grid.rails[order], 1] = y
    centre[grid.rails, 0] = left - _RAIL_DISTANCE - SIZES[Kind.MATRIX][0] / 2


def _spread(wanted: Floats, heights: Floats) -> Floats:
    """Ordered positions moved apart so that none overlap: the mean of pushing down and up."""
    if not len(wanted):
        return wanted
    middle = np.cumsum(heights) - heights / 2
    down = np.maximum.accumulate(wanted - middle) + middle
    up = np.minimum.accumulate((wanted - middle)[::-1])[::-1] + middle
    return np.asarray((down + up) / 2)


def _edge_kinds(trace: Trace, grid: _Grid, kind: NDArray[np.int8]) -> NDArray[np.int8]:
    graph = trace.graph
    operand, consumer = graph.edge_operand, graph.edge_consumer
    across = grid.column[operand] != grid.column[consumer]
    result = np.full(graph.edge_count, EdgeKind.NORMAL, np.int8)
    result[grid.tail[consumer] & across] = EdgeKind.BUS
    compared = (kind[operand] == Kind.TOKEN) & ~graph.edge_differentiable
    result[compared & across] = EdgeKind.TARGET
    result[grid.row[operand] < 0] = EdgeKind.RAIL
    return result
