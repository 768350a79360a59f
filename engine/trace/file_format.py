"""The records of a trace file, typed, so that reading one checks every field.

One JSON object: ``version``, ``output``, ``nodes``, ``events`` (the backward pass in Version B)
and ``provenance``. A number that JSON has no sign for is one of the texts ``"NaN"``,
``"Infinity"`` and ``"-Infinity"``. Version 2 may have a ``nudge`` in a node: pairs of a component
of the flattened value and the number that was typed there. A run without one is version 1.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

FORMAT_VERSION = 2
PLAIN_VERSION = 1
"""Of a file in which nothing is nudged: programs that know no nudges read it too."""

NODE_LIMIT = 1_000_000
DIMENSIONS = 8

Count = Annotated[int, Meta(ge=0, le=2**31)]
Size = Annotated[int, Meta(ge=1, le=2**31)]
Whole = Annotated[int, Meta(ge=-(2**31), le=2**31)]
Name = Annotated[str, Meta(max_length=500)]
Words = Annotated[list[str], Meta(max_length=10_000_000)]

Real = float | Literal["NaN", "Infinity", "-Infinity"]
Int64 = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]


class NodeRecord(msgspec.Struct, frozen=True):
    """One node; ``value`` and ``adjoint`` are numbers nested as deep as ``shape`` is long."""

    id: Count
    op: Name
    operands: list[Count]
    shape: Annotated[list[Size], Meta(max_length=DIMENSIONS)]
    dtype: Literal["float64", "float32", "int64"]
    value: msgspec.Raw
    adjoint: msgspec.Raw
    module: Name
    step: Count | None
    role: Literal["input", "parameter", "constant", "intermediate", "loss"]
    name: Name
    attributes: dict[str, msgspec.Raw] = msgspec.field(default_factory=dict)
    nudge: list[tuple[Count, float]] | UnsetType = UNSET


class ChangeRecord(msgspec.Struct, frozen=True):
    """A number that was changed in a run; ``value`` of a token is its place in the vocabulary."""

    node: Count
    component: Count
    value: float


class EventRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """One event; a contribution flows from slot ``slot`` of ``consumer`` back to ``node``."""

    kind: Literal["evaluated", "seeded", "contribution", "completed"]
    node: Count
    consumer: Count | UnsetType = UNSET
    slot: Count | UnsetType = UNSET


class TraceRecord(msgspec.Struct, frozen=True):
    """The whole file."""

    version: int
    output: Count
    nodes: Annotated[list[msgspec.Raw], Meta(min_length=1, max_length=NODE_LIMIT)]
    events: list[EventRecord]
    provenance: dict[str, Any]


class Provenance(msgspec.Struct, frozen=True):
    """What is checked in ``provenance`` where it is given; anything else may stand there too."""

    kind: str | UnsetType = UNSET
    source: str | UnsetType = UNSET
    text: str | UnsetType = UNSET
    tokens: Words | UnsetType = UNSET
    vocabulary: Words | UnsetType = UNSET
    tokenizer: str | UnsetType = UNSET
    cell: str | UnsetType = UNSET
    activation: str | UnsetType = UNSET
    expression: str | UnsetType = UNSET
    values: dict[str, float] | UnsetType = UNSET
    dtype: Literal["float64", "float32"] | UnsetType = UNSET
    hidden: Count | UnsetType = UNSET
    seed: int | UnsetType | None = UNSET
    weights: str | UnsetType | None = UNSET
    planted: str | UnsetType = UNSET
    changes: list[ChangeRecord] | UnsetType = UNSET


Axis = Whole | None
Axes = list[Whole] | None
SliceKey = list[tuple[Whole | None, Whole | None, Whole | None]]

ATTRIBUTES: dict[str, dict[str, Any]] = {
    "concat": {"axis": Whole},
    "lookup": {"axis": Whole},
    "softmax": {"axis": Whole},
    "log_softmax": {"axis": Whole},
    "sum": {"axis": Axis},
    "mean": {"axis": Axis},
    "max": {"axis": Axis},
    "transpose": {"axes": Axes},
    "reshape": {"shape": list[Whole] | Whole},
    "slice": {"key": SliceKey},
    "component": {"index": list[Whole]},
    "pick": {"index": list[Whole], "axis": Whole},
    "stack": {"shape": list[Whole]},
}
"""The attributes that each primitive may have, with their types."""
