"""Random programs: any operation on any earlier results, with reuse and repeated operands."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import DTypeLike

from engine.autodiff.tape import Tape, Variable

_UNARY = ("neg", "sin", "cos", "tanh", "sigmoid", "softmax", "log_softmax", "relu")
_BINARY = ("add", "sub", "mul", "add", "mul", "div")
_SHAPES: tuple[tuple[int, ...], ...] = ((3,), (2, 3), (2, 1), (1, 3), ())


def random_program(
    rng: Generator, size: int = 12, dtype: DTypeLike = np.float64
) -> tuple[Tape, Variable]:
    """A tape of about ``size`` operations and the number it ends in."""
    tape = Tape(dtype)
    leaves = [tape.input, tape.parameter, tape.constant]
    pool: list[Variable] = [
        leaves[min(i, 2)](f"v_{i}", rng.normal(size=_SHAPES[rng.integers(len(_SHAPES))]))
        for i in range(4)
    ]
    for _ in range(size):
        pool.append(_operation(tape, pool, rng))
    last = tape.apply("sum", tape.apply("tanh", pool[-1]))
    return tape, (last * tape.apply("mean", pool[-2])).named("y")


def _operation(tape: Tape, pool: list[Variable], rng: Generator) -> Variable:
    x = pool[rng.integers(len(pool))]
    kind = rng.integers(10)
    if kind < 4:
        op = _UNARY[rng.integers(len(_UNARY))]
        if op.endswith("softmax") and not x.value.ndim:
            op = "tanh"
        return tape.apply(op, x)
    if kind == 4 and x.value.ndim == 2:
        return tape.apply("matmul", x, tape.apply("transpose", x))
    if kind == 5:
        return tape.apply("sum", x, axis=None if x.value.ndim == 0 else 0)
    others = [v for v in pool if _fits(x, v)]
    z = others[rng.integers(len(others))]
    op = _BINARY[rng.integers(len(_BINARY))]
    if op == "div":
        # A denominator that stays away from 0.
        z = tape.apply("exp", tape.apply("sin", z))
    return tape.apply(op, x, z)


def _fits(x: Variable, z: Variable) -> bool:
    try:
        shape = np.broadcast_shapes(x.value.shape, z.value.shape)
    except ValueError:
        return False
    return int(np.prod(shape)) <= 12
