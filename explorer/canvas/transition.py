"""From one arrangement of a run to another: where everything is on the way, a pure function."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from explorer.canvas.scene import Floats, Scene
from explorer.layout import EdgeKind


@dataclass(frozen=True, slots=True)
class Transition:
    """Two scenes of one trace.

    Attributes:
        old, new: the scenes.
        corner, size: (M, 2) where the cards of the new scene come from: nodes out of the group
            that hid them, a group from around its nodes.
        start, end: (F, 2) where the ends of its edges come from.
    """

    old: Scene
    new: Scene
    corner: Floats
    size: Floats
    start: Floats
    end: Floats

    def at(self, share: float) -> Scene:
        """The new scene with everything part of the way: edges are straight until it is there."""
        new = self.new
        if share >= 1:
            return new
        corner = self.corner + (new.corner - self.corner) * share
        size = self.size + (new.size - self.size) * share
        start = self.start + (new.ways.start - self.start) * share
        end = self.end + (new.ways.end - self.end) * share
        lines = np.concatenate([start, end], axis=1)
        one_each = np.arange(len(lines) + 1)
        ways = replace(
            new.ways,
            drawn=new.layout.routes.kind == EdgeKind.NORMAL,
            box=np.concatenate([np.minimum(start, end), np.maximum(start, end)], axis=1),
            lines=lines,
            offsets=one_each,
            chords=lines,
            chord_offsets=one_each,
            start=start,
            end=end,
        )
        return replace(new, corner=corner, size=size, ways=ways)


def transition(old: Scene, new: Scene) -> Transition:
    """What is needed to go from one scene of a trace to another."""
    count = len(new.trace)
    low, far = old.corner[:count], old.corner[:count] + old.size[:count]
    members, starts = new.crowds.members, new.crowds.starts
    if len(starts):
        low = np.concatenate([low, np.minimum.reduceat(low[members], starts)])
        far = np.concatenate([far, np.maximum.reduceat(far[members], starts)])
    start, end = _old_ends(old, new)
    return Transition(old, new, low, far - low, start, end)


def _old_ends(old: Scene, new: Scene) -> tuple[Floats, Floats]:
    """Where the edges of the new scene ended in the old one; in a group's middle if inside it."""
    graph, bundle = new.trace.graph, new.layout.bundle
    drawn = np.flatnonzero(bundle >= 0)
    shown, first = np.unique(bundle[drawn], return_index=True)
    edge = drawn[first]
    middle = old.corner + old.size / 2
    before = old.layout.bundle[edge]
    inside = (before < 0)[:, np.newaxis]
    start, end = new.ways.start.copy(), new.ways.end.copy()
    start[shown] = np.where(inside, middle[graph.edge_operand[edge]], old.ways.start[before])
    end[shown] = np.where(inside, middle[graph.edge_consumer[edge]], old.ways.end[before])
    return start, end
