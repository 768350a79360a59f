"""Our layouts beside libraries': the unrolled grid, and layers for any graph.

Ours is the whole layout that is drawn: places, sizes and the ways of all edges. A peer is asked for
the places, and grandalf and dot for the ways as well.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.trace.trace import Trace
from explorer.bench.crossings import crossings
from explorer.bench.layout_peers import LINES, TIME
from explorer.bench.process import FROZEN, Answering, command
from explorer.bench.rows import Row, Times, stopped_at, times_of
from explorer.bench.samples import random_dag, sample_trace
from explorer.layout import Layout, layout_of

LIMIT = 30.0
"""Seconds after which a peer is waited for no longer."""
TURNS = 5
BUDGET = 6.0
"""Seconds that the turns of one peer may take together, the first left out."""


@dataclass(frozen=True, slots=True)
class Task:
    """A graph to lay out.

    Attributes:
        name: what it is.
        trace: the run.
        peers: see :data:`explorer.bench.layout_peers.METHODS`.
        goal_ms: the most milliseconds of ours.
        counted: the crossings of both are counted.
    """

    name: str
    trace: Trace
    peers: Sequence[str]
    goal_ms: float
    counted: bool


def tasks(*, quick: bool = False) -> Iterator[Task]:
    """The grid of an unrolled run, and random graphs in layers."""
    layers = ("grandalf Sugiyama", "graphviz dot", "networkx multipartite")
    if quick:
        yield Task("layers, 40 nodes", random_dag(40), layers, 20.0, counted=True)
        return
    grid = ("networkx multipartite", "grandalf Sugiyama", "graphviz dot")
    for steps, goal in ((100, 20.0), (3800, 250.0)):
        trace = sample_trace(steps, layers=2)
        yield Task(f"unrolled, T={steps:,}", trace, grid, goal, counted=False)
    yield Task(
        "layers, 200 nodes", random_dag(200), (*layers, "networkx spring"), 20.0, counted=True
    )
    yield Task("layers, 5,000 nodes", random_dag(5000), layers, 250.0, counted=True)


def cases(
    given: Iterable[Task], limit: float = LIMIT, turns: int = TURNS
) -> Iterator[tuple[tuple[Row, ...], tuple[str, ...]]]:
    """The rows of each graph as they are measured, and of each peer without one why."""
    for task in given:
        layout = layout_of(task.trace)
        ours = crossings(lines_of(layout)) if task.counted else None
        rows, notes = [], []
        for name in task.peers:
            beside = _beside(task.trace, name, limit, turns, counted=task.counted)
            if isinstance(beside, str):
                notes.append(f"{name} is left out: {beside}")
                continue
            mine, theirs, crossed = beside
            counts = {} if ours is None else {"crossings": ours}
            if crossed is not None:
                counts["peer_crossings"] = crossed
            rows.append(Row(task.name, mine, name, theirs, task.goal_ms, counts=counts))
        yield tuple(rows), tuple(notes)


def lines_of(layout: Layout) -> NDArray[np.float64]:
    """(n, 4) the ways of a layout's edges, each segment as one line."""
    return layout.routes.segments[:, (0, 3)].reshape(-1, 4)


def _beside(
    trace: Trace, peer: str, limit: float, turns: int, *, counted: bool
) -> tuple[Times, Times, int | None] | str:
    """Times of ours and of a peer in turns, and its crossings; or what the peer is missing."""
    if FROZEN:
        return "the packaged program cannot run it"
    ours: list[float] = []
    theirs: list[float] = []
    with Answering(command("explorer.bench.layout_peers"), limit) as process:
        process.tell(json.dumps({"peer": peer, **_asked(trace)}))
        # Once for nothing: what it imports, and what it keeps, is there then.
        for turn in range(turns + 1):
            answer = process.ask(TIME)
            if process.stopped:
                return times_of(ours or [_once(trace)]), stopped_at(limit), None
            if not answer:
                return "its process ended"
            said = json.loads(answer)
            if "missing" in said:
                return str(said["missing"])
            last = turn == turns or sum(theirs) + said["seconds"] > BUDGET
            if turn or last:
                ours.append(_once(trace))
                theirs.append(float(said["seconds"]))
            if last:
                break
        crossed = None
        if counted:
            drawn = json.loads(process.ask(LINES) or "{}").get("lines")
            crossed = crossings(np.array(drawn).reshape(-1, 4)) if drawn else None
    return times_of(ours), times_of(theirs), crossed


def _once(trace: Trace) -> float:
    """Seconds of our layout; the run's index arrays are there, as in the window."""
    gc.collect(0)
    start = perf_counter()
    layout_of(trace)
    return perf_counter() - start


def _asked(trace: Trace) -> dict[str, Any]:
    """The graph for a peer: layers, and each pair of nodes once."""
    graph = trace.graph
    edges = np.unique(np.stack([graph.edge_operand, graph.edge_consumer], axis=1), axis=0)
    if (graph.step >= 0).any():
        layers = graph.step.tolist()
    else:
        layers = [0] * len(trace)
        for a, b in edges[np.argsort(edges[:, 1], kind="stable")].tolist():
            layers[b] = max(layers[b], layers[a] + 1)
    return {"layers": layers, "edges": edges.tolist()}
