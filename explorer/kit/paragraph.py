"""Prose that is as high as it needs to be at its width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSizePolicy

from explorer.kit.prose import Prose

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import FontRole, Role, Style

_MOST_LINES = 60


class Paragraph(Prose):
    """A sentence or more, wrapped; its height follows from its width."""

    def __init__(
        self,
        style: Style,
        sentence: str = "",
        *,
        font: FontRole = "text",
        role: Role = "ink",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(style, font=font, role=role, lines=_MOST_LINES, parent=parent)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_sentence(sentence)

    def set_sentence(self, sentence: str) -> None:
        """Show another sentence."""
        super().set_sentence(sentence)
        self.updateGeometry()

    def set_role(self, role: Role) -> None:
        """Show the sentence in the colour of another role."""
        self._role = role
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Its height follows from its width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the lines that a width asks for."""
        return int(self._line_height() * self._lines_at(width)) + 2

    def sizeHint(self) -> QSize:
        """Return the height at the present width."""
        width = max(self.width(), self.look.ipx(120))
        return QSize(self.look.ipx(200), self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Return a small width, and the height at the present one."""
        return QSize(self.look.ipx(40), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for another height where the width has changed."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def _lines_at(self, width: int) -> int:
        x, lines = 0.0, 1
        for piece in self._pieces:
            gap = piece.gap if x else 0.0
            if x + gap + piece.width > width and x:
                x, lines, gap = 0.0, lines + 1, 0.0
            x += gap + piece.width
        return lines
