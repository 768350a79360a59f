"""Runs ready to be drawn, and the jobs that make them: no widget is touched here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import InputError
from explorer.arrangement import Arrangement
from explorer.jobs import reports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.museum import Diagnosis, PlantedRun
    from engine.run_spec import RunSpec
    from engine.trace.scalars import Opened
    from engine.trace.trace import Trace
    from explorer.canvas.scene import Scene
    from explorer.layout import Layout

    Diagnosed = tuple[PlantedRun, Diagnosis]


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """A run that another page wants to be looked at on the graph.

    Attributes:
        spec: what is asked, where it can be said as a request; the run bar then shows it.
        make: records the run where a request could not say it; called off the GUI thread.
        node: name of the node to look at, such as ``ℓ_3``; empty for none.
        title: one sentence on what is shown, for the window's notice; empty for none.
    """

    spec: RunSpec | None = None
    make: Callable[[], Trace] | None = None
    node: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A recorded run, ready to be drawn.

    Attributes:
        spec: what was asked, or None for a trace read from a file.
        trace: what was computed.
        layout: where it is drawn.
        scene: the arrays that the canvas paints from.
        planted: the mistake that is planted in it, or None.
        arrangement: what the layout was made for.
        whole: the run in which no operation is opened into numbers, None where this is it.
        opened: what is opened in this one.
        wish: why another page asked for it, None where it was asked for here.
    """

    spec: RunSpec | None
    trace: Trace
    layout: Layout
    scene: Scene
    planted: PlantedRun | None = None
    arrangement: Arrangement = field(default_factory=Arrangement)
    whole: Run | None = None
    opened: Opened | None = None
    wish: Wish | None = None


@dataclass(frozen=True, slots=True)
class Carried:
    """How the run before was drawn, which the next one takes over.

    Attributes:
        arrangement: as said.
        trace: of the run before, None before the first.
    """

    arrangement: Arrangement
    trace: Trace | None

    def arrangement_of(self, trace: Trace) -> Arrangement:
        """The same for another run."""
        from explorer.layout.hierarchy import carried

        if self.trace is None or not self.arrangement.collapsed:
            return self.arrangement
        boxes = carried(self.trace, trace, self.arrangement.collapsed)
        return replace(self.arrangement, collapsed=boxes)


def record(spec: RunSpec, carried: Carried) -> Iterator[Run]:
    """The run that was asked for."""
    from engine.runs import run

    yield prepared(spec, run(spec), carried)


def grant(wish: Wish, carried: Carried) -> Iterator[Run]:
    """The run that another page wants to be looked at.

    Raises:
        InputError: as the request or the recording itself.
    """
    if wish.make is not None:
        trace = wish.make()
    else:
        from engine.run_spec import RunSpec
        from engine.runs import run

        trace = run(wish.spec or RunSpec())
    yield replace(prepared(wish.spec, trace, carried), wish=wish)


def load(path: str, carried: Carried) -> Iterator[Run | Diagnosed | None]:
    """The run in a file; where a mistake is planted in it, the run without it comes first."""
    from engine.trace.codec import load_trace

    trace = load_trace(path)
    if "planted" not in trace.provenance:
        yield prepared(None, trace, carried)
        return
    from engine.museum import replanted

    try:
        planted = replanted(trace)
    except InputError as error:
        raise InputError(error.message, file=path) from None
    right = prepared(None, planted.original, carried)
    yield right
    yield from _with_diagnosis(right, planted)


def plant(run: Run | None, identity: str, carried: Carried) -> Iterator[Run | Diagnosed | None]:
    """The run with the mistake in it, or without a run the exhibit's example; then what it does."""
    from engine import museum

    chosen = museum.exhibit(identity)
    right = run or prepared(chosen.example.spec, chosen.example.record(), carried)
    yield from _with_diagnosis(right, museum.plant(right.trace, chosen))


def _with_diagnosis(right: Run, planted: PlantedRun) -> Iterator[Run | Diagnosed | None]:
    """The run, then nothing while it is checked, then its diagnosis."""
    from engine.museum import diagnosis_in_steps, spread_of

    wrong = like(right, planted.trace)
    yield replace(wrong, planted=planted, scene=replace(wrong.scene, mistake=spread_of(planted)))
    for found in reports(diagnosis_in_steps(planted, np.random.default_rng(0))):
        yield (planted, found[0]) if found else None


def prepared(spec: RunSpec | None, trace: Trace, carried: Carried) -> Run:
    """A run whose index arrays and scene are made here, off the GUI thread."""
    from explorer.canvas.scene import scene_of
    from explorer.layout import layout_of

    arrangement = carried.arrangement_of(trace)
    layout = layout_of(trace, arrangement)
    for version in ("A", "B"):
        trace.frame(0, version)
    return Run(spec, trace, layout, scene_of(trace, layout), None, arrangement)


def like(run: Run, trace: Trace) -> Run:
    """A run of the same graph with other numbers, drawn alike; to be made off the GUI thread."""
    from explorer.canvas.scene import renumbered

    for version in ("A", "B"):
        trace.frame(0, version)
    return replace(run, trace=trace, scene=renumbered(run.scene, trace), planted=None)


def drawn_as(run: Run, other: Run) -> Run:
    """A run in the arrangement of another run of the same graph; nothing is computed."""
    own = run.scene
    scene = replace(
        other.scene, trace=run.trace, cells=own.cells, distributions=own.distributions,
        finite=own.finite, mistake=own.mistake,
    )  # fmt: skip
    return replace(run, layout=other.layout, arrangement=other.arrangement, scene=scene)


def arranged(run: Run, arrangement: Arrangement, anchor: int) -> Iterator[tuple[Run, Run, int]]:
    """The run as it was, the same in another arrangement, and the node that is to stay."""
    from explorer.canvas.scene import scene_of
    from explorer.layout import layout_of

    layout = layout_of(run.trace, arrangement)
    scene = replace(scene_of(run.trace, layout, run.scene), mistake=run.scene.mistake)
    yield run, replace(run, layout=layout, scene=scene, arrangement=arrangement), anchor


def in_numbers(whole: Run, operations: frozenset[int], arrangement: Arrangement) -> Iterator[Run]:
    """A run with some of its operations opened into numbers; with none, the run itself."""
    from explorer.layout.hierarchy import prefixes

    around = {box for i in operations for box in ("", *prefixes(whole.trace.nodes[i].module))}
    shown = replace(arrangement, collapsed=arrangement.collapsed - around)
    if not operations:
        ((_, run, _),) = arranged(whole, shown, -1)
        yield run
        return
    from engine.trace.scalars import opened

    found = opened(whole.trace, operations)
    run = prepared(whole.spec, found.trace, Carried(shown, None))
    yield replace(run, whole=whole, opened=found)
