"""One training step at coarse grain, forward and back: ours, PyTorch's, the bare products."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.autodiff.primitives import Array
from engine.bench.measure import Aim, Case, Effort, Route, compare
from engine.models.architecture import CELLS, Architecture, CellName
from engine.models.fused import FusedNetwork
from engine.models.recurrent import RecurrentLM
from engine.text.vocabulary import Vocabulary

Tokens = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Size:
    """A training step's size.

    Attributes:
        name: what it is like.
        vocabulary, hidden, steps, batch: V, H (also the embedding's size D), T, B.
        goals: largest share of the time of PyTorch's module, by cell.
    """

    name: str
    vocabulary: int
    hidden: int
    steps: int
    batch: int
    goals: Mapping[CellName, float]


def _goals(elman: float, gru: float, lstm: float) -> Mapping[CellName, float]:
    return {"elman": elman, "gru": gru, "lstm": lstm}


SIZES = (
    Size("tiny", 7, 4, 6, 1, _goals(0.28, 0.30, 0.40)),
    Size("homework", 65, 64, 32, 1, _goals(0.25, 0.25, 1.0)),
    Size("small", 65, 128, 50, 16, _goals(0.45, 0.48, 1.2)),
    Size("charrnn", 65, 256, 64, 32, _goals(0.50, 0.55, 1.1)),
    Size("large", 65, 512, 100, 64, _goals(0.48, 0.50, 0.95)),
    Size("word", 10_000, 256, 35, 20, _goals(0.70, 0.85, 0.97)),
)
LOOP_GOAL = 0.40
LOOP = "torch cell loop"
BARE = "bare products"


class Peers(Protocol):
    """PyTorch's routes."""

    def training(self, model: RecurrentLM, tokens: Tokens) -> Mapping[str, Route]:
        """Loss and adjoints: a module of ``torch.nn`` first, then :data:`LOOP`."""
        ...


def cases(
    peers: Peers,
    effort: Effort,
    cells: Sequence[CellName] = CELLS,
    sizes: Sequence[Size] = SIZES,
) -> Iterator[tuple[Case, ...]]:
    """The cases of every size and cell, as they are measured."""
    for size in sizes:
        for cell in cells:
            model, tokens = model_and_tokens(size, cell)
            theirs = peers.training(model, tokens)
            goals = {peer: LOOP_GOAL if peer == LOOP else size.goals[cell] for peer in theirs}
            yield compare(
                f"{size.name} {cell}",
                our_step(model, tokens),
                {**theirs, BARE: bare_products(size, cell)},
                Aim(goals, units=tokens.size, unit="tokens"),
                effort,
            )


def model_and_tokens(size: Size, cell: CellName) -> tuple[RecurrentLM, Tokens]:
    """A fresh model in float32 with an embedding, and (T, B) random tokens."""
    rng = np.random.default_rng(0)
    vocabulary = Vocabulary(tuple(f"w{i}" for i in range(size.vocabulary)))
    architecture = Architecture(cell, size.hidden, embedding=size.hidden, learned_start=False)
    model = RecurrentLM.fresh(architecture, vocabulary, rng, np.float32)
    return model, rng.integers(0, size.vocabulary, (size.steps, size.batch))


def our_step(model: RecurrentLM, tokens: Tokens) -> Route:
    """Loss and adjoints with the fused network."""
    steps, batch = tokens.shape
    network = FusedNetwork(model.architecture, len(model.vocabulary), steps, batch, np.float32)
    starts = {name: model.parameters[name] for name in model.architecture.starts()}

    def run() -> float:
        return network.run(model.parameters, tokens, starts)[0]

    return run


def bare_products(size: Size, cell: CellName) -> Route:
    """The step's matrix products and nothing else.

    At every time step h W_h^T and back dz W_h; over all of them the adjoint of W_h, the output's
    three products, and the input's: the token table W_x E and back, for the tokens that occur.
    """
    gates = len(Architecture(cell, size.hidden).gates) * size.hidden
    wide, rows = size.hidden, size.steps * size.batch
    table = min(size.vocabulary, rows)
    rng = np.random.default_rng(0)

    def matrix(height: int, width: int) -> Array:
        return rng.normal(size=(height, width)).astype(np.float32)

    h, dz, w_h = matrix(size.batch, wide), matrix(size.batch, gates), matrix(gates, wide)
    states, all_dz = matrix(rows, wide), matrix(rows, gates)
    w_hy, dy = matrix(size.vocabulary, wide), matrix(rows, size.vocabulary)
    embedded, by_token = matrix(table, wide), matrix(table, gates)
    outs = [np.empty((a.shape[0], b.shape[1]), np.float32) for a, b in (
        (h, w_h.T), (dz, w_h), (all_dz.T, states), (states, w_hy.T), (dy.T, states), (dy, w_hy),
        (embedded, w_h.T), (by_token.T, embedded), (by_token, w_h),
    )]  # fmt: skip

    def run() -> None:
        for _ in range(size.steps):
            np.matmul(h, w_h.T, outs[0])
            np.matmul(dz, w_h, outs[1])
        np.matmul(all_dz.T, states, outs[2])
        np.matmul(states, w_hy.T, outs[3])
        np.matmul(dy.T, states, outs[4])
        np.matmul(dy, w_hy, outs[5])
        np.matmul(embedded, w_h.T, outs[6])
        np.matmul(by_token.T, embedded, outs[7])
        np.matmul(by_token, w_h, outs[8])

    return run
