"""What every derivative rule is held to: PyTorch, finite differences, the complex step.

Each check returns the first fault it finds as a sentence, or None. The tests demand None; the
mutants demand a fault.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.random import Generator

from engine.autodiff.primitives import PRIMITIVES, Array
from engine.oracle.worker import functions
from tests.engine.autodiff.cases import Case

ANALYTIC = frozenset(PRIMITIVES) - {"sigmoid", "relu", "max", "maximum"}
TORCH_TOLERANCE = {"float64": 1e-12, "float32": 1e-5}
DIFFERENCES_TOLERANCE = 1e-7
STEP = 1e-6
COMPLEX_STEP = 1e-30


def error(ours: Array, theirs: Array) -> float:
    """max|a-b| / (1 + max|b|); infinite for another shape or a NaN."""
    if np.shape(ours) != np.shape(theirs):
        return float("inf")
    difference = np.abs(np.asarray(ours, np.float64) - theirs).max()
    return np.inf if np.isnan(difference) else float(difference / (1 + np.abs(theirs).max()))


def first_fault(cases: Iterable[Case], rng: Generator, draws: int = 1) -> str | None:
    """The first fault of any kind in any case."""
    for case in cases:
        for _ in range(draws):
            operands = case.draw(rng)
            checks = (
                torch_fault(case, operands, rng, "float64"),
                torch_fault(case, operands, rng, "float32"),
                difference_fault(case, operands, rng),
                complex_step_fault(case, operands, rng) if case.op in ANALYTIC else None,
            )
            for fault in checks:
                if fault is not None:
                    return fault
    return None


def torch_fault(case: Case, operands: tuple[Array, ...], rng: Generator, dtype: str) -> str | None:
    """Value and every contribution against PyTorch's autograd, with a random cotangent."""
    operands = tuple(x.astype(dtype, copy=False) if x.dtype.kind == "f" else x for x in operands)
    row = PRIMITIVES[case.op]
    before = [x.copy() for x in operands]
    value = np.asarray(row.forward(*operands, **case.attributes))
    cotangent = np.asarray(rng.standard_normal(value.shape).astype(dtype))
    tensors = [torch.from_numpy(np.ascontiguousarray(x).reshape(x.shape)) for x in operands]
    leaves = [t.requires_grad_() if t.is_floating_point() else t for t in tensors]
    theirs = _functions()[case.op](*leaves, **case.attributes)
    if value.dtype != dtype or error(value, theirs.detach().numpy()) > TORCH_TOLERANCE[dtype]:
        return f"{case}: the value differs from PyTorch's in {dtype}"
    wanted = [t for t in leaves if t.requires_grad]
    gradients = iter(torch.autograd.grad(theirs, wanted, torch.from_numpy(cotangent)))
    for slot, x in enumerate(operands):
        if not row.differentiates(slot):
            continue
        ours = row.contribution(slot, cotangent, value, operands, case.attributes)
        again = row.contribution(slot, cotangent, value, operands, case.attributes)
        if ours.dtype != dtype or error(ours, next(gradients).numpy()) > TORCH_TOLERANCE[dtype]:
            return f"{case}: contribution to slot {slot} differs from PyTorch's in {dtype}"
        if ours.tobytes() != again.tobytes():
            return f"{case}: contribution to slot {slot} changes from call to call"
        if x.tobytes() != before[slot].tobytes():
            return f"{case}: operand {slot} was changed"
    return None


def difference_fault(case: Case, operands: tuple[Array, ...], rng: Generator) -> str | None:
    """<c, J u> against the central difference along a random direction u."""
    ours, cotangent, direction = _directional(case, operands, rng)
    ahead, behind = (
        float((cotangent * _forward(case, operands, direction, sign * STEP)).sum())
        for sign in (1, -1)
    )
    reference = (ahead - behind) / (2 * STEP)
    fault = abs(ours - reference) / (1 + abs(reference))
    if fault <= DIFFERENCES_TOLERANCE:
        return None
    return f"{case}: finite differences are {fault:.1e} away"


def complex_step_fault(case: Case, operands: tuple[Array, ...], rng: Generator) -> str | None:
    """<c, J u> against the imaginary part of <c, f(x + ihu)> / h, exact to the last digits."""
    ours, cotangent, direction = _directional(case, operands, rng)
    moved = _forward(case, operands, direction, 1j * COMPLEX_STEP)
    reference = float((cotangent * moved).sum().imag / COMPLEX_STEP)
    fault = abs(ours - reference) / (1 + abs(reference))
    return None if fault <= 1e-12 else f"{case}: the complex step is {fault:.1e} away"


def _directional(
    case: Case, operands: tuple[Array, ...], rng: Generator
) -> tuple[float, Array, list[Array | None]]:
    row = PRIMITIVES[case.op]
    value = np.asarray(row.forward(*operands, **case.attributes))
    cotangent = np.asarray(rng.standard_normal(value.shape))
    direction = [
        np.asarray(rng.standard_normal(x.shape)) if row.differentiates(slot) else None
        for slot, x in enumerate(operands)
    ]
    total = 0.0
    for slot, u in enumerate(direction):
        if u is not None:
            part = row.contribution(slot, cotangent, value, operands, case.attributes)
            total += float((part * u).sum())
    return total, cotangent, direction


def _forward(
    case: Case, operands: tuple[Array, ...], direction: list[Array | None], step: complex
) -> Array:
    moved = [x if u is None else x + step * u for x, u in zip(operands, direction, strict=True)]
    return np.asarray(PRIMITIVES[case.op].forward(*moved, **case.attributes))


@lru_cache(maxsize=1)
def _functions() -> dict[str, Any]:
    torch.set_num_threads(1)
    return functions(torch)
