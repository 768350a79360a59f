"""The source text of what runs, and where in it a statement stands."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from typing import cast

from engine.errors import InputError

Function = ast.FunctionDef
Statement = ast.Assign | ast.AugAssign | ast.AnnAssign


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a listing: its number in the file, 0 for a gap between definitions, and text."""

    number: int
    text: str


class Source:
    """A module's source, as Python's own loader gives it, without importing the module.

    Raises:
        InputError: there is no source, as in a program frozen without it.
    """

    def __init__(self, module: str) -> None:
        self.module = module
        spec = find_spec(module)
        get_source = getattr(None if spec is None else spec.loader, "get_source", None)
        text: str | None = None if get_source is None else get_source(module)
        if not text:
            raise InputError(f"the source of {module} is not there; install the program anew")
        self.lines = tuple(text.splitlines())
        self.tree = ast.parse(text)

    @cached_property
    def definitions(self) -> dict[str, ast.ClassDef | Function]:
        """Every class, function and method by its name, methods as ``Class.method``."""
        found: dict[str, ast.ClassDef | Function] = {}
        for node in self.tree.body:
            if isinstance(node, ast.ClassDef | Function):
                found[node.name] = node
            if isinstance(node, ast.ClassDef):
                methods = (item for item in node.body if isinstance(item, Function))
                found.update({f"{node.name}.{method.name}": method for method in methods})
        return found

    def function(self, name: str) -> Function:
        """The function or method of a name; a method may be the base class's."""
        found = self.definitions.get(name)
        if found is None and "." in name:
            owner, method = name.split(".")
            for base in cast("ast.ClassDef", self.definitions[owner]).bases:
                return self.function(f"{base_name(base)}.{method}")
        assert isinstance(found, Function), name
        return found

    def listing(self, roots: Iterable[str]) -> tuple[Line, ...]:
        """The definitions that these need, in the order of the file, with a gap between two."""
        wanted, waiting = set[str](), list(roots)
        while waiting:
            name = waiting.pop()
            if name in wanted or name not in self.definitions:
                continue
            wanted.add(name)
            names = (n.id for n in ast.walk(self.definitions[name]) if isinstance(n, ast.Name))
            waiting.extend(names)
        lines: list[Line] = []
        for name, node in self.definitions.items():
            if name in wanted and "." not in name:
                assert node.end_lineno is not None
                gap = [Line(0, "")] if lines else []
                first, last = node.lineno, node.end_lineno
                numbers = range(first, last + 1)
                lines += gap + [Line(number, self.lines[number - 1]) for number in numbers]
        return tuple(lines)


def statements(function: Function) -> Iterator[Statement]:
    """The assignments of a function, in the order of its lines."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            yield node


def targets(statement: Statement) -> list[ast.expr]:
    """What a statement assigns to, a tuple's items apart."""
    whole = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return [item for target in whole for item in _items(target)]


def base_name(node: ast.expr) -> str:
    """The variable behind a name, a subscript or a starred name: ``h`` of ``h[t - 1]``."""
    while isinstance(node, ast.Subscript | ast.Starred | ast.Call | ast.Attribute):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def mentions(node: ast.AST | None, name: str) -> bool:
    """Whether a variable occurs in an expression."""
    return node is not None and any(
        isinstance(item, ast.Name) and item.id == name for item in ast.walk(node)
    )


def returned(function: Function) -> ast.Return:
    """The last return statement of a function."""
    return [node for node in ast.walk(function) if isinstance(node, ast.Return)][-1]


def _items(target: ast.expr) -> list[ast.expr]:
    return list(target.elts) if isinstance(target, ast.Tuple) else [target]
