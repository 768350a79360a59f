"""Which part of a layout is seen, and how large: a frozen value and its arithmetic."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Bounds = tuple[float, float, float, float]

SMALLEST_ZOOM = 0.002
LARGEST_ZOOM = 6.0
FIT_MARGIN = 16.0
LARGEST_FIT = 1.6
LEGIBLE = 0.42
"""Zoom from which names on cards can be read."""


@dataclass(frozen=True, slots=True)
class View:
    """A window onto the layout.

    Attributes:
        x, y: the point of the layout at the top left corner.
        zoom: pixels of the screen per unit of the layout.
    """

    x: float = 0.0
    y: float = 0.0
    zoom: float = 1.0

    def zoomed(self, factor: float, px: float, py: float) -> View:
        """Larger by a factor about a pixel that stays where it is."""
        zoom = min(max(self.zoom * factor, SMALLEST_ZOOM), LARGEST_ZOOM)
        return View(self.x + px / self.zoom - px / zoom, self.y + py / self.zoom - py / zoom, zoom)

    def panned(self, dx: float, dy: float) -> View:
        """Moved as if the layout were dragged by so many pixels."""
        return replace(self, x=self.x - dx / self.zoom, y=self.y - dy / self.zoom)

    def at(self, px: float, py: float) -> tuple[float, float]:
        """The point of the layout under a pixel."""
        return self.x + px / self.zoom, self.y + py / self.zoom

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        """The pixel at which a point of the layout is seen."""
        return (x - self.x) * self.zoom, (y - self.y) * self.zoom

    def toward(self, other: View, share: float) -> View:
        """Part of the way to another view: the middle moves evenly, the zoom by factors."""
        if share >= 1:
            return other
        zoom = self.zoom * (other.zoom / self.zoom) ** share
        return View(self.x + (other.x - self.x) * share, self.y + (other.y - self.y) * share, zoom)


def fitted(bounds: Bounds, width: float, height: float, scale: float = 1.0) -> View:
    """The view that a person begins with: all of some bounds, as far as it can be read.

    A long strip keeps its height and begins at the left: it is panned, not shrunk to a line. What
    is somewhat too tall to be read begins at the lower left, where the inputs are; what is much too
    tall, such as a run in many rows, is shown as a whole.
    """
    left, top, right, bottom = bounds
    across, down = _room(bounds, width, height)
    zoom = min(across, down, LARGEST_FIT * scale)
    if LEGIBLE / 2 < down < LEGIBLE:
        zoom = LEGIBLE
    elif down >= LEGIBLE and (across < 0.4 * min(down, scale) or across < LEGIBLE):
        zoom = min(down, scale)
    x, y = (left + right - width / zoom) / 2, (top + bottom - height / zoom) / 2
    if zoom > across:
        x = left - FIT_MARGIN / zoom
    if zoom > down:
        y = bottom + (FIT_MARGIN - height) / zoom
    return View(x, y, zoom)


def whole(bounds: Bounds, width: float, height: float, scale: float = 1.0) -> View:
    """The view that shows all of some bounds, however small that makes it."""
    left, top, right, bottom = bounds
    zoom = min(*_room(bounds, width, height), LARGEST_FIT * scale)
    return View((left + right - width / zoom) / 2, (top + bottom - height / zoom) / 2, zoom)


def _room(bounds: Bounds, width: float, height: float) -> tuple[float, float]:
    """The zooms at which some bounds fill the width, and the height."""
    left, top, right, bottom = bounds
    room = max(width - 2 * FIT_MARGIN, 1.0), max(height - 2 * FIT_MARGIN, 1.0)
    return room[0] / (right - left), room[1] / (bottom - top)


def revealing(view: View, box: Bounds, width: float, height: float, margin: float = 40.0) -> View:
    """The same view if a box is seen whole in it, else the nearest one with a margin around it."""
    left, top, right, bottom = box
    (x0, y0), (x1, y1) = view.pixel(left, top), view.pixel(right, bottom)
    if x0 >= 0 and y0 >= 0 and x1 <= width and y1 <= height:
        return view
    edge = margin / view.zoom
    x = _slid(view.x, left - edge, right + edge, width / view.zoom)
    y = _slid(view.y, top - edge, bottom + edge, height / view.zoom)
    return replace(view, x=x, y=y)


def framing(
    boxes: NDArray[np.float64], width: float, height: float, largest: float, margin: float = 60.0
) -> View:
    """The view with some boxes (n, 4) in its middle, no larger than a zoom that is given.

    ``margin`` is the room around them in units of the layout.
    """
    left, top = boxes[:, :2].min(axis=0) - margin
    right, bottom = boxes[:, 2:].max(axis=0) + margin
    zoom = max(min(width / (right - left), height / (bottom - top), largest), SMALLEST_ZOOM)
    x, y = (left + right - width / zoom) / 2, (top + bottom - height / zoom) / 2
    return View(float(x), float(y), float(zoom))


def following(
    view: View, box: Bounds, width: float, height: float, *, backward: bool, margin: float = 40.0
) -> View:
    """The same view while a box is in it; else one with most of the room where things go next."""
    near = revealing(view, box, width, height, margin)
    if near.x == view.x:
        return near
    share = 0.75 if backward else 0.25
    return replace(near, x=(box[0] + box[2]) / 2 - share * width / view.zoom)


def _slid(start: float, low: float, high: float, length: float) -> float:
    if high - low > length:
        return (low + high - length) / 2
    return min(max(start, high - length), low)


@dataclass(frozen=True, slots=True)
class Window:
    """A view onto a number of device pixels; what painters work with.

    Attributes:
        view: in logical pixels.
        width, height: in device pixels.
        ratio: device pixels per logical pixel.
    """

    view: View
    width: int
    height: int
    ratio: float

    @property
    def k(self) -> float:
        """Device pixels per unit of the layout."""
        return self.view.zoom * self.ratio

    @property
    def bounds(self) -> Bounds:
        """The part of the layout that is seen."""
        x, y, k = self.view.x, self.view.y, self.k
        return x, y, x + self.width / k, y + self.height / k

    def pixels(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (..., 2) of the layout in device pixels."""
        return np.asarray((points - self.origin) * self.k)

    def snapped(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """The same on whole pixels; what keeps its zoom keeps its distances."""
        k = self.k
        return np.rint(points * k) - np.rint(self.origin * k)

    @property
    def origin(self) -> NDArray[np.float64]:
        """The point of the layout at the top left corner."""
        return np.array([self.view.x, self.view.y])
