"""Why counting: a table of logits W, trained by gradient descent, ends at the counted table.

The model is p(x | c) = softmax(W[c])[x] with one row of logits a context. The mean negative
log-likelihood of the bigrams of a text is L(W) = - sum over (c, x) of f(c, x) log p(x | c), where
f(c, x) is the share of the bigram among all of them, and its gradient is
dL/dW[c, x] = f(c) (p(x | c) - n(c, x) / n(c)): it is 0 exactly where p is the counted table. L is
then the entropy of the counts. Source: lecture 1, *Why are we counting?*
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.autodiff.ops import log_softmax
from engine.autodiff.primitives import softmax
from engine.autodiff.reverse import adjoints_by_pushing
from engine.autodiff.tape import Tape, Variable
from engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from engine.trace.trace import Trace

OTHER = "other"
"""The column of all tokens that have none of their own."""


@dataclass(frozen=True, slots=True, eq=False)
class BigramCounts:
    """How often each token came after each context.

    Attributes:
        contexts: the C tokens before.
        tokens: the V tokens after.
        counts: how often, shape (C, V); every context has a follower.

    Raises:
        InputError: the shapes do not fit, a count is negative, or a context has no follower.
    """

    contexts: tuple[str, ...]
    tokens: tuple[str, ...]
    counts: NDArray[np.int64]

    def __post_init__(self) -> None:
        if self.counts.shape != (len(self.contexts), len(self.tokens)) or not self.contexts:
            raise InputError("the counts need a row for each context and a column for each token.")
        if self.counts.min() < 0 or not self.counts.sum(axis=1).all():
            raise InputError(
                "every context needs a token that came after it; leave the others out."
            )

    @classmethod
    def of_top(
        cls,
        labels: tuple[str, ...],
        counts: NDArray[np.int64],
        totals: NDArray[np.int64],
        most: int,
    ) -> BigramCounts:
        """The bigrams of the most frequent tokens; all other followers are one column.

        Args:
            labels: the tokens, the most frequent first, shape (k,).
            counts: how often column j came after row i, shape (k, k).
            totals: how often anything came after row i, shape (k,).
            most: how many of them to take.

        Raises:
            InputError: nothing comes after anything.
        """
        rows = [row for row in range(min(most, len(labels))) if totals[row] > 0]
        if not rows:
            raise InputError(
                "no token of this text comes after another; count one of two tokens or more."
            )
        kept = counts[np.ix_(rows, range(min(most, len(labels))))]
        others = totals[rows] - kept.sum(axis=1)
        names = labels[:most]
        if others.any():
            kept, names = np.column_stack((kept, others)), (*names, OTHER)
        return cls(tuple(labels[row] for row in rows), names, kept)

    @property
    def counted(self) -> NDArray[np.float64]:
        """Each count's share of its row: the maximum-likelihood table, (C, V)."""
        shares: NDArray[np.float64] = self.counts / self.counts.sum(axis=1, keepdims=True)
        return shares

    @property
    def frequencies(self) -> NDArray[np.float64]:
        """Each count's share of all bigrams, (C, V)."""
        shares: NDArray[np.float64] = self.counts / self.counts.sum()
        return shares

    @property
    def entropy(self) -> float:
        """The least loss there is, in nats: that of the counted table."""
        seen = self.counts > 0
        return float(-(self.frequencies[seen] * np.log(self.counted[seen])).sum())


@dataclass(frozen=True, slots=True, eq=False)
class TableStep:
    """The table before an iteration of gradient descent.

    Attributes:
        iteration: how many there have been.
        logits: W, (C, V), read-only.
        table: softmax of its rows, (C, V).
        loss: mean negative log-likelihood, in nats.
        gap: max |p - counted|.
        excess: loss minus the entropy of the counts: the mean KL divergence of the rows.
    """

    iteration: int
    logits: NDArray[np.float64]
    table: NDArray[np.float64]
    loss: float
    gap: float
    excess: float


def record_loss(counts: BigramCounts, logits: NDArray[np.float64]) -> tuple[Tape, Variable]:
    """L(W), recorded primitive by primitive; W is the first node."""
    tape = Tape()
    w = tape.parameter("W", logits)
    f = tape.constant("f", counts.frequencies)
    surprise = (-log_softmax(w).named("log p")).named("ℓ")
    return tape, tape.unary("sum", (f * surprise).named("f ℓ")).named("L")


def begin(counts: BigramCounts) -> TableStep:
    """The table of zeros: every token as likely as any other."""
    return _step(counts, 0, np.zeros(counts.counts.shape))


def learn(counts: BigramCounts, start: TableStep, rate: float) -> Iterator[TableStep]:
    """Gradient descent from a step on, without end.

    Raises:
        InputError: the learning rate is not a positive number.
    """
    if not (np.isfinite(rate) and rate > 0):
        raise InputError(f"the learning rate must be a positive number, not {rate:g}.")
    step = start
    while True:
        step = _step(counts, step.iteration + 1, step.logits - rate * gradient(counts, step.logits))
        yield step


def gradient(counts: BigramCounts, logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """dL/dW by the backward pass of the recorded loss, (C, V)."""
    tape, loss = record_loss(counts, logits)
    adjoint = adjoints_by_pushing(tape.nodes, loss.index)[0]
    assert adjoint is not None, "W is a parameter"
    return np.asarray(adjoint)


def record_step(counts: BigramCounts, step: TableStep) -> Trace:
    """One iteration's forward and backward pass as a trace, to be looked at as a graph."""
    from engine.trace.trace import record

    tape, loss = record_loss(counts, step.logits)
    return record(tape, loss, {"kind": "softmax table", "iteration": step.iteration})


def _step(counts: BigramCounts, iteration: int, logits: NDArray[np.float64]) -> TableStep:
    _, loss = record_loss(counts, logits)
    table = softmax(logits)
    logits.flags.writeable = False
    table.flags.writeable = False
    value = float(loss.value)
    gap = float(np.abs(table - counts.counted).max())
    return TableStep(iteration, logits, table, value, gap, value - counts.entropy)
