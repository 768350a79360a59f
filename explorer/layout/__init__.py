"""Layouts: a trace in, positions and routes out, as numpy arrays; no Qt, safe on any thread."""

from __future__ import annotations

from engine.trace.trace import Trace
from explorer.layout.cards import Kind
from explorer.layout.layered import layered
from explorer.layout.model import EdgeKind, Lane, Layout, Routes
from explorer.layout.unrolled import unrolled

__all__ = ["EdgeKind", "Kind", "Lane", "Layout", "Routes", "layout_of"]

_MOST_PER_STEP = 400


def layout_of(trace: Trace) -> Layout:
    """The grid of time steps where the nodes have them, else layers from left to right."""
    step = trace.graph.step
    steps = step[step >= 0]
    if len(steps) and len(steps) <= _MOST_PER_STEP * (int(steps.max()) - int(steps.min()) + 1):
        return unrolled(trace)
    return layered(trace)
