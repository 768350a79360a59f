"""Modules: each layer knows its own forward and backward, and a network is a list of calls.

``forward`` maps inputs to an output; ``backward`` maps the inputs, the output and the output's
adjoint to the inputs' adjoints. Each can be checked by finite differences on its own.

Source: the slides *Module-based AutoDiff*.
"""

from __future__ import annotations

import numpy as np

from engine.autodiff import rules
from engine.autodiff.rules import Array
from engine.styles.procedural import Numbers, Steps, Tokens

Two = tuple[Array, Array]


# Lines of code are broken for the column that shows them.
# fmt: off
def NNForward(
    x: Array, y: Array, alpha: Array, beta: Array,
) -> Numbers:
    """x (M,), y (K,) one-hot, alpha (D, M), beta (K, D)."""
    a = Linear.forward(x, alpha)
    z = Sigmoid.forward(a)
    b = Linear.forward(z, beta)
    y_hat = Softmax.forward(b)
    J = CrossEntropy.forward(y_hat, y)
    return locals()


def NNBackward(
    x: Array, y: Array, alpha: Array, beta: Array, o: Numbers,
) -> Numbers:
    """g_v = dJ/dv of every v: the same modules in reverse."""
    z, y_hat = o["z"], o["y_hat"]
    g_J = 1.0
    g_y_hat = CrossEntropy.backward(y_hat, y, g_J)
    g_b = Softmax.backward(y_hat, g_y_hat)
    g_beta, g_z = Linear.backward(z, beta, g_b)
    g_a = Sigmoid.backward(z, g_z)
    g_alpha, g_x = Linear.backward(x, alpha, g_a)
    return locals()


def RNNForward(
    x: Tokens, W_xh: Array, W_hh: Array, b_h: Array,
    W_hy: Array, b_y: Array, h_0: Array,
) -> Numbers:
    """x[t]: token t; W_xh (H, V), W_hh (H, H), W_hy (V, H)."""
    h: Steps = {0: h_0}
    a, c, z, d, y, log_p, ell = (Steps() for _ in range(7))
    for t in range(len(x)):
        if t > 0:
            a[t] = Lookup.forward(x[t], W_xh)
            c[t] = Linear.forward(h[t - 1], W_hh)
            z[t] = Sum.forward(a[t], c[t], b_h)
            h[t] = Tanh.forward(z[t])
        d[t] = Linear.forward(h[t], W_hy)
        y[t] = Sum.forward(d[t], b_y)
        log_p[t] = LogSoftmax.forward(y[t])
        ell[t + 1] = NLL.forward(log_p[t], x[t + 1])
    L = Mean.forward(ell)
    return locals()


def RNNBackward(
    x: Tokens, W_xh: Array, W_hh: Array, b_h: Array,
    W_hy: Array, b_y: Array, h_0: Array, o: Numbers,
) -> Numbers:
    """g_v = dL/dv of every v; shared ones sum over time."""
    h, log_p, ell = o["h"], o["log_p"], o["ell"]
    g_W_xh, g_W_hh = np.zeros_like(W_xh), np.zeros_like(W_hh)
    g_W_hy = np.zeros_like(W_hy)
    g_b_h, g_b_y = np.zeros_like(b_h), np.zeros_like(b_y)
    g_h = {t: np.zeros_like(h_0) for t in h}
    g_log_p, g_y, g_d, g_z, g_c, g_a = (Steps() for _ in range(6))
    g_L = 1.0
    g_ell = Mean.backward(ell, g_L)
    for t in reversed(range(len(x))):
        g_log_p[t] = NLL.backward(log_p[t], x[t + 1], g_ell[t + 1])
        g_y[t] = LogSoftmax.backward(log_p[t], g_log_p[t])
        g_d[t] = Sum.backward(g_y[t])
        g_b_y += Sum.backward(g_y[t])
        so_far = g_W_hy, g_h[t]
        g_W_hy, g_h[t] = added(
            so_far, Linear.backward(h[t], W_hy, g_d[t])
        )
        if t > 0:
            g_z[t] = Tanh.backward(h[t], g_h[t])
            g_a[t] = Sum.backward(g_z[t])
            g_c[t] = Sum.backward(g_z[t])
            g_b_h += Sum.backward(g_z[t])
            so_far = g_W_hh, g_h[t - 1]
            g_W_hh, g_h[t - 1] = added(
                so_far, Linear.backward(h[t - 1], W_hh, g_c[t])
            )
            g_W_xh += Lookup.backward(x[t], W_xh, g_a[t])
    return locals()


def added(sums: Two, parts: Two) -> Two:
    """A quantity that is used several times sums its parts."""
    return sums[0] + parts[0], sums[1] + parts[1]


# fmt: on
class Linear:
    """y = W x."""

    @staticmethod
    def forward(x: Array, W: Array) -> Array:
        return W @ x

    @staticmethod
    def backward(x: Array, W: Array, g_y: Array) -> Two:
        g_W = np.outer(g_y, x)
        g_x = W.T @ g_y
        return g_W, g_x


class Lookup:
    """y = W e_x, column x of W."""

    @staticmethod
    def forward(x: int, W: Array) -> Array:
        return W[:, x]

    @staticmethod
    def backward(x: int, W: Array, g_y: Array) -> Array:
        g_W = np.zeros_like(W)
        g_W[:, x] = g_y
        return g_W


class Sum:
    """y = u + v + ...; every term has the adjoint of the sum."""

    @staticmethod
    def forward(*terms: Array) -> Array:
        return sum(terms[1:], start=terms[0])

    @staticmethod
    def backward(g_y: Array) -> Array:
        return g_y


class Sigmoid:
    """y = 1 / (1 + exp(-x))."""

    @staticmethod
    def forward(x: Array) -> Array:
        return rules.sigmoid(x)

    @staticmethod
    def backward(y: Array, g_y: Array) -> Array:
        return g_y * y * (1 - y)


class Tanh:
    """y = tanh x."""

    @staticmethod
    def forward(x: Array) -> Array:
        return np.tanh(x)

    @staticmethod
    def backward(y: Array, g_y: Array) -> Array:
        return g_y * (1 - y * y)


class Softmax:
    """y = exp(x) / sum exp(x)."""

    @staticmethod
    def forward(x: Array) -> Array:
        return rules.softmax(x)

    @staticmethod
    def backward(y: Array, g_y: Array) -> Array:
        return y * (g_y - y @ g_y)


class CrossEntropy:
    """J = -y^T log y_hat, y one-hot."""

    @staticmethod
    def forward(y_hat: Array, y: Array) -> Array:
        return -(y @ np.log(y_hat))

    @staticmethod
    def backward(y_hat: Array, y: Array, g_J: float) -> Array:
        return -g_J * y / y_hat


class LogSoftmax:
    """y = x - log sum exp(x)."""

    @staticmethod
    def forward(x: Array) -> Array:
        return rules.log_softmax(x)

    @staticmethod
    def backward(y: Array, g_y: Array) -> Array:
        return g_y - np.exp(y) * g_y.sum()


class NLL:
    """Negative log-likelihood: ell = -log_p[target]."""

    @staticmethod
    def forward(log_p: Array, target: int) -> Array:
        return -log_p[target]

    @staticmethod
    def backward(log_p: Array, target: int, g_ell: Array) -> Array:
        g_log_p = np.zeros_like(log_p)
        g_log_p[target] = -g_ell
        return g_log_p


class Mean:
    """L = the mean of numbers."""

    @staticmethod
    def forward(ell: Steps) -> Array:
        return np.mean(list(ell.values()))

    @staticmethod
    def backward(ell: Steps, g_L: float) -> Steps:
        return {t: g_L / len(ell) for t in ell}
