"""Where one probability comes from: the terms of each order, as sums that can be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QSizePolicy

from explorer.kit.styled import Styled, painting, plain_tip, rounded
from explorer.mathtext import MathLayout, Run, layout
from explorer.panels.ngram_counting import grouped
from explorer.panels.ngram_table import short

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from engine.models.ngram_lm import Explanation, Term
    from explorer.theme import FontRole, Style

_HEAD, _ROW = 46.0, 19.0
_FOOT = 16.0
_FORMULA = 15.0
_COLUMNS = ("n-gram", "counted", "share × weight", "adds")
Cells = tuple[str, str, str, str]
Edges = tuple[float, float, float, float]

_AT_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CELL_FONTS: tuple[FontRole, ...] = ("secondary_strong", "mono_small", "mono_small", "mono_strong")
_LONGEST = 34
"""Characters of a context that are shown."""


class EvidencePanel(Styled):
    """``p(after | before)`` and, for each order, count, share, weight and what they add.

    Attributes:
        explanation: what is shown, None for nothing.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.explanation: Explanation | None = None
        self._runs: tuple[Run, ...] = ()
        self._foot = self._hint = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    @property
    def lines(self) -> tuple[str, ...]:
        """The terms in words, from the highest order to the lowest."""
        terms = () if self.explanation is None else self.explanation.terms
        return tuple("  ".join(_cells(term)) for term in terms)

    def show_explanation(
        self, explanation: Explanation, after: str, before: str, *, types: bool, hint: str = ""
    ) -> None:
        """Show where another probability comes from.

        Args:
            explanation: its terms.
            after, before: the token and its context, as shown.
            types: whether counts below the highest order are of different tokens before.
            hint: what can be done with the token, where there is room for it.
        """
        self.explanation, self._hint = explanation, hint
        given = before if len(before) <= _LONGEST else f"…{before[-_LONGEST:]}"
        asked = f"({after}\u2009|\u2009{given})" if given else f"({after})"
        number = short(explanation.probability)
        self._runs = (Run("p", italic=True), Run(f"{asked} = {number}"))
        highest = explanation.terms[0].order
        self._foot = f"below {highest}-grams: how many different tokens stand before"
        self._foot = self._foot if types and highest > 1 else ""
        words = f"p({after} given {before or 'nothing'}) = {number}"
        self.setAccessibleName(words)
        self.setAccessibleDescription("; ".join(self.lines))
        note = "Share times weight is what n-grams of this order add to the probability."
        if self._foot:
            note += " Below the longest, Kneser-Ney counts how many different tokens stand before."
        self.setToolTip(plain_tip(note))
        self.show()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for the formula and a line for each order."""
        rows = 0 if self.explanation is None else len(self.explanation.terms)
        foot = _FOOT if self._foot else 0
        return QSize(self.look.ipx(300), self.look.ipx(_HEAD + _ROW * rows + 4 + foot))

    def minimumSizeHint(self) -> QSize:
        """Return the same height."""
        return QSize(self.look.ipx(260), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the formula and the lines."""
        if self.explanation is None:
            return
        look, theme = self.look, self.look.theme
        with painting(self) as painter:
            painter.fillRect(QRectF(0, 0, self.width(), 1), theme.color("line"))
            formula = self._formula()
            formula.draw(painter, QPointF(0, look.px(22)), theme.color("ink"))
            painter.setFont(look.font("secondary"))
            painter.setPen(theme.text("ink_2"))
            room = self.width() - formula.width - look.px(16)
            if painter.fontMetrics().horizontalAdvance(self._hint) <= room:
                line = QRectF(0, look.px(6), self.width() - look.px(4), look.px(22))
                painter.drawText(line, _AT_RIGHT, self._hint)
            top = look.px(29)
            lines = [_cells(term) for term in self.explanation.terms]
            edges = self._edges(lines)
            self._line(painter, top, _COLUMNS, edges, head=True)
            most = max(term.contribution for term in self.explanation.terms) or 1.0
            for place, term in enumerate(self.explanation.terms):
                top = look.px(_HEAD + _ROW * place)
                self._bar(painter, top, term.contribution / most)
                self._line(painter, top, lines[place], edges, head=False)
            painter.setFont(look.font("node_small"))
            painter.setPen(theme.text("ink_2"))
            foot = QRectF(0, top + look.px(_ROW + 2), self.width(), look.px(_FOOT))
            painter.drawText(foot, Qt.AlignmentFlag.AlignVCenter, self._foot)

    def _formula(self) -> MathLayout:
        size = round(self.look.px(_FORMULA) * 4) / 4
        line = layout(self._runs, size)
        if line.width > self.width() > 0:
            line = layout(self._runs, size * max(self.width() / line.width, 0.6))
        return line

    def _line(
        self, painter: QPainter, top: float, cells: Cells, edges: Edges, *, head: bool
    ) -> None:
        look, theme = self.look, self.look.theme
        left = 0.0
        for place, (text, right) in enumerate(zip(cells, edges, strict=True)):
            ends = place in {0, len(cells) - 1}
            painter.setFont(look.font("node_small" if head else _CELL_FONTS[place]))
            painter.setPen(theme.text("ink" if ends and not head else "ink_2"))
            rect = QRectF(left, top, right - left, look.px(_ROW))
            wide = painter.fontMetrics().horizontalAdvance(text) > rect.width()
            fitting = text.replace(" of ", "/").replace("\u2009", "") if wide else text
            side = Qt.AlignmentFlag.AlignLeft if place == 0 else Qt.AlignmentFlag.AlignRight
            painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter, fitting)
            left = right

    def _bar(self, painter: QPainter, top: float, share: float) -> None:
        """Draw how much a term adds, behind its numbers."""
        look, theme = self.look, self.look.theme
        width = max(share, 0.0) * (self.width() - 1)
        if width >= 1:
            rect = QRectF(0, top + look.px(1), width, look.px(_ROW - 2))
            rounded(painter, rect, look.px(3), theme.tint("forward"))

    def _edges(self, lines: list[Cells]) -> Edges:
        """Where the columns end, for these lines."""
        look = self.look
        gap = look.px(9)

        def widest(place: int) -> float:
            metrics = QFontMetricsF(look.font(_CELL_FONTS[place]))
            head = QFontMetricsF(look.font("node_small")).horizontalAdvance(_COLUMNS[place])
            return max(head, *(metrics.horizontalAdvance(line[place]) for line in lines))

        last = self.width() - look.px(4)
        third = last - widest(3) - gap
        second = third - widest(2) - gap
        return (widest(0), second, third, last)


def _cells(term: Term) -> Cells:
    """A term's line: n-gram, counts, share and weight, what they add."""
    name = f"{term.order}-gram" if term.order else "uniform"
    counted = f"{grouped(term.count)} of {grouped(term.context_count)}"
    if not term.context_count:
        counted = "—"
    return (
        name,
        counted,
        f"{short(term.share)} × {short(term.weight)}",
        short(term.contribution),
    )
