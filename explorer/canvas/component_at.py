"""Which number of a node's value is drawn at a point of its card."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.canvas.distributions import ROWS
from explorer.canvas.scene import Scene
from explorer.layout import Kind
from explorer.layout.cards import BAR_ROW, HEADER, MAX_CELLS, PAD, STRIP, as_matrix, thumbnails

_REACH = 3.0
"""Pixels around a strip that count as the strip."""

_STRIPS = frozenset({Kind.VECTOR, Kind.NARROW})
_NUMBERS = frozenset({Kind.NUMBER, Kind.SCALAR, Kind.GRAIN})


def component_at(scene: Scene, node: int, x: float, y: float) -> int:
    """The component of a node's value at a point of the layout, -1 where there is none.

    Where a cell stands for several numbers it is the one of largest magnitude, which it shows.
    """
    card = int(scene.card_of[node])
    group = scene.group(card)
    if group is not None and not group.single:
        return -1
    left, top = scene.corner[card]
    width, height = scene.size[card]
    across, down = float(x - left), float(y - top)
    value, kind = scene.trace.nodes[node].value, Kind(int(scene.layout.kind[card]))
    if not (0 <= across <= width and 0 <= down <= height) or not value.size:
        return -1
    if kind in _NUMBERS:
        return 0 if value.size == 1 and down >= 0.4 * height else -1
    if kind in _STRIPS and HEADER - _REACH <= down <= HEADER + STRIP + 1.0:
        cells = min(value.size, MAX_CELLS)
        place = _share(across - PAD, float(width) - 2 * PAD, cells)
        return -1 if place < 0 else _shown(np.asarray(value).reshape(1, -1), 0, place)
    if kind is Kind.MATRIX:
        box_left, box_top, box_width, box_height = thumbnails(value.shape)[0]
        matrix = np.asarray(value).reshape(as_matrix(value.shape))
        rows, columns = (min(size, MAX_CELLS) for size in matrix.shape)
        row = _share(down - box_top, box_height, rows)
        column = _share(across - box_left, box_width, columns)
        return -1 if min(row, column) < 0 else _shown(matrix, row, column)
    if kind is Kind.DISTRIBUTION:
        row, table = _share(down - HEADER, ROWS * BAR_ROW, ROWS), scene.distributions
        return -1 if row < 0 else int(table.token[table.slot[node], row])
    return -1


def _share(place: float, length: float, parts: int) -> int:
    """Which of equal parts of a length a place is in, -1 for none."""
    return int(place / length * parts) if 0 <= place < length else -1


def _shown(matrix: NDArray[Any], row: int, column: int) -> int:
    """The component that a cell shows, counted in the flattened matrix."""
    (top, bottom), (left, right) = (
        _bin(place, size) for place, size in zip((row, column), matrix.shape, strict=True)
    )
    part = np.abs(np.asarray(matrix[top:bottom, left:right], np.float64))
    down, across = divmod(int(np.nan_to_num(part, nan=np.inf).argmax()), right - left)
    return int((top + down) * matrix.shape[1] + left + across)


def _bin(place: int, size: int) -> tuple[int, int]:
    """The entries that a cell stands for, where there are more of them than cells."""
    cells = min(size, MAX_CELLS)
    return place * size // cells, (place + 1) * size // cells
