"""Cards and their cells, in batches of like cards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from explorer.canvas.buffers import draw_pieces, draw_rects, draw_sprites
from explorer.canvas.cells import strip_sources
from explorer.canvas.distributions import ROWS
from explorer.canvas.moment import COMPLETE, PARTIAL, UNKNOWN, Moment
from explorer.canvas.scene import Scene
from explorer.canvas.sprites import SpriteBook
from explorer.canvas.view import Window
from explorer.layout import Kind
from explorer.layout.cards import BAR_ROW, HEADER, PAD, SIZES, STRIP, STRIP_GAP
from explorer.theme import Theme

CARDS_FROM = 0.16
GAPS_FROM = 0.45
_FAINT = 0.5
_BEHIND = 5.0


@dataclass(frozen=True, slots=True)
class StripPixmaps:
    """The colours of all strips in one theme."""

    values: QPixmap
    adjoints: QPixmap


def paint_cards(
    painter: QPainter,
    scene: Scene,
    window: Window,
    moment: Moment,
    nodes: NDArray[np.intp],
    book: SpriteBook,
) -> None:
    """Stamp the empty cards, those of one size and state at once."""
    corner = window.snapped(scene.corner[nodes])
    size = np.rint(scene.size[nodes] * window.k).astype(np.intp)
    complete = moment.card[nodes] == COMPLETE
    complete &= scene.cells.has_adjoint[moment.face[nodes]]
    known = moment.card[nodes] != UNKNOWN
    pill = scene.layout.kind[nodes] == Kind.TOKEN
    look = np.stack([size[:, 0], size[:, 1], complete, pill, known], axis=1)
    looks, which = np.unique(look, axis=0, return_inverse=True)
    which = which.reshape(-1)
    theme, margin = book.theme, book.margin()
    _paint_stacks(painter, scene, window, corner, size, nodes, book)
    for i, (width, height, done, round_ends, lit) in enumerate(looks.tolist()):
        line = theme.color("backward" if done else "edge" if lit else "line")
        fill = theme.color("raised" if round_ends and lit else "surface")
        if round_ends and not done:
            line = theme.color("line")
        sprite = book.card(width, height, line, bool(round_ends), fill)
        middle = corner[which == i] + np.array([sprite.width(), sprite.height()]) / 2 - margin
        draw_sprites(painter, sprite, middle)


def _paint_stacks(
    painter: QPainter,
    scene: Scene,
    window: Window,
    corner: NDArray[np.float64],
    size: NDArray[np.intp],
    cards: NDArray[np.intp],
    book: SpriteBook,
) -> None:
    """A second card behind each group: there is more inside."""
    group = scene.layout.kind[cards] == Kind.GROUP
    shift = np.rint(_BEHIND * window.k) - book.margin()
    for width, height in np.unique(size[group], axis=0).tolist():
        chosen = group & (size == (width, height)).all(axis=1)
        theme = book.theme
        sprite = book.card(width, height, theme.color("line"), False, theme.color("raised"))
        middle = corner[chosen] + np.array([sprite.width(), sprite.height()]) / 2 + shift
        draw_sprites(painter, sprite, middle)


def paint_strips(
    painter: QPainter,
    scene: Scene,
    window: Window,
    moment: Moment,
    nodes: NDArray[np.intp],
    book: SpriteBook,
    pixmaps: StripPixmaps,
) -> None:
    """Draw the value and the adjoint strip of vectors, dashed while not computed."""
    kind, cells = scene.layout.kind[nodes], scene.cells
    some = cells.count[moment.face[nodes]] > 0
    nodes, kind = nodes[some], kind[some]
    faces = moment.face[nodes]
    state = moment.node[faces]
    vector = kind != Kind.DISTRIBUTION
    value_y = np.full(len(nodes), HEADER)
    adjoint_y = np.where(
        vector, HEADER + STRIP + STRIP_GAP, SIZES[Kind.DISTRIBUTION][1] - STRIP - 8.0
    )
    known = state != UNKNOWN
    reveal = np.ones(len(nodes))
    moving = moment.progress < 1 and not moment.backward
    if moving:
        arriving = (faces == moment.active) & ~known
        known = known | arriving
        reveal[arriving] = max(0.0, 2 * moment.progress - 1)
    _strips(painter, scene, window, book, nodes[vector], faces[vector], value_y[vector],
            pixmaps.values, known[vector], reveal[vector])  # fmt: skip
    has = cells.has_adjoint[faces] & (state != PARTIAL)
    _strips(painter, scene, window, book, nodes[has], faces[has], adjoint_y[has],
            pixmaps.adjoints, (state == COMPLETE)[has], np.ones(int(has.sum())))  # fmt: skip


def paint_bars(
    painter: QPainter,
    scene: Scene,
    window: Window,
    moment: Moment,
    nodes: NDArray[np.intp],
    theme: Theme,
) -> None:
    """Draw the bars of distributions too small to be read."""
    table = scene.distributions
    drawn = nodes[scene.layout.kind[nodes] == Kind.DISTRIBUTION]
    some = drawn[moment.node[moment.face[drawn]] != UNKNOWN]
    if not len(some):
        return
    slot = table.slot[moment.face[some]]
    p = np.nan_to_num(table.probability[slot])
    came = table.token[slot] == table.target[slot][:, np.newaxis]
    width = (scene.size[some, 0] - 2 * PAD)[:, np.newaxis] * np.clip(p, 0.02, 1.0)
    left = np.broadcast_to((scene.corner[some, 0] + PAD)[:, np.newaxis], p.shape)
    top = scene.corner[some, 1][:, np.newaxis] + HEADER + np.arange(ROWS) * BAR_ROW
    low = window.pixels(np.stack([left, top], axis=2))
    high = window.pixels(np.stack([left + width, top + BAR_ROW - 4], axis=2))
    painter.setPen(Qt.PenStyle.NoPen)
    for chosen, level in ((came, "bar"), (~came, "track")):
        painter.setBrush(theme.tint("forward", "bar" if level == "bar" else "track"))
        draw_rects(painter, low[chosen], high[chosen])


def partial_strip(
    painter: QPainter,
    scene: Scene,
    window: Window,
    book: SpriteBook,
    node: int,
    face: int,
    colors: QPixmap,
) -> None:
    """Draw the cells of a partly accumulated adjoint, that of ``face``, at half opacity."""
    count = int(scene.cells.count[face])
    vector = scene.layout.kind[node] != Kind.DISTRIBUTION
    y = HEADER + STRIP + STRIP_GAP if vector else SIZES[Kind.DISTRIBUTION][1] - STRIP - 8.0
    box = strip_box(scene, window, node, y)
    painter.setOpacity(_FAINT)
    painter.drawPixmap(box, colors, QRectF(0, 0, count, 1))
    painter.setOpacity(1.0)
    if window.k >= GAPS_FROM:
        gaps = book.gaps(1, count, int(box.width()), int(box.height()))
        painter.drawPixmap(box.topLeft(), gaps)


def strip_box(scene: Scene, window: Window, node: int, y: float) -> QRectF:
    """Where a strip lies, in whole device pixels."""
    x0, y0 = window.snapped(scene.corner[node])
    k = window.k
    left, top = np.rint(PAD * k), np.rint(y * k)
    width = np.rint((scene.size[node, 0] - 2 * PAD) * k)
    return QRectF(x0 + left, y0 + top, width, max(1.0, np.rint(STRIP * k)))


def _strips(
    painter: QPainter,
    scene: Scene,
    window: Window,
    book: SpriteBook,
    nodes: NDArray[np.intp],
    faces: NDArray[np.intp],
    y: NDArray[np.float64],
    colors: QPixmap,
    known: NDArray[np.bool_],
    opacity: NDArray[np.float64],
) -> None:
    if not len(nodes):
        return
    k = window.k
    width = np.rint((scene.size[nodes, 0] - 2 * PAD) * k)
    height = max(1.0, np.rint(STRIP * k))
    offset = np.stack([np.full(len(nodes), np.rint(PAD * k)), np.rint(y * k)], axis=1)
    box = np.stack([width, np.full(len(nodes), height)], axis=1)
    middle = window.snapped(scene.corner[nodes]) + offset + box / 2
    count = scene.cells.count[faces]
    scale = np.stack([width / np.maximum(count, 1), np.full(len(nodes), height)], axis=1)
    sources = strip_sources(faces, count)
    draw_pieces(painter, colors, middle[known], sources[known], opacity[known], scale[known])
    ghost = ~known | (opacity < 1)
    for chosen, gaps in ((known, True), (ghost, False)):
        if not gaps or k >= GAPS_FROM:
            shapes, which = np.unique(
                np.stack([count, width.astype(np.intp)], axis=1)[chosen],
                axis=0, return_inverse=True,
            )  # fmt: skip
            spots = middle[chosen]
            for i, (cells, across) in enumerate(shapes.tolist()):
                sprite = (
                    book.gaps(1, cells, across, int(height))
                    if gaps
                    else book.ghost(cells, across, int(height))
                )
                draw_sprites(painter, sprite, spots[which.reshape(-1) == i])


def background(theme: Theme) -> QColor:
    """The colour behind everything."""
    return theme.color("canvas")
