"""A network of objects, built from the leaves of a trace and called once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.styles.dialects import Network
from engine.styles.objects import (
    Module,
    NeuralNetwork,
    Parameter,
    RecurrentNetwork,
    Tape,
    Value,
    tape_bwd,
)


class TapedNetwork:
    """A network of objects with its inputs.

    Args:
        kind: which of the two.
        leaves: what it is given: arrays, and tokens as a mapping by step.

    Attributes:
        network: the objects.
        tape: its tape, as long as the last call that was not followed by a backward pass.
        inputs: the values it is called with.
        parameters: its parameters by the names of the equations.
        outputs: what the last call gave, by variable.
    """

    def __init__(self, kind: Network, leaves: Mapping[str, Any]) -> None:
        self.tape: Tape = []
        build = RecurrentNetwork if kind == "recurrent" else NeuralNetwork
        self.inputs = {name: _wrapped(leaves[name]) for name in ("x", "y") if name in leaves}
        # Copies: training changes parameters in place.
        held = {name: np.array(w) for name, w in leaves.items() if name not in self.inputs}
        self.network: Any = build(self.tape, **held)
        names = {id(array): name for name, array in held.items()}
        found = self.network.parameters()
        self.parameters: dict[str, Parameter] = {names[id(p.value)]: p for p in found}
        self.outputs: dict[str, Any] = {}

    def forward(self) -> Value:
        """Call the network; returns the loss."""
        with np.errstate(all="ignore"):
            found = self.network(*self.inputs.values())
        self.outputs = {
            name: held
            for name, held in found.items()
            if name not in self.inputs and isinstance(held, Value | dict)
        }
        loss: Value = self.outputs["L"] if "L" in self.outputs else self.outputs["J"]
        return loss

    def backward(self, loss: Value) -> None:
        """Consume the tape."""
        with np.errstate(all="ignore"):
            tape_bwd(self.tape, loss)

    def numbers(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Values and adjoints by variable, and by step where there are steps."""
        everything = self.inputs | self.parameters | self.outputs
        return _read(self.outputs, "value"), _read(everything, "adjoint")

    def notes(self) -> list[tuple[str, Module]]:
        """The tape in words, such as ``z = sigmoid(a)``, and the module of each note."""
        names = {id(value): name for name, value in self._values()}
        attributes = {id(module): name for name, module in vars(self.network).items()}
        result = []
        for module, inputs, output in self.tape:
            given = [names.get(id(value), "…") for value in inputs]
            shown = given if len(given) <= 3 else [given[0], "…", given[-1]]
            words = f"{attributes.get(id(module), '')}({', '.join(shown)})"
            result.append((f"{names.get(id(output), '…')} = {words}", module))
        return result

    def _values(self) -> list[tuple[str, Value]]:
        """Every value with a name, a time step's as ``h[3]``."""
        result = []
        for name, held in (self.inputs | self.parameters | self.outputs).items():
            steps = held.items() if isinstance(held, Mapping) else ()
            result += [(f"{name}[{t}]", value) for t, value in steps]
            if not steps:
                result.append((name, held))
        return result


def _wrapped(given: Any) -> Any:
    """Arrays and tokens as values."""
    if isinstance(given, Mapping):
        return {t: Value(token) for t, token in given.items()}
    return Value(given)


def _read(numbers: Mapping[str, Any], attribute: str) -> dict[str, Any]:
    """The values, or the adjoints, behind names."""
    result: dict[str, Any] = {}
    for name, held in numbers.items():
        if isinstance(held, Mapping):
            result[name] = {t: getattr(value, attribute) for t, value in held.items()}
        else:
            result[name] = getattr(held, attribute)
    return result
