"""Optimizers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.autodiff.primitives import Array
from engine.training.optimizer import (
    OPTIMIZERS,
    SGD,
    Adam,
    AdamW,
    Flat,
    Momentum,
    OptimizerName,
    clip,
    new_optimizer,
)

DTYPE = np.dtype(np.float64)


def test_gradient_descent_moves_against_the_adjoint() -> None:
    parameters = np.array([1.0, 2.0])
    SGD(2, DTYPE).update(parameters, np.array([0.5, -1.0]), 0.1)
    np.testing.assert_allclose(parameters, [0.95, 2.1], rtol=1e-15)


def test_momentum_remembers_nine_tenths() -> None:
    # m = 1, then 0.9 * 1 + 1 = 1.9; with the rate 0.1 the weight falls by 0.1 and by 0.19.
    parameters, momentum = np.array([1.0]), Momentum(1, DTYPE)
    for expected in (0.9, 0.71):
        momentum.update(parameters, np.array([1.0]), 0.1)
        assert parameters[0] == pytest.approx(expected, rel=1e-15)


def test_adam_moves_as_worked_out_by_hand() -> None:
    # First update: m = 0.1 g, v = 0.01 g^2; corrected they are g and g^2, so the step is
    # rate * g / (|g| + eps), which is the rate for any g > 0.
    parameters = np.array([1.0, 1.0])
    adam = Adam(2, DTYPE)
    adam.update(parameters, np.array([0.5, -3.0]), 0.1)
    np.testing.assert_allclose(parameters, [0.9, 1.1], rtol=1e-7)
    # Second update with g = 0: m = 0.9 * 0.1 g = 0.09 g, corrected by 1 - 0.9^2 = 0.19;
    # v = 0.99 * 0.01 g^2, corrected by 1 - 0.99^2 = 0.0199.
    adam.update(parameters, np.zeros(2), 0.1)
    step = 0.1 * (0.09 / 0.19) / math.sqrt(0.0099 / 0.0199)
    np.testing.assert_allclose(parameters, [0.9 - step, 1.1 + step], rtol=1e-6)


def test_decay_joins_the_adjoint_but_adamw_takes_it_off_the_weight() -> None:
    # Gradient descent: 2 - 0.1 * (1 + 0.5 * 2) = 1.8.
    parameters = np.array([2.0])
    SGD(1, DTYPE, weight_decay=0.5).update(parameters, np.array([1.0]), 0.1)
    assert parameters[0] == pytest.approx(1.8)
    # AdamW: 2 * (1 - 0.1 * 0.5) - 0.1 = 1.8 too; Adam's step is the rate whatever was added.
    for kind, expected in ((AdamW, 1.8), (Adam, 1.9)):
        parameters = np.array([2.0])
        kind(1, DTYPE, weight_decay=0.5).update(parameters, np.array([1.0]), 0.1)
        assert parameters[0] == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_finds_the_bottom_of_a_bowl(name: OptimizerName) -> None:
    bottom: Array = np.array([3.0, -1.0])
    parameters, optimizer = np.zeros(2), new_optimizer(name, 2, DTYPE)
    for step in range(400):
        optimizer.update(parameters, parameters - bottom, 0.1 * 0.99**step)
    np.testing.assert_allclose(parameters, bottom, atol=0.02)
    assert optimizer.count == 400


def test_clipping_keeps_the_direction_and_says_the_norm_before() -> None:
    adjoint = np.array([3.0, 4.0])
    assert clip(adjoint, 1.0) == 5.0
    np.testing.assert_allclose(adjoint, [0.6, 0.8])
    assert clip(adjoint, 2.0) == pytest.approx(1.0)
    np.testing.assert_allclose(adjoint, [0.6, 0.8])


def test_an_adjoint_whose_squares_overflow_is_clipped_all_the_same() -> None:
    adjoint = np.array([3e30, 4e30], np.float32)
    assert clip(adjoint, 1.0) == pytest.approx(5e30)
    np.testing.assert_allclose(adjoint, [0.6, 0.8], rtol=1e-6)


def test_flat_views_are_windows_on_one_vector() -> None:
    flat = Flat({"a": np.arange(6.0).reshape(2, 3), "b": np.array([7.0])})
    flat.vector[4] = 40
    assert flat.views["a"][1, 1] == 40
    assert flat.views["b"][0] == 7
