"""The signs of cells on the canvas, where the cells are large enough for them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF

from explorer.canvas.buffers import draw_sprites
from explorer.canvas.moment import COMPLETE, UNKNOWN
from explorer.cell_signs import NEGATIVE, PLAIN, SMALLEST, paint_sign, signs_of
from explorer.layout import Kind
from explorer.layout.cards import HEADER, PAD, SIZES, STRIP, STRIP_GAP, thumbnails

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    from explorer.canvas.overlay import Sheet
    from explorer.canvas.pictures import Pictures
    from explorer.canvas.scene import Ints
    from explorer.canvas.sprites import SpriteBook


def paint_cell_marks(sheet: Sheet, cards: Ints, book: SpriteBook, pictures: Pictures) -> None:
    """Draw the signs of the known strips and heat maps of the cards in sight."""
    smallest = SMALLEST * sheet.window.ratio
    if STRIP * sheet.window.k < smallest * 0.6:
        return
    _paint_strips(sheet, cards, book, pictures, smallest, adjoint=False)
    _paint_strips(sheet, cards, book, pictures, smallest, adjoint=True)
    for card in cards[sheet.scene.layout.kind[cards] == Kind.MATRIX].tolist():
        _paint_maps(sheet, card, book, pictures, smallest)


def _paint_strips(
    sheet: Sheet, cards: Ints, book: SpriteBook, pictures: Pictures, smallest: float, *,
    adjoint: bool,
) -> None:  # fmt: skip
    scene, moment, k = sheet.scene, sheet.moment, sheet.window.k
    cells, faces = scene.cells, moment.face[cards]
    count = cells.count[faces]
    width = np.rint((scene.size[cards, 0] - 2 * PAD) * k)
    distribution = scene.layout.kind[cards] == Kind.DISTRIBUTION
    if adjoint:
        known = (moment.node[faces] == COMPLETE) & cells.has_adjoint[faces]
    else:
        known = (moment.node[faces] != UNKNOWN) & ~distribution
        known &= (faces != moment.active) | (moment.progress >= 1) | moment.backward
    some = known & (count > 0) & (width >= smallest * np.maximum(count, 1))
    if not some.any():
        return
    cards, faces, count, width = cards[some], faces[some], count[some], width[some]
    low = HEADER
    y = np.full(len(cards), HEADER)
    if adjoint:
        low = SIZES[Kind.DISTRIBUTION][1] - STRIP - 8.0
        y = np.where(distribution[some], low, HEADER + STRIP + STRIP_GAP)
    numbers = (cells.adjoints if adjoint else cells.values)[faces]
    signs = signs_of(numbers, pictures.limits(adjoint=adjoint)[faces][:, np.newaxis])
    signs[np.arange(signs.shape[1]) >= count[:, np.newaxis]] = PLAIN
    if not sheet.style.notches:
        signs[signs == NEGATIVE] = PLAIN
    row, column = np.nonzero(signs)
    share = width[row] / count[row]
    corner = sheet.window.snapped(scene.corner[cards])
    height = max(1.0, np.rint(STRIP * k))
    middle = np.stack(
        [
            corner[row, 0] + np.rint(PAD * k) + (column + 0.5) * share,
            corner[row, 1] + np.rint(y[row] * k) + height / 2,
        ],
        axis=1,
    )
    _stamp(sheet, book, middle, signs[row, column], np.rint(share), height, adjoint=adjoint)


def _paint_maps(
    sheet: Sheet, card: int, book: SpriteBook, pictures: Pictures, smallest: float
) -> None:
    scene, moment, k = sheet.scene, sheet.moment, sheet.window.k
    node = int(moment.face[card])
    boxes = thumbnails(scene.trace.nodes[node].value.shape)
    state = moment.node[node]
    known = (state != UNKNOWN, state == COMPLETE and bool(scene.cells.has_adjoint[node]))
    for adjoint, (box, shown) in enumerate(zip(boxes, known, strict=True)):
        if not shown:
            continue
        signs = pictures.signs(node, adjoint=bool(adjoint))
        left, top, width, height = (side * k for side in box)
        across, down = width / signs.shape[1], height / signs.shape[0]
        if min(across, down) < smallest:
            continue
        row, column = np.nonzero(signs if sheet.style.notches else signs > NEGATIVE)
        corner = sheet.window.snapped(scene.corner[[card]])[0]
        middle = corner + np.stack(
            [left + (column + 0.5) * across, top + (row + 0.5) * down], axis=1
        )
        sizes = np.full(len(row), np.rint(across))
        _stamp(sheet, book, middle, signs[row, column], sizes, down, adjoint=bool(adjoint))


def _stamp(
    sheet: Sheet, book: SpriteBook, middle: NDArray[np.float64], signs: NDArray[np.int8],
    widths: NDArray[np.float64], height: float, *, adjoint: bool,
) -> None:  # fmt: skip
    """Stamp the signs, those that are alike at once."""
    looks, which = np.unique(np.stack([signs, widths], axis=1), axis=0, return_inverse=True)
    for place, (sign, width) in enumerate(looks.tolist()):
        across = int(width if sign != NEGATIVE else max(width, 8))
        draw = partial(_draw, book=book, sign=int(sign), adjoint=adjoint, size=(across, height))
        key = ("sign", int(sign), adjoint, across, round(height))
        sprite = book.other(key, across, round(height) + 1, draw)
        draw_sprites(sheet.painter, sprite, middle[which.reshape(-1) == place] + (0, 0.5))


def _draw(
    painter: QPainter, book: SpriteBook, sign: int, adjoint: bool, size: tuple[float, float]
) -> None:
    box, theme = QRectF(0, 0, *size), book.theme
    paint_sign(painter, box, sign, theme, adjoint=adjoint, behind=theme.color("surface"))
