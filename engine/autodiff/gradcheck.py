"""Checking derivatives by finite differences, module by module.

The nodes recorded under one module path are a function f of the values that come from outside.
For a random cotangent c and a random direction u, the module's own backward pass gives
<c, J u>; the central difference (<c, f(x + hu)> - <c, f(x - hu)>) / 2h must say the same.

Source: Nocedal and Wright, *Numerical Optimization*, 2nd ed., section 8.1 (central differences);
Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., section 3.3 (running error).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.autodiff.nudge import Nudged, unnudged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.random import Generator

    from engine.autodiff.primitives import Array
    from engine.autodiff.tape import Node
    from engine.trace.trace import Trace

STEP = 1e-6
"""Length h of the step: the truncation error h^2/6 f''' is about 1e-12, rounding about 1e-10."""

TOLERANCE = 1e-7
"""Largest error of a right rule; a wrong one errs by about 1."""

_FINER = (1.0, 1e-1, 1e-2, 1e-3)

_UNFIT = (ValueError, IndexError, TypeError)
"""What numpy raises where a wrong rule gives an array of another shape."""

Values = dict[int, "Array"]
Backward = Callable[[Values, Values], Values]


@dataclass(frozen=True, slots=True)
class Module:
    """The nodes of one module path as a function.

    Attributes:
        name: the path.
        nodes: the nodes it computes, in order.
        inputs: the differentiable nodes outside that they use.
        outputs: those of its nodes that are used outside, or not at all.
    """

    name: str
    nodes: tuple[int, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ModuleCheck:
    """How far a module's backward pass is from finite differences.

    Attributes:
        name: the module's path.
        max_error: |<c, Ju> - difference| / (1 + |difference|); inf where it is no number.
    """

    name: str
    max_error: float

    @property
    def ok(self) -> bool:
        """Whether the error is within :data:`TOLERANCE`."""
        return self.max_error <= TOLERANCE


def check_modules(trace: Trace, rng: Generator, h: float = STEP) -> tuple[ModuleCheck, ...]:
    """Check every module of a run, in the order in which they were first recorded."""
    return tuple(check_module(trace, module, rng, h) for module in modules_of(trace))


def modules_of(trace: Trace) -> tuple[Module, ...]:
    """The modules of a run: one for each path under which something was computed."""
    groups: dict[str, list[int]] = {}
    for node in trace.nodes:
        if node.primitive is not None:
            groups.setdefault(node.module, []).append(node.index)
    return tuple(_module(trace, name, tuple(nodes)) for name, nodes in groups.items())


def parts_of(trace: Trace) -> tuple[Module, ...]:
    """The modules of a run; where it has one only, each operation is a module of its own."""
    modules = modules_of(trace)
    if len(modules) > 1:
        return modules
    computed = (node for node in trace.nodes if node.primitive is not None)
    return tuple(_module(trace, f"{node.op} {node.name}", (node.index,)) for node in computed)


def check_module(
    trace: Trace,
    module: Module,
    rng: Generator,
    h: float = STEP,
    backward: Backward | None = None,
) -> ModuleCheck:
    """Compare one module's backward pass with a central difference along a random direction.

    Everything is re-evaluated in float64. ``relu``, ``max`` and ``maximum`` are followed along the
    branch taken at the point. The step is absolute up to values of 1 and relative beyond; where the
    function bends too much for that, it is shorter. What rounding can explain, by the running
    error bound, does not count as an error.

    Args:
        trace: the run.
        module: what is checked.
        rng: for the cotangent and the direction.
        h: length of the step.
        backward: from the values at the point and the cotangent to the adjoint of every input;
            by default the module's own backward pass.
    """
    base = _base(trace, module)
    cotangent = {i: rng.standard_normal(base[i].shape) for i in module.outputs}
    direction = {i: rng.standard_normal(base[i].shape) for i in module.inputs}
    with np.errstate(all="ignore"):
        try:
            gradient, rounding = _pull_back(trace, module, base, cotangent)
            if backward is not None:
                gradient = backward(base, cotangent)
        except _UNFIT:
            return ModuleCheck(module.name, float("inf"))
        coarse = {i: u * max(1.0, _size(base[i])) for i, u in direction.items()}
        probe = _Probe(trace, module, base, cotangent, gradient, rounding)
        error = probe.error(coarse, h, floor=1.0)
        if not error <= TOLERANCE:
            fine = {i: u * (min(1.0, _size(base[i])) or 1.0) for i, u in direction.items()}
            finer = min(probe.error(fine, h * factor, floor=0.0) for factor in _FINER)
            # Of a wrong rule the first step's error is told: a smaller one may be noise alone.
            if finer <= TOLERANCE or not np.isfinite(error):
                error = finer
    return ModuleCheck(module.name, error)


@dataclass(frozen=True, slots=True)
class _Probe:
    """One module at one point, ready to be moved along directions."""

    trace: Trace
    module: Module
    base: Values
    cotangent: Values
    gradient: Values
    rounding: float

    def error(self, direction: Values, h: float, floor: float) -> float:
        """The error at one step length, relative to ``floor`` and the size of the derivative."""
        ahead = {i: self.base[i] + h * u for i, u in direction.items()}
        behind = {i: self.base[i] - h * u for i, u in direction.items()}
        if any(np.array_equal(ahead[i], behind[i]) for i in direction):
            return float("inf")
        # The step that was really taken, after rounding.
        ours = sum(
            float(np.vdot(self.gradient[i], (ahead[i] - behind[i]) / (2 * h))) for i in direction
        )
        reference = (self._scalar(ahead) - self._scalar(behind)) / (2 * h)
        difference = abs(ours - reference)
        if not np.isfinite(difference):
            return float("inf")
        scale = floor + abs(reference) + self.rounding / (h * TOLERANCE)
        return float(difference / scale) if difference else 0.0

    def _scalar(self, inputs: Values) -> float:
        values = _evaluate(self.trace, self.module, self.base, inputs)
        return sum(float(np.vdot(c, values[i])) for i, c in self.cotangent.items())


def _module(trace: Trace, name: str, nodes: tuple[int, ...]) -> Module:
    inside = set(nodes)
    outside = dict.fromkeys(
        operand
        for i in nodes
        for operand in trace.nodes[i].operands
        if operand not in inside and trace.nodes[operand].differentiable
    )
    graph = trace.graph
    outputs = []
    for i in nodes:
        consumers = graph.edge_consumer[graph.consumer_edges(i)]
        if len(consumers) == 0 or i == trace.output or not inside.issuperset(consumers.tolist()):
            outputs.append(i)
    return Module(name, nodes, tuple(outside), tuple(outputs))


def _base(trace: Trace, module: Module) -> Values:
    """The values at the point, in float64: what comes from outside, then the module's own."""
    values: Values = {}
    for i in module.nodes:
        for operand in trace.nodes[i].operands:
            value = trace.nodes[operand].value
            values[operand] = value.astype(np.float64) if value.dtype.kind == "f" else value
    with np.errstate(all="ignore"):
        return values | _evaluate(trace, module, values, {})


def _evaluate(trace: Trace, module: Module, base: Values, inputs: Values) -> Values:
    """The module's values where ``inputs`` replace some of the values from outside."""
    inside = set(module.nodes)
    values = {i: value for i, value in base.items() if i not in inside} | inputs
    for i in module.nodes:
        node = trace.nodes[i]
        values[i] = forward_on_branch(node, tuple(values[o] for o in node.operands), base)
    return values


def forward_on_branch(node: Node, operands: tuple[Array, ...], base: Mapping[int, Array]) -> Array:
    """A node's value; a primitive with a kink keeps the branch it took at the base point.

    Args:
        node: what is evaluated.
        operands: the values in its slots.
        base: values at the point, by node; a node that is not in it takes its own branch.
    """
    assert node.primitive is not None
    if isinstance(node.primitive, Nudged):
        own = {**base, node.index: node.primitive.own} if node.index in base else base
        return node.primitive.shifted(forward_on_branch(unnudged(node), operands, own))
    if node.op == "relu" and node.index in base:
        return np.asarray(operands[0] * (base[node.operands[0]] > 0))
    if node.op == "max" and node.index in base:
        axis = node.attributes.get("axis")
        x = base[node.operands[0]]
        top = (x == x.max(axis=axis, keepdims=True)).astype(np.float64)
        return np.asarray((operands[0] * top).sum(axis=axis) / top.sum(axis=axis))
    if node.op == "maximum" and node.index in base:
        ties = [(base[i] == base[node.index]).astype(np.float64) for i in node.operands]
        return np.asarray(sum(x * tie for x, tie in zip(operands, ties, strict=True)) / sum(ties))
    return np.asarray(node.primitive.forward(*operands, **node.attributes))


def _pull_back(
    trace: Trace, module: Module, base: Values, cotangent: Values
) -> tuple[Values, float]:
    """The module's own backward pass.

    Returns:
        The adjoint of every input, and a bound on what rounding does to <c, f>: the machine's
        epsilon times the sum over the module's nodes of |value| |adjoint|.
    """
    adjoints = {i: np.zeros(base[i].shape) for i in module.inputs}
    adjoints |= {i: np.zeros(base[i].shape) for i in module.nodes} | cotangent
    rounding = 0.0
    for i in reversed(module.nodes):
        node = trace.nodes[i]
        assert node.primitive is not None
        operands = tuple(base[o] for o in node.operands)
        rounding += float(np.vdot(np.abs(base[i]), np.abs(adjoints[i])))
        slots = [
            slot
            for slot, operand in enumerate(node.operands)
            if operand in adjoints and node.primitive.differentiates(slot)
        ]
        parts = node.primitive.contributions(slots, adjoints[i], base[i], operands, node.attributes)
        for slot, part in zip(slots, parts, strict=True):
            operand = node.operands[slot]
            if np.shape(part) != base[operand].shape:
                raise ValueError(f"{node.op} gives a contribution of another shape")
            adjoints[operand] = adjoints[operand] + part
    gradient = {i: adjoints[i] for i in module.inputs}
    return gradient, rounding * float(np.finfo(np.float64).eps)


def _size(array: Array) -> float:
    return float(np.abs(array).max()) if array.size else 0.0
