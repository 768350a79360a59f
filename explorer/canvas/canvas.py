"""The one graph widget: shows a moment of a trace, pans, zooms, selects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter

from explorer.canvas.faces import FaceBook
from explorer.canvas.moment import Moment, moment_of
from explorer.canvas.navigation import Direction, neighbour, node_at
from explorer.canvas.painter import Picture, paint
from explorer.canvas.pictures import Pictures
from explorer.canvas.scene import Scene, scene_of
from explorer.canvas.sprites import SpriteBook
from explorer.canvas.steered import Steered
from explorer.canvas.view import View, Window, fitted, following, revealing

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF, QRectF
    from PySide6.QtGui import QFocusEvent, QHideEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from engine.trace.frame import Frame
    from engine.trace.trace import Trace
    from explorer.canvas.view import Bounds
    from explorer.layout import Layout
    from explorer.theme import Style

LINGER = 450
"""Milliseconds that the pointer rests on a node before a card tells of it."""

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
_WALKING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class GraphCanvas(Steered):
    """The graph of a trace at a moment; what it shows depends on its attributes alone.

    Plain arrow keys belong to the player unless the keyboard came here by Tab; with Shift they
    always walk from node to node.

    Attributes:
        selected_node, hovered_node: -1 where there is none.
        follow: keep the active node in view while it moves.

    Signals:
        selected(node): a node was selected by hand; -1 for none.
        hovered(node): the pointer is over another node; -1 for none.
    """

    selected = Signal(int)
    hovered = Signal(int)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._shared = False
        self.selected_node = self.hovered_node = -1
        self.follow = True
        self._scene: Scene | None = None
        self._moment: Moment | None = None
        self._pictures: Pictures | None = None
        self._book, self._faces = SpriteBook(), FaceBook()
        self._by_key = False
        self._told = -1
        self._linger = QTimer(self, singleShot=True, interval=LINGER)
        self._linger.timeout.connect(self._tell)
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
        self._pictures = Pictures(self._scene, self.look.theme, shared=self._shared)
        self._faces.clear()
        self._moment = moment_of(trace, trace.frame(0), 0.0)
        self._hover(-1)
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
        if self.follow and self._moment.active != before:
            self._follow(self._scene, self._moment)
        self.update()

    def apply_style(self) -> None:
        """Colour the cells again, and fit them at the new scale."""
        if self._scene is not None:
            self._pictures = Pictures(self._scene, self.look.theme, shared=self._shared)
            if self._fits:
                self.fit(animated=False)

    def share_range(self, shared: bool) -> None:
        """Colour the strips of all time steps by one range, or each by its own."""
        if shared != self._shared:
            self._shared = shared
            self.apply_style()
            self.update()

    def select(self, node: int) -> None:
        """Select a node, or none with -1; says nothing by signal."""
        if self._scene is not None and -1 <= node < len(self._scene.trace):
            self.selected_node = node
            self._describe()
            self.update()

    def zoom_in(self) -> None:
        """Zoom in by a quarter."""
        self.zoom_by(1.25)

    def zoom_out(self) -> None:
        """Zoom out by as much."""
        self.zoom_by(0.8)

    def ensure_visible(self, node: int, *, animated: bool = True) -> None:
        """Move no further than needed to show a node."""
        if self._scene is not None:
            box = self._scene.box(node)
            view = revealing(self.goal, box, self.width(), self.height())
            self.look_at(view, animated=animated)

    def render_to(self, painter: QPainter, rect: QRectF, view: View | None = None) -> None:
        """Draw the present moment into a rectangle of any painter: whole, or as a view shows it."""
        if self._scene is None:
            return
        ratio = painter.device().devicePixelRatio()
        shown = view or fitted(self._scene.layout.bounds, rect.width(), rect.height(), 2.0)
        painter.save()
        painter.setClipRect(rect)
        painter.translate(rect.topLeft())
        self._paint(painter, Window(shown, int(rect.width() * ratio), int(rect.height() * ratio),
                                    ratio))  # fmt: skip
        painter.restore()

    # What steering asks.

    def content(self) -> Bounds | None:
        """The bounds of the graph."""
        return None if self._scene is None else self._scene.layout.bounds

    def clicked_at(self, place: QPointF) -> None:
        """Select what was clicked."""
        self._choose(self._node_under(place))

    def pointed_at(self, place: QPointF) -> None:
        """Outline what is under the pointer."""
        self._hover(self._node_under(place))

    def is_background(self, place: QPointF) -> bool:
        """Whether no card is at a pixel."""
        return self._node_under(place) < 0

    # Qt calls these.

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the moment that was set."""
        painter = QPainter(self)
        try:
            ratio = self.devicePixelRatioF()
            width, height = round(self.width() * ratio), round(self.height() * ratio)
            self._paint(painter, Window(self.view, width, height, ratio))
        finally:
            painter.end()

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
        key = Qt.Key(event.key())
        if key not in _KEYS or event.modifiers() & ~_WALKING or self._scene is None:
            super().keyPressEvent(event)
            return
        if self.selected_node < 0:
            self._choose(max(self._moment.active if self._moment else 0, 0))
        else:
            self._choose(neighbour(self._scene, self.selected_node, _KEYS[key]))
        self.ensure_visible(self.selected_node)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        super().leaveEvent(event)
        self._hover(-1)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is told out of sight."""
        super().hideEvent(event)
        self._hover(-1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard has come here by a key."""
        super().focusInEvent(event)
        self._set_by_key(by_key=event.reason() in _BY_KEY)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard has left."""
        super().focusOutEvent(event)
        self._set_by_key(by_key=False)

    def _paint(self, painter: QPainter, window: Window) -> None:
        painter.scale(1 / window.ratio, 1 / window.ratio)
        if self._scene is None or self._moment is None or self._pictures is None:
            painter.fillRect(0, 0, window.width, window.height, self.look.theme.color("canvas"))
            return
        picture = Picture(
            self._scene, self._moment, self.look, self._pictures, self._book, self._faces,
            self.selected_node, self.hovered_node, self._told, self._by_key,
        )  # fmt: skip
        paint(painter, picture, window)

    def _node_under(self, place: QPointF) -> int:
        if self._scene is None:
            return -1
        return node_at(self._scene, *self.view.at(place.x(), place.y()))

    def _hover(self, node: int) -> None:
        if node == self.hovered_node:
            return
        self.hovered_node, self._told = node, -1
        self._linger.stop()
        if node >= 0:
            self._linger.start()
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.unsetCursor()
        self.hovered.emit(node)
        self.update()

    def _tell(self) -> None:
        self._told = self.hovered_node
        self.update()

    def _choose(self, node: int) -> None:
        if node != self.selected_node:
            self.select(node)
            self.selected.emit(node)

    def _set_by_key(self, *, by_key: bool) -> None:
        self._by_key = by_key
        self.own_keys = frozenset(_KEYS) if by_key else frozenset()  # type: ignore[misc]
        self.update()

    def _follow(self, scene: Scene, moment: Moment) -> None:
        """Keep what happens in view; a shared parameter is left where it is."""
        node, event = moment.active, moment.event
        if node in scene.layout.rails and event is not None:
            node = int(scene.trace.graph.edge_consumer[event.edge]) if event.edge >= 0 else -1
        if node >= 0:
            box, backward = scene.box(node), moment.backward
            self.look_at(following(self.goal, box, self.width(), self.height(), backward=backward))

    def _describe(self) -> None:
        if self._scene is None:
            return
        trace = self._scene.trace
        text = f"{len(trace)} nodes, {trace.graph.edge_count} edges."
        if self.selected_node >= 0:
            node = trace.nodes[self.selected_node]
            text += f" Selected: {node.name}, {node.op}."
        self.setAccessibleDescription(text)
