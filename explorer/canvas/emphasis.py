"""A part of the graph that is looked at: the rest is dimmed, the part drawn again above it.

What a node comes from, what it affects and paths between two nodes differ by colour and by form:
solid lines, hollow lines, and dark lines with a shortest path thicker.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPen

from explorer.canvas.buffers import draw_lines, draw_sprites
from explorer.canvas.edge_painter import ARROWS_FROM, SMOOTH_FROM, bus_rows, dashes
from explorer.canvas.overlay import paint_choice, paint_thread
from explorer.canvas.ways import rows_of
from explorer.layout import EdgeKind

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QColor, QPainter

    from engine.trace.graph import BoolArray
    from explorer.canvas.overlay import Sheet
    from explorer.canvas.scene import Ints, Scene
    from explorer.canvas.sprites import SpriteBook
    from explorer.theme import Role, Theme

EmphasisKind = Literal["why", "affects", "paths"]

MOST_THREADS = 24
"""Threads from shared parameters that are drawn; more would hide what they lead to."""

VEIL = 0.74
"""How much of the rest the canvas's colour covers."""

_ROLES: dict[EmphasisKind, Role] = {"why": "forward", "affects": "backward", "paths": "ink"}
_WIDTH = 2.8
_STRONG = 5.6
_HOLLOW = 0.42
_DASH = (6.0, 5.0)
_MANY_LINES = 4000
_SHORTEST = 2.5
_MOST_WIDE = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Emphasis:
    """What is looked at in a graph of N nodes and E edges.

    Attributes:
        nodes: (N,).
        edges: (E,).
        kind: what it says of them.
        strong: edges among them that are drawn thicker.
        ends: nodes that are outlined, as the selected one is.
    """

    nodes: BoolArray
    edges: BoolArray
    kind: EmphasisKind
    strong: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Lit:
    """An emphasis on the M cards and F drawn edges of one scene.

    Attributes:
        scene, emphasis: what it is made from.
        cards: (M,) a group's card where any node inside is looked at.
        lines: (F,) drawn all the time.
        strong: (F,).
        threads: (T,) edges of the graph, one for each thread from a shared parameter.
    """

    scene: Scene
    emphasis: Emphasis
    cards: BoolArray
    lines: BoolArray
    strong: BoolArray
    threads: Ints


def lit_on(scene: Scene, emphasis: Emphasis) -> Lit:
    """What an emphasis lights in a scene."""
    ways, bundle = scene.ways, scene.layout.bundle
    cards = np.zeros(len(scene.corner), np.bool_)
    cards[scene.card_of[emphasis.nodes]] = True
    lines, strong = np.zeros((2, len(ways.drawn)), np.bool_)
    edges = np.flatnonzero(emphasis.edges & (bundle >= 0))
    lines[bundle[edges]] = True
    chosen = bundle[list(emphasis.strong)]
    strong[chosen[chosen >= 0]] = True
    rails = edges[scene.layout.routes.kind[bundle[edges]] == EdgeKind.RAIL]
    _, first = np.unique(bundle[rails], return_index=True)
    return Lit(scene, emphasis, cards, lines & ways.drawn, strong & ways.drawn, rails[first])


def accent(theme: Theme, kind: EmphasisKind) -> QColor:
    """The colour of a kind of emphasis."""
    return theme.color(_ROLES[kind])


def paint_veil(sheet: Sheet) -> None:
    """Dim everything drawn so far."""
    box = QRectF(0, 0, sheet.window.width, sheet.window.height)
    sheet.painter.fillRect(box, sheet.style.theme.color("canvas", VEIL))


def paint_lit_edges(
    sheet: Sheet, book: SpriteBook, lit: Lit, *, far: bool = False, threads: bool = True
) -> None:
    """Draw the edges that are looked at, with the arrow at the end where the value arrives.

    Args:
        sheet: what is drawn on.
        book: of arrow heads.
        lit: what is looked at.
        far: draw plain lines, and none that would be shorter than a few pixels.
        threads: draw the threads from shared parameters too.
    """
    scene, window, painter = sheet.scene, sheet.window, sheet.painter
    ways, k, fine = scene.ways, window.k, window.k >= ARROWS_FROM and not far
    theme, kind = sheet.style.theme, lit.emphasis.kind
    color = accent(theme, kind)
    edges = ways.visible(window.bounds)
    edges = edges[lit.lines[edges]]
    if far:
        box = ways.box[edges]
        extent = np.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1])
        edges = edges[extent * k > _SHORTEST]
    dashed = scene.layout.routes.kind[edges] == EdgeKind.TARGET
    painter.setRenderHint(painter.RenderHint.Antialiasing, k >= SMOOTH_FROM and not far)
    lines = _lines(sheet, edges[~dashed], fine=fine)
    # Lines of one pixel are drawn several times as fast.
    width = max(_WIDTH * k, 1.4 * sheet.unit) if fine or len(lines) < _MOST_WIDE else 1.0
    _draw(painter, lines, color, width)
    bold = edges[lit.strong[edges]]
    _draw(painter, _lines(sheet, bold, fine=fine), color, max(_STRONG * k, 2.6 * sheet.unit))
    if kind == "affects" and fine:
        _draw(painter, lines, theme.color("canvas"), _HOLLOW * width)
    targets = _lines(sheet, edges[dashed], fine=fine)
    if fine and len(targets):
        targets = dashes(targets, _DASH[0] * k, _DASH[1] * k)
    _draw(painter, targets, color, max(0.6 * width, sheet.unit))
    painter.setRenderHint(painter.RenderHint.Antialiasing)
    if fine:
        spot, direction = window.pixels(ways.end[edges]), ways.into_end[edges]
        for turn in np.unique(direction).tolist():
            draw_sprites(painter, book.arrow(turn, color), spot[direction == turn])
    if threads and not far and k >= 0.1:
        for edge in _threads(sheet, lit.threads).tolist():
            paint_thread(sheet, edge, color, _WIDTH)


def paint_ends(sheet: Sheet, lit: Lit) -> None:
    """Outline the ends of paths."""
    for node in lit.emphasis.ends:
        paint_choice(sheet, node, chosen=True)


def _threads(sheet: Sheet, threads: Ints) -> Ints:
    """Those that end in sight, if they are few."""
    if not len(threads):
        return threads
    left, top, right, bottom = sheet.window.bounds
    x, y = sheet.scene.ways.end[sheet.scene.layout.bundle[threads]].T
    seen = np.flatnonzero((x > left) & (x < right) & (y > top) & (y < bottom))
    return threads[seen if len(seen) <= MOST_THREADS else seen[:0]]


def _lines(sheet: Sheet, edges: Ints, *, fine: bool) -> NDArray[np.float64]:
    """The lines (n, 4) of drawn edges in device pixels; far away each only once."""
    scene, window, ways = sheet.scene, sheet.window, sheet.scene.ways
    if not len(edges):
        return np.zeros((0, 4))
    source, offsets = (ways.lines, ways.offsets) if fine else (ways.chords, ways.chord_offsets)
    bus = scene.layout.routes.kind[edges] == EdgeKind.BUS
    rows, _ = rows_of(edges[~bus], offsets)
    rows = np.concatenate([rows, bus_rows(scene, edges[bus], window, fine=fine)])
    pixels = window.pixels(source[rows].reshape(-1, 2)).reshape(-1, 4)
    if len(pixels) < _MANY_LINES:
        return pixels
    whole = np.rint(pixels).astype(np.int64)
    key = ((whole[:, 0] * 8192 + whole[:, 1]) * 8192 + whole[:, 2]) * 8192 + whole[:, 3]
    _, first = np.unique(key, return_index=True)
    return np.asarray(pixels[first])


def _draw(painter: QPainter, lines: NDArray[np.float64], color: QColor, width: float) -> None:
    pen = QPen(color, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    draw_lines(painter, lines)
