"""Which local rule is off: one consumer's VJP held to finite differences of that primitive alone.

If a node's adjoint is wrong while those of all its consumers are right, either a consumer's rule
gives a wrong contribution, or the right contributions were not added up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.autodiff.gradcheck import STEP, forward_on_branch
from engine.autodiff.reverse import contribution
from engine.oracle.verdict import TOLERANCES as SAME
from engine.witnesses.differences import DIRECTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator

    from engine.autodiff.primitives import Array
    from engine.trace.trace import Trace

RULE_TOLERANCE = 1e-7

UNFIT = (ValueError, IndexError, TypeError)
"""What numpy raises where a wrong rule gives an array of another shape."""

_LENGTHS = (STEP, 1e1 * STEP, 1e2 * STEP, 1e-1 * STEP, 1e-2 * STEP)

Kind = Literal["rule", "missing", "sum", "value"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a run first goes wrong.

    Attributes:
        node: the first node, in backward order, whose adjoint is wrong; for a wrong value the
            first in forward order.
        kind: "rule": a consumer's local rule is off; "missing": every rule is right, but one
            contribution is not in the sum; "sum": the adjoint is another sum; "value": the
            forward pass differs.
        consumer, slot: the edge whose rule is off or whose contribution is missing; for "sum" the
            one contribution that the adjoint holds alone, if it does; else -1.
        error: of the rule, the sum or the value, relative to 1 + its size.
    """

    node: int
    kind: Kind
    consumer: int = -1
    slot: int = -1
    error: float = 0.0


def local_rule_off(trace: Trace, node: int, rng: Generator) -> Fault | None:
    """What is wrong between a node and its consumers; None where all is right.

    Args:
        trace: the run.
        node: index of a node that has an adjoint.
        rng: for the cotangents and directions of the finite differences.
    """
    worst: Fault | None = None
    for consumer, slot in uses(trace, node):
        error = rule_error(trace, consumer, slot, rng)
        if error > RULE_TOLERANCE and (worst is None or error > worst.error):
            worst = Fault(node, "rule", consumer, slot, error)
    return worst or _sum_off(trace, node)


def rule_error(trace: Trace, consumer: int, slot: int, rng: Generator) -> float:
    """How far one primitive's VJP is from finite differences of its own forward, in float64.

    The primitive is taken alone: f(x) with a random cotangent c, so that <c, f(x + hu)> -
    <c, f(x - hu)> over 2h must be <vjp(c), u>. Rounding in f is allowed for.

    Returns:
        The largest error over a few directions, relative to 1 + the derivative's size; inf where
        the contribution has not the operand's shape or is no number.
    """
    node = trace.nodes[consumer]
    assert node.primitive is not None
    operands = tuple(_double(trace.nodes[o].value) for o in node.operands)
    base = dict(zip(node.operands, operands, strict=True))
    x = operands[slot]
    with np.errstate(all="ignore"):
        value = np.asarray(forward_on_branch(node, operands, base))
        cotangent = rng.standard_normal(value.shape)
        arguments = (slot, cotangent, value, operands, node.attributes)
        try:
            gradient = np.asarray(node.primitive.contribution(*arguments), np.float64)
        except UNFIT:
            return float("inf")
        if gradient.shape != x.shape:
            return float("inf")
        rounding = float(np.finfo(np.float64).eps * np.vdot(np.abs(cotangent), np.abs(value)))

        def moved(direction: Array, h: float) -> float:
            ahead, behind = (
                forward_on_branch(
                    node, (*operands[:slot], x + s * h * direction, *operands[slot + 1 :]), base
                )
                for s in (1, -1)
            )
            return float(np.vdot(cotangent, ahead - behind)) / (2 * h)

        def along(u: Array) -> float:
            errors = [_error(gradient, moved, u, h, x, rounding) for h in _LENGTHS]
            good = min(errors) <= RULE_TOLERANCE
            # Of a wrong rule the first step's error is told: a smaller one may be noise alone.
            return min(errors) if good or not np.isfinite(errors[0]) else errors[0]

        return max(along(u) for u in rng.standard_normal((DIRECTIONS, *x.shape)))


def sum_error(trace: Trace, node: int) -> float:
    """How far an adjoint is from the sum of its contributions; inf for another shape."""
    total = contributions_sum(trace, node)
    adjoint = trace.adjoints[node]
    if total is None or adjoint is None or adjoint.shape != total.shape:
        return float("inf")
    return difference(adjoint, total)


def contributions_sum(trace: Trace, node: int) -> Array | None:
    """The adjoint pulled anew from the consumers' adjoints; None where it cannot be added up."""
    value = trace.nodes[node].value
    total = np.ones_like(value) if node == trace.output else np.zeros_like(value)
    for consumer, slot in uses(trace, node):
        part = _contribution(trace, consumer, slot)
        if part is None or part.shape != value.shape:
            return None
        total = total + part
    return np.asarray(total)


def uses(trace: Trace, node: int) -> list[tuple[int, int]]:
    """Where a node is used so that an adjoint must flow back: (consumer, slot), the last first.

    Read from the nodes themselves: a faulty backward pass may have left some of them out.
    """
    graph, found = trace.graph, []
    for edge in graph.consumer_edges(node):
        consumer, slot = int(graph.edge_consumer[edge]), int(graph.edge_slot[edge])
        primitive = trace.nodes[consumer].primitive
        if (
            primitive is not None
            and primitive.differentiates(slot)
            and trace.nodes[node].differentiable
            and trace.nodes[consumer].differentiable
        ):
            found.append((consumer, slot))
    return found


def difference(ours: Array, theirs: Array) -> float:
    """max|a - b| / (1 + max|b|) of two arrays of one shape; inf where one is no number."""
    if not np.size(ours) or np.array_equal(ours, theirs, equal_nan=True):
        return 0.0
    with np.errstate(all="ignore"):
        error = float(np.abs(ours - theirs).max() / (1 + np.abs(theirs).max()))
    return error if np.isfinite(error) else float("inf")


def _sum_off(trace: Trace, node: int) -> Fault | None:
    error = sum_error(trace, node)
    tolerance = SAME[str(trace.nodes[trace.output].value.dtype)]
    if error <= tolerance:
        return None
    adjoint, total = trace.adjoints[node], contributions_sum(trace, node)
    if adjoint is None or total is None or adjoint.shape != total.shape:
        return Fault(node, "sum", error=error)
    parts = [(edge, _contribution(trace, *edge)) for edge in uses(trace, node)]
    for kind, base in (("missing", total), ("sum", total)):
        for (consumer, slot), part in parts:
            assert part is not None
            left = base - part if kind == "missing" else part
            # A contribution of 0 is missed by nobody.
            if np.any(part) and difference(adjoint, left) <= tolerance:
                return Fault(node, kind, consumer, slot, error)  # type: ignore[arg-type]
    return Fault(node, "sum", error=error)


def _contribution(trace: Trace, consumer: int, slot: int) -> Array | None:
    """What a consumer's complete adjoint sends back to a slot; None where nothing can be."""
    adjoint = trace.adjoints[consumer]
    if adjoint is None:
        return None
    try:
        with np.errstate(all="ignore"):
            return np.asarray(contribution(trace.nodes, consumer, slot, adjoint))
    except UNFIT:
        return None


def _error(
    gradient: Array, moved: Callable[[Array, float], float], u: Array, h: float, x: Array,
    rounding: float,
) -> float:  # fmt: skip
    scale = max(1.0, float(np.abs(x).max(initial=0.0)))
    length = h * scale if h >= STEP else h * (min(1.0, float(np.abs(x).max(initial=0.0))) or 1.0)
    reference = moved(u, length)
    error = abs(float(np.vdot(gradient, u)) - reference)
    allowed = 1 + abs(reference) + rounding / (length * RULE_TOLERANCE)
    return error / allowed if np.isfinite(error) else float("inf")


def _double(value: Array) -> Array:
    return value.astype(np.float64) if value.dtype.kind == "f" else value
