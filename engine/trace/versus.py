"""Version A and Version B on one clock: what each has read and written after k events.

The two event lists of a run are equally long: each node is evaluated, the output's adjoint is
seeded, every contribution arrives once and every adjoint is completed once. So one cursor serves
both, and the same number of events is done on either side.

Counted from the two algorithms of the lecture, line by line:

* Version A, ``for v: sum over u of dy/du · du/dv; dy/dv = sum``. Each term **reads** the adjoint of
  one consumer u, once an operand slot. The finished sum is **written** to dy/dv once.
* Version B, ``for u: for each v: dy/dv += dy/du · du/dv``. A node with something to push **reads**
  its own adjoint once, before its first operand. Each increment **writes** the accumulator of one
  operand.

Both write dy/dy = 1 at the start. Version B's zeros ("all others 0") are not counted as writes, and
the reading that is part of ``+=`` is not counted as a read: each increment is one access.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.trace.events import EventKind, EventList, Version
from engine.trace.graph import BoolArray, Graph, IntArray
from engine.trace.trace import Trace


@dataclass(frozen=True, slots=True)
class Tally:
    """What one version has done after some events.

    Attributes:
        reads: adjoints that were read.
        writes: adjoints that were written or added to.
        waiting: adjoints of which some contributions are there and some are not. Version A has one
            at most, the sum it is at; in Version B they are the accumulators partly filled.
        complete: adjoints that are complete.
    """

    reads: int
    writes: int
    waiting: int
    complete: int


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """The tallies of one version at every cursor.

    Attributes:
        version: that is counted.
        reads, writes, waiting, complete: (K+1,) as of :class:`Tally`, by cursor; read-only.
        total: adjoints there are.
    """

    version: Version
    reads: IntArray
    writes: IntArray
    waiting: IntArray
    complete: IntArray
    total: int

    def at(self, cursor: int) -> Tally:
        """The tally after ``cursor`` events."""
        return Tally(
            int(self.reads[cursor]),
            int(self.writes[cursor]),
            int(self.waiting[cursor]),
            int(self.complete[cursor]),
        )


def can_run(trace: Trace, version: Version) -> bool:
    """Whether a run has events of this version.

    A planted run whose nodes are visited in a wrong order has none of Version A, which would ask
    for adjoints that are not there yet.
    """
    return trace.events(version).version == version


def ledger_of(trace: Trace, version: Version) -> Ledger:
    """Count every event of a run in one version."""
    graph, events = trace.graph, trace.events(version)
    contribution = events.kind == EventKind.CONTRIBUTION
    completed = events.kind == EventKind.COMPLETED
    seeded = events.kind == EventKind.SEEDED
    if events.version == "A":
        # The output's adjoint was written with the seed, unless something is added to it.
        reads = contribution
        sums = completed & ((events.node != graph.output) | _is_used(graph, graph.output))
        writes = sums | seeded
    else:
        reads = _first_of_turns(graph, events, contribution)
        writes = contribution | seeded
    return Ledger(
        version=events.version,
        reads=_counted(reads),
        writes=_counted(writes),
        waiting=_counted(_begun_less_ended(graph, events, contribution)),
        complete=_counted(completed),
        total=int(graph.differentiable.sum()),
    )


def _is_used(graph: Graph, node: int) -> bool:
    return bool(len(graph.contributing_edges(node)))


def _first_of_turns(graph: Graph, events: EventList, contribution: BoolArray) -> BoolArray:
    """(K,) the contributions before which another node than this consumer pushed."""
    places = np.flatnonzero(contribution)
    consumer = graph.edge_consumer[events.edge[places]]
    first = np.zeros(len(events), np.bool_)
    first[places[np.diff(consumer, prepend=-1) != 0]] = True
    return first


def _begun_less_ended(graph: Graph, events: EventList, contribution: BoolArray) -> IntArray:
    """(K,) 1 where an adjoint gets its first part of several, -1 where it gets its last."""
    places = np.flatnonzero(contribution)
    node = events.node[places]
    first, last = (np.full(graph.node_count, -1) for _ in range(2))
    # Of several assignments to one place the last one stays.
    first[node[::-1]] = places[::-1]
    last[node] = places
    several = first != last
    change = np.zeros(len(events), np.intp)
    change[first[several]] = 1
    change[last[several]] = -1
    return change


def _counted(changes: IntArray | BoolArray) -> IntArray:
    """(K+1,) the sums of changes up to each cursor."""
    result = np.zeros(len(changes) + 1, np.intp)
    np.cumsum(changes, out=result[1:])
    result.flags.writeable = False
    return result
