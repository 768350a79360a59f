"""Opened operations in any layout: each is one large card until all is placed, then its numbers.

A plan is made in which every opened operation is a closed box with room for what is inside; the
layout places it like any card; then the cards and ways inside take their places.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from engine.trace.scalars import operations_in
from engine.trace.trace import Trace
from explorer.arrangement import Arrangement
from explorer.layout import hierarchy
from explorer.layout.cards import sizes_of
from explorer.layout.model import Layout, Routes
from explorer.layout.plan import Plan
from explorer.layout.scalars import ScalarBox, scalar_box

Boxes = Mapping[int, ScalarBox]
"""What is inside a group, by its number."""


def opened_in_sight(trace: Trace, arrangement: Arrangement) -> tuple[str, ...]:
    """The modules of opened operations that are drawn number by number."""
    if arrangement.rolled or hierarchy.WHOLE in arrangement.collapsed:
        return ()
    hidden = arrangement.collapsed.intersection
    return tuple(
        path
        for path, members in operations_in(trace.nodes).items()
        if len(members) > 1 and not hidden(hierarchy.prefixes(path))
    )


def boxes_of(plan: Plan, paths: tuple[str, ...], *, upward: bool) -> Boxes:
    """The insides of the opened operations of a plan that has each of them as a closed box."""
    result = {}
    for number, group in enumerate(plan.groups):
        if group.path in paths:
            nodes = [plan.trace.nodes[i] for i in group.members.tolist()]
            sizes = sizes_of(nodes, plan.natural[group.members])
            result[number] = scalar_box(plan.trace, group.members, sizes, upward=upward)
    return result


def with_rooms(plan: Plan, boxes: Boxes) -> Plan:
    """The plan with room for what is inside; each box belongs to its operation's module."""
    if not boxes:
        return plan
    count, module = len(plan.trace), list(plan.module)
    rooms = {}
    for card in np.flatnonzero(plan.shown >= count).tolist():
        box = boxes.get(int(plan.shown[card]) - count)
        if box is not None:
            rooms[card] = (box.width, box.height)
            module[card] = module[card].rpartition(".")[0]
    return replace(plan, rooms=rooms, module=tuple(module))


def unfolded(layout: Layout, boxes: Boxes) -> Layout:
    """A layout with the cards and ways inside its opened operations."""
    if not boxes:
        return layout
    count = len(layout.card_of)
    x, y, w, h = (side.copy() for side in (layout.x, layout.y, layout.w, layout.h))
    card_of, bundle, groups = layout.card_of.copy(), layout.bundle.copy(), list(layout.groups)
    ways = [layout.routes]
    for number, box in boxes.items():
        corner = np.array([layout.x[count + number], layout.y[count + number]])
        places = box.corner + corner
        x[box.members], y[box.members] = places.T
        w[box.members], h[box.members] = box.size.T
        card_of[box.members] = box.members
        bundle[box.edges] = sum(len(way.kind) for way in ways) + np.arange(len(box.edges))
        ways.append(replace(box.routes, segments=box.routes.segments + corner))
        groups[number] = replace(groups[number], open=True)
    return replace(
        layout, x=x, y=y, w=w, h=h, card_of=card_of, bundle=bundle, groups=tuple(groups),
        routes=_joined(ways),
    )  # fmt: skip


def _joined(ways: list[Routes]) -> Routes:
    """Routes of more and more edges, one set after the other."""
    edges = np.cumsum([0, *(len(way.kind) for way in ways)])
    rows = np.cumsum([0, *(len(way.segments) for way in ways)])
    return Routes(
        segments=np.concatenate([way.segments for way in ways]),
        straight=np.concatenate([way.straight for way in ways]),
        edge=np.concatenate([way.edge + first for way, first in zip(ways, edges, strict=False)]),
        offsets=np.concatenate(
            [*(way.offsets[:-1] + first for way, first in zip(ways, rows, strict=False)), rows[-1:]]
        ),
        kind=np.concatenate([way.kind for way in ways]),
    )
