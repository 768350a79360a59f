"""The boxes of a run: modules inside modules, read off the nodes' module paths.

``step[3].cell.input`` lies in ``step[3].cell``, that in ``step[3]``, that in the whole model, whose
path is empty. Inputs that are read from outside stand beside the boxes, not in them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from engine.autodiff.tape import Node, Role
from engine.trace.trace import Trace
from explorer.layout.model import Ints

WHOLE = ""
"""The path of the box around the whole model."""

_STEP = re.compile(r"step\[(-?\d+)\]")
_TIMED = re.compile(r"step(\[|\.|$)")


def depth_of(path: str) -> int:
    """How many boxes a box lies in: 0 for the whole model, 1 for a time step."""
    return path.count(".") + 1 if path else 0


def paths_of(trace: Trace) -> tuple[str, ...]:
    """Every box that holds at least two nodes, in the order in which they were begun."""
    count: dict[str, int] = {}
    for node in trace.nodes:
        if _stands_in(node, trace.output, WHOLE):
            count[WHOLE] = count.get(WHOLE, 0) + 1
        if _inside_modules(node):
            for path in prefixes(node.module):
                count[path] = count.get(path, 0) + 1
    return tuple(path for path, number in count.items() if number > 1)


def prefixes(module: str) -> tuple[str, ...]:
    """The boxes around a module, the largest first, the whole model left out."""
    names = module.split(".") if module else []
    return tuple(".".join(names[: i + 1]) for i in range(len(names)))


def boxes_of(trace: Trace, collapsed: frozenset[str]) -> tuple[Ints, tuple[str, ...]]:
    """The collapsed box that each node is hidden in: the largest around it.

    Returns:
        (N,) index into the paths, -1 for a node that stands alone; and the paths.
    """
    inside = np.full(len(trace), -1)
    if not collapsed:
        return inside, ()
    if WHOLE in collapsed:
        chosen = [_stands_in(node, trace.output, WHOLE) for node in trace.nodes]
        inside[chosen] = 0
        return inside, (WHOLE,)
    number: dict[str, int] = {}
    found: dict[str, int] = {}
    for node in trace.nodes:
        if not _inside_modules(node):
            continue
        if node.module not in found:
            around = next((path for path in prefixes(node.module) if path in collapsed), None)
            found[node.module] = -1 if around is None else number.setdefault(around, len(number))
        inside[node.index] = found[node.module]
    return inside, tuple(number)


def without_step(path: str) -> str:
    """A path with the time step taken out: the same for all steps."""
    return _STEP.sub("step", path)


def is_timed(module: str) -> bool:
    """Whether a module belongs to a time step, or to all of them."""
    return _TIMED.match(module) is not None


def title_of(path: str) -> str:
    """What a box is called: ``t = 3``, ``cell``, ``whole model``."""
    if not path:
        return "whole model"
    last = path.rpartition(".")[2]
    step = _STEP.fullmatch(last)
    return f"t = {step[1]}" if step else last.replace("_", " ")


def ordinals(nodes: Sequence[Node]) -> Ints:
    """(N,) each node's place among the nodes of its module: what makes two time steps alike."""
    seen: dict[str, int] = {}
    result = np.empty(len(nodes), np.intp)
    for node in nodes:
        place = seen.get(node.module, 0)
        seen[node.module] = place + 1
        result[node.index] = place
    return result


def _inside_modules(node: Node) -> bool:
    return bool(node.module) and (node.role is not Role.INPUT or bool(node.operands))


def _stands_in(node: Node, output: int, path: str) -> bool:
    """Whether a node stands in the box of the whole model: all but what it is given and gives."""
    assert path == WHOLE
    return bool(node.module) and node.index != output
