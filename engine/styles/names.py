"""What the nodes of a trace are called in code, and which of the two networks a trace is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.autodiff.tape import Node

if TYPE_CHECKING:
    from engine.styles.dialects import Network
    from engine.trace.trace import Trace

_LETTERS = {"α": "alpha", "β": "beta", "ŷ": "y_hat"}
_STEPS = (
    (re.compile(r"log p\(·\|h_(\d+)\)"), "log_p", 0),
    (re.compile(r"ℓ_(\d+)"), "ell", 0),
    (re.compile(r"W_xh x_(\d+)"), "a", 0),
    # c_t is made from the state before, so that it belongs to step t.
    (re.compile(r"W_hh h_(\d+)"), "c", 1),
    (re.compile(r"W_hy h_(\d+)"), "d", 0),
    (re.compile(r"([hxyz])_(\d+)"), "", 0),
)
_PARAMETERS = {"W_xh", "W_hh", "b_h", "W_hy", "b_y", "h_0"}


def code_name(node: Node) -> tuple[str, int | None]:
    """A node's variable and its time step: ``("h", 3)`` for h_3, ``("alpha", None)`` for α."""
    for pattern, variable, later in _STEPS:
        match = pattern.fullmatch(node.name)
        if match:
            *letter, step = match.groups()
            return variable or letter[0], int(step) + later
    return _LETTERS.get(node.name, node.name), None


def math_name(variable: str) -> str:
    """A variable of the code in the notation of the trace: α for ``alpha``."""
    return next((name for name, code in _LETTERS.items() if code == variable), variable)


def network_of(trace: Trace) -> Network | None:
    """Which of the two networks a trace is a run of; None for any other.

    The recurrent one is an Elman model with tanh, one layer, and tokens read as one-hot columns.
    """
    names = {node.name for node in trace.nodes}
    if trace.provenance.get("kind") == "network":
        return "feed-forward"
    ours = all(node.op not in {"relu", "sigmoid"} for node in trace.nodes)
    leaves = {node.name for node in _given(trace) if not node.name.startswith("x_")}
    return "recurrent" if ours and leaves == _PARAMETERS and "L" in names else None


def arguments(trace: Trace) -> dict[str, Any]:
    """What the network's functions are called with: arrays, and tokens as a dict by step."""
    result: dict[str, Any] = {}
    tokens: dict[int, int] = {}
    for node in _given(trace):
        variable, step = code_name(node)
        if variable == "x" and step is not None:
            tokens[step] = int(node.value)
        else:
            result["h_0" if node.name == "h_0" else variable] = node.value
    return {"x": tokens, **result} if tokens else result


def _given(trace: Trace) -> list[Node]:
    """The leaves but for numbers, such as the count in a mean that is opened into scalars."""
    leaves = (node for node in trace.nodes if node.primitive is None)
    return [node for node in leaves if not node.name.isdecimal()]


def by_node(trace: Trace, numbers: Mapping[str, Any]) -> dict[int, Any]:
    """Numbers a style gave by variable and step, by the node of the trace that they stand for."""
    result = {}
    for node in trace.nodes:
        variable, step = code_name(node)
        found = numbers.get(variable)
        if node.name == "h_0" and not isinstance(found, Mapping):
            found, step = numbers.get("h_0"), None
        if isinstance(found, Mapping):
            found = found.get(step)
        elif step is not None and node.name != "h_0":
            found = None
        if found is not None and node.value.dtype.kind == "f":
            result[node.index] = np.asarray(found)
    return result
