"""A trace and its layout as the arrays that painters read; made once per trace."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.trace.trace import Trace
from explorer.canvas.cells import Cells, cells_of
from explorer.canvas.distributions import Distributions, distributions_of
from explorer.canvas.ways import Ways, ways_of
from explorer.layout import EdgeKind, Kind, Layout

if TYPE_CHECKING:
    from engine.museum.spread import Spread
    from explorer.layout import Group

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Crowds:
    """The nodes of all G groups, one group after the other, for counting.

    Attributes:
        members: (K,) nodes, in the order of the tape inside a group.
        starts: (G,) where each group begins among them.
        face: (M,) the node that stands for each card; of a group over time at the last step.
        over_time: (G,) what stands for it changes with the moment.
        single: (G,) drawn as the node that stands for it.
    """

    members: Ints
    starts: Ints
    face: Ints
    over_time: NDArray[np.bool_]
    single: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What is drawn, whatever the moment: M cards, the first N of them the nodes.

    A node that is hidden in a group has corner and size of the group's card.

    Attributes:
        trace, layout: what it is made from.
        corner: (M, 2) top left corners of the cards.
        size: (M, 2).
        shown: (M,) the card is drawn: not a node inside a group.
        crowds: what the groups are made of.
        cells: the vectors as coloured strips, by node.
        distributions: the most probable tokens of each distribution, by node.
        ways: the drawn edges as lines.
        rail_edges: (R,): the edges of the graph from shared parameters, by consumer.
        finite: (N,) the value holds neither NaN nor infinity.
        lane_of: (M,) index into the layout's lanes, -1 where there is none.
        lane_steps: (L,) time step of each lane.
        lane_boxes: (L, 4) left, top, right, bottom of each lane.
        mistake: which numbers are wrong, where a mistake is planted in the run.
    """

    trace: Trace
    layout: Layout
    corner: Floats
    size: Floats
    shown: NDArray[np.bool_]
    crowds: Crowds
    cells: Cells
    distributions: Distributions
    ways: Ways
    rail_edges: Ints
    finite: NDArray[np.bool_]
    lane_of: Ints
    lane_steps: Ints
    lane_boxes: Floats
    mistake: Spread | None = None

    @property
    def card_of(self) -> Ints:
        """(N,) the card that shows each node: itself or that of its group."""
        return self.layout.card_of

    def group(self, card: int) -> Group | None:
        """The group that a card stands for, None for a node's own card."""
        place = card - len(self.trace)
        return self.layout.groups[place] if place >= 0 else None

    def kind_of(self, edge: int) -> int:
        """What an edge of the graph is drawn as, a value of :class:`EdgeKind`; -1 if hidden."""
        drawn = int(self.layout.bundle[edge])
        return int(self.layout.routes.kind[drawn]) if drawn >= 0 else -1

    def visible(self, bounds: tuple[float, float, float, float]) -> Ints:
        """The cards that a rectangle of the layout touches."""
        left, top, right, bottom = bounds
        far = self.corner + self.size
        seen = (
            self.shown
            & (self.corner[:, 0] < right)
            & (far[:, 0] > left)
            & (self.corner[:, 1] < bottom)
            & (far[:, 1] > top)
        )
        return np.flatnonzero(seen)

    def rails_into(self, node: int) -> Ints:
        """The edges from shared parameters into a node; none into a card of several."""
        if node >= len(self.trace):
            return self.rail_edges[:0]
        edges = self.trace.graph.operand_edges(node)
        first, last = np.searchsorted(self.rail_edges, (edges.start, edges.stop))
        return self.rail_edges[first:last]

    def box(self, node: int) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of a card."""
        x, y = self.corner[node]
        w, h = self.size[node]
        return float(x), float(y), float(x + w), float(y + h)


def scene_of(trace: Trace, layout: Layout, base: Scene | None = None) -> Scene:
    """The scene of a trace; pure numpy, so any thread may make it.

    ``base`` is a scene of the same trace in another layout: what is the same is taken over.
    """
    corner = np.stack([layout.x, layout.y], axis=1)
    size = np.stack([layout.w, layout.h], axis=1)
    shown = np.zeros(len(corner), np.bool_)
    shown[layout.card_of] = True
    lane_boxes, lane_of = _lanes(layout)
    rail = (layout.routes.kind == EdgeKind.RAIL)[layout.bundle] & (layout.bundle >= 0)
    if base is None or base.trace is not trace:
        cells, distributions, finite = _numbers(trace, layout)
    else:
        cells, distributions, finite = base.cells, base.distributions, base.finite
    return Scene(
        trace=trace,
        layout=layout,
        corner=corner,
        size=size,
        shown=shown,
        crowds=_crowds(layout),
        cells=cells,
        distributions=distributions,
        ways=ways_of(layout),
        rail_edges=np.flatnonzero(rail),
        finite=finite,
        lane_of=lane_of,
        lane_steps=np.array([lane.step for lane in layout.lanes], np.intp),
        lane_boxes=lane_boxes,
    )


def renumbered(scene: Scene, trace: Trace) -> Scene:
    """The scene of a run of the same graph with other numbers; in any thread."""
    cells, distributions, finite = _numbers(trace, scene.layout)
    return replace(scene, trace=trace, cells=cells, distributions=distributions, finite=finite,
                   mistake=None)  # fmt: skip


def _numbers(trace: Trace, layout: Layout) -> tuple[Cells, Distributions, NDArray[np.bool_]]:
    """What a scene reads from the numbers of a run."""
    natural = layout.kind[: len(trace)]
    cells = cells_of(trace, natural)
    distributions = distributions_of(trace, np.flatnonzero(natural == Kind.DISTRIBUTION))
    return cells, distributions, _finite(trace, cells)


def _crowds(layout: Layout) -> Crowds:
    groups, count = layout.groups, len(layout.card_of)
    sizes = [len(group.members) for group in groups]
    face = np.arange(count + len(groups))
    face[count:] = [group.face for group in groups]
    return Crowds(
        members=np.concatenate([group.members for group in groups] or [np.zeros(0, np.intp)]),
        starts=np.cumsum([0, *sizes[:-1]]) if groups else np.zeros(0, np.intp),
        face=face,
        over_time=np.array([group.over_time for group in groups], np.bool_),
        single=np.array([group.single for group in groups], np.bool_),
    )


def _lanes(layout: Layout) -> tuple[Floats, Ints]:
    """The boxes of the lanes, and the lane in which each card stands."""
    boxes = np.array(
        [(lane.left, lane.top, lane.right, lane.bottom) for lane in layout.lanes]
    ).reshape(-1, 4)
    lane_of = np.full(len(layout.x), -1)
    if len(boxes):
        tops, row = np.unique(boxes[:, 1], return_inverse=True)
        span = 2 * (np.abs(boxes[:, (0, 2)]).max() + np.abs(layout.x).max())
        middle = layout.x + layout.w / 2
        place = np.maximum(np.searchsorted(tops, layout.y + layout.h / 2) - 1, 0)
        lane_of = np.searchsorted(row * span + boxes[:, 0], place * span + middle) - 1
        rails = np.isin(np.append(layout.card_of, np.arange(len(layout.card_of), len(layout.x))),
                        layout.rails)  # fmt: skip
        lane_of[rails] = -1
    return boxes, lane_of


def _finite(trace: Trace, cells: Cells) -> NDArray[np.bool_]:
    finite = np.asarray(np.isfinite(cells.values).all(axis=1))
    for i in np.flatnonzero(cells.count == 0):
        finite[i] = np.isfinite(trace.nodes[i].value).all()
    return finite
