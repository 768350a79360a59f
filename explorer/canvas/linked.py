"""Two canvases of the same run that are steered, pointed at and dressed as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt

if TYPE_CHECKING:
    from explorer.canvas.canvas import GraphCanvas


class Linked(QObject):
    """What happens on the second canvas is told by the first, which also has the keys.

    Both are of one size, so a pixel of one is the same place of the graph in the other.

    Attributes:
        on: they are linked now.
    """

    def __init__(self, first: GraphCanvas, second: GraphCanvas) -> None:
        super().__init__(second)
        self._first, self._second = first, second
        self.on = False
        second.motion, second.follow = first.motion, False
        second.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        second.setFocusProxy(first)
        second.installEventFilter(self)
        first.viewed.connect(self._look_there)
        second.viewed.connect(self._look_here)
        first.hovered.connect(self._point_there)
        second.hovered.connect(self._point_here)
        first.dressed.connect(self.dress)
        second.selected.connect(first.selected)
        second.toggled.connect(first.toggled)
        second.lane_toggled.connect(first.lane_toggled)
        second.ticks_clicked.connect(first.ticks_clicked)

    def match(self) -> None:
        """Let the second show what the first does."""
        self.dress()
        self._second.select(self._first.selected_node)
        self._look_there()

    def dress(self) -> None:
        """Draw the same over both."""
        if self.on:
            self._second.dress_as(self._first)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A menu asked for on the second canvas is that of the same place on the first."""
        if event.type() == QEvent.Type.ContextMenu:
            return QCoreApplication.sendEvent(self._first, event)
        return super().eventFilter(watched, event)

    def _look_there(self) -> None:
        if self.on:
            _see_as(self._second, self._first)

    def _look_here(self) -> None:
        if self.on:
            _see_as(self._first, self._second)

    def _point_there(self, node: int) -> None:
        if self.on:
            self._second.point_at(node)

    def _point_here(self, node: int) -> None:
        if self.on:
            self._first.point_at(node)


def _see_as(one: GraphCanvas, other: GraphCanvas) -> None:
    """Follow the other's view, unless a motion of one's own leads to the same."""
    if not one.is_rearranging and one.view != other.view:
        one.see_as(other)
