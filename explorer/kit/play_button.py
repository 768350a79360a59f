"""The round button in the middle of the transport."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QRectF, QSize

from explorer.kit.button import ActionButton, draw_icon
from explorer.kit.styled import rounded

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QPainter
    from PySide6.QtWidgets import QWidget

    from explorer.icons import IconName
    from explorer.theme import Style


class PlayButton(ActionButton):
    """Plays or pauses, in the colour of the pass under way."""

    def __init__(self, style: Style, action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(style, action, parent)
        self._playing = False
        self._direction: Literal["forward", "backward"] = "forward"

    def set_state(self, *, playing: bool, direction: Literal["forward", "backward"]) -> None:
        """Show whether a click pauses or plays, and which pass is on."""
        if (playing, direction) != (self._playing, self._direction):
            self._playing, self._direction = playing, direction
            self.setAccessibleName("Pause" if playing else "Play")
            self.update()

    @property
    def radius(self) -> float:
        """Half of the height: the ends are round."""
        return self.height() / 2

    def sizeHint(self) -> QSize:
        """Return 44 by 36 pixels at 100 %."""
        return QSize(self.look.ipx(44), self.look.ipx(36))

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Draw a filled pill with the sign of what a click does."""
        theme = self.look.theme
        fill = theme.color(self._direction if self.isEnabled() else "ghost")
        if self.isEnabled() and (self.underMouse() or self.isDown()):
            fill = theme.text(self._direction).darker(125 if self.isDown() else 112)
        inset = 3.0 * self.look.scale if self.hasFocus() else 0.0
        rounded(painter, rect.adjusted(inset, inset, -inset, -inset), self.radius - inset, fill)
        name: IconName = "pause" if self._playing else "play"
        draw_icon(painter, name, rect, theme.color("surface"), self.look.px(17), self)
