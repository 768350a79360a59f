"""Generation, one token at a time, the draw included: ours, PyTorch's cells, the bare product."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Protocol

import numpy as np

from engine.bench.measure import Aim, Case, Effort, Route, compare
from engine.models.architecture import CELLS, Architecture, CellName
from engine.models.recurrent import RecurrentLM
from engine.models.stepper import Stepper
from engine.text.vocabulary import Vocabulary

VOCABULARY = 65
SIZES = (128, 256, 512)
LENGTH = 200

GOALS: Mapping[int, float] = {128: 1 / 4, 256: 1 / 4, 512: 1 / 2.5}
"""Largest share of a cell's time in PyTorch, by H."""

BARE = "bare products"


class Peers(Protocol):
    """PyTorch's routes."""

    def generating(self, model: RecurrentLM, length: int) -> Mapping[str, Route]:
        """Drawing ``length`` tokens after the start."""
        ...


def cases(
    peers: Peers,
    effort: Effort,
    cells: Sequence[CellName] = CELLS,
    sizes: Sequence[int] = SIZES,
    length: int = LENGTH,
) -> Iterator[tuple[Case, ...]]:
    """The cases of every cell and size, as they are measured."""
    for cell in cells:
        for hidden in sizes:
            model = model_of(cell, hidden)
            stepper = Stepper(model.parameters, model.architecture)
            theirs = peers.generating(model, length)
            routes = {**theirs, BARE: bare_products(model, length)}
            aim = Aim(dict.fromkeys(theirs, GOALS[hidden]), units=length, unit="tokens")
            yield compare(
                f"{cell} H={hidden}",
                partial(stepper.generate, length, np.random.default_rng(1)),
                routes,
                aim,
                effort,
            )


def model_of(cell: CellName, hidden: int) -> RecurrentLM:
    """A fresh model in float32."""
    vocabulary = Vocabulary(tuple(chr(ord("!") + i) for i in range(VOCABULARY)))
    architecture = Architecture(cell, hidden, learned_start=False)
    return RecurrentLM.fresh(architecture, vocabulary, np.random.default_rng(0), np.float32)


def bare_products(model: RecurrentLM, length: int) -> Route:
    """What h is multiplied by, ``length`` times, and nothing else."""
    architecture = model.architecture
    rows = len(architecture.gates) * architecture.hidden + len(model.vocabulary)
    rng = np.random.default_rng(0)
    matrix = np.asfortranarray(rng.normal(size=(rows, architecture.hidden)).astype(np.float32))
    h = rng.normal(size=architecture.hidden).astype(np.float32)
    product = np.empty(rows, np.float32)

    def run() -> None:
        for _ in range(length):
            matrix.dot(h, product)

    return run
