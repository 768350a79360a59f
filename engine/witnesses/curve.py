"""The error of a central difference against the length h of its step.

Taylor: (f(x+h) - f(x-h)) / 2h = f'(x) + h^2/6 f'''(x) + ...: the truncation error falls with h^2.
Both values of f are rounded by up to eps/2 |f|, which the division by 2h raises: up to
eps |f| / 2h. The sum is least near h = (3 eps |f| / 2 |f'''|)^(1/3).

Source: Nocedal and Wright, *Numerical Optimization*, 2nd ed., section 8.1.
"""

from __future__ import annotations

from collections.abc import Generator as Steps
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.autodiff.gradcheck import STEP
from engine.steps import finished
from engine.witnesses.differences import SINGLE_STEP, TOLERANCES, Downstream, downstream

if TYPE_CHECKING:
    from engine.autodiff.primitives import Array
    from engine.run_spec import Dtype
    from engine.trace.trace import Trace

POINTS = 49
"""Steps from 1e-1 to 1e-13, four in each power of ten."""

_BEND = 0.02
"""Step at which the third derivative is estimated: far from rounding, still near the point."""

Curve = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ErrorCurve:
    """How far a central difference is from our adjoint, step by step; K steps.

    Errors are |difference - derivative| / (1 + |derivative|).

    Attributes:
        node: whose value moves.
        component: its place in the flattened value; -1 for a direction.
        dtype: of the evaluations.
        derivative: ours along the direction.
        third: the third derivative, by finite differences in float64; NaN where it is no number.
        h: (K,) lengths of the steps, falling.
        estimate: (K,) central differences; NaN where they are no number.
        error: (K,) the errors.
        truncation, rounding: (K,) what theory says that the two parts of the error are.
        chosen: the step that a check uses.
        tolerance: what the check asks of that step.
    """

    node: int
    component: int
    dtype: Dtype
    derivative: float
    third: float
    h: Curve
    estimate: Curve
    error: Curve
    truncation: Curve
    rounding: Curve
    chosen: float
    tolerance: float

    @property
    def best(self) -> int:
        """Place of the least error; -1 where no step gives a number."""
        known = np.isfinite(self.error)
        return int(np.argmin(np.where(known, self.error, np.inf))) if known.any() else -1

    @property
    def expected_best(self) -> float:
        """The step at which truncation and rounding together are least; NaN without a bend."""
        if not np.isfinite(self.third) or self.third == 0:
            return float("nan")
        share = self.rounding[0] * self.h[0] / (self.truncation[0] / self.h[0] ** 2)
        return float((share / 2) ** (1 / 3))

    @property
    def agrees(self) -> bool:
        """Whether some step brings the error within the tolerance."""
        return self.best >= 0 and bool(self.error[self.best] <= self.tolerance)

    def nearest(self, h: float) -> int:
        """Place of the step nearest to a length, by ratio."""
        return int(np.argmin(np.abs(np.log(self.h) - np.log(h))))


def error_curve(
    trace: Trace,
    node: int,
    direction: int | Array = 0,
    dtype: Dtype = "float64",
    points: int = POINTS,
) -> ErrorCurve:
    """The error of one derivative against h from 1e-1 to 1e-13; see :func:`curve_in_steps`."""
    return finished(curve_in_steps(trace, node, direction, dtype, points))


def curve_in_steps(
    trace: Trace,
    node: int,
    direction: int | Array = 0,
    dtype: Dtype = "float64",
    points: int = POINTS,
) -> Steps[None, None, ErrorCurve]:
    """The error of one derivative against h, yielding after each step h; returns the curve.

    Args:
        trace: the run.
        node: index of a node that has an adjoint.
        direction: a component's place in the flattened value, or an array of the value's shape.
        dtype: of the evaluations.
        points: number of steps.

    Raises:
        IndexError: the node has no adjoint, or no such component.
    """
    adjoint = trace.adjoints[node]
    if adjoint is None:
        raise IndexError(f"node {node} has no adjoint")
    function = downstream(trace, node, dtype)
    shape = trace.nodes[node].value.shape
    component = direction if isinstance(direction, int) else -1
    u = _along(shape, direction)
    # A wrong rule may have made the adjoint of another shape: then nothing can be said of it.
    fits = adjoint.shape == shape
    derivative = float(np.vdot(adjoint.astype(np.float64), u)) if fits else float("nan")
    h = np.logspace(-1, -13, points)
    estimates = []
    for step in h:
        estimates.append(central_difference(function, u, float(step)))
        yield
    with np.errstate(all="ignore"):
        estimate = np.array(estimates)
        scale = 1 + abs(derivative)
        error = np.abs(estimate - derivative) / scale
        third = _third_derivative(downstream(trace, node), u)
        truncation = np.abs(third) / 6 * h**2 / scale
        level = abs(float(trace.nodes[trace.output].value))
        rounding = float(np.finfo(dtype).eps) * level / (2 * h) / scale
    arrays = (h, estimate, error, truncation, rounding)
    for array in arrays:
        array.flags.writeable = False
    run_dtype = str(trace.nodes[trace.output].value.dtype)
    single = dtype == "float32"
    return ErrorCurve(
        node, component, dtype, derivative, third, *arrays,
        chosen=SINGLE_STEP if single else STEP,
        tolerance=1e-2 if single else TOLERANCES[run_dtype],
    )  # fmt: skip


def central_difference(function: Downstream, direction: Array, h: float) -> float:
    """(f(v + hu) - f(v - hu)) / 2h in the function's dtype."""
    point = function.point
    with np.errstate(all="ignore"):
        ahead = (point + h * direction).astype(point.dtype)
        behind = (point - h * direction).astype(point.dtype)
        return (function.output(ahead) - function.output(behind)) / (2 * h)


def _along(shape: tuple[int, ...], direction: int | Array) -> NDArray[np.float64]:
    if not isinstance(direction, int):
        return np.asarray(direction, np.float64).reshape(shape)
    u = np.zeros(shape)
    u.reshape(-1)[direction] = 1.0
    return u


def _third_derivative(function: Downstream, direction: Array) -> float:
    """From the central differences of two steps, whose h^2/6 f''' differ."""
    wide, narrow = _BEND, _BEND / 2
    bend = central_difference(function, direction, wide)
    bend -= central_difference(function, direction, narrow)
    return 6 * bend / (wide**2 - narrow**2)
