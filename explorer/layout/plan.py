"""What is to be placed: cards, each a node or a whole box of nodes, and the edges between them.

Without boxes the plan is the graph itself. A box joins its nodes to one card, and all edges from
one card to a box, or out of it, to one. Rolled in time, a card joins what all time steps have in
common, and an edge from one step to the next becomes a loop.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.trace.graph import Graph
from engine.trace.trace import Trace
from explorer.arrangement import Arrangement
from explorer.layout import hierarchy
from explorer.layout.cards import Kind, kinds_of, sizes_of
from explorer.layout.model import Floats, Group, Ints


@dataclass(frozen=True, slots=True)
class Plan:
    """Cards in the order of their first nodes, and the edges between them.

    Attributes:
        trace: the run.
        graph: the C cards and F edges as a graph; it may have loops where it is rolled in time.
        card: (N,) the card of each node.
        shown: (C,) what a card is called in the layout: its node, or N + its group.
        face: (C,) the node that stands for a card.
        groups: the boxes.
        bundle: (E,) the edge between cards that an edge of the trace is part of, -1 inside a box.
        loops: (F,) edges from one time step to the next of a run rolled in time.
        returns: (F,) edges from a time step back to the one before in such a run.
        module: of each card.
        kind: (C,) values of :class:`Kind`.
        natural: (N,) the kind of every node by itself.
        rooms: width and height of cards that are as large as what is drawn inside.
    """

    trace: Trace
    graph: Graph
    card: Ints
    shown: Ints
    face: Ints
    groups: tuple[Group, ...]
    bundle: Ints
    loops: NDArray[np.bool_]
    returns: NDArray[np.bool_]
    module: tuple[str, ...]
    kind: NDArray[np.int8]
    natural: NDArray[np.int8]
    rooms: Mapping[int, tuple[float, float]] = field(default_factory=dict)

    @property
    def rolled(self) -> bool:
        """Whether time steps are joined."""
        return any(group.over_time for group in self.groups)

    def name(self, card: int) -> str:
        """The name of the node that stands for a card."""
        return self.trace.nodes[int(self.face[card])].name

    def sizes(self) -> Floats:
        """(C, 2) width and height of each card."""
        sizes = sizes_of([self.trace.nodes[i] for i in self.face.tolist()], self.kind)
        for card, room in self.rooms.items():
            sizes[card] = room
        return sizes


def plan_of(trace: Trace, arrangement: Arrangement, *, in_layers: bool = False) -> Plan:
    """The cards of a run under an arrangement.

    Args:
        trace: the run.
        arrangement: which boxes are collapsed, and whether time is rolled up.
        in_layers: the cards are those of the layered layout, where numbers are large.
    """
    vocabulary = -1 if in_layers else len(trace.provenance.get("vocabulary", ()))
    natural = kinds_of(trace.nodes, vocabulary)
    if in_layers:
        natural[(natural == Kind.NUMBER) | (natural == Kind.TOKEN)] = Kind.SCALAR
    inside, titles = _insides(trace, arrangement)
    if not titles:
        every = np.arange(len(trace))
        none = np.zeros(trace.graph.edge_count, np.bool_)
        return Plan(
            trace, trace.graph, every, every, every, (), np.arange(len(none)), none, none,
            tuple(node.module for node in trace.nodes), natural.copy(), natural,
        )  # fmt: skip
    groups = _groups(trace, inside, titles, over_time=arrangement.rolled)
    return _joined(trace, inside, groups, natural)


def _insides(trace: Trace, arrangement: Arrangement) -> tuple[Ints, tuple[str, ...]]:
    """The group of each node, -1 for none, and the paths of the groups."""
    inside, paths = hierarchy.boxes_of(trace, arrangement.collapsed)
    if not arrangement.rolled or paths == (hierarchy.WHOLE,):
        return _without_single(inside, paths)
    place = hierarchy.ordinals(trace.nodes)
    number: dict[tuple[str, int], int] = {}
    result = np.full(len(trace), -1)
    for node in trace.nodes:
        box = int(inside[node.index])
        path = paths[box] if box >= 0 else node.module
        if hierarchy.is_timed(path):
            key = hierarchy.without_step(path), -1 if box >= 0 else int(place[node.index])
        elif box >= 0:
            key = path, -1
        else:
            continue
        result[node.index] = number.setdefault(key, len(number))
    return _without_single(result, tuple(path for path, _ in number))


def _without_single(inside: Ints, paths: tuple[str, ...]) -> tuple[Ints, tuple[str, ...]]:
    """A box around a single node is that node."""
    count = np.bincount(inside[inside >= 0], minlength=len(paths))
    kept = np.flatnonzero(count > 1)
    renumbered = np.full(len(paths) + 1, -1)
    renumbered[kept] = np.arange(len(kept))
    return renumbered[inside], tuple(paths[i] for i in kept.tolist())


def _groups(
    trace: Trace, inside: Ints, paths: tuple[str, ...], *, over_time: bool
) -> tuple[Group, ...]:
    order = np.argsort(inside, kind="stable")
    starts = np.searchsorted(inside[order], np.arange(len(paths) + 1))
    members = [order[starts[i] : starts[i + 1]] for i in range(len(paths))]
    faces = _faces(trace, inside, members, paths)
    return tuple(
        Group(
            path, _title(trace, path), inner, face, over_time and path.startswith("step"),
            over_time and path != hierarchy.WHOLE and not _is_box(trace, inner),
        )
        for path, inner, face in zip(paths, members, faces, strict=True)
    )  # fmt: skip


def _title(trace: Trace, path: str) -> str:
    formula = path == hierarchy.WHOLE and trace.provenance.get("kind") == "expression"
    return "whole formula" if formula else hierarchy.title_of(path)


def _faces(
    trace: Trace, inside: Ints, members: Sequence[Ints], paths: Sequence[str]
) -> tuple[int, ...]:
    """The node that stands for each box: the largest that is used outside, of equals the last.

    Boxes of different time steps are shown by the same variable: the state of the last step is used
    by nobody, but stands for it all the same.
    """
    graph, nodes = trace.graph, trace.nodes
    used = np.zeros(len(trace), np.bool_)
    used[graph.edge_operand[inside[graph.edge_operand] != inside[graph.edge_consumer]]] = True
    used[trace.output] = True
    size = np.fromiter((node.value.size for node in nodes), np.intp, len(trace))
    place = hierarchy.ordinals(nodes)

    def variable(node: int) -> tuple[str, int]:
        return hierarchy.without_step(nodes[node].module), int(place[node])

    chosen = [int(m[np.lexsort((m, size[m], used[m]))[-1]]) for m in members]
    best: dict[str, int] = {}
    for path, node in zip(paths, chosen, strict=True):
        alike = hierarchy.without_step(path)
        if alike not in best or size[node] > size[best[alike]]:
            best[alike] = node
    for i, path in enumerate(paths):
        most = variable(best[hierarchy.without_step(path)])
        if variable(chosen[i]) != most:
            same = (int(node) for node in members[i] if variable(int(node)) == most)
            chosen[i] = next(same, chosen[i])
    return tuple(chosen)


def _is_box(trace: Trace, members: Ints) -> bool:
    """Whether two of the nodes stand in the same time step."""
    step = trace.graph.step[members]
    return len(np.unique(step)) < len(step)


def _joined(
    trace: Trace, inside: Ints, groups: tuple[Group, ...], natural: NDArray[np.int8]
) -> Plan:
    graph, count = trace.graph, len(trace)
    first = np.arange(count)
    grouped = inside >= 0
    firsts = np.array([group.members[0] for group in groups], np.intp)
    first[grouped] = firsts[inside[grouped]]
    heads, card = np.unique(first, return_inverse=True)
    group_of = inside[heads]
    shown = np.where(group_of < 0, heads, count + group_of)
    face = np.where(
        group_of < 0, heads, np.array([group.face for group in groups], np.intp)[group_of]
    )
    kind = natural[face].copy()
    boxes = np.array([not group.single for group in groups])
    kind[(group_of >= 0) & boxes[group_of]] = Kind.GROUP
    module = tuple(
        trace.nodes[head].module if g < 0 else groups[g].path
        for head, g in zip(heads.tolist(), group_of.tolist(), strict=True)
    )
    over = np.array([group.over_time for group in groups])
    step = np.where(group_of < 0, graph.step[heads], graph.step[face])
    quotient, bundle, loops, returns = _edges(graph, card, len(heads), inside, over, step)
    return Plan(
        trace, quotient, card, shown, face, groups, bundle, loops, returns, module, kind, natural
    )


def _edges(
    graph: Graph, card: Ints, cards: int, inside: Ints, over: NDArray[np.bool_], step: Ints
) -> tuple[Graph, Ints, NDArray[np.bool_], NDArray[np.bool_]]:
    """The graph of the cards, the edge of it that each edge of the trace is, loops and returns."""
    operand, consumer = card[graph.edge_operand], card[graph.edge_consumer]
    before, after = graph.step[graph.edge_operand], graph.step[graph.edge_consumer]
    timed = (before >= 0) & (after >= 0) & (before != after)
    both = over[inside[graph.edge_operand]] & (inside[graph.edge_operand] >= 0)
    both &= over[inside[graph.edge_consumer]] & (inside[graph.edge_consumer] >= 0)
    loop = timed & both & (after > before)
    drawn = (operand != consumer) | loop
    alone = (inside[graph.edge_operand] < 0) & (inside[graph.edge_consumer] < 0)
    pair = (operand * cards + consumer) * 2 + loop
    key = np.where(alone, 2 * cards * cards + np.arange(graph.edge_count), pair)
    chosen = np.flatnonzero(drawn)
    _, at, which = np.unique(key[chosen], return_index=True, return_inverse=True)
    example = chosen[at]
    order = np.lexsort((example, consumer[example]))
    number = np.empty(len(order), np.intp)
    number[order] = np.arange(len(order))
    bundle = np.full(graph.edge_count, -1)
    bundle[chosen] = number[which]
    example = example[order]
    differentiable = np.zeros(len(order), np.bool_)
    np.logical_or.at(differentiable, bundle[chosen], graph.edge_differentiable[chosen])
    a, b = operand[example], consumer[example]
    offsets = np.searchsorted(b, np.arange(cards + 1))
    slot = np.arange(len(b)) - offsets[b]
    has_adjoint = np.zeros(cards, np.bool_)
    np.logical_or.at(has_adjoint, card, graph.differentiable)
    joined = Graph(
        operand_offsets=offsets,
        edge_operand=a,
        edge_consumer=b,
        edge_slot=slot,
        edge_differentiable=differentiable,
        incoming=np.lexsort((slot, -b, a)),
        consumer_offsets=np.concatenate([[0], np.cumsum(np.bincount(a, minlength=cards))]),
        differentiable=has_adjoint,
        step=step,
        output=int(card[graph.output]),
    )
    return joined, bundle, loop[example], (timed & both & (after < before))[example]
