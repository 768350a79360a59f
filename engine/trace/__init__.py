"""A run as a value: the graph, its numbers, the events in order, and any moment of it.

    >>> from engine.autodiff import Tape
    >>> from engine.trace import describe, record
    >>> tape = Tape()
    >>> x = tape.input("x", 3.0)
    >>> trace = record(tape, (x * x).named("y"))
    >>> trace.loss
    9.0

The forward and the backward pass are one list of events, and a moment is a cursor into it:

    >>> events = trace.events("B")
    >>> for event in events:
    ...     print(describe(trace, event))
    read the input `x`
    compute `y = x · x`
    start with `∂y/∂y = 1`
    `∂y/∂y` is complete
    add to `∂y/∂x` the part through `y`: `∂y/∂y · ∂y/∂x`
    add to `∂y/∂x` the part through `y`: `∂y/∂y · ∂y/∂x`
    `∂y/∂x` is complete
    >>> frame = trace.frame(5)
    >>> frame.arrived.tolist(), frame.expected.tolist()
    ([1, 0], [2, 0])
    >>> float(trace.partial_adjoint(x.index, 5)), float(trace.partial_adjoint(x.index, 6))
    (3.0, 6.0)

A formula is a run too, and finite differences check its derivatives:

    >>> import numpy as np
    >>> from engine.autodiff.gradcheck import check_modules
    >>> from engine.trace.expression import record_expression
    >>> trace = record_expression("x*z + sin(x)", {"x": 2.0, "z": 3.0})
    >>> [(check.name, check.ok) for check in check_modules(trace, np.random.default_rng(0))]
    [('expression', True)]

:mod:`engine.trace.codec` writes runs to files and reads them back, checked.
"""

from engine.trace.algorithm import Algorithm, algorithm_at
from engine.trace.events import Event, EventKind, EventList, Version
from engine.trace.frame import Frame, Phase
from engine.trace.graph import Graph
from engine.trace.narration import adjoint_name, describe, equation
from engine.trace.trace import Trace, record

__all__ = [
    "Algorithm",
    "Event",
    "EventKind",
    "EventList",
    "Frame",
    "Graph",
    "Phase",
    "Trace",
    "Version",
    "adjoint_name",
    "algorithm_at",
    "describe",
    "equation",
    "record",
]
