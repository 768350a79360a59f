"""Cards placed across and up, and the ways of the edges between them in those directions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.trace.graph import Graph
from explorer.layout.grid_routes import spread_slots
from explorer.layout.model import Floats, Ints

_SIDE = 7.0
_BELOW = 9.0
_CLOSE = 3.0
_BETWEEN_SLOTS = 14.0


@dataclass(frozen=True, slots=True)
class Places:
    """Cards, across and up.

    Attributes:
        centre: (m, 2) their middles.
        size: (m, 2).
        bars: edges that have their way already.
    """

    centre: Floats
    size: Floats
    bars: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """The ways of edges of one make.

    Attributes:
        edges: (n,).
        points: (n, P, 2) across and up: both ends of a curve, or the corners of a broken line.
        curved: they are curves.
        up: a curve leaves and arrives upwards, else sideways.
    """

    edges: Ints
    points: Floats
    curved: bool = False
    up: bool = True


def ways_between(graph: Graph, places: Places) -> tuple[Way, ...]:
    """The ways of all edges: curves upwards, and around what stands in between."""
    operand, consumer = graph.edge_operand, graph.edge_consumer
    done = np.zeros(graph.edge_count, np.bool_)
    for way in places.bars:
        done[way.edges] = True
    centre, half = places.centre, places.size / 2
    start = centre[operand] + half[operand] * (0, 1)
    end = centre[consumer] - half[consumer] * (0, 1)
    end[:, 0] += spread_slots(
        consumer, start[:, 0], _BETWEEN_SLOTS, np.maximum(2 * half[consumer, 0] - 24, 0)
    )
    free = np.flatnonzero(~done)
    around = _blocked(start[free], end[free], places, operand[free], consumer[free])
    direct, edges = free[~around], free[around]
    curves = Way(direct, np.stack([start[direct], end[direct]], axis=1), curved=True)
    return (*places.bars, curves, Way(edges, _around(places, operand[edges], end[edges])))


def _blocked(
    start: Floats, end: Floats, places: Places, operand: Ints, consumer: Ints
) -> NDArray[np.bool_]:
    """Edges over whose curve a third card stands."""
    centre, half = places.centre, places.size / 2
    t = np.linspace(0.05, 0.95, 19)[:, None]
    way = end - start
    across = start[:, 0] + way[:, 0] * (3 * t**2 - 2 * t**3)
    up = start[:, 1] + way[:, 1] * (1.5 * t * (1 - t) + t**3)
    along = np.stack([across, up], axis=2)
    near = np.abs(along[:, :, None] - centre) < half + _CLOSE
    hit: NDArray[np.bool_] = np.asarray(near.all(axis=3).any(axis=0))
    place = np.arange(len(operand))
    hit[place, operand] = hit[place, consumer] = False
    return np.asarray(hit.any(axis=1))


def _around(places: Places, operand: Ints, end: Floats) -> Floats:
    """Out at the side, up in the gap between columns, and in from below."""
    side = places.centre[operand] + places.size[operand] / 2 * (1, 0)
    gap, below = side[:, 0] + _SIDE, end[:, 1] - _BELOW
    points = [
        side, np.stack([gap, side[:, 1]], axis=1), np.stack([gap, below], axis=1),
        np.stack([end[:, 0], below], axis=1), end,
    ]  # fmt: skip
    return np.stack(points, axis=1)
