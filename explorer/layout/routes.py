"""Ways of edges as cubic Bézier segments, built for many edges at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.layout.model import Floats, Ints, Routes

_ROUND = 0.5523
"""Length of a handle, by radius, for which a cubic is nearest to a quarter circle."""


class RouteBuilder:
    """Collects the segments of edges, class by class, and puts them in the order of the edges."""

    def __init__(self, kind: NDArray[np.int8]) -> None:
        self._kind = kind
        self._edges: list[Ints] = []
        self._places: list[Ints] = []
        self._segments: list[Floats] = []
        self._straight: list[NDArray[np.bool_]] = []

    def curves(self, edges: Ints, start: Floats, end: Floats, *, axis: int) -> None:
        """S-curves that leave and arrive along an axis (0 across, 1 up); (n, 2) points."""
        reach = np.zeros_like(start)
        reach[:, axis] = (end[:, axis] - start[:, axis]) / 2
        other = np.abs(end[:, 1 - axis] - start[:, 1 - axis])
        self._add(edges, 0, np.stack([start, start + reach, end - reach, end], axis=1), other < 0.5)

    def bows(self, edges: Ints, start: Floats, end: Floats, reach: float) -> None:
        """C-curves that leave to the right and come back: around what lies between.

        Their handles are ``reach`` to the right of the end that is further right.
        """
        out, back = start.copy(), end.copy()
        out[:, 0] = back[:, 0] = np.maximum(start[:, 0], end[:, 0]) + reach
        bow = np.stack([start, out, back, end], axis=1)
        self._add(edges, 0, bow, np.zeros(len(edges), np.bool_))

    def polylines(self, edges: Ints, points: Floats, radius: float) -> None:
        """Ways of straight lines with rounded corners through points (n, P, 2)."""
        before, corner, after = points[:, :-2], points[:, 1:-1], points[:, 2:]
        into, out = corner - before, after - corner
        length_in = np.linalg.norm(into, axis=2, keepdims=True)
        length_out = np.linalg.norm(out, axis=2, keepdims=True)
        r = np.minimum(radius, np.minimum(length_in, length_out) / 2)
        entry = corner - into / np.maximum(length_in, 1e-9) * r
        leave = corner + out / np.maximum(length_out, 1e-9) * r
        knots_from = np.concatenate([points[:, :1], leave], axis=1)
        knots_to = np.concatenate([entry, points[:, -1:]], axis=1)
        for i in range(points.shape[1] - 1):
            a, b = knots_from[:, i], knots_to[:, i]
            line = np.stack([a, a + (b - a) / 3, b - (b - a) / 3, b], axis=1)
            self._add(edges, 2 * i, line, np.ones(len(edges), np.bool_))
            if i < corner.shape[1]:
                p, q, c = entry[:, i], leave[:, i], corner[:, i]
                turn = np.stack([p, p + (c - p) * _ROUND, q + (c - q) * _ROUND, q], axis=1)
                self._add(edges, 2 * i + 1, turn, np.zeros(len(edges), np.bool_))

    def chain(self, edge: int, points: Sequence[tuple[float, float]]) -> None:
        """One edge as S-curves across from point to point."""
        knots = np.asarray(points)
        start, end = knots[:-1], knots[1:]
        reach = np.zeros_like(start)
        reach[:, 0] = (end[:, 0] - start[:, 0]) / 2
        segments = np.stack([start, start + reach, end - reach, end], axis=1)
        self._edges.append(np.full(len(segments), edge, np.intp))
        self._places.append(np.arange(len(segments)))
        self._segments.append(segments)
        self._straight.append(np.abs(end[:, 1] - start[:, 1]) < 0.5)

    def build(self) -> Routes:
        """All segments, sorted by edge and place on its way."""
        if self._edges:
            edge = np.concatenate(self._edges)
            order = np.lexsort((np.concatenate(self._places), edge))
            edge = edge[order]
            segments = np.concatenate(self._segments)[order]
            straight = np.concatenate(self._straight)[order]
        else:
            edge = np.zeros(0, np.intp)
            segments = np.zeros((0, 4, 2))
            straight = np.zeros(0, np.bool_)
        offsets = np.searchsorted(edge, np.arange(len(self._kind) + 1))
        return Routes(segments, straight, edge, offsets, self._kind)

    def _add(self, edges: Ints, place: int, segments: Floats, straight: NDArray[np.bool_]) -> None:
        self._edges.append(edges)
        self._places.append(np.full(len(edges), place))
        self._segments.append(segments)
        self._straight.append(straight)
