"""What a node's card shows and what it measures, in pixels at 100 % and zoom 1."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from engine.autodiff.tape import Node, Role
from engine.trace.scalars import operations_in

PAD = 10.0
HEADER = 27.0
STRIP = 12.0
STRIP_GAP = 3.0
BAR_ROW = 16.5
MAX_CELLS = 32
_THUMB = (132.0, 76.0)
_THUMB_GAP = 6.0
_LARGEST_CELL = 9.0
_STRETCH = 3.0
_NORMALISED = frozenset({"softmax", "log_softmax"})


class Kind(IntEnum):
    """How a node is drawn."""

    TOKEN = 0
    VECTOR = 1
    NARROW = 2
    NUMBER = 3
    DISTRIBUTION = 4
    MATRIX = 5
    SCALAR = 6
    GROUP = 7
    GRAIN = 8


# Width and height of every kind but MATRIX, whose height follows its shape.
SIZES: dict[Kind, tuple[float, float]] = {
    Kind.TOKEN: (124.0, 34.0),
    Kind.VECTOR: (152.0, HEADER + 2 * STRIP + STRIP_GAP + 7.0),
    Kind.NARROW: (88.0, HEADER + 2 * STRIP + STRIP_GAP + 7.0),
    Kind.NUMBER: (116.0, 48.0),
    Kind.DISTRIBUTION: (152.0, HEADER + 4 * BAR_ROW + STRIP + 11.0),
    Kind.MATRIX: (152.0, 0.0),
    Kind.SCALAR: (200.0, 118.0),
    Kind.GRAIN: (68.0, 46.0),
    Kind.GROUP: (192.0, HEADER + 2 * STRIP + STRIP_GAP + 34.0),
}


def kinds_of(nodes: Sequence[Node], vocabulary_size: int) -> NDArray[np.int8]:
    """How each node is drawn in an unrolled graph, (N,)."""
    kinds = np.fromiter((_kind(node, vocabulary_size) for node in nodes), np.int8, len(nodes))
    for inside in operations_in(nodes).values():
        # The last is the operation's result, and drawn as the operation is.
        grains = inside[:-1]
        kinds[grains[kinds[grains] == Kind.NUMBER]] = Kind.GRAIN
    return kinds


def _kind(node: Node, vocabulary_size: int) -> Kind:
    shape = node.value.shape
    if len(shape) == 1:
        if shape[0] == vocabulary_size and node.op in _NORMALISED:
            return Kind.DISTRIBUTION
        return Kind.VECTOR
    if shape:
        return Kind.MATRIX
    token = node.role is Role.INPUT and node.value.dtype.kind in "iu"
    return Kind.TOKEN if token else Kind.NUMBER


def as_matrix(shape: tuple[int, ...]) -> tuple[int, int]:
    """Rows and columns of a tensor drawn flat: the last axis across, all others down."""
    columns = shape[-1] if shape else 1
    rows = int(np.prod(shape[:-1], dtype=np.int64))
    return max(rows, 1), max(columns, 1)


def thumbnails(shape: tuple[int, ...]) -> tuple[tuple[float, float, float, float], ...]:
    """Where a matrix card draws its value and its adjoint: two (x, y, w, h) inside the card.

    Wide matrices lie above each other, others stand side by side.
    """
    rows, columns = (min(size, MAX_CELLS) for size in as_matrix(shape))
    width, height = _THUMB
    stacked = columns >= 1.5 * rows
    box = (width, (height - _THUMB_GAP) / 2) if stacked else ((width - _THUMB_GAP) / 2, height)
    across = min(box[0] / columns, _LARGEST_CELL)
    down = min(box[1] / rows, _LARGEST_CELL)
    across, down = min(across, _STRETCH * down), min(down, _STRETCH * across)
    w, h = across * columns, down * rows
    second = (PAD, HEADER + h + _THUMB_GAP) if stacked else (PAD + w + _THUMB_GAP, HEADER)
    return (PAD, HEADER, w, h), (*second, w, h)


def matrix_height(shape: tuple[int, ...]) -> float:
    """Height of a matrix card."""
    (_, _, _, h), (_, y, _, _) = thumbnails(shape)
    return y + h + PAD


def sizes_of(nodes: Sequence[Node], kind: NDArray[np.int8]) -> NDArray[np.float64]:
    """Width and height of each card, (N, 2)."""
    table = np.array([SIZES[k] for k in Kind])
    sizes = table[kind]
    for i in np.flatnonzero(kind == Kind.MATRIX).tolist():
        sizes[i, 1] = matrix_height(nodes[i].value.shape)
    return sizes
