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


@dataclass(frozen=True, slots=True)
class Lane:
    """A time step's column.

    Attributes:
        step: the time step t.
        left, right: its extent across.
    """

    step: int
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Routes:
    """The ways of the edges, each one or more cubic Bézier segments from operand to consumer.

    Attributes:
        segments: (S, 4, 2) control points, those of edge e at rows offsets[e] : offsets[e+1].
        straight: (S,) the segment is a line.
        edge: (S,) the edge of each segment.
        offsets: (E+1,).
        kind: (E,) values of :class:`EdgeKind`.
    """

    segments: Floats
    straight: NDArray[np.bool_]
    edge: Ints
    offsets: Ints
    kind: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Layout:
    """Positions of a graph's cards and edges in pixels at 100 %; y grows downwards.

    Attributes:
        name: ``unrolled`` (columns are time steps) or ``layered`` (left to right).
        x, y: (N,) top left corners.
        w, h: (N,) sizes.
        kind: (N,) values of :class:`explorer.layout.cards.Kind`.
        routes: of the edges, in the numbering of the graph.
        lanes: the time steps' columns, left to right; empty in a layered layout.
        rails: nodes drawn once beside the columns and shared by all of them.
        bounds: left, top, right, bottom of everything, lanes' labels included.
    """

    name: Literal["unrolled", "layered"]
    x: Floats
    y: Floats
    w: Floats
    h: Floats
    kind: NDArray[np.int8]
    routes: Routes
    lanes: tuple[Lane, ...]
    rails: tuple[int, ...]
    bounds: tuple[float, float, float, float]
