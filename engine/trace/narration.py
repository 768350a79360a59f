"""Every event as one sentence for people.

Mathematics in a sentence stands between backticks, in the plain notation of names: ``compute
`h_4 = tanh(z_4)` ``. A view sets it as mathematics; :func:`plain` takes the marks off.
"""

from __future__ import annotations

from engine.autodiff.nudge import numbers_in
from engine.autodiff.tape import Node, Role
from engine.trace.events import Event, EventKind
from engine.trace.frame import Frame
from engine.trace.places import picked_name
from engine.trace.trace import Trace

_SYMBOLS = {"add": " + ", "sub": " - ", "mul": " · ", "div": " / ", "matmul": " "}
_FUNCTIONS = {"maximum": "max", "stack": ""}
_MOST_SHOWN = 4
"""A longer list of operands is cut."""


def equation(trace: Trace, node: Node) -> str:
    """A node as an equation of names, for example ``z_4 = W_xh x_4 + W_hh h_3 + b_h``."""
    if node.primitive is None:
        return node.name
    names = [operand.name for operand in trace.operands(node.index)]
    right = _right_side(node, names)
    if numbers_in(node):
        return f"{node.name} = {right} + δ"
    says_itself = {right, f"({right})", f"{node.op} {names[0]}"}
    if node.name in says_itself or (node.op == "lookup" and len(names) == 2):
        return node.name
    return f"{node.name} = {right}"


def _right_side(node: Node, names: list[str]) -> str:
    """What a node is computed as, in the names of its operands."""
    if node.op in {"component", "pick"}:
        return picked_name(node, names)
    if node.op == "complement":
        return f"1 - {names[0]}"
    if node.op == "neg":
        return f"-{names[0]}"
    if node.op == "pow":
        return f"{names[0]}^{names[1]}"
    if len(names) > _MOST_SHOWN:
        names = [*names[:2], "…", names[-1]]
    symbol = _SYMBOLS.get(node.op)
    if symbol is not None:
        return symbol_name(names, symbol)
    function = _FUNCTIONS.get(node.op, node.op.replace("_", " "))
    shown = names if len(names) <= 3 or not function else [names[0], "…", names[-1]]
    return f"{function}({', '.join(shown)})"


def symbol_name(names: list[str], symbol: str | None) -> str:
    """Operand names joined by an operator."""
    return "" if symbol is None else symbol.join(names)


def adjoint_name(trace: Trace, node: int) -> str:
    """The adjoint of a node as a name, for example ``∂L/∂h_4``."""
    return f"∂{trace.nodes[trace.output].name}/∂{_grouped(trace.nodes[node].name)}"


def plain(sentence: str) -> str:
    """A sentence without the marks around its mathematics."""
    return sentence.replace("`", "")


def describe(trace: Trace, event: Event | None) -> str:
    """What an event did, in one sentence."""
    if event is None:
        return "nothing computed yet"
    node = trace.nodes[event.node]
    if event.kind is EventKind.EVALUATED:
        return _evaluated(trace, node)
    name = _math(adjoint_name(trace, event.node))
    if event.kind is EventKind.SEEDED:
        return f"start with {_math(adjoint_name(trace, event.node) + ' = 1')}"
    if event.kind is EventKind.COMPLETED:
        return f"{name} is complete"
    consumer = trace.nodes[int(trace.graph.edge_consumer[event.edge])]
    part = f"{adjoint_name(trace, consumer.index)} · {derivative_name(consumer, node)}"
    return f"add to {name} the part through {_math(consumer.name)}: {_math(part)}"


def caption(trace: Trace, frame: Frame) -> str:
    """What is going on, in a sentence or two for the audience."""
    event = frame.event
    if event is None:
        return "Nothing is computed yet. Values come first, in topological order."
    name = _math(trace.nodes[event.node].name)
    if event.kind is EventKind.EVALUATED:
        return f"{_capital(describe(trace, event))}, and store the result at the node."
    if event.kind is EventKind.SEEDED:
        return f"The backward pass starts: the derivative of {name} with respect to itself is 1."
    consumers = int(frame.expected[event.node])
    arrived = int(frame.arrived[event.node])
    if event.kind is EventKind.COMPLETED:
        if frame.version == "B" or consumers == 0:
            adjoint = _math(adjoint_name(trace, event.node))
            return f"{adjoint} is complete{_because(consumers, name)}."
        if consumers == 1:
            return f"{name} has one consumer. Version A pulls its adjoint and is done."
        return (
            f"{name} has {consumers} consumers. Version A waits until all {consumers} know their"
            " adjoints, then sums once."
        )
    consumer = _math(trace.nodes[int(trace.graph.edge_consumer[event.edge])].name)
    if frame.version == "A":
        return f"{name} pulls from {consumer}: part {arrived} of {consumers}."
    return (
        f"{consumer} is complete and pushes to {name}, whose adjoint now has"
        f" {arrived} of {consumers} parts."
    )


def derivative_name(consumer: Node, operand: Node) -> str:
    """A local derivative as a name, for example ``∂h_4/∂z_4``."""
    return f"∂{_grouped(consumer.name)}/∂{_grouped(operand.name)}"


def _evaluated(trace: Trace, node: Node) -> str:
    if node.role is Role.PARAMETER:
        return f"read the parameter {_math(node.name)}"
    if node.role in {Role.INPUT, Role.CONSTANT}:
        token = token_of(trace, node)
        said = "" if token is None else f", the token “{_one_word(token)}”"
        return f"read the {node.role.value} {_math(node.name)}{said}"
    return f"compute {_math(equation(trace, node))}"


def token_of(trace: Trace, node: Node) -> str | None:
    """The token that an input of a language model stands for, as typed; None for other nodes."""
    tokens = trace.provenance.get("tokens", ())
    if node.role is not Role.INPUT or node.step is None or not 1 <= node.step <= len(tokens):
        return None
    return str(tokens[node.step - 1])


def _math(name: str) -> str:
    return f"`{name}`"


def _because(consumers: int, name: str) -> str:
    if consumers == 0:
        return ""
    pushed = "its one consumer has" if consumers == 1 else f"all {consumers} consumers have"
    return f": {pushed} pushed to {name}"


def _one_word(token: str) -> str:
    """A token inside a sentence: neither ends the line nor begins mathematics."""
    return token.replace("\n", "↵").replace("\t", "⇥").replace("`", "'")


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _grouped(name: str) -> str:
    return f"({name})" if " " in name else name
