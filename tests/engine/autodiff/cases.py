"""The operands every primitive is tried on: all shapes, broadcast, repeated, views."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.random import Generator

from engine.autodiff.primitives import Array

SHAPES: tuple[tuple[int, ...], ...] = ((), (1,), (1, 1), (1, 4), (3, 1), (3, 4))

BROADCASTS: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = (
    ((3, 4), (4,)),
    ((4,), (3, 4)),
    ((3, 1), (1, 4)),
    ((3, 4), ()),
    ((), (3, 1)),
    ((2, 3, 4), (3, 1)),
)

PRODUCTS: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = (
    ((1, 1), (1, 1)),
    ((3, 4), (4, 2)),
    ((1, 4), (4, 1)),
    ((3, 1), (1, 2)),
    ((3, 4), (4,)),
    ((4,), (4, 2)),
    ((4,), (4,)),
    ((1,), (1,)),
    ((2, 3, 4), (2, 4, 2)),
    ((2, 3, 4), (4, 2)),
    ((3, 4), (2, 4, 2)),
    ((2, 3, 4), (4,)),
    ((4,), (2, 4, 2)),
)

Draw = Callable[[Generator], tuple[Array, ...]]


@dataclass(frozen=True, slots=True)
class Case:
    """One way to call a primitive.

    Attributes:
        op: the primitive.
        label: for the name of the test.
        draw: fresh operands.
        attributes: of the primitive.
    """

    op: str
    label: str
    draw: Draw
    attributes: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.op}-{self.label}"


def real(shape: tuple[int, ...]) -> Callable[[Generator], Array]:
    """Numbers about 0, none of them within 0.1 of it."""

    def draw(rng: Generator) -> Array:
        return np.asarray(rng.choice((-1, 1), shape) * rng.uniform(0.1, 2, shape))

    return draw


def positive(shape: tuple[int, ...]) -> Callable[[Generator], Array]:
    """Numbers from 0.3 to 2.5."""
    return lambda rng: np.asarray(rng.uniform(0.3, 2.5, shape))


def below(limit: int, shape: tuple[int, ...]) -> Callable[[Generator], Array]:
    """Integers from 0 to limit - 1."""
    return lambda rng: np.asarray(rng.integers(0, limit, shape))


def each(*draws: Callable[[Generator], Array]) -> Draw:
    """One operand from each."""
    return lambda rng: tuple(draw(rng) for draw in draws)


def twice(draw: Callable[[Generator], Array]) -> Draw:
    """The same operand in two slots."""

    def both(rng: Generator) -> tuple[Array, ...]:
        x = draw(rng)
        return x, x

    return both


def views(*draws: Callable[[Generator], Array]) -> Draw:
    """Operands whose numbers lie reversed and strided in memory."""

    def draw_views(rng: Generator) -> tuple[Array, ...]:
        results = []
        for draw in draws:
            array = draw(rng)
            spread = np.zeros((*array.shape, 2), array.dtype)
            view = spread[..., 1][..., ::-1] if array.ndim else spread[..., 1]
            view[...] = array
            results.append(view)
        return tuple(results)

    return draw_views


def _unary(op: str, draw: Callable[[tuple[int, ...]], Callable[[Generator], Array]]) -> list[Case]:
    cases = [Case(op, str(shape), each(draw(shape))) for shape in SHAPES]
    return [*cases, Case(op, "view", views(draw((3, 4))))]


def _binary(op: str, draw: Callable[[tuple[int, ...]], Callable[[Generator], Array]]) -> list[Case]:
    pairs = [(shape, shape) for shape in SHAPES] + list(BROADCASTS)
    cases = [Case(op, f"{a}{b}", each(draw(a), draw(b))) for a, b in pairs]
    return [
        *cases,
        Case(op, "repeated", twice(draw((3, 4)))),
        Case(op, "view", views(draw((3, 4)), draw((3, 4)))),
    ]


def _reduction(op: str) -> list[Case]:
    cases = [Case(op, f"{shape} all", each(real(shape))) for shape in SHAPES]
    cases += [
        Case(op, f"axis {axis}", each(real((2, 3, 4))), {"axis": axis}) for axis in (0, 1, 2, -1)
    ]
    return [*cases, Case(op, "view", views(real((3, 4))), {"axis": 0})]


def _normalised(op: str) -> list[Case]:
    cases = [Case(op, str(shape), each(real(shape))) for shape in SHAPES if shape]
    cases += [Case(op, f"axis {axis}", each(real((2, 3, 4))), {"axis": axis}) for axis in (0, 1)]
    return [*cases, Case(op, "view", views(real((3, 4))))]


def _classes(op: str) -> list[Case]:
    shapes: tuple[tuple[int, ...], ...] = ((1,), (4,), (1, 4), (3, 1), (3, 4), (2, 3, 4))
    return [
        Case(op, str(shape), each(real(shape), below(shape[-1], shape[:-1]))) for shape in shapes
    ] + [Case(op, "view", views(real((3, 4)), below(4, (3,))))]


def _single_numbers() -> list[Case]:
    """Tensors taken apart to numbers, and put together again."""
    places: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = (
        ((), ()),
        ((4,), (3,)),
        ((1, 4), (0, 2)),
        ((3, 1), (2, 0)),
        ((2, 3, 4), (1, 0, 2)),
    )
    picks: tuple[tuple[tuple[int, ...], tuple[int, ...], int], ...] = (
        ((4,), (), 0),
        ((3, 4), (2,), 0),
        ((3, 4), (1,), 1),
        ((2, 3, 4), (1, 2), 1),
    )
    shapes: tuple[tuple[int, ...], ...] = ((), (1,), (4,), (2, 3), (1, 2, 2))
    return [
        *(Case("component", f"{a}{i}", each(real(a)), {"index": i}) for a, i in places),
        Case("component", "view", views(real((3, 4))), {"index": (1, 0)}),
        *(
            Case("pick", f"{a}{i} axis {axis}", each(real(a), below(a[axis], ())),
                 {"index": i, "axis": axis})
            for a, i, axis in picks
        ),
        Case("pick", "view", views(real((3, 4)), below(3, ())), {"index": (3,), "axis": 0}),
        *(
            Case("stack", str(a), each(*[real(())] * math.prod(a)), {"shape": a}) for a in shapes
        ),
        Case("stack", "repeated", twice(real(())), {"shape": (2, 1)}),
        Case("stack", "view", views(real(()), real(())), {"shape": (2,)}),
        *(Case("maximum", f"{a}", each(real(a), real(a), real(a))) for a in SHAPES),
        Case("maximum", "broadcast", each(real((3, 4)), real((4,)), real(()))),
        Case("maximum", "one", each(real((3, 4)))),
        Case("maximum", "repeated", twice(real((3, 4)))),
        Case("maximum", "view", views(real((3, 4)), real((3, 4)))),
    ]  # fmt: skip


def _cases() -> tuple[Case, ...]:
    cases: list[Case] = []
    for op in ("complement", "neg", "exp", "sin", "cos", "tanh", "sigmoid", "relu"):
        cases += _unary(op, real)
    cases += _unary("log", positive)
    for op in ("add", "sub", "mul"):
        cases += _binary(op, real)
    cases += _binary("div", positive)
    cases += _binary("pow", positive)
    cases.append(Case("add", "three", each(real((4,)), real((3, 4)), real((3, 1)))))
    cases.append(Case("add", "one", each(real((3, 4)))))
    cases.append(Case("div", "signs", each(real((3, 4)), real((3, 4)))))
    cases += [Case("matmul", f"{a}{b}", each(real(a), real(b))) for a, b in PRODUCTS]
    cases += [
        Case("matmul", "repeated", twice(real((3, 3)))),
        Case("matmul", "view", views(real((3, 4)), real((4, 2)))),
    ]
    cases += _unary("transpose", real)
    cases += [
        Case("transpose", f"axes {axes}", each(real((2, 3, 4))), {"axes": axes})
        for axes in ((1, 2, 0), (0, 2, 1), (2, 0, 1))
    ]
    cases += [
        Case("reshape", str(shape), each(real((3, 4))), {"shape": shape})
        for shape in ((12,), (4, 3), (2, -1), (1, 3, 4))
    ]
    cases.append(Case("reshape", "view", views(real((3, 4))), {"shape": (6, 2)}))
    cases += [
        Case("concat", "vectors", each(real((2,)), real((3,)), real((1,)))),
        Case("concat", "numbers", each(real(()), real(()), real(()))),
        Case("concat", "one", each(real((3,)))),
        Case("concat", "rows", each(real((2, 3)), real((1, 3)))),
        Case("concat", "columns", each(real((2, 3)), real((2, 1))), {"axis": 1}),
        Case("concat", "repeated", twice(real((3,)))),
        Case("concat", "view", views(real((2, 3)), real((1, 3)))),
    ]
    keys: tuple[tuple[tuple[int | None, ...], ...], ...] = (
        ((1, 3, None),),
        ((None, None, 2), (None, None, None)),
        ((None, None, None), (1, 2, None)),
        ((None, None, -1), (3, 0, -2)),
    )
    cases += [Case("slice", str(key), each(real((3, 4))), {"key": key}) for key in keys]
    cases.append(Case("slice", "view", views(real((3, 4))), {"key": keys[3]}))
    for axis in (0, 1):
        for index in ((), (1,), (5,), (2, 2)):
            size = (5, 3)[axis]
            cases.append(
                Case(
                    "lookup",
                    f"{index} axis {axis}",
                    each(real((5, 3)), below(size, index)),
                    {"axis": axis},
                )
            )
    cases.append(Case("lookup", "view", views(real((5, 3)), below(5, (6,)))))
    cases += _single_numbers()
    for op in ("sum", "mean", "max"):
        cases += _reduction(op)
    for op in ("softmax", "log_softmax"):
        cases += _normalised(op)
    for op in ("nll", "cross_entropy"):
        cases += _classes(op)
    return tuple(cases)


CASES = _cases()


def cases_of(op: str) -> tuple[Case, ...]:
    """The cases of one primitive."""
    return tuple(case for case in CASES if case.op == op)
