"""The one graph widget: shows a moment of a trace, pans, zooms, selects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter

from explorer.canvas.faces import FaceBook
from explorer.canvas.moment import Moment, moment_of
from explorer.canvas.navigation import ARROWS, neighbour, node_at
from explorer.canvas.painter import Picture, paint
from explorer.canvas.pictures import Pictures
from explorer.canvas.scene import Scene, scene_of
from explorer.canvas.sprites import SpriteBook
from explorer.canvas.steered import Steered
from explorer.canvas.ticks import Marks, ticked, ticks_at
from explorer.canvas.view import View, Window, fitted, following, framing, revealing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QPointF, QRectF
    from PySide6.QtGui import QFocusEvent, QHideEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from engine.trace.frame import Frame
    from engine.trace.trace import Trace
    from explorer.canvas.layers import Layer
    from explorer.canvas.view import Bounds
    from explorer.layout import Layout
    from explorer.theme import Style

LINGER = 450
"""Milliseconds that the pointer rests on a node before a card tells of it."""

SETTLING = 250
"""Milliseconds after which a view or a moment is looked at, no longer passed through."""

_BY_KEY = frozenset(
    {
        Qt.FocusReason.TabFocusReason,
        Qt.FocusReason.BacktabFocusReason,
        Qt.FocusReason.ShortcutFocusReason,
    }
)
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
        ticks_clicked(node): the marks of a node's witnesses were clicked.
        settled(): another view or moment has been on screen for a while.
    """

    selected = Signal(int)
    hovered = Signal(int)
    ticks_clicked = Signal(int)
    settled = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._shared = False
        self.selected_node = self.hovered_node = -1
        self.follow = True
        self._scene: Scene | None = None
        self._moment: Moment | None = None
        self._pictures: Pictures | None = None
        self._book, self._faces = SpriteBook(), FaceBook()
        self._by_key, self._told = False, -1
        self._marks: Marks | None = None
        self._layers: dict[str, Layer] = {}
        self._painted: tuple[View, int] | None = None
        self._settling = QTimer(self, singleShot=True, interval=SETTLING)
        self._settling.timeout.connect(self.settled)
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
        self._moment = moment_of(self._scene, trace.frame(0), 0.0)
        self._marks = self._painted = None
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
        self._moment = moment_of(self._scene, frame, alpha)
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

    def set_marks(self, marks: Marks | None) -> None:
        """Show what the witnesses say of every node of this trace, or nothing of them."""
        self._marks = marks
        self.update()

    def set_layer(self, name: str, layer: Layer | None) -> None:
        """Draw this over the cards from now on, in place of the layer of that name; None: nothing.

        Layers are drawn in the order of their names; another run leaves them as they are.
        """
        if layer is None:
            self._layers.pop(name, None)
        else:
            self._layers[name] = layer
        self.update()

    def ticked_nodes(self) -> list[int]:
        """The nodes in sight that carry the marks of their witnesses."""
        if self._scene is None or self._moment is None:
            return []
        return [int(node) for node in ticked(self._scene, self._moment, self._window())]

    def zoom_in(self) -> None:
        """Zoom in by a quarter."""
        self.zoom_by(1.25)

    def zoom_out(self) -> None:
        """Zoom out by as much."""
        self.zoom_by(0.8)

    def fly_to(self, nodes: Sequence[int]) -> None:
        """Bring some nodes into the middle, large enough to be read where they are few."""
        if self._scene is None or not nodes:
            return
        boxes = np.array([self._scene.box(node) for node in nodes])
        zoom = max(self.look.scale, self.goal.zoom)
        self.look_at(framing(boxes, self.width(), self.height(), zoom))

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
        """Select what was clicked; the marks of witnesses are a place of their own."""
        ticks = self._ticks_under(place)
        self._choose(self._node_under(place) if ticks < 0 else ticks)
        if ticks >= 0:
            self.ticks_clicked.emit(ticks)

    def pointed_at(self, place: QPointF) -> None:
        """Outline what is under the pointer."""
        ticks = self._ticks_under(place)
        self._hover(self._node_under(place) if ticks < 0 else ticks)

    def is_background(self, place: QPointF) -> bool:
        """Whether no card is at a pixel."""
        return self._node_under(place) < 0

    # Qt calls these.

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the moment that was set."""
        painter = QPainter(self)
        try:
            self._paint(painter, self._window())
        finally:
            painter.end()
        shown = self.view, self._moment.frame.cursor if self._moment else -1
        if shown != self._painted:
            self._painted = shown
            self._settling.start()

    def event(self, event: QEvent) -> bool:
        """Take Shift with an arrow key before the window's shortcuts do."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in ARROWS
            and event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys walk along edges."""
        key = Qt.Key(event.key())
        if key not in ARROWS or event.modifiers() & ~_WALKING or self._scene is None:
            super().keyPressEvent(event)
            return
        if self.selected_node < 0:
            self._choose(max(self._moment.active if self._moment else 0, 0))
        else:
            self._choose(neighbour(self._scene, self.selected_node, ARROWS[key]))
        self.ensure_visible(self.selected_node)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        super().leaveEvent(event)
        self._hover(-1)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is told out of sight."""
        super().hideEvent(event)
        self._settling.stop()
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
            self.selected_node, self.hovered_node, self._told, self._by_key, self._marks,
            tuple(layer for _, layer in sorted(self._layers.items())),
        )  # fmt: skip
        paint(painter, picture, window)

    def _node_under(self, place: QPointF) -> int:
        if self._scene is None or self._moment is None:
            return -1
        card = node_at(self._scene, *self.view.at(place.x(), place.y()))
        return card if card < 0 else int(self._moment.face[card])

    def _ticks_under(self, place: QPointF) -> int:
        if self._scene is None or self._moment is None or self._marks is None:
            return -1
        point = self.view.at(place.x(), place.y())
        return ticks_at(self._scene, self._moment, self._window(), *point)

    def _window(self) -> Window:
        ratio = self.devicePixelRatioF()
        return Window(self.view, round(self.width() * ratio), round(self.height() * ratio), ratio)

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
        self.own_keys = frozenset(ARROWS) if by_key else frozenset()  # type: ignore[misc]
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
