"""An operation opened into numbers as a box: where its small cards stand, and the ways between.

Everything is placed along two directions, *across* and *up*; the box then grows upwards, as time
steps do, or to the right, as layers do. Numbers of operands stand below, results above. There are
four patterns: a product of matrices is a crossbar (:mod:`explorer.layout.crossbar`), a softmax has
a column for each entry, numbers that are made of their own stand above these, and all else is in
layers, each card above the middle of its operands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.trace.graph import Graph, graph_of
from engine.trace.trace import Trace
from explorer.layout.crossbar import crossbar
from explorer.layout.grid import spread
from explorer.layout.model import EdgeKind, Floats, Ints, Routes
from explorer.layout.places import Places, Way, ways_between
from explorer.layout.routes import RouteBuilder

MARGIN = 14.0
"""Room inside the box around all cards; only the result touches a side, in its middle."""

LEVEL_GAP = 22.0
COLUMN_GAP = 12.0
_ROUND = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class ScalarBox:
    """The inside of an opened operation, the box's top left corner at (0, 0).

    Attributes:
        members: (m,) nodes of the trace.
        corner, size: (m, 2) of their cards.
        width, height: of the box.
        edges: (F,) the edges of the trace between members, in order.
        routes: their ways.
    """

    members: Ints
    corner: Floats
    size: Floats
    width: float
    height: float
    edges: Ints
    routes: Routes


def scalar_box(trace: Trace, members: Ints, size: Floats, *, upward: bool = True) -> ScalarBox:
    """Place the nodes of one opened operation.

    Args:
        trace: a run in which it is opened.
        members: (m,) the nodes, in the order of the tape, the result last; as
            :func:`engine.trace.scalars.operations_in` gives them.
        size: (m, 2) width and height of their cards.
        upward: results stand at the top, else at the right.
    """
    graph, edges = _inside(trace, members)
    # Across and up in place of width and height.
    turned = size if upward else size[:, ::-1]
    ops = [trace.nodes[i].op for i in members.tolist()]
    places = crossbar(graph, ops, turned, upward=upward)
    if places is None and "maximum" in ops and "exp" in ops:
        places = _columns(graph, ops, turned)
    places = places or _strips(graph, ops, turned) or _layers(graph, ops, turned)
    if ops[-1] == "stack":
        inner = places.centre[:-1, 0]
        places.centre[-1, 0] = (inner.min() + inner.max()) / 2
    ways = ways_between(graph, places)
    cards = _drawn(places.centre, upward) - size / 2
    low = np.minimum(cards.min(axis=0), _reach(ways, upward, np.minimum)) - MARGIN
    high = np.maximum((cards + size).max(axis=0), _reach(ways, upward, np.maximum)) + MARGIN
    # Edges out of the box leave in the middle of a side: there stands the result.
    across, middle = (0 if upward else 1), cards[-1] + size[-1] / 2
    half = np.maximum(middle - low, high - middle)[across]
    low[across], high[across] = middle[across] - half, middle[across] + half
    if upward:
        low[1] = cards[-1, 1]
    else:
        high[0] = cards[-1, 0] + size[-1, 0]
    routes = _routes(ways, graph.edge_count, upward, -low)
    width, height = (high - low).tolist()
    return ScalarBox(members, cards - low, size, width, height, edges, routes)


def _inside(trace: Trace, members: Ints) -> tuple[Graph, Ints]:
    """The graph of the members alone, and which edges of the trace its edges are."""
    local = np.full(len(trace), -1)
    local[members] = np.arange(len(members))
    nodes = []
    for place, member in enumerate(members.tolist()):
        node = trace.nodes[member]
        inner = tuple(int(local[i]) for i in node.operands if local[i] >= 0)
        nodes.append(replace(node, index=place, operands=inner))
    whole = trace.graph
    into = np.concatenate([np.array(whole.operand_edges(int(i)), np.intp) for i in members])
    return graph_of(nodes, len(nodes) - 1), into[local[whole.edge_operand[into]] >= 0]


def _levels(graph: Graph, ops: list[str]) -> Ints:
    """The longest path from the numbers of the operands; a constant stands below its use."""
    level = [0] * graph.node_count
    for node in range(graph.node_count):
        operands = _operands(graph, node)
        if operands:
            level[node] = 1 + max(level[i] for i in operands)
    for node, op in enumerate(ops):
        users = _users(graph, node)
        if op == "constant" and users:
            level[node] = min(level[i] for i in users) - 1
    return np.array(level, np.intp)


def _layers(graph: Graph, ops: list[str], size: Floats) -> Places:
    """Every card above the middle of its operands, as near as there is room."""
    level = _levels(graph, ops)
    across = np.zeros(len(ops))
    order = _in_order_of_use(graph)
    first = [i for i in order if level[i] == 0]
    pitch = size[:, 0] + COLUMN_GAP
    across[first] = np.cumsum(pitch[first]) - pitch[first] / 2
    for above in range(1, int(level.max()) + 1):
        row = np.array([i for i in order if level[i] == above])
        for node in row.tolist():
            across[node] = _middle(graph, ops, across, node)
        turned = row[np.argsort(across[row], kind="stable")]
        across[turned] = spread(across[turned], pitch[turned])
    return _settled(level, across, size)


def _strips(graph: Graph, ops: list[str], size: Floats) -> Places | None:
    """Numbers each made of some of their own: those stand below each other in its column."""
    if ops[-1] != "stack":
        return None
    ends = _operands(graph, len(ops) - 1)
    level, across = np.zeros(len(ops), np.intp), np.zeros(len(ops))
    pitch, found = float(size[:-1, 0].max()) + COLUMN_GAP + 4, {len(ops) - 1, *ends}
    below = [dict.fromkeys(_operands(graph, end)) for end in ends]
    most = max(map(len, below), default=0)
    for column, (end, numbers) in enumerate(zip(ends, below, strict=True)):
        if any(_operands(graph, number) or _users(graph, number) != [end] for number in numbers):
            return None
        across[[end, *numbers]] = column * pitch
        level[end] = most
        level[list(numbers)] = most - 1 - np.arange(len(numbers))
        found |= set(numbers)
    if most < 2 or len(found) < len(ops):
        return None
    level[-1], across[-1] = most + 1, (len(ends) - 1) * pitch / 2
    return _settled(level, across, size)


def _in_order_of_use(graph: Graph) -> list[int]:
    """The nodes as the result needs them, what is needed first first."""
    order: list[int] = []
    seen = [False] * graph.node_count
    waiting = [graph.node_count - 1]
    while waiting:
        node = waiting.pop()
        if seen[node]:
            continue
        seen[node] = True
        order.append(node)
        waiting.extend(_operands(graph, node)[::-1])
    return order + [node for node in range(graph.node_count) if not seen[node]]


def _middle(graph: Graph, ops: list[str], across: Floats, node: int) -> float:
    """The middle of a node's operands; of a constant, a little right of what it is used with."""
    if ops[node] == "constant":
        return _middle(graph, ops, across, _users(graph, node)[0]) + 1
    real = [i for i in _operands(graph, node) if ops[i] != "constant"]
    return float(np.mean(across[real])) if real else 0.0


def _columns(graph: Graph, ops: list[str], size: Floats) -> Places:
    """A softmax: each entry in a column, what belongs to all entries in one beside them."""
    level = _levels(graph, ops)
    column = np.full(len(ops), -1)
    count = 0
    for top in (i for i, op in enumerate(ops) if op == "maximum"):
        shifted = [i for i in _users(graph, top) if any(ops[u] == "exp" for u in _users(graph, i))]
        hub = count + len(shifted)
        for place, difference in enumerate(shifted, start=count):
            chain = [_operands(graph, difference)[0], difference]
            for user in _users(graph, difference):
                chain += [user, *_users(graph, user)] if ops[user] == "exp" else [user]
            for node in chain:
                if ops[node] in {"add", "log"}:
                    column[node] = hub
                elif column[node] < 0:
                    column[node] = place
        column[top] = hub
        column[[u for i in np.flatnonzero(column == hub) for u in _users(graph, int(i))
                if ops[u] == "log"]] = hub  # fmt: skip
        count = hub + 1
        # A loss: the one entry that counts, beside the others.
        rest = [i for i in _users(graph, top) if column[i] < 0]
        for node in rest:
            column[[_operands(graph, node)[0], node, *_users(graph, node)]] = count
        count += bool(rest)
    taken: set[tuple[int, int]] = set()
    for node in range(len(ops) - 1):
        at = int(column[node]) if column[node] >= 0 else count
        while (int(level[node]), at) in taken:
            at += 1
        column[node] = at
        taken.add((int(level[node]), at))
    pitch = float(size[:-1, 0].max()) + COLUMN_GAP + 4
    across = column * pitch
    across[-1] = (count - 1) * pitch / 2 if ops[-1] == "stack" else across[:-1].max()
    return _settled(level, across, size)


def _users(graph: Graph, node: int) -> list[int]:
    return sorted(set(graph.edge_consumer[graph.consumer_edges(node)].tolist()))


def _operands(graph: Graph, node: int) -> list[int]:
    operands: list[int] = graph.edge_operand[list(graph.operand_edges(node))].tolist()
    return operands


def _settled(level: Ints, across: Floats, size: Floats) -> Places:
    """Levels as heights, each as high as its highest card; the result in the middle."""
    heights = np.zeros(int(level.max()) + 1)
    np.maximum.at(heights, level, size[:, 1])
    up = np.cumsum(heights + LEVEL_GAP) - heights / 2
    return Places(np.stack([across, up[level]], axis=1), size)


def _drawn(points: Floats, upward: bool) -> Floats:
    """Across and up as x and y."""
    return points * (1, -1) if upward else np.asarray(points[..., ::-1])


def _reach(ways: tuple[Way, ...], upward: bool, furthest: np.ufunc) -> Floats:
    points = [_drawn(way.points, upward).reshape(-1, 2) for way in ways]
    start = np.inf if furthest is np.minimum else -np.inf
    return np.asarray(furthest.reduce(np.concatenate([*points, np.zeros((0, 2))]), initial=start))


def _routes(ways: tuple[Way, ...], count: int, upward: bool, shift: Floats) -> Routes:
    builder = RouteBuilder(np.full(count, EdgeKind.NORMAL, np.int8))
    for way in ways:
        points = _drawn(way.points, upward) + shift
        if way.curved:
            axis = 1 if way.up == upward else 0
            builder.curves(way.edges, points[:, 0], points[:, 1], axis=axis)
        else:
            builder.polylines(way.edges, points, _ROUND)
    return builder.build()
