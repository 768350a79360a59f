"""The menu of a node: by the right button on its card, or by key for the selected one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget, QWidgetAction

from explorer.workspaces.aide import Aide

if TYPE_CHECKING:
    from explorer.actions import Actions
    from explorer.workspaces.aide import Parts

GROUPS = (
    ("read.why", "read.affects", "read.paths"),
    ("grain.toggle", "grain.scalars"),
    ("whatif.open", "read.origin", "view.curve"),
)
"""The commands that concern one node, between lines."""


class NodeMenu(Aide):
    """Opens the menu; what it offers are the window's commands, as far as they are connected.

    Attributes:
        menu: the one that is open or was last, None before the first.
    """

    def __init__(self, parts: Parts, parent: QObject) -> None:
        super().__init__(parts, parent)
        self.menu: QMenu | None = None
        self._actions: Actions | None = None
        parts.canvas.installEventFilter(self)

    def connect_actions(self, actions: Actions) -> None:
        """Know the commands of the window."""
        self._actions = actions

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Answer the right button and the keys of menus."""
        if isinstance(event, QContextMenuEvent):
            if event.reason() == QContextMenuEvent.Reason.Mouse:
                node = self.parts.canvas.node_under(QPointF(event.pos()))
                if node >= 0:
                    self.parts.session.select(node)
                    self.open_at(event.globalPos())
            else:
                self.open_at_selected()
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and _asks(event):
            self.open_at_selected()
            return True
        return super().eventFilter(watched, event)

    def open_at_selected(self) -> None:
        """Open the menu below the card of the selected node, wherever on the canvas that is."""
        canvas, node = self.parts.canvas, self.parts.session.selected
        if canvas.scene is None or node < 0:
            return
        canvas.ensure_visible(node, animated=False)
        left, _, right, bottom = canvas.scene.box(node)
        x, y = canvas.view.pixel((left + right) / 2, bottom)
        inside = QPoint(
            min(max(int(x), 0), canvas.width()), min(max(int(y) + 4, 0), canvas.height())
        )
        self.open_at(canvas.mapToGlobal(inside))

    def open_at(self, place: QPoint) -> None:
        """Open the menu of the selected node at a point of the screen."""
        run, node = self.parts.session.run, self.parts.session.selected
        if run is None or node < 0 or self._actions is None:
            return
        if self.menu is not None:
            if self.menu.isVisible():
                return
            self.menu.deleteLater()
        from engine.trace.narration import equation

        menu = self.menu = QMenu(self.parts.page)
        menu.setToolTipsVisible(True)
        menu.addAction(self._title(menu, equation(run.trace, run.trace.nodes[node])))
        for group in GROUPS:
            connected = [self._actions[each] for each in group if each in self._actions]
            if connected:
                menu.addSeparator()
                menu.addActions(connected)
        menu.popup(place)

    def _title(self, menu: QMenu, text: str) -> QWidgetAction:
        """The node's equation as mathematics, at the head of the menu."""
        from explorer.kit.math_label import MathLabel

        look = self.parts.canvas.look
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(look.ipx(24) + 20, look.ipx(6), look.ipx(24), look.ipx(6))
        label = MathLabel(look, text)
        label.setMaximumWidth(look.ipx(320))
        row.addWidget(label)
        title = QWidgetAction(menu)
        title.setDefaultWidget(holder)
        title.setEnabled(False)
        return title


def _asks(event: QKeyEvent) -> bool:
    """Whether a key asks for a menu."""
    shifted = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
    return event.key() == Qt.Key.Key_Menu or (event.key() == Qt.Key.Key_F10 and shifted)
