"""Every event as one sentence, in the plain notation of names (``h_4``, ``W_xh x_3``)."""

from __future__ import annotations

from engine.autodiff.tape import Node, Role
from engine.trace.events import Event, EventKind
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


def _grouped(name: str) -> str:
    return f"({name})" if " " in name else name
