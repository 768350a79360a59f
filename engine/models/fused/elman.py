"""The fused Elman layer: h_t = phi(W_xh x_t + W_hh h_(t-1) + b_h)."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from engine.autodiff.primitives import Array
from engine.models.architecture import Architecture
from engine.models.fused.recurrence import Recurrence


class FusedElman(Recurrence):
    """An Elman layer over a window.

    With s_t = phi'(z_t), written in h_t: dz_t = dh_t * s_t and dh_(t-1) += W_hh^T dz_t.
    """

    inputs = ("h",)
    recurrent = ("h",)
    biases = ("b_h",)

    def __init__(
        self, architecture: Architecture, layer: int, steps: int, batch: int, dtype: DTypeLike
    ) -> None:
        self._phi = architecture.phi
        self.sigmoids = slice(0, 1 if self._phi == "sigmoid" else 0)
        super().__init__(architecture, layer, steps, batch, dtype)
        h, dh = self.states, self.state_adjoint
        self._forward_steps = tuple((h[t], h[t + 1], self.slots[t, 0]) for t in range(steps))
        self._backward_steps = tuple(
            (dh[t + 1], dh[t], self._step_rows[t]) for t in range(steps - 1)
        )

    def _forward(self) -> None:
        times, add, tanh = self._times, np.add, np.tanh
        w, result, product, half = self._operand, self._result, self._products[0], self._half
        for before, after, z in self._forward_steps:
            times(before, w, result)
            add(z, product, after)
            if self._phi == "relu":
                np.maximum(after, 0, out=after)
                continue
            tanh(after, after)
            if self._phi == "sigmoid":
                after *= half
                after += half

    def _backward(self) -> None:
        multiply, add, dot = np.multiply, np.add, np.dot
        w, pulled = self._weights.value, self._scratch
        for block in self._blocks:
            self._slopes(self.states[block.start + 1 : block.stop + 1], self.slots[block, 0])
            for dh, dh_before, dz in self._backward_steps[block][::-1]:
                multiply(dz, dh, dz)
                dot(dz, w, pulled)
                add(dh_before, pulled, dh_before)

    def _slopes(self, h: Array, out: Array) -> None:
        """phi'(z), written in h = phi(z)."""
        if self._phi == "relu":
            np.greater(h, 0, out=out)
        else:
            np.multiply(h, h, out)
            np.subtract(self._one if self._phi == "tanh" else h, out, out)
