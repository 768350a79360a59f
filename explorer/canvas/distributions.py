"""The most probable tokens of each distribution, and the token that really came."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.trace.trace import Trace

ROWS = 4
_LOSSES = frozenset({"nll", "cross_entropy"})


@dataclass(frozen=True, slots=True)
class Distributions:
    """For the D nodes that are distributions.

    Attributes:
        slot: (N,) row of each node in the tables below, -1 for other nodes.
        token: (D, 4) ids, the most probable first; -1 where there are fewer tokens.
        probability: (D, 4).
        target: (D,) id of the token that came, -1 if none is compared.
        outside: (D,) the target is not among the first: the last row shows it instead.
        names: the vocabulary.
    """

    slot: NDArray[np.intp]
    token: NDArray[np.intp]
    probability: NDArray[np.float64]
    target: NDArray[np.intp]
    outside: NDArray[np.bool_]
    names: tuple[str, ...]


def distributions_of(trace: Trace, nodes: NDArray[np.intp]) -> Distributions:
    """The tables of these nodes, log-probabilities or probabilities."""
    slot = np.full(len(trace), -1)
    slot[nodes] = np.arange(len(nodes))
    names = tuple(str(token) for token in trace.provenance.get("vocabulary", ()))
    target = _targets(trace, slot, len(nodes))
    token = np.full((len(nodes), ROWS), -1)
    probability = np.zeros((len(nodes), ROWS))
    outside = np.zeros(len(nodes), np.bool_)
    if len(nodes):
        p = np.array([trace.nodes[i].value for i in nodes], np.float64)
        log = np.array([trace.nodes[i].op == "log_softmax" for i in nodes])
        with np.errstate(all="ignore"):
            p = np.where(log[:, np.newaxis], np.exp(p), p)
        shown = min(ROWS, p.shape[1])
        ranked = np.where(np.isfinite(p), p, -1.0)
        best = np.argsort(-ranked, axis=1, kind="stable")[:, :shown]
        outside = (target >= 0) & ~(best == target[:, np.newaxis]).any(axis=1)
        best[outside, -1] = target[outside]
        token[:, :shown] = best
        probability[:, :shown] = np.take_along_axis(p, best, axis=1)
    return Distributions(slot, token, probability, target, outside, names)


def _targets(trace: Trace, slot: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    target = np.full(count, -1)
    for node in trace.nodes:
        if node.op in _LOSSES and slot[node.operands[0]] >= 0:
            target[slot[node.operands[0]]] = int(trace.nodes[node.operands[1]].value)
    return target


def shown_token(token: str) -> str:
    """A token that can be seen: spaces and line breaks as signs."""
    return token.replace(" ", "\u2423").replace("\n", "\u21b5").replace("\t", "\u21e5") or "\u2205"
