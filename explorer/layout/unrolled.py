"""The layout of an unrolled model: columns are time steps, inputs below, outputs above.

:mod:`explorer.layout.grid` says which column and row a node stands in; here the grid gets its
measures. Parameters stand once at the left.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.layout.assembled import assembled
from explorer.layout.cards import SIZES, Kind
from explorer.layout.grid import Grid, grid_of, offsets_of, spread
from explorer.layout.grid_routes import grid_routes
from explorer.layout.model import EdgeKind, Floats, Lane, Layout
from explorer.layout.plan import Plan
from explorer.layout.rows import Rows, rows_of

ROW_GAP = 37.0
TOP_GAP = 48.0
WIRE_GAP = 60.0
GUTTER = 32.0
PITCH = 216.0
SLIM = 72.0
LANE_MARGIN = 6.0
LABEL_ROOM = 38.0
BUS_ROOM = 32.0
_RAIL_GAP = 14.0
_RAIL_DISTANCE = 44.0
_MOST_RAIL_COLUMNS = 3
_RAIL_FILL = 0.85


def unrolled(plan: Plan, *, rows: bool | None = None) -> Layout:
    """The grid of a plan whose cards have time steps.

    Args:
        plan: the cards.
        rows: fold it into rows; None folds what is long.
    """
    kind = plan.kind
    grid = grid_of(plan)
    kind[grid.crowded & (kind == Kind.VECTOR)] = Kind.NARROW
    size = plan.sizes()
    size[grid.crowded & (grid.part >= 0) & (kind == Kind.NARROW), 0] = SLIM
    offset = offsets_of(plan, grid, size[:, 0])
    edges = _column_edges(grid, size, offset)
    middle = (edges[:-1] + edges[1:]) / 2
    wired = _wired(plan, grid)
    centre = _centres(plan, grid, size, offset, middle, wired)
    edge_kind = _edge_kinds(plan, grid)
    placed = grid.row >= 0
    top = (centre - size / 2)[placed, 1].min() - BUS_ROOM * bool((edge_kind == EdgeKind.BUS).any())
    bottom = (centre + size / 2)[placed, 1].max() + LABEL_ROOM
    folding = rows_of(edges, float(top), float(bottom), folded=rows)
    _place_rails(plan, grid, size, centre, room=_RAIL_DISTANCE * (2 if folding.count > 1 else 1))
    centre[placed] += folding.shift[grid.column[placed]]
    routes = grid_routes(plan.graph, grid.column, centre, size, edge_kind, wired, folding)
    lanes = _lanes(plan, grid, folding)
    x, y = (centre - size / 2).T
    reach = routes.segments.reshape(-1, 2)
    left = min(x.min(), lanes[0].left) - 12
    right = max(*(lane.right for lane in lanes), (x + size[:, 0]).max())
    above = min(y.min(), reach[:, 1].min(initial=np.inf)) - 12
    below = max(lanes[-1].bottom, (y + size[:, 1]).max() + LABEL_ROOM)
    if folding.count > 1:
        left, right = min(left, folding.margins[0] - 12), max(right, folding.margins[1])
    bounds = (float(left), float(above), float(right + 12), float(below))
    rails = tuple(int(i) for i in plan.shown[grid.rails])
    return assembled(plan, "rolled" if plan.rolled else "unrolled", centre, size, kind, routes,
                     lanes, rails, bounds)  # fmt: skip


def _lanes(plan: Plan, grid: Grid, rows: Rows) -> tuple[Lane, ...]:
    """The columns of the time steps; rolled in time there is one, that of the last step."""
    columns = np.unique(grid.column[grid.column >= 0])[-1 if plan.rolled else 0 :]
    top, bottom = rows.top + rows.shift[:, 1], rows.bottom + rows.shift[:, 1]
    return tuple(
        Lane(
            c + grid.first, float(rows.left[c] + LANE_MARGIN), float(rows.right[c] - LANE_MARGIN),
            float(top[c]), float(bottom[c]),
        )
        for c in columns.tolist()
    )  # fmt: skip


def _column_edges(grid: Grid, size: Floats, offset: Floats) -> Floats:
    """(K + 1,) where each column begins, and where the last one ends; the first is about 0."""
    placed = grid.row >= 0
    reach = np.zeros(int(grid.column.max()) + 1)
    np.maximum.at(reach, grid.column[placed], (np.abs(offset) + size[:, 0] / 2)[placed])
    breadth = np.maximum(PITCH, 2 * reach + GUTTER)
    ends: Floats = np.concatenate([[0.0], np.cumsum(breadth)]) - breadth[0] / 2
    return ends


def _wired(plan: Plan, grid: Grid) -> NDArray[np.bool_]:
    """(F,) edges that would cross cards if they went straight.

    Those of a state that goes to several parts of the next step's cell, those from and to a column
    that an opened operation makes wide, and loops.
    """
    graph = plan.graph
    operand, consumer = graph.edge_operand, graph.edge_consumer
    across = (grid.column[operand] >= 0) & (grid.column[consumer] > grid.column[operand])
    result = across & (grid.part[consumer] >= 0) & graph.edge_differentiable
    fan = np.bincount(operand[result], minlength=graph.node_count)
    fanned = result & (fan[operand] > 1)
    wide = np.unique(grid.column[list(plan.rooms)]) if plan.rooms else np.zeros(0, np.intp)
    passing = np.isin(grid.column[operand], wide) | np.isin(grid.column[consumer], wide)
    passing &= (grid.column[operand] >= 0) & (grid.column[consumer] > grid.column[operand])
    return np.asarray(fanned | (passing & graph.edge_differentiable & ~grid.tail[consumer])
                      | plan.loops)  # fmt: skip


def _centres(
    plan: Plan,
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
    gaps[grid.row[plan.graph.edge_consumer[wired]]] = WIRE_GAP
    floor = np.cumsum(height + gaps) - height
    middle = -(floor + height / 2)
    centre = np.zeros((len(size), 2))
    centre[placed, 1] = middle[grid.row[placed]]
    centre[placed, 0] = column_middle[grid.column[placed]] + offset[placed]
    return centre


def _place_rails(plan: Plan, grid: Grid, size: Floats, centre: Floats, room: float) -> None:
    """Stack the shared parameters at the left, each as near to the row it is used in as can be.

    Where one stack would be taller than the grid, there are two or three side by side.
    """
    graph = plan.graph
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
        centre[rails, 0] = left - room - width / 2 - (stacks - 1 - stack) * (width + _RAIL_GAP)


def _edge_kinds(plan: Plan, grid: Grid) -> NDArray[np.int8]:
    graph, kind = plan.graph, plan.kind
    operand, consumer = graph.edge_operand, graph.edge_consumer
    across = grid.column[operand] != grid.column[consumer]
    result = np.full(graph.edge_count, EdgeKind.NORMAL, np.int8)
    result[grid.tail[consumer] & across] = EdgeKind.BUS
    compared = (kind[operand] == Kind.TOKEN) & ~graph.edge_differentiable
    result[compared & (across | plan.returns)] = EdgeKind.TARGET
    result[grid.row[operand] < 0] = EdgeKind.RAIL
    return result
