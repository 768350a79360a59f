"""Where the error of a planted mistake is born, and how far it has spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.autodiff.reverse import contributions
from engine.oracle.verdict import TOLERANCES, errors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.autodiff.primitives import Array
    from engine.museum.planted import PlantedRun


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """A planted run beside the right one, number by number.

    Attributes:
        value_errors, adjoint_errors: (N,) max|wrong - right| / (1 + max|right|) of each node; NaN
            where there is no adjoint.
        tolerance: from which an error counts.
        born: the first wrong number: of the values in the order of evaluation, else of the
            adjoints in backward order; -1 where none is wrong.
        kind: which number of that node.
        faults: the nodes whose number does not follow from their neighbours' by the right rule:
            there the mistake acts, at all others it has only spread.
    """

    value_errors: NDArray[np.float64]
    adjoint_errors: NDArray[np.float64]
    tolerance: float
    born: int
    kind: Literal["value", "adjoint", ""]
    faults: tuple[int, ...]

    @property
    def wrong_values(self) -> tuple[int, ...]:
        """The nodes whose value is wrong."""
        return tuple(np.flatnonzero(self.value_errors > self.tolerance).tolist())

    @property
    def wrong_adjoints(self) -> tuple[int, ...]:
        """The nodes whose adjoint is wrong."""
        return tuple(np.flatnonzero(self.adjoint_errors > self.tolerance).tolist())


def spread_of(planted: PlantedRun) -> Spread:
    """Hold every number of a planted run to the run without the mistake."""
    right, wrong = planted.original, planted.trace
    tolerance = TOLERANCES[str(right.nodes[right.output].value.dtype)]
    value_errors = errors([n.value for n in wrong.nodes], [n.value for n in right.nodes])
    adjoint_errors = errors(wrong.adjoints, right.adjoints)
    values = np.flatnonzero(value_errors > tolerance)
    adjoints = np.flatnonzero(adjoint_errors > tolerance)
    if len(values):
        faults = _value_faults(planted, tolerance)
        return Spread(value_errors, adjoint_errors, tolerance, int(values[0]), "value", faults)
    if len(adjoints):
        faults = _adjoint_faults(planted, tolerance)
        return Spread(value_errors, adjoint_errors, tolerance, int(adjoints[-1]), "adjoint", faults)
    return Spread(value_errors, adjoint_errors, tolerance, -1, "", ())


def _value_faults(planted: PlantedRun, tolerance: float) -> tuple[int, ...]:
    """Where the right operation on the operands as they are gives another value."""
    nodes = planted.trace.nodes
    follows: list[Array] = []
    with np.errstate(all="ignore"):
        for node, right in zip(nodes, planted.original.nodes, strict=True):
            if right.primitive is None:
                follows.append(node.value)
                continue
            operands = [nodes[i].value for i in node.operands]
            follows.append(np.asarray(right.primitive.forward(*operands, **node.attributes)))
    found = errors([node.value for node in nodes], follows)
    return tuple(np.flatnonzero(found > tolerance).tolist())


def _adjoint_faults(planted: PlantedRun, tolerance: float) -> tuple[int, ...]:
    """Where the right rules on the consumers' adjoints as they are give another adjoint."""
    right, wrong = planted.original, planted.trace
    follows: list[Array | None] = [
        None if adjoint is None else np.zeros_like(adjoint) for adjoint in wrong.adjoints
    ]
    follows[right.output] = np.ones_like(right.nodes[right.output].value)
    with np.errstate(all="ignore"):
        for node in right.nodes:
            adjoint = wrong.adjoints[node.index]
            if node.primitive is None or adjoint is None:
                continue
            slots = [s for s, i in enumerate(node.operands) if follows[i] is not None]
            parts = contributions(right.nodes, node.index, slots, adjoint) if slots else ()
            for slot, part in zip(slots, parts, strict=True):
                operand = node.operands[slot]
                follows[operand] = follows[operand] + part
    found = errors(wrong.adjoints, follows)
    return tuple(np.flatnonzero(found > tolerance).tolist())
