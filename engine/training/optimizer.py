"""Adam over one flat vector of parameters, with clipping by the global norm.

Source: Kingma and Ba, *Adam: a method for stochastic optimization* (2015), algorithm 1; Pascanu,
Mikolov and Bengio, *On the difficulty of training recurrent neural networks* (2013) for clipping.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.autodiff.primitives import Array


class Flat:
    """Named arrays that are views of one vector, so that an update is one pass.

    Attributes:
        vector: (P,) all numbers.
        views: name to array.
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self.vector: Array = np.concatenate([array.reshape(-1) for array in arrays.values()])
        self.views: dict[str, Array] = {}
        start = 0
        for name, array in arrays.items():
            self.views[name] = self.vector[start : start + array.size].reshape(array.shape)
            start += array.size


class Adam:
    """Adam's two moments and step count.

    Args:
        size: number of parameters P.
        dtype: of the moments.

    Attributes:
        first, second: (P,) running means of the adjoint and of its square.
        count: updates made.
    """

    def __init__(
        self,
        size: int,
        dtype: np.dtype[np.floating],
        *,
        beta1: float = 0.9,
        beta2: float = 0.99,
        epsilon: float = 1e-8,
    ) -> None:
        self.first: Array = np.zeros(size, dtype)
        self.second: Array = np.zeros(size, dtype)
        self.count = 0
        self._beta1, self._beta2, self._epsilon = beta1, beta2, epsilon
        self._scratch: Array = np.zeros(size, dtype)

    def update(self, parameters: Array, adjoint: Array, learning_rate: float) -> None:
        """Move ``parameters`` (P,) in place against ``adjoint`` (P,)."""
        self.count += 1
        scratch = self._scratch
        self.first *= self._beta1
        np.multiply(adjoint, 1 - self._beta1, out=scratch)
        self.first += scratch
        self.second *= self._beta2
        np.multiply(adjoint, adjoint, out=scratch)
        scratch *= 1 - self._beta2
        self.second += scratch
        np.divide(self.second, 1 - self._beta2**self.count, out=scratch)
        np.sqrt(scratch, out=scratch)
        scratch += self._epsilon
        np.divide(self.first, scratch, out=scratch)
        scratch *= learning_rate / (1 - self._beta1**self.count)
        parameters -= scratch


def clip(adjoint: Array, limit: float) -> float:
    """Scale ``adjoint`` in place to a norm of at most ``limit``; returns the norm before."""
    norm = float(np.sqrt(np.dot(adjoint, adjoint)))
    if norm > limit:
        adjoint *= limit / norm
    return norm
