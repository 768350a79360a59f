"""The fused Elman layer: h_t = phi(W_xh x_t + W_hh h_(t-1) + b_h)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import DTypeLike

from engine.autodiff.primitives import Array
from engine.models.architecture import Architecture
from engine.models.fused.recurrence import Recurrence


class FusedElman(Recurrence):
    """An Elman layer over a window.

    With s_t = phi'(z_t), written in h_t: dz_t = dh_t * s_t and dh_(t-1) += W_hh^T dz_t.
    """

    input_gates = ("h",)
    recurrent_gates = ("h",)
    buffers = 1

    def __init__(
        self, architecture: Architecture, layer: int, steps: int, batch: int, dtype: DTypeLike
    ) -> None:
        self._phi = architecture.phi
        super().__init__(architecture, layer, steps, batch, dtype)
        self._forward_steps = tuple(
            (self.states[t], self.states[t + 1], self._gates[0, t]) for t in range(steps)
        )
        self._backward_steps = tuple(
            (self.state_adjoint[t + 1], self.state_adjoint[t], self._gates[:, t])
            for t in range(steps - 1)
        )

    def halves(self, gate: str) -> bool:
        """Whether phi is a sigmoid."""
        return self._phi == "sigmoid"

    def _forward(self, parameters: Mapping[str, Array]) -> None:
        w, product = self._transposed[0], self._products[0]
        for before, after, z in self._forward_steps:
            np.matmul(before, w, out=product)
            np.add(z, product, out=after)
            if self._phi == "relu":
                np.maximum(after, 0, out=after)
                continue
            np.tanh(after, out=after)
            if self._phi == "sigmoid":
                after *= 0.5
                after += 0.5

    def _backward(self) -> None:
        for block in self._blocks_back():
            self._slopes(self.states[block.start + 1 : block.stop + 1], self._gates[0, block])
            for dh, dh_before, dz in self._backward_steps[block][::-1]:
                dz *= dh
                dh_before += self._pull(dz)

    def _slopes(self, h: Array, out: Array) -> None:
        """phi'(z), written in h = phi(z)."""
        if self._phi == "relu":
            np.greater(h, 0, out=out)
        else:
            np.multiply(h, h, out=out)
            np.subtract(1 if self._phi == "tanh" else h, out, out=out)
