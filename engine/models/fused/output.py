"""The output layer over a whole window: logits, softmax and the loss, in place."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import DTypeLike, NDArray

from engine.autodiff.primitives import Array

_BLOCK = 1 << 17


class Output:
    """The mean negative log-likelihood of N tokens under softmax(W_hy h + b_y).

    Args:
        vocabulary_size: V.
        rows: N.
        dtype: float32 or float64.

    Attributes:
        losses: (N,) negative log-likelihood of each token, filled by :meth:`forward`.
    """

    def __init__(self, vocabulary_size: int, rows: int, dtype: DTypeLike) -> None:
        self.losses: NDArray[np.float64] = np.zeros(rows)
        self._logits: Array = np.zeros((rows, vocabulary_size), dtype)
        self._largest: Array = np.zeros((rows, 1), dtype)
        self._totals: Array = np.zeros((rows, 1), dtype)
        self._ones: Array = np.ones((vocabulary_size, 1), dtype)
        self._ones_rows: Array = np.ones(rows, dtype)
        self._places = np.arange(rows)
        span = max(1, _BLOCK // vocabulary_size)
        self._blocks = tuple(slice(i, i + span) for i in range(0, rows, span))

    def forward(
        self, parameters: Mapping[str, Array], states: Array, targets: NDArray[np.integer]
    ) -> float:
        """The mean negative log-likelihood, in nats.

        Args:
            parameters: W_hy (V, H), b_y (V,).
            states: (N, H).
            targets: (N,) the tokens to predict.
        """
        logits, bias = self._logits, parameters["b_y"]
        np.matmul(states, parameters["W_hy"].T, out=logits)
        # A block of rows stays in the cache for all of its passes.
        for block in self._blocks:
            rows, largest, totals = logits[block], self._largest[block], self._totals[block]
            rows += bias
            np.max(rows, axis=1, keepdims=True, out=largest)
            rows -= largest
            picked = rows[self._places[: len(rows)], targets[block]]
            np.exp(rows, out=rows)
            np.matmul(rows, self._ones, out=totals)
            np.subtract(np.log(totals[:, 0]), picked, out=self.losses[block])
        return float(self.losses.mean())

    def backward(
        self,
        parameters: Mapping[str, Array],
        states: Array,
        targets: NDArray[np.integer],
        adjoints: Mapping[str, Array],
        state_adjoint: Array,
    ) -> None:
        """Write the adjoints of W_hy and b_y, and of the states (N, H) into ``state_adjoint``."""
        dy, share = self._logits, 1 / len(self._logits)
        np.divide(share, self._totals, out=self._totals)
        for block in self._blocks:
            dy[block] *= self._totals[block]
        dy[self._places, targets] -= share
        np.matmul(dy.T, states, out=adjoints["W_hy"])
        np.matmul(self._ones_rows, dy, out=adjoints["b_y"])
        np.matmul(dy, parameters["W_hy"], out=state_adjoint)
