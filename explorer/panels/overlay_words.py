"""What the overlays are called, what they measure, and what they come to, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.trace.measures import parameter_bytes
from explorer.canvas.gauges import shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.trace.frame import Frame
    from engine.trace.measures import Measures
    from engine.trace.trace import Trace
    from explorer.canvas.gauges import Gauges, Subject

SUBJECTS: tuple[Subject, ...] = ("adjoints", "saturation", "bytes", "flops", "reuse")

TITLES: dict[Subject, str] = {
    "adjoints": "Adjoint magnitude",
    "saturation": "Saturation",
    "bytes": "Bytes kept",
    "flops": "FLOPs",
    "reuse": "Reuse",
}

UNITS: dict[Subject, str] = {
    "adjoints": "root mean square",
    "saturation": "of the components",
    "bytes": "for the backward pass",
    "flops": "forward and backward",
    "reuse": "operand slots",
}

MEANINGS: dict[Subject, str] = {
    "adjoints": "The root mean square of the components of a node's adjoint, once it is complete."
    " A box has that of all components inside it.",
    "saturation": "The share of the components of a tanh, sigmoid or relu where it is nearly flat:"
    " its slope is under 5 % of the steepest one, so hardly any gradient passes.",
    "bytes": "What cannot be thrown away after the forward pass, because a rule of the backward"
    " pass reads it: a product keeps both factors, a tanh its value, a sum nothing. Each array"
    " counts once, at the node that made it.",
    "flops": "Additions, subtractions, multiplications, divisions, comparisons and elementary"
    " functions of single numbers, one each: forward those that give the value, backward those of"
    " the node's rules and of the sum that is its adjoint.",
    "reuse": "How many operand slots a node's value goes into. Its adjoint is the sum of as many"
    " contributions.",
}


def known_at(subject: Subject, frame: Frame | None, count: int) -> NDArray[np.bool_]:
    """(N,) the nodes whose measure is known at a moment; None: nothing is computed yet."""
    if subject in {"bytes", "flops", "reuse"}:
        return np.ones(count, np.bool_)
    if frame is None:
        return np.zeros(count, np.bool_)
    return frame.completed if subject == "adjoints" else frame.evaluated


def total(trace: Trace, measures: Measures, gauges: Gauges, frame: Frame | None) -> str:
    """What a measure comes to over the whole run, as far as it is known at a moment."""
    subject = gauges.subject
    value, known = gauges.total(known_at(subject, frame, len(trace)))
    if subject == "adjoints":
        have = int(trace.graph.differentiable.sum())
        done = f"{_some(known, have, 'adjoint')} complete"
        return f"{done}, {shown(subject, value)} over all" if known else done
    if subject == "saturation":
        if not known:
            return "no activation evaluated yet"
        return f"{shown(subject, value)} over {known} activation{'' if known == 1 else 's'}"
    if subject == "bytes":
        fixed = parameter_bytes(trace, measures.kept)
        return f"{shown(subject, value)} in all, {shown(subject, fixed)} of it parameters"
    if subject == "flops":
        forward, backward = int(measures.forward.sum()), int(measures.backward.sum())
        return f"{shown(subject, forward)} forward, {shown(subject, backward)} backward"
    most = int(measures.reuse.max(initial=0))
    return f"at most {most} at one node, {shown('flops', value)} in all"


def _some(known: int, have: int, what: str) -> str:
    return f"{known} of {have} {what}{'' if have == 1 else 's'}"
