"""The state of a run after k events, computed from index arrays and never by replaying."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.trace.events import Event, EventList, Version
from engine.trace.graph import BoolArray, Graph, IntArray

Phase = Literal["start", "forward", "backward", "end"]


@dataclass(frozen=True, slots=True)
class Frame:
    """What is known after the first ``cursor`` events.

    Attributes:
        cursor: number of events done, 0 to K.
        version: of the backward pass.
        phase: start (nothing done), forward, backward, or end (all done).
        event: the last event done, None at the start.
        evaluated: (N,) nodes whose value is known.
        seeded: the output's adjoint has been set to 1.
        arrived: (N,) contributions each adjoint has received.
        expected: (N,) contributions each adjoint is made of.
        completed: (N,) nodes whose adjoint is complete; else it is partial or unknown, never 0.
        edge_forward: (E,) edges whose consumer has been evaluated.
        edge_backward: (E,) edges along which a contribution has flowed back.
    """

    cursor: int
    version: Version
    phase: Phase
    event: Event | None
    evaluated: BoolArray
    seeded: bool
    arrived: IntArray
    expected: IntArray
    completed: BoolArray
    edge_forward: BoolArray
    edge_backward: BoolArray

    @property
    def active_node(self) -> int:
        """The node of the last event, -1 at the start."""
        return -1 if self.event is None else self.event.node

    @property
    def active_edge(self) -> int:
        """The edge of the last event, -1 where it has none."""
        return -1 if self.event is None else self.event.edge


def frame_of(graph: Graph, events: EventList, cursor: int) -> Frame:
    """The state after ``cursor`` events.

    Raises:
        IndexError: the cursor lies outside 0..K.
    """
    if not 0 <= cursor <= len(events):
        raise IndexError(f"cursor {cursor} is outside 0..{len(events)}")
    edge_count = graph.edge_count
    contributed = np.zeros(edge_count, np.bool_)
    contributed_at = events.contributed_at
    contributed[: len(contributed_at)] = contributed_at < cursor
    flowing = graph.edge_differentiable
    evaluated = np.arange(graph.node_count) < cursor
    phase: Phase
    if cursor == 0:
        phase = "start"
    elif cursor <= events.seed_index:
        phase = "forward"
    else:
        phase = "backward" if cursor < len(events) else "end"
    return Frame(
        cursor=cursor,
        version=events.version,
        phase=phase,
        event=events[cursor - 1] if cursor else None,
        evaluated=evaluated,
        seeded=cursor > events.seed_index,
        arrived=np.bincount(graph.edge_operand[contributed], minlength=graph.node_count),
        expected=np.bincount(graph.edge_operand[flowing], minlength=graph.node_count),
        completed=events.completed_at < cursor,
        edge_forward=evaluated[graph.edge_consumer],
        edge_backward=contributed,
    )
