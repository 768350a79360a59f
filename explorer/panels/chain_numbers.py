"""One factor as mathematics, and what follows from all of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPen
from PySide6.QtWidgets import QSizePolicy

from explorer.kit.styled import Styled, painting
from explorer.kit.tokens import shown_token
from explorer.mathtext import MathLayout, Run, layout
from explorer.panels.chain_words import shown_number, shown_probability, shown_product

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

    from explorer.panels.chain_reading import NGramReading, Sentence
    from explorer.theme import Role, Style

_MATH = 17.0
_LINE = 28.0
_GAP = 26.0
_LONGEST = 46
"""Characters of context that are set; of a longer one the beginning gives way."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A number with its name; an empty number is one that is not computed yet."""

    name: str
    number: str
    unit: str = ""
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the line says.

    Attributes:
        token: the one looked at.
        context: the tokens that its factor is given.
        number: the factor, empty while it is not known.
        facts: of the whole sentence.
    """

    token: str = ""
    context: str = ""
    number: str = ""
    facts: tuple[Fact, ...] = ()

    @property
    def spoken(self) -> str:
        """The line in words."""
        bar = f" | {self.context}" if self.context else ""
        parts = [f"p({self.token}{bar}) = {self.number or 'not computed yet'}"]
        parts += [
            f"{fact.name} {fact.number or 'not computed yet'} {fact.unit}".rstrip()
            for fact in self.facts
        ]
        return ", ".join(parts)


def numbers_of(
    sentence: Sentence, reading: NGramReading | None, looked: int, order: int
) -> Numbers:
    """The line for a sentence, its numbers open until it is read."""
    used = min(order - 1, looked) if reading is None else reading.used(looked)
    joint = "" if sentence.kind == "char" else ", "
    context = joint.join(_set(token, joint) for token in sentence.tokens[looked - used : looked])
    if len(context) > _LONGEST:
        context = "…" + context[-_LONGEST:]
    token = _set(sentence.tokens[looked], joint)
    if reading is None:
        names = ("product", "log-probability", "perplexity", "bits per token")
        return Numbers(token, context, "", tuple(Fact(name, "") for name in names))
    chain = reading.chain
    bad = bool(chain.impossible)
    facts = (
        Fact("product", shown_product(chain), bad=bad),
        Fact("log-probability", shown_number(chain.log_probability), "nats", bad),
        Fact("perplexity", shown_number(chain.perplexity, 2), bad=bad),
        Fact("bits per token", shown_number(chain.bits_per_token), bad=bad),
    )
    return Numbers(token, context, shown_probability(math.exp(chain.logs[looked])), facts)


def _set(token: str, joint: str) -> str:
    """A token in a formula; a mark of punctuation is quoted, or it would look like one of ours."""
    marked = joint and not any(letter.isalnum() for letter in token)
    return f"“{token}”" if marked else shown_token(token)


class NumbersLine(Styled):
    """The factor looked at, then product, log-probability, perplexity and bits per token.

    Where there is not the width it takes another line.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.numbers = Numbers()
        self._rows = 1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_numbers(self, numbers: Numbers) -> None:
        """Show other numbers."""
        self.numbers = numbers
        self.setAccessibleName(numbers.spoken)
        self._fit()
        self.update()

    def apply_style(self) -> None:
        """Measure anew."""
        self._fit()

    def sizeHint(self) -> QSize:
        """Return the height of the lines in use."""
        return QSize(self.look.ipx(420), self.look.ipx(_LINE * self._rows))

    def minimumSizeHint(self) -> QSize:
        """Return a small width: the line wraps."""
        return QSize(self.look.ipx(160), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap to the new width."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the factor, then the facts."""
        if not self.numbers.token:
            return
        with painting(self) as painter:
            self._paint_factor(painter)
            for fact, (x, row) in zip(self.numbers.facts, self._places(), strict=True):
                self._paint_fact(painter, fact, x, row)

    def _pieces(self) -> tuple[tuple[MathLayout, Role], ...]:
        numbers, size = self.numbers, round(self.look.px(_MATH) * 4) / 4
        pieces: list[tuple[tuple[Run, ...], Role]] = [
            ((Run("p", italic=True), Run(f"({numbers.token}")), "ink")
        ]
        if numbers.context:
            pieces += [((Run("\u2009|\u2009"),), "ink"), ((Run(numbers.context),), "forward")]
        pieces.append(((Run(f") = {numbers.number}"),), "ink"))
        return tuple((layout(runs, size), role) for runs, role in pieces)

    def _paint_factor(self, painter: QPainter) -> None:
        x, baseline = 0.0, self.look.px(_LINE / 2 + _MATH * 0.29)
        for piece, role in self._pieces():
            piece.draw(painter, QPointF(x, baseline), self.look.theme.text(role))
            x += piece.width
        if not self.numbers.number:
            self._paint_ghost(painter, x + self.look.px(4), 0)

    def _paint_fact(self, painter: QPainter, fact: Fact, x: float, row: int) -> None:
        look, theme = self.look, self.look.theme
        top, flags = look.px(_LINE) * row, Qt.AlignmentFlag.AlignVCenter
        parts: tuple[tuple[str, bool, Role], ...] = (
            (fact.name, False, "ink_2"),
            (fact.number, True, "disagrees" if fact.bad else "ink"),
            (fact.unit, False, "ink_2"),
        )
        for text, strong, role in parts:
            if strong and not text:
                self._paint_ghost(painter, x, row)
                return
            font = look.font("mono_strong" if strong else "text")
            painter.setFont(font)
            painter.setPen(theme.text(role))
            width = QFontMetricsF(font).horizontalAdvance(text)
            painter.drawText(QRectF(x, top, width + 4, look.px(_LINE)), flags, text)
            x += width + look.px(7)

    def _paint_ghost(self, painter: QPainter, x: float, row: int) -> None:
        look = self.look
        pen = QPen(look.theme.color("ghost"), look.px(1))
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        middle = look.px(_LINE) * (row + 0.5)
        box = QRectF(x, middle - look.px(5), look.px(46), look.px(10))
        painter.drawRoundedRect(box, look.px(3), look.px(3))

    def _width(self, fact: Fact) -> float:
        look = self.look
        text, mono = QFontMetricsF(look.font("text")), QFontMetricsF(look.font("mono_strong"))
        unit = text.horizontalAdvance(fact.unit) + look.px(7) if fact.unit else 0.0
        number = mono.horizontalAdvance(fact.number) if fact.number else look.px(46)
        return text.horizontalAdvance(fact.name) + look.px(7) + number + unit

    def _places(self) -> list[tuple[float, int]]:
        """Where each fact begins, and on which line."""
        gap = self.look.px(_GAP)
        x, row = sum(piece.width for piece, _ in self._pieces()) + gap, 0
        if not self.numbers.number:
            x += self.look.px(50)
        places = []
        for fact in self.numbers.facts:
            width = self._width(fact)
            if x + width > self.width() and x > 0:
                x, row = 0.0, row + 1
            places.append((x, row))
            x += width + gap
        return places

    def _fit(self) -> None:
        rows = 1 + max((row for _, row in self._places()), default=0)
        if rows != self._rows:
            self._rows = rows
            self.updateGeometry()
