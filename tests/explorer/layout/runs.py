"""Small runs that layouts are tested on."""

from __future__ import annotations

import numpy as np

from engine.models.architecture import Architecture
from engine.models.recurrent import RecurrentLM
from engine.text.vocabulary import Vocabulary
from engine.trace.trace import Trace, record


def recurrent(architecture: Architecture, steps: int) -> Trace:
    """A run over the tokens a, b, c, d, e, a, ..."""
    vocabulary = Vocabulary(("a", "b", "c", "d", "e"))
    model = RecurrentLM.fresh(architecture, vocabulary, np.random.default_rng(0))
    tape, loss = model.record([i % 5 for i in range(steps)])
    return record(tape, loss, {"vocabulary": list(vocabulary.tokens)})


def elman(steps: int, hidden: int = 4) -> Trace:
    """The same of an Elman network."""
    return recurrent(Architecture(hidden=hidden), steps)
