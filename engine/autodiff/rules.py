"""The functions that rows of the table need more than a line for: values and their VJPs.

In a VJP ``g`` is the adjoint of the value ``y``, and ``x``, ``z`` are the operands.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

# Where a rule takes a microsecond, looking up np.add.reduce is a twentieth of it.
_exp, _log, _total, _zeros = np.exp, np.log, np.add.reduce, np.zeros


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)) without overflow for any x."""
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, 1, small) / (1 + small), dtype=x.dtype)


def add(x: Array, *others: Array) -> Array:
    """The sum, from left to right."""
    for z in others:
        x = x + z
    return x


def add_vjp(g: Array, _y: Array, *xs: Array) -> tuple[Array, ...]:
    """g for each."""
    return (g,) * len(xs)


def tanh_vjp(g: Array, y: Array, _x: Array) -> Array:
    """g (1 - y^2); without the 1, which numpy would first make an array."""
    slope: Array = g - g * y * y
    return slope


def log_softmax(x: Array, *, axis: int = -1) -> Array:
    """x - log sum exp x along ``axis``, shifted by the maximum so that nothing overflows."""
    if x.ndim == 1 and axis == -1:
        # The costliest node of a recorded step: these calls take half as long as those below.
        shifted: Array = x - x[x.argmax(), ...]
        return np.asarray(shifted - _log(_total(_exp(shifted))))
    shifted = x - x.max(axis=axis, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True)))


def softmax(x: Array, *, axis: int = -1) -> Array:
    """exp x / sum exp x along ``axis``, shifted by the maximum so that nothing overflows."""
    weights = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(weights / weights.sum(axis=axis, keepdims=True))


def matmul(x: Array, z: Array) -> Array:
    """x z; ``dot`` is the quicker call for a matrix and a vector."""
    product: Array = x.dot(z) if z.ndim == 1 and x.ndim == 2 else x @ z
    return product


def matmul_left(g: Array, _y: Array, x: Array, z: Array) -> Array:
    """g z^T."""
    if x.ndim == 2 and z.ndim == 1:
        product: Array = g[:, np.newaxis].dot(z[np.newaxis])
        return product
    if x.ndim == 1 or z.ndim == 1:
        _, columns, cotangent = _as_matrices(g, x, z)
        product = cotangent @ np.swapaxes(columns, -1, -2)
        return product[..., 0, :] if x.ndim == 1 else product
    return g @ np.swapaxes(z, -1, -2)


def matmul_right(g: Array, _y: Array, x: Array, z: Array) -> Array:
    """x^T g."""
    if x.ndim == 2 and z.ndim == 1:
        product: Array = g.dot(x)
        return product
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


def concat(*xs: Array, axis: int = 0) -> Array:
    """The operands end to end; a number counts as a vector of one."""
    return np.concatenate([np.atleast_1d(x) for x in xs], axis=axis)


def concat_vjp(g: Array, _y: Array, *xs: Array, axis: int = 0) -> list[Array]:
    """The piece of g that came from each operand."""
    before = (slice(None),) * (axis % g.ndim)
    pieces, end = [], 0
    for x in xs:
        start, end = end, end + (x.shape[axis] if x.ndim else 1)
        pieces.append(g[(*before, slice(start, end))].reshape(x.shape))
    return pieces


def cut(x: Array, *, key: tuple[tuple[int | None, int | None, int | None], ...]) -> Array:
    """x[key], the key being (start, stop, step) for each leading axis."""
    return x[tuple(slice(*part) for part in key)]


def cut_vjp(
    g: Array, _y: Array, x: Array, *, key: tuple[tuple[int | None, int | None, int | None], ...]
) -> Array:
    """g at the places that were cut out, 0 elsewhere."""
    result = np.zeros_like(x)
    result[tuple(slice(*part) for part in key)] = g
    return result


def lookup(table: Array, index: Array, *, axis: int = 0) -> Array:
    """Rows (or columns) of a table."""
    if index.ndim == 0:
        _check_not_negative(index.item())
    elif index.size:
        _check_not_negative(index.min())
    return np.asarray(table.take(index, axis))


def lookup_vjp(g: Array, y: Array, table: Array, index: Array, *, axis: int = 0) -> Array:
    """g added up at the rows that were looked up, 0 elsewhere."""
    result = np.zeros(table.shape, table.dtype)
    add_lookup_vjp(result, g, y, table, index, axis=axis)
    return result


def add_lookup_vjp(
    total: Array, g: Array, _y: Array, _table: Array, index: Array, *, axis: int = 0
) -> None:
    """Add :func:`lookup_vjp` to an adjoint where it is not 0."""
    axis %= total.ndim
    if index.ndim == 0:
        total[(slice(None),) * axis + (index.item(),)] += g
        return
    looked_up = np.moveaxis(g, range(axis, axis + index.ndim), range(index.ndim))
    np.add.at(np.moveaxis(total, axis, 0), index, looked_up)


def component(x: Array, *, index: tuple[int, ...]) -> Array:
    """One number of a tensor."""
    _check_place(x, index)
    return np.asarray(x[index])


def component_vjp(g: Array, _y: Array, x: Array, *, index: tuple[int, ...]) -> Array:
    """g at the number's place, 0 elsewhere."""
    result = _zeros(x.shape, x.dtype)
    result[index] = g
    return result


def pick(x: Array, place: Array, *, index: tuple[int, ...], axis: int) -> Array:
    """The number of a tensor whose place along one axis is itself a number."""
    return component(x, index=_with_place(index, place, axis))


def pick_vjp(
    g: Array, y: Array, x: Array, place: Array, *, index: tuple[int, ...], axis: int
) -> Array:
    """g at the number's place, 0 elsewhere."""
    return component_vjp(g, y, x, index=_with_place(index, place, axis))


def _with_place(index: tuple[int, ...], place: Array, axis: int) -> tuple[int, ...]:
    """The index with one more number in it, for the given axis."""
    if place.ndim or place.dtype.kind not in "iu" or not 0 <= axis <= len(index):
        raise ValueError("a place is one whole number, along an axis of the tensor")
    return (*index[:axis], place.item(), *index[axis:])


def _check_place(x: Array, index: tuple[int, ...]) -> None:
    """Refuse what numpy would take for a slice, or count from the end."""
    if len(index) != x.ndim:
        raise ValueError(f"{len(index)} indices do not say where in {x.ndim} axes a number is")
    if any(place < 0 for place in index):
        raise IndexError("a place is counted from 0")


def stack(*xs: Array, shape: tuple[int, ...]) -> Array:
    """Numbers put together to a tensor, the last axis running fastest."""
    if any(x.ndim for x in xs) or min(shape, default=0) < 0:
        raise ValueError("only numbers are put together, to a shape of whole sizes")
    return np.array(xs).reshape(shape)


def stack_vjp(g: Array, _y: Array, *xs: Array, shape: tuple[int, ...]) -> list[Array]:
    """The number of g that belongs to each operand."""
    numbers = g.reshape(len(xs))
    return [numbers[place, ...] for place in range(len(xs))]


def maximum(x: Array, *others: Array) -> Array:
    """The largest operand, element by element."""
    for z in others:
        x = np.maximum(x, z)
    return x


def maximum_vjp(g: Array, y: Array, *xs: Array) -> list[Array]:
    """g for the largest operand, shared equally where several tie."""
    ties = [(x == y).astype(g.dtype) for x in xs]
    share = g / sum(ties)
    return [np.asarray(share * tie) for tie in ties]


def _reduced(array: Array, x: Array, axis: int | None) -> Array:
    """``array``, a reduction of ``x`` over ``axis``, with that axis back as size one."""
    return np.asarray(array) if axis is None else np.expand_dims(array, axis)


def sum_vjp(g: Array, _y: Array, x: Array, *, axis: int | None = None) -> Array:
    """g for every element that was added."""
    return np.asarray(np.broadcast_to(_reduced(g, x, axis), x.shape))


def mean_vjp(g: Array, y: Array, x: Array, *, axis: int | None = None) -> Array:
    """g / n for every element."""
    return np.broadcast_to(_reduced(g, x, axis) * (np.size(y) / x.size), x.shape).astype(x.dtype)


def max_vjp(g: Array, y: Array, x: Array, *, axis: int | None = None) -> Array:
    """g at the maximum, shared equally where several elements tie."""
    ties = (x == _reduced(y, x, axis)).astype(x.dtype)
    count = ties.sum(axis=axis, keepdims=axis is not None)
    return np.asarray(_reduced(g, x, axis) * ties / count)


def nll(log_p: Array, target: Array) -> Array:
    """-log_p[..., target]: one entry of the last axis for each leading index."""
    if log_p.ndim == 1 and target.ndim == 0:
        token = target.item()
        _check_not_negative(token)
        return np.asarray(-log_p[token])
    if target.size:
        _check_not_negative(target.min())
    return -np.take_along_axis(log_p, np.expand_dims(target, -1), axis=-1)[..., 0]


def _check_not_negative(index: int) -> None:
    """Refuse what numpy would count from the end: no token means that."""
    if index < 0:
        raise IndexError("a row is counted from 0")


def nll_vjp(g: Array, _y: Array, log_p: Array, target: Array) -> Array:
    """-g at the target, 0 elsewhere."""
    result = _zeros(log_p.shape, log_p.dtype)
    if log_p.ndim == 1:
        result[target] = -g
    else:
        np.put_along_axis(result, np.expand_dims(target, -1), -np.expand_dims(g, -1), axis=-1)
    return result


def cross_entropy_vjp(g: Array, _y: Array, logits: Array, target: Array) -> Array:
    """g (softmax x - e_target)."""
    return np.expand_dims(g, -1) * softmax(logits) + nll_vjp(g, _y, logits, target)


def log_softmax_vjp(g: Array, y: Array, _x: Array, *, axis: int = -1) -> Array:
    """g - softmax(x) sum g."""
    if g.ndim == 1:
        return np.asarray(g - _exp(y) * _total(g))
    return np.asarray(g - np.exp(y) * g.sum(axis=axis, keepdims=True))


def softmax_vjp(g: Array, y: Array, _x: Array, *, axis: int = -1) -> Array:
    """y (g - sum g y)."""
    return np.asarray(y * (g - (g * y).sum(axis=axis, keepdims=True)))


def pow_base_vjp(g: Array, _y: Array, x: Array, z: Array) -> Array:
    """g z x^(z-1), taken as 0 where z = 0: there the power stays 1 as x moves."""
    return np.asarray(np.where(z == 0, 0, g * z * x ** (z - 1)))


def pow_exponent_vjp(g: Array, y: Array, x: Array, z: Array) -> Array:
    """g y log x, taken as 0 where x = 0 and z >= 0: there the power stays 0 as z moves."""
    return np.asarray(g * np.where((x == 0) & (z >= 0), 0, y * np.log(x)))


def transpose(x: Array, *, axes: tuple[int, ...] | None = None) -> Array:
    """The axes reversed, or in the order given."""
    return np.transpose(x, axes)


def transpose_vjp(g: Array, _y: Array, _x: Array, *, axes: tuple[int, ...] | None = None) -> Array:
    """g with its axes put back."""
    return np.transpose(g, None if axes is None else np.argsort(axes))
