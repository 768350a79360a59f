"""Coloured cells of a scene in one theme, and the partial sums that are not complete yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPixmap

from explorer.canvas.cells import pixmap_of, pooled, sampled, strip_pixmap
from explorer.canvas.node_painter import StripPixmaps
from explorer.colors import adjoint_colors, colorize, largest_magnitude, value_colors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.canvas.scene import Scene
    from explorer.theme import Theme

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


class Pictures:
    """The pixmaps of cells; those of matrices are made when they are first seen.

    Args:
        shared: strips of one name (h_1, h_2, ...) take their colours from one range, the largest
            of them all, instead of each from its own.
    """

    def __init__(self, scene: Scene, theme: Theme, *, shared: bool = False) -> None:
        self._scene, self._theme = scene, theme
        cells = scene.cells
        value_limit, self._adjoint_limit = cells.value_limit, cells.adjoint_limit
        if shared:
            families = families_of([node.name for node in scene.trace.nodes])
            value_limit = shared_limits(value_limit, families)
            self._adjoint_limit = shared_limits(self._adjoint_limit, families)
        self.strips = StripPixmaps(
            strip_pixmap(cells.values, value_limit, value_colors(theme)),
            strip_pixmap(cells.adjoints, self._adjoint_limit, adjoint_colors(theme)),
        )
        self._matrices: dict[tuple[int, bool], QPixmap] = {}

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
        if strip:
            limit = max(limit, float(self._adjoint_limit[node]))
        cells = pooled(total.reshape(1, -1)) if strip else sampled(total)
        return pixmap_of(colorize(cells, adjoint_colors(self._theme), limit))

    def partial_number(self, node: int, arrived: int) -> float | None:
        """The same of an adjoint that is one number."""
        total = self._scene.trace.partial_sum(node, arrived)
        return None if total is None or total.size != 1 else float(total.reshape(-1)[0])

    def _matrix(self, node: int, *, adjoint: bool) -> QPixmap:
        pixmap = self._matrices.get((node, adjoint))
        if pixmap is None:
            trace = self._scene.trace
            source = trace.adjoints[node] if adjoint else trace.nodes[node].value
            assert source is not None
            cells = sampled(source)
            table = adjoint_colors(self._theme) if adjoint else value_colors(self._theme)
            pixmap = pixmap_of(colorize(cells, table, largest_magnitude(cells)))
            if len(self._matrices) >= _PIXMAPS_KEPT:
                self._matrices.clear()
            self._matrices[node, adjoint] = pixmap
        return pixmap
