"""Coloured cells of a scene in one theme, and the partial sums that are not complete yet.

The strongest colour is the largest magnitude of each strip, or of the strips of one name in all
time steps, or the largest of those that is no outlier.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPixmap

from explorer.canvas.cells import pixmap_of, pooled, sampled, strip_pixmap
from explorer.canvas.derivative_map import derivative_map
from explorer.canvas.node_painter import StripPixmaps
from explorer.cell_signs import fenced, signs_of
from explorer.colors import adjoint_colors, colorize, largest_magnitude, value_colors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.canvas.scene import Scene
    from explorer.theme import Theme

Range = Literal["own", "shared", "clipped"]
"""By which range strips are coloured: each by its own, all steps by one, that without outliers."""

_PIXMAPS_KEPT = 512
_STEP = re.compile(r"_\d+")


def families_of(names: Sequence[str]) -> NDArray[np.intp]:
    """(N,) a number for each name without its time steps: h_1 and h_2 are of one family."""
    known: dict[str, int] = {}
    bare = (_STEP.sub("_", name) for name in names)
    return np.array([known.setdefault(name, len(known)) for name in bare], np.intp)


def shared_limits(limits: NDArray[np.float32], families: NDArray[np.intp]) -> NDArray[np.float32]:
    """(N,) the largest limit of each node's family."""
    largest = np.zeros(int(families.max(initial=-1)) + 1, limits.dtype)
    np.maximum.at(largest, families, limits)
    return largest[families]


def clipped_limits(
    strips: NDArray[np.float32], count: NDArray[np.intp], families: NDArray[np.intp]
) -> NDArray[np.float32]:
    """(N,) the largest magnitude of each node's family that is no outlier.

    Args:
        strips: (N, 32) the numbers.
        count: (N,) how many of them each node has.
        families: (N,) of :func:`families_of`.
    """
    used = np.arange(strips.shape[1]) < count[:, np.newaxis]
    limits = np.zeros(int(families.max(initial=-1)) + 1, np.float32)
    order = np.argsort(families, kind="stable")
    starts = np.searchsorted(families[order], np.arange(len(limits)))
    for family, nodes in enumerate(np.split(order, starts[1:])):
        limits[family] = fenced(strips[nodes][used[nodes]])
    return limits[families]


class Pictures:
    """The pixmaps of cells; those of matrices are made when they are first seen.

    Args:
        range_: what the strongest colour stands for.
    """

    def __init__(self, scene: Scene, theme: Theme, range_: Range = "own") -> None:
        self._scene, self._theme = scene, theme
        self._clipped = range_ == "clipped"
        cells = scene.cells
        self._value_limit, self._adjoint_limit = cells.value_limit, cells.adjoint_limit
        if range_ != "own":
            families = families_of([node.name for node in scene.trace.nodes])
            if self._clipped:
                self._value_limit = clipped_limits(cells.values, cells.count, families)
                self._adjoint_limit = clipped_limits(cells.adjoints, cells.count, families)
            else:
                self._value_limit = shared_limits(self._value_limit, families)
                self._adjoint_limit = shared_limits(self._adjoint_limit, families)
        self.strips = StripPixmaps(
            strip_pixmap(cells.values, self._value_limit, value_colors(theme)),
            strip_pixmap(cells.adjoints, self._adjoint_limit, adjoint_colors(theme)),
        )
        self._matrices: dict[tuple[int, bool], QPixmap] = {}
        self._derivatives: dict[int, QPixmap | None] = {}
        self._signs: dict[tuple[int, bool], NDArray[np.int8]] = {}

    def limits(self, *, adjoint: bool) -> NDArray[np.float32]:
        """(N,) the magnitude of the strongest colour of each strip."""
        return self._adjoint_limit if adjoint else self._value_limit

    def signs(self, node: int, *, adjoint: bool) -> NDArray[np.int8]:
        """The signs of a matrix's cells, at most 32 by 32."""
        found = self._signs.get((node, adjoint))
        if found is None:
            cells = self._sampled(node, adjoint=adjoint)
            found = self._signs[node, adjoint] = signs_of(cells, self._limit_of(cells))
            if len(self._signs) > _PIXMAPS_KEPT:
                self._signs.clear()
        return found

    def value(self, node: int) -> QPixmap:
        """A matrix's values, one pixel a cell, at most 32 by 32."""
        return self._matrix(node, adjoint=False)

    def adjoint(self, node: int) -> QPixmap:
        """A matrix's complete adjoint."""
        return self._matrix(node, adjoint=True)

    def partial(self, node: int, arrived: int) -> QPixmap | None:
        """The sum of the first contributions to a node's adjoint, at the final sum's scale."""
        total = self._scene.trace.partial_sum(node, arrived)
        if total is None:
            return None
        limit = largest_magnitude(self._scene.trace.adjoints[node])  # type: ignore[arg-type]
        limit = max(limit, largest_magnitude(total))
        strip = bool(self._scene.cells.count[node])
        if strip and self._clipped:
            limit = float(self._adjoint_limit[node])
        elif strip:
            limit = max(limit, float(self._adjoint_limit[node]))
        cells = pooled(total.reshape(1, -1)) if strip else sampled(total)
        return pixmap_of(colorize(cells, adjoint_colors(self._theme), limit))

    def partial_number(self, node: int, arrived: int) -> float | None:
        """The same of an adjoint that is one number."""
        total = self._scene.trace.partial_sum(node, arrived)
        return None if total is None or total.size != 1 else float(total.reshape(-1)[0])

    def derivative(self, edge: int) -> QPixmap | None:
        """The local derivative along an edge, one pixel a cell; None where it is one number."""
        if edge not in self._derivatives:
            if len(self._derivatives) >= _PIXMAPS_KEPT:
                self._derivatives.clear()
            found = derivative_map(self._scene.trace, edge)
            if found is None:
                self._derivatives[edge] = None
            else:
                cells = sampled(found)
                colors = colorize(cells, value_colors(self._theme), largest_magnitude(cells))
                self._derivatives[edge] = pixmap_of(colors)
        return self._derivatives[edge]

    def _matrix(self, node: int, *, adjoint: bool) -> QPixmap:
        pixmap = self._matrices.get((node, adjoint))
        if pixmap is None:
            cells = self._sampled(node, adjoint=adjoint)
            table = adjoint_colors(self._theme) if adjoint else value_colors(self._theme)
            pixmap = pixmap_of(colorize(cells, table, self._limit_of(cells)))
            if len(self._matrices) >= _PIXMAPS_KEPT:
                self._matrices.clear()
            self._matrices[node, adjoint] = pixmap
        return pixmap

    def _sampled(self, node: int, *, adjoint: bool) -> NDArray[np.float64]:
        trace = self._scene.trace
        source = trace.adjoints[node] if adjoint else trace.nodes[node].value
        assert source is not None
        return np.asarray(sampled(source), np.float64)

    def _limit_of(self, cells: NDArray[np.float64]) -> float:
        return fenced(cells) if self._clipped else largest_magnitude(cells)
