"""The lecture's feed-forward network with one hidden layer, recorded primitive by primitive.

a = alpha x,  z = sigmoid(a),  b = beta z,  y_hat = softmax(b),  J = -y^T log y_hat.

Source: the slides *Module-based AutoDiff*, whose running example this network is.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.random import Generator
from numpy.typing import DTypeLike

from engine.autodiff.ops import activation
from engine.autodiff.primitives import Array
from engine.autodiff.tape import Tape, Variable

INPUTS, HIDDEN, CLASSES = 3, 2, 3
"""M, D and K: small enough that every number can be read."""


def initial_example(rng: Generator, dtype: DTypeLike = np.float64) -> dict[str, Array]:
    """One example and fresh parameters: x (M,), y (K,) one-hot, α (D, M), β (K, D)."""
    return {
        "x": rng.normal(0, 1, INPUTS).astype(dtype),
        "y": np.eye(CLASSES, dtype=dtype)[rng.integers(CLASSES)],
        "α": rng.normal(0, 0.7, (HIDDEN, INPUTS)).astype(dtype),
        "β": rng.normal(0, 0.7, (CLASSES, HIDDEN)).astype(dtype),
    }


def record_feed_forward(leaves: Mapping[str, Array]) -> tuple[Tape, Variable]:
    """Run the network once.

    Args:
        leaves: x, y, α and β, as :func:`initial_example` makes them.

    Returns:
        The tape, and the loss J.
    """
    tape = Tape(leaves["x"].dtype)
    x, y = tape.input("x", leaves["x"]), tape.constant("y", leaves["y"])
    alpha, beta = tape.parameter("α", leaves["α"]), tape.parameter("β", leaves["β"])
    with tape.module("linear_1"):
        a = (alpha @ x).named("a")
    with tape.module("sigmoid"):
        z = activation("sigmoid", a).named("z")
    with tape.module("linear_2"):
        b = (beta @ z).named("b")
    with tape.module("softmax"):
        y_hat = tape.apply("softmax", b).named("ŷ")
    with tape.module("cross_entropy"):
        log_y_hat = tape.apply("log", y_hat).named("log ŷ")
        J = (-(y @ log_y_hat).named("y log ŷ")).named("J")
    return tape, J
