"""Windows of a text for truncated backpropagation through time.

A text is too long to go back through whole. It is read in windows of T tokens: the state after a
window is carried into the next as its start, so nothing of the past is forgotten going forward,
but adjoints stop at the window's beginning (truncated BPTT with carried state).

Source: Williams and Peng, *An efficient gradient-based algorithm for on-line training of recurrent
network trajectories* (1990).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.errors import InputError


@dataclass
class Lanes:
    """B places in one text, each read on by T tokens at a time.

    Now and then a lane jumps to the start of a random unit of the text (a sentence, a
    paragraph), where the state begins again from the learned h_0; so h_0 learns to predict how a
    unit begins.

    Attributes:
        tokens: (N,) the text.
        starts: where units begin.
        positions: (B,) the next token of each lane.
        fresh: (B,) lanes whose state begins from h_0 in the window about to be read.
    """

    tokens: NDArray[np.integer]
    starts: NDArray[np.integer]
    positions: NDArray[np.int64]
    fresh: NDArray[np.bool_]

    @classmethod
    def begin(
        cls,
        tokens: NDArray[np.integer],
        starts: NDArray[np.integer],
        batch: int,
        steps: int,
        rng: Generator,
    ) -> Lanes:
        """Lanes at random starts.

        Raises:
            InputError: the text is shorter than one window.
        """
        if len(tokens) < steps:
            raise InputError(
                f"the text has {len(tokens)} tokens, fewer than the {steps} steps of one window;"
                " choose fewer steps or a longer text"
            )
        usable = starts[starts <= len(tokens) - steps]
        if len(usable) == 0:
            usable = np.zeros(1, np.int64)
        return cls(tokens, usable, rng.choice(usable, batch), np.ones(batch, np.bool_))

    def window(self, steps: int, restart_share: float, rng: Generator) -> NDArray[np.integer]:
        """The next (T, B) tokens; :attr:`fresh` then says which lanes had begun anew."""
        restart = rng.random(len(self.positions)) < restart_share
        restart |= self.positions + steps > len(self.tokens)
        jumps = rng.choice(self.starts, len(self.positions))
        self.fresh = self.fresh | restart
        self.positions = np.where(restart, jumps, self.positions)
        window: NDArray[np.integer] = self.tokens[self.positions + np.arange(steps)[:, np.newaxis]]
        self.positions = self.positions + steps
        return window
