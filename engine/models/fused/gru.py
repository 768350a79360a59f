"""The fused GRU layer, with PyTorch's bias inside the reset.

r_t, z_t = sigmoid(W_x. x_t + W_h. h_(t-1) + b_.),
n_t = tanh(W_xn x_t + b_n + r_t * a_t) with a_t = W_hn h_(t-1) + b_hn,
h_t = (1 - z_t) * n_t + z_t * h_(t-1).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from engine.autodiff.primitives import Array
from engine.models.architecture import Architecture
from engine.models.fused.recurrence import Recurrence


class FusedGRU(Recurrence):
    """A GRU layer over a window.

    All adjoints of a step are dh_t times what the forward pass knows:

    of n's pre-activation  dh (1-z) (1-n^2)            =: dh N
    of r's                 dh N a r (1-r)
    of z's                 dh (h_(t-1) - n) z (1-z)
    of a                   dh N r
    and dh_(t-1) += dh z + the sum over r, z, a of W_h.^T times these.
    """

    inputs = (("n", "b_n"), ("r", "b_r"), ("z", "b_z"), ("", "b_hn"))
    recurrent = ("r", "z", "n")

    def __init__(
        self, architecture: Architecture, layer: int, steps: int, batch: int, dtype: DTypeLike
    ) -> None:
        super().__init__(architecture, layer, steps, batch, dtype)
        self._update: Array = np.zeros((min(self._span, steps), *self.states.shape[1:]), dtype)
        self._aside: Array = np.zeros((2, *self._update.shape), dtype)
        s, h, dh = self.slots, self.states, self.state_adjoint
        self._forward_steps = tuple(
            (h[t], h[t + 1], s[t, 1:], s[t, 1:3], *s[t]) for t in range(steps)
        )
        self._backward_steps = tuple(
            (dh[t + 1], dh[t], s[t], self._step_slots[t], self._step_rows[t], *s[t])
            for t in range(steps - 1)
        )

    def _forward(self) -> None:
        times, add, multiply, tanh = self._times, np.add, np.multiply, np.tanh
        w, result, products = self._operand, self._result, self._products
        half, scratch = self._half, self._scratch
        for before, after, rza, rz, n, r, z, a in self._forward_steps:
            times(before, w, result)
            add(rza, products, rza)
            tanh(rz, rz)
            multiply(rz, half, rz)
            add(rz, half, rz)
            multiply(r, a, scratch)
            add(n, scratch, n)
            tanh(n, n)
            np.subtract(before, n, after)
            multiply(after, z, after)
            add(after, n, after)

    def _backward(self) -> None:
        multiply, add, dot = np.multiply, np.add, np.dot
        w, pulled, scratch, same = self._weights, self._scratch, self._products[0], self._same
        for block in self._blocks_back():
            self._factors(block)
            updates = self._update[: block.stop - block.start]
            for (dh, dh_before, step, by_slot, rows, n, r, z, a), kept in zip(
                self._backward_steps[block][::-1], updates[::-1], strict=True
            ):
                multiply(n, dh, n)
                multiply(r, dh, r)
                multiply(z, dh, z)
                multiply(a, dh, a)
                if not same:
                    np.copyto(by_slot, step)
                multiply(dh, kept, scratch)
                add(dh_before, scratch, dh_before)
                dot(rows, w, pulled)
                add(dh_before, pulled, dh_before)

    def _factors(self, block: slice) -> None:
        """Put what dh_t is multiplied with into the place of n, r, z and a, and z aside."""
        n, r, z, a = self.slots[block].swapaxes(0, 1)
        closed, change = self._aside[:, : block.stop - block.start]
        np.copyto(self._update[: block.stop - block.start], z)
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
