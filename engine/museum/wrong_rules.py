"""Rows of the table with one rule replaced, each by a mistake that somebody really makes.

A function gets a node and the values in its slots, and gives the wrong row that the node carries
instead, or None where the mistake has nothing to act on. Its formulas are wrong in the same way,
so that the inspector shows what the numbers say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from engine.autodiff.primitives import Array, Primitive, Rule
from engine.autodiff.tape import Node

WrongRow = Callable[[Node, tuple[Array, ...]], Primitive | None]

_BROADCASTING = ("add", "sub", "mul", "div", "pow")
_SOFTMAX = ("softmax", "log_softmax", "cross_entropy")


def exp_by_the_input(node: Node, _operands: tuple[Array, ...]) -> Primitive | None:
    """d exp(x) = x instead of exp(x)."""
    if node.primitive is None or node.op != "exp":
        return None
    return replace(node.primitive, vjps=(lambda g, y, x: g * x,), derivatives=("#1",))


def tanh_by_the_input(node: Node, _operands: tuple[Array, ...]) -> Primitive | None:
    """d tanh(x) = 1 - x^2 instead of 1 - tanh(x)^2."""
    if node.primitive is None or node.op != "tanh":
        return None
    return replace(
        node.primitive, vjps=(lambda g, y, x: g * (1 - x * x),), derivatives=("1 - #1^2",)
    )


def weight_not_transposed(node: Node, operands: tuple[Array, ...]) -> Primitive | None:
    """The adjoint of z in W z is W g instead of W^T g; only a square W lets that pass."""
    if node.primitive is None or node.op != "matmul":
        return None
    weight = operands[0]
    if weight.ndim != 2 or weight.shape[0] != weight.shape[1] or weight.shape[0] == 1:
        return None
    left, _ = node.primitive.vjps
    return replace(
        node.primitive,
        vjps=(left, lambda g, y, x, z: x @ g),
        derivatives=(node.primitive.derivatives[0], "#1"),
    )


def first_row_for_the_sum(node: Node, operands: tuple[Array, ...]) -> Primitive | None:
    """A stretched operand gets the first row of its adjoint instead of the sum of all."""
    if node.primitive is None or node.op not in _BROADCASTING:
        return None
    if all(x.shape == node.value.shape or x.ndim == 0 for x in operands):
        return None
    rows = tuple(rule and _first_row_of(rule, s) for s, rule in enumerate(node.primitive.vjps))
    return replace(node.primitive, vjps=rows)


def softmax_without_the_shift(node: Node, _operands: tuple[Array, ...]) -> Primitive | None:
    """exp x / sum exp x as it is written, without taking off the largest x first."""
    if node.primitive is None or node.op not in _SOFTMAX:
        return None
    return replace(node.primitive, forward=_UNSHIFTED[node.op])


def _first_row_of(rule: Rule, slot: int) -> Rule:
    def cut(g: Array, y: Array, *xs: Array, **attributes: Any) -> Any:
        parts = rule(g, y, *xs, **attributes)
        if isinstance(parts, tuple):
            return tuple(_first_row(p, x.shape) for p, x in zip(parts, xs, strict=True))
        return _first_row(parts, xs[slot].shape)

    return cut


def _first_row(array: Array, shape: tuple[int, ...]) -> Array:
    """The first element along every axis that the operand was stretched along."""
    extra = array.ndim - len(shape)
    row = array[(0,) * extra]
    return np.asarray(row[tuple(slice(0, size) for size in shape)])


def _softmax(x: Array, *, axis: int = -1) -> Array:
    weights = np.exp(x)
    return np.asarray(weights / weights.sum(axis=axis, keepdims=True))


def _log_softmax(x: Array, *, axis: int = -1) -> Array:
    return np.asarray(np.log(_softmax(x, axis=axis)))


def _cross_entropy(x: Array, target: Array) -> Array:
    picked = np.take_along_axis(_log_softmax(x), np.expand_dims(target, -1), axis=-1)
    return np.asarray(-picked[..., 0])


_UNSHIFTED: dict[str, Rule] = {
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "cross_entropy": _cross_entropy,
}
