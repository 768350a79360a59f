"""Where a factor comes from: the n-grams of each order, their counts, weights and contributions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QSizePolicy

from explorer.kit.styled import Styled, painting, plain_tip, rounded
from explorer.kit.tokens import shown_token
from explorer.panels.chain_words import shown_probability
from explorer.panels.ngram_counting import grouped, kind_noun

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.panels.chain_reading import NGramReading
    from explorer.theme import FontRole, Role, Style

_ROW = 23.0
_HEADS = ("n-gram", "counted", "share", "× weight", "= adds")


@dataclass(frozen=True, slots=True)
class Row:
    """One order's part.

    Attributes:
        order: n of its n-grams, 0 for the uniform distribution.
        context: the tokens before, as shown.
        token: the last one, or what a uniform distribution is over.
        counted: how often the n-gram came, of how often its context did.
        share, weight, adds: as shown.
        part: of the whole probability, in [0, 1].
        answers: whether this is the longest n-gram that was seen.
    """

    order: int
    context: str
    token: str
    counted: str
    share: str
    weight: str
    adds: str
    part: float
    answers: bool

    @property
    def spoken(self) -> str:
        """The row in words."""
        before = f"{self.context} " if self.context else ""
        return (
            f"order {self.order}, {before}{self.token}: counted {self.counted}, share {self.share} "
            f"times weight {self.weight} adds {self.adds}"
        )


def rows_of(reading: NGramReading, place: int) -> tuple[Row, ...]:
    """The rows of one factor, the highest order first."""
    sentence, explanation = reading.sentence, reading.evidence[place]
    joint = "" if sentence.kind == "char" else " "
    token, rows = shown_token(sentence.tokens[place]), []
    for term in explanation.terms:
        first = place - len(term.context)
        before = joint.join(shown_token(t) for t in sentence.tokens[max(0, first) : place])
        of = f"{grouped(term.count)} of {grouped(term.context_count)}"
        name = token
        if term.order == 0:
            before, name = "", f"any {kind_noun(sentence.kind)}"
            of = f"1 of {grouped(term.context_count)}"
        part = term.contribution / explanation.probability if explanation.probability else 0.0
        rows.append(
            Row(
                term.order, before, name, of, shown_probability(term.share),
                shown_probability(term.weight), shown_probability(term.contribution),
                min(part, 1.0), term.order == explanation.order and term.count > 0,
            )
        )  # fmt: skip
    return tuple(rows)


def note_of(reading: NGramReading) -> str:
    """What is counted, where that is not how often an n-gram came."""
    if reading.order == 1 or not reading.smoothing.name.endswith("kneser-ney"):
        return ""
    return f"below {reading.order}-grams: how many different tokens stand before"


class EvidenceTable(Styled):
    """One row an order; the bar at its end is its part of the probability.

    Attributes:
        rows: what is shown.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.rows: tuple[Row, ...] = ()
        self._kept, self._note = 2, ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rows(self, rows: tuple[Row, ...], kept: int, note: str = "") -> None:
        """Show another factor's rows.

        Args:
            rows: the highest order first; none while nothing is computed.
            kept: for how many room is kept, so that the page stands still from token to token.
            note: what a person should know about the counts.
        """
        self.rows, self._note = rows, note
        self.setAccessibleDescription(note)
        self.setToolTip(plain_tip(note))
        if kept != self._kept:
            self._kept = kept
            self.updateGeometry()
        self.setAccessibleName("; ".join(row.spoken for row in rows) or "Not computed yet")
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of the heads and of the rows for which room is kept."""
        lines = 1 + max(self._kept, len(self.rows))
        return QSize(self.look.ipx(480), self.look.ipx(_ROW * lines))

    def minimumSizeHint(self) -> QSize:
        """Return room for the numbers and a word."""
        return QSize(self.look.ipx(400), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw heads and rows."""
        with painting(self) as painter:
            for column, head in enumerate(_HEADS):
                self._cell(painter, 0, column, head, "secondary", "ink_2")
            self._paint_note(painter)
            for line, row in enumerate(self.rows, start=1):
                self._row(painter, line, row)

    def _paint_note(self, painter: QPainter) -> None:
        """Draw the note after the heads, where there is room for all of it."""
        look = self.look
        font = look.font("secondary")
        left = self._columns()[-1] + look.px(18)
        if left + QFontMetricsF(font).horizontalAdvance(self._note) < self.width():
            painter.setFont(font)
            painter.setPen(look.theme.text("ink_2"))
            rect = QRectF(left, 0, self.width() - left, look.px(_ROW))
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, self._note)

    def _row(self, painter: QPainter, line: int, row: Row) -> None:
        look, theme = self.look, self.look.theme
        if row.answers:
            top = look.px(_ROW) * line
            area = QRectF(0, top + 1, self.width(), look.px(_ROW) - 2)
            rounded(painter, area, look.px(5), theme.tint("forward", "lane"))
        rect = self._rect(line, 0)
        order = QRectF(rect.left(), rect.top(), look.px(20), rect.height())
        painter.setFont(look.font("mono"))
        painter.setPen(theme.text("ink_2"))
        painter.drawText(order, Qt.AlignmentFlag.AlignCenter, str(row.order))
        words = rect.adjusted(look.px(28), 0, 0, 0)
        self._ngram(painter, words, row)
        numbers = (row.counted, row.share, row.weight, row.adds)
        for column, number in enumerate(numbers, start=1):
            role: Role = "ink" if column == 4 else "ink_2"
            font: FontRole = "mono_strong" if column == 4 else "mono"
            self._cell(painter, line, column, number, font, role)
        track = self._track(line)
        rounded(painter, track, look.px(3), theme.color("raised"))
        if row.part > 0:
            track.setWidth(max(look.px(2), track.width() * row.part))
            rounded(painter, track, look.px(3), theme.tint("forward", "strong"))

    def _ngram(self, painter: QPainter, rect: QRectF, row: Row) -> None:
        """Draw the context in the accent and the token in ink; the beginning gives way."""
        look, theme = self.look, self.look.theme
        strong, plain = look.font("text_strong"), look.font("text")
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        token = QFontMetricsF(strong).elidedText(
            row.token, Qt.TextElideMode.ElideRight, rect.width()
        )
        wide = QFontMetricsF(strong).horizontalAdvance(token)
        gap = look.px(5) if row.context else 0.0
        before = QFontMetricsF(plain).elidedText(
            row.context, Qt.TextElideMode.ElideLeft, max(0.0, rect.width() - wide - gap)
        )
        painter.setFont(plain)
        painter.setPen(theme.text("forward"))
        painter.drawText(rect, flags, before)
        left = QFontMetricsF(plain).horizontalAdvance(before) + gap
        painter.setFont(strong)
        painter.setPen(theme.text("ink"))
        painter.drawText(rect.adjusted(left, 0, 0, 0), flags, token)

    def _cell(
        self, painter: QPainter, line: int, column: int, text: str, font: FontRole, role: Role
    ) -> None:
        painter.setFont(self.look.font(font))
        painter.setPen(self.look.theme.text(role))
        side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
        rect = self._rect(line, column)
        if not column and not line:
            rect = rect.adjusted(self.look.px(4), 0, 0, 0)
        painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter, text)

    def _columns(self) -> tuple[float, ...]:
        """The right edges of the five columns; the bar comes after the last."""
        look = self.look
        mono = QFontMetricsF(look.font("mono"))
        longest = max((mono.horizontalAdvance(row.counted) for row in self.rows), default=0.0)
        counted = max(longest + look.px(12), look.px(96))
        widths = (counted, look.px(64), look.px(70), look.px(66))
        bar = min(look.px(120), max(look.px(30), self.width() * 0.3 - look.px(120))) + look.px(12)
        first = max(look.px(70), min(self.width() - sum(widths) - bar, look.px(300)))
        edges = [first]
        for width in widths:
            edges.append(edges[-1] + width)
        return tuple(edges)

    def _rect(self, line: int, column: int) -> QRectF:
        edges, row = self._columns(), self.look.px(_ROW)
        left = edges[column - 1] if column else 0.0
        return QRectF(left, row * line, edges[column] - left, row)

    def _track(self, line: int) -> QRectF:
        look, left = self.look, self._columns()[-1] + self.look.px(12)
        width = min(look.px(120), max(0.0, self.width() - left - look.px(4)))
        middle = look.px(_ROW) * (line + 0.5)
        return QRectF(left, middle - look.px(3), width, look.px(6))
