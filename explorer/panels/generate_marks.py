"""What is marked in a generated text, and how: surprise, the window, copied runs, the parting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPen, QPolygonF

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


def paint_token(
    painter: QPainter, rect: QRectF, index: int, page: TextPage, *, hovered: bool
) -> None:
    """Draw a token, shaded by how surprising it was, with a ring where it is selected."""
    look, theme, token = page.look, page.look.theme, page.tokens[index]
    inner = rect.adjusted(0, look.px(3), -look.px(1) if page.apart else 0, -look.px(3))
    ring = inner if page.apart else inner.adjusted(-look.px(2), 0, look.px(2), 0)
    if token.surprise is not None:
        share = min(token.surprise / FULL_SHADE, 1.0)
        rounded(painter, inner, look.px(3), theme.color("forward", STRONGEST * share))
    selected = index == page.selected
    if selected:
        chosen = page.marks.is_chosen
        rounded(painter, ring, look.px(4), theme.tint("forward") if chosen else None,
                theme.color("forward"), look.px(2 if chosen else 1.4))  # fmt: skip
    elif hovered:
        rounded(painter, ring, look.px(4), None, theme.color("edge"), look.px(1))
    if token.by_hand:
        pen = QPen(theme.color("ink"), look.px(1.6))
        pen.setDashPattern([2.0, 1.6])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(ring.adjusted(1, 1, -1, -1), look.px(3), look.px(3))
    _paint_word(painter, rect, token, page, blank_shown=selected or hovered or token.by_hand)


def _paint_word(
    painter: QPainter, rect: QRectF, token: TextToken, page: TextPage, *, blank_shown: bool
) -> None:
    look, theme, text = page.look, page.look.theme, token.word.text
    blank = not text.strip()
    if blank and not blank_shown:
        return
    color = theme.text("ink_2" if token.surprise is None else "ink")
    if blank:
        color = theme.text("ink_3")
    painter.setPen(color)
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
    shown = shown_token(text) if blank else text
    painter.drawText(rect.adjusted(page.pad, 0, look.px(8), 0), flags, shown)


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
