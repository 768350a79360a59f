"""What if a number were another one: the same graph, run with some numbers changed.

A leaf (a parameter, a real input, h_0) takes the number; an input that is a token takes another
token. A hidden unit is *nudged*: it is computed from its operands as ever, and then one component
is set, so that everything upstream stays as it is and the derivative passes through unchanged.

The adjoints of the original run predict by how much the output changes: each adjoint times the
change of its number, added up. Of a hidden unit the change counts from the value that it would
have had under the other changes: what these do to it is in their own terms already. A token has no
adjoint; what it changes at once, in the values of its consumers, is multiplied by theirs.
The prediction is first order: as the changes shrink, its ratio to the truth goes to 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.autodiff.nudge import Nudged, nudge
from engine.autodiff.primitives import Array
from engine.autodiff.reverse import adjoints_by_pushing
from engine.autodiff.tape import Node, Role
from engine.errors import InputError
from engine.trace.trace import Trace

Place = tuple[int, int]
"""A node, and one of its components in the flattened value."""

Changes = Mapping[Place, float]
"""The number, or the token's place in the vocabulary, that a component is to have."""


@dataclass(frozen=True, slots=True)
class Change:
    """One number that was changed.

    Attributes:
        node, component: which.
        before: what it would have been.
        after: what it is.
    """

    node: int
    component: int
    before: float
    after: float


@dataclass(frozen=True, slots=True, eq=False)
class WhatIf:
    """A run with changed numbers beside the one without.

    Attributes:
        original: the run without the changes.
        trace: the run with them; ``original`` itself where nothing has changed.
        changes: those that change anything, in the order of the tape.
        predicted: what the original adjoints say the output changes by.
    """

    original: Trace
    trace: Trace
    changes: tuple[Change, ...]
    predicted: float

    @property
    def truth(self) -> float:
        """What the output changes by."""
        with np.errstate(all="ignore"):
            return self.trace.loss - self.original.loss


def obstacle(trace: Trace, node: int) -> str:
    """Why no number of a node can be changed, in one sentence; or an empty text."""
    record = trace.nodes[node]
    if "planted" in trace.provenance:
        return "a mistake is planted in this run; remove it before you change a number"
    if record.role is Role.CONSTANT:
        return f"`{record.name}` is a constant: the program holds it fixed"
    if record.value.dtype.kind != "f" and record.role is not Role.INPUT:
        return f"`{record.name}` holds whole numbers; change the input that they come from"
    return "" if record.value.size else f"`{record.name}` holds no number"


def is_token(node: Node) -> bool:
    """Whether a node's numbers are places in a vocabulary."""
    return node.role is Role.INPUT and node.value.dtype.kind != "f"


def check_change(trace: Trace, place: Place, value: float) -> None:
    """Refuse a change that cannot be made.

    Raises:
        InputError: one sentence on what can be typed instead.
    """
    index, component = place
    if not 0 <= index < len(trace):
        raise InputError(f"there is no node {index} in this run")
    sentence = obstacle(trace, index)
    if sentence:
        raise InputError(sentence)
    node = trace.nodes[index]
    if not 0 <= component < node.value.size:
        raise InputError(f"`{node.name}` has {node.value.size} components, not {component + 1}")
    if not np.isfinite(value):
        raise InputError(f"type a finite number for `{node.name}`: NaN and ∞ cannot be set")
    if is_token(node):
        size = len(trace.provenance.get("vocabulary", ())) or 2**31
        if value != int(value) or not 0 <= value < size:
            raise InputError(f"choose one of the {size} tokens of the vocabulary")
    elif abs(value) > float(np.finfo(node.value.dtype).max):
        raise InputError(f"{value:g} is too large for a number of {node.value.dtype}")


def what_if(trace: Trace, changes: Changes) -> WhatIf:
    """Run the program of a trace again with some numbers changed.

    Only what depends on them is computed again, everything else shares its arrays; then the
    backward pass is run, in Version B. What becomes infinite or NaN is a number like any other.

    Args:
        trace: the run; a number that it has already costs nothing and changes no bit.
        changes: the numbers by node and component.

    Raises:
        InputError: a change cannot be made; nothing has been computed.
    """
    by_node: dict[int, dict[int, float]] = {}
    for place, value in changes.items():
        check_change(trace, place, value)
        by_node.setdefault(place[0], {})[place[1]] = value
    nodes, made = list(trace.nodes), list[Change]()
    moved: set[int] = set()
    with np.errstate(all="ignore"):
        for node in trace.nodes[min(by_node, default=len(trace)) :]:
            numbers = by_node.get(node.index, {})
            if not numbers and moved.isdisjoint(node.operands):
                continue
            if node.primitive is None:
                new, done = _leaf(node, numbers)
            else:
                fresh = not moved.isdisjoint(node.operands)
                new, done = _computed(nodes, node, numbers, fresh=fresh)
            made += done
            if new is not node:
                nodes[node.index] = new
                moved.add(node.index)
        if not moved:
            return WhatIf(trace, trace, (), 0.0)
        whole = {i for i in moved if nodes[i].value.dtype.kind != "f"}
        predicted = _predicted(trace, nodes, made, whole)
        adjoints = adjoints_by_pushing(nodes, trace.output)
    altered = trace.with_numbers(nodes, adjoints, _provenance(trace, made))
    return WhatIf(trace, altered, tuple(made), predicted)


def _leaf(node: Node, numbers: Mapping[int, float]) -> tuple[Node, list[Change]]:
    """A leaf with other numbers in it; the leaf itself where they are those it has."""
    value, done = _placed(node, node.value, numbers)
    return (replace(node, value=value), done) if done else (node, done)


def _computed(
    nodes: list[Node], node: Node, numbers: Mapping[int, float], *, fresh: bool
) -> tuple[Node, list[Change]]:
    """A node computed from its operands, if they have changed, and then nudged."""
    primitive, value = node.primitive, node.value
    assert primitive is not None
    row = primitive.row if isinstance(primitive, Nudged) else primitive
    own = primitive.own if isinstance(primitive, Nudged) else value
    if fresh:
        operands = [nodes[i].value for i in node.operands]
        own = np.asarray(row.forward(*operands, **node.attributes))
        value = primitive.shifted(own) if isinstance(primitive, Nudged) else own
    value, done = _placed(node, value, numbers)
    if not fresh and not done:
        return node, done
    if done or isinstance(primitive, Nudged):
        primitive = nudge(primitive, own, {change.component: change.after for change in done})
    return replace(node, primitive=primitive, value=_frozen(value)), done


def _placed(node: Node, value: Array, numbers: Mapping[int, float]) -> tuple[Array, list[Change]]:
    """A value with numbers in some components, and those of them that change a bit of it."""
    if not numbers:
        return value, []
    result, done = np.array(value, order="C"), list[Change]()
    flat, before = result.reshape(-1), value.reshape(-1)
    for component, number in sorted(numbers.items()):
        flat[component] = number
        if flat[component].tobytes() != before[component].tobytes():
            was, now = float(before[component]), float(flat[component])
            done.append(Change(node.index, component, was, now))
    return (_frozen(result), done) if done else (value, done)


def _predicted(trace: Trace, nodes: list[Node], made: list[Change], whole: set[int]) -> float:
    """The change of the output to first order, by the adjoints of the original.

    ``whole`` are the nodes that hold other whole numbers than before.
    """
    total = 0.0
    for change in made:
        adjoint = trace.adjoints[change.node]
        if adjoint is not None:
            total += float(adjoint.reshape(-1)[change.component]) * (change.after - change.before)
    graph = trace.graph
    consumers = {int(c) for t in whole for c in graph.edge_consumer[graph.consumer_edges(t)]}
    for index in sorted(consumers):
        node, adjoint = trace.nodes[index], trace.adjoints[index]
        if adjoint is None or node.primitive is None:
            continue
        operands = [(nodes if i in whole else trace.nodes)[i].value for i in node.operands]
        value = node.primitive.forward(*operands, **node.attributes)
        total += float(np.vdot(adjoint, np.asarray(value) - node.value))
    return total


def _provenance(trace: Trace, made: list[Change]) -> dict[str, Any]:
    """Where the changed run comes from: the original, what was changed, the tokens it reads."""
    found = {
        (record["node"], record["component"]): record["value"]
        for record in trace.provenance.get("changes", ())
    }
    found |= {(change.node, change.component): change.after for change in made}
    records = [
        {"node": node, "component": component, "value": value}
        for (node, component), value in sorted(found.items())
    ]
    provenance = {**trace.provenance, "changes": records}
    tokens, words = list(trace.provenance.get("tokens", ())), trace.provenance.get("vocabulary", ())
    for change in made:
        node = trace.nodes[change.node]
        if is_token(node) and node.step is not None and 1 <= node.step <= len(tokens):
            tokens[node.step - 1] = words[int(change.after)]
            provenance["tokens"] = tokens
    return provenance


def _frozen(array: Array) -> Array:
    array = np.asarray(array)
    array.flags.writeable = False
    return array
