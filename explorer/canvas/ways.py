"""Edges as straight lines, fine for looking near and coarse for looking far, and their ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.layout import EdgeKind, Layout, Routes

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

PIECE = 14.0
FEWEST, MOST = 4, 48
# Arrow directions: right, down, left, up.
RIGHT, DOWN, LEFT, UP = range(4)


@dataclass(frozen=True, slots=True)
class Ways:
    """The F drawn edges of a layout; those from shared parameters are threads and not among them.

    Attributes:
        drawn: (F,) the edge is drawn all the time.
        box: (F, 4) left, top, right, bottom.
        lines: (L, 4) in the order of the edges; edge f has rows offsets[f] : offsets[f+1].
        offsets: (F+1,).
        segment_offsets: (S+1,) likewise by segment of the routes.
        chords: (C, 4), one line a segment, likewise with chord_offsets.
        chord_offsets: (F+1,).
        start, end: (F, 2) at the operand and at the consumer.
        into_start, into_end: (F,) directions of arrows there.
        bus: (F,) which bus an edge runs along, -1 for none: those of a bus share their way from
            the second corner on.
    """

    drawn: NDArray[np.bool_]
    box: Floats
    lines: Floats
    offsets: Ints
    segment_offsets: Ints
    chords: Floats
    chord_offsets: Ints
    start: Floats
    end: Floats
    into_start: NDArray[np.int8]
    into_end: NDArray[np.int8]
    bus: Ints

    def visible(self, bounds: tuple[float, float, float, float]) -> Ints:
        """The drawn edges that may cross a rectangle of the layout."""
        left, top, right, bottom = bounds
        box = self.box
        seen = self.drawn & (box[:, 0] <= right) & (box[:, 2] >= left)
        seen &= (box[:, 1] <= bottom) & (box[:, 3] >= top)
        return np.flatnonzero(seen)


def ways_of(layout: Layout) -> Ways:
    """The lines of a layout's edges."""
    routes = layout.routes
    segments, edge = routes.segments, routes.edge
    count = len(routes.kind)
    # A thread from a shared parameter is cut into lines only while it is drawn.
    pieces = np.where(routes.straight, 1, _pieces(segments))
    pieces[routes.kind[edge] == EdgeKind.RAIL] = 0
    offsets = np.concatenate([[0], np.cumsum(pieces)])
    owner = np.repeat(np.arange(len(segments)), pieces)
    place = np.arange(offsets[-1]) - offsets[owner]
    t0 = place / pieces[owner]
    t1 = (place + 1) / pieces[owner]
    ends = segments[:, (0, 3)].reshape(-1, 4)
    lines = ends[owner]
    curved = ~routes.straight[owner]
    bent = segments[owner[curved]]
    lines[curved, :2] = _points(bent, t0[curved])
    lines[curved, 2:] = _points(bent, t1[curved])
    box = np.full((count, 4), (np.inf, np.inf, -np.inf, -np.inf))
    np.minimum.at(box[:, :2], edge, segments.min(axis=1))
    np.maximum.at(box[:, 2:], edge, segments.max(axis=1))
    start, end = np.zeros((count, 2)), np.zeros((count, 2))
    into_start, into_end = np.zeros(count, np.int8), np.zeros(count, np.int8)
    some = np.flatnonzero(np.diff(routes.offsets) > 0)
    first, last = segments[routes.offsets[some]], segments[routes.offsets[some + 1] - 1]
    start[some], end[some] = first[:, 0], last[:, 3]
    into_start[some] = _direction(first[:, 0] - first[:, 1])
    into_end[some] = _direction(last[:, 3] - last[:, 2])
    return Ways(
        drawn=routes.kind != EdgeKind.RAIL,
        box=box,
        lines=lines,
        offsets=offsets[routes.offsets],
        segment_offsets=offsets,
        chords=ends,
        chord_offsets=routes.offsets,
        start=start,
        end=end,
        into_start=into_start,
        into_end=into_end,
        bus=_buses(routes, start, end),
    )


def thread_lines(layout: Layout, edge: int, pieces: int = MOST) -> Floats:
    """The lines (n, 4) of one edge from a shared parameter."""
    routes = layout.routes
    segments = routes.segments[routes.offsets[edge] : routes.offsets[edge + 1]]
    t = np.linspace(0, 1, pieces + 1)
    points = np.concatenate([_points(np.broadcast_to(s, (len(t), 4, 2)), t) for s in segments])
    return np.concatenate([points[:-1], points[1:]], axis=1)


def rows_of(edges: Ints, offsets: Ints) -> tuple[Ints, Ints]:
    """The rows that belong to some edges, and for each row which of those edges it belongs to."""
    number = offsets[edges + 1] - offsets[edges]
    which = np.repeat(np.arange(len(edges)), number)
    before = np.cumsum(number) - number
    return np.arange(len(which)) - before[which] + offsets[edges][which], which


def along(lines: Floats, share: float) -> tuple[Floats, Floats]:
    """The point at a share of the length of connected lines (n, 4), and the direction there."""
    step = lines[:, 2:] - lines[:, :2]
    length = np.hypot(step[:, 0], step[:, 1])
    reached = np.cumsum(length)
    goal = share * reached[-1]
    i = min(int(np.searchsorted(reached, goal)), len(lines) - 1)
    rest = (goal - (reached[i] - length[i])) / max(length[i], 1e-9)
    return lines[i, :2] + step[i] * rest, step[i] / max(length[i], 1e-9)


def _buses(routes: Routes, start: Floats, end: Floats) -> Ints:
    """(F,) which edges run along one line: from one row into one consumer."""
    bus = np.full(len(routes.kind), -1)
    edges = np.flatnonzero(routes.kind == EdgeKind.BUS)
    where = np.rint(np.concatenate([end[edges], start[edges, 1:]], axis=1))
    _, which = np.unique(where, axis=0, return_inverse=True)
    bus[edges] = which.reshape(-1)
    return bus


def _pieces(segments: Floats) -> Ints:
    """How many lines look like a curve, by its length."""
    length = np.abs(np.diff(segments, axis=1)).sum(axis=(1, 2))
    return np.asarray(np.clip((length / PIECE).astype(np.intp), FEWEST, MOST))


def _points(segments: Floats, t: Floats) -> Floats:
    s = t[:, np.newaxis]
    a, b, c, d = (segments[:, i] for i in range(4))
    return np.asarray(
        (1 - s) ** 3 * a + 3 * (1 - s) ** 2 * s * b + 3 * (1 - s) * s**2 * c + s**3 * d
    )


def _direction(step: Floats) -> NDArray[np.int8]:
    across = np.abs(step[:, 0]) > np.abs(step[:, 1])
    return np.where(
        across, np.where(step[:, 0] > 0, RIGHT, LEFT), np.where(step[:, 1] > 0, DOWN, UP)
    ).astype(np.int8)
