"""The fused LSTM layer.

i_t, f_t, o_t = sigmoid(W_x. x_t + W_h. h_(t-1) + b_.), g_t = tanh(W_xg x_t + W_hg h_(t-1) + b_g),
c_t = f_t * c_(t-1) + i_t * g_t,  h_t = o_t * tanh(c_t).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from engine.autodiff.primitives import Array
from engine.models.architecture import Architecture
from engine.models.fused.recurrence import GatedRecurrence


class FusedLSTM(GatedRecurrence):
    """An LSTM layer over a window.

    With q_t = tanh(c_t), one step back is dc_t += dh_t o (1 - q^2), and the adjoints of the
    pre-activations are i: dc g i (1-i), f: dc c_(t-1) f (1-f), g: dc i (1-g^2), o: dh q o (1-o);
    dc_(t-1) = dc_t f, and dh_(t-1) += the sum over gates of W_h.^T times these.

    The slots are i f o g.
    """

    inputs = recurrent = ("i", "f", "o", "g")
    biases = ("b_i", "b_f", "b_o", "b_g")
    sigmoids = slice(0, 3)
    factors = 3

    def __init__(
        self, architecture: Architecture, layer: int, steps: int, batch: int, dtype: DTypeLike
    ) -> None:
        super().__init__(architecture, layer, steps, batch, dtype)
        s, h, dh = self.slots, self.states, self.state_adjoint
        self._cells: Array = np.zeros_like(h)
        self._squashed: Array = np.zeros((steps, *h.shape[1:]), dtype)
        # The adjoint of c_t and that of c_(t-1) take turns.
        dc: Array = np.zeros((2, *h.shape[1:]), dtype)
        self._cell_adjoint = dc
        self.carried["c"] = self._cells
        self.start_adjoint["c"] = dc[1]
        c, q = self._cells, self._squashed
        self._forward_steps = tuple(
            (h[t], h[t + 1], c[t], c[t + 1], q[t], s[t], s[t, :3], *s[t]) for t in range(steps)
        )
        self._backward_steps = tuple(
            (
                *(dh[t + 1], dh[t], dc[t % 2], dc[1 - t % 2]),
                *(q[t], s[t], self._step_slots[t], self._step_rows[t], *s[t]),
            )
            for t in range(steps - 1)
        )

    def _forward(self) -> None:
        times, add, multiply, tanh = self._times, np.add, np.multiply, np.tanh
        w, result, products = self._operand, self._result, self._products
        half, scratch = self._half, self._scratch
        for before, after, c_before, c, q, gates, sigmoids, i, f, o, g in self._forward_steps:
            times(before, w, result)
            add(gates, products, gates)
            tanh(gates, gates)
            multiply(sigmoids, half, sigmoids)
            add(sigmoids, half, sigmoids)
            multiply(f, c_before, c)
            multiply(i, g, scratch)
            add(c, scratch, c)
            tanh(c, q)
            multiply(o, q, after)

    def _backward(self) -> None:
        multiply, add, dot = np.multiply, np.add, np.dot
        w, scratch, same = self._weights.value, self._scratch, self._same
        self._cell_adjoint.fill(0)
        for step, (fi, ff, fo) in self._steps_back():
            dh, dh_before, dc, dc_before, into_cell, slots, by_slot, rows, i, f, o, g = step
            multiply(dh, into_cell, scratch)
            add(dc, scratch, dc)
            multiply(dc, f, dc_before)
            multiply(fi, dc, i)
            multiply(ff, dc, f)
            multiply(fo, dh, o)
            multiply(g, dc, g)
            if not same:
                np.copyto(by_slot, slots)
            dot(rows, w, scratch)
            add(dh_before, scratch, dh_before)

    def _prepare(self, block: slice) -> None:
        """What dc_t or dh_t is multiplied with for i, f and o; for g and c_t in their place."""
        multiply, subtract, one = np.multiply, np.subtract, self._one
        slots = self.slots[block].swapaxes(0, 1)
        i, _, o, g = slots
        q, factors = self._squashed[block], self._factors[:, : block.stop - block.start]
        subtract(one, slots[:3], factors)
        multiply(factors, slots[:3], factors)
        multiply(factors[0], g, factors[0])
        multiply(factors[1], self._cells[block], factors[1])
        multiply(factors[2], q, factors[2])
        multiply(g, g, g)
        subtract(one, g, g)
        multiply(g, i, g)
        multiply(q, q, q)
        subtract(one, q, q)
        multiply(q, o, q)
