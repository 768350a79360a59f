r"""A node that is nudged: some of its components are moved by a constant, all else is as it was.

A nudged node computes f(x) + δ with δ fixed. So the derivative passes through it unchanged: a rule
that is written in terms of the value, such as 1 - y^2, is given f(x) and not f(x) + δ. The row is
made when a number is typed: δ is what takes the component from what it would be to that number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.autodiff.primitives import Array, Primitive, Rule
from engine.autodiff.tape import Node


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Nudged(Primitive):
    """A row of the table with a constant added to some components of its value.

    Attributes:
        row: as it stands in the table.
        own: what the row gives where the number was typed, read-only.
        numbers: by component of the flattened value, what stands there instead.
    """

    row: Primitive
    own: Array
    numbers: Mapping[int, float]

    def shifted(self, value: Array) -> Array:
        """A value of the row with δ added; where it is ``own``, exactly ``numbers``."""
        result = np.array(value, order="C")
        flat, own = result.reshape(-1), self.own.reshape(-1)
        for component, number in self.numbers.items():
            came, was = flat[component], own[component]
            if came == was or (came != came and was != was):  # noqa: PLR0124  (both are NaN)
                flat[component] = number
            else:
                flat[component] = number + (came - was)
        return result

    def delta(self, component: int) -> float:
        """The constant that is added to a component; 0 for most."""
        if component not in self.numbers:
            return 0.0
        with np.errstate(all="ignore"):
            return float(self.numbers[component] - self.own.reshape(-1)[component])


def nudge(primitive: Primitive, own: Array, numbers: Mapping[int, float]) -> Nudged:
    """A row whose value has these numbers in these components.

    Args:
        primitive: the row; one that is nudged already keeps its other numbers, as they are in
            what it gives now.
        own: what the row gives, without any nudge.
        numbers: by component of the flattened value.
    """
    row = primitive
    if isinstance(primitive, Nudged):
        row, flat = primitive.row, primitive.shifted(own).reshape(-1)
        numbers = {**{c: float(flat[c]) for c in primitive.numbers}, **numbers}
    kept = np.array(own)
    kept.flags.writeable = False

    def forward(*operands: Array, **attributes: Any) -> Array:
        return nudged.shifted(np.asarray(row.forward(*operands, **attributes)))

    nudged = Nudged(
        name=row.name,
        forward=forward,
        vjps=tuple(None if rule is None else _of_own(row, rule) for rule in row.vjps),
        formula=row.formula,
        derivatives=tuple(tex.replace("#y", r"(#y - \delta)") for tex in row.derivatives),
        variadic=row.variadic,
        row=row,
        own=kept,
        numbers=dict(sorted(numbers.items())),
    )
    return nudged


def numbers_in(node: Node) -> Mapping[int, float]:
    """The components of a node that are nudged, with what stands there; empty for most nodes."""
    return node.primitive.numbers if isinstance(node.primitive, Nudged) else {}


def unnudged(node: Node) -> Node:
    """A node as its operands make it, without what was typed."""
    primitive = node.primitive
    if not isinstance(primitive, Nudged):
        return node
    return replace(node, primitive=primitive.row, value=primitive.own)


def _of_own(row: Primitive, rule: Rule) -> Rule:
    """A rule that is given the row's own value in place of the nudged one."""

    def vjp(adjoint: Array, _value: Array, *operands: Array, **attributes: Any) -> Any:
        return rule(adjoint, row.forward(*operands, **attributes), *operands, **attributes)

    return vjp
