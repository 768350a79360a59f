"""Numbers dragged on the canvas: up and down on a cell of the selected card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF

    from explorer.canvas import GraphCanvas

_PIXELS = 160.0
"""Pixels at 100 % over which a drag goes through ``reach``."""

_FINE = 0.1


class CellDrag(QObject):
    """While it is on, takes presses on the numbers of the selected card from the canvas.

    Attributes:
        reach: the range of a drag.

    Signals:
        began(component): a number was pressed.
        moved(number): it is to be this one.
        ended(): it was let go.
    """

    began = Signal(int)
    moved = Signal(float)
    ended = Signal()

    def __init__(self, canvas: GraphCanvas, parent: QObject) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._on = False
        self._dragged: tuple[float, float] | None = None
        self._over = False
        self.reach = 1.0

    def set_on(self, on: bool) -> None:
        """Take presses from now on, or no longer."""
        if on == self._on:
            return
        self._on = on
        if on:
            self._canvas.installEventFilter(self)
        else:
            self._canvas.removeEventFilter(self)
            self._dragged, self._over = None, False

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Keep a drag of a number from panning the view."""
        if not isinstance(event, QMouseEvent):
            return False
        place, kind = event.position(), event.type()
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            component = self._component(place)
            if component < 0:
                return False
            self.began.emit(component)
            self._dragged = place.y(), self._number(component)
            return True
        if self._dragged is None:
            if kind == QEvent.Type.MouseMove and event.buttons() == Qt.MouseButton.NoButton:
                self._point(place)
            return False
        if kind == QEvent.Type.MouseMove:
            self._move(place.y(), fine=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
            return True
        if kind == QEvent.Type.MouseButtonRelease:
            self._dragged = None
            self.ended.emit()
            return True
        return False

    def _move(self, y: float, *, fine: bool) -> None:
        assert self._dragged is not None
        before, number = self._dragged
        if y == before:
            return
        step = self.reach / (_PIXELS * self._canvas.look.scale) * (_FINE if fine else 1.0)
        number += (before - y) * step
        self._dragged = y, number
        self._canvas.setCursor(Qt.CursorShape.SizeVerCursor)
        self.moved.emit(float(f"{number:.6g}"))

    def _point(self, place: QPointF) -> None:
        """Show that a number can be dragged."""
        over = self._component(place) >= 0
        if over:
            self._canvas.setCursor(Qt.CursorShape.SizeVerCursor)
        elif self._over:
            self._canvas.setCursor(Qt.CursorShape.PointingHandCursor)
        self._over = over

    def _component(self, place: QPointF) -> int:
        scene, node = self._canvas.scene, self._canvas.selected_node
        if scene is None or node < 0:
            return -1
        from explorer.canvas.component_at import component_at

        return component_at(scene, node, *self._canvas.view.at(place.x(), place.y()))

    def _number(self, component: int) -> float:
        scene, node = self._canvas.scene, self._canvas.selected_node
        assert scene is not None
        return float(scene.trace.nodes[node].value.reshape(-1)[component])
