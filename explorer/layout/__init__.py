"""Layouts: a trace in, positions and routes out, as numpy arrays; no Qt, safe on any thread."""

from __future__ import annotations

from dataclasses import replace

from engine.trace.trace import Trace
from explorer.arrangement import Arrangement
from explorer.layout.cards import Kind
from explorer.layout.hierarchy import WHOLE
from explorer.layout.layered import layered
from explorer.layout.model import EdgeKind, Group, Lane, Layout, Routes
from explorer.layout.plan import plan_of
from explorer.layout.unfolded import boxes_of, opened_in_sight, unfolded, with_rooms
from explorer.layout.unrolled import unrolled

__all__ = [
    "EdgeKind", "Group", "Kind", "Lane", "Layout", "Routes", "layout_of",
]  # fmt: skip

_MOST_PER_STEP = 400


def layout_of(trace: Trace, arrangement: Arrangement | None = None) -> Layout:
    """The grid of time steps where the nodes have them, else layers from left to right.

    Args:
        trace: the run.
        arrangement: which boxes are collapsed, and how time is drawn; all nodes if left out.
    """
    wanted = arrangement or Arrangement()
    step = trace.graph.step
    steps = step[step >= 0]
    timed = len(steps) and len(steps) <= _MOST_PER_STEP * (int(steps.max()) - int(steps.min()) + 1)
    upward = bool(timed) and WHOLE not in wanted.collapsed
    paths = opened_in_sight(trace, wanted)
    closed = replace(wanted, collapsed=wanted.collapsed.union(paths)) if paths else wanted
    plan = plan_of(trace, closed, in_layers=not upward)
    boxes = boxes_of(plan, paths, upward=upward)
    plan = with_rooms(plan, boxes)
    layout = unrolled(plan, rows=wanted.rows) if upward else layered(plan)
    return unfolded(layout, boxes)
