"""Edges: grey, then blue, then orange, with the arrow head at the end the flow goes to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen

from explorer.canvas.buffers import draw_lines, draw_sprites
from explorer.canvas.moment import BACKWARD, FORWARD, UNUSED, Moment
from explorer.canvas.scene import Scene
from explorer.canvas.sprites import SpriteBook
from explorer.canvas.view import Window
from explorer.canvas.ways import rows_of, thread_lines
from explorer.layout import EdgeKind
from explorer.theme import Theme

WIDTHS = {UNUSED: 1.5, FORWARD: 1.5, BACKWARD: 2.0}
ARROWS_FROM = 0.3
SMOOTH_FROM = 0.12
_DASH = (5.0, 5.0)
_LONGEST = 40_000.0


def edge_color(theme: Theme, state: int, backward: bool) -> QColor:
    """The colour of an edge in a state; once the adjoints flow, the forward pass is past."""
    if state == BACKWARD:
        return theme.color("backward")
    if state == FORWARD:
        return theme.color("edge") if backward else theme.color("forward", 0.55)
    return theme.color("ghost")


def paint_edges(
    painter: QPainter,
    scene: Scene,
    window: Window,
    moment: Moment,
    book: SpriteBook,
    edges: NDArray[np.intp],
) -> None:
    """Draw these of the edges that are drawn all the time, one batch for each state."""
    ways, k = scene.ways, window.k
    fine = k >= ARROWS_FROM
    lines, offsets = (ways.lines, ways.offsets) if fine else (ways.chords, ways.chord_offsets)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, k >= SMOOTH_FROM)
    kind = scene.layout.routes.kind
    dashed = kind[edges] == EdgeKind.TARGET
    for state in (UNUSED, FORWARD, BACKWARD):
        color = edge_color(book.theme, state, moment.backward)
        chosen = edges[(moment.edge[edges] == state) & ~dashed]
        if len(chosen):
            rows, _ = rows_of(chosen[kind[chosen] != EdgeKind.BUS], offsets)
            buses = chosen[kind[chosen] == EdgeKind.BUS]
            rows = np.concatenate([rows, bus_rows(scene, buses, window, fine=fine)])
            drawn = _pixels(lines[rows], window)
            painter.setPen(_pen(color, WIDTHS[state] * k))
            draw_lines(painter, drawn if fine else _distinct(drawn))
            if fine:
                _arrows(painter, scene, window, book, chosen, state, color)
    _paint_targets(painter, scene, window, book, edges[dashed], fine)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def bus_rows(
    scene: Scene, edges: NDArray[np.intp], window: Window, *, fine: bool
) -> NDArray[np.intp]:
    """The lines or chords that draw buses: every stub in view, but what they share only once.

    The way of a bus is a line up, a corner, and from there what it shares with the others.
    """
    if not len(edges):
        return np.zeros(0, np.intp)
    left, _, right, _ = window.bounds
    ways = scene.ways
    x = ways.start[edges, 0]
    stubs = edges[(x >= left - 40) & (x <= right + 40)]
    offsets = ways.offsets if fine else ways.chord_offsets
    segment = int(ways.chord_offsets[edges[0]])
    stub = int(ways.segment_offsets[segment + 2] - ways.segment_offsets[segment]) if fine else 2
    rows = [(offsets[stubs][:, np.newaxis] + np.arange(stub)).reshape(-1)]
    # All buses lead to the right: the longest of those in one state begins leftmost.
    order = np.lexsort((-x, ways.bus[edges]))
    last = np.flatnonzero(np.diff(ways.bus[edges][order], append=-1))
    longest = edges[order[last]].tolist()
    rows.extend(np.arange(offsets[edge] + stub, offsets[edge + 1]) for edge in longest)
    return np.concatenate(rows)


def edge_lines(scene: Scene, window: Window, edge: int) -> NDArray[np.float64]:
    """The lines (n, 4) of one edge of the graph in device pixels; none where a card hides it."""
    ways, drawn = scene.ways, int(scene.layout.bundle[edge])
    if drawn < 0:
        return np.zeros((0, 4))
    if not ways.drawn[drawn]:
        return _pixels(thread_lines(scene.layout, drawn), window)
    return _pixels(ways.lines[ways.offsets[drawn] : ways.offsets[drawn + 1]], window)


def dashes(lines: NDArray[np.float64], on: float, off: float) -> NDArray[np.float64]:
    """Connected or single lines (n, 4) cut into dashes; short ones stay as they are."""
    step = lines[:, 2:] - lines[:, :2]
    length = np.hypot(step[:, 0], step[:, 1])
    number = np.maximum((np.minimum(length, _LONGEST) / (on + off)).astype(np.intp), 1)
    owner = np.repeat(np.arange(len(lines)), number)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(number) - number, number)
    unit = step / np.maximum(length, 1e-9)[:, np.newaxis]
    pace = (length / number)[owner][:, np.newaxis]
    start = lines[owner, :2] + unit[owner] * pace * place[:, np.newaxis]
    share = on / (on + off)
    return np.concatenate([start, start + unit[owner] * pace * share], axis=1)


def _paint_targets(
    painter: QPainter,
    scene: Scene,
    window: Window,
    book: SpriteBook,
    edges: NDArray[np.intp],
    fine: bool,
) -> None:
    """Draw the dashed ways of targets: compared, never differentiated."""
    if not len(edges):
        return
    k, ways = window.k, scene.ways
    color = book.theme.color("edge")
    if not fine:
        rows, _ = rows_of(edges, ways.chord_offsets)
        painter.setPen(_pen(book.theme.color("ghost"), 1.0))
        draw_lines(painter, _distinct(_pixels(ways.chords[rows], window)))
        return
    rows, _ = rows_of(edges, ways.offsets)
    painter.setPen(_pen(color, k))
    draw_lines(painter, dashes(_pixels(ways.lines[rows], window), _DASH[0] * k, _DASH[1] * k))
    _arrows(painter, scene, window, book, edges, FORWARD, color)


def _arrows(
    painter: QPainter,
    scene: Scene,
    window: Window,
    book: SpriteBook,
    edges: NDArray[np.intp],
    state: int,
    color: QColor,
) -> None:
    ways = scene.ways
    at, into = (ways.start, ways.into_start) if state == BACKWARD else (ways.end, ways.into_end)
    spot, direction = window.pixels(at[edges]), into[edges]
    for turn in range(4):
        chosen = direction == turn
        if bool(chosen.any()):
            draw_sprites(painter, book.arrow(turn, color), spot[chosen])


def _pixels(lines: NDArray[np.float64], window: Window) -> NDArray[np.float64]:
    return window.pixels(lines.reshape(-1, 2)).reshape(-1, 4)


def _distinct(lines: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lines on whole pixels, each once: far away most fall on each other."""
    if len(lines) < 4000:
        return lines
    whole = np.rint(lines).astype(np.int64)
    key = ((whole[:, 0] * 8192 + whole[:, 1]) * 8192 + whole[:, 2]) * 8192 + whole[:, 3]
    _, first = np.unique(key, return_index=True)
    return lines[first]


def _pen(color: QColor, width: float) -> QPen:
    pen = QPen(color, max(width, 1.0))
    pen.setCapStyle(Qt.PenCapStyle.FlatCap if width < 1.6 else Qt.PenCapStyle.RoundCap)
    return pen
