"""A trace as a file: JSON that another program can read, checked whole when it comes back.

Numbers are written so that they come back bit for bit. A file is data and never trusted: its
types, counts, order, shapes, values, adjoints and events are all held to what a run can be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import PathLike
from typing import Any

import msgspec
import numpy as np
from msgspec import UNSET

from engine.autodiff.nudge import nudge
from engine.autodiff.primitives import PRIMITIVES, Array
from engine.autodiff.tape import Node, Role
from engine.errors import InputError
from engine.files import read_whole, write_whole
from engine.trace import consistency
from engine.trace.event_records import event_records
from engine.trace.file_format import (
    ATTRIBUTES,
    FORMAT_VERSION,
    PLAIN_VERSION,
    Int64,
    NodeRecord,
    Provenance,
    Real,
    TraceRecord,
)
from engine.trace.graph import graph_of
from engine.trace.json_text import trace_to_json
from engine.trace.trace import Trace, freeze

SIZE_LIMIT = 1 << 28
"""Largest file read, in bytes."""

_WHAT = "a trace that `tapestry trace` wrote"
_LEAVES = ("input", "parameter", "constant")


def save_trace(trace: Trace, path: str | PathLike[str]) -> None:
    """Write a run whole or not at all.

    Raises:
        InputError: it could not be written, or is too large to be read again.
    """
    data = trace_to_json(trace)
    if len(data) > SIZE_LIMIT:
        raise InputError(
            f"this run would take {len(data) >> 20} MiB, more than {SIZE_LIMIT >> 20}; "
            "choose fewer steps or a smaller model",
            file=path,
        )
    write_whole(path, data)


def load_trace(path: str | PathLike[str]) -> Trace:
    """Read a run that :func:`save_trace` wrote.

    Raises:
        InputError: the file is not such a run, or its numbers are not what its operations give.
    """
    data = read_whole(path, limit=SIZE_LIMIT, what=_WHAT)
    try:
        return trace_from_json(data)
    except InputError as error:
        raise InputError(error.message, file=path, place=error.place) from None


def trace_from_json(data: bytes) -> Trace:
    """A run from JSON, checked.

    Where its provenance says that a mistake is planted, its values and adjoints are wrong on
    purpose: they are read as they are, and :func:`engine.museum.replanted` holds them to it.

    Raises:
        InputError: as :func:`load_trace`.
    """
    try:
        data.decode("utf-8")
        record = msgspec.json.decode(data, type=TraceRecord)
        if not PLAIN_VERSION <= record.version <= FORMAT_VERSION:
            raise InputError(
                f"this is version {record.version} of a trace file, this program reads "
                f"{PLAIN_VERSION} and {FORMAT_VERSION}; update the program or record the run again",
                place="version",
            )
        msgspec.convert(record.provenance, Provenance)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"is not a trace file ({error}); choose {_WHAT}") from None
    builder = _Builder(record.version, right="planted" not in record.provenance)
    for index, raw in enumerate(record.nodes):
        builder.add(index, raw)
    return builder.finish(record)


class _Builder:
    """Collects the nodes of a file, each checked against those before it."""

    def __init__(self, version: int, *, right: bool) -> None:
        self._version = version
        self._right = right
        self._nodes: list[Node] = []
        self._adjoints: list[Array | None] = []
        self._work = 0
        self._decode = msgspec.json.Decoder(NodeRecord).decode

    def add(self, index: int, raw: msgspec.Raw) -> None:
        """Check and append one node."""
        place = f"nodes[{index}]"
        try:
            record = self._decode(raw)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise InputError(f"is not a node ({error})", place=place) from None
        try:
            self._append(index, record)
        except InputError as error:
            inner = f"{place}.{error.place}" if error.place else place
            raise InputError(error.message, place=inner) from None

    def finish(self, record: TraceRecord) -> Trace:
        """The trace, once every node is there."""
        nodes, output = self._nodes, record.output
        if output >= len(nodes):
            raise InputError(f"there is no node {output}", place="output")
        if nodes[output].value.shape or not nodes[output].differentiable:
            raise InputError("is not one real number with derivatives", place="output")
        for node in nodes:
            if (node.role is Role.LOSS) != (node.index == output and node.primitive is not None):
                raise InputError(
                    "the output, and no other node, has the role loss",
                    place=f"nodes[{node.index}].role",
                )
        if any(node.step is not None and node.step > len(nodes) for node in nodes):
            raise InputError("has a time step beyond its length", place="nodes")
        precisions = {node.value.dtype for node in nodes if node.value.dtype.kind == "f"}
        if len(precisions) > 1:
            raise InputError("mixes float64 and float32; a run has one", place="nodes")
        _check_provenance(record.provenance, nodes)
        if self._right:
            with np.errstate(all="ignore"):
                consistency.check_adjoints(nodes, self._adjoints, output)
            if record.events != event_records(graph_of(nodes, output)):
                raise InputError("are not the events of this graph in Version B", place="events")
        return freeze(nodes, self._adjoints, output, record.provenance)

    def _append(self, index: int, record: NodeRecord) -> None:
        if record.id != index:
            raise InputError(f"ids count up from 0: expected {index}, not {record.id}", place="id")
        for text, place in ((record.name, "name"), (record.module, "module")):
            if not text.isprintable():
                raise InputError("holds a character that cannot be shown", place=place)
        if any(operand >= index for operand in record.operands):
            raise InputError("an operand must be a node before this one", place="operands")
        value = _array(record.value, record.dtype, record.shape, "value")
        if record.op in _LEAVES:
            node = self._leaf(index, record, value)
        else:
            node = self._computed(index, record, value)
        self._nodes.append(node)
        self._adjoints.append(_adjoint(record, node))

    def _leaf(self, index: int, record: NodeRecord, value: Array) -> Node:
        if record.role != record.op or record.operands or record.attributes:
            raise InputError(f"a node of op {record.op} has that role and no operands", place="op")
        if record.nudge is not UNSET:
            raise InputError("only what is computed can be nudged", place="nudge")
        if record.role != "input" and value.dtype.kind != "f":
            raise InputError(f"the numbers of a {record.role} are real", place="dtype")
        return _node(index, record, value, Role(record.role))

    def _computed(self, index: int, record: NodeRecord, value: Array) -> Node:
        primitive = PRIMITIVES.get(record.op)
        if primitive is None:
            raise InputError(
                f"there is no primitive {record.op[:40]!a}; there are {', '.join(PRIMITIVES)}",
                place="op",
            )
        if record.role not in ("intermediate", "loss"):
            raise InputError("what is computed has the role intermediate or loss", place="role")
        node = _node(index, record, value, Role(record.role))
        operands = tuple(self._nodes[i].value for i in record.operands)
        consistency.check_arity(primitive, len(operands))
        self._check_size(node, operands)
        with np.errstate(all="ignore"):
            ours = consistency.computed(primitive, operands, node.attributes)
        if ours.shape != value.shape or ours.dtype != value.dtype:
            raise InputError(
                f"{record.op} gives {ours.dtype} of shape {ours.shape}, not {value.dtype} of shape "
                f"{value.shape}",
                place="shape",
            )
        if record.nudge is not UNSET:
            node = self._nudged(node, ours, record.nudge)
            assert node.primitive is not None
            with np.errstate(all="ignore"):
                ours = consistency.computed(node.primitive, operands, node.attributes)
        if self._right and not consistency.same(ours, value):
            raise InputError(
                f"{record.name} is not what {record.op} gives; record the run again", place="value"
            )
        return node

    def _nudged(self, node: Node, own: Array, pairs: Sequence[tuple[int, float]]) -> Node:
        """A node with numbers that were typed in it, as it stands in a file of version 2."""
        components = [component for component, _ in pairs]
        if self._version < FORMAT_VERSION or not self._right:
            raise InputError("this file can have no nudge; record the run again", place="nudge")
        if node.value.dtype.kind != "f":
            raise InputError("only real numbers can be nudged", place="nudge")
        if not pairs or components != sorted(set(components)) or components[-1] >= own.size:
            raise InputError("names components in their order, each once", place="nudge")
        largest = float(np.finfo(node.value.dtype).max)
        if any(not abs(number) <= largest for _, number in pairs):
            raise InputError(f"is no number of {node.value.dtype}", place="nudge")
        assert node.primitive is not None
        return replace(node, primitive=nudge(node.primitive, own, dict(pairs)))

    def _check_size(self, node: Node, operands: tuple[Array, ...]) -> None:
        """Refuse before computing anything larger than the file itself holds."""
        try:
            size = consistency.result_size(node.op, operands, node.attributes)
            self._work += consistency.work_of(node.op, operands, size)
        except (ValueError, IndexError, TypeError):
            raise InputError(f"{node.op} does not fit its operands", place="operands") from None
        if size > max(node.value.size, *(x.size for x in operands)):
            raise InputError("is larger than its shape says", place="shape")
        if self._work > consistency.WORK_LIMIT:
            raise InputError("takes too long to check; record a smaller run")


def _check_provenance(provenance: Mapping[str, Any], nodes: Sequence[Node]) -> None:
    """Hold the tokens and the vocabulary that are named to the integers the run reads."""
    if provenance.get("kind") == "expression" and not {"expression", "values"} <= set(provenance):
        raise InputError("an expression comes with its text and its values", place="provenance")
    for place, change in enumerate(provenance.get("changes", ())):
        node, component = change["node"], change["component"]
        fits = node < len(nodes) and component < nodes[node].value.size
        if not fits or nodes[node].value.reshape(-1)[component] != change["value"]:
            raise InputError("is not in the run", place=f"provenance.changes[{place}]")
    read = [n.value for n in nodes if n.primitive is None and n.value.dtype.kind == "i"]
    if "tokens" in provenance and len(provenance["tokens"]) != sum(x.size for x in read):
        raise InputError("are not as many as the run reads", place="provenance.tokens")
    size = len(provenance["vocabulary"]) if "vocabulary" in provenance else 2**63
    if any(x.min() < 0 or x.max() >= size for x in read):
        raise InputError("lacks a token that the run reads", place="provenance.vocabulary")


def _node(index: int, record: NodeRecord, value: Array, role: Role) -> Node:
    return Node(
        index,
        PRIMITIVES.get(record.op),
        tuple(record.operands),
        value,
        _attributes(record),
        record.name,
        role,
        record.module,
        record.step,
    )


def _attributes(record: NodeRecord) -> dict[str, Any]:
    allowed = ATTRIBUTES.get(record.op, {})
    result = {}
    for name, raw in record.attributes.items():
        if name not in allowed:
            raise InputError(f"{record.op} has no attribute {name[:40]!a}", place="attributes")
        try:
            result[name] = _as_tuples(msgspec.json.decode(raw, type=allowed[name]))
        except (msgspec.MsgspecError, RecursionError) as error:
            raise InputError(str(error), place=f"attributes.{name}") from None
    return result


def _adjoint(record: NodeRecord, node: Node) -> Array | None:
    if not node.differentiable:
        if bytes(record.adjoint) != b"null":
            raise InputError("integers and constants have no adjoint: null", place="adjoint")
        return None
    return _array(record.adjoint, record.dtype, record.shape, "adjoint")


def _array(raw: msgspec.Raw, dtype: str, shape: list[int], place: str) -> Array:
    """Nested numbers as an array of exactly this shape, read-only."""
    nested: Any = Int64 if dtype == "int64" else Real
    for _ in shape:
        nested = list[nested]
    try:
        numbers = msgspec.json.decode(raw, type=nested)
        with np.errstate(over="ignore"):
            array = np.array(numbers, dtype=dtype)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InputError(f"is not {dtype} of shape {shape} ({error})", place=place) from None
    if array.shape != tuple(shape):
        raise InputError(f"has shape {list(array.shape)}, not {shape}", place=place)
    array.flags.writeable = False
    return array


def _as_tuples(value: Any) -> Any:
    return tuple(_as_tuples(item) for item in value) if isinstance(value, list | tuple) else value
