"""Wrong rules, each a mistake somebody really makes; every one must be caught.

A mutant of a rule replaces one slot of one row; a mutant of the backward pass replaces a
function of :mod:`engine.autodiff.reverse` or how a contribution is reduced.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from engine.autodiff import reverse
from engine.autodiff.primitives import Array, softmax
from engine.autodiff.reverse import Adjoints, contribution
from engine.autodiff.tape import Node

Rule = Callable[..., Any]


def _matrix_only(rule: Rule) -> Rule:
    """A wrong rule for matrices; vectors would only make it raise."""

    def guarded(g: Array, y: Array, x: Array, z: Array) -> Array:
        if min(x.ndim, z.ndim) < 2:
            return np.zeros(np.broadcast_shapes(x.shape, z.shape))
        return np.asarray(rule(g, y, x, z))

    return guarded


def _t(x: Array) -> Array:
    return np.swapaxes(x, -1, -2)


def _as_t(x: Array) -> Array:
    """The numbers of x in the shape of its transpose, but not transposed."""
    return x.reshape(_t(x).shape)


def _concat_first(g: Array, y: Array, *xs: Array, axis: int = 0) -> list[Array]:
    first = (slice(None),) * (axis % g.ndim)
    sizes = [np.atleast_1d(x).shape[axis] for x in xs]
    cuts = [g[(*first, slice(0, size))] for size in sizes]
    return [cut.reshape(x.shape) for cut, x in zip(cuts, xs, strict=True)]


def _slice_added(g: Array, y: Array, x: Array, *, key: Any) -> Array:
    result = np.ones_like(x)
    result[tuple(slice(*part) for part in key)] = g
    return result


def _slice_front(g: Array, y: Array, x: Array, *, key: Any) -> Array:
    result = np.zeros_like(x)
    result[tuple(slice(0, n) for n in g.shape)] = g
    return result


def _lookup_last(g: Array, y: Array, table: Array, index: Array, *, axis: int = 0) -> Array:
    result = np.zeros_like(table)
    place = (slice(None),) * axis + (index,)
    result[place] = g
    return result


def _lookup_first_row(g: Array, y: Array, table: Array, index: Array, *, axis: int = 0) -> Array:
    result = np.zeros_like(table)
    moved = np.moveaxis(g, range(axis, axis + index.ndim), range(index.ndim))
    np.add.at(np.moveaxis(result, axis, 0), np.zeros_like(index), moved)
    return result


def _at(result: Array, g: Array, index: tuple[int, ...]) -> Array:
    result[index] = g
    return result


def _at_first(g: Array, x: Array) -> Array:
    return _at(np.zeros_like(x), g, (0,) * x.ndim)


def _along(g: Array, x: Array, index: tuple[int, ...], axis: int) -> Array:
    result = np.zeros_like(x)
    np.moveaxis(result, axis, -1)[index] = g
    return result


def _spread(g: Array, x: Array, axis: int | None) -> Array:
    return np.broadcast_to(g if axis is None else np.expand_dims(g, axis), x.shape)


def _top(y: Array, x: Array, axis: int | None) -> Array:
    top = x == (y if axis is None else np.expand_dims(y, axis))
    return np.asarray(top.astype(x.dtype))


def _picked(g: Array, x: Array, target: Array, factor: float = 1.0) -> Array:
    result = np.zeros_like(x)
    np.put_along_axis(result, np.expand_dims(target, -1), factor * np.expand_dims(g, -1), axis=-1)
    return result


def _s(x: Array, axis: int = -1) -> Array:
    return softmax(x, axis=axis)


RULES: tuple[tuple[str, str, int, Rule], ...] = (
    ("add", "negated", 0, lambda g, y, *xs: [-g] * len(xs)),
    ("add", "doubled", 0, lambda g, y, *xs: [2 * g] * len(xs)),
    ("add", "only the first operand", 0, lambda g, y, *xs: [g] + [0 * g] * len(xs)),
    ("add", "only the last operand", 0, lambda g, y, *xs: [0 * g] * (len(xs) - 1) + [g]),
    ("add", "shared out", 0, lambda g, y, *xs: [g / len(xs)] * len(xs)),
    ("sub", "left negated", 0, lambda g, y, x, z: -g),
    ("sub", "right not negated", 1, lambda g, y, x, z: g),
    ("mul", "x for z", 0, lambda g, y, x, z: g * x),
    ("mul", "z for x", 1, lambda g, y, x, z: g * z),
    ("mul", "y for z", 0, lambda g, y, x, z: g * y),
    ("mul", "without the other factor", 1, lambda g, y, x, z: g + 0 * y),
    ("mul", "doubled, as for a square", 0, lambda g, y, x, z: 2 * g * z),
    ("div", "multiplied", 0, lambda g, y, x, z: g * z),
    ("div", "y for 1/z", 0, lambda g, y, x, z: g * y),
    ("div", "sign of the denominator", 1, lambda g, y, x, z: g * y / z),
    ("div", "z not squared", 1, lambda g, y, x, z: -g * x / z),
    ("div", "numerator lost", 1, lambda g, y, x, z: -g / (z * z) + 0 * y),
    ("complement", "positive", 0, lambda g, y, x: g),
    ("neg", "positive", 0, lambda g, y, x: g),
    ("pow", "exponent not lowered", 0, lambda g, y, x, z: g * z * y),
    ("pow", "exponent lost", 0, lambda g, y, x, z: g * x ** (z - 1)),
    ("pow", "log of the exponent", 1, lambda g, y, x, z: g * y * np.log(z)),
    ("pow", "without the log", 1, lambda g, y, x, z: g * y),
    ("pow", "x for y", 1, lambda g, y, x, z: g * x * np.log(x) + 0 * y),
    ("exp", "x for y", 0, lambda g, y, x: g * x),
    ("exp", "constant", 0, lambda g, y, x: g),
    ("exp", "exp twice", 0, lambda g, y, x: g * np.exp(y)),
    ("log", "multiplied", 0, lambda g, y, x: g * x),
    ("log", "y for x", 0, lambda g, y, x: g / (y + 0.5)),
    ("log", "base 10", 0, lambda g, y, x: g / (x * np.log(10))),
    ("sin", "sin for cos", 0, lambda g, y, x: g * y),
    ("sin", "negated", 0, lambda g, y, x: -g * np.cos(x)),
    ("sin", "cos of y", 0, lambda g, y, x: g * np.cos(y)),
    ("cos", "sign", 0, lambda g, y, x: g * np.sin(x)),
    ("cos", "cos for sin", 0, lambda g, y, x: -g * y),
    ("tanh", "x for y", 0, lambda g, y, x: g * (1 - x * x)),
    ("tanh", "not squared", 0, lambda g, y, x: g * (1 - y)),
    ("tanh", "plus", 0, lambda g, y, x: g * (1 + y * y)),
    ("tanh", "sigmoid's rule", 0, lambda g, y, x: g * y * (1 - y)),
    ("sigmoid", "x for y", 0, lambda g, y, x: g * x * (1 - x)),
    ("sigmoid", "tanh's rule", 0, lambda g, y, x: g * (1 - y * y)),
    ("sigmoid", "without 1 - y", 0, lambda g, y, x: g * y),
    ("relu", "passes everything", 0, lambda g, y, x: g),
    ("relu", "passes the negative", 0, lambda g, y, x: g * (x < 0)),
    ("relu", "the value for the slope", 0, lambda g, y, x: g * y),
    ("matmul", "left without transpose", 0, _matrix_only(lambda g, y, x, z: g @ _as_t(z))),
    ("matmul", "right without transpose", 1, _matrix_only(lambda g, y, x, z: _as_t(x) @ g)),
    ("matmul", "right transposed once more", 1, _matrix_only(lambda g, y, x, z: _t(_t(g) @ x) * 2)),
    ("matmul", "left negated", 0, _matrix_only(lambda g, y, x, z: -g @ _t(z))),
    ("matmul", "left summed", 0, _matrix_only(lambda g, y, x, z: g.sum() + 0 * x)),
    ("transpose", "not undone", 0, lambda g, y, x, *, axes=None: g.reshape(x.shape)),
    (
        "transpose",
        "the same axes again",
        0,
        lambda g, y, x, *, axes=None: np.transpose(g, axes).reshape(x.shape),
    ),
    ("reshape", "in Fortran's order", 0, lambda g, y, x, *, shape: g.reshape(x.shape, order="F")),
    ("reshape", "reversed", 0, lambda g, y, x, *, shape: g.ravel()[::-1].reshape(x.shape)),
    ("concat", "always the first piece", 0, _concat_first),
    (
        "concat",
        "everything to everyone",
        0,
        lambda g, y, *xs, axis=0: [g.mean() + np.zeros_like(x) for x in xs],
    ),
    ("slice", "ones beside the slice", 0, _slice_added),
    ("slice", "put at the front", 0, _slice_front),
    ("lookup", "last contribution wins", 0, _lookup_last),
    ("lookup", "always the first row", 0, _lookup_first_row),
    ("component", "everywhere", 0, lambda g, y, x, *, index: g + np.zeros_like(x)),
    ("component", "at the first place", 0, lambda g, y, x, *, index: _at_first(g, x)),
    ("component", "ones beside it", 0, lambda g, y, x, *, index: _at(np.ones_like(x), g, index)),
    ("pick", "at the first place", 0, lambda g, y, x, z, *, index, axis: _at_first(g, x)),
    (
        "pick",
        "along the whole axis",
        0,
        lambda g, y, x, z, *, index, axis: _along(g, x, index, axis),
    ),
    ("stack", "always the first number", 0, lambda g, y, *xs, shape: [g.ravel()[0, ...]] * len(xs)),
    ("stack", "in Fortran's order", 0, lambda g, y, *xs, shape: list(np.ravel(g, order="F"))),
    ("stack", "the sum to everyone", 0, lambda g, y, *xs, shape: [np.asarray(g.sum())] * len(xs)),
    ("maximum", "to every operand", 0, lambda g, y, *xs: [g] * len(xs)),
    ("maximum", "to the first", 0, lambda g, y, *xs: [g] + [0 * g] * len(xs)),
    ("maximum", "tie not shared", 0, lambda g, y, *xs: [g * (x == y) for x in xs]),
    ("maximum", "to the others", 0, lambda g, y, *xs: [g * (x != y) for x in xs]),
    ("sum", "mean's rule", 0, lambda g, y, x, *, axis=None: _spread(g, x, axis) / x.size),
    ("sum", "times x", 0, lambda g, y, x, *, axis=None: _spread(g, x, axis) * x),
    ("sum", "total of the cotangent", 0, lambda g, y, x, *, axis=None: g.sum() + 0 * x),
    ("mean", "sum's rule", 0, lambda g, y, x, *, axis=None: _spread(g, x, axis)),
    (
        "mean",
        "divided by all elements",
        0,
        lambda g, y, x, *, axis=None: _spread(g, x, axis) / x.size,
    ),
    ("max", "to every element", 0, lambda g, y, x, *, axis=None: _spread(g, x, axis)),
    (
        "max",
        "to the others",
        0,
        lambda g, y, x, *, axis=None: _spread(g, x, axis) * (1 - _top(y, x, axis)),
    ),
    (
        "max",
        "times the maximum",
        0,
        lambda g, y, x, *, axis=None: x * _spread(g, x, axis) * _top(y, x, axis),
    ),
    ("softmax", "only the diagonal", 0, lambda g, y, x, *, axis=-1: g * y * (1 - y)),
    ("softmax", "without the sum", 0, lambda g, y, x, *, axis=-1: g * y),
    (
        "softmax",
        "summed over the wrong axis",
        0,
        lambda g, y, x, *, axis=-1: y * (g - (g * y).sum(axis=0, keepdims=True)),
    ),
    ("softmax", "true for a cotangent of ones only", 0, lambda g, y, x, *, axis=-1: 0 * g),
    ("log_softmax", "passes through", 0, lambda g, y, x, *, axis=-1: g),
    (
        "log_softmax",
        "y for exp y",
        0,
        lambda g, y, x, *, axis=-1: g - y * g.sum(axis=axis, keepdims=True),
    ),
    ("log_softmax", "cotangent not summed", 0, lambda g, y, x, *, axis=-1: g - np.exp(y) * g),
    (
        "log_softmax",
        "summed over everything",
        0,
        lambda g, y, x, *, axis=-1: g - np.exp(y) * g.sum(),
    ),
    ("nll", "sign", 0, lambda g, y, x, t: _picked(g, x, t)),
    ("nll", "class 0", 0, lambda g, y, x, t: _picked(g, x, 0 * t, -1)),
    ("nll", "cotangent of ones", 0, lambda g, y, x, t: _picked(np.ones_like(g), x, t, -1)),
    ("cross_entropy", "without the target", 0, lambda g, y, x, t: g[..., None] * _s(x)),
    (
        "cross_entropy",
        "target added",
        0,
        lambda g, y, x, t: g[..., None] * _s(x) + _picked(g, x, t),
    ),
    ("cross_entropy", "only the target", 0, lambda g, y, x, t: _picked(g, x, t, -1)),
    (
        "cross_entropy",
        "logits for probabilities",
        0,
        lambda g, y, x, t: g[..., None] * x + _picked(g, x, t, -1),
    ),
)
"""Primitive, mistake, slot, wrong rule."""


def not_reduced(array: Array, shape: tuple[int, ...]) -> Array:
    """The mistake: the first element along a stretched axis instead of the sum over it."""
    extra = array.ndim - len(shape)
    cut = array[(0,) * extra]
    return np.asarray(cut[tuple(slice(0, size) for size in shape)])


def averaged(array: Array, shape: tuple[int, ...]) -> Array:
    """The mistake: the mean over a stretched axis instead of the sum."""
    extra = array.ndim - len(shape)
    stretched = tuple(a + extra for a, size in enumerate(shape) if size != array.shape[a + extra])
    return np.asarray(array.mean(axis=tuple(range(extra)) + stretched)).reshape(shape)


def last_contribution_wins(nodes: Sequence[Node], output: int) -> Adjoints:
    """The mistake: = where += was needed."""
    return _push(nodes, output, lambda total, part: part)


def first_contribution_wins(nodes: Sequence[Node], output: int) -> Adjoints:
    """The mistake: a node is taken as done after one contribution."""
    return _push(nodes, output, lambda total, part: total if np.any(total) else part)


def consumer_counted_once(nodes: Sequence[Node], output: int) -> Adjoints:
    """The mistake: operands kept as a set, so x * x has one edge."""
    return _push(nodes, output, np.add, once=True)


def seeded_with_the_value(nodes: Sequence[Node], output: int) -> Adjoints:
    """The mistake: the backward pass starts from y instead of dy/dy = 1."""
    return _push(nodes, output, np.add, seed=nodes[output].value)


def forward_order(nodes: Sequence[Node], output: int) -> Adjoints:
    """The mistake: the tape is read forward, before adjoints are complete."""
    return _push(nodes, output, np.add, forward=True)


def backward_twice(nodes: Sequence[Node], output: int) -> Adjoints:
    """The mistake: adjoints not cleared between two backward passes."""
    return [None if a is None else 2 * a for a in reverse.adjoints_by_pulling(nodes, output)]


BACKWARD: tuple[Callable[[Sequence[Node], int], Adjoints], ...] = (
    last_contribution_wins,
    first_contribution_wins,
    consumer_counted_once,
    seeded_with_the_value,
    forward_order,
    backward_twice,
)


def _push(
    nodes: Sequence[Node],
    output: int,
    add: Callable[[Array, Array], Any],
    *,
    once: bool = False,
    forward: bool = False,
    seed: Array | None = None,
) -> Adjoints:
    adjoints: Adjoints = [np.zeros_like(n.value) if n.differentiable else None for n in nodes]
    adjoints[output] = np.ones_like(nodes[output].value) if seed is None else seed
    for node in nodes if forward else reversed(nodes):
        seen: set[int] = set()
        for slot, operand in enumerate(node.operands):
            adjoint, total = adjoints[node.index], adjoints[operand]
            if adjoint is None or total is None or (once and operand in seen):
                continue
            seen.add(operand)
            adjoints[operand] = add(total, contribution(nodes, node.index, slot, adjoint))
    return adjoints
