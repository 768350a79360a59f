"""The work behind the slices of an adjoint: no widget is touched here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from explorer.jobs import reports

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from engine.trace.graph import BoolArray
    from engine.trace.origin import Origin
    from engine.trace.trace import Trace
    from explorer.canvas.path_layer import PathLayer
    from explorer.panels.origin_slices import Slices
    from explorer.run_jobs import Run


@dataclass(frozen=True, slots=True)
class Question:
    """What is split.

    Attributes:
        node: the shared node.
        component: of it, None for all.
        loss: the node of the one loss that is looked at, -1 for all.
    """

    node: int
    component: int | None
    loss: int


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The answer.

    Attributes:
        whole: the run it was asked of.
        question: as said.
        part: what flows through the losses looked at: ``whole`` itself for all.
        origin: the slices.
        reaching: (N,) what goes into the losses looked at.
        slices: the same as the pictures show them.
        subject, largest: what is said of them.
    """

    whole: Trace
    question: Question
    part: Trace
    origin: Origin
    reaching: BoolArray
    slices: Slices
    subject: str
    largest: str


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """The run whose recurrent matrices are scaled.

    Attributes:
        run: as it was on screen.
        radius: the largest spectral radius of its recurrent matrices.
    """

    run: Run
    radius: float


def split(
    trace: Trace,
    question: Question,
    before: Found | None,
    original: NDArray[np.float64] | None,
) -> Iterator[tuple[Found, ...]]:
    """Split an adjoint; what flows through one loss is taken over where it is known already."""
    from engine.trace.origin import origin_in_steps, through
    from engine.trace.origin_words import largest_sentence, subject
    from engine.trace.reach import ancestors

    known = before is not None and before.whole is trace and before.question.loss == question.loss
    if before is not None and known:
        part, reaching = before.part, before.reaching
    else:
        part = trace if question.loss < 0 else through(trace, question.loss)
        yield ()
        reaching = ancestors(part.graph, part.output).nodes
    yield ()
    for answer in reports(origin_in_steps(part, question.node, question.component)):
        if not answer:
            yield ()
            continue
        origin = answer[0]
        yield (
            Found(
                trace, question, part, origin, reaching, _shown(part, origin, original),
                subject(part, origin, trace), largest_sentence(part, origin),
            ),
        )  # fmt: skip


def _shown(trace: Trace, origin: Origin, original: NDArray[np.float64] | None) -> Slices:
    from engine.trace.origin_words import slice_name
    from explorer.mathtext import to_unicode
    from explorer.panels.origin_slices import Slices

    names = tuple(to_unicode(slice_name(trace, origin, i)) for i in range(len(origin)))
    labels = tuple(name.removeprefix("t = ") for name in names)
    if original is not None and len(original) != len(names):
        original = None
    return Slices(origin.values, names, labels, origin.total, original)


def way(found: Found, place: int) -> Iterator[tuple[Found, PathLayer | None, str]]:
    """The way of a slice, as a layer and in words."""
    from engine.trace.gradient_path import path_of
    from engine.trace.origin_words import path_sentence, through_words
    from explorer.canvas.path_layer import layer_of

    edge = found.origin.edges[place][0]
    if not found.reaching[found.part.graph.edge_consumer[edge]]:
        where = through_words(found.part, found.origin, place)
        loss = found.part.nodes[found.part.output].name
        yield found, None, f"Nothing comes through {where}: `{loss}` was computed before it."
        return
    path = path_of(found.part, edge, found.reaching)
    sentence = path_sentence(found.part, found.origin, place, path)
    yield found, layer_of(found.whole.graph, path), sentence


def radius_of(run: Run, matrices: tuple[int, ...]) -> Iterator[Base]:
    """The largest spectral radius of some matrices."""
    from engine.trace.spectral import largest_radius

    yield Base(run, largest_radius(run.trace, matrices))


def scaled_run(base: Base, run: Run, radius: float) -> Iterator[Run]:
    """The base at another radius, drawn as the run on screen is."""
    from engine.trace.spectral import rescaled
    from explorer.run_jobs import like

    trace = rescaled(base.run.trace, radius, base.radius)
    yield replace(like(run, trace), spec=base.run.spec)
