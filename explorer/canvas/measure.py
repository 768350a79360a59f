"""How long frames take: pan, zoom and play over an unrolled model of a chosen size."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtWidgets import QApplication

from engine.models.architecture import Architecture
from engine.models.recurrent import RecurrentLM
from engine.text.vocabulary import Vocabulary
from engine.trace.trace import Trace, record
from explorer.canvas.canvas import GraphCanvas
from explorer.canvas.view import View
from explorer.layout import layout_of
from explorer.theme import THEMES, Style

FRAMES = 120


@dataclass(frozen=True, slots=True)
class FrameTimes:
    """Milliseconds a frame.

    Attributes:
        scenario: what was done.
        median, p95, worst: over the frames, each from a change to the painted window.
    """

    scenario: str
    median: float
    p95: float
    worst: float


def sample_trace(steps: int, hidden: int = 16, vocabulary: int = 65, seed: int = 1) -> Trace:
    """An Elman model of random weights over random tokens: about nine nodes a step."""
    rng = np.random.default_rng(seed)
    tokens = Vocabulary(tuple(f"w{i}" for i in range(vocabulary)))
    model = RecurrentLM.fresh(Architecture(hidden=hidden), tokens, rng)
    ids = [int(i) for i in rng.integers(0, vocabulary, steps)]
    tape, loss = model.record(ids)
    surfaces = [tokens.tokens[i] for i in ids]
    return record(tape, loss, {"tokens": surfaces, "vocabulary": list(tokens.tokens)})


def frame_times(
    trace: Trace, width: int = 1920, height: int = 1080, frames: int = FRAMES
) -> tuple[FrameTimes, ...]:
    """Frame times of a canvas of that many pixels, on the platform that Qt runs on.

    Needs a QApplication with the program's fonts loaded.
    """
    canvas = GraphCanvas(Style(THEMES["light"]))
    canvas.motion = canvas.follow = False
    canvas.resize(width, height)
    canvas.set_trace(trace, layout_of(trace))
    canvas.show()
    QApplication.processEvents()
    events = trace.events("B")
    half, middle = len(events) // 2, events.seed_index + (len(events) - events.seed_index) // 2
    scene = canvas.scene
    assert scene is not None
    x0, y0, x1, y1 = scene.layout.bounds
    centre = (x0 + x1) / 2, (y0 + y1) / 2

    def looking(zoom: float) -> View:
        return View(centre[0] - width / zoom / 2, centre[1] - height / zoom / 2, zoom)

    def play(i: int) -> None:
        cursor = min(half + i // 4, len(events))
        canvas.show_frame(trace.frame(cursor), i % 4 / 4)

    def play_backward(i: int) -> None:
        canvas.show_frame(trace.frame(min(middle + i, len(events))), 0.5)

    def pan(i: int) -> None:
        canvas.view = canvas.view.panned(-17.0, 3.0 if i % 2 else -3.0)
        canvas.update()

    def zoom(i: int) -> None:
        span = np.log(2.0 / 0.01)
        canvas.view = looking(float(0.01 * np.exp(span * i / frames)))
        canvas.update()

    def jump(i: int) -> None:
        canvas.show_frame(trace.frame((i * 7919) % (len(events) + 1)), 0.0)

    scenarios: tuple[tuple[str, float, Callable[[int], None]], ...] = (
        ("pan at 1:1", 1.0, pan),
        ("play forward at 1:1", 1.0, play),
        ("play backward at 1:1", 1.0, play_backward),
        ("zoom from the whole to 2:1", 1.0, zoom),
        ("pan at 1:5", 0.2, pan),
        ("pan at 1:12", 0.08, pan),
        ("play, whole graph in view", 0.0, play_backward),
        ("scrub, whole graph in view", 0.0, jump),
        ("scrub at 1:1", 1.0, jump),
    )
    canvas.show_frame(trace.frame(middle), 0.0)
    canvas.repaint()
    results = []
    for name, zoom_level, change in scenarios:
        canvas.fit(animated=False)
        if zoom_level:
            canvas.view = looking(zoom_level)
        else:
            canvas.view = looking(width / (x1 - x0))
        canvas.repaint()
        results.append(_timed(name, canvas, change, frames))
    canvas.close()
    canvas.deleteLater()
    return tuple(results)


def _timed(
    name: str, canvas: GraphCanvas, change: Callable[[int], None], frames: int
) -> FrameTimes:
    times = np.empty(frames)
    for i in range(frames):
        start = time.perf_counter()
        change(i)
        canvas.repaint()
        times[i] = (time.perf_counter() - start) * 1e3
    return FrameTimes(
        name, float(np.median(times)), float(np.percentile(times, 95)), float(times.max())
    )
