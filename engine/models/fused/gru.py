"""The fused GRU layer, with PyTorch's bias inside the reset.

r_t, z_t = sigmoid(W_x. x_t + W_h. h_(t-1) + b_.),
n_t = tanh(W_xn x_t + b_n + r_t * a_t) with a_t = W_hn h_(t-1) + b_hn,
h_t = (1 - z_t) * n_t + z_t * h_(t-1).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import DTypeLike

from engine.autodiff.primitives import Array
from engine.models.architecture import Architecture, of_layer
from engine.models.fused.recurrence import Recurrence


class FusedGRU(Recurrence):
    """A GRU layer over a window.

    All adjoints of a step are dh_t times what the forward pass knows:

    of n's pre-activation  dh (1-z) (1-n^2)            =: dh N
    of r's                 dh N a r (1-r)
    of z's                 dh (h_(t-1) - n) z (1-z)
    of a                   dh N r
    and dh_(t-1) += dh z + the sum over r, z, a of W_h.^T times these.

    The buffers stand in the order n r z a: the input feeds the first three, h the last three.
    """

    input_gates = ("n", "r", "z")
    recurrent_gates = ("r", "z", "n")
    buffers = 4

    def __init__(
        self, architecture: Architecture, layer: int, steps: int, batch: int, dtype: DTypeLike
    ) -> None:
        super().__init__(architecture, layer, steps, batch, dtype)
        self._update: Array = np.zeros((min(self._span, steps), *self.states.shape[1:]), dtype)
        self._scratch: Array = np.zeros((2, *self._update.shape), dtype)
        g, h = self._gates, self.states
        self._recurrent_adjoint = g[1:, : steps - 1].reshape(3, -1, self._hidden)
        self._forward_steps = tuple(
            (h[t], h[t + 1], g[1:3, t], g[0, t], g[1, t], g[2, t], g[3, t]) for t in range(steps)
        )
        self._backward_steps = tuple(
            (self.state_adjoint[t + 1], self.state_adjoint[t], g[:, t], g[1:, t])
            for t in range(steps - 1)
        )

    def _forward(self, parameters: Mapping[str, Array]) -> None:
        w, bias = self._transposed, parameters[of_layer("b_hn", self._layer)]
        products, scratch = self._products, self._from_next
        into_sigmoids, into_tanh = products[:2], products[2]
        for before, after, rz, n, r, z, a in self._forward_steps:
            np.matmul(before, w, out=products)
            rz += into_sigmoids
            np.tanh(rz, out=rz)
            rz *= 0.5
            rz += 0.5
            np.add(into_tanh, bias, out=a)
            np.multiply(r, a, out=scratch)
            n += scratch
            np.tanh(n, out=n)
            np.subtract(before, n, out=after)
            after *= z
            after += n

    def _backward(self) -> None:
        scratch = self._from_next
        for block in self._blocks_back():
            self._factors(block)
            updates = self._update[: block.stop - block.start]
            for (dh, dh_before, dz, recurrent), z in zip(
                self._backward_steps[block][::-1], updates[::-1], strict=True
            ):
                dz *= dh
                np.multiply(dh, z, out=scratch)
                dh_before += scratch
                dh_before += self._pull(recurrent)

    def _factors(self, block: slice) -> None:
        """Put what dh_t is multiplied with into the place of n, r, z and a, and z aside."""
        n, r, z, a = self._gates[:, block]
        length = block.stop - block.start
        closed, change = self._scratch[:, :length]
        np.copyto(self._update[:length], z)
        np.subtract(1, z, out=closed)
        np.subtract(self.states[block], n, out=change)
        z *= closed
        z *= change
        np.multiply(n, n, out=n)
        np.subtract(1, n, out=n)
        n *= closed
        np.multiply(n, r, out=change)
        np.subtract(1, r, out=r)
        r *= change
        r *= a
        np.copyto(a, change)

    def backward(self, adjoints: Mapping[str, Array]) -> None:
        """As every recurrence, and the adjoint of b_hn."""
        super().backward(adjoints)
        np.matmul(
            self._ones, self._recurrent_adjoint[2], out=adjoints[of_layer("b_hn", self._layer)]
        )
