from __future__ import annotations

import numpy as np
import pytest

from engine.autodiff.tape import Tape
from engine.models.architecture import Architecture
from engine.models.recurrent import RecurrentLM
from engine.text.vocabulary import Vocabulary
from engine.trace.trace import Trace, record
from explorer.canvas.scene import Scene, scene_of
from explorer.layout import layout_of


@pytest.fixture(scope="session")
def elman() -> Trace:
    """Three tokens, H = 4, V = 5: 31 nodes."""
    vocabulary = Vocabulary(("are", "cool", "narwhals", "way", "who"))
    model = RecurrentLM.fresh(Architecture(hidden=4), vocabulary, np.random.default_rng(3))
    ids = [2, 0, 1]
    tape, loss = model.record(ids)
    tokens = ["Narwhals", "are", "cool"]
    return record(tape, loss, {"tokens": tokens, "vocabulary": list(vocabulary.tokens)})


@pytest.fixture(scope="session")
def drawn(elman: Trace) -> Scene:
    """Every node of it, in its own layout."""
    return scene_of(elman, layout_of(elman))


@pytest.fixture(scope="session")
def expression() -> Trace:
    """y = xz / log x at x = 2, z = 3."""
    tape = Tape()
    x, z = tape.input("x", 2.0), tape.input("z", 3.0)
    a = (x * z).named("a")
    b = tape.apply("log", x).named("b")
    return record(tape, (a / b).named("y"))
