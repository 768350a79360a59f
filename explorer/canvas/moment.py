"""What a frame looks like: states of nodes and edges, and what moves, as a pure function."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.trace.events import Event, EventKind
from engine.trace.frame import Frame
from engine.trace.trace import Trace
from explorer.canvas.scene import Ints, Scene

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
        card: (M,) the same of every card of the scene.
        face: (M,) the node whose numbers a card shows.
        share: (G, 2) of every group how much is evaluated, and how much is complete.
        edge: (F,) UNUSED, FORWARD or BACKWARD, by drawn edge.
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
    card: NDArray[np.int8]
    face: Ints
    share: NDArray[np.float64]
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


def moment_of(scene: Scene, frame: Frame, alpha: float) -> Moment:
    """The moment at a frame with a share ``alpha`` of the next event done."""
    trace = scene.trace
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
    active = -1 if event is None else event.node
    card, face, share = crowded(scene, node, active)
    moving, told = _motion(trace, frame, event)
    return Moment(
        frame=frame,
        alpha=alpha,
        event=event,
        progress=float(alpha) if moves else 1.0,
        node=node,
        card=card,
        face=face,
        share=share,
        edge=_drawn(scene, edge),
        active=active,
        moving=moving,
        told=told,
        backward=event is not None and event.kind is not EventKind.EVALUATED,
    )


def crowded(
    scene: Scene, node: NDArray[np.int8], active: int
) -> tuple[NDArray[np.int8], Ints, NDArray[np.float64]]:
    """The state of every card, the node each shows, and how much is done in each group.

    A group over time shows the node that is active, else the one that was last.
    """
    crowds, count = scene.crowds, len(node)
    groups = len(crowds.starts)
    if not groups:
        return node, crowds.face, np.zeros((0, 2))
    state, starts = node[crowds.members], crowds.starts
    total = np.diff(starts, append=len(state))
    adjoint = np.add.reduceat(scene.trace.graph.differentiable[crowds.members], starts, dtype=int)
    evaluated = np.add.reduceat(state != UNKNOWN, starts, dtype=int)
    begun = np.add.reduceat(state >= PARTIAL, starts, dtype=int)
    complete = np.add.reduceat(state == COMPLETE, starts, dtype=int)
    face = crowds.face.copy()
    last = np.where(complete > 0, total - complete, np.maximum(evaluated - 1, 0))
    timed = crowds.over_time
    face[count:][timed] = crowds.members[(starts + last)[timed]]
    if active >= 0:
        card = int(scene.card_of[active])
        if card >= count and timed[card - count]:
            face[card] = active
    whole = np.full(groups, EVALUATED, np.int8)
    whole[evaluated == 0] = UNKNOWN
    whole[begun > 0] = PARTIAL
    whole[(complete == adjoint) & (adjoint > 0)] = COMPLETE
    whole = np.where(crowds.single, node[face[count:]], whole)
    share = np.stack([evaluated / total, complete / np.maximum(adjoint, 1)], axis=1)
    return np.concatenate([node, whole]), face, share


def _drawn(scene: Scene, edge: NDArray[np.int8]) -> NDArray[np.int8]:
    """The states of drawn edges: the furthest of the edges that each is made of."""
    layout = scene.layout
    if not layout.groups:
        return edge
    drawn = np.zeros(len(layout.routes.kind), np.int8)
    some = layout.bundle >= 0
    np.maximum.at(drawn, layout.bundle[some], edge[some])
    return drawn


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
