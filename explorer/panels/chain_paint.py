"""Drawing the card of a token, and the two bars of surprisal below it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFontMetricsF, QPen

from explorer.kit.button import draw_icon
from explorer.kit.styled import rounded
from explorer.panels.chain_words import shown_bits

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QWidget

    from explorer.panels.chain_cards import TokenCard
    from explorer.theme import Role, Style

CARD = 76.0
GAP_BELOW = 10.0
BARS = 46.0
LABEL = 15.0
READS = 14.0
LANE = LABEL + BARS + READS

ROLES: tuple[Role, Role] = ("forward", "backward")
"""The n-gram model's colour, and the RNN's; their bars also differ in form: filled and hatched."""


def paint_card(
    painter: QPainter, rect: QRectF, card: TokenCard, style: Style, *, hovered: bool
) -> None:
    """Draw token, bar and number on the surface that says what becomes of the token."""
    _surface(painter, rect, card, style, hovered=hovered)
    faint = card.use in {"dropped", "unseen"}
    theme, inner = style.theme, rect.adjusted(style.px(7), 0, -style.px(7), 0)
    font = style.font("brand")
    font.setWeight(font.Weight.DemiBold)
    font.setStrikeOut(card.use == "dropped")
    painter.setFont(font)
    painter.setPen(theme.text("ink_3" if faint else "ink"))
    shown = QFontMetricsF(font).elidedText(
        card.label, Qt.TextElideMode.ElideRight, inner.width() + style.px(6)
    )
    top = QRectF(rect.left(), rect.top() + style.px(8), rect.width(), style.px(25))
    painter.drawText(top, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, shown)
    bar = QRectF(inner.left(), rect.top() + style.px(39), inner.width(), style.px(6))
    below = QRectF(rect.left(), rect.top() + style.px(49), rect.width(), style.px(20))
    if not card.number:
        _ghost(painter, bar, style)
        middle = min(style.px(44), inner.width())
        place = QRectF(0, 0, middle, style.px(8))
        place.moveCenter(below.center())
        _ghost(painter, place, style)
        return
    radius = bar.height() / 2
    rounded(painter, bar, radius, theme.color("raised"))
    if card.share > 0:
        color = theme.tint("forward", "bar" if faint else "strong")
        if card.use == "looked":
            color = theme.color("forward")
        filled = QRectF(bar)
        filled.setWidth(max(bar.height() * 0.5, bar.width() * card.share))
        rounded(painter, filled, min(radius, filled.width() / 2), color)
    _number(painter, below, card, style, faint=faint)


def _surface(
    painter: QPainter, rect: QRectF, card: TokenCard, style: Style, *, hovered: bool
) -> None:
    theme, radius = style.theme, style.px(8)
    if card.use == "looked":
        rounded(painter, rect, radius, theme.tint("forward"), theme.color("forward"),
                style.px(2.4))  # fmt: skip
        return
    if card.use == "context":
        line = theme.color("forward") if hovered else theme.tint("forward", "bar")
        rounded(painter, rect, radius, theme.tint("forward"), line, style.px(1.2))
        return
    role: Role = "edge" if hovered else "line"
    if card.use == "after":
        rounded(painter, rect, radius, theme.color("surface"), theme.color(role), 1.0)
        return
    role = "edge" if hovered else "ghost" if card.use == "dropped" else "backward"
    pen = QPen(theme.color(role), style.px(1.2))
    pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


def _number(painter: QPainter, rect: QRectF, card: TokenCard, style: Style, *, faint: bool) -> None:
    theme = style.theme
    if not card.known:
        painter.setFont(style.font("secondary_strong"))
        painter.setPen(theme.text("disagrees"))
        words = "unknown"
        if QFontMetricsF(painter.font()).horizontalAdvance(words) > rect.width():
            words = "?"
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, words)
        return
    font = style.font("mono_strong" if card.use == "looked" else "mono")
    font.setStrikeOut(card.use == "dropped")
    painter.setFont(font)
    role: Role = "ink_3" if faint else "ink" if card.use == "looked" else "ink_2"
    painter.setPen(theme.text("disagrees" if card.number == "0" else role))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, card.number)


def paint_why(painter: QPainter, rect: QRectF, style: Style, widget: QWidget) -> None:
    """Draw the small question mark that asks why."""
    theme = style.theme
    rounded(painter, rect, rect.height() / 2, theme.color("surface"), theme.color("forward"))
    draw_icon(painter, "question", rect, theme.text("forward"), rect.height() * 0.72, widget)


def paint_lane(painter: QPainter, rect: QRectF, card: TokenCard, style: Style) -> None:
    """Draw the two surprisals of a token as bars with their bits, and what each model reads."""
    theme = style.theme
    base = rect.top() + style.px(LABEL + BARS)
    painter.setPen(QPen(theme.color("line"), 1.0))
    painter.drawLine(QPointF(rect.left(), base), QPointF(rect.right(), base))
    apart = min(style.px(31), rect.width() / 2 - style.px(2))
    wide = apart - style.px(3)
    for side, (bits, height) in enumerate(zip(card.bits, card.heights, strict=True)):
        middle = rect.center().x() + (side - 0.5) * apart
        tall = style.px(BARS) * (height if bits is not None else 0.4)
        bar = QRectF(middle - wide / 2, base - tall, wide, tall)
        if bits is None:
            _ghost(painter, bar, style)
            continue
        paint_bar(painter, bar, side, style)
        painter.setFont(style.font("mono_small"))
        painter.setPen(theme.text(ROLES[side] if not math.isinf(bits) else "disagrees"))
        label = QRectF(middle - style.px(30), bar.top() - style.px(LABEL), style.px(60),
                       style.px(LABEL))  # fmt: skip
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, shown_bits(bits))
    for side, reads in enumerate((card.use == "context", card.read)):
        if reads:
            line = QRectF(rect.left(), base + style.px(4 + 5 * side), rect.width(), style.px(3))
            paint_bar(painter, line.adjusted(-style.px(3), 0, style.px(3), 0), side, style)


def paint_bar(painter: QPainter, rect: QRectF, side: int, style: Style) -> None:
    """Draw a bar in the colour and form of the n-gram model (0) or the RNN (1)."""
    theme, role = style.theme, ROLES[side]
    if side == 0:
        painter.fillRect(rect, theme.tint(role, "strong"))
        return
    painter.fillRect(rect, theme.tint(role, "soft"))
    painter.fillRect(rect, QBrush(theme.color(role), Qt.BrushStyle.BDiagPattern))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color(role), style.px(1.2)))
    painter.drawRect(rect)


def _ghost(painter: QPainter, rect: QRectF, style: Style) -> None:
    pen = QPen(style.theme.color("ghost"), style.px(1))
    pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect, style.px(3), style.px(3))
