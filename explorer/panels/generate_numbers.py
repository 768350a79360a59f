"""The random numbers of a text: one for each place, the same for every model."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.errors import InputError


@dataclass(frozen=True, slots=True)
class Numbers:
    """Which number in [0, 1) chooses the token at each place.

    Place k takes the k-th number of the seed's generator. Where another token was asked for, it
    takes one of a generator of its own, made from the seed, the place and how many times it was
    asked; all other places keep theirs.

    Attributes:
        seed: from 0 up.
        again: the places where another number was asked for, and how many times.

    Raises:
        InputError: a negative seed.
    """

    seed: int
    again: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise InputError(f"the seed must be a whole number from 0 up, not {self.seed}.")

    def attempt(self, place: int) -> int:
        """How many times another number was asked for at a place."""
        return dict(self.again).get(place, 0)

    def redrawn(self, place: int) -> Numbers:
        """Another number at a place; later places go back to the seed's own."""
        earlier = self.before(place).again
        return replace(self, again=(*earlier, (place, self.attempt(place) + 1)))

    def before(self, place: int) -> Numbers:
        """The seed's own numbers from a place on."""
        return replace(self, again=tuple(item for item in self.again if item[0] < place))

    def block(self, first: int, count: int) -> tuple[float, ...]:
        """The numbers of ``count`` places from the first on."""
        rng = np.random.default_rng(self.seed)
        rng.random(first)
        numbers = rng.random(count).tolist()
        for place, attempt in self.again:
            if first <= place < first + count:
                own = np.random.default_rng((self.seed, place, attempt))
                numbers[place - first] = float(own.random())
        return tuple(numbers)
