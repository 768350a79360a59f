"""Where the cursor goes when another run or version comes on screen: the same moment, if any."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.trace.events import EventKind, EventList

if TYPE_CHECKING:
    from engine.trace.events import Version
    from engine.trace.graph import BoolArray, IntArray
    from engine.trace.trace import Trace


def same_moment(
    before: Trace,
    old_version: Version,
    cursor: int,
    after: Trace,
    new_version: Version,
    stands_for: IntArray | None = None,
) -> int:
    """The cursor in one run that stands for a cursor in another.

    The start, the turn of the passes and the end stay what they are. In between, the moment at
    which the same node was evaluated or completed, found by name; without such a node, the same
    share of the same pass.

    Args:
        before, old_version, cursor: where it was.
        after, new_version: where it goes.
        stands_for: the node of ``after`` for each node of ``before``, -1 for none, if it is known.
    """
    old, new = before.events(old_version), after.events(new_version)
    if old is new:
        return cursor
    if cursor == 0:
        return 0
    if cursor >= len(old):
        return len(new)
    if cursor == old.seed_index:
        return new.seed_index
    if before is after and cursor < old.seed_index:
        return cursor
    forward = cursor < old.seed_index
    kind = EventKind.EVALUATED if forward else EventKind.COMPLETED
    if stands_for is None:
        node = _named_alike(before, _landmark(old, cursor), after)
    else:
        marked = _landmark(old, cursor, stands_for >= 0)
        node = int(stands_for[marked]) if marked >= 0 else -1
    places = np.flatnonzero((new.node == node) & (new.kind == kind))
    place = int(places[0]) + 1 if len(places) else _same_share(old, cursor, new)
    low, high = (1, new.seed_index - 1) if forward else (new.seed_index + 1, len(new) - 1)
    return min(max(place, low), high) if low <= high else new.seed_index


def _landmark(events: EventList, cursor: int, counts: BoolArray | None = None) -> int:
    """The node evaluated last, or whose adjoint was completed last; -1 before the first.

    Nodes that do not count are passed over.
    """
    kind = EventKind.EVALUATED if cursor < events.seed_index else EventKind.COMPLETED
    nodes = events.node[:cursor][events.kind[:cursor] == kind]
    if counts is not None:
        nodes = nodes[counts[nodes]]
    return int(nodes[-1]) if len(nodes) else -1


def _named_alike(before: Trace, node: int, after: Trace) -> int:
    """The node of the same name, the one at the same place first; -1 where there is none."""
    if node < 0:
        return -1
    name = before.nodes[node].name
    if node < len(after.nodes) and after.nodes[node].name == name:
        return node
    return next((other.index for other in after.nodes if other.name == name), -1)


def _same_share(old: EventList, cursor: int, new: EventList) -> int:
    if cursor < old.seed_index:
        return round(cursor / old.seed_index * new.seed_index)
    share = (cursor - old.seed_index) / (len(old) - old.seed_index)
    return new.seed_index + round(share * (len(new) - new.seed_index))
