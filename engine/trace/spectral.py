"""The same run with its recurrent matrices scaled to another spectral radius.

The radius, the largest magnitude of an eigenvalue, decides whether W^n grows or dies, and so what
becomes of a gradient through n time steps. A GRU or LSTM has several recurrent matrices, and so
has a network of several layers: all are scaled by one factor, such that the largest of their radii
is the value asked for.

Source: Pascanu, Mikolov and Bengio, *On the difficulty of training recurrent neural networks*
(2013), section 2.1.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.autodiff.reverse import adjoints_by_pushing
from engine.autodiff.tape import Role
from engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.autodiff.primitives import Array
    from engine.autodiff.tape import Node
    from engine.trace.trace import Trace


def recurrent_matrices(trace: Trace) -> tuple[int, ...]:
    """The square parameters that multiply a vector of an earlier time step."""
    graph, nodes = trace.graph, trace.nodes
    found = []
    for node in nodes:
        shape = node.value.shape
        if node.role is not Role.PARAMETER or len(shape) != 2 or shape[0] != shape[1]:
            continue
        for edge in graph.contributing_edges(node.index).tolist():
            consumer = nodes[int(graph.edge_consumer[edge])]
            if consumer.op != "matmul" or graph.edge_slot[edge] != 0:
                continue
            before = int(graph.step[consumer.operands[1]])
            if 0 <= before < graph.step[consumer.index]:
                found.append(node.index)
                break
    return tuple(found)


def spectral_radius(matrix: Array) -> float:
    """The largest magnitude of an eigenvalue; NaN for a matrix that is not finite."""
    if not np.isfinite(matrix).all():
        return float("nan")
    return float(np.abs(np.linalg.eigvals(np.asarray(matrix, np.float64))).max(initial=0.0))


def largest_radius(trace: Trace, matrices: tuple[int, ...]) -> float:
    """The largest of some matrices' spectral radii."""
    return max(spectral_radius(trace.nodes[node].value) for node in matrices)


def scaled(trace: Trace, radius: float, before: float | None = None) -> Mapping[int, Array]:
    """The recurrent matrices of a run at another spectral radius, by node.

    Args:
        trace: the run.
        radius: what the largest of their spectral radii becomes, at least 0.
        before: what it is, where it is known.

    Raises:
        InputError: the run has no recurrent matrix, or one whose radius cannot be scaled.
    """
    matrices = recurrent_matrices(trace)
    if not matrices:
        raise InputError("no matrix of this run multiplies what a time step before it computed")
    if not (np.isfinite(radius) and radius >= 0):
        raise InputError(f"the spectral radius is a number from 0, not {radius:g}")
    if before is None:
        before = largest_radius(trace, matrices)
    if not (np.isfinite(before) and before > 0):
        raise InputError(
            f"the spectral radius is {before:g}, which no factor makes another; choose other"
            " weights"
        )
    factor = radius / before
    return {
        node: np.asarray(trace.nodes[node].value * factor, trace.nodes[node].value.dtype)
        for node in matrices
    }


def rescaled(trace: Trace, radius: float, before: float | None = None) -> Trace:
    """The same run on the same graph with its recurrent matrices at another spectral radius.

    Args, Raises: as :func:`scaled`.
    """
    told = {**trace.provenance, "spectral radius": float(radius)}
    return with_leaves(trace, scaled(trace, radius, before), told)


def with_leaves(
    trace: Trace, leaves: Mapping[int, Array], provenance: Mapping[str, Any] | None = None
) -> Trace:
    """The same program on other values of some leaves: what follows from them is computed anew.

    :func:`engine.trace.what_if.what_if` does so number by number; here whole arrays are replaced.
    """
    nodes: list[Node] = []
    changed = bytearray(len(trace))
    with np.errstate(all="ignore"):
        for node in trace.nodes:
            value = leaves.get(node.index)
            if value is None and any(changed[i] for i in node.operands):
                assert node.primitive is not None
                operands = [nodes[i].value for i in node.operands]
                value = np.asarray(node.primitive.forward(*operands, **node.attributes))
            if value is None:
                nodes.append(node)
            else:
                value.flags.writeable = False
                changed[node.index] = 1
                nodes.append(replace(node, value=value))
    adjoints = adjoints_by_pushing(nodes, trace.output)
    return trace.with_numbers(nodes, adjoints, provenance or trace.provenance)
