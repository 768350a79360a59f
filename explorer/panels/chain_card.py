"""The card of the chain rule: a sentence, a card for each token, and what its factors make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy

from explorer.kit.button import Button
from explorer.kit.card import Card
from explorer.kit.field import TextField
from explorer.kit.math_label import MathLabel
from explorer.kit.notice import Notice
from explorer.panels.chain_beside import BesidePanel, LaneLegend
from explorer.panels.chain_cards import Strip, strip_of
from explorer.panels.chain_evidence import EvidenceTable, note_of, rows_of
from explorer.panels.chain_numbers import Numbers, NumbersLine, numbers_of
from explorer.panels.chain_strip import ChainScroll, ChainStrip
from explorer.panels.chain_words import formula

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from explorer.kit.notice import Tone
    from explorer.panels.chain_reading import (
        NGramReading,
        Recurrent,
        RecurrentReading,
        Sentence,
    )
    from explorer.theme import Style

_NARROW = 1000


class ChainCard(Card):
    """Shows a sentence's factors and lets a person change the sentence.

    Attributes:
        field: where the sentence is typed.
        strip: the cards of the tokens.
        numbers: the factor looked at, product, perplexity.
        table: where a factor comes from.
        beside: the RNN beside.
        notice: why a sentence cannot occur, or what a question why is answered.

    Signals:
        edited(text): each change of the sentence.
        hovered(place), looked_at(place), why_asked(place): as of the strip.
        helped(): the notice's button was pressed.
    """

    edited = Signal(str)
    hovered = Signal(int)
    looked_at = Signal(int)
    why_asked = Signal(int)
    helped = Signal()
    _bottom: QBoxLayout | None = None

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "Chain rule", parent=parent)
        self.field = TextField(style, "", placeholder="any sentence")
        editor = self.field.focusProxy()
        if editor is not None:
            editor.setAccessibleName("Sentence of the chain rule")
        self._formula = MathLabel(style, formula(3))
        self.header.insertWidget(1, self.field, 100)
        self.header.addWidget(self._formula)
        self.strip = ChainStrip(style)
        self._scroll = ChainScroll(self.strip)
        self._legend = LaneLegend(style)
        self.numbers = NumbersLine(style)
        self.why = Button(style, "Why this number?")
        self.notice = Notice(style)
        self.table = EvidenceTable(style)
        self.beside = BesidePanel(style)
        cards, line = QHBoxLayout(), QHBoxLayout()
        cards.addWidget(self._legend, 0, Qt.AlignmentFlag.AlignTop)
        cards.addWidget(self._scroll, 1)
        line.addWidget(self.numbers, 1)
        line.addWidget(self.why, 0, Qt.AlignmentFlag.AlignTop)
        self._bottom = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._bottom.addWidget(self.table, 6, Qt.AlignmentFlag.AlignTop)
        self._bottom.addWidget(self.beside, 5)
        for row in (cards, line):
            self.body.addLayout(row)
        self.body.addWidget(self.notice)
        self.body.addLayout(self._bottom)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.why.setEnabled(False)
        self.field.edited.connect(self.edited)
        self.field.submitted.connect(self.edited)
        self.strip.hovered.connect(self.hovered)
        self.strip.looked_at.connect(self.looked_at)
        self.strip.why_asked.connect(self.why_asked)
        self.why.clicked.connect(self._ask)
        self.notice.action_requested.connect(self.helped)
        self.apply_style()

    def set_text(self, text: str) -> None:
        """Show another sentence in the field."""
        self.field.set_text(text)

    def show_order(self, order: int) -> None:
        """Show the formula of another order."""
        self._formula.set_name(formula(order))

    def show_reading(
        self,
        sentence: Sentence,
        order: int,
        reading: NGramReading | None,
        looked: int,
        rnn: Recurrent | None = None,
        beside: RecurrentReading | None = None,
    ) -> None:
        """Show a sentence; what is not read yet stays open."""
        strip = strip_of(sentence, order, reading, looked, rnn, beside)
        self._legend.show_names(strip.ngram, strip.beside)
        self._scroll.show_strip(strip)
        self.numbers.show_numbers(numbers_of(sentence, reading, looked, order))
        self.why.setEnabled(reading is not None)
        self.show_evidence(reading, looked)

    def show_nothing(self) -> None:
        """Show no tokens, because the text cannot be cut into any."""
        self._scroll.show_strip(Strip())
        self._legend.show_names("", "")
        self.numbers.show_numbers(Numbers())
        self.why.setEnabled(False)
        self.notice.clear()
        self.show_evidence(None, 0)

    def show_evidence(self, reading: NGramReading | None, place: int) -> None:
        """Show where one factor comes from."""
        if reading is None:
            self.table.show_rows((), len(self.table.rows))
            return
        kept = max(len(e.terms) for e in reading.evidence)
        self.table.show_rows(rows_of(reading, place), kept, note_of(reading))

    def show_problem(self, sentence: str) -> None:
        """Mark the field; an empty sentence says that all is well again."""
        if sentence != self.field.problem:
            self.field.set_problem(sentence)

    def say(self, sentence: str, tone: Tone = "info", button: str = "") -> None:
        """Say something below the numbers, or nothing."""
        if not sentence:
            self.notice.clear()
        elif sentence != self.notice.sentence:
            self.notice.say(sentence, tone, button)
            self._fit_notice()

    def apply_style(self) -> None:
        """Set distances and the columns."""
        super().apply_style()
        if self._bottom is not None:
            self._bottom.setSpacing(self.look.ipx(28))
            if self.isVisible():
                self._arrange()
                self._fit_notice()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put evidence and RNN side by side, or one below the other where it is narrow."""
        super().resizeEvent(event)
        self._arrange()
        self._fit_notice()

    def _arrange(self) -> None:
        if self._bottom is None:
            return
        narrow = self.width() < self.look.px(_NARROW)
        sides = QBoxLayout.Direction
        direction = sides.TopToBottom if narrow else sides.LeftToRight
        if direction != self._bottom.direction():
            self._bottom.setDirection(direction)

    def _fit_notice(self) -> None:
        """Ask for the height of all its lines: the page would give it that of a wide one."""
        strip, own = self.notice.layout(), self.layout()
        if strip is None or own is None:
            return
        margins = own.contentsMargins()
        height = strip.totalHeightForWidth(self.width() - margins.left() - margins.right())
        if height > 0:
            self.notice.setMinimumHeight(height)

    def _ask(self) -> None:
        self.why_asked.emit(self.strip.strip.looked)
