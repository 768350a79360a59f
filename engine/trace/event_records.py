"""The events of a run as they stand in its file."""

from __future__ import annotations

from typing import Any, cast

from engine.trace.events import EventKind, events_of
from engine.trace.file_format import EventRecord
from engine.trace.graph import Graph

_KINDS = ("evaluated", "seeded", "contribution", "completed")


def event_records(graph: Graph) -> list[EventRecord]:
    """The events of Version B, in order."""
    events = events_of(graph, "B")
    consumers = graph.edge_consumer.tolist()
    slots = graph.edge_slot.tolist()
    return [
        EventRecord("contribution", node, consumers[edge], slots[edge])
        if kind == EventKind.CONTRIBUTION
        else EventRecord(cast("Any", _KINDS[kind]), node)
        for kind, node, edge in zip(
            events.kind.tolist(), events.node.tolist(), events.edge.tolist(), strict=True
        )
    ]
