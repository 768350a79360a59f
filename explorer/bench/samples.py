"""Graphs of a chosen size to measure with."""

from __future__ import annotations

import numpy as np

from engine.autodiff.tape import Tape
from engine.models.architecture import Architecture
from engine.models.recurrent import RecurrentLM
from engine.text.vocabulary import Vocabulary
from engine.trace.trace import Trace, record

_UNARY = 0.5


def sample_trace(
    steps: int, hidden: int = 16, vocabulary: int = 65, seed: int = 1, layers: int = 1
) -> Trace:
    """An Elman model of random weights over random tokens.

    It has about nine nodes a time step with one layer, thirteen with two.
    """
    rng = np.random.default_rng(seed)
    tokens = Vocabulary(tuple(f"w{i}" for i in range(vocabulary)))
    model = RecurrentLM.fresh(Architecture(hidden=hidden, layers=layers), tokens, rng)
    ids = [int(i) for i in rng.integers(0, vocabulary, steps)]
    tape, loss = model.record(ids)
    surfaces = [tokens.tokens[i] for i in ids]
    return record(tape, loss, {"tokens": surfaces, "vocabulary": list(tokens.tokens)})


def random_dag(nodes: int, reach: int = 150, seed: int = 1) -> Trace:
    """A run of that many scalar nodes, each of one or two operands out of the ``reach`` before it.

    An operand further back is as probable as a near one, so that edges pass several layers.
    """
    rng = np.random.default_rng(seed)
    tape = Tape()
    made = [tape.input(f"x_{i}", float(rng.normal())) for i in range(min(10, nodes))]
    while len(made) < nodes:
        first, second = rng.integers(max(0, len(made) - reach), len(made), 2).tolist()
        if rng.random() < _UNARY:
            made.append(tape.apply("sin", made[first]))
        else:
            made.append(tape.apply("maximum", made[first], made[second]))
    return record(tape, made[-1])
