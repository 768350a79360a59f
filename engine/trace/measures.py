"""What a run costs and how it behaves, as one number for each node, and sums of those.

The costs follow from shapes alone (:mod:`engine.autodiff.costs`); saturation is known with the
value, the magnitude of an adjoint once that is complete.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import partial
from itertools import starmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.autodiff.costs import (
    OWN,
    attribute_axis,
    backward_flops,
    forward_flops,
    in_place_of_operand,
    needed,
)
from engine.autodiff.primitives import Array
from engine.autodiff.tape import Role
from engine.trace.graph import Graph, IntArray
from engine.trace.trace import Trace

FLAT = 0.05
"""Share of a function's steepest slope below which a component counts as saturated."""

TOGETHER = 4096
"""Nodes that are measured between two steps."""

Floats = NDArray[np.float64]

_STEEPEST = {"tanh": 1.0, "sigmoid": 0.25, "relu": 1.0}
_STEP = re.compile(r"^step\[\d+\]\.?")


@dataclass(frozen=True, slots=True)
class Measures:
    """One number for each of the N nodes.

    Attributes:
        magnitude: root mean square of the adjoint's components; NaN where there is none, infinity
            or NaN where a component is.
        saturation: share of the components of a tanh, sigmoid or relu at which the slope is under
            5 % of the steepest one (1, 1/4 and 1: sigmoid is a tanh of half the argument, so both
            count alike); NaN for other nodes.
        kept: bytes that have to outlive the forward pass because a rule of the backward pass reads
            them; each array once, at the node that made it.
        forward: floating-point operations that give the value.
        backward: those of the node's rules, and of the sums that make up its own adjoint.
        reuse: operand slots that the value goes into.
        size: number of components.
    """

    magnitude: Floats
    saturation: Floats
    kept: IntArray
    forward: IntArray
    backward: IntArray
    reuse: IntArray
    size: IntArray


@dataclass(frozen=True, slots=True)
class ModuleCost:
    """The sums over one module, all time steps together.

    Attributes:
        name: its path without the time step; empty for what belongs to none.
        nodes: number of its nodes.
        forward, backward: floating-point operations.
        kept: bytes.
    """

    name: str
    nodes: int
    forward: int
    backward: int
    kept: int


def measures_of(trace: Trace) -> Measures:
    """Measure every node of a run."""
    steps = measure_in_steps(trace)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Measures = end.value
            return found


def measure_in_steps(trace: Trace) -> Generator[None, None, Measures]:
    """The same as a computation that can be left after every few thousand nodes."""
    count = len(trace)
    magnitude, saturation = np.full(count, np.nan), np.full(count, np.nan)
    forward, backward = np.zeros(count, np.intp), np.zeros(count, np.intp)
    for start in range(0, count, TOGETHER):
        nodes = range(start, min(start + TOGETHER, count))
        _spread(magnitude, nodes, [trace.adjoints[i] for i in nodes], root_mean_square)
        for op, steepest in _STEEPEST.items():
            some = [i for i in nodes if trace.nodes[i].op == op]
            values = [trace.nodes[i].value for i in some]
            _spread(saturation, some, values, partial(_flat, op, steepest))
        yield
    yield from _count_flops(trace, forward, backward)
    size = np.fromiter((node.value.size for node in trace.nodes), np.intp, count)
    backward += np.maximum(_contributions(trace.graph) - 1, 0) * size
    reuse = np.bincount(trace.graph.edge_operand, minlength=count)
    result = Measures(magnitude, saturation, kept_bytes(trace), forward, backward, reuse, size)
    for item in fields(result):
        getattr(result, item.name).flags.writeable = False
    return result


def root_mean_square(rows: Array) -> Floats:
    """Of each row (n, m), without overflow: the root of the mean of the squares."""
    rows = np.asarray(rows, np.float64)
    with np.errstate(all="ignore"):
        largest = np.abs(rows).max(axis=1, initial=0.0)
        shrunk = rows / np.where((largest > 0) & np.isfinite(largest), largest, 1.0)[:, None]
        mean = np.sqrt((shrunk * shrunk).sum(axis=1) / max(rows.shape[1], 1))
        return np.asarray(np.where(np.isfinite(largest), largest * mean, largest))


def kept_bytes(trace: Trace) -> IntArray:
    """(N,) the bytes of each node's array that the backward pass reads.

    A transposed, reshaped or cut array lies in the memory of its operand and counts there, whole.
    """
    nodes, graph = trace.nodes, trace.graph
    count = len(nodes)
    holder = np.arange(count)
    kept = np.zeros(count, np.bool_)
    flows = graph.edge_differentiable
    for node in nodes:
        if node.primitive is None:
            continue
        if in_place_of_operand(node.op, len(node.operands)):
            holder[node.index] = holder[node.operands[0]]
        edges = graph.operand_edges(node.index)
        slots = [slot for slot, edge in enumerate(edges) if flows[edge]]
        for array in needed(node.op, slots, len(node.operands)):
            kept[holder[node.index if array == OWN else node.operands[array]]] = True
    size = np.fromiter((node.value.nbytes for node in nodes), np.intp, count)
    return np.where(kept, size, 0)


def parameter_bytes(trace: Trace, kept: IntArray) -> int:
    """Of the bytes kept those of parameters, which are there with or without a backward pass."""
    return sum(int(kept[node.index]) for node in trace.nodes if node.role is Role.PARAMETER)


def by_module(trace: Trace, measures: Measures) -> tuple[ModuleCost, ...]:
    """The sums over modules, in the order in which they are first recorded."""
    names: dict[str, int] = {}
    place = np.fromiter(
        (names.setdefault(bare_module(n.module), len(names)) for n in trace.nodes), np.intp
    )
    sums = [
        np.bincount(place, weights, len(names)).astype(np.int64)
        for weights in (None, measures.forward, measures.backward, measures.kept)
    ]
    rows = zip(names, *(part.tolist() for part in sums), strict=True)
    return tuple(starmap(ModuleCost, rows))


def bare_module(path: str) -> str:
    """A module's path without its time step: ``cell`` for ``step[3].cell``."""
    return _STEP.sub("", path)


def by_step(trace: Trace, amounts: IntArray) -> tuple[IntArray, IntArray]:
    """Time steps (T,), rising, and the sum over the nodes of each; nodes of no step count nowhere.

    Args:
        trace: the run.
        amounts: (N,) what is added up, such as operations.
    """
    step = trace.graph.step
    steps, place = np.unique(step[step >= 0], return_inverse=True)
    sums = np.bincount(place, amounts[step >= 0], len(steps)).astype(np.int64)
    return steps, sums


def handed_on(trace: Trace) -> dict[str, IntArray]:
    """What a time step hands to a later one, by name without the step: its nodes of all steps.

    In a recurrent network these are the hidden states: along them the gradient flows through time.
    """
    graph, step = trace.graph, trace.graph.step
    operand, consumer = graph.edge_operand, graph.edge_consumer
    later = (step[operand] >= 0) & (step[consumer] > step[operand]) & graph.edge_differentiable
    names = {_bare_name(trace, node) for node in np.unique(operand[later]).tolist()} - {""}
    found: dict[str, list[int]] = {name: [] for name in sorted(names)}
    for node in np.flatnonzero((step >= 0) & graph.differentiable).tolist():
        name = _bare_name(trace, node)
        if name in found:
            found[name].append(node)
    return {name: np.array(nodes, np.intp) for name, nodes in found.items()}


def _bare_name(trace: Trace, node: int) -> str:
    """A name that ends in its time step without that; empty for another."""
    record = trace.nodes[node]
    for end in (f"_{record.step}", f"_{{{record.step}}}"):
        if record.name.endswith(end) and " " not in record.name:
            return record.name[: -len(end)]
    return ""


def _contributions(graph: Graph) -> IntArray:
    flowing = graph.edge_operand[graph.edge_differentiable]
    return np.bincount(flowing, minlength=graph.node_count)


def _spread(
    result: Floats,
    nodes: Iterable[int],
    arrays: Sequence[Array | None],
    measure: Callable[[Array], Floats],
) -> None:
    """Measure arrays, those of one size together, and put each number at its node."""
    sizes: dict[int, tuple[list[int], list[Array]]] = {}
    for node, array in zip(nodes, arrays, strict=True):
        if array is not None:
            members, rows = sizes.setdefault(array.size, ([], []))
            members.append(node)
            rows.append(array.reshape(-1))
    for members, rows in sizes.values():
        result[members] = measure(np.stack(rows))


def _flat(op: str, steepest: float, y: Array) -> Floats:
    """Share of each row where the slope is small; from the value alone, as the rules have it."""
    with np.errstate(all="ignore"):
        slope = {"tanh": 1 - y * y, "sigmoid": y * (1 - y), "relu": (y > 0) * 1.0}[op]
        return np.asarray((slope < FLAT * steepest).mean(axis=1))


def _count_flops(trace: Trace, forward: IntArray, backward: IntArray) -> Iterator[None]:
    """Fill in both counts; nodes alike in primitive and shapes are counted once."""
    nodes, graph = trace.nodes, trace.graph
    known: dict[Any, tuple[int, int]] = {}
    for node in nodes:
        if node.primitive is None:
            continue
        operands = tuple(nodes[i].value.shape for i in node.operands)
        edges = graph.operand_edges(node.index)
        slots = tuple(graph.edge_differentiable[edges.start : edges.stop].nonzero()[0].tolist())
        axis = attribute_axis(node.attributes)
        key = (node.op, node.value.shape, operands, axis, slots)
        if key not in known:
            shape = node.value.shape
            known[key] = (
                forward_flops(node.op, shape, operands, axis),
                backward_flops(node.op, shape, operands, axis, slots),
            )
        forward[node.index], backward[node.index] = known[key]
        if node.index % TOGETHER == 0:
            yield
