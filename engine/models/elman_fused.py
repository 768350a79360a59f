"""The Elman step at coarse grain: fused over time and batch, with its own hand-derived backward.

The same network as :class:`engine.models.elman.ElmanLM`, written for training at speed: the input
matrix is folded into one row per token, all buffers are allocated once, and each weight's adjoint
is one product over all time steps. A test holds it to the fine grain's numbers.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import DTypeLike, NDArray

from engine.autodiff.primitives import Array, sigmoid

_ONE_HOT_LIMIT = 1024


class FusedElman:
    """Loss and adjoints of T predictions for B texts side by side.

    Args:
        vocabulary_size: V.
        hidden: H.
        steps: T, the tokens of a window.
        batch: B.
        phi: tanh, sigmoid or relu.
        dtype: float32 or float64.

    Attributes:
        adjoints: parameter name to adjoint, filled by :meth:`run`; the arrays are reused.
        start_adjoint: (B, H), the adjoint of each text's first hidden state.
    """

    def __init__(
        self,
        vocabulary_size: int,
        hidden: int,
        steps: int,
        batch: int,
        phi: str = "tanh",
        dtype: DTypeLike = np.float32,
    ) -> None:
        self.phi = phi
        self._v = vocabulary_size
        v, h, t, b = vocabulary_size, hidden, steps, batch
        self.adjoints = {
            "W_xh": np.zeros((h, v), dtype),
            "W_hh": np.zeros((h, h), dtype),
            "b_h": np.zeros(h, dtype),
            "W_hy": np.zeros((v, h), dtype),
            "b_y": np.zeros(v, dtype),
        }
        self.start_adjoint: Array = np.zeros((b, h), dtype)
        self._rows = np.zeros((v, h), dtype)
        self._transposed = np.zeros((h, h), dtype)
        self._states = np.zeros((t + 1, b, h), dtype)
        self._dz = np.zeros((t, b, h), dtype)
        self._from_output = np.zeros((t, b, h), dtype)
        self._logits = np.zeros((t * b, v), dtype)
        self._product = np.zeros((b, h), dtype)
        self._row_range = np.arange(t * b)
        self._one_hot = np.zeros(((t - 1) * b, v), dtype) if v <= _ONE_HOT_LIMIT else None

    def run(
        self, parameters: Mapping[str, Array], tokens: NDArray[np.integer], start: Array
    ) -> tuple[float, Array]:
        """One forward and backward pass.

        Args:
            parameters: W_xh, W_hh, b_h, W_hy, b_y of the model's shapes.
            tokens: (T, B) token ids; each is predicted from the state before it.
            start: (B, H) the state before the first token.

        Returns:
            The mean negative log-likelihood of the T B tokens in nats, and the state (B, H)
            after the last token (a copy).
        """
        loss = self.forward(parameters, tokens, start)
        self._backward(parameters, tokens)
        return loss, self._states[-1].copy()

    def forward(
        self, parameters: Mapping[str, Array], tokens: NDArray[np.integer], start: Array
    ) -> float:
        """The loss alone; arguments as for :meth:`run`."""
        states, steps = self._states, len(tokens)
        np.copyto(self._rows, parameters["W_xh"].T)
        self._rows += parameters["b_h"]
        np.copyto(self._transposed, parameters["W_hh"].T)
        states[0] = start
        for t in range(steps):
            z = states[t + 1]
            np.take(self._rows, tokens[t], axis=0, out=z, mode="clip")
            np.matmul(states[t], self._transposed, out=self._product)
            z += self._product
            self._activate(z)
        logits = self._logits
        np.matmul(states[:-1].reshape(len(logits), -1), parameters["W_hy"].T, out=logits)
        logits += parameters["b_y"]
        return self._softmax_in_place(tokens.reshape(-1))

    @property
    def last_state(self) -> Array:
        """The state (B, H) after the last token; reused by the next pass."""
        state: Array = self._states[-1]
        return state

    def _softmax_in_place(self, targets: NDArray[np.integer]) -> float:
        """Turn the logits into probabilities; returns the mean negative log-likelihood."""
        logits = self._logits
        logits -= logits.max(axis=1, keepdims=True)
        picked = logits[self._row_range, targets].astype(np.float64)
        np.exp(logits, out=logits)
        totals = logits.sum(axis=1, keepdims=True)
        logits /= totals
        return float(np.mean(np.log(totals[:, 0].astype(np.float64)) - picked))

    def _activate(self, z: Array) -> None:
        if self.phi == "tanh":
            np.tanh(z, out=z)
        elif self.phi == "relu":
            np.maximum(z, 0, out=z)
        else:
            z[...] = sigmoid(z)

    def _times_slope(self, dh: Array, h: Array, out: Array) -> None:
        """``out`` = dh times the activation's derivative, written in its output h."""
        if self.phi == "tanh":
            np.multiply(h, h, out=out)
            np.subtract(1, out, out=out)
            out *= dh
        elif self.phi == "relu":
            np.multiply(dh, h > 0, out=out)
        else:
            np.multiply(h, 1 - h, out=out)
            out *= dh

    def _backward(self, parameters: Mapping[str, Array], tokens: NDArray[np.integer]) -> None:
        states, adjoints = self._states, self.adjoints
        steps, batch, hidden = self._dz.shape
        dy = self._logits
        dy[self._row_range, tokens.reshape(-1)] -= 1
        dy /= steps * batch
        np.matmul(dy.T, states[:-1].reshape(-1, hidden), out=adjoints["W_hy"])
        np.sum(dy, axis=0, out=adjoints["b_y"])
        np.matmul(dy, parameters["W_hy"], out=self._from_output.reshape(-1, hidden))
        dh = self._from_output
        for t in range(steps - 1, 0, -1):
            self._times_slope(dh[t], states[t], self._dz[t])
            np.matmul(self._dz[t], parameters["W_hh"], out=self._product)
            dh[t - 1] += self._product
        np.copyto(self.start_adjoint, dh[0])
        dz = self._dz[1:].reshape(-1, hidden)
        np.matmul(dz.T, states[: steps - 1].reshape(-1, hidden), out=adjoints["W_hh"])
        np.sum(dz, axis=0, out=adjoints["b_h"])
        self._sum_by_token(dz, tokens[: steps - 1].reshape(-1))

    def _sum_by_token(self, dz: Array, tokens: NDArray[np.integer]) -> None:
        """Adjoint of W_xh: each token's column collects the dz of the steps that read it."""
        out = self.adjoints["W_xh"]
        if self._one_hot is not None:
            self._one_hot.fill(0)
            self._one_hot[self._row_range[: len(tokens)], tokens] = 1
            np.matmul(dz.T, self._one_hot, out=out)
            return
        out.fill(0)
        if len(tokens):
            order = np.argsort(tokens, kind="stable")
            kinds, starts = np.unique(tokens[order], return_index=True)
            out[:, kinds] = np.add.reduceat(dz[order], starts, axis=0).T
