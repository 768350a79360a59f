"""Recording at fine grain, forward and back: nine nodes a time step, H = 16, V = 65, float64."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Protocol

import numpy as np

from engine.autodiff.deferred import adjoints_deferred
from engine.autodiff.ops import add, concat, log_softmax, lookup, mean, nll
from engine.autodiff.primitives import Array
from engine.autodiff.reverse import adjoints_by_pushing
from engine.autodiff.tape import Tape, Variable
from engine.bench.measure import Aim, Case, Effort, Route, compare
from engine.models.architecture import Architecture
from engine.models.recurrent import RecurrentLM
from engine.text.vocabulary import Vocabulary

VOCABULARY, HIDDEN = 65, 16
LENGTHS = (10, 50, 800)
GOAL = 0.4
RATE_GOAL = 500_000.0
BARE = "bare numpy calls"


class Peers(Protocol):
    """PyTorch's routes."""

    def recording(self, model: RecurrentLM, tokens: Sequence[int]) -> Mapping[str, Route]:
        """The same time steps forward and back, operation by operation."""
        ...


def cases(
    peers: Peers, effort: Effort, lengths: Sequence[int] = LENGTHS
) -> Iterator[tuple[Case, ...]]:
    """For each length: the tape alone, then a model's run as the window shows it."""
    model = model_of()
    rng = np.random.default_rng(1)
    for length in lengths:
        tokens = [int(token) for token in rng.integers(0, VOCABULARY, length)]
        theirs = peers.recording(model, tokens)
        tape, _ = record(model.parameters, tokens)
        aim = Aim(dict.fromkeys(theirs, GOAL), len(tape), "nodes", RATE_GOAL)
        yield compare(
            f"T={length}",
            partial(recorded_and_back, model.parameters, tokens),
            {**theirs, BARE: partial(bare_numpy_calls, model.parameters, tokens)},
            aim,
            effort,
        )
        named, _ = model.record(tokens)
        yield compare(
            f"T={length}, named, contributions one by one",
            partial(_as_in_the_window, model, tokens),
            theirs,
            Aim({}, len(named), "nodes"),
            effort,
        )


def model_of() -> RecurrentLM:
    """A fresh Elman model in float64."""
    vocabulary = Vocabulary(tuple(chr(ord("!") + i) for i in range(VOCABULARY)))
    architecture = Architecture("elman", HIDDEN)
    return RecurrentLM.fresh(architecture, vocabulary, np.random.default_rng(0))


def record(parameters: Mapping[str, Array], tokens: Sequence[int]) -> tuple[Tape, Variable]:
    """The equations alone, without names; the model's own numbers, node for node."""
    tape = Tape()
    with np.errstate(all="ignore"):
        w = {name: tape.parameter(name, value) for name, value in parameters.items()}
        w_xh, w_hh, b_h, w_hy, b_y, h = (
            w[name] for name in ("W_xh", "W_hh", "b_h", "W_hy", "b_y", "h_0")
        )
        losses = []
        for t, token in enumerate(tokens):
            with tape.module("step", t):
                log_p = log_softmax(w_hy @ h + b_y)
                x = tape.input("x", token)
                losses.append(nll(log_p, x))
                h = tape.unary("tanh", add(lookup(w_xh, x, axis=1), w_hh @ h, b_h))
        return tape, mean(concat(*losses))


def recorded_and_back(parameters: Mapping[str, Array], tokens: Sequence[int]) -> float:
    """Record and find every adjoint; the loss."""
    tape, loss = record(parameters, tokens)
    adjoints_deferred(tape.nodes, loss.index)
    return float(loss.value)


def _as_in_the_window(model: RecurrentLM, tokens: Sequence[int]) -> None:
    tape, loss = model.record(tokens)
    adjoints_by_pushing(tape.nodes, loss.index)


def bare_numpy_calls(p: Mapping[str, Array], tokens: Sequence[int]) -> float:
    """The same arithmetic without a tape: what is left when nothing is recorded."""
    w_xh, w_hh, b_h, w_hy, b_y, h = (
        p[name] for name in ("W_xh", "W_hh", "b_h", "W_hy", "b_y", "h_0")
    )
    kept: list[tuple[Array, Array]] = []
    losses = []
    for token in tokens:
        y = w_hy.dot(h) + b_y
        y = y - y[y.argmax()]
        log_p = y - np.log(np.add.reduce(np.exp(y)))
        losses.append(-log_p[token])
        kept.append((h, log_p))
        h = np.tanh(w_xh.take(token, 1) + w_hh.dot(h) + b_h)
    share = 1 / len(tokens)
    dh = np.zeros_like(h)
    dys, dzs = [], []
    for token, (before, log_p) in zip(reversed(tokens), reversed(kept), strict=True):
        dz = dh - dh * h * h
        one = np.zeros(len(log_p))
        one[token] = -share
        dy = one - np.exp(log_p) * np.add.reduce(one)
        dh = dz.dot(w_hh) + dy.dot(w_hy)
        dys.append(dy)
        dzs.append(dz)
        h = before
    states = np.array([before for before, _ in reversed(kept)])
    for adjoints in (np.array(dys), np.array(dzs)):
        adjoints.T @ states
        adjoints.sum(axis=0)
    return float(np.mean(losses))
