"""Sentences with mathematics in them, wrapped or cut to the width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QSizePolicy

from explorer.kit.styled import Styled, painting, plain_tip
from explorer.mathtext import MathLayout, layout_name, to_unicode

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import FontRole, Role, Style

MATH_SIZE = 1.18
"""Mathematics is set a little larger than the text around it, to look as large."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word, or a formula, and the space before it.

    Attributes:
        text: the word, empty for mathematics.
        math: the formula, None for a word.
        gap: space before it on a line, in pixels.
        width: its advance, in pixels.
    """

    text: str
    math: MathLayout | None
    gap: float
    width: float


class Prose(Styled):
    """A sentence whose mathematics stands between backticks.

    Args:
        lines: 1 cuts the sentence to one line, with an ellipsis; more wraps it.
        grows: be as high as the lines in use, not as those that are allowed.
    """

    def __init__(
        self,
        style: Style,
        *,
        font: FontRole = "text",
        role: Role = "ink",
        lines: int = 1,
        grows: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(style, parent)
        self._font, self._role, self._lines = font, role, lines
        self._grows = grows
        self._sentence = ""
        self._pieces: tuple[_Piece, ...] = ()
        self._placed: tuple[tuple[float, int, _Piece], ...] = ()
        self._cut = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    @property
    def sentence(self) -> str:
        """The sentence in plain Unicode."""
        return plain_sentence(self._sentence)

    def set_sentence(self, sentence: str) -> None:
        """Show another sentence."""
        if sentence != self._sentence:
            self._sentence = sentence
            self.setAccessibleName(self.sentence)
            self._pieces = self._cut_up()
            self._place()

    def set_role(self, role: Role) -> None:
        """Show the sentence in the colour of another role."""
        if role != self._role:
            self._role = role
            self.update()

    def apply_style(self) -> None:
        """Measure the sentence anew."""
        self._pieces = self._cut_up()
        self._place()

    def sizeHint(self) -> QSize:
        """Return the height of the lines that are allowed."""
        lines = self._used if self._grows else self._lines
        return QSize(self.look.ipx(200), int(self._line_height() * lines) + 2)

    def minimumSizeHint(self) -> QSize:
        """Return a small width: the sentence adapts."""
        return QSize(self.look.ipx(40), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap or cut the sentence to the new width."""
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the pieces, the block of lines centred in the height."""
        font, color = self.look.font(self._font), self.look.theme.text(self._role)
        metrics = QFontMetricsF(font)
        height = self._line_height()
        top = (self.height() - self._used * height) / 2
        with painting(self) as painter:
            painter.setFont(font)
            painter.setPen(color)
            for x, line, piece in self._placed:
                baseline = top + line * height + (height + metrics.ascent() - metrics.descent()) / 2
                if piece.math is not None:
                    piece.math.draw(painter, QPointF(x, baseline), color)
                else:
                    painter.drawText(QPointF(x, baseline), piece.text)

    @property
    def _used(self) -> int:
        """Lines in use."""
        return 1 + max((line for _, line, _ in self._placed), default=0)

    def _line_height(self) -> float:
        return self.look.size(self._font) * 1.5

    def _cut_up(self) -> tuple[_Piece, ...]:
        metrics = QFontMetricsF(self.look.font(self._font))
        space = metrics.horizontalAdvance(" ")
        pieces: list[_Piece] = []
        for number, part in enumerate(self._sentence.split("`")):
            if number % 2:
                layout = layout_name(part, self.look.size(self._font) * MATH_SIZE)
                gap = space if self._space_before(number) else 0.0
                pieces.append(_Piece("", layout, gap, layout.width))
                continue
            for place, word in enumerate(part.split()):
                glued = place == 0 and not part[:1].isspace()
                width = metrics.horizontalAdvance(word)
                pieces.append(_Piece(word, None, 0.0 if glued else space, width))
        return tuple(pieces)

    def _space_before(self, number: int) -> bool:
        before = self._sentence.split("`")[number - 1]
        return before[-1:].isspace()

    def _place(self) -> None:
        """Give each piece its line and place; the last allowed line ends in an ellipsis."""
        ellipsis = _Piece(
            "…", None, 0.0, QFontMetricsF(self.look.font(self._font)).horizontalAdvance("…")
        )
        placed: list[tuple[float, int, _Piece]] = []
        x, line = 0.0, 0
        self._cut = False
        for piece in self._pieces:
            gap = piece.gap if x else 0.0
            if x + gap + piece.width > self.width() and x:
                if line + 1 >= self._lines:
                    while (
                        placed
                        and placed[-1][0] + placed[-1][2].width + ellipsis.width > self.width()
                    ):
                        placed.pop()
                    end = placed[-1][0] + placed[-1][2].width if placed else 0.0
                    placed.append((end + 1, line, ellipsis))
                    self._cut = True
                    break
                x, line, gap = 0.0, line + 1, 0.0
            placed.append((x + gap, line, piece))
            x += gap + piece.width
        before = self._used
        self._placed = tuple(placed)
        if self._grows and self._used != before:
            self.updateGeometry()
        self.setToolTip(plain_tip(self.sentence) if self._cut else "")
        self.update()


def plain_sentence(sentence: str) -> str:
    """A sentence in plain Unicode, its mathematics too."""
    return "".join(
        to_unicode(part) if number % 2 else part for number, part in enumerate(sentence.split("`"))
    )
