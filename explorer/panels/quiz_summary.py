"""The end of a round: the score, the models, the confusion table, and question by question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QGridLayout, QHBoxLayout

from explorer.kit.bar_list import Bar, BarList
from explorer.kit.button import Button, draw_icon
from explorer.kit.card import Card
from explorer.kit.label import Label
from explorer.kit.row_list import RowList
from explorer.kit.scroll_page import ScrollPage
from explorer.panels.quiz_confusion import ConfusionTable
from explorer.panels.quiz_words import source_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter, QResizeEvent

    from engine.quiz import Question, Score, Votes
    from explorer.icons import IconName
    from explorer.theme import Role, Style


@dataclass(frozen=True, slots=True)
class Asked:
    """One question in the list.

    Attributes:
        number: of the question.
        right: whether the guess was; None for a tie.
        said, source, text: what was said, what it was, and the passage.
    """

    number: int
    right: bool | None
    said: str
    source: str
    text: str

    @property
    def spoken(self) -> str:
        """The row in words."""
        verdict = {True: "right", False: "wrong", None: "no majority"}[self.right]
        return f"{self.number}. {verdict}, said {self.said}: {self.source}. {self.text}"


class AskedList(RowList[Asked]):
    """All questions of the round, two lines each."""

    ROW: ClassVar = 50

    def sizeHint(self) -> QSize:
        """Return room for all of them, up to twelve."""
        rows = min(12, max(4, len(self.rows)))
        return QSize(self.look.ipx(420), self.look.ipx(self.ROW) * rows)

    def minimumSizeHint(self) -> QSize:
        """Return room for four."""
        return QSize(self.look.ipx(280), self.look.ipx(self.ROW) * 4)

    def picked_row(self, place: int) -> None:
        """Nothing more to tell."""

    def paint_row(self, painter: QPainter, rect: QRectF, row: Asked) -> None:
        """Draw verdict, source and the beginning of the passage."""
        look, theme = self.look, self.look.theme
        name: IconName = "more" if row.right is None else "check" if row.right else "close"
        role: Role = "ink_2" if row.right is None else "agrees" if row.right else "disagrees"
        place = QRectF(rect.left() + look.px(2), rect.top(), look.px(24), rect.height())
        draw_icon(painter, name, place, theme.text(role), look.px(18), self)
        left = rect.left() + look.px(36)
        width = rect.right() - left - look.px(6)
        lines = (
            (f"{row.number}. {row.source}", "text_strong", "ink"),
            (f"said {row.said} · {row.text}", "secondary", "ink_2"),
        )
        height = rect.height() / 2 - look.px(3)
        for number, (text, font, color) in enumerate(lines):
            painter.setFont(look.font(font))  # type: ignore[arg-type]  # both are font roles
            painter.setPen(theme.text(color))  # type: ignore[arg-type]  # both are colour roles
            shown = QFontMetricsF(painter.font()).elidedText(
                text, Qt.TextElideMode.ElideRight, width
            )
            line = QRectF(left, rect.top() + look.px(3) + number * height, width, height)
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
            painter.drawText(line, flags, shown)


class SummaryPage(ScrollPage):
    """What a round came to.

    Signals:
        again_requested(): the same with another seed.
        change_requested(): another round altogether.
    """

    again_requested = Signal()
    change_requested = Signal()

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style
        self.score_card = Card(style)
        self._score = Label(style, font="display")
        self._hands = Label(style, font="text", role="ink_2")
        self._hands.setWordWrap(True)
        self.again = Button(style, "Play again", kind="primary")
        self.change = Button(style, "Change the round")
        self.again.clicked.connect(self.again_requested)
        self.change.clicked.connect(self.change_requested)
        self.models_card = Card(style, "Which model fools most", "its passages called real")
        self.models = BarList(style, name="Share of hands that each model fooled", strong=True)
        self.table_card = Card(style, "What it was, what was said")
        self.table = ConfusionTable(style)
        self.list_card = Card(style, "Question by question")
        self.asked = AskedList(style, name="Questions of the round")
        self._wide: bool | None = None
        self._build()
        self._lay_out()

    def _build(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.again)
        buttons.addWidget(self.change)
        buttons.addStretch(1)
        self.score_card.body.addWidget(self._score)
        self.score_card.body.addWidget(self._hands)
        self.score_card.body.addLayout(buttons)
        self.models_card.body.addWidget(self.models, 1)
        self.table_card.body.addWidget(self.table)
        self.list_card.body.addWidget(self.asked, 1)

    def show_score(self, score: Score, *, counting: bool) -> None:
        """Show what a round came to."""
        self._score.set_text(f"{score.right} of {score.answered} right")
        told = "Each passage was judged by one person."
        if counting and score.hands:
            share = score.hands_right / score.hands
            told = (
                f"{score.hands_right} of {score.hands} hands were right ({share:.0%}); the majority"
                f" was right {score.right} of {score.answered} times."
            )
        self._hands.set_text(told)
        self.models.set_bars(
            [
                Bar(one.title, one.share, (f"{one.fooled} of {one.hands}", f"{one.share:.0%}"))
                for one in score.models
            ]
        )
        self.models.setMinimumHeight(self.models.look.ipx(BarList.ROW * max(1, len(score.models))))
        self.table.show_table(score.confusion)
        self.asked.show_rows(tuple(_row(question, votes) for question, votes in score.answers))
        self.again.setFocus()

    def set_presenting(self, presenting: bool) -> None:
        """Leave out what only the lecturer needs."""
        self.change.setVisible(not presenting)

    def dress(self, style: Style) -> None:
        """Lay the cards out in another style."""
        self._style, self._wide = style, None
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the list beside the rest, or below it."""
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        look, grid = self._style, self.grid
        wide = self.width() >= look.px(820)
        if wide == self._wide:
            return
        self._wide = wide
        margin = look.ipx(22)
        grid.setContentsMargins(margin, look.ipx(18), margin, look.ipx(18))
        grid.setSpacing(look.ipx(16))
        cards = (self.score_card, self.models_card, self.table_card)
        for card in (*cards, self.list_card):
            grid.removeWidget(card)
        for row, card in enumerate(cards):
            grid.addWidget(card, row, 0)
        self._place_list(grid, wide=wide)

    def _place_list(self, grid: QGridLayout, *, wide: bool) -> None:
        if wide:
            grid.addWidget(self.list_card, 0, 1, 4, 1)
        else:
            grid.addWidget(self.list_card, 3, 0)
        grid.setColumnStretch(0, 10)
        grid.setColumnStretch(1, 13 if wide else 0)
        for row in range(4):
            grid.setRowStretch(row, 1 if row == 3 else 0)


def _row(question: Question, votes: Votes) -> Asked:
    majority = votes.majority
    right = None if majority is None else majority == question.truth
    said = {"real": "real", "model": "a model", None: "nothing by majority"}[majority]
    if votes.total > 1:
        said += f" ({votes.real} : {votes.model})"
    return Asked(question.number, right, said, source_of(question), question.passage.shown)
