"""The graph from far away: shape and progress, drawn for tens of thousands of cards.

Cards are blocks in the colour of their state, edges plain lines; what would be shorter than a few
pixels is left out. While the view stays, only what has changed its state is drawn again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from explorer.canvas.buffers import draw_lines, draw_rects
from explorer.canvas.edge_painter import bus_rows
from explorer.canvas.moment import (
    BACKWARD,
    COMPLETE,
    EVALUATED,
    FORWARD,
    PARTIAL,
    UNKNOWN,
    UNUSED,
    Moment,
)
from explorer.canvas.node_painter import CARDS_FROM
from explorer.canvas.ways import rows_of
from explorer.layout import EdgeKind

if TYPE_CHECKING:
    from explorer.canvas.overlay import Sheet
    from explorer.canvas.scene import Ints, Scene
    from explorer.canvas.view import Window
    from explorer.theme import Theme

SPARSE_FROM = 0.36
MOST_CARDS = 600
"""Below ``SPARSE_FROM`` more cards than these are drawn as blocks."""

_SHORTEST = 2.5
_TARGETS_FROM = 0.1
_MANY = 4000
_CROWDED = 2.0
_MOST_CHANGES = 3000


def is_far(window: Window, cards: int) -> bool:
    """Whether so many cards in sight are drawn as blocks."""
    return window.k < CARDS_FROM or (window.k < SPARSE_FROM * window.ratio and cards > MOST_CARDS)


class Backdrop:
    """Keeps the picture of edges and cards while the view stays, and goes on with it."""

    def __init__(self) -> None:
        self._made_for: tuple[object, ...] = ()
        self._wanted: tuple[object, ...] = ()
        self._edges = self._cards = QPixmap()
        self._edge_states = self._card_states = np.zeros(0, np.int8)

    def paint(self, sheet: Sheet, cards: Ints) -> None:
        """Draw edges, then cards."""
        window, theme, moment = sheet.window, sheet.style.theme, sheet.moment
        wanted = (sheet.scene, window, theme, moment.backward)
        if wanted == self._made_for:
            self._go_on(sheet)
        elif wanted == self._wanted:
            self._begin(sheet, cards, wanted)
        else:
            # Passing through: pictures would be made for nothing.
            self._wanted = wanted
            paint_edges_far(sheet, sheet.painter, sheet.scene.ways.visible(window.bounds))
            paint_far(sheet, sheet.painter, cards)
            return
        sheet.painter.drawPixmap(0, 0, self._edges)
        sheet.painter.drawPixmap(0, 0, self._cards)

    def _begin(self, sheet: Sheet, cards: Ints, wanted: tuple[object, ...]) -> None:
        window = sheet.window
        self._edges = QPixmap(window.width, window.height)
        self._cards = QPixmap(window.width, window.height)
        for pixmap in (self._edges, self._cards):
            pixmap.fill(Qt.GlobalColor.transparent)
        self._draw(sheet, sheet.scene.ways.visible(window.bounds), cards)
        self._made_for = wanted
        self._edge_states, self._card_states = sheet.moment.edge, sheet.moment.card

    def _go_on(self, sheet: Sheet) -> None:
        """Draw what has another state over what it was."""
        moment = sheet.moment
        edges = np.flatnonzero(moment.edge != self._edge_states)
        cards = np.flatnonzero(moment.card != self._card_states)
        back = (moment.card < self._card_states).any() or (moment.edge < self._edge_states).any()
        if bool(back) or len(edges) + len(cards) > _MOST_CHANGES:
            self._begin(sheet, sheet.scene.visible(sheet.window.bounds), self._made_for)
            return
        if len(edges) or len(cards):
            self._draw(sheet, edges[sheet.scene.ways.drawn[edges]],
                       cards[sheet.scene.shown[cards]])  # fmt: skip
            self._edge_states, self._card_states = moment.edge, moment.card

    def _draw(self, sheet: Sheet, edges: Ints, cards: Ints) -> None:
        for pixmap, paint, chosen in (
            (self._edges, paint_edges_far, edges), (self._cards, paint_far, cards),
        ):  # fmt: skip
            painter = QPainter(pixmap)
            try:
                paint(sheet, painter, chosen)
            finally:
                painter.end()


def paint_far(sheet: Sheet, painter: QPainter, cards: Ints) -> None:
    """Draw cards as blocks in the colours of their states."""
    scene, window, theme = sheet.scene, sheet.window, sheet.style.theme
    low = window.pixels(scene.corner[cards])
    high = low + scene.size[cards] * window.k
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    state = sheet.moment.card[cards]
    crowded = len(cards) > _MANY and float(scene.size[cards[0], 1]) * window.k < _CROWDED
    for code, color in card_colors(theme).items():
        chosen = state == code
        painter.setBrush(color)
        left_top, right_bottom = low[chosen], high[chosen]
        if crowded:
            left_top, right_bottom = _distinct_boxes(left_top, right_bottom)
        draw_rects(painter, left_top, right_bottom)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def paint_edges_far(sheet: Sheet, painter: QPainter, edges: Ints) -> None:
    """Draw edges as plain lines, one batch for each state."""
    scene, window, moment, theme = sheet.scene, sheet.window, sheet.moment, sheet.style.theme
    ways, kind = scene.ways, scene.layout.routes.kind
    box = ways.box[edges]
    extent = np.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1])
    seen = extent * window.k > _SHORTEST
    if window.k < _TARGETS_FROM * window.ratio:
        seen &= kind[edges] != EdgeKind.TARGET
    edges = edges[seen]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for state in (UNUSED, FORWARD, BACKWARD):
        chosen = edges[moment.edge[edges] == state]
        if not len(chosen):
            continue
        bus = kind[chosen] == EdgeKind.BUS
        rows, _ = rows_of(chosen[~bus], ways.chord_offsets)
        rows = np.concatenate([rows, bus_rows(scene, chosen[bus], window, fine=False)])
        painter.setPen(QPen(_edge_color(theme, state, moment), 1.0))
        draw_lines(painter, _distinct_lines(scene, window, rows))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def card_colors(theme: Theme) -> dict[int, QColor]:
    """The colour of a block for each state of a card."""
    return {
        UNKNOWN: theme.color("ghost"),
        EVALUATED: theme.tint("forward", "bar"),
        PARTIAL: theme.tint("backward", "bar"),
        COMPLETE: theme.color("backward"),
    }


def _edge_color(theme: Theme, state: int, moment: Moment) -> QColor:
    """Opaque, so that what is drawn over it leaves nothing of it."""
    if state == BACKWARD:
        return theme.color("backward")
    if state == FORWARD:
        return theme.color("edge") if moment.backward else theme.tint("forward", "strong")
    return theme.color("ghost")


def _distinct_boxes(
    left_top: NDArray[np.float64], right_bottom: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rectangles on whole pixels, each once."""
    whole = np.rint(left_top).astype(np.int64)
    _, first = np.unique(whole[:, 0] * 65_536 + whole[:, 1], return_index=True)
    return left_top[first], right_bottom[first]


def _distinct_lines(scene: Scene, window: Window, rows: Ints) -> NDArray[np.float64]:
    """Lines on whole pixels, each once: far away many fall on each other."""
    lines = window.pixels(scene.ways.chords[rows].reshape(-1, 2)).reshape(-1, 4)
    if len(lines) < _MANY:
        return lines
    whole = np.rint(lines).astype(np.int64)
    key = ((whole[:, 0] * 8192 + whole[:, 1]) * 8192 + whole[:, 2]) * 8192 + whole[:, 3]
    _, first = np.unique(key, return_index=True)
    return lines[first]
