"""A rounded surface with a title, a note at the right, and content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from explorer.kit.styled import Styled, painting, rounded

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from explorer.theme import Role, Style


class Label(QLabel):
    """Plain text, whatever characters it holds."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)


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
        self._title, self._note = Label(title), Label(note)
        self._note_role: Role = "ink_2"
        self.header = QHBoxLayout()
        self.header.addWidget(self._title)
        self.header.addStretch()
        self.header.addWidget(self._note)
        self.body = QVBoxLayout()
        layout = QVBoxLayout(self)
        layout.addLayout(self.header)
        layout.addLayout(self.body, 1)
        self.setAccessibleName(title)
        self._show_or_hide()
        self.apply_style()

    def set_title(self, title: str) -> None:
        """Change the title."""
        self._title.setText(title)
        self.setAccessibleName(title)
        self._show_or_hide()

    def set_note(self, note: str, role: Role = "ink_2") -> None:
        """Change the note at the right, and its colour."""
        self._note.setText(note)
        self._note_role = role
        self._show_or_hide()
        self.apply_style()

    def apply_style(self) -> None:
        """Set margins, fonts and colours."""
        look = self.look
        side, top = look.ipx(18), look.ipx(16)
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(side, top, side, top)
            layout.setSpacing(look.ipx(11))
        self.body.setSpacing(look.ipx(10))
        self.header.setSpacing(look.ipx(10))
        self._title.setFont(look.font("title"))
        self._note.setFont(look.font("text"))
        paint_text(self._title, look, "ink")
        paint_text(self._note, look, self._note_role)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the surface and its hairline."""
        theme = self.look.theme
        with painting(self) as painter:
            rounded(painter, QRectF(self.rect()), self.look.px(10), theme.color("surface"),
                    theme.color("line"))  # fmt: skip

    def _show_or_hide(self) -> None:
        self._title.setVisible(bool(self._title.text()))
        self._note.setVisible(bool(self._note.text()))


def paint_text(label: QLabel, style: Style, role: Role) -> None:
    """Give a standard label the colour of a role."""
    palette = label.palette()
    palette.setColor(label.foregroundRole(), style.theme.text(role))
    label.setPalette(palette)
