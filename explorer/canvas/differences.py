"""What a changed number has changed: a chip on every card that differs, two bars beside the loss.

A dark chip with a pencil is where a person changed a number, a light one where the change has come
to. The number is the difference of largest magnitude, with its sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPen

from explorer.canvas.buffers import draw_rects
from explorer.canvas.labels import draw, words
from explorer.canvas.moment import UNKNOWN
from explorer.canvas.twin_bars import HEIGHT, TwinBars, paint_twin_bars, signed
from explorer.icons import paint_icon
from explorer.layout import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.trace.what_if import WhatIf
    from explorer.canvas.overlay import Sheet
    from explorer.canvas.scene import Floats, Ints, Scene

CHIPS_FROM = 0.42
"""Zoom from which the numbers are written."""

MOST_CHIPS = 160
_CHIP, _LEAST, _LARGE, _SHARE = 14.5, 0.72, 1.6, 1.35
_WIDTH, _PAD = 186.0, 11.0
_SIZES = (1.0, 0.8, 0.64)


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """A changed run held to the original, as a layer over the cards.

    Attributes:
        moved: (N,) nodes whose value differs.
        largest: (N,) the difference of largest magnitude, 0 where there is none.
        edited: the nodes that a person changed.
        was: by input, the token that stood there.
        output: whose change the bars show.
        bars: as said.
    """

    moved: NDArray[np.bool_]
    largest: Floats
    edited: frozenset[int]
    was: dict[int, str]
    output: int
    bars: TwinBars

    def of_cards(self, scene: Scene) -> tuple[Floats, NDArray[np.bool_]]:
        """(M,) the largest difference on each card, and whether it is one that was edited."""
        edited = np.zeros(len(self.moved), np.bool_)
        edited[list(self.edited)] = True
        starts, inside = scene.crowds.starts, scene.crowds.members
        if not len(starts):
            return self.largest, edited
        high = np.fmax.reduceat(self.largest[inside], starts)
        low = np.fmin.reduceat(self.largest[inside], starts)
        joined = np.where(-low > high, low, high)
        return (
            np.append(self.largest, joined),
            np.append(edited, np.logical_or.reduceat(edited[inside], starts)),
        )

    def paint(self, sheet: Sheet, cards: Ints) -> None:
        """Draw the chips of the cards in sight, and the bars."""
        scene, moment, window = sheet.scene, sheet.moment, sheet.window
        if len(self.moved) != len(scene.trace):
            return
        largest, edited = self.of_cards(scene)
        known = moment.card[cards] != UNKNOWN
        shown = cards[((largest[cards] != 0) & known) | edited[cards]]
        near = window.k >= CHIPS_FROM * window.ratio and len(shown) <= MOST_CHIPS
        if near:
            for card in shown.tolist():
                text = self.was.get(int(moment.face[card]), "")
                text = f"was {text}" if text else f"Δ {signed(float(largest[card]), 2)}"
                _paint_chip(sheet, card, text, edited=bool(edited[card]))
        else:
            _paint_far(sheet, shown, edited[shown])
        loss = int(scene.card_of[self.output])
        if loss in cards and moment.node[self.output] != UNKNOWN:
            _paint_bars(sheet, loss, self.bars)


def differences_of(found: WhatIf, bars: TwinBars) -> Differences:
    """Hold a changed run to the original; in any thread."""
    before, after = found.original.nodes, found.trace.nodes
    changed = [i for i, node in enumerate(after) if node is not before[i]]
    largest = np.zeros(len(after))
    sizes = np.array([after[i].value.size for i in changed], np.intp)
    for size in np.unique(sizes[sizes > 0]).tolist():
        nodes = np.array(changed)[sizes == size]
        rows = [
            np.array([run[i].value.reshape(-1) for i in nodes.tolist()], np.float64)
            for run in (before, after)
        ]
        with np.errstate(all="ignore"):
            difference = rows[1] - rows[0]
        difference[(rows[0] == rows[1]) | np.isnan(rows).all(axis=0)] = 0
        place = np.nan_to_num(np.abs(difference), nan=np.inf).argmax(axis=1)
        largest[nodes] = difference[np.arange(len(nodes)), place]
    vocabulary = found.original.provenance.get("vocabulary", ())
    was = {
        change.node: str(vocabulary[int(change.before)])
        for change in found.changes
        if after[change.node].value.dtype.kind != "f" and int(change.before) < len(vocabulary)
    }
    edited = frozenset(change.node for change in found.changes)
    return Differences(largest != 0, largest, edited, was, found.original.output, bars)


def _paint_chip(sheet: Sheet, card: int, text: str, *, edited: bool) -> None:
    """A pill on the upper edge of a card, at its left end."""
    painter, theme, unit = sheet.painter, sheet.style.theme, sheet.unit
    label = words(text, "mono", 10.0, 650 if edited else 550)
    lead, box = 19.0 if edited else 6.0, sheet.box(card)
    whole = label.width + lead + 6.0
    k = sheet.window.k * (_LARGE if sheet.scene.layout.kind[card] == Kind.SCALAR else 1.0)
    # Large enough to be read, but no cover for a small card.
    s = min(max(k, min(_LEAST * unit, _SHARE * k)), 2.0 * unit)
    width, height = whole * s, _CHIP * s
    # Above the outline of a selected card.
    rise = 7.0 * unit if edited else -3.0 * s
    body = QRectF(box.left() - s, box.top() - height - rise, width, height)
    painter.setPen(QPen(theme.color("ink" if edited else "ink_3"), max(1.0, s)))
    painter.setBrush(theme.color("ink" if edited else "surface"))
    painter.drawRoundedRect(body, height / 2, height / 2)
    painter.save()
    painter.translate(body.topLeft())
    painter.scale(s, s)
    ink = theme.color("surface") if edited else theme.text("ink")
    if edited:
        paint_icon(painter, "pencil", QRectF(5.0, 2.0, 10.5, 10.5), ink)
    draw(painter, label, lead, _CHIP / 2 + 3.6, ink)
    painter.restore()


def _paint_far(sheet: Sheet, cards: Ints, edited: NDArray[np.bool_]) -> None:
    """A mark in the corner of each card that differs, a larger one where it was edited."""
    theme, painter = sheet.style.theme, sheet.painter
    corner = sheet.window.snapped(sheet.scene.corner[cards])
    side = np.where(edited, round(7 * sheet.unit), round(4 * sheet.unit))[:, np.newaxis]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("ink"))
    draw_rects(painter, corner - side / 2, corner + side / 2)


def _paint_bars(sheet: Sheet, card: int, bars: TwinBars) -> None:
    """A plate with the two bars where there is room beside a card."""
    painter, theme, unit = sheet.painter, sheet.style.theme, sheet.unit
    largest = min(max(sheet.window.k, 0.9 * unit), 1.5 * unit)
    found = (_room(sheet, card, largest * share) for share in _SIZES)
    plate = next((plate for plate in found if plate is not None), None)
    if plate is None:
        return
    s = plate.width() / (_WIDTH + 2 * _PAD)
    painter.setPen(QPen(theme.color("line"), max(1.0, s)))
    painter.setBrush(theme.color("surface"))
    painter.drawRoundedRect(plate, 9 * s, 9 * s)
    painter.save()
    painter.translate(plate.left() + _PAD * s, plate.top() + (_PAD - 2) * s)
    painter.scale(s, s)
    paint_twin_bars(painter, bars, _WIDTH, theme)
    painter.restore()


def _room(sheet: Sheet, card: int, s: float) -> QRectF | None:
    """Where a plate of a size fits beside a card without lying on any, if anywhere."""
    box, gap = sheet.box(card), 10.0 * s
    width, height = (_WIDTH + 2 * _PAD) * s, (HEIGHT + 2 * _PAD - 4) * s
    window, scene = sheet.window, sheet.scene
    middle_x, middle_y = box.center().x() - width / 2, box.center().y() - height / 2
    left, right = box.left() - gap - width, box.right() + gap
    above, below = box.top() - gap - height, box.bottom() + gap
    high, low = box.bottom() - height, box.top()
    spots = (
        (right, middle_y), (left, middle_y), (left, high), (right, high), (right, low), (left, low),
        (middle_x, above), (middle_x, below), (box.right() - width, above), (box.left(), above),
    )  # fmt: skip
    visible = scene.visible(window.bounds)
    corner = window.snapped(scene.corner[visible])
    far = corner + scene.size[visible] * window.k
    for wish_x, wish_y in spots:
        x = min(max(wish_x, 0.0), window.width - width)
        y = min(max(wish_y, 0.0), window.height - height)
        taken = (corner < (x + width + gap / 2, y + height + gap / 2)) & (
            far > (x - gap / 2, y - gap / 2)
        )
        if x >= 0 and y >= 0 and not taken.all(axis=1).any():
            return QRectF(x, y, width, height)
    return None
