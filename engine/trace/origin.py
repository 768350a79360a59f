"""Where a shared node's adjoint comes from: one signed slice for each time step that uses it.

The contributions along a node's edges are its adjoint, so sorted by the time step of the consumer
they split it: dL/dW = sum over k of the part through step k. For one component a slice is that
component of the contributions C_k. For all components at once it is <C_k, A> / |A|, how far C_k
reaches in the direction of the whole adjoint A: these slices are signed too, and sum to |A|.

Source: Pascanu, Mikolov and Bengio, *On the difficulty of training recurrent neural networks*
(2013), equations 3 to 5.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.autodiff.primitives import Array
from engine.autodiff.reverse import adjoints_by_pushing
from engine.autodiff.tape import Role
from engine.trace.graph import IntArray
from engine.trace.trace import Trace, freeze

Floats = NDArray[np.float64]
Measure = Literal["component", "projection", "size"]

TOGETHER = 64
"""Slices that are measured between two steps."""

_LOSSES = frozenset({"nll", "cross_entropy"})


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """A node's adjoint in K slices, in the order of time, else in that of the tape.

    Attributes:
        node: the shared node.
        component: which number of it, counted in the flattened array; None for all of them.
        measure: what a slice is: a component, a projection onto the adjoint, or, where the adjoint
            is not finite and has no direction, the size of the contribution.
        steps: (K,) the consumers' time step, -1 where they have none.
        edges: the edges of each slice, from the last consumer to the first; none for what stood
            there before the backward pass, where a mistake is planted.
        values: (K,) the slices.
        total: the adjoint's component, or its norm.
    """

    node: int
    component: int | None
    measure: Measure
    steps: IntArray
    edges: tuple[tuple[int, ...], ...]
    values: Floats
    total: float

    def __len__(self) -> int:
        return len(self.edges)


def shared_nodes(trace: Trace) -> tuple[int, ...]:
    """The parameters and inputs whose adjoints have several slices, in the order of the tape."""
    graph = trace.graph
    flowing = graph.edge_operand[graph.edge_differentiable]
    several = np.flatnonzero(np.bincount(flowing, minlength=len(trace)) > 1).tolist()
    leaves = (i for i in several if trace.nodes[i].role in {Role.PARAMETER, Role.INPUT})
    return tuple(node for node in leaves if is_shared(trace, node))


def is_shared(trace: Trace, node: int) -> bool:
    """Whether a node's adjoint has several slices."""
    return len(_groups(trace, node)) > 1


def losses_of(trace: Trace) -> tuple[int, ...]:
    """The losses of single time steps that the output is made of, if there are several.

    A run with a planted mistake has none to offer: through one loss its backward pass, which is
    wrong as a whole, was never made.
    """
    if "planted" in trace.provenance:
        return ()
    found = [n.index for n in trace.nodes if n.op in _LOSSES and n.value.ndim == 0]
    return tuple(found) if len(found) > 1 else ()


def through(trace: Trace, loss: int) -> Trace:
    """The part of every adjoint that flows through one loss, as a trace whose output that is.

    By linearity these parts, summed over the losses, are the adjoints.
    """
    share = trace.adjoints[loss]
    assert share is not None
    parts = adjoints_by_pushing(trace.nodes, loss)
    with np.errstate(all="ignore"):
        scaled = [None if part is None else np.asarray(part * share) for part in parts]
    return freeze(trace.nodes, scaled, loss, trace.provenance)


def origin_of(trace: Trace, node: int, component: int | None = None) -> Origin:
    """Split a node's adjoint.

    Args:
        trace: the run, or what flows :func:`through` one of its losses.
        node: has an adjoint.
        component: place in the flattened array; None for all components.
    """
    steps = origin_in_steps(trace, node, component)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Origin = end.value
            return found


def origin_in_steps(
    trace: Trace, node: int, component: int | None = None
) -> Generator[None, None, Origin]:
    """The same as a computation that can be left after every few slices."""
    adjoint = trace.adjoints[node]
    assert adjoint is not None
    direction = None if component is not None else unit(adjoint)
    measure: Measure = "projection"
    if component is not None:
        measure = "component"
        total = float(adjoint.reshape(-1)[component])
    else:
        total = size(adjoint)
        if direction is None:
            measure = "size"
    leftover = trace.leftover(node)
    slices: list[tuple[int, ...]] = [] if leftover is None else [()]
    slices += [tuple(edges) for edges in _groups(trace, node).values()]
    values = np.zeros(len(slices))
    for place, edges in enumerate(slices):
        parts = [trace.contribution(edge) for edge in edges]
        if leftover is not None and not edges:
            parts = [leftover]
        with np.errstate(all="ignore"):
            if component is not None:
                values[place] = sum(float(part.reshape(-1)[component]) for part in parts)
            elif direction is not None:
                values[place] = sum(float(np.vdot(part, direction)) for part in parts)
            else:
                values[place] = size(sum(parts[1:], start=parts[0]))
        if place % TOGETHER == TOGETHER - 1:
            yield
    graph = trace.graph
    steps = [int(graph.step[graph.edge_consumer[edges[0]]]) if edges else -1 for edges in slices]
    result = Origin(
        node=node,
        component=component,
        measure=measure,
        steps=np.array(steps, np.intp),
        edges=tuple(slices),
        values=values,
        total=total,
    )
    result.values.flags.writeable = result.steps.flags.writeable = False
    return result


def size(array: Array) -> float:
    """The Euclidean norm, without overflow; infinity or NaN where a component is."""
    numbers = np.abs(np.asarray(array, np.float64).reshape(-1))
    largest = float(numbers.max(initial=0.0))
    if largest == 0 or not np.isfinite(largest):
        return largest
    return largest * float(np.sqrt(np.sum((numbers / largest) ** 2)))


def unit(array: Array) -> Floats | None:
    """An array of length 1 in the same direction; 0 has none but stays 0, None if not finite."""
    numbers = np.asarray(array, np.float64)
    largest = float(np.abs(numbers).max(initial=0.0))
    if not np.isfinite(largest):
        return None
    if largest == 0:
        return np.zeros_like(numbers)
    numbers = numbers / largest
    return np.asarray(numbers / np.sqrt(np.sum(numbers * numbers)))


def _groups(trace: Trace, node: int) -> dict[int, list[int]]:
    """The edges of each slice: by the consumers' time steps, rising, or else by consumer."""
    graph = trace.graph
    edges = trace.summed_edges(node, len(graph.contributing_edges(node))).tolist()
    consumers = graph.edge_consumer[edges]
    steps = graph.step[consumers]
    keys: Iterable[int] = steps.tolist()
    if len(edges) and len(np.unique(steps)) == 1:
        # Everything happens in one step or outside of time: the consumers tell the slices apart.
        keys = consumers.tolist()
    found: dict[int, list[int]] = {}
    for edge, key in zip(edges, keys, strict=True):
        found.setdefault(key, []).append(edge)
    return dict(sorted(found.items()))
