"""What is drawn over and on the cards besides the run: layers, marks, a part that is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from explorer.canvas.choosing import Choosing

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from explorer.canvas.emphasis import Emphasis, Lit
    from explorer.canvas.layers import Layer
    from explorer.canvas.marks import Marks
    from explorer.canvas.pictures import Range
    from explorer.canvas.scene import Scene
    from explorer.theme import Style


class Overlaid(Choosing):
    """Holds it; a subclass draws.

    Signals:
        dressed(): layers, marks, the part looked at or the range of the colours have changed.
    """

    dressed = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._range: Range = "own"
        self._marks: Marks | None = None
        self._layers: dict[str, Layer] = {}
        self._emphasis: Emphasis | None = None
        self._lit: Lit | None = None

    def set_range(self, range_: Range) -> None:
        """Colour each strip by its own range, all time steps by one, or by one without outliers."""
        if range_ != self._range:
            self._range = range_
            self.apply_style()
            self.update()
            self.dressed.emit()

    def set_marks(self, marks: Marks | None) -> None:
        """Show what the witnesses say of every node of this trace, or nothing of them."""
        self._marks = marks
        self.update()
        self.dressed.emit()

    def set_layer(self, name: str, layer: Layer | None) -> None:
        """Draw this over the cards from now on, in place of the layer of that name; None: nothing.

        Layers are drawn in the order of their names; another run leaves them as they are.
        """
        if layer is None:
            self._layers.pop(name, None)
        else:
            self._layers[name] = layer
        self.update()
        self.dressed.emit()

    def layer(self, name: str) -> Layer | None:
        """What is drawn over the cards under a name, None for nothing."""
        return self._layers.get(name)

    def set_emphasis(self, emphasis: Emphasis | None) -> None:
        """Dim everything but a part of the graph, or nothing.

        A trace with another number of nodes is drawn without it.
        """
        self._emphasis, self._lit = emphasis, None
        self.update()
        self.dressed.emit()

    def dress_as(self, other: Overlaid) -> None:
        """Draw over the cards what another canvas of the same run draws, in the same colours."""
        self._layers = dict(other._layers)
        self._marks, self._emphasis, self._lit = other._marks, other._emphasis, None
        self.set_range(other._range)
        self.update()

    def ticked_nodes(self) -> list[int]:
        """The nodes in sight that carry the marks of their witnesses."""
        if self._scene is None or self._moment is None:
            return []
        from explorer.canvas.ticks import ticked

        return [int(node) for node in ticked(self._scene, self._moment, self._window())]

    @property
    def _has_marks(self) -> bool:
        return self._marks is not None

    def _lit_part(self, scene: Scene) -> Lit | None:
        """What is looked at, on the cards of the scene that is drawn."""
        if self._emphasis is None or len(self._emphasis.nodes) != len(scene.trace):
            return None
        from explorer.canvas.emphasis import lit_on

        if self._lit is None or self._lit.scene is not scene:
            self._lit = lit_on(scene, self._emphasis)
        return self._lit
