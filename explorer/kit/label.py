"""A label of plain text in a font and colour of the style."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPalette
from PySide6.QtWidgets import QLabel

from explorer.kit.styled import Dressed, plain_tip

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import FontRole, Role, Style


class Label(Dressed, QLabel):
    """Plain text, never read as markup; ``elide`` cuts it with an ellipsis where space is short."""

    def __init__(
        self,
        style: Style,
        text: str = "",
        *,
        font: FontRole = "text",
        role: Role = "ink",
        elide: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.look = style
        self._font, self._role, self._elide, self._text = font, role, elide, ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.apply_style()
        self.set_text(text)

    @property
    def full_text(self) -> str:
        """The whole text, whatever is shown of it."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another text."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self._fit()
            self.updateGeometry()

    def set_role(self, role: Role) -> None:
        """Show the text in the colour of another role."""
        if role != self._role:
            self._role = role
            self.apply_style()

    def apply_style(self) -> None:
        """Set font and colour."""
        self.setFont(self.look.font(self._font))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, self.look.theme.text(self._role))
        self.setPalette(palette)
        self._fit()

    def sizeHint(self) -> QSize:
        """Return the room that the whole text takes."""
        if not self._elide:
            return super().sizeHint()
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._text) + 2, metrics.height() + 2)

    def minimumSizeHint(self) -> QSize:
        """Return a small width for a text that may be cut."""
        if not self._elide:
            return super().minimumSizeHint()
        return QSize(self.look.ipx(24), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the text to the new width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if not self._elide:
            self.setText(self._text)
            return
        metrics = QFontMetrics(self.font())
        shown = metrics.elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        self.setText(shown)
        self.setToolTip(plain_tip(self._text) if shown != self._text else "")
