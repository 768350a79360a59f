"""The whole state of a training run at one iteration, so that it can be gone back to."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.autodiff.primitives import Array
from engine.training.train import Trainer


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """What a trainer of the same settings and text needs to go on from an iteration.

    Attributes:
        iteration: windows read.
        smoothed_loss: the running mean of their losses, NaN before the first.
        updates: of the optimizer.
        random: the state of the random numbers, plain values.
        arrays: parameters, places in the text, states and moments by name, read-only copies.
    """

    iteration: int
    smoothed_loss: float
    updates: int
    random: Mapping[str, Any]
    arrays: Mapping[str, Array]

    @property
    def size(self) -> int:
        """Bytes of the arrays."""
        return sum(array.nbytes for array in self.arrays.values())


def taken(trainer: Trainer) -> Snapshot:
    """The state of a trainer as it is now."""
    arrays = {}
    for name, array in arrays_of(trainer).items():
        copy = array.copy()
        copy.flags.writeable = False
        arrays[name] = copy
    return Snapshot(
        trainer.iteration,
        trainer.smoothed_loss,
        trainer.optimizer.count,
        deepcopy(trainer.rng.bit_generator.state),
        arrays,
    )


def restore(trainer: Trainer, snapshot: Snapshot) -> None:
    """Put a trainer of the same settings and text into a state that was taken.

    Raises:
        KeyError, TypeError, ValueError: the state is that of other settings.
    """
    for name, target in arrays_of(trainer).items():
        if snapshot.arrays[name].shape != target.shape:
            raise ValueError(f"{name} has another shape")
        np.copyto(target, snapshot.arrays[name], casting="no")
    trainer.iteration = snapshot.iteration
    trainer.smoothed_loss = snapshot.smoothed_loss
    trainer.optimizer.count = snapshot.updates
    trainer.rng.bit_generator.state = deepcopy(dict(snapshot.random))


def arrays_of(trainer: Trainer) -> dict[str, Array]:
    """The arrays of a trainer that change as it goes on, by name."""
    return {
        "parameters": trainer.parameters.vector,
        "positions": trainer.lanes.positions,
        "fresh": trainer.lanes.fresh,
        **{f"optimizer.{name}": moment for name, moment in trainer.optimizer.moments.items()},
        **{f"state.{name}": state for name, state in trainer.states.items()},
    }
