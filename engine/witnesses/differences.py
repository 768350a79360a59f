"""The third witness: an adjoint by finite differences, from the forward pass alone.

The output is a function of one node's value v while everything that v does not reach stays as it
is. Along a direction u the central difference (L(v + hu) - L(v - hu)) / 2h must be <adjoint, u>.
Only the node's descendants are evaluated again.
"""

from __future__ import annotations

from collections.abc import Generator as Steps
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.autodiff.gradcheck import STEP, forward_on_branch
from engine.steps import finished

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import DTypeLike, NDArray

    from engine.autodiff.primitives import Array
    from engine.trace.trace import Trace

COMPONENTS = 64
"""Largest node whose components are moved one by one; a larger one is moved along directions."""

DIRECTIONS = 4

MOST_EVALUATIONS = 100_000
"""Evaluations of primitives in one node's check; beyond it directions take components' place."""

TOLERANCES = {"float64": 1e-7, "float32": 1e-5}
"""Largest error of a right adjoint, by the run's dtype; a wrong one errs by about 1."""

SINGLE_STEP, SINGLE_TOLERANCE = 5e-3, 1e-2
"""The step and what may be asked of it where the differences themselves are in float32."""

_COARSE = (1.0, 1e1, 1e2)
_FINE = (1.0, 1e-1, 1e-2, 1e-3)


@dataclass(frozen=True, slots=True, eq=False)
class Downstream:
    """The output as a function of one node's value.

    Attributes:
        trace: the run.
        node: whose value moves.
        nodes: its descendants that the output depends on, in order.
        values: of the node and of all operands of ``nodes``, in one dtype.
    """

    trace: Trace
    node: int
    nodes: tuple[int, ...]
    values: dict[int, Array]

    @property
    def point(self) -> Array:
        """The node's value as recorded."""
        return self.values[self.node]

    def output(self, value: Array) -> float:
        """The output where the node has another value; kinks are followed along their branch."""
        moved = {self.node: value}
        base, nodes = self.values, self.trace.nodes
        for i in self.nodes:
            node = nodes[i]
            operands = tuple([moved[o] if o in moved else base[o] for o in node.operands])
            moved[i] = forward_on_branch(node, operands, base)
        result = moved.get(self.trace.output)
        return float(self.trace.nodes[self.trace.output].value if result is None else result)


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """What finite differences say of one node's adjoint.

    Attributes:
        node: index of the node.
        error: the largest |difference - <adjoint, u>| / (1 + max|difference|) over the directions
            tried, each at the first of a few steps that suits it; what rounding can explain does
            not count; inf where it is no number.
        tolerance: largest error of a right adjoint.
        estimate: the adjoint by finite differences, of the value's shape; None where the node
            was too large to move every component.
        probes: directions tried.
    """

    node: int
    error: float
    tolerance: float
    estimate: Array | None
    probes: int

    @property
    def ok(self) -> bool:
        """Whether the error is within the tolerance."""
        return self.error <= self.tolerance


def downstream(trace: Trace, node: int, dtype: DTypeLike = np.float64) -> Downstream:
    """The output of a run as a function of one node's value, evaluated in a dtype."""
    reached = {node}
    for other in trace.nodes[node + 1 : trace.output + 1]:
        if not reached.isdisjoint(other.operands):
            reached.add(other.index)
    leading = {trace.output} if trace.output in reached else set()
    for i in range(trace.output, node, -1):
        if i in leading:
            leading.update(o for o in trace.nodes[i].operands if o in reached)
    nodes = tuple(sorted(leading - {node}))
    values = {node: _cast(trace.nodes[node].value, dtype)}
    for i in nodes:
        for operand in trace.nodes[i].operands:
            if operand not in values:
                values[operand] = _cast(trace.nodes[operand].value, dtype)
    return Downstream(trace, node, nodes, values)


def finite_difference_adjoint(
    trace: Trace,
    node: int,
    rng: Generator,
    h: float | None = None,
    dtype: DTypeLike = np.float64,
) -> Differences:
    """Hold one adjoint to central differences; see :func:`differences_in_steps`."""
    return finished(differences_in_steps(trace, node, rng, h, dtype))


def differences_in_steps(
    trace: Trace,
    node: int,
    rng: Generator,
    h: float | None = None,
    dtype: DTypeLike = np.float64,
) -> Steps[None, None, Differences]:
    """The same as a generator that yields between evaluations, so that a job can be cancelled.

    Every component of a small node is moved, a large one along random directions. The step is
    absolute up to values of 1 and relative beyond; where the function bends too much or rounding
    is too loud for that, others are tried before an adjoint is called wrong.

    Args:
        trace: the run.
        node: index of a node that has an adjoint.
        rng: for the directions of a large node.
        h: length of the step, by default 1e-6, and 5e-3 in float32.
        dtype: of the evaluations.

    Raises:
        IndexError: the node has no adjoint.
    """
    adjoint = trace.adjoints[node]
    if adjoint is None:
        raise IndexError(f"node {node} has no adjoint")
    single = np.dtype(dtype) == np.float32
    run_dtype = str(trace.nodes[trace.output].value.dtype)
    tolerance = SINGLE_TOLERANCE if single else TOLERANCES[run_dtype]
    step = h if h is not None else SINGLE_STEP if single else STEP
    if adjoint.shape != trace.nodes[node].value.shape:
        return Differences(node, float("inf"), tolerance, None, 0)
    function = downstream(trace, node, dtype)
    size = adjoint.size
    each = size <= COMPONENTS and 2 * size * len(function.nodes) <= MOST_EVALUATIONS
    directions = np.eye(size) if each else rng.standard_normal((DIRECTIONS, size))
    rounding = _rounding(function, dtype)
    probes = _Probes(function, adjoint.astype(np.float64), directions, rounding, tolerance)
    errors, estimates = np.full(len(directions), np.inf), np.full(len(directions), np.nan)
    # Along axis k only x_k matters for the length of the step, else the largest component.
    sizes = np.abs(function.point.astype(np.float64)).reshape(-1)
    lengths = sizes if each else np.full(len(directions), sizes.max(initial=0.0))
    attempts = [(np.maximum(1.0, lengths), step * factor) for factor in _COARSE]
    fine = np.where(lengths > 0, np.minimum(1.0, lengths), 1.0)
    attempts += [(fine, step * factor) for factor in _FINE]
    for scale, length in attempts:
        todo = np.flatnonzero(~(errors <= tolerance))
        if not len(todo):
            break
        yield from probes.measure(todo, scale * length, errors, estimates)
    largest = float(errors.max(initial=0.0))
    estimate = estimates.reshape(adjoint.shape) if each else None
    if estimate is not None:
        estimate.flags.writeable = False
    return Differences(node, largest, tolerance, estimate, len(directions))


@dataclass(frozen=True, slots=True, eq=False)
class _Probes:
    """Directions along which one node is moved, (K, size), and the adjoint to hold them to.

    ``rounding`` bounds what rounding does to the output; over the length of a step and the
    tolerance it is what rounding adds to the scale of an error.
    """

    function: Downstream
    adjoint: NDArray[np.float64]
    directions: NDArray[np.float64]
    rounding: float
    tolerance: float

    def measure(
        self,
        todo: NDArray[np.intp],
        lengths: NDArray[np.float64],
        errors: NDArray[np.float64],
        estimates: NDArray[np.float64],
    ) -> Steps[None, None, None]:
        """Take the errors of some directions where a step of this length is the first, or good."""
        ours, theirs = np.zeros(len(self.directions)), estimates.copy()
        for k in todo:
            ours[k], theirs[k] = self._along(self.directions[k], float(lengths[k]))
            yield
        with np.errstate(all="ignore"):
            known = np.abs(theirs[np.isfinite(theirs)])
            allowed = self.rounding / (lengths * self.tolerance)
            found = np.abs(ours - theirs) / (1 + known.max(initial=0.0) + allowed)
        same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
        found = np.where(same, 0.0, np.where(np.isnan(found), np.inf, found))
        # Of a wrong adjoint the first step's error is told: a smaller one may be noise alone.
        unknown = ~np.isfinite(errors[todo]) & np.isfinite(theirs[todo])
        better = todo[(found[todo] <= self.tolerance) | unknown]
        errors[better], estimates[better] = found[better], theirs[better]

    def _along(self, direction: NDArray[np.float64], length: float) -> tuple[float, float]:
        """Our derivative along a direction and the central difference."""
        point = self.function.point
        with np.errstate(all="ignore"):
            move = (length * direction).reshape(point.shape)
            ahead, behind = (point + move).astype(point.dtype), (point - move).astype(point.dtype)
            # The step that was really taken, after rounding.
            taken = ahead.astype(np.float64) - behind
            ours = float(np.vdot(self.adjoint, taken)) / (2 * length)
            difference = self.function.output(ahead) - self.function.output(behind)
            if not taken.any():
                return ours, float("nan")
            return ours, difference / (2 * length)


def _rounding(function: Downstream, dtype: DTypeLike) -> float:
    """A bound on what rounding does to the output: epsilon times the sum of |value| |adjoint|.

    Source: Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., section 3.3.
    """
    trace, total = function.trace, 0.0
    for i in (*function.nodes, trace.output):
        adjoint, value = trace.adjoints[i], trace.nodes[i].value
        if adjoint is not None and adjoint.shape == value.shape:
            with np.errstate(all="ignore"):
                size = float(np.vdot(np.abs(value), np.abs(adjoint)))
            # A wrong rule may have made it infinite: that explains nothing.
            total += size if np.isfinite(size) else 0.0
    return float(np.finfo(dtype).eps) * total


def _cast(value: Array, dtype: DTypeLike) -> Array:
    return value.astype(dtype, copy=False) if value.dtype.kind == "f" else value
