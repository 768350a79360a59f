"""The three witnesses of a node put together, and the first node that they convict."""

from __future__ import annotations

from collections.abc import Generator as Steps
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.oracle.verdict import TOLERANCES
from engine.witnesses.differences import Differences, differences_in_steps
from engine.witnesses.rules import Fault, local_rule_off, sum_error

if TYPE_CHECKING:
    from numpy.random import Generator

    from engine.oracle.verdict import Status, Verdict
    from engine.trace.trace import Trace


@dataclass(frozen=True, slots=True)
class WitnessVerdict:
    """What three witnesses say of one node's adjoint; None where one has not spoken.

    Attributes:
        node: index of the node.
        ours: how far the adjoint is from the sum of its contributions, pulled anew.
        torch: how far it is from PyTorch's.
        differences: how far it is from finite differences.
        value: how far the node's value is from PyTorch's.
        tolerance: of ``ours``, ``torch`` and ``value``.
        differences_tolerance: of ``differences``.
    """

    node: int
    ours: float | None = None
    torch: float | None = None
    differences: float | None = None
    value: float | None = None
    tolerance: float = TOLERANCES["float64"]
    differences_tolerance: float = 1e-7

    @property
    def ours_agrees(self) -> bool | None:
        """Whether our own rules, applied once more, give this adjoint."""
        return None if self.ours is None else self.ours <= self.tolerance

    @property
    def torch_agrees(self) -> bool | None:
        """Whether PyTorch has the same value and the same adjoint."""
        if self.torch is None:
            return None
        return max(self.torch, self.value or 0.0) <= self.tolerance

    @property
    def differences_agree(self) -> bool | None:
        """Whether finite differences give this adjoint."""
        if self.differences is None:
            return None
        return self.differences <= self.differences_tolerance

    @property
    def flags(self) -> tuple[bool | None, bool | None, bool | None]:
        """Ours, PyTorch, differences: agrees, disagrees, or None where it has not spoken."""
        return self.ours_agrees, self.torch_agrees, self.differences_agree

    @property
    def status(self) -> Status:
        """Disagrees if one does; agrees only if all three have spoken; else unverified."""
        if False in self.flags:
            return "disagrees"
        return "unverified" if None in self.flags else "agrees"


def witness(
    trace: Trace, node: int, rng: Generator, verdict: Verdict | None = None
) -> WitnessVerdict:
    """Call all three witnesses of one node.

    Args:
        trace: the run.
        node: index of a node that has an adjoint.
        rng: for the directions of finite differences.
        verdict: PyTorch's on the whole run, if it is known.

    Raises:
        IndexError: the node has no adjoint.
    """
    found = [step for step in witnesses(trace, (node,), rng, verdict) if step is not None]
    if not found:
        raise IndexError(f"node {node} has no adjoint")
    return found[0]


def witnesses(
    trace: Trace, nodes: Iterable[int], rng: Generator, verdict: Verdict | None = None
) -> Iterator[WitnessVerdict | None]:
    """Call the witnesses of several nodes, one after the other; nodes without adjoint are skipped.

    Yields:
        A verdict for each node, and None while one is at work, so that a job can be cancelled.
    """
    for node in nodes:
        if trace.adjoints[node] is not None:
            differences = yield from differences_in_steps(trace, node, rng)
            yield judged(trace, node, sum_error(trace, node), differences, verdict)


def judged(
    trace: Trace,
    node: int,
    ours: float | None,
    differences: Differences | None,
    verdict: Verdict | None,
) -> WitnessVerdict:
    """A verdict from what is known so far."""
    torch = value = None
    if verdict is not None and verdict.adjoint_errors is not None:
        torch = float(verdict.adjoint_errors[node])
        value = None if verdict.value_errors is None else float(verdict.value_errors[node])
    return WitnessVerdict(
        node,
        ours,
        torch,
        None if differences is None else differences.error,
        value,
        TOLERANCES[str(trace.nodes[trace.output].value.dtype)],
        1e-7 if differences is None else differences.tolerance,
    )


def first_bad_node(trace: Trace, verdicts: Iterable[WitnessVerdict]) -> int | None:
    """The first node in backward order that a witness convicts, None if there is none.

    A node comes after all its consumers in the backward pass, so this is the one at which the
    error is born: what it was made from was right.
    """
    bad = [verdict.node for verdict in verdicts if verdict.status == "disagrees"]
    return max((node for node in bad if node < len(trace)), default=None)


def find_fault(
    trace: Trace, rng: Generator, verdict: Verdict | None = None
) -> Steps[None, None, Fault | None]:
    """Find where a run first goes wrong, and which local rule is off there.

    PyTorch's verdict says where, if there is one; else finite differences walk the tape backward
    until they meet a wrong adjoint.

    Yields:
        None while at work, so that a job can be cancelled.

    Returns:
        The fault; None where there is none.
    """
    if verdict is not None and verdict.adjoint_errors is not None:
        assert verdict.value_errors is not None
        values = np.flatnonzero(verdict.value_errors > verdict.tolerance)
        if len(values):
            return Fault(int(values[0]), "value", error=float(verdict.value_errors[values[0]]))
        adjoints = np.flatnonzero(verdict.adjoint_errors > verdict.tolerance)
        if len(adjoints):
            return _fault(
                trace, int(adjoints[-1]), float(verdict.adjoint_errors[adjoints[-1]]), rng
            )
        return None
    for node in range(trace.output, -1, -1):
        if trace.adjoints[node] is None:
            continue
        differences = yield from differences_in_steps(trace, node, rng)
        if not differences.ok:
            return _fault(trace, node, differences.error, rng)
    return None


def _fault(trace: Trace, node: int, error: float, rng: Generator) -> Fault:
    """What is off at a node whose adjoint is known to be wrong."""
    return local_rule_off(trace, node, rng) or Fault(node, "sum", error=error)
