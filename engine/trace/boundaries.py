"""Where the cursor stops when stepping by event, node, module or time step."""

from __future__ import annotations

from typing import Literal

import numpy as np

from engine.autodiff.tape import Role
from engine.trace.events import Event, EventKind, EventList, Version
from engine.trace.graph import IntArray
from engine.trace.trace import Trace

Unit = Literal["event", "node", "module", "time"]
UNITS: tuple[Unit, ...] = ("event", "node", "module", "time")


def boundaries(trace: Trace, version: Version) -> dict[Unit, IntArray]:
    """For each unit the sorted cursors at which one of its steps ends, 0 and the end included.

    A backward event belongs to the node whose turn it is in the algorithm: the operand that
    pulls in Version A, the consumer that pushes in Version B.
    """
    events = trace.events(version)
    turns = owners(trace, events)
    users = _with_user(trace, turns, events.seed_index)
    modules: dict[str, int] = {}
    module = np.fromiter(
        (modules.setdefault(node.module, len(modules)) for node in trace.nodes),
        np.intp,
        len(trace.nodes),
    )
    return {
        "event": np.arange(len(events) + 1),
        "node": _changes(turns, events.seed_index),
        "module": _changes(module[users], events.seed_index),
        "time": _changes(trace.graph.step[users], events.seed_index),
    }


def owner(trace: Trace, event: Event, version: Version) -> int:
    """The node whose turn it is at one event."""
    if event.kind is EventKind.CONTRIBUTION and version == "B":
        return int(trace.graph.edge_consumer[event.edge])
    return event.node


def owners(trace: Trace, events: EventList) -> IntArray:
    """(K,) the node whose turn it is at each event."""
    pushed = (events.kind == EventKind.CONTRIBUTION) & (events.version == "B")
    result = events.node.copy()
    result[pushed] = trace.graph.edge_consumer[events.edge[pushed]]
    return result


def _with_user(trace: Trace, turns: IntArray, seed_index: int) -> IntArray:
    """Owners in which reading an input or constant counts to the node computed next."""
    result = turns.copy()
    following = int(turns[seed_index])
    for index in range(seed_index - 1, -1, -1):
        node = trace.nodes[int(turns[index])]
        if node.role in {Role.INPUT, Role.CONSTANT}:
            result[index] = following
        elif node.role is not Role.PARAMETER:
            following = node.index
    return result


def _changes(key: IntArray, seed_index: int) -> IntArray:
    """Cursors where the key of the events changes, with both ends and the turn of the passes."""
    inner = np.flatnonzero(key[1:] != key[:-1]) + 1
    return np.unique(np.concatenate([[0, seed_index, len(key)], inner]))
