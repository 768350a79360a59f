"""Three small marks at a card's upper edge: what the three witnesses say of its adjoint.

A dot is not asked yet, a tick agrees, a cross disagrees; from left to right our own rules applied
once more, PyTorch, finite differences.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPen

from explorer.canvas.buffers import draw_sprites
from explorer.canvas.marks import DISAGREES, Marks, draw_mark
from explorer.canvas.moment import COMPLETE
from explorer.layout import Kind

if TYPE_CHECKING:
    from explorer.canvas.moment import Moment
    from explorer.canvas.overlay import Sheet
    from explorer.canvas.scene import Scene
    from explorer.canvas.sprites import SpriteBook
    from explorer.canvas.view import Window

TICKS_FROM = 0.56
"""Zoom from which the marks are legible; on a large card they are from a smaller one."""

WITNESSES = ("our rules", "PyTorch", "finite differences")
_STATES = ("not asked yet", "agrees", "disagrees")

_CELL = 11.0
_WIDTH, _HEIGHT = 3 * _CELL + 8.0, 15.0
_FROM_RIGHT = 9.0
_SMALL, _LARGE = 0.55, 1.6
_FACTORS = (_SMALL, 1.0, _LARGE)
"""Factor on the marks of a large card."""


def told_marks(marks: Marks, node: int) -> str:
    """A node's marks in words."""
    said = (
        f"{who} {_STATES[int(state)]}" for who, state in zip(WITNESSES, marks[node], strict=True)
    )
    return ", ".join(said)


def ticked(scene: Scene, moment: Moment, window: Window) -> NDArray[np.intp]:
    """The nodes in sight that carry marks: their adjoint is complete, and they can be read."""
    if window.k * _LARGE < TICKS_FROM * window.ratio:
        return np.array([], np.intp)
    nodes = scene.visible(window.bounds)
    nodes = nodes[nodes < len(scene.trace)]
    carried = (moment.node[nodes] == COMPLETE) & scene.cells.has_adjoint[nodes]
    legible = _factors(scene, nodes) * window.k >= TICKS_FROM * window.ratio
    return np.asarray(nodes[carried & legible])


def paint_ticks(
    sheet: Sheet, book: SpriteBook, marks: Marks, cards: NDArray[np.bool_] | None = None
) -> None:
    """Stamp the marks, those that are alike at once; on some of the (M,) cards or on all."""
    nodes = ticked(sheet.scene, sheet.moment, sheet.window)
    if cards is not None:
        nodes = nodes[cards[nodes]]
    if not len(nodes):
        return
    factors = _factors(sheet.scene, nodes)
    codes = marks[nodes] @ np.array([9, 3, 1]) + 27 * np.searchsorted(_FACTORS, factors)
    middle = sheet.window.snapped(_middles(sheet.scene, nodes))
    for code in np.unique(codes).tolist():
        states = (code % 27 // 9, code % 9 // 3, code % 3)
        factor = _FACTORS[code // 27]
        width, height = (round(side * factor * book.k) for side in (_WIDTH, _HEIGHT))
        draw = partial(_draw, book=book, states=states, factor=factor)
        sprite = book.other(("ticks", code), width, height, draw)
        draw_sprites(sheet.painter, sprite, middle[codes == code])


def ticks_at(scene: Scene, moment: Moment, window: Window, x: float, y: float) -> int:
    """The node whose marks are at a point of the layout, -1 for none."""
    nodes = ticked(scene, moment, window)
    factor = _factors(scene, nodes)[:, np.newaxis]
    reach = np.array([_WIDTH, _HEIGHT + 4]) / 2 * factor
    hit = (np.abs(np.array([x, y]) - _middles(scene, nodes)) <= reach).all(axis=1)
    return int(nodes[hit][-1]) if hit.any() else -1


def _factors(scene: Scene, nodes: NDArray[np.intp]) -> NDArray[np.float64]:
    """How much larger than on other cards the marks of each node are, (n,)."""
    kind = scene.layout.kind[nodes]
    return np.select([kind == Kind.SCALAR, kind == Kind.GRAIN], [_LARGE, _SMALL], 1.0)


def _middles(scene: Scene, nodes: NDArray[np.intp]) -> NDArray[np.float64]:
    """The middles of the marks: across the upper edge of each card, near its right end."""
    factor = _factors(scene, nodes)
    right = scene.corner[nodes, 0] + scene.size[nodes, 0]
    return np.stack(
        [right - _FROM_RIGHT * factor - _WIDTH / 2 * factor, scene.corner[nodes, 1]], axis=1
    )


def _draw(painter: QPainter, book: SpriteBook, states: tuple[int, ...], factor: float) -> None:
    theme, k = book.theme, book.k * factor
    wrong = DISAGREES in states
    pen = max(1.0, k)
    painter.setPen(QPen(theme.color("disagrees" if wrong else "edge"), pen))
    painter.setBrush(theme.tint("disagrees") if wrong else theme.color("surface"))
    body = QRectF(0, 0, _WIDTH * k, _HEIGHT * k).adjusted(pen / 2, pen / 2, -pen / 2, -pen / 2)
    painter.drawRoundedRect(body, body.height() / 2, body.height() / 2)
    painter.scale(k, k)
    for place, state in enumerate(states):
        draw_mark(painter, theme, state, 4 + _CELL * (place + 0.5), _HEIGHT / 2)
