"""A rounded surface with a title, a note at the right, and content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer.kit.label import Label
from explorer.kit.styled import Styled, painting, rounded

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from explorer.theme import Role, Style


class Card(Styled):
    """A card of a workspace.

    Attributes:
        header: the row of title and note; add small controls to it.
        body: the layout below it; add the content there.
    """

    def __init__(
        self, style: Style, title: str = "", note: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(style, parent)
        self._title = Label(style, title, font="title")
        self._note = Label(style, note, role="ink_2", elide=True)
        self.header = QHBoxLayout()
        self.header.addWidget(self._title)
        self.header.addStretch()
        self.header.addWidget(self._note, 100)
        self._note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.body = QVBoxLayout()
        layout = QVBoxLayout(self)
        layout.addLayout(self.header)
        layout.addLayout(self.body, 1)
        self.setAccessibleName(title)
        self._show_or_hide()
        self.apply_style()

    def set_title(self, title: str) -> None:
        """Change the title."""
        self._title.set_text(title)
        self.setAccessibleName(title)
        self._show_or_hide()

    def set_note(self, note: str, role: Role = "ink_2") -> None:
        """Change the note at the right, and its colour."""
        self._note.set_text(note)
        self._note.set_role(role)
        self._show_or_hide()

    def apply_style(self) -> None:
        """Set margins."""
        look = self.look
        side, top = look.ipx(18), look.ipx(16)
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(side, top, side, top)
            layout.setSpacing(look.ipx(11))
        self.body.setSpacing(look.ipx(10))
        self.header.setSpacing(look.ipx(10))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the surface and its hairline."""
        theme = self.look.theme
        with painting(self) as painter:
            rounded(painter, QRectF(self.rect()), self.look.px(10), theme.color("surface"),
                    theme.color("line"))  # fmt: skip

    def _show_or_hide(self) -> None:
        self._title.setVisible(bool(self._title.full_text))
        self._note.setVisible(bool(self._note.full_text))
