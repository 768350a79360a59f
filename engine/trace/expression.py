"""A typed formula as a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from engine.autodiff.expression import evaluate_expression
from engine.errors import InputError
from engine.trace.trace import Trace, record

if TYPE_CHECKING:
    from numpy.typing import DTypeLike


def record_expression(
    text: str, values: Mapping[str, float], dtype: DTypeLike = np.float64
) -> Trace:
    """Evaluate a formula at given values and differentiate it.

    Args:
        text, values, dtype: as for :func:`engine.autodiff.expression.evaluate_expression`.

    Raises:
        InputError: as there, and where a derivative is not a finite number.
    """
    evaluated = evaluate_expression(text, values, dtype)
    provenance = {
        "kind": "expression",
        "expression": text,
        "values": dict(evaluated.values),
        "dtype": evaluated.tape.dtype.name,
    }
    trace = record(evaluated.tape, evaluated.result, provenance)
    result = trace.nodes[trace.output].name
    for node, adjoint in zip(trace.nodes, trace.adjoints, strict=True):
        if adjoint is not None and not np.isfinite(adjoint):
            raise InputError(
                f"the derivative of {result} with respect to {node.name} is not a finite number "
                "here; choose other values"
            )
    return trace
