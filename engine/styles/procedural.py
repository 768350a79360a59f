"""The procedural method: a forward and a backward pass, written by hand for one network.

Source: the slides *Backpropagation: Procedural Method*.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.autodiff.rules import Array, log_softmax, sigmoid, softmax

Numbers = dict[str, Any]
"""Quantities by name; one that every time step has is a dict by step."""

Steps = dict[int, Any]
Tokens = Mapping[int, int]


# Lines of code are broken for the column that shows them.
# fmt: off
def NNForward(
    x: Array, y: Array, alpha: Array, beta: Array,
) -> Numbers:
    """x (M,), y (K,) one-hot, alpha (D, M), beta (K, D)."""
    a = alpha @ x
    z = sigmoid(a)
    b = beta @ z
    y_hat = softmax(b)
    J = -(y @ np.log(y_hat))
    return locals()


def NNBackward(
    x: Array, y: Array, alpha: Array, beta: Array, o: Numbers,
) -> Numbers:
    """g_v = dJ/dv of every v, from the last to the first."""
    z, y_hat = o["z"], o["y_hat"]
    g_J = 1.0
    g_y_hat = -g_J * y / y_hat
    g_b = y_hat * (g_y_hat - y_hat @ g_y_hat)
    g_beta = np.outer(g_b, z)
    g_z = beta.T @ g_b
    g_a = g_z * z * (1 - z)
    g_alpha = np.outer(g_a, x)
    g_x = alpha.T @ g_a
    return locals()


def RNNForward(
    x: Tokens, W_xh: Array, W_hh: Array, b_h: Array,
    W_hy: Array, b_y: Array, h_0: Array,
) -> Numbers:
    """x[t]: token t; W_xh (H, V), W_hh (H, H), W_hy (V, H)."""
    h: Steps = {0: h_0}
    z, y, log_p, ell = Steps(), Steps(), Steps(), Steps()
    for t in range(len(x)):
        if t > 0:
            z[t] = W_xh[:, x[t]] + W_hh @ h[t - 1] + b_h
            h[t] = np.tanh(z[t])
        y[t] = W_hy @ h[t] + b_y
        log_p[t] = log_softmax(y[t])
        ell[t + 1] = -log_p[t][x[t + 1]]
    L = np.mean(list(ell.values()))
    return locals()


def RNNBackward(
    x: Tokens, W_xh: Array, W_hh: Array, b_h: Array,
    W_hy: Array, b_y: Array, h_0: Array, o: Numbers,
) -> Numbers:
    """g_v = dL/dv of every v; shared ones sum over time."""
    h, log_p = o["h"], o["log_p"]
    g_W_xh, g_W_hh = np.zeros_like(W_xh), np.zeros_like(W_hh)
    g_W_hy = np.zeros_like(W_hy)
    g_b_h, g_b_y = np.zeros_like(b_h), np.zeros_like(b_y)
    g_h = {t: np.zeros_like(h_0) for t in h}
    g_log_p, g_y, g_z = Steps(), Steps(), Steps()
    g_L = 1.0
    g_ell = {t: g_L / len(x) for t in x}
    for t in reversed(range(len(x))):
        hit = np.arange(len(b_y)) == x[t + 1]
        g_log_p[t] = -g_ell[t + 1] * hit
        g_y[t] = g_log_p[t] - np.exp(log_p[t]) * g_log_p[t].sum()
        g_b_y += g_y[t]
        g_W_hy += np.outer(g_y[t], h[t])
        g_h[t] += W_hy.T @ g_y[t]
        if t > 0:
            g_z[t] = g_h[t] * (1 - h[t] ** 2)
            g_b_h += g_z[t]
            g_W_hh += np.outer(g_z[t], h[t - 1])
            g_h[t - 1] += W_hh.T @ g_z[t]
            g_W_xh[:, x[t]] += g_z[t]
    return locals()
# fmt: on
