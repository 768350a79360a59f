"""Views that can be returned to: kept under a digit, or passed on the way as in a browser."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from explorer.canvas.view import LARGEST_ZOOM, SMALLEST_ZOOM, View

if TYPE_CHECKING:
    from engine.trace.events import Version
    from explorer.arrangement import Arrangement
    from explorer.canvas.view import Bounds

LIMIT = 60
"""Views that a history holds; the oldest ones are forgotten."""

_ZOOMED = 1.5
_OVERLAP = 0.5
_STRIP = 0.2


@dataclass(frozen=True, slots=True)
class Stop:
    """What was looked at.

    Attributes:
        view: of the layout.
        width, height: of the canvas, in pixels.
        arrangement: how the graph was drawn.
        node: the selected one, -1 for none.
    """

    view: View
    width: int
    height: int
    arrangement: Arrangement
    node: int = -1

    @property
    def bounds(self) -> Bounds:
        """The part of the layout that was seen."""
        return (self.view.x, self.view.y, *self.view.at(self.width, self.height))

    def view_in(self, width: int, height: int) -> View:
        """The view of a canvas of another size that shows the same part, in its middle.

        Where the canvas has lost or won but a strip, such as to a notice, the zoom stays.
        """
        if (width, height) == (self.width, self.height):
            return self.view
        left, top, right, bottom = self.bounds
        across, down = width / self.width, height / self.height
        zoom = self.view.zoom
        if max(abs(across - 1), abs(down - 1)) > _STRIP:
            zoom = min(max(zoom * min(across, down), SMALLEST_ZOOM), LARGEST_ZOOM)
        x, y = (left + right - width / zoom) / 2, (top + bottom - height / zoom) / 2
        return View(x, y, zoom)


@dataclass(frozen=True, slots=True)
class Kept:
    """A view under a digit, with the moment at which it was kept."""

    stop: Stop
    cursor: int
    version: Version


@dataclass(frozen=True, slots=True)
class History:
    """Stops in the order of a person's way, and the present one.

    Attributes:
        stops: the oldest first.
        at: which of them is the present one, -1 without any.
    """

    stops: tuple[Stop, ...] = field(default=())
    at: int = -1

    @property
    def present(self) -> Stop | None:
        """Where one is."""
        return self.stops[self.at] if self.at >= 0 else None

    @property
    def can_go_back(self) -> bool:
        """Whether there is a stop before."""
        return self.at > 0

    @property
    def can_go_forward(self) -> bool:
        """Whether one has come back from a later stop."""
        return self.at + 1 < len(self.stops)

    def went_to(self, stop: Stop) -> History:
        """With a new stop after the present one; what came after that is forgotten."""
        stops = (*self.stops[: self.at + 1], stop)[-LIMIT:]
        return History(stops, len(stops) - 1)

    def with_present(self, stop: Stop) -> History:
        """With the present stop replaced."""
        return replace(self, stops=(*self.stops[: self.at], stop, *self.stops[self.at + 1 :]))

    def back(self) -> History:
        """One stop back, if there is one."""
        return replace(self, at=max(self.at - 1, 0)) if self.stops else self

    def forward(self) -> History:
        """One stop forward, if there is one."""
        return replace(self, at=min(self.at + 1, len(self.stops) - 1))


def is_elsewhere(before: Stop, now: Stop, box: Bounds | None = None) -> bool:
    """Whether a view is so different from another that one may want to return to that.

    Args:
        before, now: the two.
        box: of the node that is selected now, if it is another one.
    """
    if before.arrangement != now.arrangement:
        return True
    ratio = now.view.zoom / before.view.zoom
    if not 1 / _ZOOMED <= ratio <= _ZOOMED:
        return True
    if box is not None and not _shares(before.bounds, box):
        return True
    first, second = before.bounds, now.bounds
    smaller = min(_area(first), _area(second))
    return _area(_common(first, second)) < _OVERLAP * smaller


def _common(first: Bounds, second: Bounds) -> Bounds:
    return (
        max(first[0], second[0]), max(first[1], second[1]),
        min(first[2], second[2]), min(first[3], second[3]),
    )  # fmt: skip


def _shares(first: Bounds, second: Bounds) -> bool:
    left, top, right, bottom = _common(first, second)
    return left < right and top < bottom


def _area(bounds: Bounds) -> float:
    left, top, right, bottom = bounds
    return max(right - left, 0.0) * max(bottom - top, 0.0)
