"""Frames of the canvas beside a QGraphicsView's and pyqtgraph's, and how long opening takes.

A frame lasts from a change of view or moment until the window is painted. Opening lasts from a
finished trace, without its index arrays, to the first painted frame; the peers are given the
layout, so they only make what they draw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from engine.trace.trace import Trace
from explorer.bench.drawing import Drawing, Picture, picture_of
from explorer.bench.our_canvas import OurCanvas
from explorer.bench.peer_items import NAME as ITEMS
from explorer.bench.peer_items import ItemsView
from explorer.bench.peer_plots import NAME as PLOTS
from explorer.bench.peer_plots import PlotsView
from explorer.bench.rows import Row, Times, times_of
from explorer.bench.samples import sample_trace
from explorer.bench.scenarios import SCENARIOS, Scenario, Tour, tour_of
from explorer.bench.stage import Stage
from explorer.canvas.scene import scene_of
from explorer.layout import layout_of

WIDTH, HEIGHT = 1920, 1080

FRAME = 1000 / 60
"""Milliseconds a frame may take at 60 frames a second."""
WITH_VALUES = 8.0
"""Milliseconds a frame may take at 10,000 nodes at 1:1."""
OPENING = 2000.0
"""Milliseconds in which 50,000 nodes open."""

OURS = "ours"
PEERS: Mapping[str, Callable[[Picture], Drawing]] = {ITEMS: ItemsView, PLOTS: PlotsView}


@dataclass(frozen=True, slots=True)
class Size:
    """A run of two layers to draw.

    Attributes:
        name: how many nodes, as told.
        steps: T; there are thirteen nodes a step.
        near_ms, far_ms: the most milliseconds a frame may take at 1:1, and else.
        opening_ms: the most milliseconds until it is painted first.
    """

    name: str
    steps: int
    near_ms: float
    far_ms: float
    opening_ms: float


SIZES = (
    Size("10,000 nodes", 768, WITH_VALUES, FRAME, OPENING),
    Size("50,000 nodes", 3800, FRAME, FRAME, OPENING),
)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to measure.

    Attributes:
        frames: of ours in a scenario; a peer has as many as take no longer than ``budget``.
        fewest: frames of a peer at least.
        budget: seconds of a peer in a scenario.
        turns: in which all of them play a scenario, each a part of its frames at a time.
        openings: how often each is opened.
    """

    frames: int = 120
    fewest: int = 18
    budget: float = 3.0
    turns: int = 6
    openings: int = 5


QUICK = Patience(frames=1, fewest=1, budget=0.0, turns=1, openings=1)
QUICK_SIZE = Size("130 nodes", 10, WITH_VALUES, FRAME, OPENING)


def cases(
    stage: Stage,
    patience: Patience | None = None,
    sizes: Sequence[Size] = SIZES,
    peers: Mapping[str, Callable[[Picture], Drawing]] = PEERS,
) -> Iterator[tuple[Row, ...]]:
    """The rows of opening and of each scenario at each size, as they are measured."""
    patience = patience or Patience()
    for size in sizes:
        trace = sample_trace(size.steps, layers=2)
        scene = scene_of(trace, layout_of(trace))
        picture = picture_of(scene)
        yield _opening(stage, patience, size, trace, peers, picture)
        drawings = {OURS: OurCanvas.of(picture)} | {
            name: make(picture) for name, make in peers.items()
        }
        tour = tour_of(trace, scene, *stage.size)
        for scenario in SCENARIOS:
            times = _played(stage, patience, scenario, tour, drawings)
            goal = size.near_ms if scenario.zoom == 1 else size.far_ms
            yield _rows(f"{scenario.name}, {size.name}", times, goal, of_all=True)
        for drawing in drawings.values():
            stage.remove(drawing)


def _opening(
    stage: Stage,
    patience: Patience,
    size: Size,
    trace: Trace,
    peers: Mapping[str, Callable[[Picture], Drawing]],
    picture: Picture,
) -> tuple[Row, ...]:
    taken: dict[str, list[float]] = {name: [] for name in (OURS, *peers)}
    for _ in range(patience.openings):
        # The same nodes in a new trace, which has no index arrays yet.
        taken[OURS].append(stage.opening(partial(_opened, replace(trace))))
        for name, make in peers.items():
            if sum(taken[name]) < patience.budget or not taken[name]:
                taken[name].append(stage.opening(partial(_shown, make, picture, trace)))
    times = {name: times_of(seconds) for name, seconds in taken.items()}
    return _rows(f"open, {size.name}", times, size.opening_ms, of_all=False)


def _opened(trace: Trace) -> Drawing:
    """Our canvas, from a trace alone."""
    return OurCanvas(scene_of(trace, layout_of(trace)))


def _shown(make: Callable[[Picture], Drawing], picture: Picture, trace: Trace) -> Drawing:
    """A peer at the start of the run, with all of it in view."""
    drawing = make(picture)
    drawing.widget.resize(WIDTH, HEIGHT)
    drawing.show_frame(trace.frame(0), 0.0)
    drawing.look(tour_of(trace, picture.scene, WIDTH, HEIGHT).whole())
    return drawing


def _played(
    stage: Stage,
    patience: Patience,
    scenario: Scenario,
    tour: Tour,
    drawings: Mapping[str, Drawing],
) -> dict[str, Times]:
    """Frame times of every drawing, which take turns."""
    taken: dict[str, list[float]] = {name: [] for name in drawings}
    frames = dict.fromkeys(drawings, patience.frames)
    for turn in range(patience.turns):
        for name, drawing in drawings.items():
            stage.put(drawing)
            if turn == 0:
                scenario.begin(tour, drawing)
                stage.settle()
                if name != OURS:
                    frames[name] = _affordable(stage, patience, scenario, tour, drawing)
            count = frames[name]
            first, last = (count * k // patience.turns for k in (turn, turn + 1))
            changes = [
                partial(scenario.change, tour, drawing, i, count) for i in range(first, last)
            ]
            taken[name].extend(stage.seconds(drawing, changes))
    return {name: times_of(seconds) for name, seconds in taken.items()}


def _affordable(
    stage: Stage, patience: Patience, scenario: Scenario, tour: Tour, drawing: Drawing
) -> int:
    """How many frames a peer has the time for, by two of them that do not count."""
    changes = [partial(scenario.change, tour, drawing, i, patience.frames) for i in (0, 1)]
    once = sum(stage.seconds(drawing, changes)) / len(changes)
    scenario.begin(tour, drawing)
    stage.settle()
    return max(patience.fewest, min(patience.frames, int(patience.budget / once)))


def _rows(name: str, times: Mapping[str, Times], goal: float, *, of_all: bool) -> tuple[Row, ...]:
    return tuple(
        Row(name, times[OURS], peer, theirs, goal, of_all=of_all)
        for peer, theirs in times.items()
        if peer != OURS
    )
