"""Typed formulas on a tape: ``exp(x*z) + x*z/log(x)`` becomes a graph.

The text is parsed by Python's ``ast`` and walked against an explicit table of what is allowed;
nothing is ever evaluated as Python. Equal sub-expressions are one node.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import ascii_lowercase
from typing import TYPE_CHECKING

import numpy as np

from engine.autodiff.formula_text import (
    Token,
    check_name,
    check_tokens,
    column_at,
    read_number,
    tokens_of,
)
from engine.autodiff.tape import Tape, Variable
from engine.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from engine.autodiff.tape import Node

LENGTH_LIMIT = 10_000
"""Longest formula accepted, in characters."""

MODULE = "expression"

FUNCTIONS = ("exp", "log", "sin", "cos", "tanh", "sigmoid", "relu")
"""What can be called; each is a primitive of one operand."""

CONSTANTS: Mapping[str, tuple[str, float]] = {"pi": ("π", math.pi)}
"""Names with a fixed value: how each is shown, and the value."""

_OPERATORS: Mapping[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "pow",
}
_SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**"}
_EXAMPLE = "write a formula such as exp(x*z) + x/z"


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A formula evaluated on a tape.

    Attributes:
        tape: the record.
        result: the variable that holds the formula's value.
        values: the number each name stood for, in the order in which the formula names them.
    """

    tape: Tape
    result: Variable
    values: Mapping[str, float]


def evaluate_expression(
    text: str, values: Mapping[str, float], dtype: DTypeLike = np.float64
) -> Evaluated:
    """Evaluate a formula at given values, recording every operation.

    Inputs come first, in the order in which the formula names them. Intermediate results are
    called a, b, c, ... in the order of evaluation, passing over the formula's own names; the
    result is y, or where the formula uses y the next free letter.

    Args:
        text: + - * / **, parentheses, numbers, names, pi, and the functions exp, log, sin,
            cos, tanh, sigmoid and relu.
        values: a number for each name; others are ignored.
        dtype: float64 or float32.

    Raises:
        InputError: the formula cannot be read, a name has no value, or a result is not a finite
            number; with the column where there is one.
    """
    precision = np.dtype(dtype)
    if precision.name not in ("float64", "float32"):
        raise InputError(f"the dtype is float64 or float32, not {precision.name}")
    tree, tokens = _parse(text)
    tape = Tape(precision)
    with tape.module(MODULE), np.errstate(all="ignore"):
        inputs = _record_inputs(tape, tokens, values)
        result = _Recorder(tape, text, inputs).record(tree)
    if tape.nodes[result.index].primitive is None:
        raise InputError("there is nothing to compute: write an operation such as x*x")
    if not inputs:
        raise InputError("there is nothing to differentiate: use a name such as x in the formula")
    _name_results(tape.nodes, tuple(inputs))
    numbers = {name: float(variable.value) for name, variable in inputs.items()}
    return Evaluated(tape, result, numbers)


def parse_assignments(text: str) -> dict[str, float]:
    """The values in ``x=2, z=3``; empty for a blank text.

    Raises:
        InputError: a part is not name=number, a name comes twice, or a number is not finite.
    """
    if len(text) > LENGTH_LIMIT:
        raise InputError(f"give the values in at most {LENGTH_LIMIT:,} characters")
    values: dict[str, float] = {}
    if not text.strip():
        return values
    for part in text.split(","):
        name, equals, number = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise InputError(f"write values as x=2,z=3, not {part.strip()!a}")
        check_name(name)
        _check_not_reserved(name)
        if name in values:
            raise InputError(f"{name} is given twice; give it once")
        values[name] = read_number(name, number)
    return values


def _parse(text: str) -> tuple[ast.expr, list[Token]]:
    """The formula as a syntax tree and as tokens, columns as in ``text``."""
    if len(text) > LENGTH_LIMIT:
        raise InputError(f"the formula is longer than {LENGTH_LIMIT:,} characters; shorten it")
    if not text.strip():
        raise InputError(f"the formula is empty; {_EXAMPLE}")
    tokens = tokens_of(text)
    check_tokens(tokens)
    # Spaces keep the columns; a leading one would be an indentation to the parser.
    flat = re.sub(r"\s", " ", text)
    start = len(flat) - len(flat.lstrip())
    try:
        tree = ast.parse(flat.strip(), mode="eval")
    except SyntaxError as error:
        if "parenthes" in (error.msg or "") and "nested" in (error.msg or ""):
            raise InputError("the parentheses are nested too deeply; use fewer") from None
        column = column_at(start + max(0, (error.offset or 1) - 1))
        raise InputError(f"the formula cannot be read here; {_EXAMPLE}", place=column) from None
    except (RecursionError, MemoryError):
        raise InputError("the formula is nested too deeply; write it in smaller parts") from None
    except ValueError:
        raise InputError(f"the formula cannot be read; {_EXAMPLE}") from None
    return tree.body, tokens


def _record_inputs(
    tape: Tape, tokens: list[Token], values: Mapping[str, float]
) -> dict[str, Variable]:
    inputs: dict[str, Variable] = {}
    for token in tokens:
        name = token.text
        if token.kind != "name" or name in inputs or name in FUNCTIONS or name in CONSTANTS:
            continue
        if token.called:
            raise InputError(
                f"there is no function {name}; there are {', '.join(FUNCTIONS)}", place=token.place
            )
        if name not in values:
            raise InputError(
                f"{name} has no value; give one, for example {name}=2", place=token.place
            )
        value = float(values[name])
        inputs[name] = tape.input(name, np.float64(value))
        if not np.isfinite(inputs[name].value):
            raise InputError(f"{name} must be a finite {tape.dtype.name} number, not {value:g}")
    return inputs


class _Recorder:
    """Walks a syntax tree, operands before operations, without recursion."""

    def __init__(self, tape: Tape, text: str, inputs: Mapping[str, Variable]) -> None:
        self._tape = tape
        self._text = text
        self._inputs = inputs
        self._constants: dict[str, Variable] = {}
        self._done: dict[tuple[str, tuple[int, ...]], Variable] = {}

    def record(self, tree: ast.expr) -> Variable:
        """The variable that holds the formula's value."""
        waiting: list[ast.expr | tuple[str, int, ast.expr]] = [tree]
        results: list[Variable] = []
        while waiting:
            item = waiting.pop()
            if isinstance(item, tuple):
                op, count, source = item
                operands = tuple(results[-count:])
                del results[-count:]
                results.append(self._apply(op, operands, source))
                continue
            leaf = self._leaf(item)
            if leaf is not None:
                results.append(leaf)
                continue
            op, parts = self._operation(item)
            if op:
                waiting.append((op, len(parts), item))
            waiting.extend(reversed(parts))
        return results[0]

    def _leaf(self, node: ast.expr) -> Variable | None:
        """A number, a name, or a number with a sign."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            inner = node.operand
            if isinstance(inner, ast.Constant):
                return self._constant(f"-{self._literal(inner)}")
        if isinstance(node, ast.Constant):
            return self._constant(self._literal(node))
        if isinstance(node, ast.Name):
            if node.id in CONSTANTS:
                shown, value = CONSTANTS[node.id]
                return self._constant(shown, value)
            if node.id in FUNCTIONS:
                raise InputError(
                    f"{node.id} needs an operand: {node.id}(x)", place=self._place(node)
                )
            return self._inputs[node.id]
        return None

    def _operation(self, node: ast.expr) -> tuple[str, list[ast.expr]]:
        """The primitive and the operands; no primitive for a plus sign."""
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            return _OPERATORS[type(node.op)], [node.left, node.right]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return "neg", [node.operand]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd):
            return "", [node.operand]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if len(node.args) != 1 or node.keywords:
                raise InputError(
                    f"{node.func.id} takes one operand, not {len(node.args)}",
                    place=self._place(node),
                )
            return node.func.id, node.args
        raise InputError(
            "a formula is made of + - * / **, parentheses, numbers, names and functions",
            place=self._place(node),
        )

    def _apply(self, op: str, operands: tuple[Variable, ...], source: ast.expr) -> Variable:
        key = (op, tuple(variable.index for variable in operands))
        if key not in self._done:
            result = self._tape.apply(op, *operands)
            if not np.isfinite(result.value):
                numbers = [float(variable.value) for variable in operands]
                message = _not_finite(op, numbers, float(result.value), self._tape.dtype.name)
                raise InputError(message, place=self._place(source))
            self._done[key] = result
        return self._done[key]

    def _literal(self, node: ast.Constant) -> str:
        if type(node.value) not in (int, float):
            raise InputError("only numbers and names can stand here", place=self._place(node))
        try:
            value = float(node.value)  # type: ignore[arg-type]
        except OverflowError:
            value = math.inf
        if not math.isfinite(value):
            raise InputError("this number is too large", place=self._place(node))
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)

    def _constant(self, shown: str, value: float | None = None) -> Variable:
        if shown not in self._constants:
            number = float(shown) if value is None else value
            constant = self._tape.constant(shown, np.float64(number))
            if not np.isfinite(constant.value):
                raise InputError(f"{shown} is too large for {self._tape.dtype.name}")
            self._constants[shown] = constant
        return self._constants[shown]

    def _place(self, node: ast.expr) -> str:
        start = len(self._text) - len(self._text.lstrip())
        before = self._text.lstrip().encode("utf-8", "replace")[: node.col_offset]
        return column_at(start + len(before.decode("utf-8", "replace")))


def _not_finite(op: str, numbers: list[float], result: float, dtype: str) -> str:
    """Why an operation has no finite result, with its operands' numbers."""
    shown = [f"({number:g})" if number < 0 else f"{number:g}" for number in numbers]
    if op == "log" and numbers[0] <= 0:
        return f"log needs a number above 0, not {numbers[0]:g}"
    if op == "div" and numbers[1] == 0:
        return f"{shown[0]}/0 is a division by zero"
    if op == "pow" and numbers[0] == 0:
        return f"0**{shown[1]} is a division by zero"
    formula = f" {_SIGNS[op]} ".join(shown) if op in _SIGNS else f"{op}({numbers[0]:g})"
    if math.isnan(result):
        return f"{formula} is not a real number"
    return f"{formula} is too large for {dtype}"


def _name_results(nodes: list[Node], taken: tuple[str, ...]) -> None:
    results = [node for node in nodes if node.primitive is not None]
    after_y = "yz" + ascii_lowercase[:24]
    name = next(name for name in _with_subscripts(after_y) if name not in taken)
    free = (n for n in _with_subscripts(ascii_lowercase) if n not in taken and n != name)
    for node in results[:-1]:
        node.name = next(free)
    results[-1].name = name


def _with_subscripts(letters: str) -> Iterator[str]:
    """The letters, then each with subscript 1, 2, ..."""
    yield from letters
    number = 1
    while True:
        yield from (f"{letter}_{number}" for letter in letters)
        number += 1


def _check_not_reserved(name: str) -> None:
    if name in FUNCTIONS or name in CONSTANTS:
        raise InputError(f"{name} already has a meaning; choose another name")
