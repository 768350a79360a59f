"""Which node is under the pointer, and which one an arrow key leads to."""

from __future__ import annotations

from typing import Literal

import numpy as np

from explorer.canvas.group_painter import knob_box
from explorer.canvas.scene import Ints, Scene
from explorer.layout import Kind
from explorer.layout.unrolled import LABEL_ROOM

Direction = Literal["left", "right", "up", "down"]
_STEPS: dict[Direction, tuple[float, float]] = {
    "left": (-1.0, 0.0),
    "right": (1.0, 0.0),
    "up": (0.0, -1.0),
    "down": (0.0, 1.0),
}


def node_at(scene: Scene, x: float, y: float) -> int:
    """The card at a point of the layout, -1 where there is none."""
    inside = (np.abs(np.array([x, y]) - scene.corner - scene.size / 2) <= scene.size / 2).all(
        axis=1
    )
    hit = np.flatnonzero(inside & scene.shown)
    return int(hit[-1]) if len(hit) else -1


def knob_at(scene: Scene, x: float, y: float) -> bool:
    """Whether the sign that opens a group is at a point of the layout."""
    card = node_at(scene, x, y)
    if card < 0 or scene.layout.kind[card] != Kind.GROUP:
        return False
    left, top = scene.corner[card]
    box = knob_box(float(scene.size[card, 0])).adjusted(-6, -6, 6, 6)
    return bool(box.contains(float(x - left), float(y - top)))


def lane_at(scene: Scene, x: float, y: float) -> int:
    """The time step whose number is at a point of the layout, -1 for none."""
    if scene.layout.name != "unrolled":
        return -1
    boxes = scene.lane_boxes
    hit = (boxes[:, 0] <= x) & (x <= boxes[:, 2]) & (boxes[:, 3] - LABEL_ROOM <= y)
    found = np.flatnonzero(hit & (y <= boxes[:, 3]))
    return int(scene.lane_steps[found[0]]) if len(found) else -1


def neighbour(scene: Scene, node: int, direction: Direction) -> int:
    """The node that an edge leads to in a direction; without an edge the nearest card there.

    The edges of a group are those of all its nodes. Returns the node itself where there is nothing
    in that direction.
    """
    graph = scene.trace.graph
    inside = scene.card_of == scene.card_of[node]
    out, into = inside[graph.edge_operand], inside[graph.edge_consumer]
    joined = np.concatenate([graph.edge_operand[into & ~out], graph.edge_consumer[out & ~into]])
    linked = _best(scene, node, np.unique(joined), direction)
    if linked >= 0:
        return linked
    nearest = _best(scene, node, np.arange(len(scene.trace)), direction)
    return node if nearest < 0 else nearest


def _best(scene: Scene, node: int, others: Ints, direction: Direction) -> int:
    toward = np.array(_STEPS[direction])
    middle = scene.corner + scene.size / 2
    step = middle[others] - middle[node]
    ahead = step @ toward
    aside = np.abs(step @ toward[::-1])
    candidates = (ahead > 1) & (aside <= 2.5 * ahead)
    if not bool(candidates.any()):
        return -1
    cost = np.where(candidates, ahead + 2 * aside, np.inf)
    return int(others[int(np.argmin(cost))])
