"""What is drawn, free of any way to draw it: the same cards, lines and states for everyone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from engine.trace.frame import Frame
from explorer.canvas import View
from explorer.canvas.moment import Moment, moment_of
from explorer.canvas.scene import Scene
from explorer.canvas.ways import along
from explorer.layout import EdgeKind
from explorer.layout.model import Floats, Ints

CARD_COLORS = ("#d5d9e2", "#a9c4ef", "#f2c79a", "#e2761b")
"""Of a card whose value is unknown or known, and whose adjoint is partial or complete."""

EDGE_COLORS = ("#d5d9e2", "#7fa6e6", "#e2761b")
"""Of an edge that is not used yet, was used forward, and backward."""

MARK, MARK_COLOR = 12.0, "#c05510"
"""Of what travels along an edge."""

BACKGROUND = "#ffffff"

SMOOTH_FROM = 0.12
"""Zoom from which lines are drawn without steps."""


class Drawing(Protocol):
    """A way to draw a run."""

    @property
    def widget(self) -> QWidget:
        """What lies in the window."""
        ...

    @property
    def surface(self) -> QWidget:
        """The widget that is painted."""
        ...

    def look(self, view: View) -> None:
        """Show this part of the graph."""
        ...

    def show_frame(self, frame: Frame, alpha: float) -> None:
        """Show this state of the run."""
        ...


@dataclass(frozen=True, slots=True)
class Shown:
    """A moment as it is drawn.

    Attributes:
        cards: (C,) places in :data:`CARD_COLORS`.
        edges: (F,) places in :data:`EDGE_COLORS`.
        marks: (m, 2) where something travels along an edge now.
    """

    cards: NDArray[np.int8]
    edges: NDArray[np.int8]
    marks: Floats


@dataclass(frozen=True, slots=True)
class Picture:
    """The cards and edges that are on screen all the time.

    Attributes:
        scene: where they come from.
        cards: (C,) index of each card in the scene.
        boxes: (C, 4) left, top, width, height.
        edges: (F,) index of each drawn edge.
        offsets: (F+1,) rows of ``ways`` of each edge.
        ways: (S, 4, 2) Bézier segments; what edges share on their way is with one of them only.
        straight: (S,) the segment is a line.
        bounds: left, top, right, bottom of all.
    """

    scene: Scene
    cards: Ints
    boxes: Floats
    edges: Ints
    offsets: Ints
    ways: Floats
    straight: NDArray[np.bool_]
    bounds: tuple[float, float, float, float]

    def shown(self, frame: Frame, alpha: float) -> Shown:
        """What is shown of a moment."""
        moment = moment_of(self.scene, frame, alpha)
        return Shown(moment.card[self.cards], moment.edge[self.edges], _marks(self.scene, moment))


def picture_of(scene: Scene) -> Picture:
    """What a scene has on screen all the time."""
    layout, ways = scene.layout, scene.ways
    routes = layout.routes
    cards = np.flatnonzero(scene.shown)
    edges = np.flatnonzero(ways.drawn)
    number = np.diff(routes.offsets)[edges]
    number[_alike(scene, edges)] = _STUB
    offsets = np.concatenate([[0], np.cumsum(number)])
    owner = np.repeat(np.arange(len(edges)), number)
    rows = routes.offsets[edges][owner] + np.arange(offsets[-1]) - offsets[owner]
    return Picture(
        scene=scene,
        cards=cards,
        boxes=np.concatenate([scene.corner[cards], scene.size[cards]], axis=1),
        edges=edges,
        offsets=offsets,
        ways=routes.segments[rows],
        straight=routes.straight[rows],
        bounds=layout.bounds,
    )


_STUB = 2
"""Segments of a bus that an edge has for itself."""


def _marks(scene: Scene, moment: Moment) -> Floats:
    """The places of what travels along edges that are drawn."""
    ways, places = scene.ways, []
    share = 1 - moment.travelled if moment.backward else moment.travelled
    for edge in moment.moving if moment.progress < 1 else ():
        drawn = int(scene.layout.bundle[edge])
        if drawn >= 0 and ways.drawn[drawn]:
            places.append(along(ways.lines[slice(*ways.offsets[drawn : drawn + 2])], share)[0])
    return np.array(places).reshape(-1, 2)


def _alike(scene: Scene, edges: Ints) -> NDArray[np.bool_]:
    """(F,) the edge runs along a bus with others, and one that begins further left draws it."""
    ways = scene.ways
    buses = np.asarray(scene.layout.routes.kind[edges] == EdgeKind.BUS)
    order = np.lexsort((ways.start[edges, 0], ways.bus[edges]))
    _, first = np.unique(ways.bus[edges][order], return_index=True)
    buses[order[first]] = False
    return buses
