"""Optimizers over one flat vector of parameters, and clipping by the global norm.

Sources: Robbins and Monro, *A stochastic approximation method* (1951); Polyak, *Some methods of
speeding up the convergence of iteration methods* (1964); Kingma and Ba, *Adam: a method for
stochastic optimization* (2015), algorithm 1; Loshchilov and Hutter, *Decoupled weight decay
regularization* (2019), algorithm 2; Pascanu, Mikolov and Bengio, *On the difficulty of training
recurrent neural networks* (2013) for clipping.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Literal, get_args

import numpy as np

from engine.autodiff.primitives import Array

OptimizerName = Literal["sgd", "momentum", "adam", "adamw"]
OPTIMIZERS: tuple[OptimizerName, ...] = get_args(OptimizerName)


class Flat:
    """Named arrays that are views of one vector, so that an update is one pass.

    Attributes:
        vector: (P,) all numbers.
        views: name to array.
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self.vector: Array = np.concatenate([array.reshape(-1) for array in arrays.values()])
        self.views: dict[str, Array] = {}
        start = 0
        for name, array in arrays.items():
            self.views[name] = self.vector[start : start + array.size].reshape(array.shape)
            start += array.size


class Optimizer(ABC):
    """Moves P parameters against their adjoint.

    Args:
        size: number of parameters P.
        dtype: of the moments.
        weight_decay: share of each parameter that is added to its adjoint; :class:`AdamW` takes
            it off the parameter itself instead.

    Attributes:
        moments: what is remembered from update to update, each (P,).
        count: updates made.
    """

    remembers: tuple[str, ...] = ()

    def __init__(
        self, size: int, dtype: np.dtype[np.floating], *, weight_decay: float = 0.0
    ) -> None:
        self.moments: dict[str, Array] = {name: np.zeros(size, dtype) for name in self.remembers}
        self.count = 0
        self._weight_decay = weight_decay
        self._scratch: Array = np.zeros(size, dtype)

    def update(self, parameters: Array, adjoint: Array, learning_rate: float) -> None:
        """Move ``parameters`` (P,) in place against ``adjoint`` (P,), which may be overwritten."""
        self.count += 1
        if self._weight_decay:
            self._decay(parameters, adjoint, learning_rate)
        self._move(parameters, adjoint, learning_rate)

    def _decay(self, parameters: Array, adjoint: Array, learning_rate: float) -> None:
        np.multiply(parameters, self._weight_decay, out=self._scratch)
        adjoint += self._scratch

    @abstractmethod
    def _move(self, parameters: Array, adjoint: Array, learning_rate: float) -> None: ...


class SGD(Optimizer):
    """Stochastic gradient descent: w -= rate * g."""

    def _move(self, parameters: Array, adjoint: Array, learning_rate: float) -> None:
        np.multiply(adjoint, learning_rate, out=self._scratch)
        parameters -= self._scratch


class Momentum(Optimizer):
    """Heavy-ball momentum: m = 0.9 m + g, w -= rate * m."""

    remembers = ("velocity",)
    share = 0.9

    def _move(self, parameters: Array, adjoint: Array, learning_rate: float) -> None:
        velocity = self.moments["velocity"]
        velocity *= self.share
        velocity += adjoint
        np.multiply(velocity, learning_rate, out=self._scratch)
        parameters -= self._scratch


class Adam(Optimizer):
    """Adam: running means m of the adjoint and v of its square; w -= rate * m / (sqrt(v) + eps).

    Both means are corrected for having begun at zero. The mean of squares forgets ten times as
    fast as the paper's (0.99, not 0.999), which suits windows of one text.
    """

    remembers = ("first", "second")
    beta1, beta2, epsilon = 0.9, 0.99, 1e-8

    def _move(self, parameters: Array, adjoint: Array, learning_rate: float) -> None:
        scratch, first, second = self._scratch, self.moments["first"], self.moments["second"]
        first *= self.beta1
        np.multiply(adjoint, 1 - self.beta1, out=scratch)
        first += scratch
        second *= self.beta2
        np.multiply(adjoint, adjoint, out=scratch)
        scratch *= 1 - self.beta2
        second += scratch
        np.divide(second, 1 - self.beta2**self.count, out=scratch)
        np.sqrt(scratch, out=scratch)
        scratch += self.epsilon
        np.divide(first, scratch, out=scratch)
        scratch *= learning_rate / (1 - self.beta1**self.count)
        parameters -= scratch


class AdamW(Adam):
    """Adam with decoupled weight decay: first w -= rate * decay * w, then Adam's step."""

    def _decay(self, parameters: Array, adjoint: Array, learning_rate: float) -> None:
        parameters *= 1 - learning_rate * self._weight_decay


_CLASSES: Mapping[OptimizerName, type[Optimizer]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "adam": Adam,
    "adamw": AdamW,
}


def new_optimizer(
    name: OptimizerName, size: int, dtype: np.dtype[np.floating], *, weight_decay: float = 0.0
) -> Optimizer:
    """The optimizer of a name, before its first update."""
    return _CLASSES[name](size, dtype, weight_decay=weight_decay)


def clip(adjoint: Array, limit: float) -> float:
    """Scale ``adjoint`` in place to a norm of at most ``limit``; returns the norm before."""
    with np.errstate(over="ignore"):
        norm = float(np.sqrt(np.dot(adjoint, adjoint)))
    if not np.isfinite(norm):
        # Squares of float32 overflow at 1e19, where clipping is needed most.
        norm = float(np.linalg.norm(adjoint.astype(np.float64)))
    if norm > limit:
        adjoint *= limit / norm
    return norm
