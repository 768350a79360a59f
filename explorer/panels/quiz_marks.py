"""The questions of a round as a row of marks, and words that grow for a room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize

from explorer.kit.button import draw_icon
from explorer.kit.label import Label
from explorer.kit.styled import Styled, painting

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from engine.quiz import Score
    from explorer.icons import IconName
    from explorer.theme import FontRole, Role, Style


class RoomLabel(Label):
    """Words in one font, and in a larger one while an audience looks.

    Args:
        font, large: the two fonts.
    """

    def __init__(self, style: Style, font: FontRole, large: FontRole, role: Role = "ink") -> None:
        self._usual, self._large = font, large
        super().__init__(style, font=font, role=role)
        self.setWordWrap(True)

    def set_large(self, large: bool) -> None:
        """Take the larger font, or the usual one again."""
        self._font = self._large if large else self._usual
        self.apply_style()
        self.updateGeometry()


class ScoreMarks(Styled):
    """One mark a question: right, wrong, a tie, or still to come.

    Attributes:
        total: how many questions there are.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.total = 0
        self._marks: tuple[bool | None, ...] = ()

    def show_score(self, score: Score, total: int) -> None:
        """Show how the questions were answered so far."""
        self.total = total
        self._marks = tuple(
            None if votes.majority is None else votes.majority == question.truth
            for question, votes in score.answers
        )
        self.setAccessibleName(f"{score.right} of {score.answered} right")
        self.setToolTip(f"{score.right} of {score.answered} right so far")
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for all marks."""
        return QSize(self.look.ipx(24 * max(1, self.total)), self.look.ipx(24))

    def minimumSizeHint(self) -> QSize:
        """Return room for a few."""
        return QSize(self.look.ipx(60), self.look.ipx(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the marks from the left."""
        look, theme = self.look, self.look.theme
        step = min(look.px(24), self.width() / max(1, self.total))
        size = min(look.px(16), step * 0.8)
        with painting(self) as painter:
            for place in range(self.total):
                box = QRectF(place * step, (self.height() - size) / 2, size, size)
                if place < len(self._marks):
                    mark = self._marks[place]
                    name: IconName = "more" if mark is None else "check" if mark else "close"
                    role: Role = "ink_2" if mark is None else "agrees" if mark else "disagrees"
                    draw_icon(painter, name, box, theme.text(role), size, self)
                    continue
                here = place == len(self._marks)
                painter.setPen(theme.color("forward" if here else "ghost"))
                painter.setBrush(theme.color("forward" if here else "ghost"))
                dot = size * (0.28 if here else 0.18)
                painter.drawEllipse(box.center(), dot, dot)
