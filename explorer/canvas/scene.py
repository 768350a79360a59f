"""A trace and its layout as the arrays that painters read; made once per trace."""

from __future__ import annotations

from dataclasses import dataclass
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

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scene:
    """What is drawn, whatever the moment.

    Attributes:
        trace, layout: what it is made from.
        corner: (N, 2) top left corners of the cards.
        size: (N, 2).
        cells: the vectors as coloured strips.
        distributions: the most probable tokens of each distribution.
        ways: the edges as lines.
        rail_edges: (N+1,) and (R,): the edges from shared parameters, by consumer.
        finite: (N,) the value holds neither NaN nor infinity.
        lane_of: (N,) index into the layout's lanes, -1 where there is none.
        lane_steps: (L,) time step of each lane.
        lane_sides: (L, 2) left and right of each lane.
        mistake: which numbers are wrong, where a mistake is planted in the run.
    """

    trace: Trace
    layout: Layout
    corner: Floats
    size: Floats
    cells: Cells
    distributions: Distributions
    ways: Ways
    rail_edges: Ints
    finite: NDArray[np.bool_]
    lane_of: Ints
    lane_steps: Ints
    lane_sides: Floats
    mistake: Spread | None = None

    def visible(self, bounds: tuple[float, float, float, float]) -> Ints:
        """The cards that a rectangle of the layout touches."""
        left, top, right, bottom = bounds
        far = self.corner + self.size
        seen = (
            (self.corner[:, 0] < right)
            & (far[:, 0] > left)
            & (self.corner[:, 1] < bottom)
            & (far[:, 1] > top)
        )
        return np.flatnonzero(seen)

    def rails_into(self, node: int) -> Ints:
        """The edges from shared parameters into a node."""
        edges = self.trace.graph.operand_edges(node)
        first, last = np.searchsorted(self.rail_edges, (edges.start, edges.stop))
        return self.rail_edges[first:last]

    def box(self, node: int) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of a card."""
        x, y = self.corner[node]
        w, h = self.size[node]
        return float(x), float(y), float(x + w), float(y + h)


def scene_of(trace: Trace, layout: Layout) -> Scene:
    """The scene of a trace; pure numpy, so any thread may make it."""
    corner = np.stack([layout.x, layout.y], axis=1)
    size = np.stack([layout.w, layout.h], axis=1)
    lane_steps = np.array([lane.step for lane in layout.lanes], np.intp)
    lane_sides = np.array([(lane.left, lane.right) for lane in layout.lanes]).reshape(-1, 2)
    lane_of = np.full(len(trace), -1)
    if len(lane_steps):
        middle = layout.x + layout.w / 2
        lane_of = np.searchsorted(lane_sides[:, 0], middle) - 1
        lane_of[list(layout.rails)] = -1
    cells = cells_of(trace, layout.kind)
    finite = np.asarray(np.isfinite(cells.values).all(axis=1))
    for i in np.flatnonzero(cells.count == 0):
        finite[i] = np.isfinite(trace.nodes[i].value).all()
    return Scene(
        trace=trace,
        layout=layout,
        corner=corner,
        size=size,
        cells=cells,
        distributions=distributions_of(trace, np.flatnonzero(layout.kind == Kind.DISTRIBUTION)),
        ways=ways_of(layout),
        rail_edges=np.flatnonzero(layout.routes.kind == EdgeKind.RAIL),
        finite=finite,
        lane_of=lane_of,
        lane_steps=lane_steps,
        lane_sides=lane_sides,
    )
