"""Many lines, rectangles or sprites in one call of the painter, straight from a numpy array."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRect
from PySide6.QtGui import QPainter, QPixmap
from shiboken6 import Shiboken

Points = NDArray[np.float64]


def draw_lines(painter: QPainter, lines: Points) -> None:
    """Draw lines (n, 4): x1, y1, x2, y2."""
    if len(lines):
        data = np.ascontiguousarray(lines, np.float64)
        painter.drawLines(_first(data, QLineF), len(data))


def draw_rects(painter: QPainter, left_top: Points, right_bottom: Points) -> None:
    """Fill rectangles of whole pixels between corners (n, 2); each is at least one pixel."""
    if len(left_top):
        data = np.empty((len(left_top), 4), np.int32)
        data[:, :2] = np.rint(left_top)
        data[:, 2:] = np.maximum(np.rint(right_bottom) - 1, data[:, :2])
        painter.drawRects(_first(data, QRect), len(data))


def draw_sprites(
    painter: QPainter, pixmap: QPixmap, centres: Points, opacity: float | Points = 1.0
) -> None:
    """Draw one whole pixmap at each centre (n, 2)."""
    source = np.array([0.0, 0.0, pixmap.width(), pixmap.height()])
    draw_pieces(painter, pixmap, centres, np.broadcast_to(source, (len(centres), 4)), opacity)


def draw_pieces(
    painter: QPainter,
    pixmap: QPixmap,
    centres: Points,
    sources: Points,
    opacity: float | Points = 1.0,
    scale: Points | None = None,
) -> None:
    """Draw pieces of a pixmap.

    Args:
        painter: in device pixels.
        pixmap: where the pieces come from.
        centres: (n, 2) where their middles go.
        sources: (n, 4) left, top, width, height inside the pixmap.
        opacity: of all, or (n,).
        scale: (n, 2) across and down; 1 if left out.
    """
    if not len(centres):
        return
    data = np.empty((len(centres), 10))
    data[:, 0:2] = centres
    data[:, 2:6] = sources
    data[:, 6:8] = 1.0 if scale is None else scale
    data[:, 8] = 0.0
    data[:, 9] = opacity
    painter.drawPixmapFragments(_first(data, QPainter.PixmapFragment), len(data), pixmap)


def _first(data: NDArray[Any], kind: type) -> Any:
    """The first record of an array as a Qt value that lives in the array's memory."""
    return Shiboken.wrapInstance(data.ctypes.data, kind)
