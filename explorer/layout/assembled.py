"""From the places of cards to those of nodes: what every layout ends with."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from explorer.layout.model import Floats, Lane, Layout, Routes
from explorer.layout.plan import Plan


def assembled(
    plan: Plan,
    name: Literal["unrolled", "rolled", "layered"],
    centre: Floats,
    size: Floats,
    kind: NDArray[np.int8],
    routes: Routes,
    lanes: tuple[Lane, ...],
    rails: tuple[int, ...],
    bounds: tuple[float, float, float, float],
) -> Layout:
    """The layout of a plan whose cards have middles and sizes (C, 2) and kinds (C,)."""
    count = len(plan.trace)
    corner = np.empty((count + len(plan.groups), 2))
    extent, kinds = np.empty_like(corner), np.empty(len(corner), np.int8)
    corner[:count], extent[:count] = (centre - size / 2)[plan.card], size[plan.card]
    kinds[:count] = plan.natural
    corner[plan.shown], extent[plan.shown], kinds[plan.shown] = centre - size / 2, size, kind
    return Layout(
        name, corner[:, 0].copy(), corner[:, 1].copy(), extent[:, 0].copy(), extent[:, 1].copy(),
        kinds, plan.shown[plan.card], plan.groups, routes, plan.bundle, lanes, rails, bounds,
    )  # fmt: skip
