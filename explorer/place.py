"""Where the cursor goes when another run or version comes on screen: the same moment, if any."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.trace.events import EventKind, EventList

if TYPE_CHECKING:
    from engine.trace.events import Version
    from engine.trace.trace import Trace


def same_moment(
    before: Trace, old_version: Version, cursor: int, after: Trace, new_version: Version
) -> int:
    """The cursor in one run that stands for a cursor in another.

    The start, the turn of the passes and the end stay what they are. In between, the moment at
    which the same node was evaluated or completed, found by name; without such a node, the same
    share of the same pass.
    """
    old, new = before.events(old_version), after.events(new_version)
    if cursor == 0:
        return 0
    if cursor >= len(old):
        return len(new)
    if cursor == old.seed_index:
        return new.seed_index
    if before is after and cursor < old.seed_index:
        return cursor
    name = _landmark(before, old, cursor)
    kind = EventKind.EVALUATED if cursor < old.seed_index else EventKind.COMPLETED
    for node in after.nodes:
        if node.name == name:
            places = np.flatnonzero((new.node == node.index) & (new.kind == kind))
            if len(places):
                return int(places[0]) + 1
    return _same_share(old, cursor, new)


def _landmark(trace: Trace, events: EventList, cursor: int) -> str:
    """The node evaluated last, or whose adjoint was completed last."""
    if cursor < events.seed_index:
        return trace.nodes[int(events.node[cursor - 1])].name
    done = np.flatnonzero(events.kind[:cursor] == EventKind.COMPLETED)
    return trace.nodes[int(events.node[done[-1]])].name if len(done) else ""


def _same_share(old: EventList, cursor: int, new: EventList) -> int:
    if cursor < old.seed_index:
        return round(cursor / old.seed_index * new.seed_index)
    share = (cursor - old.seed_index) / (len(old) - old.seed_index)
    return new.seed_index + round(share * (len(new) - new.seed_index))
