"""A trace as JSON text: what :mod:`engine.trace.codec` reads back."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from engine.autodiff.nudge import numbers_in
from engine.autodiff.primitives import Array
from engine.autodiff.tape import Node
from engine.errors import InputError
from engine.trace.event_records import event_records
from engine.trace.file_format import FORMAT_VERSION, PLAIN_VERSION
from engine.trace.trace import Trace


def trace_to_json(trace: Trace) -> bytes:
    """A run as JSON, one line for each node."""
    encode = msgspec.json.Encoder(enc_hook=_plain).encode
    nodes = b",\n".join(encode(_node_record(trace, node)) for node in trace.nodes)
    events = b",\n".join(encode(event) for event in event_records(trace.graph))
    nudged = any(numbers_in(node) for node in trace.nodes)
    version = FORMAT_VERSION if nudged else PLAIN_VERSION
    return (
        b'{"version":%d,"output":%d,\n"nodes":[\n%s\n],\n"events":[\n%s\n],\n"provenance":%s}\n'
        % (version, trace.output, nodes, events, encode(dict(trace.provenance)))
    )


def _node_record(trace: Trace, node: Node) -> dict[str, Any]:
    adjoint = trace.adjoints[node.index]
    record = {
        "id": node.index,
        "op": node.op if node.primitive is not None else node.role.value,
        "operands": node.operands,
        "shape": node.value.shape,
        "dtype": node.value.dtype.name,
        "value": _nested(node.value),
        "adjoint": None if adjoint is None else _nested(adjoint),
        "module": node.module,
        "step": node.step,
        "role": node.role.value,
        "name": node.name,
        "attributes": dict(node.attributes),
    }
    numbers = numbers_in(node)
    return record | {"nudge": list(numbers.items())} if numbers else record


def _nested(array: Array) -> Any:
    if array.dtype.kind != "f" or np.isfinite(array).all():
        return array.tolist()
    numbers = array.astype(object)
    numbers[np.isnan(array)] = "NaN"
    numbers[np.isposinf(array)] = "Infinity"
    numbers[np.isneginf(array)] = "-Infinity"
    return numbers.tolist()


def _plain(value: Any) -> Any:
    """A numpy scalar or array in attributes or provenance as plain numbers."""
    tolist = getattr(value, "tolist", None)
    if tolist is None:
        raise InputError(f"a {type(value).__name__} cannot be saved in a trace file")
    return tolist()
