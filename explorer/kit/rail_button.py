"""A workspace's entry in the left rail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF

from explorer.kit.button import ActionButton, draw_icon
from explorer.kit.styled import rounded

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QPainter
    from PySide6.QtWidgets import QWidget

    from explorer.icons import IconName
    from explorer.theme import Style


TIGHT = 23
"""Height in pixels at 100 % of an icon with nothing around it."""


class RailButton(ActionButton):
    """An icon over a label; on when its workspace is shown."""

    def __init__(
        self, style: Style, action: QAction, icon: IconName, parent: QWidget | None = None
    ) -> None:
        super().__init__(style, action, parent)
        self._icon: IconName = icon
        self._bare = self._busy = self._tight = False

    def set_bare(self, bare: bool, *, tight: bool = False) -> None:
        """Show the icon alone, where the window is low; the tip has the words.

        Args:
            bare: whether to leave the words out.
            tight: no room around the icon either.
        """
        if (bare, tight) != (self._bare, self._tight):
            self._bare, self._tight = bare, tight
            self.updateGeometry()
            self.update()

    def set_busy(self, busy: bool) -> None:
        """Show with a dot that work goes on there, or no longer."""
        if busy != self._busy:
            self._busy = busy
            self.setAccessibleName(f"{self.text()}, at work" if busy else self.text())
            self.update()

    @property
    def radius(self) -> float:
        """Corner radius of the selected background."""
        return self.look.px(9)

    def sizeHint(self) -> QSize:
        """Return 54 by 52 pixels at 100 %, wider for a longer label; lower without."""
        if self._bare:
            return QSize(self.look.ipx(54), self.look.ipx(TIGHT if self._tight else 34))
        label = QFontMetricsF(self.look.font("rail")).horizontalAdvance(self.text())
        return QSize(max(self.look.ipx(54), int(label + self.look.px(4))), self.look.ipx(52))

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the icon over the label, or alone."""
        look, theme = self.look, self.look.theme
        if self.isChecked():
            rounded(painter, rect, self.radius, theme.tint("forward"))
        elif self.underMouse() and self.isEnabled():
            rounded(painter, rect, self.radius, theme.color("raised"))
        color = theme.text("forward") if self.isChecked() else theme.text("ink_2")
        if not self.isEnabled():
            color = theme.color("ink_3")
        if self._busy:
            side = look.px(8)
            dot = QRectF(rect.right() - look.px(14), rect.top() + look.px(5), side, side)
            rounded(painter, dot, look.px(4), theme.color("forward"))
        top = QRectF(rect.left(), rect.top() + look.px(8), rect.width(), look.px(21))
        if self._bare:
            draw_icon(painter, self._icon, rect, color, look.px(20), self)
            return
        draw_icon(painter, self._icon, top, color, look.px(20), self)
        painter.setFont(look.font("rail"))
        painter.setPen(color)
        below = QRectF(rect.left(), top.bottom(), rect.width(), rect.bottom() - top.bottom())
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(below.adjusted(0, -look.px(2), 0, -look.px(2)), flags, self.text())
