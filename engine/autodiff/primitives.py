"""The table of primitives: one row each, with forward, vector-Jacobian products and formulas.

A row is plain data. ``forward(*operands, **attributes)`` gives the value; ``vjps[slot](adjoint,
value, *operands, **attributes)`` gives what the node contributes to the adjoint of that operand
slot, before broadcasting is undone (:meth:`Primitive.contribution` does that once for all rows).
Formulas are TeX in which ``#1``, ``#2`` stand for the operands and ``#y`` for the value.

Source of the rules: Griewank and Walther, *Evaluating Derivatives*, 2nd ed., chapter 3; Giles,
*Collected matrix derivative results for forward and reverse mode AD* (2008) for the products.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Attributes = Mapping[str, Any]
Rule = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Primitive:
    """One row of the table.

    Attributes:
        name: the key, as it appears in traces.
        forward: operands and attributes to value.
        vjps: one rule per operand slot; a variadic primitive has a single rule that gives all
            its contributions at once; ``None`` where a slot takes integers.
        formula: the value as TeX.
        derivatives: the local derivative with respect to each slot as TeX.
        variadic: takes one or more operands, all treated alike.
    """

    name: str
    forward: Rule
    vjps: tuple[Rule | None, ...]
    formula: str
    derivatives: tuple[str, ...]
    variadic: bool = False

    @property
    def arity(self) -> int | None:
        """Number of operands, or None when any number from one is allowed."""
        return None if self.variadic else len(self.vjps)

    def differentiates(self, slot: int) -> bool:
        """Whether the operand in this slot receives an adjoint."""
        return self.variadic or self.vjps[slot] is not None

    def contribution(
        self,
        slot: int,
        adjoint: Array,
        value: Array,
        operands: tuple[Array, ...],
        attributes: Attributes,
    ) -> Array:
        """What this node adds to the adjoint of one operand: adjoint times local derivative.

        Shapes: ``adjoint`` as ``value``; the result as ``operands[slot]``.
        """
        return self.contributions((slot,), adjoint, value, operands, attributes)[0]

    def contributions(
        self,
        slots: Sequence[int],
        adjoint: Array,
        value: Array,
        operands: tuple[Array, ...],
        attributes: Attributes,
    ) -> list[Array]:
        """What this node adds to the adjoints of the operands in these slots."""
        if self.variadic:
            rule = self.vjps[0]
            assert rule is not None
            parts = rule(adjoint, value, *operands, **attributes)
            return [unbroadcast(parts[slot], operands[slot].shape) for slot in slots]
        results = []
        for slot in slots:
            rule = self.vjps[slot]
            assert rule is not None
            part = rule(adjoint, value, *operands, **attributes)
            results.append(unbroadcast(part, operands[slot].shape))
        return results

    def derivative(self, slot: int) -> str:
        """TeX of the local derivative with respect to the operand in this slot."""
        return self.derivatives[0 if self.variadic else slot]


def unbroadcast(array: Array, shape: tuple[int, ...]) -> Array:
    """Sum ``array`` over the axes along which an operand of ``shape`` was broadcast."""
    if array.shape == shape:
        return array
    extra = array.ndim - len(shape)
    stretched = tuple(
        axis + extra for axis, size in enumerate(shape) if size == 1 != array.shape[axis + extra]
    )
    return np.asarray(array.sum(axis=tuple(range(extra)) + stretched)).reshape(shape)


# Stable elementary functions


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)) without overflow for any x."""
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, 1, small) / (1 + small), dtype=x.dtype)


def log_softmax(x: Array, *, axis: int = -1) -> Array:
    """x - log sum exp x along ``axis``, shifted by the maximum so that nothing overflows."""
    shifted = x - x.max(axis=axis, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True)))


def softmax(x: Array, *, axis: int = -1) -> Array:
    """exp x / sum exp x along ``axis``, shifted by the maximum so that nothing overflows."""
    weights = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(weights / weights.sum(axis=axis, keepdims=True))


# Shapes: products, selections, reductions


def _matmul_left(g: Array, _y: Array, x: Array, z: Array) -> Array:
    if x.ndim == 1 or z.ndim == 1:
        _, columns, cotangent = _as_matrices(g, x, z)
        product = cotangent @ np.swapaxes(columns, -1, -2)
        return product[..., 0, :] if x.ndim == 1 else product
    return g @ np.swapaxes(z, -1, -2)


def _matmul_right(g: Array, _y: Array, x: Array, z: Array) -> Array:
    if x.ndim == 1 or z.ndim == 1:
        rows, _, cotangent = _as_matrices(g, x, z)
        product = np.swapaxes(rows, -1, -2) @ cotangent
        return product[..., 0] if z.ndim == 1 else product
    return np.swapaxes(x, -1, -2) @ g


def _as_matrices(g: Array, x: Array, z: Array) -> tuple[Array, Array, Array]:
    """The operands of a product and its cotangent with vectors written as matrices."""
    rows = x[np.newaxis, :] if x.ndim == 1 else x
    columns = z[:, np.newaxis] if z.ndim == 1 else z
    cotangent = np.asarray(g)
    if x.ndim == 1:
        cotangent = np.expand_dims(cotangent, -1 if z.ndim == 1 else -2)
    if z.ndim == 1:
        cotangent = np.expand_dims(cotangent, -1)
    return rows, columns, cotangent


def _concat(*xs: Array, axis: int = 0) -> Array:
    return np.concatenate([np.atleast_1d(x) for x in xs], axis=axis)


def _concat_vjp(g: Array, _y: Array, *xs: Array, axis: int = 0) -> list[Array]:
    before = (slice(None),) * (axis % g.ndim)
    pieces, end = [], 0
    for x in xs:
        start, end = end, end + (x.shape[axis] if x.ndim else 1)
        pieces.append(g[(*before, slice(start, end))].reshape(x.shape))
    return pieces


def _slice(x: Array, *, key: tuple[tuple[int | None, int | None, int | None], ...]) -> Array:
    return x[tuple(slice(*part) for part in key)]


def _slice_vjp(
    g: Array, _y: Array, x: Array, *, key: tuple[tuple[int | None, int | None, int | None], ...]
) -> Array:
    result = np.zeros_like(x)
    result[tuple(slice(*part) for part in key)] = g
    return result


def _lookup(table: Array, index: Array, *, axis: int = 0) -> Array:
    return np.asarray(np.take(table, _counted_from_the_start(index), axis=axis))


def _lookup_vjp(g: Array, _y: Array, table: Array, index: Array, *, axis: int = 0) -> Array:
    result = np.zeros_like(table)
    axis %= table.ndim
    looked_up = np.moveaxis(g, range(axis, axis + index.ndim), range(index.ndim))
    np.add.at(np.moveaxis(result, axis, 0), index, looked_up)
    return result


def _reduced(array: Array, x: Array, axis: int | None) -> Array:
    """``array``, a reduction of ``x`` over ``axis``, with that axis back as size one."""
    return np.asarray(array) if axis is None else np.expand_dims(array, axis)


def _sum_vjp(g: Array, _y: Array, x: Array, *, axis: int | None = None) -> Array:
    return np.asarray(np.broadcast_to(_reduced(g, x, axis), x.shape))


def _mean_vjp(g: Array, y: Array, x: Array, *, axis: int | None = None) -> Array:
    return np.broadcast_to(_reduced(g, x, axis) * (np.size(y) / x.size), x.shape).astype(x.dtype)


def _max_vjp(g: Array, y: Array, x: Array, *, axis: int | None = None) -> Array:
    ties = (x == _reduced(y, x, axis)).astype(x.dtype)
    count = ties.sum(axis=axis, keepdims=axis is not None)
    return np.asarray(_reduced(g, x, axis) * ties / count)


def _pick(log_p: Array, target: Array) -> Array:
    """log_p[..., target]: one entry of the last axis for each leading index."""
    _counted_from_the_start(target)
    if log_p.ndim == 1 and target.ndim == 0:
        return np.asarray(log_p[target])
    return np.take_along_axis(log_p, np.expand_dims(target, -1), axis=-1)[..., 0]


def _counted_from_the_start(index: Array) -> Array:
    """The index itself; numpy would count a negative one from the end, which no token means."""
    if (index < 0).any():
        raise IndexError("a row is counted from 0")
    return index


def _nll_vjp(g: Array, _y: Array, log_p: Array, target: Array) -> Array:
    result = np.zeros_like(log_p)
    np.put_along_axis(result, np.expand_dims(target, -1), -np.expand_dims(g, -1), axis=-1)
    return result


def _cross_entropy_vjp(g: Array, _y: Array, logits: Array, target: Array) -> Array:
    return np.expand_dims(g, -1) * softmax(logits) + _nll_vjp(g, _y, logits, target)


def _log_softmax_vjp(g: Array, y: Array, _x: Array, *, axis: int = -1) -> Array:
    return np.asarray(g - np.exp(y) * g.sum(axis=axis, keepdims=True))


def _softmax_vjp(g: Array, y: Array, _x: Array, *, axis: int = -1) -> Array:
    return np.asarray(y * (g - (g * y).sum(axis=axis, keepdims=True)))


def _pow_base_vjp(g: Array, _y: Array, x: Array, z: Array) -> Array:
    """g z x^(z-1), taken as 0 where z = 0: there the power stays 1 as x moves."""
    return np.asarray(np.where(z == 0, 0, g * z * x ** (z - 1)))


def _pow_exponent_vjp(g: Array, y: Array, x: Array, z: Array) -> Array:
    """g y log x, taken as 0 where x = 0 and z >= 0: there the power stays 0 as z moves."""
    return np.asarray(g * np.where((x == 0) & (z >= 0), 0, y * np.log(x)))


def _transpose(x: Array, *, axes: tuple[int, ...] | None = None) -> Array:
    return np.transpose(x, axes)


def _transpose_vjp(g: Array, _y: Array, _x: Array, *, axes: tuple[int, ...] | None = None) -> Array:
    return np.transpose(g, None if axes is None else np.argsort(axes))


_ROWS = (
    Primitive(
        "add",
        lambda *xs: sum(xs[1:], start=xs[0]),
        (lambda g, y, *xs: (g,) * len(xs),),
        "#1 + #2",
        ("1",),
        variadic=True,
    ),
    Primitive(
        "sub",
        lambda x, z: x - z,
        (lambda g, y, x, z: g, lambda g, y, x, z: -g),
        "#1 - #2",
        ("1", "-1"),
    ),
    Primitive(
        "mul",
        lambda x, z: x * z,
        (lambda g, y, x, z: g * z, lambda g, y, x, z: g * x),
        r"#1 \cdot #2",
        ("#2", "#1"),
    ),
    Primitive(
        "div",
        lambda x, z: x / z,
        (lambda g, y, x, z: g / z, lambda g, y, x, z: -g * y / z),
        r"\frac{#1}{#2}",
        (r"\frac{1}{#2}", r"-\frac{#1}{#2^2}"),
    ),
    Primitive("neg", lambda x: -x, (lambda g, y, x: -g,), "-#1", ("-1",)),
    Primitive(
        "pow",
        lambda x, z: x**z,
        (_pow_base_vjp, _pow_exponent_vjp),
        "#1^{#2}",
        (r"#2 \, #1^{#2 - 1}", r"#y \log #1"),
    ),
    Primitive("exp", np.exp, (lambda g, y, x: g * y,), r"e^{#1}", ("#y",)),
    Primitive("log", np.log, (lambda g, y, x: g / x,), r"\log #1", (r"\frac{1}{#1}",)),
    Primitive("sin", np.sin, (lambda g, y, x: g * np.cos(x),), r"\sin #1", (r"\cos #1",)),
    Primitive("cos", np.cos, (lambda g, y, x: -g * np.sin(x),), r"\cos #1", (r"-\sin #1",)),
    Primitive("tanh", np.tanh, (lambda g, y, x: g * (1 - y * y),), r"\tanh #1", ("1 - #y^2",)),
    Primitive(
        "sigmoid",
        sigmoid,
        (lambda g, y, x: g * y * (1 - y),),
        r"\sigma(#1)",
        ("#y (1 - #y)",),
    ),
    Primitive(
        "relu",
        lambda x: np.maximum(x, 0),
        (lambda g, y, x: g * (x > 0),),
        r"\max(0, #1)",
        (r"[#1 > 0]",),
    ),
    Primitive(
        "matmul",
        lambda x, z: x @ z,
        (_matmul_left, _matmul_right),
        r"#1 \, #2",
        (r"#2^{T}", r"#1^{T}"),
    ),
    Primitive("transpose", _transpose, (_transpose_vjp,), r"#1^{T}", ("{}^{T}",)),
    Primitive(
        "reshape",
        lambda x, *, shape: x.reshape(shape),
        (lambda g, y, x, *, shape: g.reshape(x.shape),),
        r"\mathrm{reshape}(#1)",
        ("1",),
    ),
    Primitive("concat", _concat, (_concat_vjp,), r"[#1; #2]", ("1",), variadic=True),
    Primitive("slice", _slice, (_slice_vjp,), r"#1[\cdot]", ("1",)),
    Primitive(
        "lookup",
        _lookup,
        (_lookup_vjp, None),
        r"#1 \, #2",
        (r"#2^{T}", ""),
    ),
    Primitive(
        "sum",
        lambda x, *, axis=None: x.sum(axis=axis),
        (_sum_vjp,),
        r"\sum #1",
        ("1",),
    ),
    Primitive(
        "mean",
        lambda x, *, axis=None: x.mean(axis=axis),
        (_mean_vjp,),
        r"\frac{1}{n} \sum #1",
        (r"\frac{1}{n}",),
    ),
    Primitive(
        "max",
        lambda x, *, axis=None: x.max(axis=axis),
        (_max_vjp,),
        r"\max #1",
        (r"[#1 = #y]",),
    ),
    Primitive(
        "softmax",
        softmax,
        (_softmax_vjp,),
        r"\mathrm{softmax}(#1)",
        (r"\mathrm{diag}(#y) - #y #y^{T}",),
    ),
    Primitive(
        "log_softmax",
        log_softmax,
        (_log_softmax_vjp,),
        r"\log \mathrm{softmax}(#1)",
        (r"I - 1 \, \mathrm{softmax}(#1)^{T}",),
    ),
    Primitive(
        "nll",
        lambda log_p, target: -_pick(log_p, target),
        (_nll_vjp, None),
        "-#1[#2]",
        ("-e_{#2}", ""),
    ),
    Primitive(
        "cross_entropy",
        lambda logits, target: -_pick(log_softmax(logits), target),
        (_cross_entropy_vjp, None),
        r"-\log \mathrm{softmax}(#1)[#2]",
        (r"\mathrm{softmax}(#1) - e_{#2}", ""),
    ),
)

PRIMITIVES: Mapping[str, Primitive] = {row.name: row for row in _ROWS}
"""Every primitive by name."""
