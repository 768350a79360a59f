"""The layout of an unrolled model: columns are time steps, inputs below, outputs above.

:mod:`explorer.layout.grid` says which column and row a node stands in; here the grid gets its
measures. Parameters stand once at the left.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.trace.trace import Trace
from explorer.layout.cards import SIZES, Kind, kinds_of, sizes_of
from explorer.layout.grid import Grid, grid_of, offsets_of, spread
from explorer.layout.grid_routes import grid_routes
from explorer.layout.model import EdgeKind, Floats, Lane, Layout

ROW_GAP = 37.0
TOP_GAP = 48.0
WIRE_GAP = 60.0
GUTTER = 32.0
PITCH = 216.0
SLIM = 72.0
LANE_MARGIN = 6.0
LABEL_ROOM = 38.0
_RAIL_GAP = 14.0
_RAIL_DISTANCE = 44.0
_MOST_RAIL_COLUMNS = 3
_RAIL_FILL = 0.85


def unrolled(trace: Trace) -> Layout:
    """The grid of a trace whose nodes have time steps."""
    nodes, graph = trace.nodes, trace.graph
    kind = kinds_of(nodes, len(trace.provenance.get("vocabulary", ())))
    grid = grid_of(trace, kind)
    kind[grid.crowded & (kind == Kind.VECTOR)] = Kind.NARROW
    size = sizes_of(nodes, kind)
    size[grid.crowded & (grid.part >= 0) & (kind == Kind.NARROW), 0] = SLIM
    offset = offsets_of(trace, grid, size[:, 0])
    edges = _column_edges(grid, size, offset)
    middle = (edges[:-1] + edges[1:]) / 2
    wired = _wired(trace, grid)
    centre = _centres(trace, grid, size, offset, middle, wired)
    _place_rails(trace, grid, size, centre)
    edge_kind = _edge_kinds(trace, grid, kind)
    first = int(graph.step[graph.step >= 0].min())
    columns = np.unique(grid.column[grid.column >= 0])
    lanes = tuple(
        Lane(int(c) + first, float(edges[c] + LANE_MARGIN), float(edges[c + 1] - LANE_MARGIN))
        for c in columns
    )
    routes = grid_routes(graph, grid.column, centre, size, edge_kind, wired, edges)
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


def _column_edges(grid: Grid, size: Floats, offset: Floats) -> Floats:
    """(C + 1,) where each column begins, and where the last one ends; the first is about 0."""
    placed = grid.row >= 0
    reach = np.zeros(int(grid.column.max()) + 1)
    np.maximum.at(reach, grid.column[placed], (np.abs(offset) + size[:, 0] / 2)[placed])
    breadth = np.maximum(PITCH, 2 * reach + GUTTER)
    ends: Floats = np.concatenate([[0.0], np.cumsum(breadth)]) - breadth[0] / 2
    return ends


def _wired(trace: Trace, grid: Grid) -> NDArray[np.bool_]:
    """(E,) edges of a state that goes to several parts of the next step's cell: one wire."""
    graph = trace.graph
    operand, consumer = graph.edge_operand, graph.edge_consumer
    across = (grid.column[operand] >= 0) & (grid.column[consumer] > grid.column[operand])
    result = across & (grid.part[consumer] >= 0) & graph.edge_differentiable
    fan = np.bincount(operand[result], minlength=graph.node_count)
    return np.asarray(result & (fan[operand] > 1))


def _centres(
    trace: Trace,
    grid: Grid,
    size: Floats,
    offset: Floats,
    column_middle: Floats,
    wired: NDArray[np.bool_],
) -> Floats:
    placed = grid.row >= 0
    rows = int(grid.row.max()) + 1
    height = np.zeros(rows)
    np.maximum.at(height, grid.row[placed], size[placed, 1])
    gaps = np.full(rows, ROW_GAP)
    # The bus runs in the gap above the last row that belongs to the time steps.
    gaps[grid.row[placed & ~grid.tail].max() + 1 :] = TOP_GAP
    gaps[grid.row[trace.graph.edge_consumer[wired]]] = WIRE_GAP
    floor = np.cumsum(height + gaps) - height
    middle = -(floor + height / 2)
    centre = np.zeros((len(size), 2))
    centre[placed, 1] = middle[grid.row[placed]]
    centre[placed, 0] = column_middle[grid.column[placed]] + offset[placed]
    return centre


def _place_rails(trace: Trace, grid: Grid, size: Floats, centre: Floats) -> None:
    """Stack the shared parameters at the left, each as near to the row it is used in as can be.

    Where one stack would be taller than the grid, there are two or three side by side.
    """
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
    stacks = int(
        np.clip(np.ceil(heights.sum() / (_RAIL_FILL * (bottom - top))), 1, _MOST_RAIL_COLUMNS)
    )
    for stack in range(stacks):
        chosen = slice(stack, None, stacks)
        rails = grid.rails[order[chosen]]
        y = spread(np.array(wanted)[order[chosen]], heights[chosen])
        if len(y):
            below = (bottom + 20) - (y + heights[chosen] / 2).max()
            above = (y - heights[chosen] / 2).min() - (top - 20)
            # Down where it sticks out above, up where below, as far as the other end has room.
            y += min(max(-above, 0.0), max(below, 0.0)) - min(max(-below, 0.0), max(above, 0.0))
        width = SIZES[Kind.MATRIX][0]
        centre[rails, 1] = y
        centre[rails, 0] = (
            left - _RAIL_DISTANCE - width / 2 - (stacks - 1 - stack) * (width + _RAIL_GAP)
        )


def _edge_kinds(trace: Trace, grid: Grid, kind: NDArray[np.int8]) -> NDArray[np.int8]:
    graph = trace.graph
    operand, consumer = graph.edge_operand, graph.edge_consumer
    across = grid.column[operand] != grid.column[consumer]
    result = np.full(graph.edge_count, EdgeKind.NORMAL, np.int8)
    result[grid.tail[consumer] & across] = EdgeKind.BUS
    compared = (kind[operand] == Kind.TOKEN) & ~graph.edge_differentiable
    result[compared & across] = EdgeKind.TARGET
    result[grid.row[operand] < 0] = EdgeKind.RAIL
    return result
