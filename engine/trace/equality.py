"""Are the adjoints of Version A and Version B the same? Both are run afresh and held together."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.autodiff.primitives import Array
from engine.autodiff.reverse import Adjoints, adjoints_by_pulling, adjoints_by_pushing
from engine.steps import finished
from engine.trace.graph import BoolArray, IntArray
from engine.trace.trace import Trace

TOLERANCES = {"float64": 1e-10, "float32": 1e-5}
"""From which max|a - b| / (1 + max|b|) an adjoint on screen is another one, by dtype."""

TOGETHER = 1024
"""Nodes that are compared between two steps."""


@dataclass(frozen=True, slots=True, eq=False)
class Equality:
    """Version A's adjoints beside Version B's, both from passes of their own.

    Attributes:
        nodes: (D,) the nodes that have an adjoint, in backward order.
        difference: (N,) max|A - B|; 0 where they are equal bit for bit, NaN where there is none or
            the difference is not a number.
        equal: (N,) both are the same bit for bit; so are two NaN of the same bits.
        shown_error: (N,) max|shown - B| / (1 + max|B|) of the adjoint in the trace; infinity
            where only one of the two is finite, NaN where there is none.
        tolerance: from which that error is more than rounding.
    """

    nodes: IntArray
    difference: NDArray[np.float64]
    equal: BoolArray
    shown_error: NDArray[np.float64]
    tolerance: float

    @property
    def differing(self) -> IntArray:
        """The nodes whose two adjoints are not the same bits, in backward order."""
        return self.nodes[~self.equal[self.nodes]]

    @property
    def shown_otherwise(self) -> IntArray:
        """The nodes whose adjoint in the trace is another number, in backward order."""
        return self.nodes[self.shown_error[self.nodes] > self.tolerance]


def equality_of(trace: Trace) -> Equality:
    """Run both versions on the nodes of a trace and compare every adjoint."""
    return finished(equality_in_steps(trace))


def equality_in_steps(trace: Trace) -> Generator[None, None, Equality]:
    """The same, in steps: each pass is one, then so many nodes at a time are compared."""
    pulled = adjoints_by_pulling(trace.nodes, trace.output)
    yield
    pushed = adjoints_by_pushing(trace.nodes, trace.output)
    yield
    return (yield from compared_in_steps(trace, pulled, pushed))


def compared_in_steps(
    trace: Trace, pulled: Adjoints, pushed: Adjoints
) -> Generator[None, None, Equality]:
    """Hold two lists of adjoints of a trace's nodes together."""
    count = len(trace)
    difference, shown_error = np.full(count, np.nan), np.full(count, np.nan)
    equal = np.zeros(count, np.bool_)
    nodes = np.flatnonzero(trace.graph.differentiable)[::-1]
    for place, node in enumerate(nodes.tolist()):
        if place % TOGETHER == TOGETHER - 1:
            yield
        ours, other, shown = pulled[node], pushed[node], trace.adjoints[node]
        if ours is None or other is None or shown is None:
            continue
        equal[node] = _same_bits(ours, other)
        difference[node] = 0.0 if equal[node] else _largest_difference(ours, other)
        shown_error[node] = _error(shown, other)
    for array in (nodes, difference, equal, shown_error):
        array.flags.writeable = False
    tolerance = TOLERANCES[str(trace.nodes[trace.output].value.dtype)]
    return Equality(nodes, difference, equal, shown_error, tolerance)


def _same_bits(a: Array, b: Array) -> bool:
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def _largest_difference(a: Array, b: Array) -> float:
    with np.errstate(all="ignore"):
        return float(np.abs(a - b).max(initial=0.0))


def _error(shown: Array, reference: Array) -> float:
    """max|a - b| / (1 + max|b|); infinite where only one is finite or the two are otherwise so."""
    if shown.shape != reference.shape:
        return float("inf")
    finite = np.isfinite(reference)
    same = np.array_equal(shown[~finite], reference[~finite], equal_nan=True)
    if not same or not np.isfinite(shown[finite]).all():
        return float("inf")
    apart = np.abs(shown[finite] - reference[finite]).max(initial=0.0)
    return float(apart / (1 + np.abs(reference[finite]).max(initial=0.0)))
