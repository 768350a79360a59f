"""What the witnesses found in a sentence; names stand between backticks, as in captions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engine.trace.trace import Trace
    from engine.witnesses.curve import ErrorCurve
    from engine.witnesses.rules import Fault

_POWERS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power(h: float) -> str:
    """A length of a step such as 10⁻⁶ or 5.6·10⁻⁶."""
    if not np.isfinite(h) or h <= 0:
        return "no number" if h != 0 else "0"
    exponent = int(np.floor(np.log10(h) + 1e-9))
    digits = f"{h / 10.0**exponent:.1f}"
    raised = f"10{str(exponent).translate(_POWERS)}"
    return raised if digits == "1.0" else f"{digits.removesuffix('.0')}·{raised}"


def curve_sentence(curve: ErrorCurve, h: float) -> str:
    """What is seen in a curve of the error against h, with its numbers."""
    place = curve.nearest(h)
    error = float(curve.error[place])
    at = f"At h = {power(float(curve.h[place]))} the error is {_error(error)}"
    if curve.best < 0:
        return "No step gives a number here: the function has none on both sides of this point."
    least = float(curve.error[curve.best])
    best = f"h = {power(float(curve.h[curve.best]))}"
    if not curve.agrees:
        return (
            f"{at}, and no step brings it below {_error(least)}: it neither falls with h² nor"
            " rises with 1/h, because the derivative itself is wrong."
        )
    falls = _falls(curve)
    if not falls:
        return (
            f"{at}. There is no truncation to see, the function being straight here: rounding"
            " alone rises with 1/h as h gets smaller."
        )
    return (
        f"{at}. From the left it falls 100 times for each step ten times smaller (truncation,"
        f" h²/6 · f‴ with f‴ = {curve.third:.3g}), is least near {best} with {_error(least)}, then"
        f" rises ten times for each (rounding, in 1/h).{_vanishing(curve)}"
    )


def fault_sentence(trace: Trace, fault: Fault) -> str:
    """Where a run first goes wrong, and which local rule is off there."""
    name = f"`{_called(trace, fault.node)}`"
    if fault.kind == "value":
        finite = np.isfinite(trace.nodes[fault.node].value).all()
        how = f"differs from PyTorch's, by {_error(fault.error)}" if finite else "is no number"
        op = trace.nodes[fault.node].op.replace("_", " ")
        return f"The value of {name} is the first that {how}: the forward rule of {op} is off."
    first = f"The adjoint of {name} is the first in backward order that is wrong"
    if fault.kind == "rule":
        consumer = trace.nodes[fault.consumer]
        slot = _slot(len(consumer.operands), fault.slot)
        by = (
            "its contribution has another shape"
            if np.isinf(fault.error)
            else f"by {_error(fault.error)} against that primitive's own finite differences"
        )
        rule = f"{consumer.op.replace('_', ' ')} at `{_called(trace, fault.consumer)}`{slot}"
        return f"{first}: the local rule of {rule} is off, {by}."
    if fault.kind == "missing":
        return (
            f"{first}: every local rule is right, but the contribution of"
            f" `{_called(trace, fault.consumer)}` is missing from the sum."
        )
    if fault.consumer >= 0:
        return (
            f"{first}: every local rule is right, but it holds the contribution of"
            f" `{_called(trace, fault.consumer)}` alone, not the sum of all."
        )
    return f"{first}: every local rule is right, but it is not the sum of its contributions."


def _called(trace: Trace, node: int) -> str:
    """A node's name, or that of its primitive."""
    return trace.nodes[node].name or trace.nodes[node].op


def _slot(count: int, slot: int) -> str:
    if count < 2:
        return ""
    names = ("first", "second", "third", "fourth")
    return f", {names[slot] if slot < len(names) else f'{slot + 1}th'} operand,"


def _falls(curve: ErrorCurve) -> bool:
    """Whether truncation stands out of rounding at the largest steps."""
    return bool(np.nanmax(curve.truncation[:4]) > 10 * np.nanmin(curve.rounding[:4]))


def _vanishing(curve: ErrorCurve) -> str:
    """The step from which on x + h is rounded to x, so that nothing moves; empty for none."""
    if curve.derivative == 0 or curve.estimate[-1] != 0:
        return ""
    still = np.flatnonzero(curve.estimate != 0)
    first = int(still[-1]) + 1 if len(still) else 0
    return f" From h = {power(float(curve.h[first]))} on x + h is rounded to x: nothing moves."


def _error(error: float) -> str:
    if not np.isfinite(error):
        return "no number"
    if 1e-3 <= error < 1e4:
        return f"{error:.2g}"
    return "0" if error == 0 else f"{error:.1e}"
