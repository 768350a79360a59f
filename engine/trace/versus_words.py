"""What each version is doing at a moment, and what became of both, in words.

Mathematics stands between backticks, as in :mod:`engine.trace.narration`.
"""

from __future__ import annotations

import numpy as np

from engine.trace.equality import Equality
from engine.trace.events import Event, EventKind
from engine.trace.frame import Frame
from engine.trace.graph import IntArray
from engine.trace.narration import adjoint_name
from engine.trace.trace import Trace

CANNOT_RUN = "Version A cannot run in this order: it would read adjoints that are not there yet"


def doing(trace: Trace, frame: Frame) -> str:
    """What a version does at a moment, a few words that begin with the node where there is one."""
    event = frame.event
    if event is None:
        return "nothing computed yet"
    if event.kind is EventKind.EVALUATED:
        return "forward is the same in both"
    if event.kind is EventKind.SEEDED:
        return f"start with `{adjoint_name(trace, event.node)} = 1`"
    says = _of_a if frame.version == "A" else _of_b
    return says(trace, frame, event)


def waiting_for(expected: int, arrived: int) -> str:
    """How a node of Version A stands that pulls its contributions."""
    missing = expected - arrived
    if not missing:
        return f"has all {expected}: sums once" if expected > 1 else "has its only part"
    return f"still waiting for {missing}" if arrived else f"waiting for {missing}"


def proof(trace: Trace, found: Equality, wrong: int = 0) -> str:
    """Whether the two versions end in the same adjoints, as far as that is true.

    Args:
        trace: the run on screen.
        found: both versions of it, run afresh.
        wrong: how many adjoints on screen a planted mistake has made wrong.
    """
    total, differing = len(found.nodes), found.differing
    equal = f"{_all(total)} equal, bit for bit"
    if len(differing):
        largest = float(np.nanmax(found.difference[differing], initial=0.0))
        first = trace.nodes[int(differing[0])].name
        return (
            f"{len(differing)} of {total} adjoints differ, by up to {largest:.1e}:"
            f" the first is that of `{first}`"
        )
    other = len(found.shown_otherwise)
    if other and "planted" in trace.provenance:
        return f"Without the mistake {_lower(equal)}; {other} on screen are other numbers"
    if other:
        return f"{equal}; {other} on screen are other numbers than these"
    if wrong:
        return f"{equal}, and {wrong} of them are wrong: both versions use the same wrong rule"
    return equal


def _of_a(trace: Trace, frame: Frame, event: Event) -> str:
    """What Version A does at a backward event."""
    name = f"`{trace.nodes[event.node].name}`"
    expected, arrived = int(frame.expected[event.node]), int(frame.arrived[event.node])
    if event.kind is EventKind.CONTRIBUTION:
        return f"{name} {waiting_for(expected, arrived)}"
    if event.node == trace.output and not expected:
        return f"{name} keeps the 1 it began with"
    return f"{name} is written once{_of_parts(expected)}"


def _of_b(trace: Trace, frame: Frame, event: Event) -> str:
    """What Version B does at a backward event."""
    name = f"`{trace.nodes[event.node].name}`"
    if event.kind is EventKind.CONTRIBUTION:
        consumer = trace.nodes[int(trace.graph.edge_consumer[event.edge])].name
        arrived, expected = int(frame.arrived[event.node]), int(frame.expected[event.node])
        return f"`{consumer}` adds to {name}: {arrived} of {expected} there"
    count = len(np.unique(_pushed_to(trace, event.node)))
    if not count:
        return f"{name} is complete and has nobody to push to"
    return f"{name} is complete and pushes to {count} {_plural('operand', count)}"


def _all(count: int) -> str:
    return f"All {count} adjoints are" if count != 1 else "The only adjoint is"


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _of_parts(count: int) -> str:
    if not count:
        return ": nothing uses it"
    return f", the sum of {count}" if count > 1 else ""


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"


def _pushed_to(trace: Trace, node: int) -> IntArray:
    """The operands that get a contribution from a node, by slot."""
    graph = trace.graph
    edges = graph.operand_edges(node)
    inside = slice(edges.start, edges.stop)
    return graph.edge_operand[inside][graph.edge_differentiable[inside]]
