"""What a frame looks like: states of nodes and edges, and what moves, as a pure function."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.trace.events import Event, EventKind
from engine.trace.frame import Frame
from engine.trace.trace import Trace

UNKNOWN, EVALUATED, PARTIAL, COMPLETE = range(4)
UNUSED, FORWARD, BACKWARD = range(3)
_PARKED = 0.72
_MOST_SIBLINGS = 4


@dataclass(frozen=True, slots=True)
class Moment:
    """A frame ready to be drawn.

    Attributes:
        frame: what it comes from.
        alpha: share of the next event that is done.
        event: the event in motion, or the last one done while nothing moves.
        progress: of that event, 1 when it is done.
        node: (N,) UNKNOWN, EVALUATED, PARTIAL or COMPLETE.
        edge: (E,) UNUSED, FORWARD or BACKWARD.
        active: the node it is about, -1 at the start.
        moving: the edges along which something travels now.
        told: the edges whose local derivative is told, the moving one first.
        backward: whether the backward pass is under way.
    """

    frame: Frame
    alpha: float
    event: Event | None
    progress: float
    node: NDArray[np.int8]
    edge: NDArray[np.int8]
    active: int
    moving: tuple[int, ...]
    told: tuple[int, ...]
    backward: bool

    @property
    def travelled(self) -> float:
        """Share of an edge that its mark has travelled; it rests before the end to be seen."""
        p = self.progress
        return 0.06 + (_PARKED - 0.06) * p * p * (3 - 2 * p)


def moment_of(trace: Trace, frame: Frame, alpha: float) -> Moment:
    """The moment at a frame with a share ``alpha`` of the next event done."""
    events = trace.events(frame.version)
    moves = alpha > 0 and frame.cursor < len(events)
    event = events[frame.cursor] if moves else frame.event
    node = np.where(frame.evaluated, EVALUATED, UNKNOWN).astype(np.int8)
    node[frame.arrived > 0] = PARTIAL
    node[frame.completed] = COMPLETE
    if frame.seeded:
        node[trace.output] = COMPLETE
    edge = np.where(frame.edge_forward, FORWARD, UNUSED).astype(np.int8)
    edge[frame.edge_backward] = BACKWARD
    moving, told = _motion(trace, frame, event)
    return Moment(
        frame=frame,
        alpha=alpha,
        event=event,
        progress=float(alpha) if moves else 1.0,
        node=node,
        edge=edge,
        active=-1 if event is None else event.node,
        moving=moving,
        told=told,
        backward=event is not None and event.kind is not EventKind.EVALUATED,
    )


def _motion(
    trace: Trace, frame: Frame, event: Event | None
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Edges with a mark, and edges whose local derivative is told."""
    if event is None:
        return (), ()
    graph = trace.graph
    if event.kind is EventKind.EVALUATED:
        return tuple(graph.operand_edges(event.node)), ()
    if event.kind is EventKind.CONTRIBUTION and frame.version == "B":
        return (event.edge,), (event.edge,)
    if event.kind is EventKind.SEEDED or frame.version == "B":
        return (), ()
    # Version A pulls: what has been pulled stays beside what is being pulled until the sum is done.
    pulled = [int(e) for e in graph.contributing_edges(event.node) if frame.edge_backward[e]]
    told = [event.edge] if event.edge >= 0 else []
    told += [e for e in reversed(pulled) if e != event.edge]
    return tuple(told[:_MOST_SIBLINGS]), tuple(told[:_MOST_SIBLINGS])
