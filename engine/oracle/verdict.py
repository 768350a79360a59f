"""The comparison of a run with PyTorch's answer, node by node."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.autodiff.primitives import Array
from engine.oracle.answers import OracleAnswer, OracleUnavailable
from engine.trace.trace import Trace

Status = Literal["agrees", "disagrees", "unverified"]

TOLERANCES = {"float64": 1e-10, "float32": 1e-5}
"""Largest error per tensor at which two results are equal, by the run's dtype."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """The first node at which the two differ: values in the order of evaluation, else adjoints
    in backward order.

    Attributes:
        node: index of the node.
        name: its name.
        kind: which of its two numbers differs.
        error: by how much; inf where one side is not a finite number or has another shape.
    """

    node: int
    name: str
    kind: Literal["value", "adjoint"]
    error: float


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """Whether PyTorch agrees with every value and every adjoint.

    Attributes:
        status: agrees, disagrees, or unverified where there was no answer.
        tolerance: largest error allowed.
        max_value_error, max_adjoint_error: over all nodes; None when unverified.
        first_disagreement: where the two part, or None.
        reason: why it is unverified and what to do, else an empty text.
        value_errors, adjoint_errors: (N,) per node max|a-b| / (1 + max|b|), b being
            PyTorch's; NaN where the node has no adjoint. None when unverified.
        answer: PyTorch's own numbers, or None.
    """

    status: Status
    tolerance: float
    max_value_error: float | None = None
    max_adjoint_error: float | None = None
    first_disagreement: Disagreement | None = None
    reason: str = ""
    value_errors: NDArray[np.float64] | None = None
    adjoint_errors: NDArray[np.float64] | None = None
    answer: OracleAnswer | None = None


def compare(
    trace: Trace, answer: OracleAnswer | OracleUnavailable, tolerance: float | None = None
) -> Verdict:
    """Hold every value and every adjoint of a run to PyTorch's.

    Args:
        trace: our run.
        answer: what :meth:`Oracle.request` gave for it.
        tolerance: by default 1e-10 for a run in float64 and 1e-5 in float32.
    """
    if tolerance is None:
        tolerance = TOLERANCES[str(trace.nodes[trace.output].value.dtype)]
    if isinstance(answer, OracleUnavailable):
        return Verdict("unverified", tolerance, reason=f"{answer.reason} {answer.advice}")
    value_errors = errors([node.value for node in trace.nodes], answer.values)
    adjoint_errors = errors(trace.adjoints, answer.adjoints)
    first = _first_disagreement(trace, value_errors, adjoint_errors, tolerance)
    return Verdict(
        status="agrees" if first is None else "disagrees",
        tolerance=tolerance,
        max_value_error=_largest(value_errors),
        max_adjoint_error=_largest(adjoint_errors),
        first_disagreement=first,
        value_errors=value_errors,
        adjoint_errors=adjoint_errors,
        answer=answer,
    )


def errors(ours: Sequence[Array | None], theirs: Sequence[Array | None]) -> NDArray[np.float64]:
    """Per tensor max|a-b| / (1 + max|b|); NaN where both are None.

    A shape, a None or a NaN on one side alone counts as infinite; equal infinities and NaN
    on both sides count as equal.
    """
    result = np.zeros(len(ours))
    compared = []
    for i, (a, b) in enumerate(zip(ours, theirs, strict=True)):
        if a is None or b is None:
            result[i] = np.nan if a is b else np.inf
        elif a.shape != b.shape:
            result[i] = np.inf
        elif a.size:
            compared.append(i)
    if compared:
        flat_ours = np.concatenate([np.ravel(ours[i]) for i in compared], dtype=np.float64)  # type: ignore[arg-type]
        flat_theirs = np.concatenate([np.ravel(theirs[i]) for i in compared], dtype=np.float64)  # type: ignore[arg-type]
        sizes = [np.size(ours[i]) for i in compared]  # type: ignore[arg-type]
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp)
        result[compared] = _errors_of_pieces(flat_ours, flat_theirs, starts)
    result.flags.writeable = False
    return result


def _errors_of_pieces(
    ours: NDArray[np.float64], theirs: NDArray[np.float64], starts: NDArray[np.intp]
) -> NDArray[np.float64]:
    with np.errstate(all="ignore"):
        difference = np.abs(ours - theirs)
    difference[(ours == theirs) | (np.isnan(ours) & np.isnan(theirs))] = 0
    difference[np.isnan(difference)] = np.inf
    # An infinite reference would hide every other difference in its tensor.
    size = np.where(np.isfinite(theirs), np.abs(theirs), 0)
    pieces = np.maximum.reduceat(difference, starts) / (1 + np.maximum.reduceat(size, starts))
    return np.asarray(pieces)


def _first_disagreement(
    trace: Trace,
    value_errors: NDArray[np.float64],
    adjoint_errors: NDArray[np.float64],
    tolerance: float,
) -> Disagreement | None:
    wrong_values = np.flatnonzero(value_errors > tolerance)
    wrong_adjoints = np.flatnonzero(adjoint_errors > tolerance)
    if len(wrong_values):
        node = int(wrong_values[0])
        return Disagreement(node, trace.nodes[node].name, "value", float(value_errors[node]))
    if len(wrong_adjoints):
        node = int(wrong_adjoints[-1])
        return Disagreement(node, trace.nodes[node].name, "adjoint", float(adjoint_errors[node]))
    return None


def _largest(per_node: NDArray[np.float64]) -> float:
    known = per_node[~np.isnan(per_node)]
    return float(known.max()) if len(known) else 0.0
