"""A question about the code, with its answer and two cards that show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from explorer.kit.label import Label
from explorer.kit.prose import Prose
from explorer.kit.scroll_page import ScrollPage
from explorer.kit.styled import Styled, painting, rounded

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

    from explorer.kit.card import Card
    from explorer.theme import Role, Style

SIDE_BY_SIDE = 720
"""Width at 100 % from which the two cards stand side by side."""


class CodeLine(Styled):
    """One line of code in a tinted box."""

    def __init__(self, style: Style, role: Role, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._role = role
        self._label = Label(style, font="code", elide=True)
        row = QHBoxLayout(self)
        row.addWidget(self._label)
        self.apply_style()

    def set_text(self, text: str) -> None:
        """Show another line."""
        self._label.set_text(text)

    def apply_style(self) -> None:
        """Set margins."""
        layout = self.layout()
        if layout is not None:
            side, top = self.look.ipx(12), self.look.ipx(7)
            layout.setContentsMargins(side, top, side, top)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box."""
        with painting(self) as painter:
            tint = self.look.theme.tint(self._role)
            rounded(painter, QRectF(self.rect()), self.look.px(7), tint)


class Question(Styled):
    """A question, its answer in a sentence or two, and two cards that show it.

    Attributes:
        left, right: the cards.
    """

    def __init__(self, style: Style, question: str, left: Card, right: Card) -> None:
        super().__init__(style)
        self.left, self.right = left, right
        self._question = Label(style, question, font="display")
        self._question.setWordWrap(True)
        self._answer = Prose(style, font="caption", role="ink_2", lines=5, grows=True)
        page = ScrollPage()
        self._grid = page.grid
        self._grid.addWidget(self._question, 0, 0, 1, 2)
        self._grid.addWidget(self._answer, 1, 0, 1, 2)
        self._grid.setRowStretch(4, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(page)
        self._stacked: bool | None = None
        self.apply_style()

    @property
    def answer(self) -> str:
        """The sentence shown."""
        return self._answer.sentence

    def set_answer(self, sentence: str) -> None:
        """Say the answer."""
        self._answer.set_sentence(sentence)

    def apply_style(self) -> None:
        """Set margins."""
        side = self.look.ipx(22)
        self._grid.setContentsMargins(side, self.look.ipx(18), side, self.look.ipx(18))
        self._grid.setSpacing(self.look.ipx(14))
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the cards side by side where there is room."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        stacked = self.width() < self.look.px(SIDE_BY_SIDE)
        if stacked != self._stacked:
            self._stacked = stacked
            for card in (self.left, self.right):
                self._grid.removeWidget(card)
            self._grid.addWidget(self.left, 2, 0, 1, 2 if stacked else 1)
            row, column, span = (3, 0, 2) if stacked else (2, 1, 1)
            self._grid.addWidget(self.right, row, column, 1, span)
            for column in range(2):
                self._grid.setColumnStretch(column, 1)
