"""What flows back along an edge with the numbers put in, component by component."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.autodiff.nudge import unnudged
from engine.autodiff.primitives import Array
from engine.autodiff.tape import Node
from engine.trace.formulas import tex_number
from engine.trace.trace import Trace

Component = tuple[int, ...]

_MOST_TERMS, _SHOWN_TERMS = 3, 2
"""A longer sum is cut to its first terms."""


@dataclass(frozen=True, slots=True)
class _Flow:
    """One use of an operand: the consumer, its slot, and what the rules speak of.

    Attributes:
        node: the consumer u.
        slot: which of its operands.
        above: its adjoint.
        operands: their values.
        part: what flows back, of the operand's shape.
    """

    node: Node
    slot: int
    above: Array
    operands: tuple[Array, ...]
    part: Array


def tex_contribution_with_numbers(trace: Trace, edge: int, component: Component) -> str:
    """One component of what flows back along an edge, as TeX of numbers.

    Args:
        trace: the run.
        edge: along which an adjoint flows.
        component: index into the operand's value, of the value's length; ``()`` for a number.
    """
    consumer = int(trace.graph.edge_consumer[edge])
    above = trace.adjoints[consumer]
    assert above is not None
    node = trace.nodes[consumer]
    operands = tuple(operand.value for operand in trace.operands(consumer))
    slot = int(trace.graph.edge_slot[edge])
    flow = _Flow(unnudged(node), slot, above, operands, trace.contribution(edge))
    said = _RULES.get(node.op, _scaled)(flow, component)
    result = tex_number(float(flow.part[component]))
    return result if said in {"", result} else f"{said} = {result}"


def _number(value: float, digits: int = 4) -> str:
    """A factor or term: in parentheses if it is negative."""
    text = tex_number(value, digits)
    return f"({text})" if text.startswith("{-}") else text


def _scaled(flow: _Flow, component: Component) -> str:
    """Elementwise rules: the adjoint times the slope, each as a number."""
    if flow.above.shape != flow.part.shape:
        return ""
    above, part = float(flow.above[component]), float(flow.part[component])
    if above == 0 or not np.isfinite(part / above):
        return ""
    return rf"{_number(above)} \cdot {_number(part / above)}"


def _passed_on(_flow: _Flow, _component: Component) -> str:
    """Rules that hand the adjoint on as it is, or 0 to what was not looked up."""
    return ""


def _sigmoid(flow: _Flow, component: Component) -> str:
    above, y = float(flow.above[component]), tex_number(float(flow.node.value[component]))
    return rf"{_number(above)} \cdot {y} \, (1 - {y})"


def _tanh(flow: _Flow, component: Component) -> str:
    above, y = float(flow.above[component]), _number(float(flow.node.value[component]))
    return rf"{_number(above)} \, (1 - {y}^2)"


def _matmul(flow: _Flow, component: Component) -> str:
    left, right = flow.operands
    if right.ndim != 1 or left.ndim > 2:
        return ""
    if left.ndim == 1:
        other = (right if flow.slot == 0 else left)[component]
        return _product(float(flow.above), float(other))
    if flow.slot == 0:
        return _product(float(flow.above[component[0]]), float(right[component[1]]))
    column = left[:, component[0]]
    terms = [_product(float(w), float(g)) for w, g in zip(column, flow.above, strict=True)]
    if len(terms) > _MOST_TERMS:
        terms = [*terms[:_SHOWN_TERMS], r"\ldots"]
    return " + ".join(terms)


def _product(first: float, second: float) -> str:
    return rf"{_number(first, 3)} \cdot {_number(second, 3)}"


def _softmax(flow: _Flow, component: Component) -> str:
    if flow.above.ndim != 1:
        return ""
    y, above = float(flow.node.value[component]), float(flow.above[component])
    mean = float(flow.node.value @ flow.above)
    return rf"{tex_number(y)} \, ({tex_number(above)} - {_number(mean)})"


def _log_softmax(flow: _Flow, component: Component) -> str:
    if flow.above.ndim != 1:
        return ""
    p, above = float(np.exp(flow.node.value[component])), float(flow.above[component])
    total = float(flow.above.sum())
    return rf"{tex_number(above)} - {tex_number(p)} \cdot {_number(total)}"


def _nll(flow: _Flow, component: Component) -> str:
    if flow.above.ndim or float(flow.part[component]) == 0:
        return ""
    return rf"({{-}}1) \cdot {_number(float(flow.above))}"


def _mean(flow: _Flow, component: Component) -> str:
    if flow.above.ndim:
        return ""
    return rf"\frac{{{tex_number(float(flow.above))}}}{{{flow.part.size}}}"


_RULES: dict[str, Callable[[_Flow, Component], str]] = {
    "add": _passed_on,
    "concat": _passed_on,
    "reshape": _passed_on,
    "transpose": _passed_on,
    "slice": _passed_on,
    "sum": _passed_on,
    "lookup": _passed_on,
    "component": _passed_on,
    "pick": _passed_on,
    "stack": _passed_on,
    "matmul": _matmul,
    "sigmoid": _sigmoid,
    "tanh": _tanh,
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "nll": _nll,
    "mean": _mean,
}
