"""The fused LSTM layer.

i_t, f_t, o_t = sigmoid(W_x. x_t + W_h. h_(t-1) + b_.), g_t = tanh(W_xg x_t + W_hg h_(t-1) + b_g),
c_t = f_t * c_(t-1) + i_t * g_t,  h_t = o_t * tanh(c_t).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from engine.autodiff.primitives import Array
from engine.models.architecture import Architecture
from engine.models.fused.recurrence import Recurrence


class FusedLSTM(Recurrence):
    """An LSTM layer over a window.

    With q_t = tanh(c_t), one step back is dc_t += dh_t o (1 - q^2), and the adjoints of the
    pre-activations are i: dc g i (1-i), f: dc c_(t-1) f (1-f), g: dc i (1-g^2), o: dh q o (1-o);
    dc_(t-1) = dc_t f,  dh_(t-1) += the sum over gates of W_h.^T times these.

    The slots stand in the order i f o g, so that the sigmoids are one block.
    """

    inputs = (("i", "b_i"), ("f", "b_f"), ("o", "b_o"), ("g", "b_g"))
    recurrent = ("i", "f", "o", "g")

    def __init__(
        self, architecture: Architecture, layer: int, steps: int, batch: int, dtype: DTypeLike
    ) -> None:
        super().__init__(architecture, layer, steps, batch, dtype)
        self._cells: Array = np.zeros_like(self.states)
        self._squashed: Array = np.zeros((steps, *self.states.shape[1:]), dtype)
        self._forget: Array = np.zeros((min(self._span, steps), *self.states.shape[1:]), dtype)
        self._aside: Array = np.zeros_like(self._forget)
        self._cell_adjoint: Array = np.zeros((batch, self._hidden), dtype)
        self.carried["c"] = self._cells
        self.start_adjoint["c"] = self._cell_adjoint
        s, h, c, q, dh = self.slots, self.states, self._cells, self._squashed, self.state_adjoint
        self._forward_steps = tuple(
            (h[t], h[t + 1], c[t], c[t + 1], q[t], s[t], s[t, :3], *s[t]) for t in range(steps)
        )
        self._backward_steps = tuple(
            (dh[t + 1], dh[t], q[t], s[t], self._step_slots[t], self._step_rows[t], *s[t])
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
        multiply, add, dot, same = np.multiply, np.add, np.dot, self._same
        w, dc, scratch = self._weights, self._cell_adjoint, self._scratch
        dc.fill(0)
        for block in self._blocks_back():
            self._factors(block)
            forget = self._forget[: block.stop - block.start]
            for (dh, dh_before, into_cell, step, by_slot, rows, i, f, o, g), kept in zip(
                self._backward_steps[block][::-1], forget[::-1], strict=True
            ):
                multiply(dh, into_cell, scratch)
                add(dc, scratch, dc)
                multiply(i, dc, i)
                multiply(f, dc, f)
                multiply(o, dh, o)
                multiply(g, dc, g)
                multiply(dc, kept, dc)
                if not same:
                    np.copyto(by_slot, step)
                dot(rows, w, scratch)
                add(dh_before, scratch, dh_before)

    def _factors(self, block: slice) -> None:
        """Put what dc_t or dh_t is multiplied with in the place of the gates and of tanh(c_t)."""
        i, f, o, g = self.slots[block].swapaxes(0, 1)
        q, scratch = self._squashed[block], self._aside[: block.stop - block.start]
        np.copyto(self._forget[: block.stop - block.start], f)
        np.subtract(1, f, out=scratch)
        f *= scratch
        f *= self._cells[block]
        np.subtract(1, o, out=scratch)
        scratch *= q
        np.multiply(q, q, out=q)
        np.subtract(1, q, out=q)
        q *= o
        o *= scratch
        np.subtract(1, i, out=scratch)
        scratch *= g
        np.multiply(g, g, out=g)
        np.subtract(1, g, out=g)
        g *= i
        i *= scratch
