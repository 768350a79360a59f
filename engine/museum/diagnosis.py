"""What a planted mistake does to a run, and which check notices: all of it computed.

A module is checked as a student would: its own backward pass, with the mistake in it, against
finite differences. The whole is checked in one piece, the gradient of every parameter at once,
along one random direction: that is all that procedural code has to hold to the light.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.autodiff.gradcheck import Module, ModuleCheck, check_module, modules_of
from engine.museum.mistake import RIGHT, Mistake, at_leaves, run_pass
from engine.museum.planted import PlantedRun, plant
from engine.museum.spread import Spread, spread_of
from engine.steps import finished

if TYPE_CHECKING:
    from collections.abc import Generator as Steps
    from collections.abc import Iterator

    from numpy.random import Generator

    from engine.museum.examples import Example
    from engine.museum.exhibits import Exhibit
    from engine.museum.mistake import Values
    from engine.trace.trace import Trace

WHOLE = "all parameters"
"""Name of the one check of the whole run."""


@dataclass(frozen=True, slots=True)
class Trial:
    """The one check of a tiny run with the mistake in it.

    Attributes:
        text: what is run.
        caught: whether the check fails.
        error: its error.
    """

    text: str
    caught: bool
    error: float


@dataclass(frozen=True, slots=True, eq=False)
class Diagnosis:
    """What is wrong, where it began, and who noticed.

    Attributes:
        spread: where the error is born and how far it gets.
        modules: each module's own check.
        whole: the one check of everything.
        first_pass: the same with all adjoints cleared before.
        chain, reused: the exhibit's two tiny runs.
        reused_nodes: how many nodes of this run are used more than once.
    """

    spread: Spread
    modules: tuple[ModuleCheck, ...]
    whole: ModuleCheck
    first_pass: ModuleCheck
    chain: Trial
    reused: Trial
    reused_nodes: int

    @property
    def born(self) -> int:
        """The node where the error is born, -1 where no number is wrong."""
        return self.spread.born

    @property
    def harmless(self) -> bool:
        """Whether every number of this run is right all the same."""
        return self.born < 0

    @property
    def failing(self) -> tuple[ModuleCheck, ...]:
        """The modules whose own check fails, the first that the error goes through first."""
        along = self.modules if self.spread.kind == "value" else reversed(self.modules)
        return tuple(module for module in along if not module.ok)


def diagnose(planted: PlantedRun, rng: Generator) -> Diagnosis:
    """Hold a planted run to the right one, and check it; see :func:`diagnosis_in_steps`."""
    return finished(diagnosis_in_steps(planted, rng))


def diagnosis_in_steps(planted: PlantedRun, rng: Generator) -> Steps[None, None, Diagnosis]:
    """Hold a planted run to the run without the mistake, and check it by finite differences.

    Yields after each check. The modules are checked with ``rng`` itself, as in
    :func:`check_modules`, so that both tell the same errors; the rest with generators of its own,
    so that a trial has the same error in every run.

    Args:
        planted: the run.
        rng: for the directions of the checks.

    Returns:
        The diagnosis.
    """
    right = planted.original
    used = np.bincount(right.graph.edge_operand[right.graph.edge_differentiable])
    along, on_chain, on_reused = rng.spawn(3)
    whole = first = check_whole(planted, along)
    yield
    if planted.exhibit.mistake.keeps:
        first = check_whole(planted, along, first=True)
        yield
    modules = []
    for module in check_modules(planted, rng):
        modules.append(module)
        yield
    return Diagnosis(
        spread_of(planted),
        tuple(modules),
        whole,
        first,
        trial(planted.exhibit, planted.exhibit.chain, on_chain),
        trial(planted.exhibit, planted.exhibit.reused, on_reused),
        int((used > 1).sum()),
    )


def trial(exhibit: Exhibit, example: Example, rng: Generator) -> Trial:
    """Whether the one check notices the mistake in a tiny run."""
    check = check_whole(plant(example.record(), exhibit), rng)
    return Trial(example.text, not check.ok, check.max_error)


def check_modules(planted: PlantedRun, rng: Generator) -> Iterator[ModuleCheck]:
    """Each module's own backward pass, the mistake in it, against finite differences.

    Where the run has one module only, every operation is one.
    """
    trace: Trace = planted.trace
    modules = modules_of(trace)
    if len(modules) == 1:
        nodes = tuple(replace(n, module=f"{n.op} {n.name}") for n in trace.nodes)
        modules = modules_of(replace(trace, nodes=nodes))
    mistake = RIGHT if planted.exhibit.mistake.between_modules else planted.exhibit.mistake
    for module in modules:
        yield check_module(trace, module, rng, backward=_Backward(trace, module, mistake))


def check_whole(planted: PlantedRun, rng: Generator, *, first: bool = False) -> ModuleCheck:
    """The gradient of the loss along one direction, all parameters and inputs at once.

    Args:
        planted: the run.
        rng: for the direction.
        first: check the first pass after all adjoints were cleared, not the one on screen.
    """
    trace, mistake = planted.trace, planted.exhibit.mistake
    computed = tuple(node.index for node in trace.nodes if node.primitive is not None)
    used = {operand for node in trace.nodes for operand in node.operands}
    leaves = tuple(
        node.index
        for node in trace.nodes
        if node.primitive is None and node.differentiable and node.index in used
    )
    module = Module(WHOLE, computed, leaves, (trace.output,))
    twice = mistake.keeps and not first
    return check_module(trace, module, rng, backward=_Backward(trace, module, mistake, twice))


@dataclass(frozen=True, slots=True)
class _Backward:
    """A module's backward pass with the mistake in it, once or twice without clearing."""

    trace: Trace
    module: Module
    mistake: Mistake
    twice: bool = False

    def __call__(self, base: Values, cotangent: Values) -> Values:
        nodes, inside = self.trace.nodes, self.module.nodes
        cleared = {i: np.zeros(base[i].shape) for i in (*self.module.inputs, *inside)}
        done = run_pass(nodes, inside, base, cleared, cotangent, self.mistake)
        if self.twice:
            left = at_leaves(nodes, done.adjoints)
            done = run_pass(nodes, inside, base, cleared | left, cotangent, self.mistake)
        return {i: done.adjoints[i] for i in self.module.inputs}
