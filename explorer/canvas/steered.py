"""A widget whose content is panned and zoomed: wheel, drag, gliding from view to view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QPointF, Qt, QVariantAnimation, Signal

from explorer.canvas.view import Bounds, View, fitted, whole
from explorer.kit.styled import Styled

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QMouseEvent, QResizeEvent, QWheelEvent
    from PySide6.QtWidgets import QWidget

    from explorer.theme import Style

GLIDE = 240
"""Milliseconds that a view takes to another."""

_WHEEL = 1.0015
_DRAG_FROM = 4.0
_DRAGGING = Qt.MouseButton.LeftButton | Qt.MouseButton.MiddleButton


class Steered(Styled):
    """The steering alone; what is shown, clicked and pointed at is a subclass's business.

    Attributes:
        motion: let the view glide instead of jump.

    Signals:
        viewed(): another part of the content is seen.
    """

    viewed = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._view = View()
        self.motion = True
        self._fits = True
        self._pressed: QPointF | None = None
        self._dragging = False
        self._from = self._to = self.view
        self._glide = QVariantAnimation(self)
        self._glide.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._glide.setStartValue(0.0)
        self._glide.setEndValue(1.0)
        self._glide.setDuration(GLIDE)
        self._glide.valueChanged.connect(self._glided)
        self.setMouseTracking(True)

    @property
    def view(self) -> View:
        """The part of the content that is seen."""
        return self._view

    @view.setter
    def view(self, view: View) -> None:
        if view != self._view:
            self._view = view
            self.viewed.emit()

    def content(self) -> Bounds | None:
        """The bounds of what there is to see."""
        raise NotImplementedError

    def clicked_at(self, place: QPointF) -> None:
        """The left button was pressed and released at a pixel."""

    def pointed_at(self, place: QPointF) -> None:
        """The pointer moved to a pixel without dragging."""

    def double_clicked_at(self, place: QPointF) -> None:
        """The left button was clicked twice at a pixel: show all where nothing is meant."""
        if self.is_background(place):
            self.fit_or_whole()

    def is_background(self, place: QPointF) -> bool:
        """Whether there is nothing at a pixel."""
        raise NotImplementedError

    @property
    def goal(self) -> View:
        """Where the view is going, or is."""
        gliding = self._glide.state() == QVariantAnimation.State.Running
        return self._to if gliding else self.view

    def fit(self, *, animated: bool = True) -> None:
        """Show all of it that can be read, also after a resize; a long strip from its beginning."""
        bounds = self.content()
        if bounds is not None:
            self._fits = True
            self._go(fitted(bounds, self.width(), self.height(), self.look.scale), animated)

    def fit_or_whole(self) -> None:
        """Fit; where that is the view already, show all of it, however small."""
        bounds, before = self.content(), self.goal
        self.fit()
        if bounds is not None and self.goal == before:
            size = self.width(), self.height()
            self.look_at(whole(bounds, *size, self.look.scale))

    def zoom_by(self, factor: float) -> None:
        """Zoom about the middle."""
        self.look_at(self.goal.zoomed(factor, self.width() / 2, self.height() / 2))

    def look_at(self, view: View, *, animated: bool = True) -> None:
        """Take a view that was asked for; it stays until the next."""
        if view != self.goal:
            self._fits = False
            self._go(view, animated)

    def see_as(self, other: Steered) -> None:
        """See at once the part that another widget sees of the same content."""
        self._glide.stop()
        self._fits = other._fits
        self.view = self._to = other.view
        self.update()

    # Qt calls these.

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep showing all of it, if all of it was shown."""
        super().resizeEvent(event)
        if self._fits:
            self.fit(animated=False)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing moves out of sight."""
        super().hideEvent(event)
        self._go(self.goal, False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer; with Shift pan across."""
        turn, place = event.angleDelta(), event.position()
        self._glide.stop()
        self._fits = False
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.view = self.view.panned((turn.x() or turn.y()) * 0.8, 0)
        else:
            self.view = self.view.zoomed(_WHEEL ** turn.y(), place.x(), place.y())
        event.accept()
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag; a click is known at the release."""
        if event.button() & _DRAGGING:
            self._pressed, self._dragging = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the view, or tell where the pointer is."""
        if self._pressed is None or not event.buttons() & _DRAGGING:
            self.pointed_at(event.position())
            return
        moved = event.position() - self._pressed
        if not self._dragging and moved.manhattanLength() < _DRAG_FROM:
            return
        self._glide.stop()
        self._dragging, self._fits = True, False
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self.view = self.view.panned(moved.x(), moved.y())
        self._pressed = event.position()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag, or click."""
        clicked = self._pressed is not None and not self._dragging
        self._pressed, self._dragging = None, False
        self.unsetCursor()
        if clicked and event.button() == Qt.MouseButton.LeftButton:
            self.clicked_at(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Click twice."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.double_clicked_at(event.position())

    def _go(self, view: View, animated: bool) -> None:
        self._glide.stop()
        if animated and self.motion and self.isVisible():
            self._from, self._to = self.view, view
            self._glide.start()
        else:
            self.view = self._to = view
        self.update()

    def _glided(self, share: float) -> None:
        self.view = self._from.toward(self._to, share)
        self.update()
