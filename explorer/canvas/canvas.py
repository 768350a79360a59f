"""The one graph widget: shows a moment of a trace, pans, zooms, selects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QEvent, QPointF, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QKeyEvent, QPainter

from explorer.canvas.faces import FaceBook
from explorer.canvas.moment import Moment, moment_of
from explorer.canvas.navigation import Direction, neighbour, node_at
from explorer.canvas.painter import Picture, paint
from explorer.canvas.pictures import Pictures
from explorer.canvas.scene import Scene, scene_of
from explorer.canvas.sprites import SpriteBook
from explorer.canvas.view import View, Window, fitted, following, revealing
from explorer.kit.styled import Styled

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import (
        QFocusEvent,
        QHideEvent,
        QMouseEvent,
        QPaintEvent,
        QResizeEvent,
        QWheelEvent,
    )
    from PySide6.QtWidgets import QWidget

    from engine.trace.frame import Frame
    from engine.trace.trace import Trace
    from explorer.layout import Layout
    from explorer.theme import Style

LINGER = 450
"""Milliseconds that the pointer rests on a node before a card tells of it."""

GLIDE = 240
"""Milliseconds that a view takes to another."""

_WHEEL = 1.0015
_DRAG_FROM = 4.0
_BY_KEY = frozenset(
    {
        Qt.FocusReason.TabFocusReason,
        Qt.FocusReason.BacktabFocusReason,
        Qt.FocusReason.ShortcutFocusReason,
    }
)
_KEYS: dict[Qt.Key, Direction] = {
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
}


class GraphCanvas(Styled):
    """The graph of a trace at a moment; what it shows depends on its attributes alone.

    Plain arrow keys belong to the player unless the keyboard came here by Tab; with Shift they
    always walk from node to node.

    Attributes:
        view: the part of the layout that is seen.
        selected_node, hovered_node: -1 where there is none.
        follow: keep the active node in view while it moves.
        motion: let the view glide instead of jump.

    Signals:
        selected(node): a node was selected by hand; -1 for none.
        hovered(node): the pointer is over another node; -1 for none.
    """

    selected = Signal(int)
    hovered = Signal(int)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.view = View()
        self.selected_node = self.hovered_node = -1
        self.follow = self.motion = True
        self._scene: Scene | None = None
        self._moment: Moment | None = None
        self._pictures: Pictures | None = None
        self._book, self._faces = SpriteBook(), FaceBook()
        self._fits = True
        self._by_key = False
        self._told = -1
        self._linger = QTimer(self, singleShot=True, interval=LINGER)
        self._linger.timeout.connect(self._tell)
        self._pressed: QPointF | None = None
        self._dragging = False
        self._glide = QVariantAnimation(self)
        self._glide.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._glide.setStartValue(0.0)
        self._glide.setEndValue(1.0)
        self._glide.setDuration(GLIDE)
        self._glide.valueChanged.connect(self._glided)
        self._from = self._to = self.view
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Computation graph")
        self.setMinimumSize(240, 160)

    @property
    def scene(self) -> Scene | None:
        """What is drawn, None before the first run."""
        return self._scene

    def set_trace(self, trace: Trace, layout: Layout, scene: Scene | None = None) -> None:
        """Show another run at its start.

        Args:
            trace: the run.
            layout: of that run.
            scene: of both, if a job has made it already.
        """
        old = self._scene
        self._scene = scene if scene is not None else scene_of(trace, layout)
        self._pictures = Pictures(self._scene, self.look.theme)
        self._faces.clear()
        self._moment = moment_of(trace, trace.frame(0), 0.0)
        self.hovered_node = -1
        if self.selected_node >= len(trace):
            self.selected_node = -1
        if old is None or self._fits or old.layout.bounds != layout.bounds:
            self.fit(animated=False)
        self._describe()
        self.update()

    def show_frame(self, frame: Frame, alpha: float = 0.0) -> None:
        """Show the state of a frame with a share ``alpha`` of the next event done."""
        if self._scene is None:
            return
        before = self._moment.active if self._moment else -1
        self._moment = moment_of(self._scene.trace, frame, alpha)
        active = self._moment.active
        if self.follow and active != before:
            self._follow(self._scene, self._moment)
        self.update()

    def apply_style(self) -> None:
        """Make the coloured cells again, at the new scale."""
        if self._scene is not None:
            self._pictures = Pictures(self._scene, self.look.theme)
            if self._fits:
                self.fit(animated=False)

    def select(self, node: int) -> None:
        """Select a node, or none with -1; says nothing by signal."""
        if self._scene is not None and -1 <= node < len(self._scene.trace):
            self.selected_node = node
            self._describe()
            self.update()

    def fit(self, *, animated: bool = True) -> None:
        """Show the whole graph; a long strip from its beginning at its full height."""
        if self._scene is not None:
            view = fitted(
                self._scene.layout.bounds, self.width(), self.height(), self.look.scale
            )
            self._fits = True
            self._go(view, animated=animated)

    def zoom_by(self, factor: float) -> None:
        """Zoom about the middle."""
        self._fits = False
        self._go(self._to_now().zoomed(factor, self.width() / 2, self.height() / 2))

    def ensure_visible(self, node: int, *, animated: bool = True) -> None:
        """Move no further than needed to show a node."""
        if self._scene is None:
            return
        target = self._to_now()
        view = revealing(target, self._scene.box(node), self.width(), self.height())
        if view != target:
            self._fits = False
            self._go(view, animated=animated)

    def render_to(self, painter: QPainter, rect: QRectF, view: View | None = None) -> None:
        """Draw the present moment into a rectangle of any painter: whole, or as a view shows it."""
        if self._scene is None or self._moment is None or self._pictures is None:
            return
        ratio = painter.device().devicePixelRatio()
        shown = view or fitted(self._scene.layout.bounds, rect.width(), rect.height(), 2.0)
        window = Window(shown, int(rect.width() * ratio), int(rect.height() * ratio), ratio)
        painter.save()
        painter.setClipRect(rect)
        painter.translate(rect.topLeft())
        painter.scale(1 / ratio, 1 / ratio)
        paint(painter, self._picture(self._scene, self._moment, self._pictures), window)
        painter.restore()

    # Qt calls these.

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the moment that was set."""
        painter = QPainter(self)
        try:
            if self._scene is None or self._moment is None or self._pictures is None:
                painter.fillRect(self.rect(), self.look.theme.color("canvas"))
                return
            ratio = self.devicePixelRatioF()
            window = Window(
                self.view, round(self.width() * ratio), round(self.height() * ratio), ratio
            )
            painter.scale(1 / ratio, 1 / ratio)
            paint(painter, self._picture(self._scene, self._moment, self._pictures), window)
        finally:
            painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep showing the whole graph, if it was shown whole."""
        super().resizeEvent(event)
        if self._fits:
            self.fit(animated=False)

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
        if event.button() in {Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton}:
            self._pressed, self._dragging = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the view, or tell what is under the pointer."""
        if self._pressed is None or not event.buttons():
            self._hover(self._node_under(event.position()))
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
        """Select what was clicked."""
        clicked = self._pressed is not None and not self._dragging
        self._pressed, self._dragging = None, False
        self.unsetCursor()
        if clicked and event.button() == Qt.MouseButton.LeftButton:
            self._choose(self._node_under(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the whole graph when the background is meant."""
        if self._node_under(event.position()) < 0:
            self.fit()

    def event(self, event: QEvent) -> bool:
        """Take Shift with an arrow key before the window's shortcuts do."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in _KEYS
            and event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys walk along edges."""
        direction = _KEYS.get(Qt.Key(event.key()))
        others = event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        )
        if direction is None or others or self._scene is None:
            super().keyPressEvent(event)
            return
        start = self.selected_node
        if start < 0 and self._moment is not None:
            start = max(self._moment.active, 0)
            self._choose(start)
        else:
            self._choose(neighbour(self._scene, start, direction))
        self.ensure_visible(self.selected_node)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        super().leaveEvent(event)
        self._hover(-1)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing moves and nothing is told out of sight."""
        super().hideEvent(event)
        self._glide.stop()
        self.view = self._to if self._to_now() is self._to else self.view
        self._hover(-1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard is here."""
        super().focusInEvent(event)
        self._set_by_key(event.reason() in _BY_KEY)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard has left."""
        super().focusOutEvent(event)
        self._set_by_key(False)

    def _picture(self, scene: Scene, moment: Moment, pictures: Pictures) -> Picture:
        return Picture(
            scene, moment, self.look, pictures, self._book, self._faces,
            self.selected_node, self.hovered_node, self._told, self._by_key,
        )

    def _node_under(self, place: QPointF) -> int:
        if self._scene is None:
            return -1
        return node_at(self._scene, *self.view.at(place.x(), place.y()))

    def _hover(self, node: int) -> None:
        if node != self.hovered_node:
            self.hovered_node = node
            self.setCursor(
                Qt.CursorShape.PointingHandCursor if node >= 0 else Qt.CursorShape.ArrowCursor
            )
            self._told = -1
            if node >= 0:
                self._linger.start()
            else:
                self._linger.stop()
            self.hovered.emit(node)
            self.update()

    def _tell(self) -> None:
        self._told = self.hovered_node
        self.update()

    def _set_by_key(self, by_key: bool) -> None:
        self._by_key = by_key
        self.own_keys = frozenset(_KEYS) if by_key else frozenset()
        self.update()

    def _follow(self, scene: Scene, moment: Moment) -> None:
        """Keep what happens in view; a shared parameter is left where it is."""
        node, event = moment.active, moment.event
        if node in scene.layout.rails and event is not None:
            node = int(scene.trace.graph.edge_consumer[event.edge]) if event.edge >= 0 else -1
        if node < 0:
            return
        target = self._to_now()
        view = following(
            target, scene.box(node), self.width(), self.height(), backward=moment.backward
        )
        if view != target:
            self._fits = False
            self._go(view)

    def _choose(self, node: int) -> None:
        if node != self.selected_node:
            self.select(node)
            self.selected.emit(node)

    def _to_now(self) -> View:
        """Where the view is going, or is."""
        gliding = self._glide.state() == QVariantAnimation.State.Running
        return self._to if gliding else self.view

    def _go(self, view: View, *, animated: bool = True) -> None:
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

    def _describe(self) -> None:
        if self._scene is None:
            return
        trace = self._scene.trace
        text = f"{len(trace)} nodes, {trace.graph.edge_count} edges."
        if self.selected_node >= 0:
            node = trace.nodes[self.selected_node]
            text += f" Selected: {node.name}, {node.op}."
        self.setAccessibleDescription(text)
