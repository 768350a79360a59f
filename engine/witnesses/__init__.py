"""Three witnesses on every node: our adjoint, PyTorch's, and finite differences.

Each node's adjoint is held to the sum of its contributions (ours), to PyTorch's, and to central
differences of the output, which need the forward pass alone:

    >>> import numpy as np
    >>> from engine.autodiff.tape import Tape
    >>> from engine.trace.trace import record
    >>> tape = Tape()
    >>> x = tape.input("x", 0.5)
    >>> trace = record(tape, tape.apply("exp", tape.apply("sin", x)))
    >>> verdict = witness(trace, x.index, np.random.default_rng(0))
    >>> verdict.flags
    (True, None, True)
    >>> verdict.status
    'unverified'

The error of a difference depends on its step: truncation falls with h^2, rounding rises with 1/h:

    >>> curve = error_curve(trace, x.index)
    >>> bool(1e-7 < curve.h[curve.best] < 1e-4)
    True

Where a rule is wrong, :func:`first_bad_node` names the node at which the error is born and
:func:`local_rule_off` the consumer whose rule is off.
"""

from engine.witnesses.curve import ErrorCurve, curve_in_steps, error_curve
from engine.witnesses.differences import (
    Differences,
    differences_in_steps,
    finite_difference_adjoint,
)
from engine.witnesses.judge import (
    WitnessVerdict,
    find_fault,
    first_bad_node,
    judged,
    witness,
    witnesses,
)
from engine.witnesses.rules import Fault, local_rule_off, rule_error, sum_error

__all__ = [
    "Differences",
    "ErrorCurve",
    "Fault",
    "WitnessVerdict",
    "curve_in_steps",
    "differences_in_steps",
    "error_curve",
    "find_fault",
    "finite_difference_adjoint",
    "first_bad_node",
    "judged",
    "local_rule_off",
    "rule_error",
    "sum_error",
    "witness",
    "witnesses",
]
