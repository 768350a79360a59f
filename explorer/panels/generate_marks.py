"""What is marked in a generated text, and how: surprise, the window, copied runs, the parting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPen, QPolygonF

from explorer.kit.styled import rounded
from explorer.kit.tokens import shown_token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter

    from explorer.panels.generate_flow import Word
    from explorer.panels.generate_text_page import TextPage

FULL_SHADE = 9.0
"""Bits of surprise that are shaded most strongly."""

STRONGEST = 0.36
"""Opacity of that shade."""


@dataclass(frozen=True, slots=True)
class TextToken:
    """A token of the text.

    Attributes:
        word: how it is set.
        surprise: in bits; None for the prompt, which was not drawn.
        by_hand: whether a person put it in.
    """

    word: Word
    surprise: float | None = None
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class CopiedRun:
    """Tokens that are underlined: from index ``start`` to before ``end``; what they are."""

    start: int
    end: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked in a text; indices count from the first token of the prompt.

    Attributes:
        window: the tokens that an n-gram looked at for the selected one, from and to before.
        copied: the runs that stand in the text the model has seen.
        parting: the token at which the texts part, -1 for none.
        is_chosen: whether this text's tokens are the ones looked at closely.
    """

    window: tuple[int, int] = (0, 0)
    copied: tuple[CopiedRun, ...] = ()
    parting: int = -1
    is_chosen: bool = True


NO_MARKS = Marks()


def paint_tokens(
    painter: QPainter, rects: Sequence[tuple[int, QRectF]], page: TextPage, hovered: int
) -> None:
    """Draw tokens: their shades, the rings of some, and over them all the words."""
    _paint_shades(painter, rects, page)
    for index, rect in rects:
        if index in {page.selected, hovered} or page.tokens[index].by_hand:
            _paint_rings(painter, rect, index, page, hovered=index == hovered)
    _paint_words(painter, rects, page, hovered)


def _paint_shades(painter: QPainter, rects: Sequence[tuple[int, QRectF]], page: TextPage) -> None:
    """Shade each drawn token by how surprising it was."""
    look = page.look
    shade, radius = look.theme.color("forward"), look.px(3)
    right = -look.px(1) if page.apart else 0.0
    painter.setPen(Qt.PenStyle.NoPen)
    for index, rect in rects:
        surprise = page.tokens[index].surprise
        if surprise:
            shade.setAlphaF(STRONGEST * min(surprise / FULL_SHADE, 1.0))
            painter.setBrush(shade)
            inner = rect.adjusted(0, radius, right, -radius)
            painter.drawRoundedRect(inner, radius, radius)


def _paint_rings(
    painter: QPainter, rect: QRectF, index: int, page: TextPage, *, hovered: bool
) -> None:
    """Draw the ring of a token that is selected, under the pointer, or put in by hand."""
    look, theme = page.look, page.look.theme
    inner = rect.adjusted(0, look.px(3), -look.px(1) if page.apart else 0, -look.px(3))
    ring = inner if page.apart else inner.adjusted(-look.px(2), 0, look.px(2), 0)
    if index == page.selected:
        chosen = page.marks.is_chosen
        rounded(painter, ring, look.px(4), theme.tint("forward") if chosen else None,
                theme.color("forward"), look.px(2 if chosen else 1.4))  # fmt: skip
    elif hovered:
        rounded(painter, ring, look.px(4), None, theme.color("edge"), look.px(1))
    if page.tokens[index].by_hand:
        pen = QPen(theme.color("ink"), look.px(1.6))
        pen.setDashPattern([2.0, 1.6])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(ring.adjusted(1, 1, -1, -1), look.px(3), look.px(3))


def _paint_words(
    painter: QPainter, rects: Sequence[tuple[int, QRectF]], page: TextPage, hovered: int
) -> None:
    """Write the tokens; blank ones only where a ring is."""
    theme, pad = page.look.theme, page.pad
    metrics = QFontMetricsF(painter.font())
    inks = {True: theme.text("ink_2"), False: theme.text("ink")}
    last: bool | None = None
    for index, rect in rects:
        token = page.tokens[index]
        text = token.word.text
        baseline = rect.center().y() + (metrics.ascent() - metrics.descent()) / 2
        if not text.strip():
            if index in {page.selected, hovered} or token.by_hand:
                painter.setPen(theme.text("ink_3"))
                painter.drawText(QPointF(rect.left() + pad, baseline), shown_token(text))
                last = None
            continue
        given = token.surprise is None
        if given != last:
            painter.setPen(inks[given])
            last = given
        painter.drawText(QPointF(rect.left() + pad, baseline), text)


def paint_window(painter: QPainter, rects: Sequence[tuple[int, QRectF]], page: TextPage) -> None:
    """Draw a frame around the tokens that an n-gram looked at, one on each line they are on."""
    look = page.look
    begin, end = page.marks.window
    lines: dict[float, QRectF] = {}
    for index, rect in rects:
        if begin <= index < end:
            lines[rect.top()] = lines.get(rect.top(), rect).united(rect)
    pen = QPen(look.theme.color("ink_2"), look.px(1.3))
    for rect in lines.values():
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        frame = rect.adjusted(-look.px(2), look.px(1), look.px(2), -look.px(1))
        painter.drawRoundedRect(frame, look.px(5), look.px(5))


def paint_copied(painter: QPainter, rects: Sequence[tuple[int, QRectF]], page: TextPage) -> None:
    """Underline what stands in the text that the model has seen, without a gap within a line."""
    look, theme = page.look, page.look.theme
    if not page.marks.copied or not rects:
        return
    at = dict(rects)
    first, last = rects[0][0], rects[-1][0]
    for run in page.marks.copied:
        for index in range(max(run.start, first), min(run.end, last + 1)):
            rect = at[index]
            if page.tokens[index].word.text == "\n":
                continue
            after = at.get(index + 1) if index + 1 < run.end else None
            joined = after is not None and after.top() == rect.top()
            right = after.left() if after is not None and joined else rect.right()
            top = rect.bottom() - look.px(3.6)
            painter.fillRect(
                QRectF(rect.left(), top, right - rect.left(), look.px(2.2)),
                theme.color("backward"),
            )


def paint_parting(painter: QPainter, rects: Sequence[tuple[int, QRectF]], page: TextPage) -> None:
    """Draw a flag where the texts part."""
    look, theme = page.look, page.look.theme
    for index, rect in rects:
        if index != page.marks.parting:
            continue
        x, top = rect.left() - look.px(1.5), rect.top() + look.px(0.5)
        painter.fillRect(
            QRectF(x - look.px(1), top, look.px(2), rect.height() - look.px(2)),
            theme.color("ink"),
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("ink"))
        across, high = look.px(7), look.px(6)
        painter.drawPolygon(
            QPolygonF([QPointF(x, top), QPointF(x + across, top + high / 2),
                       QPointF(x, top + high)])
        )  # fmt: skip


def tip_of(page: TextPage, index: int) -> str:
    """What a token is, for its tip."""
    if not 0 <= index < len(page.tokens):
        return ""
    token, marks = page.tokens[index], page.marks
    said = [f"“{shown_token(token.word.text)}”"]
    if token.by_hand:
        said.append("put in by hand")
    if token.surprise is not None:
        said.append(f"surprise {token.surprise:.1f} bits")
    if index == marks.parting:
        said.append("here the texts part")
    around = [run for run in marks.copied if run.start <= index < run.end]
    if around:
        said.append(max(around, key=lambda run: run.end - run.start).sentence)
    return " · ".join(said)
