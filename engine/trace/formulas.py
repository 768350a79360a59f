"""Nodes as formulas: in TeX with names, and again with the numbers put in."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from engine.autodiff.nudge import Nudged, numbers_in, unnudged
from engine.autodiff.primitives import Array
from engine.autodiff.tape import Node
from engine.trace.frame import Frame
from engine.trace.narration import adjoint_name
from engine.trace.places import picked_places
from engine.trace.trace import Trace

_NAME = re.compile(r"(∂)?([^\W\d_]+)(?:_(\w+))?|(\d+(?:\.\d+)?)|([^\w\s])", re.UNICODE)
_FUNCTIONS = frozenset({"log", "exp", "sin", "cos", "tanh", "max"})
_LETTERS = {
    "ℓ": r"\ell", "σ": r"\sigma", "π": r"\pi", "α": r"\alpha", "β": r"\beta", "ŷ": r"\hat{y}",
}  # fmt: skip
_SIGNS = {"∂": r"{\partial}", "·": r"{\cdot}", "|": r"{\mid}", "…": r"\ldots"}
_MOST_TERMS, _SHOWN_TERMS = 3, 2
"""A longer sum is cut to its first terms."""


def tex_name(name: str) -> str:
    """A node's name as TeX: ``W_xh x_3`` becomes ``W_{xh} x_{3}``."""
    parts = []
    for match in _NAME.finditer(name):
        partial, letters, below, number, sign = match.groups()
        if letters:
            if letters in _FUNCTIONS and below is None:
                parts.append(rf"\{letters}")
                continue
            base = _LETTERS.get(letters, letters)
            if len(letters) > 1:
                base = rf"\mathrm{{{letters}}}"
            subscript = "" if below is None else f"_{{{_subscript(below)}}}"
            parts.append((r"{\partial}" if partial else "") + base + subscript)
        else:
            parts.append(number or _SIGNS.get(sign, sign))
    return " ".join(parts)


def tex_number(value: float, digits: int = 4) -> str:
    """A number as TeX with so many significant digits."""
    if not np.isfinite(value):
        return r"\mathrm{NaN}" if np.isnan(value) else ("-" if value < 0 else "") + r"\infty"
    text = f"{abs(value):.{digits}g}"
    # In braces the sign stands close to its number, as a sign and not as a subtraction.
    sign = "{-}" if value < 0 else ""
    if "e" not in text:
        return sign + text
    mantissa, exponent = text.split("e")
    return rf"{sign}{mantissa} \cdot 10^{{{int(exponent)}}}"


def tex_equation(trace: Trace, node: Node) -> str:
    """A node as an equation of names, in TeX: that of a tanh begins ``h_{4} =``."""
    if node.primitive is None:
        return tex_name(node.name)
    names = [tex_name(operand.name) for operand in trace.operands(node.index)]
    right = _filled(node, names) + (r" + \delta" if numbers_in(node) else "")
    left = tex_name(node.name)
    same = _bare(left) in {_bare(right), f"({_bare(right)})"}
    return left if same else f"{left} = {right}"


def tex_derivative(trace: Trace, edge: int) -> str:
    """The local derivative along an edge as TeX of names, without its left-hand side."""
    graph = trace.graph
    node = trace.nodes[int(graph.edge_consumer[edge])]
    assert node.primitive is not None
    names = [tex_name(operand.name) for operand in trace.operands(node.index)]
    slot = int(graph.edge_slot[edge])
    template = _placed(node, node.primitive.derivative(slot), names)
    if node.primitive.variadic:
        names = names[slot : slot + 1]
    return _substitute(template, names, tex_name(node.name))


def tex_contribution(trace: Trace, edge: int) -> str:
    """What flows back along an edge as TeX: the consumer's adjoint and the local derivative."""
    graph = trace.graph
    consumer = int(graph.edge_consumer[edge])
    above, slope = tex_name(adjoint_name(trace, consumer)), tex_derivative(trace, edge)
    node, slot = trace.nodes[consumer], int(graph.edge_slot[edge])
    if node.op == "stack" and node.value.ndim:
        place = np.unravel_index(slot, node.value.shape)
        return f"{above}[{', '.join(str(int(along) + 1) for along in place)}]"
    if slope == "1":
        return above
    if node.op == "matmul" and slot == 1:
        return rf"{slope} \, {above}"
    if any(sign in slope for sign in (" + ", " - ")) or slope.startswith("{-}"):
        slope = f"({slope})"
    return rf"{above} \cdot {slope}"


def tex_with_numbers(trace: Trace, node: Node, component: tuple[int, ...]) -> str:
    """One component of a node's equation with the numbers put in; the value where it only moved.

    Args:
        trace: the run.
        node: any node.
        component: index into its value, of the value's length; ``()`` for a number.
    """
    value = tex_number(float(node.value[component]))
    if node.primitive is None:
        return value
    operands = [operand.value for operand in trace.operands(node.index)]
    rule = _NUMBERS.get(node.op, _elementwise)
    right = rule(unnudged(node), operands, component) + _nudged_by(node, component)
    return value if right == value else f"{right} = {value}"


def tex_adjoint_sum(trace: Trace, frame: Frame, index: int, component: tuple[int, ...]) -> str:
    """One component of an adjoint as the sum of the contributions that have arrived.

    Scalars show each part as adjoint times local derivative, other shapes the parts' numbers.
    An empty text where there is nothing to say yet.
    """
    total = trace.partial_adjoint(index, frame.cursor, frame.version)
    if total is None:
        return ""
    left = tex_name(adjoint_name(trace, index))
    result = tex_number(float(total[component]))
    expected = int(frame.expected[index])
    arrived = expected if frame.completed[index] else int(frame.arrived[index])
    summed = [int(edge) for edge in trace.summed_edges(index, arrived)]
    if not summed:
        return f"{left} = {result}"
    parts = _shortened([_part(trace, edge, component) for edge in summed])
    before = trace.leftover(index)
    if before is not None:
        parts = [_grouped(tex_number(float(before[component]))), *parts]
    if len(parts) == 1 and _bare(parts[0]) == _bare(_grouped(result)):
        return f"{left} = {result}"
    growing = "" if arrived == expected else r" + \ldots"
    return f"{left} = {' + '.join(parts)}{growing} = {result}"


def _part(trace: Trace, edge: int, component: tuple[int, ...]) -> str:
    """A contribution as a number, for scalars as a product of two."""
    part = float(trace.contribution(edge)[component])
    above = trace.passed_on(int(trace.graph.edge_consumer[edge]))
    if component or above is None or above.shape != () or float(above) == 0:
        return _grouped(tex_number(part))
    slope = part / float(above)
    return rf"{_grouped(tex_number(float(above)))} \cdot {_grouped(tex_number(slope))}"


def _nudged_by(node: Node, component: tuple[int, ...]) -> str:
    """What is added to a component of a node that is nudged, as a number with its plus."""
    if not isinstance(node.primitive, Nudged):
        return ""
    place = int(np.ravel_multi_index(component, node.value.shape)) if component else 0
    delta = node.primitive.delta(place)
    return f" + {_grouped(tex_number(delta))}" if delta else ""


def _bare(tex: str) -> str:
    """TeX without spacing and grouping, to see whether two formulas say the same."""
    return re.sub(r"\\,|[\s{}]", "", tex)


def _subscript(text: str) -> str:
    return text if len(text) == 1 or text.isdigit() else rf"\mathrm{{{text}}}"


def _filled(node: Node, names: list[str]) -> str:
    """The primitive's formula with these operands in it."""
    assert node.primitive is not None
    if node.op == "add":
        return " + ".join(_shortened(names))
    if node.op in {"concat", "stack"}:
        return "[" + r",\; ".join(_shortened(names)) + "]"
    if node.op == "maximum":
        return rf"\max({', '.join(_shortened(names))})"
    if node.op in {"mul", "div", "pow", "sub", "neg"}:
        names = [_grouped(name) if node.op != "div" else name for name in names]
    return _substitute(_placed(node, node.primitive.formula, names), names, tex_name(node.name))


def _placed(node: Node, template: str, names: list[str]) -> str:
    """The template of a row that picks one number, with the number's place in it."""
    if node.op not in {"component", "pick"}:
        return template
    return template.replace(r"\cdot", picked_places(node, names))


def _substitute(template: str, names: list[str], value: str) -> str:
    filled = template.replace("#y", f"{{{value}}}")
    for slot, name in enumerate(names, start=1):
        filled = filled.replace(f"#{slot}", f"{{{name}}}")
    return "{-}" + filled[1:] if filled.startswith("-") else filled


def _shortened(parts: list[str]) -> list[str]:
    return parts if len(parts) <= 4 else [*parts[:2], r"\ldots", parts[-1]]


def _grouped(tex: str) -> str:
    """In parentheses if it is a sum or begins with a sign."""
    return f"({tex})" if tex.startswith(("-", "{-}")) or " + " in tex else tex


def _at(operand: Array, component: tuple[int, ...]) -> float:
    """The element of an operand that broadcasting pairs with a component of the result."""
    index = component[len(component) - operand.ndim :] if operand.ndim else ()
    return float(
        operand[tuple(i if size > 1 else 0 for i, size in zip(index, operand.shape, strict=True))]
    )


def _elementwise(node: Node, operands: list[Array], component: tuple[int, ...]) -> str:
    numbers = [tex_number(_at(operand, component)) for operand in operands]
    if node.op in _FUNCTIONS:
        numbers = [_grouped(number) for number in numbers]
    return _filled(node, numbers)


def _add(node: Node, operands: list[Array], component: tuple[int, ...]) -> str:
    numbers = [tex_number(_at(operand, component)) for operand in operands]
    return " + ".join(_shortened([_grouped(number) for number in numbers]))


def _terms(numbers: list[str]) -> str:
    if len(numbers) > _MOST_TERMS:
        numbers = [*numbers[:_SHOWN_TERMS], r"\ldots"]
    return " + ".join(numbers)


def _matmul(node: Node, operands: list[Array], component: tuple[int, ...]) -> str:
    left, right = operands
    row = left if left.ndim == 1 else left[component[: left.ndim - 1]]
    column = right if right.ndim == 1 else right[..., component[-1]]
    return _terms(
        [
            rf"{_grouped(tex_number(float(a), 3))} \cdot {_grouped(tex_number(float(b), 3))}"
            for a, b in zip(row.reshape(-1), column.reshape(-1), strict=True)
        ]
    )


def _lookup(node: Node, operands: list[Array], component: tuple[int, ...]) -> str:
    table = tex_name(node.name.split(" ")[0])
    index = [str(i + 1) for i in component]
    index.insert(node.attributes.get("axis", 0), str(int(operands[1].reshape(-1)[0]) + 1))
    return rf"{table}[{', '.join(index)}]"


def _log_softmax(node: Node, operands: list[Array], component: tuple[int, ...]) -> str:
    logits = operands[0][component[:-1]]
    peak = float(logits.max())
    total = peak + float(np.log(np.exp(logits - peak).sum()))
    number = tex_number(float(logits[component[-1]]))
    if not np.isfinite(node.value[component]) and np.isfinite(total):
        # Computed without the shift: the quotient has overflowed.
        return rf"\log \frac{{e^{{{number}}}}}{{\sum e^{{y}}}}"
    return rf"{number} - \log \sum e^{{y}} = {number} - {_grouped(tex_number(total))}"


def _softmax(node: Node, operands: list[Array], component: tuple[int, ...]) -> str:
    logits = operands[0][component[:-1]]
    powers = [rf"e^{{{tex_number(float(logit), 3)}}}" for logit in logits]
    return rf"\frac{{{powers[component[-1]]}}}{{{_terms(powers)}}}"


def _picked(node: Node, operands: list[Array], component: tuple[int, ...]) -> str:
    picked = -float(node.value[component])
    if node.op == "nll":
        return f"{{-}}({tex_number(picked)})"
    return rf"{{-}}\log {tex_number(float(np.exp(picked)))}"


def _reduction(node: Node, operands: list[Array], component: tuple[int, ...]) -> str:
    axis = node.attributes.get("axis")
    items = operands[0].reshape(-1)
    if axis is not None:
        items = np.moveaxis(operands[0], axis, -1)[component]
    numbers = [_grouped(tex_number(float(item))) for item in items]
    if node.op == "max":
        return rf"\max({', '.join(_shortened(numbers))})"
    total = _terms(numbers)
    return total if node.op == "sum" else rf"\frac{{{total}}}{{{len(items)}}}"


def _maximum(node: Node, operands: list[Array], component: tuple[int, ...]) -> str:
    numbers = [_grouped(tex_number(_at(operand, component))) for operand in operands]
    return rf"\max({', '.join(_shortened(numbers))})"


def _moved(node: Node, operands: list[Array], component: tuple[int, ...]) -> str:
    """Transposes, slices, stacks and the like only move numbers."""
    return tex_number(float(node.value[component]))


_NUMBERS: dict[str, Callable[[Node, list[Array], tuple[int, ...]], str]] = {
    "add": _add,
    "matmul": _matmul,
    "lookup": _lookup,
    "log_softmax": _log_softmax,
    "softmax": _softmax,
    "nll": _picked,
    "cross_entropy": _picked,
    "sum": _reduction,
    "mean": _reduction,
    "max": _reduction,
    "transpose": _moved,
    "reshape": _moved,
    "slice": _moved,
    "concat": _moved,
    "component": _moved,
    "pick": _moved,
    "stack": _moved,
    "maximum": _maximum,
}
