"""The local derivative along an edge in the plain notation of names, and its number."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from engine.autodiff.tape import Node
from engine.trace.places import picked_places
from engine.trace.trace import Trace
from explorer.canvas.labels import number

_ELEMENTWISE = frozenset(
    {
        "add",
        "sub",
        "mul",
        "div",
        "neg",
        "pow",
        "exp",
        "log",
        "sin",
        "cos",
        "tanh",
        "sigmoid",
        "relu",
    }
)
_FRACTION = re.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}")
_WORD = re.compile(r"\\mathrm\{([^{}]*)\}")
_COMMAND = re.compile(r"\\([a-z]+)")
_PLACE = re.compile(r"#(\d|y)")
_SIGNS = {"cdot": "·", "sigma": "σ"}


@dataclass(frozen=True, slots=True)
class LocalDerivative:
    """What is written beside an edge in use backward.

    Attributes:
        formula: in the notation of names, for example ``1/b`` or ``diag(1 - h_4^2)``.
        number: its value, where it is one number and the formula is not that number already.
        remark: how many numbers it is made of, where it is not one.
    """

    formula: str
    number: str
    remark: str


def local_derivative(trace: Trace, edge: int) -> LocalDerivative:
    """The derivative of an edge's consumer with respect to the operand in that slot."""
    graph = trace.graph
    consumer = trace.nodes[int(graph.edge_consumer[edge])]
    operands = trace.operands(consumer.index)
    slot = int(graph.edge_slot[edge])
    formula = _formula(consumer, operands, slot)
    if consumer.value.shape == () and operands[slot].value.shape == ():
        assert consumer.primitive is not None
        with np.errstate(all="ignore"):
            value = consumer.primitive.contribution(
                slot,
                np.ones_like(consumer.value),
                consumer.value,
                tuple(operand.value for operand in operands),
                consumer.attributes,
            )
        shown = number(float(value))
        return LocalDerivative(formula, "" if formula == shown else shown, "")
    formula = _for_tensors(consumer, operands[slot], formula)
    size = operands[slot].value.size
    return LocalDerivative(formula, "", f"local derivative, {size} number{'s' if size > 1 else ''}")


def derivative_name(trace: Trace, edge: int) -> tuple[str, str]:
    """Names of the consumer and of the operand: what is differentiated by what."""
    graph = trace.graph
    return (
        trace.nodes[int(graph.edge_consumer[edge])].name,
        trace.nodes[int(graph.edge_operand[edge])].name,
    )


def plain(template: str) -> str:
    r"""A template of the primitive table with ``\frac{1}{#2}`` written as ``1/#2``."""
    text = _FRACTION.sub(lambda m: f"{m[1]}/{m[2]}", template)
    text = _WORD.sub(r"\1", text).replace(r"\,", " ")
    text = _COMMAND.sub(lambda m: _SIGNS.get(m[1], m[1]), text)
    text = text.replace("{}^{T}", "(·)^T").replace("^{T}", "^T")
    return " ".join(text.split())


def _formula(consumer: Node, operands: tuple[Node, ...], slot: int) -> str:
    assert consumer.primitive is not None
    template = plain(consumer.primitive.derivative(slot))
    if consumer.op in {"nll", "cross_entropy"}:
        template = template.replace("e_{#2}", f"e_{{{_subscript(operands[1].name)}}}")
    if consumer.op == "mean":
        return f"1/{operands[0].value.size}"
    if consumer.op in {"component", "pick"}:
        return template.replace("·", picked_places(consumer, [node.name for node in operands]))
    if consumer.primitive.variadic:
        operands = operands[slot : slot + 1]
    return _PLACE.sub(lambda m: _put(m, template, consumer, operands), template)


def _put(match: re.Match[str], template: str, consumer: Node, operands: tuple[Node, ...]) -> str:
    name = consumer.name if match[1] == "y" else operands[int(match[1]) - 1].name
    alone = match[0] == template
    compound = " " in name or "/" in name or "(" in name[1:]
    return f"({name})" if compound and not alone else name


def _subscript(name: str) -> str:
    return name.replace("_", "")


def _for_tensors(consumer: Node, operand: Node, formula: str) -> str:
    if consumer.op not in _ELEMENTWISE or consumer.value.ndim != 1:
        return formula
    if formula in {"1", "-1"}:
        return formula.replace("1", "I")
    return f"diag({formula})" if operand.value.shape == consumer.value.shape else formula
