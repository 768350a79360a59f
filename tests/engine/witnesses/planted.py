"""Runs with a mistake planted on purpose: right forward, wrong backward."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from engine.autodiff.primitives import PRIMITIVES, Array, Primitive
from engine.autodiff.reverse import adjoints_by_pushing
from engine.autodiff.tape import Tape, Variable
from engine.trace.trace import Trace, freeze, record


def at(function: Callable[[Tape, Variable], Variable], x: Any) -> Trace:
    """A function of one input, recorded at a point; the input is node 0."""
    tape = Tape()
    variable = tape.input("x", x)
    return record(tape, function(tape, variable))


def with_rules(trace: Trace, wrong: dict[str, Primitive], only: Iterable[int] = ()) -> Trace:
    """The same run with some rows of the table replaced, and the adjoints these rows give."""
    chosen = set(only)
    nodes = [
        replace(node, primitive=wrong[node.op])
        if node.op in wrong and (not chosen or node.index in chosen)
        else node
        for node in trace.nodes
    ]
    return freeze(nodes, adjoints_by_pushing(nodes, trace.output), trace.output, trace.provenance)


def with_adjoint(trace: Trace, node: int, adjoint: Array) -> Trace:
    """The same run with one adjoint replaced."""
    adjoints = list(trace.adjoints)
    adjoints[node] = adjoint
    return freeze(trace.nodes, adjoints, trace.output, trace.provenance)


def row(op: str, *vjps: Callable[..., Any]) -> Primitive:
    """A row of the table with other rules."""
    return replace(PRIMITIVES[op], vjps=vjps)


WRONG: dict[str, Primitive] = {
    "exp": row("exp", lambda g, y, x: g * x),
    "tanh": row("tanh", lambda g, y, x: g * (1 - x * x)),
    "softmax": row("softmax", lambda g, y, x, *, axis=-1: g * y * (1 - y)),
    "log_softmax": row("log_softmax", lambda g, y, x, *, axis=-1: g),
    "sin": row("sin", lambda g, y, x: -g * np.cos(x)),
    "div": row("div", lambda g, y, x, z: g / z, lambda g, y, x, z: g * y / z),
    "mul": row("mul", lambda g, y, x, z: g * z, lambda g, y, x, z: g * z),
    "matmul": row("matmul", lambda g, y, x, z: np.outer(g, z), lambda g, y, x, z: x @ g),
}
"""Rows with one rule wrong: the input for the output, the pre-activation, a sign, a transpose."""
