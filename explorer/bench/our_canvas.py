"""The window's own canvas."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from engine.trace.frame import Frame
from explorer.bench.drawing import Picture
from explorer.canvas import GraphCanvas, View
from explorer.canvas.scene import Scene
from explorer.theme import THEMES, Style


class OurCanvas:
    """The canvas as it is in the window, with values on its cards."""

    def __init__(self, scene: Scene) -> None:
        self.widget = GraphCanvas(Style(THEMES["light"]))
        self.widget.motion = self.widget.follow = False
        self.widget.set_trace(scene.trace, scene.layout, scene)

    @classmethod
    def of(cls, picture: Picture) -> OurCanvas:
        """The canvas with the scene that a picture is of."""
        return cls(picture.scene)

    @property
    def surface(self) -> QWidget:
        """The widget that is painted."""
        return self.widget

    def look(self, view: View) -> None:
        """Show this part of the graph."""
        self.widget.view = view
        self.widget.update()

    def show_frame(self, frame: Frame, alpha: float) -> None:
        """Show this state of the run."""
        self.widget.show_frame(frame, alpha)
