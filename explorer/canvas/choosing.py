"""Pointing at nodes and choosing them, by mouse and by keys, in a scene that is steered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent

from explorer.canvas.steered import Steered
from explorer.canvas.view import Window, framing, revealing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QFocusEvent, QHideEvent
    from PySide6.QtWidgets import QWidget

    from explorer.canvas.moment import Moment
    from explorer.canvas.navigation import Direction
    from explorer.canvas.scene import Scene
    from explorer.canvas.view import Bounds
    from explorer.theme import Style

ARROWS: dict[Qt.Key, Direction] = {
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
}

LINGER = 450
"""Milliseconds that the pointer rests on a node before a card tells of it."""

_BY_KEY = frozenset(
    {
        Qt.FocusReason.TabFocusReason,
        Qt.FocusReason.BacktabFocusReason,
        Qt.FocusReason.ShortcutFocusReason,
    }
)
_WALKING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
_OPENING = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class Choosing(Steered):
    """A subclass sets the scene and the moment, and draws them.

    Plain arrow keys belong to the player unless the keyboard came here by Tab; with Shift they
    always walk from node to node.

    Attributes:
        selected_node, hovered_node: -1 where there is none. Of a group it is the node that stands
            for it.

    Signals:
        selected(node): a node was selected by hand; -1 for none.
        hovered(node): the pointer is over another node; -1 for none.
        ticks_clicked(node): the marks of a node's witnesses were clicked.
        toggled(node): the box that shows a node is to be opened, or the one it is in closed.
        lane_toggled(step): the same of a time step.
    """

    selected = Signal(int)
    hovered = Signal(int)
    ticks_clicked = Signal(int)
    toggled = Signal(int)
    lane_toggled = Signal(int)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self.selected_node = self.hovered_node = -1
        self._scene: Scene | None = None
        self._moment: Moment | None = None
        self._by_key, self._told = False, -1
        self._linger = QTimer(self, singleShot=True, interval=LINGER)
        self._linger.timeout.connect(self._tell)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Computation graph")

    @property
    def scene(self) -> Scene | None:
        """What is drawn, None before the first run."""
        return self._scene

    @property
    def moment(self) -> Moment | None:
        """The moment that is drawn."""
        return self._moment

    def select(self, node: int) -> None:
        """Select a node, or none with -1; says nothing by signal."""
        if self._scene is not None and -1 <= node < len(self._scene.trace):
            self.selected_node = node
            self._describe()
            self.update()

    def point_at(self, node: int) -> None:
        """Outline a node as if the pointer were over it; says nothing by signal."""
        if node != self.hovered_node:
            self.hovered_node = node
            self.update()

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

    def node_under(self, place: QPointF) -> int:
        """The node at a pixel, of a group the one that stands for it; -1 where no card is."""
        if self._scene is None or self._moment is None:
            return -1
        from explorer.canvas.navigation import node_at

        card = node_at(self._scene, *self.view.at(place.x(), place.y()))
        if card < 0:
            return -1
        selected = self.selected_node
        if selected >= 0 and self._scene.card_of[selected] == card:
            return selected
        return int(self._moment.face[card])

    # What steering asks.

    def content(self) -> Bounds | None:
        """The bounds of the graph."""
        return None if self._scene is None else self._scene.layout.bounds

    def clicked_at(self, place: QPointF) -> None:
        """Select what was clicked; marks and signs on a card are places of their own."""
        node, ticks = self.node_under(place), self._ticks_under(place)
        lane = self._lane_under(place)
        if node < 0 and ticks < 0 and lane >= 0:
            self.lane_toggled.emit(lane)
            return
        self._choose(node if ticks < 0 else ticks)
        if ticks >= 0:
            self.ticks_clicked.emit(ticks)
        elif node >= 0 and self._on_knob(place):
            self.toggled.emit(node)

    def double_clicked_at(self, place: QPointF) -> None:
        """Open a group; show all of the graph when the background is meant."""
        node = self.node_under(place)
        if node < 0:
            super().double_clicked_at(place)
        elif self._is_group(node) and not self._on_knob(place):
            self.toggled.emit(node)

    def pointed_at(self, place: QPointF) -> None:
        """Outline what is under the pointer."""
        ticks = self._ticks_under(place)
        self._hover(self.node_under(place) if ticks < 0 else ticks)
        if self.hovered_node < 0 and self._lane_under(place) >= 0:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        elif self.hovered_node < 0:
            self.unsetCursor()

    def is_background(self, place: QPointF) -> bool:
        """Whether no card is at a pixel."""
        return self.node_under(place) < 0

    # Qt calls these.

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
        """Arrow keys walk along edges; Enter opens or closes a box."""
        key, scene, moment = Qt.Key(event.key()), self._scene, self._moment
        if scene is None or moment is None or event.modifiers() & ~_WALKING:
            super().keyPressEvent(event)
        elif key in _OPENING and self.selected_node >= 0:
            self.toggled.emit(self.selected_node)
        elif key not in ARROWS:
            super().keyPressEvent(event)
        else:
            if self.selected_node < 0:
                self._choose(max(moment.active, 0))
            else:
                from explorer.canvas.navigation import neighbour

                node = neighbour(scene, self.selected_node, ARROWS[key])
                same = scene.card_of[node] == scene.card_of[self.selected_node]
                self._choose(node if same else int(moment.face[scene.card_of[node]]))
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

    def _is_group(self, node: int) -> bool:
        scene = self._scene
        return scene is not None and int(scene.card_of[node]) >= len(scene.trace)

    def _on_knob(self, place: QPointF) -> bool:
        from explorer.canvas.navigation import knob_at

        return self._scene is not None and knob_at(self._scene, *self.view.at(place.x(), place.y()))

    def _lane_under(self, place: QPointF) -> int:
        if self._scene is None:
            return -1
        from explorer.canvas.navigation import lane_at

        return lane_at(self._scene, *self.view.at(place.x(), place.y()))

    def _ticks_under(self, place: QPointF) -> int:
        if self._scene is None or self._moment is None or not self._has_marks:
            return -1
        from explorer.canvas.ticks import ticks_at

        point = self.view.at(place.x(), place.y())
        return ticks_at(self._scene, self._moment, self._window(), *point)

    @property
    def _has_marks(self) -> bool:
        """Whether the marks of witnesses are shown."""
        raise NotImplementedError

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

    def _describe(self) -> None:
        if self._scene is None:
            return
        trace = self._scene.trace
        text = f"{len(trace)} nodes, {trace.graph.edge_count} edges."
        if self.selected_node >= 0:
            node = trace.nodes[self.selected_node]
            text += f" Selected: {node.name}, {node.op}."
            group = self._scene.group(int(self._scene.card_of[node.index]))
            if group is not None:
                text += f" It stands for {group.title}, {len(group.members)} nodes."
        self.setAccessibleDescription(text)
