"""Names of nodes that can be clicked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QPen

from explorer.kit.button import PaintedButton
from explorer.kit.styled import rounded
from explorer.mathtext import layout_name, to_unicode

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style


class NodeLink(PaintedButton):
    """The name of a node; a click looks at that node.

    Signals:
        followed(node): it was clicked.
    """

    followed = Signal(int)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "", parent)
        self._name, self._node = "", -1
        self.clicked.connect(self._follow)

    def set_node(self, node: int, name: str) -> None:
        """Stand for another node."""
        self._node = node
        if name != self._name:
            self._name = name
            self.setText(to_unicode(name))
            self.setAccessibleName(f"look at {to_unicode(name)}")
            self.setToolTip(f"Look at {to_unicode(name)}")
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Return the name's size with a small margin."""
        layout = layout_name(self._name, self.look.size("text") * 1.15)
        return QSize(int(layout.width + self.look.px(12)) + 1, self.look.ipx(24))

    def minimumSizeHint(self) -> QSize:
        """Return the size hint: names are short."""
        return self.sizeHint()

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the name on a chip that answers the pointer."""
        look, theme = self.look, self.look.theme
        line = theme.color("edge") if self.underMouse() else None
        rounded(painter, rect, look.px(6), theme.color("raised"), line)
        layout = layout_name(self._name, look.size("text") * 1.15)
        baseline = rect.center().y() + (layout.ascent - layout.descent) / 2
        painter.setPen(QPen(theme.color("ink")))
        layout.draw(painter, QPointF(rect.left() + look.px(6), baseline), theme.color("ink"))

    def _follow(self) -> None:
        self.followed.emit(self._node)
