"""The overview: shown where a part of the graph is out of sight, and wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent

from explorer.workspaces.aide import Aide

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from explorer.actions import Actions
    from explorer.panels.minimap import Minimap
    from explorer.workspaces.aide import Parts


class Overview(Aide):
    """Answers the command Overview.

    Attributes:
        wanted: show it where it is of use.
    """

    def __init__(self, parts: Parts, parent: QObject) -> None:
        super().__init__(parts, parent)
        self.wanted = True
        self._presenting = False
        self._map: Minimap | None = None
        self._actions: Actions | None = None
        parts.canvas.settled.connect(self._settle)
        parts.canvas.scene_changed.connect(self._settle)

    def connect_actions(self, actions: Actions) -> None:
        """Connect the switch."""
        self._actions = actions
        actions.add("view.minimap", self.set_wanted)
        actions.check("view.minimap", self.wanted)

    @property
    def map(self) -> Minimap | None:
        """The map, None before it was first shown."""
        return self._map

    def set_wanted(self, wanted: bool) -> None:
        """Show it where it is of use, or never; where it is of no use now, say so."""
        canvas = self.parts.canvas
        self.wanted = wanted or self._is_whole
        if self._actions is not None:
            self._actions.check("view.minimap", self.wanted)
        if self.wanted and self._is_whole and canvas.scene is not None:
            self.announced.emit(
                "All of the graph is in view; the overview comes when a part of it is not."
            )
        self._settle()

    def set_presenting(self, presenting: bool) -> None:
        """The overview is the lecturer's."""
        self._presenting = presenting
        self._settle()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the map in its corner."""
        if event.type() == QEvent.Type.Resize and self._map is not None:
            self._map.fit()
        return super().eventFilter(watched, event)

    @property
    def _is_whole(self) -> bool:
        """Whether all of a graph is in view."""
        canvas = self.parts.canvas
        if canvas.scene is None:
            return False
        from explorer.canvas.minimap import is_all_in_view

        bounds = canvas.scene.layout.bounds
        return is_all_in_view(bounds, canvas.goal, canvas.width(), canvas.height())

    def _settle(self) -> None:
        """Show the map or take it away, as the view has it now."""
        withheld = self._presenting or self.parts.side.is_split
        useful = self.wanted and not withheld and not self._is_whole
        if self._map is None and useful and self.parts.canvas.scene is not None:
            from explorer.panels.minimap import Minimap

            self._map = Minimap(self.parts.canvas.look, self.parts.canvas)
            self.parts.canvas.installEventFilter(self)
        if self._map is None:
            return
        if useful and self._map.is_useful:
            self._map.show_graph()
        else:
            self._map.hide()
