"""The whole check of one run: PyTorch, Version A against B, and finite differences per module."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.autodiff.gradcheck import ModuleCheck, check_modules
from engine.autodiff.reverse import adjoints_by_pulling, adjoints_by_pushing
from engine.oracle.verdict import Status, Verdict, compare, errors

if TYPE_CHECKING:
    from numpy.random import Generator

    from engine.oracle.client import Oracle
    from engine.trace.trace import Trace

VERSIONS_TOLERANCE = {"float64": 1e-13, "float32": 1e-6}
"""Versions A and B add the same numbers; only the order of a sum may differ."""


@dataclass(frozen=True, slots=True, eq=False)
class CheckReport:
    """What was found.

    Attributes:
        nodes, edges, events: sizes of the run; events of both passes.
        verdict: PyTorch's word on every value and adjoint.
        versions_agree: Version A and Version B, run anew, give the trace's adjoints.
        modules: finite differences, one result per module.
    """

    nodes: int
    edges: int
    events: int
    verdict: Verdict
    versions_agree: bool
    modules: tuple[ModuleCheck, ...]

    @property
    def status(self) -> Status:
        """PyTorch's verdict: agrees, disagrees or unverified."""
        return self.verdict.status

    @property
    def reason(self) -> str:
        """Why the run is unverified and what to do, else an empty text."""
        return self.verdict.reason

    @property
    def ok(self) -> bool:
        """Whether everything was checked and everything agrees."""
        differences_agree = all(module.ok for module in self.modules)
        return self.status == "agrees" and self.versions_agree and differences_agree

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values, with the keys of the command line's contract."""
        first = self.verdict.first_disagreement
        return {
            "nodes": self.nodes,
            "edges": self.edges,
            "events": self.events,
            "max_value_error": self.verdict.max_value_error,
            "max_adjoint_error": self.verdict.max_adjoint_error,
            "versions_agree": self.versions_agree,
            "modules": [
                {"name": module.name, "max_error": module.max_error} for module in self.modules
            ],
            "tolerance": self.verdict.tolerance,
            "status": self.status,
            "first_disagreement": None
            if first is None
            else {
                "node": first.node,
                "name": first.name,
                "kind": first.kind,
                "error": first.error,
            },
            "reason": self.reason,
            "torch": None if self.verdict.answer is None else self.verdict.answer.torch,
            "ok": self.ok,
        }


def check(trace: Trace, oracle: Oracle, rng: Generator) -> CheckReport:
    """Check every value and every adjoint of a run in three independent ways.

    Args:
        trace: the run.
        oracle: asked once; it is started early, so that PyTorch loads while the rest is checked.
        rng: for the directions of the finite differences.
    """
    oracle.start()
    modules = check_modules(trace, rng)
    agree = versions_agree(trace)
    return CheckReport(
        nodes=len(trace.nodes),
        edges=trace.graph.edge_count,
        events=len(trace.events()),
        verdict=compare(trace, oracle.request(trace)),
        versions_agree=agree,
        modules=modules,
    )


def versions_agree(trace: Trace) -> bool:
    """Whether Version A and Version B both give the adjoints that the trace holds."""
    tolerance = VERSIONS_TOLERANCE[str(trace.nodes[trace.output].value.dtype)]
    for backward in (adjoints_by_pulling, adjoints_by_pushing):
        found = errors(backward(trace.nodes, trace.output), trace.adjoints)
        if not bool((found[~np.isnan(found)] <= tolerance).all()):
            return False
    return True
