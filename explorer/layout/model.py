"""Where everything of a graph stands: a frozen set of arrays, free of Qt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


class EdgeKind(IntEnum):
    """What an edge is drawn as."""

    NORMAL = 0
    RAIL = 1
    TARGET = 2
    BUS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Nodes that are drawn as one card.

    Attributes:
        path: of the box, or of the module whose time steps are joined.
        title: what the card is called.
        members: (m,) the nodes, in the order of the tape.
        face: the node that stands for them: the largest that is used outside.
        over_time: it joins time steps; what stands for it changes with the moment.
        single: in each time step it is a single node, and drawn as that.
        open: its card is a frame, and its nodes are drawn inside.
    """

    path: str
    title: str
    members: Ints
    face: int
    over_time: bool = False
    single: bool = False
    open: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """A time step's column.

    Attributes:
        step: the time step t.
        left, right: its extent across.
        top, bottom: and down, the label at the bottom included.
    """

    step: int
    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Routes:
    """The ways of the edges, each one or more cubic Bézier segments from operand to consumer.

    Attributes:
        segments: (S, 4, 2) control points, those of edge e at rows offsets[e] : offsets[e+1].
        straight: (S,) the segment is a line.
        edge: (S,) the edge of each segment.
        offsets: (F+1,).
        kind: (F,) values of :class:`EdgeKind`.
    """

    segments: Floats
    straight: NDArray[np.bool_]
    edge: Ints
    offsets: Ints
    kind: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Layout:
    """Positions of a graph's cards and edges in pixels at 100 %; y grows downwards.

    The first N of the M cards are the nodes; the others are groups, N + g. A node that is hidden
    in a group has the place and the size of the group's card.

    Attributes:
        name: ``unrolled`` (columns are time steps), ``rolled`` (one column) or ``layered`` (left
            to right).
        x, y: (M,) top left corners.
        w, h: (M,) sizes.
        kind: (M,) values of :class:`explorer.layout.cards.Kind`.
        card_of: (N,) the card that shows each node: itself or that of its group.
        groups: what the cards from N on are.
        routes: of the F drawn edges.
        bundle: (E,) the drawn edge that each edge of the graph is part of, -1 for none.
        lanes: the time steps' columns, left to right, row by row; empty in a layered layout.
        rails: cards drawn once beside the columns and shared by all of them.
        bounds: left, top, right, bottom of everything, lanes' labels included.
    """

    name: Literal["unrolled", "rolled", "layered"]
    x: Floats
    y: Floats
    w: Floats
    h: Floats
    kind: NDArray[np.int8]
    card_of: Ints
    groups: tuple[Group, ...]
    routes: Routes
    bundle: Ints
    lanes: tuple[Lane, ...]
    rails: tuple[int, ...]
    bounds: tuple[float, float, float, float]
