"""The lecture's algorithm as pseudo-code, and which of its lines an event executes.

Source: the slides *Backpropagation*: forward computation, backward Version A and Version B.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.trace.events import Event, EventKind, Version


@dataclass(frozen=True, slots=True)
class Algorithm:
    """A numbered list of lines and the lines each kind of event executes.

    Attributes:
        title: for the heading.
        lines: (indentation, text) of each line; a text that begins with ``#`` is a remark.
        executing: kind of event to the lines it executes.
    """

    title: str
    lines: tuple[tuple[int, str], ...]
    executing: dict[EventKind, tuple[int, ...]]


FORWARD = Algorithm(
    "Forward pass",
    (
        (0, "for u in topological order:"),
        (1, "u = g(v_1, …, v_N)"),
        (1, "# store the result at the node"),
        (0, "return y"),
    ),
    {EventKind.EVALUATED: (0, 1)},
)

BACKWARD: dict[Version, Algorithm] = {
    "A": Algorithm(
        "Backward pass",
        (
            (0, "initialise dy/dy = 1"),
            (0, "for v in reverse topological order:"),
            (1, "for each u = g(…, v, …):"),
            (2, "sum += dy/du · du/dv"),
            (1, "dy/dv = sum"),
            (1, "# every dy/du was complete before"),
            (0, "return dy/dv for all variables"),
        ),
        {
            EventKind.SEEDED: (0,),
            EventKind.CONTRIBUTION: (2, 3),
            EventKind.COMPLETED: (4,),
        },
    ),
    "B": Algorithm(
        "Backward pass",
        (
            (0, "initialise dy/dy = 1, all others 0"),
            (0, "for u in reverse topological order:"),
            (1, "# dy/du is complete"),
            (1, "for each input v of u = g(v):"),
            (2, "dy/dv += dy/du · du/dv"),
            (0, "return dy/du for all variables"),
        ),
        {
            EventKind.SEEDED: (0,),
            EventKind.COMPLETED: (1, 2),
            EventKind.CONTRIBUTION: (3, 4),
        },
    ),
}


def algorithm_at(event: Event | None, version: Version) -> tuple[Algorithm, tuple[int, ...]]:
    """The algorithm running at an event and its executing lines (none before the first)."""
    if event is None:
        return FORWARD, ()
    algorithm = FORWARD if event.kind is EventKind.EVALUATED else BACKWARD[version]
    return algorithm, algorithm.executing[event.kind]
