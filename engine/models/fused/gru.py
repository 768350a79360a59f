"""The fused GRU layer, with PyTorch's bias inside the reset.

r_t, z_t = sigmoid(W_x. x_t + W_h. h_(t-1) + b_.),
n_t = tanh(W_xn x_t + b_n + r_t * a_t) with a_t = W_hn h_(t-1) + b_hn,
h_t = (1 - z_t) * n_t + z_t * h_(t-1).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from engine.models.architecture import Architecture
from engine.models.fused.recurrence import GatedRecurrence


class FusedGRU(GatedRecurrence):
    """A GRU layer over a window.

    All adjoints of a step are dh_t times what the forward pass knows:

    of n's pre-activation  dh (1-z) (1-n^2)            =: dh N
    of r's                 dh N a r (1-r)
    of z's                 dh (h_(t-1) - n) z (1-z)
    of a                   dh N r
    and dh_(t-1) += dh z + the sum over r, z, a of W_h.^T times these.

    The slots are n r z a.
    """

    inputs = ("n", "r", "z")
    recurrent = ("r", "z", "n")
    biases = ("b_n", "b_r", "b_z", "b_hn")
    sigmoids = slice(1, 3)
    factors = 4

    def __init__(
        self, architecture: Architecture, layer: int, steps: int, batch: int, dtype: DTypeLike
    ) -> None:
        super().__init__(architecture, layer, steps, batch, dtype)
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
        w, scratch, same = self._weights.value, self._scratch, self._same
        for step, (fn, fr, fz, fa) in self._steps_back():
            dh, dh_before, slots, by_slot, rows, n, r, z, a = step
            multiply(dh, z, scratch)
            add(dh_before, scratch, dh_before)
            multiply(fn, dh, n)
            multiply(fr, dh, r)
            multiply(fz, dh, z)
            multiply(fa, dh, a)
            if not same:
                np.copyto(by_slot, slots)
            dot(rows, w, scratch)
            add(dh_before, scratch, dh_before)

    def _prepare(self, block: slice) -> None:
        """What dh_t is multiplied with for n, r, z and a."""
        multiply, subtract, one = np.multiply, np.subtract, self._one
        n, r, z, a = self.slots[block].swapaxes(0, 1)
        fn, fr, fz, fa = self._factors[:, : block.stop - block.start]
        subtract(one, z, fa)
        multiply(n, n, fn)
        subtract(one, fn, fn)
        multiply(fn, fa, fn)
        subtract(self.states[block], n, fz)
        multiply(fz, z, fz)
        multiply(fz, fa, fz)
        multiply(fn, r, fa)
        subtract(one, r, fr)
        multiply(fr, a, fr)
        multiply(fr, fa, fr)
