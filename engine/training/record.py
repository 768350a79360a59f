"""What a training run remembers of each iteration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike, NDArray

from engine.training.train import TrainingStep

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Look:
    """A look at how well the model does, now and then.

    Attributes:
        iteration: after which.
        held_out_loss: mean negative log-likelihood of held-out tokens in nats; NaN without any.
        sample: what the model writes.
    """

    iteration: int
    held_out_loss: float
    sample: str


@dataclass(frozen=True, slots=True, eq=False)
class LiveStep:
    """One iteration of a run that remembers.

    Attributes:
        step: its loss, norm and speed.
        state_norms: (T,) norm of the loss's adjoint, before clipping, with respect to all texts'
            h_0 .. h_(T-1) of the top layer: how much of the signal reaches back in time.
        look: taken after this iteration, or None.
    """

    step: TrainingStep
    state_norms: Floats
    look: Look | None


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """All iterations of a run so far, read-only.

    Row i is iteration ``first + 1 + i``.

    Attributes:
        first: the iteration that the run began at.
        losses, smoothed, norms, rates: (n,) of :class:`~engine.training.train.TrainingStep`.
        state_norms: (n, T) of :class:`LiveStep`.
        looks: in order.
    """

    first: int
    losses: Floats
    smoothed: Floats
    norms: Floats
    rates: Floats
    state_norms: NDArray[np.float32]
    looks: tuple[Look, ...]

    def __len__(self) -> int:
        return len(self.losses)

    @property
    def iterations(self) -> NDArray[np.intp]:
        """(n,) the number of each row's iteration."""
        return np.arange(self.first + 1, self.first + 1 + len(self))

    def row(self, iteration: int) -> int:
        """The row of an iteration.

        Raises:
            IndexError: the run has no such iteration.
        """
        row = iteration - self.first - 1
        if not 0 <= row < len(self):
            raise IndexError(iteration)
        return row

    def look_near(self, iteration: int) -> Look | None:
        """The last look up to an iteration, or the first of all; None where there is none."""
        before = [look for look in self.looks if look.iteration <= iteration]
        return before[-1] if before else self.looks[0] if self.looks else None

    def until(self, iteration: int) -> Record:
        """The same without what came after an iteration."""
        rows = slice(0, max(0, iteration - self.first))
        looks = tuple(look for look in self.looks if look.iteration <= iteration)
        return Record(
            self.first, self.losses[rows], self.smoothed[rows], self.norms[rows],
            self.rates[rows], self.state_norms[rows], looks,
        )  # fmt: skip

    def followed_by(self, later: Record) -> Record:
        """The rows up to where a later record begins, then those of the later one."""
        own = self.until(later.first)
        if own.state_norms.shape[1:] != later.state_norms.shape[1:]:
            raise ValueError("the two records have windows of different lengths")
        return Record(
            own.first,
            np.concatenate((own.losses, later.losses)),
            np.concatenate((own.smoothed, later.smoothed)),
            np.concatenate((own.norms, later.norms)),
            np.concatenate((own.rates, later.rates)),
            np.concatenate((own.state_norms, later.state_norms)),
            (*own.looks, *later.looks),
        )


class Recorder:
    """Grows a :class:`Record`, one iteration after another.

    Args:
        first: the iteration that the run begins at.
        steps: T.
        before: what is known already.
    """

    def __init__(self, first: int, steps: int, before: Record | None = None) -> None:
        self._first = first
        self._numbers = Growing((4,), np.float64)
        self._state_norms = Growing((steps,), np.float32)
        self._looks: tuple[Look, ...] = ()
        if before is not None:
            columns = (before.losses, before.smoothed, before.norms, before.rates)
            for row in np.stack(columns, axis=1):
                self._numbers.append(row)
            for row in before.state_norms:
                self._state_norms.append(row)
            self._looks = before.looks

    def add(self, live: LiveStep) -> None:
        """One more iteration."""
        step = live.step
        # Those who read the record in another thread count by the numbers: they come last.
        self._state_norms.append(live.state_norms)
        row = (step.loss, step.smoothed_loss, step.adjoint_norm, step.learning_rate)
        self._numbers.append(np.array(row))
        if live.look is not None:
            self.add_look(live.look)

    def add_look(self, look: Look) -> None:
        """One more look."""
        self._looks = (*self._looks, look)

    @property
    def record(self) -> Record:
        """All so far; it does not grow."""
        numbers = self._numbers.all
        losses, smoothed, norms, rates = numbers.T
        state_norms = self._state_norms.all[: len(numbers)]
        return Record(self._first, losses, smoothed, norms, rates, state_norms, self._looks)


class Growing:
    """Rows of numbers, more and more of them; what was handed out stays what it is."""

    def __init__(self, shape: tuple[int, ...], dtype: DTypeLike) -> None:
        self._rows: NDArray[np.floating] = np.empty((64, *shape), dtype)
        self._count = 0

    def append(self, row: NDArray[np.floating]) -> None:
        """One more row."""
        if self._count == len(self._rows):
            grown = np.empty((2 * self._count, *self._rows.shape[1:]), self._rows.dtype)
            grown[: self._count] = self._rows
            self._rows = grown
        self._rows[self._count] = row
        self._count += 1

    @property
    def all(self) -> NDArray[np.floating]:
        """(n, ...) a read-only view of the rows."""
        view = self._rows[: self._count]
        view.flags.writeable = False
        return view
