"""Small runs in which the exhibits show: formulas, a sentence, and five little networks.

A network comes in two forms: as a chain, in which every node is used once, and with something
used twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.autodiff import ops
from engine.autodiff.tape import Tape, Variable
from engine.run_spec import DEFAULT_TEXT, RunSpec
from engine.trace.trace import Trace, record

if TYPE_CHECKING:
    from collections.abc import Callable

Network = Literal["layers", "recurrence", "batch", "classifier"]


@dataclass(frozen=True, slots=True)
class Example:
    """A small run.

    Attributes:
        text: what it is, for people; mathematics between backticks.
        spec: how it is asked for; None for a network of this module.
        network: which network it is.
        shared: something in the network is used twice.
    """

    text: str
    spec: RunSpec | None = None
    network: Network = "layers"
    shared: bool = False

    def record(self) -> Trace:
        """Run it."""
        if self.spec is None:
            return _NETWORKS[self.network](self)
        from engine.runs import run

        return run(self.spec)


def formula(text: str, **values: float) -> Example:
    """A typed formula at given values."""
    return Example(f"`{text.replace('*', ' · ')}`", RunSpec(expression=text, values=values))


SENTENCE = Example(f"“{DEFAULT_TEXT}”", RunSpec(text=DEFAULT_TEXT))

LAYERS = Example("two layers `h = tanh(W x)`", network="layers")
SHARED_LAYERS = Example("two layers with one `W`", network="layers", shared=True)
STEPS = Example("two time steps, each with its own `W`", network="recurrence")
SHARED_STEPS = Example("two time steps with one `W`", network="recurrence", shared=True)
BATCH = Example("a batch of four through `X W + b`", network="batch")
SHARED_BATCH = Example("a batch of four through two layers with one `b`", network="batch",
                       shared=True)  # fmt: skip
CLASSIFIER = Example("a classifier with logits above 700", network="classifier")
SHARED_CLASSIFIER = Example(
    "the same classifier, its logits used twice", network="classifier", shared=True
)


def _layers(example: Example) -> Trace:
    """h_1 = tanh(W_1 x), h_2 = tanh(W_2 h_1), L = mean h_2; x (3,), W (3, 3)."""
    tape, draw = Tape(), np.random.default_rng(0).standard_normal
    x = tape.input("x", draw(3))
    first, second = _weights(tape, example.shared)
    with tape.module("layer[1]"):
        z = (first @ x).named(f"{_name(first)} x")
        h = ops.activation("tanh", z).named("h_1")
    with tape.module("layer[2]"):
        z = (second @ h).named(f"{_name(second)} h_1")
        h = ops.activation("tanh", z).named("h_2")
    return _recorded(tape, _mean(tape, h), example)


def _recurrence(example: Example) -> Trace:
    """h_t = tanh(W h_(t-1)) for t = 1, 2, L = mean h_2; h_0 (3,), W (3, 3)."""
    tape, draw = Tape(), np.random.default_rng(0).standard_normal
    h = tape.parameter("h_0", draw(3))
    for t, weight in enumerate(_weights(tape, example.shared), start=1):
        with tape.module(f"step[{t}]", step=t), tape.module("cell"):
            z = (weight @ h).named(f"{_name(weight)} h_{t - 1}")
            h = ops.activation("tanh", z).named(f"h_{t}")
    with tape.module("step[2]", step=2):
        loss = _mean(tape, h)
    return _recorded(tape, loss, example)


def _batch(example: Example) -> Trace:
    """H = tanh(X W + b), L = mean H; X (4, 2), W (2, 2), b (2,)."""
    tape, draw = Tape(), np.random.default_rng(0).standard_normal
    x = tape.input("X", draw((4, 2)))
    w, b = tape.parameter("W", draw((2, 2))), tape.parameter("b", draw(2))
    with tape.module("linear"):
        z = ((x @ w).named("X W") + b).named("Z")
    with tape.module("tanh"):
        h = ops.activation("tanh", z).named("H")
    if example.shared:
        with tape.module("linear[2]"):
            h = (h + b).named("H + b")
    return _recorded(tape, _mean(tape, h), example)


def _classifier(example: Example) -> Trace:
    """y = W x, L = -log softmax(y)[1]; x (2,) of the size of hundreds, W (3, 2)."""
    tape = Tape()
    x, target = tape.input("x", [600.0, 250.0]), tape.input("t", np.int64(1))
    w = tape.parameter("W", [[1.0, 0.5], [1.0, 0.25], [-1.0, 0.5]])
    with tape.module("linear"):
        y = (w @ x).named("y")
    with tape.module("softmax"):
        log_p = ops.log_softmax(y).named("log p")
    with tape.module("loss"):
        loss = ops.nll(log_p, target).named("ℓ")
        if example.shared:
            loss = (loss + ops.mean(y).named("m")).named("L")
    return _recorded(tape, loss, example)


_NETWORKS: dict[Network, Callable[[Example], Trace]] = {
    "layers": _layers,
    "recurrence": _recurrence,
    "batch": _batch,
    "classifier": _classifier,
}


def _weights(tape: Tape, shared: bool) -> tuple[Variable, Variable]:
    draw = np.random.default_rng(1).standard_normal
    if shared:
        w = tape.parameter("W", draw((3, 3)))
        return w, w
    return tape.parameter("W_1", draw((3, 3))), tape.parameter("W_2", draw((3, 3)))


def _name(variable: Variable) -> str:
    return variable.tape.nodes[variable.index].name


def _mean(tape: Tape, x: Variable) -> Variable:
    with tape.module("loss"):
        return ops.mean(x).named("L")


def _recorded(tape: Tape, loss: Variable, example: Example) -> Trace:
    return record(tape, loss, {"kind": "example", "text": example.text, "dtype": "float64"})
