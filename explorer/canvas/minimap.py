"""The whole graph in a corner: every card a block of a few pixels in the colour of its state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from explorer.canvas.buffers import draw_rects
from explorer.canvas.far import card_colors
from explorer.canvas.view import View

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from explorer.canvas.scene import Floats, Ints, Scene
    from explorer.canvas.view import Bounds
    from explorer.theme import Theme

THINNEST = 26.0
"""The shorter side of a map at 100 %, however long the graph is."""

_GRAINS = 4.0
_HIT = 2.0


@dataclass(frozen=True, slots=True)
class Map:
    """Where things of the layout are on a map of so many pixels.

    Attributes:
        bounds: of the layout.
        width, height: in pixels.
    """

    bounds: Bounds
    width: float
    height: float

    @property
    def scale(self) -> NDArray[np.float64]:
        """(2,) pixels per unit of the layout, across and down."""
        left, top, right, bottom = self.bounds
        return np.array([self.width / (right - left), self.height / (bottom - top)])

    def pixels(self, points: Floats) -> Floats:
        """Points (..., 2) of the layout on the map."""
        return np.asarray((points - np.array(self.bounds[:2])) * self.scale)

    def at(self, px: float, py: float) -> tuple[float, float]:
        """The point of the layout at a pixel."""
        x, y = np.array([px, py]) / self.scale + self.bounds[:2]
        return float(x), float(y)

    def rect(self, view: View, width: float, height: float) -> QRectF:
        """What a view of so many pixels shows."""
        low = self.pixels(np.array([view.x, view.y]))
        high = self.pixels(np.array(view.at(width, height)))
        return QRectF(low[0], low[1], high[0] - low[0], high[1] - low[1])


def map_of(bounds: Bounds, widest: float, highest: float, thinnest: float = THINNEST) -> Map:
    """The map of a layout in its own proportions, but never thinner than a finger."""
    left, top, right, bottom = bounds
    share = min(widest / (right - left), highest / (bottom - top))
    return Map(
        bounds,
        max((right - left) * share, min(thinnest, widest)),
        max((bottom - top) * share, min(thinnest, highest)),
    )


def is_all_in_view(bounds: Bounds, view: View, width: float, height: float) -> bool:
    """Whether a view shows all of a layout."""
    left, top, right, bottom = bounds
    (x0, y0), (x1, y1) = view.pixel(left, top), view.pixel(right, bottom)
    return x0 >= -1 and y0 >= -1 and x1 <= width + 1 and y1 <= height + 1


def centred(view: View, x: float, y: float, width: float, height: float) -> View:
    """The same zoom with a point of the layout in the middle."""
    return View(x - width / 2 / view.zoom, y - height / 2 / view.zoom, view.zoom)


def paint_map(scene: Scene, card: NDArray[np.int8], theme: Theme, where: Map) -> QImage:
    """Draw all cards of a scene.

    Args:
        scene: what is drawn.
        card: (M,) the state of each card.
        theme: the colours.
        where: of this scene's layout, in device pixels.
    """
    width, height = max(round(where.width), 1), max(round(where.height), 1)
    shown = np.flatnonzero(scene.shown)
    low = where.pixels(scene.corner[shown])
    high = low + scene.size[shown] * where.scale
    state = card[shown]
    if len(shown) and float(np.median(high - low, axis=0).max()) <= _GRAINS:
        return _grains(low, high, state, theme, width, height)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(theme.color("surface"))
    painter = QPainter(image)
    try:
        painter.setPen(Qt.PenStyle.NoPen)
        for code, color in card_colors(theme).items():
            painter.setBrush(color)
            draw_rects(painter, low[state == code], high[state == code])
    finally:
        painter.end()
    return image


def hits_on_map(scene: Scene, nodes: Ints, where: Map) -> Floats:
    """(n, 2) the middles of what was found, those that fall together once."""
    cards = np.unique(scene.card_of[nodes])
    middles = where.pixels(scene.corner[cards] + scene.size[cards] / 2)
    _, first = np.unique(np.rint(middles / _HIT).astype(np.int64) @ (100_003, 1), return_index=True)
    return np.asarray(middles[first])


def _grains(
    low: Floats, high: Floats, state: NDArray[np.int8], theme: Theme, width: int, height: int
) -> QImage:
    """Tens of thousands of blocks of a pixel or a few: what is further on lies on top."""
    pixels = np.full((height, width), theme.color("surface").rgb(), np.uint32)
    first = np.floor(low).astype(np.intp)
    extent = np.clip(np.rint(high - low).astype(np.intp), 1, int(_GRAINS))
    colors = card_colors(theme)
    for code in sorted(colors):
        chosen = state == code
        x, y = first[chosen].T
        across, down = extent[chosen].T
        for dx in range(int(across.max(initial=0))):
            for dy in range(int(down.max(initial=0))):
                part = (across > dx) & (down > dy)
                px = np.clip(x[part] + dx, 0, width - 1)
                py = np.clip(y[part] + dy, 0, height - 1)
                pixels[py, px] = colors[code].rgb()
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
    return image.copy()
