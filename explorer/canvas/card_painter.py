"""What is written on a card: name, primitive, numbers, tokens; one function a kind of card."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from engine.autodiff.tape import Node, Role
from explorer.canvas.distributions import ROWS, shown_token
from explorer.canvas.group_painter import paint_group
from explorer.canvas.labels import (
    draw,
    draw_centred,
    draw_right,
    fitted,
    name,
    number,
    quotient,
    words,
)
from explorer.canvas.moment import COMPLETE, PARTIAL, UNKNOWN, Moment
from explorer.canvas.number_painter import adjoint_number, dashed_box, paint_grain, paint_number
from explorer.canvas.pictures import Pictures
from explorer.canvas.scene import Scene
from explorer.canvas.sprites import SpriteBook
from explorer.layout import Kind
from explorer.layout.cards import BAR_ROW, HEADER, PAD, as_matrix, thumbnails
from explorer.theme import Role as ColorRole
from explorer.theme import Theme

_SYMBOLS = {"add": " + ", "sub": " - ", "mul": " · ", "div": " / "}
_NAME = 17.0
_STEPS = 1000
"""How finely the share that is done in a group is told apart."""

_BASELINE = 19.5


@dataclass(frozen=True, slots=True)
class Desk:
    """What a card painter works with; the painter's origin is the card's top left corner.

    Attributes:
        card: the card.
        node: the one whose numbers it shows.
    """

    painter: QPainter
    scene: Scene
    moment: Moment
    book: SpriteBook
    pictures: Pictures
    card: int
    node: int

    @property
    def theme(self) -> Theme:
        """The colours."""
        return self.book.theme

    @property
    def record(self) -> Node:
        """The node of the tape."""
        return self.scene.trace.nodes[self.node]

    @property
    def state(self) -> int:
        """UNKNOWN, EVALUATED, PARTIAL or COMPLETE."""
        return int(self.moment.node[self.node])

    @property
    def state_of_card(self) -> int:
        """The same of the card as a whole."""
        return int(self.moment.card[self.card])

    @property
    def width(self) -> float:
        """Of the card."""
        return float(self.scene.size[self.card, 0])

    @property
    def kind(self) -> int:
        """How it is drawn."""
        return int(self.scene.layout.kind[self.card])


def paint_card(desk: Desk) -> None:
    """Write on one card."""
    kind = desk.kind
    if kind == Kind.TOKEN:
        _token(desk)
    elif kind == Kind.SCALAR:
        _scalar(desk)
    elif kind == Kind.NUMBER:
        paint_number(desk)
    elif kind == Kind.GRAIN:
        paint_grain(desk)
    elif kind == Kind.GROUP:
        paint_group(desk)
    else:
        _header(desk)
        if kind == Kind.DISTRIBUTION:
            _distribution(desk)
        elif kind == Kind.MATRIX:
            _matrix(desk)


def face_keys(moment: Moment, cards: NDArray[np.intp]) -> NDArray[np.intp]:
    """What the writing on cards depends on, (n, 6).

    The node that is shown, its state, contributions arrived, being counted; of a group how much is
    done forward and backward.
    """
    nodes = moment.face[cards]
    state = moment.node[nodes]
    arrived = np.where(state == PARTIAL, moment.frame.arrived[nodes], 0)
    counted = (nodes == moment.active) & moment.backward
    arrived[counted] = moment.frame.arrived[nodes[counted]]
    done = np.zeros((len(cards), 2), np.intp)
    group = cards - len(moment.node)
    done[group >= 0] = np.rint(moment.share[group[group >= 0]] * _STEPS)
    return np.stack([nodes, state, arrived, counted, *done.T], axis=1)


def paint_badges(painter: QPainter, scene: Scene, theme: Theme, node: int) -> None:
    """The names of the shared parameters that a node uses, small, at its lower edge.

    A number of a parameter says in its own name which.
    """
    if scene.layout.kind[node] == Kind.GRAIN:
        return
    narrow = scene.layout.kind[node] == Kind.NARROW
    x, middle = 3.0 if narrow else 9.0, float(scene.size[node, 1]) + 2
    for edge in scene.rails_into(node):
        parameter = scene.trace.nodes[int(scene.trace.graph.edge_operand[edge])]
        label = name(parameter.name, 12.0)
        chip = QRectF(x, middle - 8, label.width + 10, 16)
        painter.setPen(QPen(theme.color("line"), 1.0))
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(chip, 8, 8)
        draw(painter, label, x + 5, middle + 3.6, theme.text("ink_2"))
        x = chip.right() + 4


def operation(desk: Desk) -> str:
    """The primitive with its operands, such as ``x · z`` or ``log x``; a leaf's role."""
    node = desk.record
    if node.primitive is None:
        return "input" if node.role is Role.INPUT else node.role.value
    names = [operand.name for operand in desk.scene.trace.operands(desk.node)]
    symbol = _SYMBOLS.get(node.op)
    if symbol is not None:
        return symbol.join(names)
    if node.op == "neg":
        return f"-{names[0]}"
    if node.op == "pow":
        return f"{names[0]}^{{{names[1]}}}"
    return f"{node.op} {', '.join(names)}"


def part_of_whole(desk: Desk) -> str:
    """How many contributions have arrived, such as ``1 of 2``."""
    frame = desk.moment.frame
    return f"{int(frame.arrived[desk.node])} of {int(frame.expected[desk.node])}"


def _token(desk: Desk) -> None:
    width, height = desk.scene.size[desk.card]
    label = fitted(token_text(desk.scene, desk.node), "text", 14, 600, float(width) - 20)
    role: ColorRole = "ink" if desk.state != UNKNOWN else "ink_3"
    draw_centred(
        desk.painter, label, float(width) / 2, float(height) / 2 + 5, desk.theme.text(role)
    )


def token_text(scene: Scene, node: int) -> str:
    """The token of an input, as it stands in the text."""
    record = scene.trace.nodes[node]
    tokens = scene.trace.provenance.get("tokens", ())
    if record.step is not None and 1 <= record.step <= len(tokens):
        return shown_token(str(tokens[record.step - 1]))
    index = int(record.value)
    names = scene.distributions.names
    return shown_token(names[index]) if 0 <= index < len(names) else str(index)


def _header(desk: Desk) -> None:
    """Name left; right the primitive, or what is worth more: a warning, a count."""
    theme, width = desk.theme, desk.width
    known = desk.state != UNKNOWN
    kind = desk.kind
    title = name(desk.record.name, _NAME, width - 2 * PAD)
    draw(desk.painter, title, PAD, _BASELINE, theme.text("ink" if known else "ink_2"))
    if known and not desk.scene.finite[desk.node]:
        note, color = words(_fault(desk.record), "text", 10.5, 700), theme.text("disagrees")
    elif desk.state == PARTIAL:
        note, color = words(part_of_whole(desk), "text", 10.5, 600), theme.text("backward")
    elif kind == Kind.MATRIX:
        rows, columns = as_matrix(desk.record.value.shape)
        note, color = words(f"{rows} \u00d7 {columns}", "mono", 10.5), theme.text("ink_3")
    else:
        note, color = words(desk.record.op.replace("_", " "), "text", 11), theme.text("ink_3")
    if title.width + note.width + 8 <= width - 2 * PAD:
        draw_right(desk.painter, note, width - PAD, _BASELINE - 1, color)


def _fault(node: Node) -> str:
    return "NaN" if bool(np.isnan(node.value).any()) else "\u221e"


def _distribution(desk: Desk) -> None:
    painter, theme = desk.painter, desk.theme
    table = desk.scene.distributions
    slot = int(table.slot[desk.node])
    left, width = PAD, desk.width - 2 * PAD
    known = desk.state != UNKNOWN
    for row in range(ROWS):
        token = int(table.token[slot, row])
        if token < 0:
            return
        top = HEADER + row * BAR_ROW + 1
        track = QRectF(left, top, width, BAR_ROW - 3)
        if not known:
            pen = QPen(theme.color("ghost"), 1.0)
            pen.setDashPattern([3, 2.4])
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(track.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
            continue
        p = float(table.probability[slot, row])
        target = token == int(table.target[slot])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(track, 3, 3)
        painter.setBrush(theme.tint("forward", "bar" if target else "track"))
        if np.isfinite(p):
            bar = max(2.5, width * min(p, 1.0))
            painter.drawRoundedRect(QRectF(left, top, bar, track.height()), min(3, bar / 2), 3)
        color = theme.text("ink" if target else "ink_2")
        weight = 700 if target else 400
        value = words(f"{p:.3f}" if np.isfinite(p) else number(p), "mono", 10.5, weight)
        shown = fitted(
            shown_token(table.names[token]), "text", 11, weight, width - value.width - 16
        )
        draw(painter, shown, left + 5, top + 10.6, color)
        draw_right(painter, value, left + width - 3, top + 10.6, color)
        if row == ROWS - 1 and bool(table.outside[slot]):
            pen = QPen(theme.color("ink_3"), 1.0)
            pen.setDashPattern([1, 3])
            painter.setPen(pen)
            painter.drawLine(QPointF(left, top - 1.5), QPointF(left + width, top - 1.5))


def _scalar(desk: Desk) -> None:
    """A number of an expression, large: name, primitive with operands, value, adjoint."""
    painter, theme, left = desk.painter, desk.theme, 17.0
    right, known = desk.width - 15, desk.state != UNKNOWN
    value = float(desk.record.value)
    title = name(desk.record.name, 31, 90)
    draw(painter, title, left, 35, theme.text("ink" if known else "ink_2"))
    said = name(operation(desk), 22, desk.width - 40 - title.width)
    draw_right(painter, said, right, 34, theme.text("ink_2"))
    if known:
        color = theme.text("forward" if np.isfinite(value) else "disagrees")
        draw(painter, words(number(value), "mono", 23, 600), left, 70, color)
    else:
        dashed_box(desk, left, 50, 92, 22)
    adjoint = adjoint_number(desk)
    color = theme.text("backward")
    if adjoint is not None:
        draw(painter, words(number(adjoint), "mono", 23, 600), left, 102, color)
    elif desk.scene.cells.has_adjoint[desk.node]:
        dashed_box(desk, left, 82, 92, 22)
    counting = desk.moment.backward and desk.node == desk.moment.active
    if desk.state == PARTIAL or (counting and int(desk.moment.frame.expected[desk.node]) > 1):
        draw_right(painter, words(part_of_whole(desk), "text", 18, 600), right, 102, color)
    elif desk.state == COMPLETE:
        output = desk.scene.trace.nodes[desk.scene.trace.output].name
        draw_right(painter, quotient(output, desk.record.name, 20), right, 102, color)


def _matrix(desk: Desk) -> None:
    value_box, adjoint_box = thumbnails(desk.record.value.shape)
    pictures = desk.pictures
    value = pictures.value(desk.node) if desk.state != UNKNOWN else None
    _thumbnail(desk, value_box, value, 1.0)
    if not desk.scene.cells.has_adjoint[desk.node]:
        return
    if desk.state == COMPLETE:
        _thumbnail(desk, adjoint_box, pictures.adjoint(desk.node), 1.0)
    elif desk.state == PARTIAL:
        arrived = int(desk.moment.frame.arrived[desk.node])
        _thumbnail(desk, adjoint_box, pictures.partial(desk.node, arrived), 0.5)
    else:
        _thumbnail(desk, adjoint_box, None, 1.0)


def _thumbnail(
    desk: Desk, box: tuple[float, float, float, float], cells: QPixmap | None, opacity: float
) -> None:
    painter, k = desk.painter, desk.book.k
    left, top, width, height = box
    if cells is None:
        dashed_box(desk, left, top, width, height)
        return
    painter.setOpacity(opacity)
    painter.drawPixmap(QRectF(left, top, width, height), cells, QRectF(cells.rect()))
    painter.setOpacity(1.0)
    if width * k / cells.width() >= 5:
        across, down = round(width * k), round(height * k)
        gaps = desk.book.gaps(cells.height(), cells.width(), across, down)
        painter.drawPixmap(QRectF(left, top, width, height), gaps, QRectF(gaps.rect()))
