"""The card beside the node under the pointer: what it is, its value in short, what made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPen

from engine.trace.narration import equation
from engine.trace.trace import Trace
from explorer.canvas.card_painter import token_text
from explorer.canvas.distributions import shown_token
from explorer.canvas.hover_flow import flow_of, paint_flow
from explorer.canvas.labels import draw, fitted, name, number, words
from explorer.canvas.marks import Marks
from explorer.canvas.moment import COMPLETE, PARTIAL, UNKNOWN, Moment
from explorer.canvas.overlay import Sheet
from explorer.canvas.scene import Scene
from explorer.canvas.ticks import told_marks
from explorer.layout import Kind
from explorer.mathtext import to_unicode

if TYPE_CHECKING:
    from explorer.canvas.pictures import Pictures
    from explorer.layout import Group

_WIDEST = 440.0
_PAD = 11.0
_LINE = 17.0
_GAP = 12.0
_FLOW_GAP = 9.0


def summary(scene: Scene, moment: Moment, node: int, marks: Marks | None = None) -> tuple[str, ...]:
    """What there is to say of a node at a moment: kind and shape, value, adjoint, witnesses."""
    record = scene.trace.nodes[node]
    shape = " \u00d7 ".join(map(str, record.value.shape)) or "one number"
    where = f"  \u00b7  {record.module}" if record.module else ""
    lines = [f"{record.op.replace('_', ' ')}  \u00b7  {shape}{where}"]
    state = int(moment.node[node])
    kind = scene.layout.kind[node]
    if state == UNKNOWN:
        lines.append("value: not computed yet")
    elif kind == Kind.TOKEN:
        lines.append(f"token {token_text(scene, node)}, number {int(record.value)}")
    elif kind == Kind.DISTRIBUTION:
        lines.append(_most_likely(scene, node))
    else:
        lines.append(f"value: {span(record.value)}")
    if scene.trace.adjoints[node] is None:
        lines.append("no adjoint: it is not differentiated")
    else:
        lines.append(f"adjoint: {_adjoint(scene.trace, moment, node, state)}")
        if marks is not None and state == COMPLETE:
            lines.append(told_marks(marks, node))
    return tuple(lines)


def group_summary(moment: Moment, group: Group) -> tuple[str, ...]:
    """What there is to say of a group at a moment: how much is inside, and how much is done."""
    state = moment.node[group.members]
    count = len(group.members)
    done = int((state != UNKNOWN).sum())
    lines = [f"{count:,} nodes inside, {'all' if done == count else f'{done:,}'} computed"]
    complete = int((state == COMPLETE).sum())
    if moment.backward or complete:
        partial = int((state == PARTIAL).sum())
        growing = f", {partial:,} still growing" if partial else ""
        lines.append(f"{complete:,} adjoints complete{growing}")
    return tuple(lines)


def paint_hover_card(
    sheet: Sheet,
    node: int,
    marks: Marks | None,
    pictures: Pictures,
    covered: tuple[QRectF, ...] = (),
) -> None:
    """Draw the card where it fits: under the node, above or beside it.

    Args:
        sheet: what is drawn on.
        node: the node that it tells of, -1 for none.
        marks: what the witnesses say.
        pictures: of cells.
        covered: what lies over the canvas, in logical pixels.
    """
    if node < 0:
        return
    scene, s, trace = sheet.scene, sheet.unit, sheet.scene.trace
    group = scene.group(int(scene.card_of[node]))
    room = min(_WIDEST, sheet.window.width / s - 2 * _PAD - 8)
    told = summary(scene, sheet.moment, node, marks)
    title = name(equation(trace, trace.nodes[node]), 16.0, room)
    if group is not None and not group.single:
        title = words(group.title, "text", 14.0, 600)
        stands = f"shown: {to_unicode(trace.nodes[node].name)}"
        told = (*group_summary(sheet.moment, group), stands, *told[1:])
    lines = [fitted(line, "text", 12, 400, room) for line in told]
    flow = flow_of(scene, node)
    shrunk = 1.0 if flow is None else min(1.0, room / flow.width)
    tall = 0.0 if flow is None else flow.height * shrunk + _FLOW_GAP
    wide = 0.0 if flow is None else flow.width * shrunk
    width = max([title.width, wide, *(line.width for line in lines)]) + 2 * _PAD
    height = 2 * _PAD + 18 + _LINE * len(lines) + tall
    ratio = sheet.window.ratio
    taken = [QRectF(r.x() * ratio, r.y() * ratio, r.width() * ratio, r.height() * ratio)
             for r in covered]  # fmt: skip
    canvas = QRectF(0, 0, sheet.window.width, sheet.window.height)
    box = _beside(sheet.box(node), width * s, height * s, _GAP * s, canvas, taken)
    painter, theme = sheet.painter, sheet.style.theme
    painter.setPen(QPen(theme.color("edge"), max(1.0, s)))
    painter.setBrush(theme.color("surface"))
    painter.drawRoundedRect(box, 8 * s, 8 * s)
    painter.save()
    painter.translate(box.topLeft())
    painter.scale(s, s)
    draw(painter, title, _PAD, _PAD + 13, theme.text("ink"))
    for i, line in enumerate(lines):
        draw(painter, line, _PAD, _PAD + 18 + _LINE * i + 13.5, theme.text("ink_2"))
    if flow is not None:
        painter.translate(_PAD, height - _PAD - flow.height * shrunk)
        painter.scale(shrunk, shrunk)
        paint_flow(painter, scene, sheet.moment, pictures, theme, flow)
    painter.restore()


def span(value: NDArray[np.generic]) -> str:
    """The range of an array in words, with what cannot be drawn named first."""
    if value.size == 1:
        return number(float(value.reshape(-1)[0]))
    finite = value[np.isfinite(value)]
    broken = value.size - finite.size
    note = f"{broken} not finite, " if broken else ""
    if not finite.size:
        return f"{note}nothing else"
    return f"{note}from {number(float(finite.min()))} to {number(float(finite.max()))}"


def _most_likely(scene: Scene, node: int) -> str:
    table = scene.distributions
    slot = int(table.slot[node])
    token, p = int(table.token[slot, 0]), float(table.probability[slot, 0])
    return f"most probable: {shown_token(table.names[token])}, {number(p)}"


def _adjoint(trace: Trace, moment: Moment, node: int, state: int) -> str:
    adjoint = trace.adjoints[node]
    assert adjoint is not None
    if state == COMPLETE:
        return span(adjoint)
    if state == PARTIAL:
        frame = moment.frame
        return f"{int(frame.arrived[node])} of {int(frame.expected[node])} contributions arrived"
    return "not computed yet"


def _beside(
    card: QRectF, width: float, height: float, gap: float, room: QRectF, taken: list[QRectF]
) -> QRectF:
    """The first place around a card that is free; else under or above it."""
    across = min(max(card.center().x() - width / 2, 2.0), max(room.width() - width - 2.0, 2.0))
    down = min(max(card.center().y() - height / 2, 2.0), max(room.height() - height - 2.0, 2.0))
    places = [
        QRectF(round(left), round(top), width, height)
        for left, top in (
            (across, card.bottom() + gap),
            (across, card.top() - gap - height),
            (card.right() + gap, down),
            (card.left() - gap - width, down),
        )
    ]
    for place in places:
        if room.contains(place) and not any(place.intersects(other) for other in taken):
            return place
    if places[0].bottom() > room.height():
        return QRectF(places[1].left(), max(places[1].top(), 2.0), width, height)
    return places[0]
