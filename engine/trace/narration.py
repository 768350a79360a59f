"""Every event as one sentence, in the plain notation of names (``h_4``, ``W_xh x_3``)."""

from __future__ import annotations

from engine.autodiff.tape import Node, Role
from engine.trace.events import Event, EventKind
from engine.trace.frame import Frame
from engine.trace.trace import Trace

_SYMBOLS = {"add": " + ", "sub": " - ", "mul": " · ", "div": " / ", "matmul": " "}


def equation(trace: Trace, node: Node) -> str:
    """A node as an equation of names, for example ``z_4 = W_xh x_4 + W_hh h_3 + b_h``."""
    if node.primitive is None:
        return node.name
    names = [operand.name for operand in trace.operands(node.index)]
    symbol = _SYMBOLS.get(node.op)
    if node.name == symbol_name(names, symbol) or (node.op == "lookup" and len(names) == 2):
        return node.name
    if symbol is not None:
        return f"{node.name} = {symbol_name(names, symbol)}"
    if node.op == "neg":
        return f"{node.name} = -{names[0]}"
    if node.op == "pow":
        return f"{node.name} = {names[0]}^{names[1]}"
    shown = names if len(names) <= 3 else [names[0], "…", names[-1]]
    return f"{node.name} = {node.op.replace('_', ' ')}({', '.join(shown)})"


def symbol_name(names: list[str], symbol: str | None) -> str:
    """Operand names joined by an operator."""
    return "" if symbol is None else symbol.join(names)


def adjoint_name(trace: Trace, node: int) -> str:
    """The adjoint of a node as a name, for example ``∂L/∂h_4``."""
    return f"∂{trace.nodes[trace.output].name}/∂{_grouped(trace.nodes[node].name)}"


def describe(trace: Trace, event: Event | None) -> str:
    """What an event did, in one sentence."""
    if event is None:
        return "nothing computed yet"
    node = trace.nodes[event.node]
    if event.kind is EventKind.EVALUATED:
        match node.role:
            case Role.PARAMETER:
                return f"read the parameter {node.name}"
            case Role.INPUT | Role.CONSTANT:
                return f"read the {node.role.value} {node.name}"
            case _:
                return f"compute {equation(trace, node)}"
    name = adjoint_name(trace, event.node)
    if event.kind is EventKind.SEEDED:
        return f"start with {name} = 1"
    if event.kind is EventKind.COMPLETED:
        return f"{name} is complete"
    consumer = trace.nodes[int(trace.graph.edge_consumer[event.edge])]
    return (
        f"add to {name} the part through {consumer.name}: {adjoint_name(trace, consumer.index)}"
        f" · ∂{_grouped(consumer.name)}/∂{_grouped(node.name)}"
    )


def caption(trace: Trace, frame: Frame) -> str:
    """What is going on, in a sentence or two for the audience."""
    event = frame.event
    if event is None:
        return "Nothing is computed yet. Values come first, in topological order."
    name = trace.nodes[event.node].name
    if event.kind is EventKind.EVALUATED:
        return f"{_capital(describe(trace, event))}, and store the result at the node."
    if event.kind is EventKind.SEEDED:
        return f"The backward pass starts: the derivative of {name} with respect to itself is 1."
    consumers = int(frame.expected[event.node])
    arrived = int(frame.arrived[event.node])
    if event.kind is EventKind.COMPLETED:
        if frame.version == "B" or consumers == 0:
            return f"{adjoint_name(trace, event.node)} is complete{_because(consumers, name)}."
        if consumers == 1:
            return f"{name} has one consumer. Version A pulls its adjoint and is done."
        return (
            f"{name} has {consumers} consumers. Version A waits until all {consumers} know their"
            " adjoints, then sums once."
        )
    consumer = trace.nodes[int(trace.graph.edge_consumer[event.edge])].name
    if frame.version == "A":
        return f"{name} pulls from {consumer}: part {arrived} of {consumers}."
    return (
        f"{consumer} is complete and pushes to {name}, whose adjoint has now"
        f" {arrived} of {consumers} parts."
    )


def _because(consumers: int, name: str) -> str:
    if consumers == 0:
        return ""
    plural = "its one consumer has" if consumers == 1 else f"all {consumers} consumers have"
    return f": {plural} pushed to {name}"


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _grouped(name: str) -> str:
    return f"({name})" if " " in name else name
