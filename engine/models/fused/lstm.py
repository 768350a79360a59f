"""The fused LSTM layer.

i_t, f_t, o_t = sigmoid(W_x. x_t + W_h. h_(t-1) + b_.), g_t = tanh(W_xg x_t + W_hg h_(t-1) + b_g),
c_t = f_t * c_(t-1) + i_t * g_t,  h_t = o_t * tanh(c_t).
"""

from __future__ import annotations

from collections.abc import Mapping

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

    The buffers stand in the order i f o g, so that the sigmoids are one block.
    """

    input_gates = ("i", "f", "o", "g")
    recurrent_gates = ("i", "f", "o", "g")
    buffers = 4

    def __init__(
        self, architecture: Architecture, layer: int, steps: int, batch: int, dtype: DTypeLike
    ) -> None:
        super().__init__(architecture, layer, steps, batch, dtype)
        self._cells: Array = np.zeros_like(self.states)
        self._squashed: Array = np.zeros((steps, *self.states.shape[1:]), dtype)
        self._forget: Array = np.zeros((min(self._span, steps), *self.states.shape[1:]), dtype)
        self._scratch: Array = np.zeros_like(self._forget)
        self._cell_adjoint: Array = np.zeros((batch, self._hidden), dtype)
        self.carried["c"] = self._cells
        self.start_adjoint["c"] = self._cell_adjoint
        g, h, c, q = self._gates, self.states, self._cells, self._squashed
        self._forward_steps = tuple(
            (h[t], h[t + 1], c[t], c[t + 1], q[t], g[:, t], g[:3, t], *g[:, t])
            for t in range(steps)
        )
        self._backward_steps = tuple(
            (self.state_adjoint[t + 1], self.state_adjoint[t], q[t], g[:, t], *g[:, t])
            for t in range(steps - 1)
        )

    def _forward(self, parameters: Mapping[str, Array]) -> None:
        w, products, scratch = self._transposed, self._products, self._from_next
        for before, after, c_before, c, q, gates, sigmoids, i, f, o, g in self._forward_steps:
            np.matmul(before, w, out=products)
            gates += products
            np.tanh(gates, out=gates)
            sigmoids *= 0.5
            sigmoids += 0.5
            np.multiply(f, c_before, out=c)
            np.multiply(i, g, out=scratch)
            c += scratch
            np.tanh(c, out=q)
            np.multiply(o, q, out=after)

    def _backward(self) -> None:
        dc, scratch = self._cell_adjoint, self._from_next
        dc.fill(0)
        for block in self._blocks_back():
            self._factors(block)
            forget = self._forget[: block.stop - block.start]
            for (dh, dh_before, into_cell, dz, i, f, o, g), keep in zip(
                self._backward_steps[block][::-1], forget[::-1], strict=True
            ):
                np.multiply(dh, into_cell, out=scratch)
                dc += scratch
                i *= dc
                f *= dc
                o *= dh
                g *= dc
                dc *= keep
                dh_before += self._pull(dz)

    def _factors(self, block: slice) -> None:
        """Put what dc_t or dh_t is multiplied with in the place of the gates and of tanh(c_t)."""
        i, f, o, g = self._gates[:, block]
        q, length = self._squashed[block], block.stop - block.start
        scratch = self._scratch[:length]
        np.copyto(self._forget[:length], f)
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
