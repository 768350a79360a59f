"""Vectors as strips of at most 32 cells, and their colours as one picture for all nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPixmap

from engine.trace.trace import Trace
from explorer.colors import colorize
from explorer.layout import Kind
from explorer.layout.cards import MAX_CELLS, as_matrix

if TYPE_CHECKING:
    from explorer.canvas.scene import Ints

_PER_ROW = 64


@dataclass(frozen=True, slots=True)
class Cells:
    """The numbers of every strip.

    Attributes:
        count: (N,) cells of each node; 0 where it has no strip.
        values, adjoints: (N, 32); unused cells are 0.
        value_limit, adjoint_limit: (N,) largest finite magnitudes.
        has_adjoint: (N,).
    """

    count: NDArray[np.intp]
    values: NDArray[np.float32]
    adjoints: NDArray[np.float32]
    value_limit: NDArray[np.float32]
    adjoint_limit: NDArray[np.float32]
    has_adjoint: NDArray[np.bool_]


def cells_of(trace: Trace, kind: NDArray[np.int8]) -> Cells:
    """The strips of a trace's vectors and distributions."""
    drawn = np.isin(kind, (Kind.VECTOR, Kind.NARROW, Kind.DISTRIBUTION))
    size = np.fromiter((node.value.size for node in trace.nodes), np.intp, len(trace))
    count = np.where(drawn, np.minimum(size, MAX_CELLS), 0)
    has_adjoint = np.fromiter((a is not None for a in trace.adjoints), np.bool_, len(trace))
    values = _strips([node.value for node in trace.nodes], drawn, size)
    adjoints = _strips(trace.adjoints, drawn & has_adjoint, size)
    return Cells(count, values, adjoints, _limits(values), _limits(adjoints), has_adjoint)


def pooled(rows: NDArray[Any], cells: int = MAX_CELLS) -> NDArray[Any]:
    """Rows (n, m) cut to at most ``cells`` columns, each the entry of largest magnitude."""
    columns = rows.shape[1]
    if columns <= cells:
        return rows
    starts = np.arange(cells) * columns // cells
    high = np.maximum.reduceat(rows, starts, axis=1)
    low = np.minimum.reduceat(rows, starts, axis=1)
    return np.where(np.abs(low) > np.abs(high), low, high)


def sampled(value: NDArray[Any]) -> NDArray[Any]:
    """A tensor as a matrix of at most 32 by 32 cells."""
    matrix = np.asarray(value, np.float64).reshape(as_matrix(value.shape))
    return pooled(pooled(matrix).T).T


def strip_pixmap(
    strips: NDArray[np.float32], limit: NDArray[np.float32], table: NDArray[np.uint8]
) -> QPixmap:
    """The colours of all strips, one pixel a cell, 64 strips side by side."""
    colors = colorize(strips, table, limit[:, np.newaxis])
    rows = -(-len(colors) // _PER_ROW)
    image = np.zeros((max(rows, 1) * _PER_ROW, MAX_CELLS), np.uint32)
    image[: len(colors)] = colors
    return pixmap_of(image.reshape(-1, _PER_ROW * MAX_CELLS))


def strip_sources(nodes: Ints, count: NDArray[np.intp]) -> NDArray[np.float64]:
    """Where the strips of some nodes lie in :func:`strip_pixmap`: left, top, width, height."""
    return np.stack(
        [nodes % _PER_ROW * MAX_CELLS, nodes // _PER_ROW, count, np.ones(len(nodes))], axis=1
    ).astype(np.float64)


def pixmap_of(colors: NDArray[np.uint32]) -> QPixmap:
    """Colours (rows, columns) as a picture of opaque pixels."""
    data = np.ascontiguousarray(colors)
    rows, columns = data.shape
    image = QImage(data.data, columns, rows, columns * 4, QImage.Format.Format_RGB32)
    return QPixmap.fromImage(image.copy())


def _strips(
    arrays: Sequence[NDArray[Any] | None], drawn: NDArray[np.bool_], size: NDArray[np.intp]
) -> NDArray[np.float32]:
    result = np.zeros((len(arrays), MAX_CELLS), np.float32)
    for length in np.unique(size[drawn]):
        nodes = np.flatnonzero(drawn & (size == length))
        rows = np.array([arrays[i] for i in nodes.tolist()]).reshape(len(nodes), -1)
        strip = pooled(rows)
        with np.errstate(over="ignore"):
            result[nodes, : strip.shape[1]] = strip
    return result


def _limits(strips: NDArray[np.float32]) -> NDArray[np.float32]:
    magnitude = np.abs(strips)
    magnitude[~np.isfinite(magnitude)] = 0
    return np.asarray(magnitude.max(axis=1, initial=0))
