"""What a person does with a run on screen, frame by frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.trace.trace import Trace
from explorer.bench.drawing import Drawing
from explorer.canvas import View
from explorer.canvas.scene import Scene
from explorer.canvas.view import whole

ALPHAS = 4
"""Frames in which one event happens, played forward."""
_PAN = (-17.0, 3.0)
_STRIDE = 7919


@dataclass(frozen=True, slots=True)
class Tour:
    """A run, where to look at it and when.

    Attributes:
        trace: the run.
        scene: of it.
        width, height: of the window in pixels.
        middle: events done in the middle of the backward pass.
        half: events done in the middle of the forward pass.
    """

    trace: Trace
    scene: Scene
    width: int
    height: int
    middle: int
    half: int

    def whole(self) -> View:
        """All of it."""
        return whole(self.scene.layout.bounds, self.width, self.height)

    def around(self, event: int, zoom: float) -> View:
        """What happens at an event in the middle of the window."""
        left, top, right, bottom = self.scene.box(int(self.trace.events("B").node[event - 1]))
        x, y = (left + right) / 2, (top + bottom) / 2
        return View(x - self.width / zoom / 2, y - self.height / zoom / 2, zoom)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One thing done for a number of frames.

    Attributes:
        name: what it is.
        zoom: pixels per unit of the layout at the start, 0 for the whole graph.
        change: the change of frame i of n; the time it takes is part of the frame.
        forward: it begins in the middle of the forward pass, else of the backward pass.
    """

    name: str
    zoom: float
    change: Callable[[Tour, Drawing, int, int], None]
    forward: bool = False

    def begin(self, tour: Tour, drawing: Drawing) -> None:
        """Show what the first frame starts from."""
        event = tour.half if self.forward else tour.middle
        drawing.show_frame(tour.trace.frame(event), 0.0)
        drawing.look(tour.around(event, self.zoom) if self.zoom else tour.whole())


def tour_of(trace: Trace, scene: Scene, width: int, height: int) -> Tour:
    """Where to look at a run and when."""
    events = trace.events("B")
    middle = (events.seed_index + len(events)) // 2
    return Tour(trace, scene, width, height, middle, events.seed_index // 2)


def _pan(tour: Tour, drawing: Drawing, zoom: float, i: int) -> None:
    """A hand that drags to the left, and shakes."""
    view = tour.around(tour.middle, zoom).panned(_PAN[0] * (i + 1), _PAN[1] * (i % 2))
    drawing.look(view)


def _pan_near(tour: Tour, drawing: Drawing, i: int, _n: int) -> None:
    _pan(tour, drawing, 1.0, i)


def _pan_fifth(tour: Tour, drawing: Drawing, i: int, _n: int) -> None:
    _pan(tour, drawing, 0.2, i)


def _pan_twelfth(tour: Tour, drawing: Drawing, i: int, _n: int) -> None:
    _pan(tour, drawing, 0.08, i)


def _zoom(tour: Tour, drawing: Drawing, i: int, n: int) -> None:
    drawing.look(tour.whole().toward(tour.around(tour.middle, 1.0), (i + 1) / n * 0.999))


def _forward(tour: Tour, drawing: Drawing, i: int, _n: int) -> None:
    cursor = min(tour.half + i // ALPHAS, tour.trace.events("B").seed_index)
    drawing.show_frame(tour.trace.frame(cursor), i % ALPHAS / ALPHAS)


def _backward(tour: Tour, drawing: Drawing, i: int, _n: int) -> None:
    cursor = min(tour.middle + i, len(tour.trace.events("B")))
    drawing.show_frame(tour.trace.frame(cursor), 0.5)


def _scrub(tour: Tour, drawing: Drawing, i: int, _n: int) -> None:
    cursor = (i + 1) * _STRIDE % (len(tour.trace.events("B")) + 1)
    drawing.show_frame(tour.trace.frame(cursor), 0.0)


SCENARIOS = (
    Scenario("pan at 1:1", 1.0, _pan_near),
    Scenario("pan at 1:5", 0.2, _pan_fifth),
    Scenario("pan at 1:12", 0.08, _pan_twelfth),
    Scenario("zoom from the whole to 1:1", 0.0, _zoom),
    Scenario("play forward at 1:1", 1.0, _forward, forward=True),
    Scenario("play backward at 1:1", 1.0, _backward),
    Scenario("play, whole graph in view", 0.0, _backward),
    Scenario("scrub at 1:1", 1.0, _scrub),
    Scenario("scrub, whole graph in view", 0.0, _scrub),
)
