"""At the node whose adjoint Version A is summing: how many contributions it still waits for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPen

from engine.trace.events import EventKind
from engine.trace.versus_words import waiting_for
from explorer.canvas.labels import draw, name, words

if TYPE_CHECKING:
    from explorer.canvas.moment import Moment
    from explorer.canvas.overlay import Sheet
    from explorer.canvas.scene import Ints
    from explorer.mathtext import MathLayout

_HEIGHT, _PAD, _BETWEEN, _BASELINE = 20.0, 9.0, 5.0, 14.2
_OVER = 5.0
"""How much of the card the tag covers, at its lower edge."""

_SMALLEST, _LARGEST = 0.95, 1.6
_NAMED = 0.5
_MARGIN = 6.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A tag at the active card, or at the edge of the window next to it; labels keep clear."""

    def place(self, sheet: Sheet) -> QRectF | None:
        """Where the tag is; None where nothing is waited for."""
        tag = _tag(sheet)
        return None if tag is None else tag.spot

    def paint(self, sheet: Sheet, _cards: Ints) -> None:
        """Draw the tag while a node with several consumers pulls."""
        tag = _tag(sheet)
        if tag is None:
            return
        painter, theme, s = sheet.painter, sheet.style.theme, tag.scale
        color, surface = theme.text("backward"), theme.color("surface")
        painter.setPen(QPen(theme.color("backward"), max(1.0, 1.2 * s)))
        painter.setBrush(color if tag.done else surface)
        painter.drawRoundedRect(tag.spot, tag.spot.height() / 2, tag.spot.height() / 2)
        painter.save()
        painter.translate(tag.spot.topLeft())
        painter.scale(s, s)
        x = _PAD
        for text in tag.texts:
            draw(painter, text, x, _BASELINE, surface if tag.done else color)
            x += text.width + _BETWEEN
        painter.restore()


@dataclass(frozen=True, slots=True)
class _Tag:
    """A tag laid out.

    Attributes:
        spot: in device pixels.
        scale: device pixels per pixel at 100 %.
        texts: one after the other.
        done: nothing is waited for any more.
    """

    spot: QRectF
    scale: float
    texts: tuple[MathLayout, ...]
    done: bool


def waiting(moment: Moment) -> tuple[str, bool] | None:
    """What the active node of Version A waits for in words, and whether all is there.

    None where nothing is waited for: in Version B, in the forward pass, and at nodes with one
    consumer. A contribution that is on its way counts as there, as in everything that is told.
    """
    frame, event = moment.frame, moment.event
    if event is None or event.kind is not EventKind.CONTRIBUTION or frame.version != "A":
        return None
    expected = int(frame.expected[event.node])
    arrived = int(frame.arrived[event.node]) + (not frame.edge_backward[event.edge])
    if expected < 2:
        return None
    return waiting_for(expected, arrived), arrived == expected


def _tag(sheet: Sheet) -> _Tag | None:
    """Across the lower edge of the card: from there nothing comes while a node pulls."""
    told = waiting(sheet.moment)
    if told is None:
        return None
    sentence, done = told
    node, window, unit = sheet.moment.active, sheet.window, sheet.unit
    s = min(max(window.k, _SMALLEST * unit), _LARGEST * unit)
    box = sheet.box(node)
    texts = [words(sentence, "text", 11.5, 600)]
    # A card that is out of sight, or too small to be read, is named.
    seen = box.intersects(QRectF(0, 0, window.width, window.height))
    if not seen or window.k < _NAMED * unit:
        texts.insert(0, name(sheet.scene.trace.nodes[node].name, 13.0))
    width = sum(text.width for text in texts) + _BETWEEN * (len(texts) - 1) + 2 * _PAD
    spot = QRectF(0, 0, width * s, _HEIGHT * s)
    least = _MARGIN * unit
    left = min(box.center().x() - spot.width() / 2, window.width - spot.width() - least)
    top = min(box.bottom() - _OVER * s, window.height - spot.height() - least)
    spot.moveTo(max(least, left), max(least, top))
    return _Tag(spot, s, tuple(texts), done)
