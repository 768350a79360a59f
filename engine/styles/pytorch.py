"""PyTorch: the same networks as one writes them with it; the backward pass is one line.

Only the oracle's worker imports this module, in a process of its own; the program reads its text.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

Tensor = Any


# Lines of code are broken for the column that shows them.
# fmt: off
class NeuralNetwork(nn.Module):
    """alpha (D, M), beta (K, D)."""

    def __init__(self, alpha: Tensor, beta: Tensor) -> None:
        super().__init__()
        (D, M), K = alpha.shape, len(beta)
        self.linear_1 = nn.Linear(M, D, bias=False)
        self.sigmoid = nn.Sigmoid()
        self.linear_2 = nn.Linear(D, K, bias=False)
        self.softmax = nn.Softmax(dim=-1)
        self.linear_1.weight = nn.Parameter(alpha)
        self.linear_2.weight = nn.Parameter(beta)

    def forward(self, x: Tensor, y: Tensor) -> dict[str, Tensor]:
        a = self.linear_1(x)
        z = self.sigmoid(a)
        b = self.linear_2(z)
        y_hat = self.softmax(b)
        J = -(y @ torch.log(y_hat))
        return locals()


def NNForwardBackward(
    x: Tensor, y: Tensor, alpha: Tensor, beta: Tensor,
) -> dict[str, Tensor]:
    network = NeuralNetwork(alpha, beta)
    o = network(x.requires_grad_(), y)
    keep_adjoints(o)
    o["J"].backward()
    alpha, beta = network.linear_1.weight, network.linear_2.weight
    return o | {"x": x, "alpha": alpha, "beta": beta}


class RecurrentNetwork(nn.Module):
    """W_xh (H, V), W_hh (H, H), W_hy (V, H)."""

    def __init__(
        self, W_xh: Tensor, W_hh: Tensor, b_h: Tensor,
        W_hy: Tensor, b_y: Tensor, h_0: Tensor,
    ) -> None:
        super().__init__()
        self.W_xh, self.W_hh = nn.Parameter(W_xh), nn.Parameter(W_hh)
        self.b_h, self.h_0 = nn.Parameter(b_h), nn.Parameter(h_0)
        self.W_hy, self.b_y = nn.Parameter(W_hy), nn.Parameter(b_y)

    def forward(self, x: dict[int, int]) -> dict[str, Any]:
        h = {0: self.h_0}
        z, y, log_p, ell = {}, {}, {}, {}
        for t in range(len(x)):
            if t > 0:
                c = self.W_hh @ h[t - 1]
                z[t] = self.W_xh[:, x[t]] + c + self.b_h
                h[t] = torch.tanh(z[t])
            y[t] = self.W_hy @ h[t] + self.b_y
            log_p[t] = torch.log_softmax(y[t], dim=-1)
            ell[t + 1] = -log_p[t][x[t + 1]]
        L = torch.stack(list(ell.values())).mean()
        return locals()


def RNNForwardBackward(
    x: dict[int, int], W_xh: Tensor, W_hh: Tensor, b_h: Tensor,
    W_hy: Tensor, b_y: Tensor, h_0: Tensor,
) -> dict[str, Any]:
    network = RecurrentNetwork(W_xh, W_hh, b_h, W_hy, b_y, h_0)
    o = network(x)
    keep_adjoints(o)
    o["L"].backward()
    return o | dict(network.named_parameters())


def keep_adjoints(o: dict[str, Any]) -> None:
    """PyTorch keeps only parameters' adjoints, unless asked."""
    for held in o.values():
        for v in held.values() if isinstance(held, dict) else [held]:
            if isinstance(v, torch.Tensor) and v.requires_grad:
                v.retain_grad()
# fmt: on
