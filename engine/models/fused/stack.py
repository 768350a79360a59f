"""Parameters of several gates stacked on top of each other, for one product instead of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import DTypeLike

from engine.autodiff.primitives import Array


class Stack:
    """Named parameters of one shape, and their adjoints, as the blocks of two larger arrays.

    Args:
        names: of the parameters, from the top.
        rows: of each parameter.
        columns: of each parameter; nothing for vectors.
        dtype: float32 or float64.

    Attributes:
        value: (G rows, columns) or (G rows,), filled by :meth:`load`.
        adjoint: of the same shape, handed out by :meth:`store`.
    """

    def __init__(
        self, names: Sequence[str], rows: int, columns: Sequence[int], dtype: DTypeLike
    ) -> None:
        self.value: Array = np.zeros((len(names) * rows, *columns), dtype)
        self.adjoint: Array = np.zeros_like(self.value)
        places = [slice(k * rows, (k + 1) * rows) for k in range(len(names))]
        self._parts = tuple(
            (name, self.value[place], self.adjoint[place])
            for name, place in zip(names, places, strict=True)
        )

    def load(self, parameters: Mapping[str, Array]) -> Array:
        """Copy the parameters into :attr:`value` and give it."""
        for name, value, _ in self._parts:
            value[...] = parameters[name]
        return self.value

    def store(self, adjoints: Mapping[str, Array]) -> None:
        """Copy :attr:`adjoint` out to each parameter's own."""
        for name, _, adjoint in self._parts:
            adjoints[name][...] = adjoint
