"""From one run to the same run written otherwise: numbers come out of their operation's card."""

from __future__ import annotations

import numpy as np

from explorer.canvas.scene import Ints, Scene
from explorer.canvas.transition import Transition


def unfolding(old: Scene, new: Scene, origin: Ints) -> Transition:
    """What is needed to go from the scene of one trace to that of another.

    Args:
        old, new: the scenes.
        origin: (N,) the node of the old trace that each node of the new one comes out of.
    """
    low = old.corner[origin]
    far = low + old.size[origin]
    members, starts = new.crowds.members, new.crowds.starts
    if len(starts):
        around = (
            np.minimum.reduceat(low[members], starts),
            np.maximum.reduceat(far[members], starts),
        )
        low, far = np.concatenate([low, around[0]]), np.concatenate([far, around[1]])
    graph, bundle = new.trace.graph, new.layout.bundle
    drawn = np.flatnonzero(bundle >= 0)
    shown, first = np.unique(bundle[drawn], return_index=True)
    middle = (low + far) / 2
    start, end = new.ways.start.copy(), new.ways.end.copy()
    start[shown] = middle[graph.edge_operand[drawn[first]]]
    end[shown] = middle[graph.edge_consumer[drawn[first]]]
    return Transition(old, new, low, far - low, start, end)
