"""Which column and row each node of an unrolled model stands in.

A node's row is its distance from the inputs inside its time step, so any recurrent model falls
into rows by itself. The parts of a cell (the gates of an LSTM) stand in columns of their own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.layout.cards import Kind
from explorer.layout.hierarchy import is_timed
from explorer.layout.model import Floats, Ints
from explorer.layout.plan import Plan

MOST_IN_A_ROW = 4
PAIR_GAP = 8.0
PART_GAP = 16.0
_LONGEST_PATH = 400
_INITIAL = re.compile(r"(.*)_\(?0\)?(\^.*)?$")


@dataclass(frozen=True, slots=True)
class Grid:
    """Where each card stands; -1 for rails.

    Attributes:
        column, row: (C,) counted from the left and from the bottom.
        part: (C,) which part of its cell it belongs to, -1 for none.
        place: (C,) from the left among those of its column, row and part.
        abreast: (C,) how many these are.
        rails: the cards that stand beside the grid: parameters and other constants.
        tail: (C,) what closes the graph after the last step.
        first: the time step of the first column.
    """

    column: Ints
    row: Ints
    part: Ints
    place: Ints
    abreast: Ints
    rails: Ints
    tail: NDArray[np.bool_]
    first: int

    @property
    def crowded(self) -> NDArray[np.bool_]:
        """(C,) cards that share their row of their part with others."""
        return (self.abreast > 1) & (self.row >= 0)


def grid_of(plan: Plan) -> Grid:
    """The grid of a plan whose cards have time steps."""
    graph, count, kind = plan.graph, plan.graph.node_count, plan.kind
    step, tail, initial = _steps(plan)
    leaf = graph.operand_offsets[1:] == graph.operand_offsets[:-1]
    is_rail = leaf & (graph.step < 0)
    is_rail[list(initial)] = False
    first = int(step[step >= 0].min())
    inside = (step[graph.edge_operand] == step[graph.edge_consumer]) & ~plan.loops
    inside &= ~is_rail[graph.edge_operand] & ~tail[graph.edge_consumer]
    rank = _ranks(plan, kind, tail, is_rail, initial, inside)

    earlier = np.zeros(count, np.bool_)
    operand, consumer = graph.edge_operand, graph.edge_consumer
    earlier[consumer[(step[operand] < step[consumer]) & ~is_rail[operand]]] = True
    part = parts_of(plan.module)
    placed = np.flatnonzero(~is_rail)
    order = placed[np.lexsort((placed, ~earlier[placed], part[placed], rank[placed], step[placed]))]
    ranked = step[order] * (rank.max() + 1) + rank[order]
    place, abreast = _runs(ranked * (part.max() + 2) + part[order] + 1)
    # What belongs to no part of a cell wraps where it would get too wide.
    floor = np.where(part[order] < 0, place // MOST_IN_A_ROW, 0)
    wraps = part[order] < 0
    abreast = np.where(wraps, np.minimum(abreast - floor * MOST_IN_A_ROW, MOST_IN_A_ROW), abreast)
    place = np.where(wraps, place % MOST_IN_A_ROW, place)

    column, row = np.full(count, -1), np.full(count, -1)
    places, sizes = np.full(count, -1), np.ones(count, np.intp)
    _, row[order] = np.unique(rank[order] * (floor.max(initial=0) + 1) + floor, return_inverse=True)
    column[order] = step[order] - first
    places[order], sizes[order] = place, abreast
    return Grid(column, row, part, places, sizes, np.flatnonzero(is_rail), tail, first)


def parts_of(modules: Sequence[str]) -> Ints:
    """(C,) the part of its cell that each card belongs to, numbered as recorded; -1 for none."""
    numbers: dict[str, int] = {}
    found: dict[str, int] = {}
    for module in dict.fromkeys(modules):
        names = module.split(".")
        inside = len(names) >= 3 and names[1].startswith("cell")
        found[module] = numbers.setdefault(names[2], len(numbers)) if inside else -1
    return np.fromiter((found[module] for module in modules), np.intp, len(modules))


def offsets_of(plan: Plan, grid: Grid, width: Floats) -> Floats:
    """(C,) how far right of the middle of its column each card's middle is.

    Parts of a cell stand side by side, each above its own operands; what belongs to none stands
    above its operands where it shares its row with others, else in the middle.
    """
    offset = np.zeros(len(width))
    own = _beside(grid, width)
    in_part = grid.part >= 0
    if not in_part.any():
        placed = grid.row >= 0
        offset[placed] = own[placed]
        return offset
    breadth = np.zeros(int(grid.part.max()) + 1)
    np.maximum.at(breadth, grid.part[in_part], (2 * np.abs(own) + width)[in_part])
    middle = np.cumsum(breadth + PART_GAP) - breadth / 2 - PART_GAP
    middle -= (middle[0] - breadth[0] / 2 + middle[-1] + breadth[-1] / 2) / 2
    order = np.flatnonzero(grid.row >= 0)
    order = order[np.lexsort((order, grid.place[order], grid.part[order], grid.column[order],
                              grid.row[order]))]  # fmt: skip
    cell = grid.row[order] * (grid.column.max() + 1) + grid.column[order]
    _, together = _runs(cell)
    # Steps of the same make are arranged alike: once for each row and number of nodes in it.
    for row in range(int(grid.row.max()) + 1):
        for number in np.unique(together[grid.row[order] == row]):
            chosen = order[(grid.row[order] == row) & (together == number)].reshape(-1, number)
            make = np.concatenate([width[chosen], grid.part[chosen]], axis=1)
            _, which = np.unique(make, axis=0, return_inverse=True)
            for alike in (chosen[which.reshape(-1) == i] for i in range(int(which.max()) + 1)):
                wanted = _wanted(plan, grid, alike[0], offset, middle, own)
                offset[alike] = _apart(wanted, width[alike[0]])
    return offset


def _beside(grid: Grid, width: Floats) -> Floats:
    """(C,) the offset of each card among those of its column, row and part, side by side."""
    order = np.lexsort((grid.place, grid.part, grid.row, grid.column))
    keys = np.stack([grid.column, grid.row, grid.part])[:, order]
    starts = np.flatnonzero(np.append(True, (keys[:, 1:] != keys[:, :-1]).any(axis=0)))
    room = width[order] + PAIR_GAP
    reach = np.cumsum(room)
    number = np.diff(np.append(starts, len(order)))
    begin = np.repeat((reach - room)[starts], number)
    total = np.repeat(np.add.reduceat(room, starts), number)
    result = np.empty(len(width))
    result[order] = reach - room / 2 - begin - total / 2
    return result


def _wanted(
    plan: Plan, grid: Grid, row: Ints, offset: Floats, middle: Floats, own: Floats
) -> Floats:
    """Where the nodes of one row of one column would stand if there were room."""
    wanted, graph = np.zeros(len(row)), plan.graph
    loose = np.flatnonzero(grid.part[row] < 0)
    for i, node in enumerate(row.tolist()):
        if grid.part[node] >= 0:
            wanted[i] = middle[grid.part[node]] + own[node]
        elif len(loose) > 1 or len(row) > 1:
            below = [
                offset[v]
                for v in graph.edge_operand[list(graph.operand_edges(node))]
                if grid.column[v] == grid.column[node] and grid.row[v] < grid.row[node]
            ]
            wanted[i] = float(np.mean(below)) if below else own[node]
    return wanted


def _apart(wanted: Floats, width: Floats) -> Floats:
    """The nearest positions in which none overlap."""
    order = np.argsort(wanted, kind="stable")
    result = np.empty(len(wanted))
    result[order] = spread(wanted[order], width[order] + PAIR_GAP)
    return result


def spread(wanted: Floats, sizes: Floats) -> Floats:
    """Ordered positions moved apart so that none overlap: the mean of pushing down and up."""
    if not len(wanted):
        return wanted
    middle = np.cumsum(sizes) - sizes / 2
    down = np.maximum.accumulate(wanted - middle) + middle
    up = np.minimum.accumulate((wanted - middle)[::-1])[::-1] + middle
    return np.asarray((down + up) / 2)


def _steps(plan: Plan) -> tuple[Ints, NDArray[np.bool_], dict[int, tuple[str, str]]]:
    """Each card's time step, which cards close the graph, and the states before the first step.

    Rolled in time, all stand in step 1, and the states before the first stand beside it.
    """
    graph = plan.graph
    step = np.minimum(graph.step, 1) if plan.rolled else graph.step.copy()
    step[plan.rolled & (step == 0)] = 1
    leaf = graph.operand_offsets[1:] == graph.operand_offsets[:-1]
    last = step.max()
    # What has no step of its own, or sums up at the last one, closes the graph.
    tail = ~leaf & (step < 0)
    for i in np.flatnonzero(~leaf & (step == last)).tolist():
        tail[i] = not is_timed(plan.module[i])
    step[tail] = last
    initial = {
        int(i): (match[1], match[2] or "")
        for i in np.flatnonzero(leaf & (graph.step < 0))
        if (match := _initial_state(plan, int(i)))
    }
    step[list(initial)] = step[step >= 0].min() - plan.rolled
    return step, tail, initial


def _initial_state(plan: Plan, card: int) -> re.Match[str] | None:
    graph = plan.graph
    used = graph.consumer_offsets[card + 1] > graph.consumer_offsets[card]
    return _INITIAL.match(plan.name(card)) if used else None


def _ranks(
    plan: Plan,
    kind: NDArray[np.int8],
    tail: NDArray[np.bool_],
    is_rail: NDArray[np.bool_],
    initial: dict[int, tuple[str, str]],
    inside: NDArray[np.bool_],
) -> Ints:
    """(C,) each card's distance from the inputs of its time step, along the edges inside."""
    operand, consumer = plan.graph.edge_operand, plan.graph.edge_consumer
    rank = np.where(kind == Kind.TOKEN, 0, 1)
    rank[list(initial)] = 0
    _raise_ranks(rank, operand[inside], consumer[inside])
    if initial:
        known = plan.trace.graph.step
        first = int(known[known >= 0].min())
        names = {f"{stem}_{first + 1}{above}": i for i, (stem, above) in initial.items()}
        for node in plan.trace.nodes:
            if node.name in names and node.step == first + 1:
                rank[names[node.name]] = rank[plan.card[node.index]]
        rank[[i for i in initial if rank[i] == 0]] = 1
        _raise_ranks(rank, operand[inside], consumer[inside])
    _draw_up_sources(rank, operand[inside], consumer[inside], kind, initial)
    # Unrolled, it stands in a column of its own and begins in the row of what it sums up.
    rank[tail] = rank[~is_rail & ~tail].max(initial=0) + plan.rolled
    among_tail = tail[operand] & tail[consumer]
    _raise_ranks(rank, operand[among_tail], consumer[among_tail])
    return rank


def _raise_ranks(rank: Ints, operand: Ints, consumer: Ints) -> None:
    """Lift every consumer above its operands, in place: the longest path along the edges.

    Where the edges between boxes go in a circle, those count that lead to what was begun later.
    """
    unraised = rank.copy()
    for _ in range(_LONGEST_PATH):
        before = rank.copy()
        np.maximum.at(rank, consumer, rank[operand] + 1)
        if np.array_equal(before, rank):
            return
    onward = operand < consumer
    if not onward.all():
        rank[:] = unraised
        _raise_ranks(rank, operand[onward], consumer[onward])


def _draw_up_sources(
    rank: Ints,
    operand: Ints,
    consumer: Ints,
    kind: NDArray[np.int8],
    initial: dict[int, tuple[str, str]],
) -> None:
    """Lift what uses nothing of its own step to right below its consumer, in place."""
    source = kind != Kind.TOKEN
    source[consumer] = False
    source[list(initial)] = False
    nearest = np.full(len(rank), rank.max() + 1)
    np.minimum.at(nearest, operand, rank[consumer])
    lifted = source & (nearest <= rank.max())
    rank[lifted] = nearest[lifted] - 1


def _runs(key: Ints) -> tuple[Ints, Ints]:
    """For a sorted key: each element's place in its run of equal ones, and the run's length."""
    starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))[: len(key)]
    lengths = np.diff(np.append(starts, len(key)))
    return np.arange(len(key)) - np.repeat(starts, lengths), np.repeat(lengths, lengths)
