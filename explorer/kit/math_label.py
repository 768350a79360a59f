"""A label that sets a name as mathematics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QSize

from explorer.kit.styled import Styled, painting
from explorer.mathtext import MathLayout, layout_name, to_unicode

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import FontRole, Role, Style


class MathLabel(Styled):
    """One name, such as ``h_4``; smaller where the width asks for it."""

    def __init__(
        self, style: Style, name: str = "", *, font: FontRole = "node_name", role: Role = "ink",
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(style, parent)
        self._font, self._role = font, role
        self._name = ""
        self.set_name(name)

    @property
    def name(self) -> str:
        """The name in the engine's plain notation."""
        return self._name

    def set_name(self, name: str) -> None:
        """Show another name."""
        self._name = name
        self.setAccessibleName(to_unicode(name))
        self.updateGeometry()
        self.update()

    def set_role(self, role: Role) -> None:
        """Show the name in the colour of another role."""
        self._role = role
        self.update()

    def sizeHint(self) -> QSize:
        """Return what the name needs at its full size."""
        layout = self._layout(1.0)
        return QSize(int(layout.width) + 2, int(layout.height) + 2)

    def minimumSizeHint(self) -> QSize:
        """Return half of that width: the name shrinks."""
        hint = self.sizeHint()
        return QSize(hint.width() // 2, hint.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the name."""
        layout = self._layout(1.0)
        if layout.width > self.width():
            layout = self._layout(max(0.5, (self.width() - 1) / layout.width))
        with painting(self) as painter:
            top = (self.height() - layout.height) / 2
            color = self.look.theme.text(self._role)
            layout.draw(painter, QPointF(0.5, top + layout.ascent), color)

    def _layout(self, share: float) -> MathLayout:
        return layout_name(self._name, round(self.look.size(self._font) * share * 4) / 4)
