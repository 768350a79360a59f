"""Objects: every module is an object, control flow defines the graph, and a tape remembers it.

No backward pass is written for a network: the tape is read from its end, and each module adds to
the adjoints of what went into it. An adjoint is None until something has arrived.

Source: the slides *Module-based AutoDiff (OOP Version)*.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from engine.autodiff import rules
from engine.autodiff.rules import Array
from engine.styles.procedural import Numbers, Steps


class Value:
    """A number or array, and its adjoint."""

    def __init__(self, value: Any) -> None:
        self.value = value
        self.adjoint: Any = None

    def add(self, part: Array) -> None:
        if self.adjoint is not None:
            part = self.adjoint + part
        self.adjoint = part


class Parameter(Value):
    """A value that training may change."""


Tape = list[tuple["Module", tuple[Value, ...], Value]]


class Module:
    """Calling it computes a value and leaves a note on the tape."""

    forward: Callable[..., Any]
    backward: Callable[..., None]

    def __init__(self, tape: Tape) -> None:
        self.tape = tape

    def __call__(self, *inputs: Any) -> Any:
        return self.apply_fwd(*inputs)

    def apply_fwd(self, *inputs: Value) -> Any:
        output = self.forward(*inputs)
        self.tape.append((self, inputs, output))
        return output

    def apply_bwd(self, inputs: Any, output: Value) -> None:
        if output.adjoint is not None:
            self.backward(output, *inputs)

    def parameters(self) -> list[Parameter]:
        """Every parameter found in what the module holds."""
        held = list(vars(self).values())
        found = [p for p in held if isinstance(p, Parameter)]
        for module in held:
            if isinstance(module, Module):
                found += module.parameters()
        return found


class Network(Module):
    """Its layers leave notes on the tape, not the network itself."""

    def apply_fwd(self, *inputs: Any) -> Any:
        return self.forward(*inputs)


def tape_bwd(tape: Tape, loss: Value) -> None:
    """Consume the tape in reverse topological order."""
    loss.add(np.ones_like(loss.value))
    while tape:
        module, inputs, output = tape.pop()
        module.apply_bwd(inputs, output)


class NeuralNetwork(Network):
    """alpha (D, M), beta (K, D)."""

    def __init__(self, tape: Tape, alpha: Array, beta: Array) -> None:
        super().__init__(tape)
        self.linear_1 = Linear(tape, alpha)
        self.sigmoid = Sigmoid(tape)
        self.linear_2 = Linear(tape, beta)
        self.softmax = Softmax(tape)
        self.cross_entropy = CrossEntropy(tape)

    def forward(self, x: Value, y: Value) -> Numbers:
        a = self.linear_1(x)
        z = self.sigmoid(a)
        b = self.linear_2(z)
        y_hat = self.softmax(b)
        J = self.cross_entropy(y_hat, y)
        return locals()


# Lines of code are broken for the column that shows them.
# fmt: off
class RecurrentNetwork(Network):
    """Its layers serve every time step."""

    def __init__(
        self, tape: Tape, W_xh: Array, W_hh: Array, b_h: Array,
        W_hy: Array, b_y: Array, h_0: Array,
    ) -> None:
        super().__init__(tape)
        self.read = Lookup(tape, W_xh)
        self.carry = Linear(tape, W_hh)
        self.meet = Sum(tape, b_h)
        self.tanh = Tanh(tape)
        self.score = Linear(tape, W_hy)
        self.shift = Sum(tape, b_y)
        self.log_softmax = LogSoftmax(tape)
        self.nll = NLL(tape)
        self.mean = Mean(tape)
        self.h_0 = Parameter(h_0)

    def forward(self, x: dict[int, Value]) -> Numbers:
        h: Steps = {0: self.h_0}
        a, c, z, d, y, log_p, ell = (Steps() for _ in range(7))
        for t in range(len(x)):
            if t > 0:
                a[t] = self.read(x[t])
                c[t] = self.carry(h[t - 1])
                z[t] = self.meet(a[t], c[t])
                h[t] = self.tanh(z[t])
            d[t] = self.score(h[t])
            y[t] = self.shift(d[t])
            log_p[t] = self.log_softmax(y[t])
            ell[t + 1] = self.nll(log_p[t], x[t + 1])
        L = self.mean(*ell.values())
        return locals()


# fmt: on
class Linear(Module):
    """y = W x."""

    def __init__(self, tape: Tape, W: Array) -> None:
        super().__init__(tape)
        self.W = Parameter(W)

    def forward(self, x: Value) -> Value:
        return Value(self.W.value @ x.value)

    def backward(self, y: Value, x: Value) -> None:
        self.W.add(np.outer(y.adjoint, x.value))
        x.add(self.W.value.T @ y.adjoint)


class Lookup(Module):
    """y = W e_x, column x of W."""

    def __init__(self, tape: Tape, W: Array) -> None:
        super().__init__(tape)
        self.W = Parameter(W)

    def forward(self, x: Value) -> Value:
        return Value(self.W.value[:, x.value])

    def backward(self, y: Value, x: Value) -> None:
        column = np.arange(self.W.value.shape[1]) == x.value
        self.W.add(np.outer(y.adjoint, column))


class Sum(Module):
    """y = u + v + ... + b."""

    def __init__(self, tape: Tape, b: Array) -> None:
        super().__init__(tape)
        self.b = Parameter(b)

    def forward(self, *terms: Value) -> Value:
        total = sum(term.value for term in terms)
        return Value(total + self.b.value)

    def backward(self, y: Value, *terms: Value) -> None:
        for term in terms:
            term.add(y.adjoint)
        self.b.add(y.adjoint)


class Sigmoid(Module):
    """y = 1 / (1 + exp(-x))."""

    def forward(self, x: Value) -> Value:
        return Value(rules.sigmoid(x.value))

    def backward(self, y: Value, x: Value) -> None:
        x.add(y.adjoint * y.value * (1 - y.value))


class Tanh(Module):
    """y = tanh x."""

    def forward(self, x: Value) -> Value:
        return Value(np.tanh(x.value))

    def backward(self, y: Value, x: Value) -> None:
        x.add(y.adjoint * (1 - y.value * y.value))


class Softmax(Module):
    """y = exp(x) / sum exp(x)."""

    def forward(self, x: Value) -> Value:
        return Value(rules.softmax(x.value))

    def backward(self, y: Value, x: Value) -> None:
        x.add(y.value * (y.adjoint - y.value @ y.adjoint))


class CrossEntropy(Module):
    """J = -y^T log y_hat, y one-hot."""

    def forward(self, y_hat: Value, y: Value) -> Value:
        return Value(-(y.value @ np.log(y_hat.value)))

    def backward(self, J: Value, y_hat: Value, y: Value) -> None:
        y_hat.add(-J.adjoint * y.value / y_hat.value)


class LogSoftmax(Module):
    """y = x - log sum exp(x)."""

    def forward(self, x: Value) -> Value:
        return Value(rules.log_softmax(x.value))

    def backward(self, y: Value, x: Value) -> None:
        x.add(y.adjoint - np.exp(y.value) * y.adjoint.sum())


class NLL(Module):
    """Negative log-likelihood: ell = -log_p[x]."""

    def forward(self, log_p: Value, x: Value) -> Value:
        return Value(-log_p.value[x.value])

    def backward(self, ell: Value, log_p: Value, x: Value) -> None:
        hit = np.arange(len(log_p.value)) == x.value
        log_p.add(-ell.adjoint * hit)


class Mean(Module):
    """L = the mean of numbers."""

    def forward(self, *ell: Value) -> Value:
        return Value(np.mean([part.value for part in ell]))

    def backward(self, L: Value, *ell: Value) -> None:
        for part in ell:
            part.add(L.adjoint / len(ell))
