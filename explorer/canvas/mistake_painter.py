"""A planted mistake on the graph: where the error is born, and every number it has made wrong.

A node is marked from the moment at which its wrong number is there, so that the error spreads as
the run plays. A solid outline stands where the mistake acts, a dashed one where the error has only
come along, and a tag tells its size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from explorer.canvas.buffers import draw_rects
from explorer.canvas.labels import draw, words
from explorer.canvas.moment import COMPLETE, UNKNOWN
from explorer.canvas.node_painter import CARDS_FROM
from explorer.canvas.sprites import RADIUS

if TYPE_CHECKING:
    from engine.museum.spread import Spread
    from explorer.canvas.moment import Moment
    from explorer.canvas.overlay import Sheet

TAGS_FROM = 0.42
"""Zoom from which the sizes of errors are written."""

MOST_OUTLINED = 400
_TAG_HEIGHT = 15.0
_TICKS = 56.0
"""Room for the witnesses' marks at the right end of a card's upper edge."""


def wrong_now(spread: Spread, moment: Moment, nodes: NDArray[np.intp]) -> NDArray[np.intp]:
    """Those of some nodes that show a wrong number at a moment."""
    state = moment.node[nodes]
    with np.errstate(invalid="ignore"):
        value = (spread.value_errors[nodes] > spread.tolerance) & (state != UNKNOWN)
        adjoint = (spread.adjoint_errors[nodes] > spread.tolerance) & (state == COMPLETE)
    return np.asarray(nodes[value | adjoint])


def size_of(spread: Spread, moment: Moment, node: int) -> float:
    """The error of a node's numbers that are there: the larger one."""
    error = float(spread.value_errors[node])
    if moment.node[node] == COMPLETE:
        error = float(np.fmax(error, spread.adjoint_errors[node]))
    return error


def tag_text(error: float) -> str:
    """An error in one digit, such as ``off 4e-2``."""
    if not np.isfinite(error):
        return "not finite"
    digits, exponent = f"{error:.0e}".split("e")
    return f"off {digits}e{int(exponent)}" if int(exponent) else f"off {digits}"


def paint_mistake(sheet: Sheet, spread: Spread, nodes: NDArray[np.intp]) -> None:
    """Mark the nodes in sight whose numbers are wrong, and the one where that began."""
    wrong = wrong_now(spread, sheet.moment, nodes)
    color = sheet.style.theme.color("disagrees")
    if sheet.window.k < CARDS_FROM or len(wrong) > MOST_OUTLINED:
        sheet.painter.setPen(Qt.PenStyle.NoPen)
        sheet.painter.setBrush(color)
        corner, size = sheet.scene.corner[wrong], sheet.scene.size[wrong]
        draw_rects(sheet.painter, sheet.window.pixels(corner), sheet.window.pixels(corner + size))
    else:
        faults = frozenset(spread.faults)
        for node in wrong.tolist():
            _outline(sheet, node, color, acts=node in faults)
        if sheet.window.k >= TAGS_FROM * sheet.window.ratio:
            for node in wrong.tolist():
                if node != spread.born:
                    _tag(sheet, node, tag_text(size_of(spread, sheet.moment, node)), born=False)
    if spread.born >= 0 and len(wrong_now(spread, sheet.moment, np.array([spread.born]))):
        _birth(sheet, spread, color)


def _outline(sheet: Sheet, node: int, color: QColor, *, acts: bool) -> None:
    k = max(sheet.window.k, 0.4 * sheet.unit)
    pen = QPen(color, (2.2 if acts else 1.6) * k)
    if not acts:
        pen.setDashPattern([3.0, 2.6])
    sheet.painter.setPen(pen)
    sheet.painter.setBrush(Qt.BrushStyle.NoBrush)
    _rounded(sheet.painter, sheet.box(node), 2.5 * k, sheet.window.k)


def _birth(sheet: Sheet, spread: Spread, color: QColor) -> None:
    """A halo, a ring, and a filled tag that points at the card."""
    node, k = spread.born, max(sheet.window.k, 0.4 * sheet.unit)
    halo = QColor(color)
    halo.setAlphaF(0.2)
    sheet.painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen, grow in ((QPen(halo, 10 * k), 7.0), (QPen(color, 2.8 * k), 2.5)):
        sheet.painter.setPen(pen)
        _rounded(sheet.painter, sheet.box(node), grow * k, sheet.window.k)
    _tag(sheet, node, f"born here, {tag_text(size_of(spread, sheet.moment, node))}", born=True)


def _rounded(painter: QPainter, box: QRectF, reach: float, k: float) -> None:
    pill = box.height() < 40 * k
    radius = (box.height() / 2 if pill else RADIUS * k) + reach
    painter.drawRoundedRect(box.adjusted(-reach, -reach, reach, reach), radius, radius)


def _tag(sheet: Sheet, node: int, text: str, *, born: bool) -> None:
    """The size of an error at the left end of a card's upper edge; above it for the birth."""
    theme, painter, unit = sheet.style.theme, sheet.painter, sheet.unit
    s = min(max(sheet.window.k, (1.0 if born else 0.8) * unit), 2.0 * unit)
    label = words(text, "text", 11.0 if born else 10.0, 650 if born else 550)
    box, width = sheet.box(node), label.width + 12
    height = _TAG_HEIGHT + (4 if born else 0)
    over_ticks = born or box.width() < (width + _TICKS) * s
    top = box.top() - ((height + 9) if over_ticks else 0.62 * height) * s
    body = QRectF(box.left() + 4 * s, top, width * s, height * s)
    painter.setPen(QPen(theme.color("disagrees"), max(1.0, s)))
    painter.setBrush(theme.color("disagrees") if born else theme.tint("disagrees"))
    if born:
        foot, middle = body.bottom(), body.left() + 12 * s
        corners = ((-4.5, -0.5), (4.5, -0.5), (0.0, 6.5))
        painter.drawPolygon(
            QPolygonF([QPointF(middle + dx * s, foot + dy * s) for dx, dy in corners])
        )
    painter.drawRoundedRect(body, height * s / 2, height * s / 2)
    painter.save()
    painter.translate(body.topLeft())
    painter.scale(s, s)
    ink = theme.color("surface") if born else theme.text("disagrees")
    draw(painter, label, 6.0, height / 2 + 3.8, ink)
    painter.restore()
