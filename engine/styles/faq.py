"""The lecture's two questions about PyTorch, answered by running the network of objects.

Why ``linear(x)`` and not ``linear.forward(x)``: the call also leaves the note on the tape. Why
parameters live inside the module: what updates and zeroes them finds them there.

Source: the slides *PyTorch: FAQ*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.autodiff.primitives import Array
from engine.styles.dialects import Network
from engine.styles.objects import Module, Parameter, Value
from engine.styles.taped import TapedNetwork

RATE = 0.5
"""Of the one step of gradient descent."""

_CALLS: Mapping[str, str] = {
    "linear_1": "a = {}(x)",
    "carry": "c[t] = {}(h[t - 1])",
    "score": "d[t] = {}(h[t])",
}
_MISSED: Mapping[Network, str] = {"feed-forward": "beta", "recurrent": "W_hy"}


class Direct(Module):
    """Stands for writing ``layer.forward(x)`` wherever ``layer(x)`` was written."""

    def __init__(self, layer: Module) -> None:
        super().__init__(layer.tape)
        self.layer = layer

    def __call__(self, *inputs: Any) -> Any:
        """Compute, and leave no note."""
        return self.layer.forward(*inputs)


@dataclass(frozen=True, slots=True, eq=False)
class AdjointRow:
    """An adjoint after a backward pass in which every layer was called, and in the other.

    Attributes:
        name: the variable.
        called, forwarded: the adjoint, or None where nothing arrived.
    """

    name: str
    called: Array | None
    forwarded: Array | None

    @property
    def status(self) -> str:
        """``missing``, ``wrong`` or ``same``."""
        if self.called is None or self.forwarded is None:
            return "same" if self.called is self.forwarded else "missing"
        return "same" if np.array_equal(self.called, self.forwarded) else "wrong"


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """The same network with a layer called, and with its ``forward`` called directly.

    Attributes:
        called_line, forwarded_line: how the layer is used in each.
        notes: the notes on the tape of the first, and whether the second has them too.
        loss: of both; calling ``forward`` computes the same number.
        adjoints: of the inputs and parameters that have one, first those that went wrong.
    """

    called_line: str
    forwarded_line: str
    notes: tuple[tuple[str, bool], ...]
    loss: float
    forwarded_loss: float
    adjoints: tuple[AdjointRow, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ParameterRow:
    """A parameter that the network's modules hold.

    Attributes:
        name: in the equations.
        path: where it lives, such as ``linear_1.W``.
        shape: of its value.
        uses: how many notes on the tape are of the module that holds it.
        moved: the largest change of a component in one step of gradient descent.
        moved_without: the same where one parameter was kept outside the module.
    """

    name: str
    path: str
    shape: tuple[int, ...]
    uses: int
    moved: float
    moved_without: float


@dataclass(frozen=True, slots=True)
class ParameterAnswer:
    """One step of gradient descent with every parameter found, and with one kept outside.

    Attributes:
        rows: what ``network.parameters()`` finds.
        missed: the parameter kept outside its module in the second network.
        loss: before the step.
        loss_after, loss_without: after the step, in each network.
        stale: how many times too large the missed adjoint is after the next pass, because
            zeroing did not find it either; 1 where it is 0.
    """

    rows: tuple[ParameterRow, ...]
    missed: str
    loss: float
    loss_after: float
    loss_without: float
    stale: float


def why_call(kind: Network, leaves: Mapping[str, Any]) -> CallAnswer:
    """Why ``linear(x)``: run the network with and without the note on the tape."""
    layer = _layer(kind, leaves)
    called, forwarded = TapedNetwork(kind, leaves), TapedNetwork(kind, leaves)
    held = getattr(forwarded.network, layer)
    setattr(forwarded.network, layer, Direct(held))
    losses = called.forward(), forwarded.forward()
    kept = {text for text, _ in forwarded.notes()}
    notes = tuple((text, text in kept) for text, _ in called.notes())
    called.backward(losses[0])
    forwarded.backward(losses[1])
    rows = [
        AdjointRow(name, value.adjoint, other.adjoint)
        for (name, value), (_, other) in zip(_leaves(called), _leaves(forwarded), strict=True)
        if value.adjoint is not None
    ]
    own = {name for name, p in forwarded.parameters.items() if p in held.parameters()}
    order = ("missing", "wrong", "same")
    rows.sort(key=lambda row: (order.index(row.status), row.name not in own))
    line = _CALLS[layer]
    return CallAnswer(
        line.format(f"self.{layer}"),
        line.format(f"self.{layer}.forward"),
        notes,
        float(losses[0].value),
        float(losses[1].value),
        tuple(rows),
    )


def why_inside(kind: Network, leaves: Mapping[str, Any], rate: float = RATE) -> ParameterAnswer:
    """Why parameters live inside: one step with all of them found, and with one missed."""
    missed = _MISSED[kind]
    whole, without = TapedNetwork(kind, leaves), TapedNetwork(kind, leaves)
    _keep_outside(without, missed)
    loss = whole.forward()
    users = [module for _, module in whole.notes()]
    whole.backward(loss)
    without.backward(without.forward())
    once = np.abs(whole.parameters[missed].adjoint).max()
    stale = _after_next_pass(without, missed) / once if once > 0 else 1.0
    before = {name: np.array(p.value) for name, p in whole.parameters.items()}
    for run in (whole, without):
        for parameter in run.network.parameters():
            if parameter.adjoint is not None:
                parameter.value = parameter.value - rate * parameter.adjoint
    rows = tuple(
        ParameterRow(
            name,
            path,
            p.value.shape,
            sum(module is holder for module in users),
            float(np.abs(p.value - before[name]).max()),
            float(np.abs(without.parameters[name].value - before[name]).max()),
        )
        for name, path, holder, p in _places(whole)
    )
    after, after_without = whole.forward(), without.forward()
    return ParameterAnswer(
        rows,
        missed,
        float(loss.value),
        float(after.value),
        float(after_without.value),
        float(stale),
    )


def _layer(kind: Network, leaves: Mapping[str, Any]) -> str:
    """The layer that is looked at: one that the network does call."""
    if kind == "feed-forward":
        return "linear_1"
    return "carry" if len(leaves["x"]) > 1 else "score"


def _leaves(run: TapedNetwork) -> list[tuple[str, Value]]:
    """Parameters and real inputs with their names."""
    inputs = [(name, v) for name, v in run.inputs.items() if isinstance(v, Value)]
    return [*run.parameters.items(), *inputs]


def _keep_outside(run: TapedNetwork, name: str) -> None:
    """Put a plain value in a parameter's place: the module computes with it as before."""
    for holder_name, path, holder, parameter in _places(run):
        if holder_name == name:
            plain = Value(parameter.value)
            setattr(holder, path.rsplit(".", 1)[-1], plain)
            run.parameters[name] = plain  # type: ignore[assignment]  # that is the mistake shown


def _places(run: TapedNetwork) -> list[tuple[str, str, Module, Parameter]]:
    """The name, path and holder of every parameter."""
    found = []
    names = {id(parameter): name for name, parameter in run.parameters.items()}
    for attribute, held in vars(run.network).items():
        if isinstance(held, Parameter):
            found.append((names[id(held)], attribute, run.network, held))
        elif isinstance(held, Module):
            found += [
                (names[id(inner)], f"{attribute}.{key}", held, inner)
                for key, inner in vars(held).items()
                if isinstance(inner, Parameter)
            ]
    return found


def _after_next_pass(run: TapedNetwork, missed: str) -> float:
    """max|adjoint| of the missed parameter after zeroing what is found and one more pass."""
    for parameter in run.network.parameters():
        parameter.adjoint = None
    run.backward(run.forward())
    return float(np.abs(run.parameters[missed].adjoint).max())
