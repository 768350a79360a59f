"""Which lines of a style's source run at each event of a trace.

A line is found in the source itself: node h_3 is computed where ``h`` is assigned in the forward
function, the part of dL/dW_hh that comes from z_3 where ``g_W_hh`` is, in the statement that
mentions ``g_z``. Where the statement calls a module, the line inside that module runs, called from
the statement. A node that has no variable of its own is computed on the line that goes on with it,
and nothing runs for its adjoint: the line before stays.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from engine.autodiff.tape import Node
from engine.styles.names import code_name
from engine.styles.source import (
    Function,
    Source,
    Statement,
    base_name,
    mentions,
    returned,
    statements,
    targets,
)
from engine.trace.events import EventKind

if TYPE_CHECKING:
    from engine.styles.dialects import Code, StyleName
    from engine.trace.events import Event
    from engine.trace.trace import Trace

Lines = tuple[int, ...]
"""Line numbers: the line that runs, then the line that called it, and so on outwards. While a tape
is consumed, the last is the line of the forward pass that left the note being read."""


@dataclass(frozen=True, slots=True)
class LineTable:
    """The lines that run at every event of a trace.

    Attributes:
        evaluated: of each node.
        seeded: where the backward pass starts.
        contributed: of each edge along which an adjoint flows back.
        completed: of each node that has an adjoint, where the last part of it is added.
    """

    evaluated: tuple[Lines, ...]
    seeded: Lines
    contributed: Mapping[int, Lines]
    completed: Mapping[int, Lines]

    def at(self, event: Event | None) -> Lines:
        """The lines that run at an event; none before the first."""
        if event is None:
            return ()
        if event.kind is EventKind.EVALUATED:
            return self.evaluated[event.node]
        if event.kind is EventKind.SEEDED:
            return self.seeded
        if event.kind is EventKind.CONTRIBUTION:
            return self.contributed[event.edge]
        return self.completed[event.node]


def line_table(source: Source, style: StyleName, code: Code, trace: Trace) -> LineTable:
    """Find the lines of every event of a run of a network."""
    finder = _Finder(source, code)
    seed, part = finder.rules(style)
    graph, nodes = trace.graph, trace.nodes
    named = finder.has_value if style in {"objects", "pytorch"} else finder.has_adjoint
    seeded = seed(code_name(nodes[trace.output])[0])
    contributed: dict[int, Lines] = {}
    completed: dict[int, Lines] = {}
    for node in reversed(nodes):
        if not node.differentiable:
            continue
        arrived = graph.contributing_edges(node.index)
        completed[node.index] = contributed[int(arrived[-1])] if len(arrived) else seeded
        consumer = code_name(_above(trace, named, node))[0] if node.primitive else ""
        for edge in graph.operand_edges(node.index):
            operand = nodes[int(graph.edge_operand[edge])]
            variable = code_name(operand)[0]
            if not graph.edge_differentiable[edge]:
                continue
            if operand.primitive is None or named(variable):
                contributed[edge] = part(consumer, variable)
            else:
                contributed[edge] = completed[node.index]
    evaluated = tuple(
        finder.leaf(node) if node.primitive is None else finder.value(_user(trace, finder, node))
        for node in nodes
    )
    return LineTable(evaluated, seeded, contributed, completed)


def _user(trace: Trace, finder: _Finder, node: Node) -> str:
    """The variable in whose statement a node is computed."""
    return code_name(_above(trace, finder.has_value, node))[0]


def _above(trace: Trace, known: Callable[[str], bool], node: Node) -> Node:
    """A node, or the first of those made from it that has a variable."""
    while not known(code_name(node)[0]):
        edges = trace.graph.consumer_edges(node.index)
        node = trace.nodes[int(trace.graph.edge_consumer[edges[-1]])]
    return node


class _Finder:
    """Looks statements up in the source of one network."""

    def __init__(self, source: Source, code: Code) -> None:
        self.source = source
        self.forward = source.function(code.forward)
        self.backward = source.function(code.backward)
        self.owner = code.forward.split(".")[0] if "." in code.forward else ""
        self.has_value = cache(self._has_value)
        self.has_adjoint = cache(self._has_adjoint)
        self.value = cache(self._value)
        self.part_by_name = cache(self._part_by_name)
        self.part_of_tape = cache(self._part_of_tape)

    def rules(self, style: StyleName) -> tuple[Callable[[str], Lines], Callable[[str, str], Lines]]:
        """How the lines of the backward pass are found in a style: of its start, of a part."""
        if style == "objects":
            return self.seed_of_tape, self.part_of_tape
        if style == "pytorch":
            return self.seed_by_torch, self.part_by_torch
        return self.seed_by_name, self.part_by_name

    # Forward

    def _has_value(self, variable: str) -> bool:
        return self._assigning(self.forward, variable) is not None

    def _assigning(self, function: Function, variable: str) -> Statement | None:
        """The statement that computes a variable; of a step's entry if there is one."""
        found = [
            (isinstance(target, ast.Subscript), statement)
            for statement in statements(function)
            for target in targets(statement)
            if base_name(target) == variable
        ]
        found.sort(key=lambda item: item[0])
        return found[-1][1] if found else None

    def leaf(self, node: Node) -> Lines:
        """Where the network is given an input or parameter."""
        wanted = {code_name(node)[0], node.name}
        makers = [self.source.function(f"{self.owner}.__init__")] if self.owner else []
        for function in (self.forward, *makers):
            for argument in function.args.args:
                if argument.arg in wanted:
                    return (argument.lineno,)
        return (self.forward.lineno,)

    def _value(self, variable: str) -> Lines:
        statement = self._assigning(self.forward, variable)
        assert statement is not None
        inner: Lines = ()
        for owner, method in self._called(statement):
            if method:
                inner = (returned(self.source.function(f"{owner}.{method}")).lineno,)
            else:
                calling = self._assigning(self.source.function(f"{owner}.apply_fwd"), "output")
                assert calling is not None
                inside = returned(self.source.function(f"{owner}.forward"))
                inner = (inside.lineno, calling.lineno)
        return (*inner, statement.lineno)

    def _called(self, statement: Statement) -> list[tuple[str, str]]:
        """The (class, method) that a statement calls; no method where an object is called."""
        found = []
        for call in ast.walk(statement):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            owner, name = base_name(call.func), call.func.attr
            if f"{owner}.{name}" in self.source.definitions:
                found.append((owner, name))
            elif owner == "self" and (kind := self._kind(name)) in self.source.definitions:
                found.append((kind, ""))
        return found

    def _kind(self, attribute: str) -> str:
        """The class of what an object holds, as its constructor says."""
        for statement in statements(self.source.function(f"{self.owner}.__init__")):
            for target in targets(statement):
                if isinstance(target, ast.Attribute) and target.attr == attribute:
                    value = statement.value
                    return base_name(value) if isinstance(value, ast.Call) else ""
        return ""

    # Backward, written out: adjoints are variables

    def _has_adjoint(self, variable: str) -> bool:
        return self._assigning(self.backward, f"g_{variable}") is not None

    def seed_by_name(self, output: str) -> Lines:
        """Where the output's adjoint is set to 1."""
        statement = self._assigning(self.backward, f"g_{output}")
        assert statement is not None
        return (statement.lineno,)

    def _part_by_name(self, consumer: str, operand: str) -> Lines:
        """Where the consumer's part is added to the operand's adjoint."""
        wanted, through = f"g_{operand}", f"g_{consumer}"
        for statement in statements(self.backward):
            for place, target in enumerate(targets(statement)):
                if base_name(target) == wanted and mentions(statement.value, through):
                    return (*self._inside(statement, place), statement.lineno)
        return (self.backward.lineno,)

    def _inside(self, statement: Statement, place: int) -> Lines:
        """The line in the module's backward that makes one of the adjoints it returns."""
        for owner, method in self._called(statement):
            function = self.source.function(f"{owner}.{method}")
            result = returned(function).value
            items = result.elts if isinstance(result, ast.Tuple) else [result]
            item = items[min(place, len(items) - 1)]
            made = self._assigning(function, item.id) if isinstance(item, ast.Name) else None
            return (made.lineno if made is not None else returned(function).lineno,)
        return ()

    # Backward, by the tape

    def seed_of_tape(self, _output: str) -> Lines:
        """Where the loss is given the adjoint 1."""
        return (self._calling(self.backward, "add").lineno,)

    def _part_of_tape(self, consumer: str, operand: str) -> Lines:
        """Where a module adds to the adjoint of what went into it, or of what it holds."""
        statement = self._assigning(self.forward, consumer)
        assert statement is not None
        assert isinstance(statement.value, ast.Call)
        ((kind, _),) = self._called(statement)
        function = self.source.function(f"{kind}.backward")
        given = [base_name(argument) for argument in statement.value.args]
        name = self._argument(function, given.index(operand)) if operand in given else "self"
        adding = self._calling(function, "add", name)
        passing = self._calling(self.source.function(f"{kind}.apply_bwd"), "backward")
        reading = self._calling(self.backward, "apply_bwd")
        return (adding.lineno, passing.lineno, reading.lineno, statement.lineno)

    def _argument(self, function: Function, place: int) -> str:
        """The name of an input in a module's backward; of each in turn where there are many."""
        arguments = function.args
        named = [argument.arg for argument in arguments.args[2:]]
        if place < len(named):
            return named[place]
        loops = (node for node in ast.walk(function) if isinstance(node, ast.For))
        return next(base_name(loop.target) for loop in loops)

    def _calling(self, function: Function, method: str, owner: str = "") -> ast.Call:
        """The first call of a method in a function."""
        return next(
            node
            for node in ast.walk(function)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == method
            and owner in {"", base_name(node.func)}
        )

    # Backward, by PyTorch

    def seed_by_torch(self, _output: str) -> Lines:
        """The one line."""
        return (self._calling(self.backward, "backward").lineno,)

    def part_by_torch(self, _consumer: str, _operand: str) -> Lines:
        """The same line: PyTorch says no more."""
        return self.seed_by_torch("")
