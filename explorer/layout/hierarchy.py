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
        if _in_whole(node, trace.output):
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
        chosen = [_in_whole(node, trace.output) for node in trace.nodes]
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


def _in_whole(node: Node, output: int) -> bool:
    """Whether a node stands in the box of the whole model: all but what it is given and gives.

    Tokens, of which there may be thousands, are in it.
    """
    if node.role is Role.INPUT and not node.operands and node.value.dtype.kind == "f":
        return False
    return bool(node.module) and node.index != output


def boxes_at(trace: Trace, depth: int) -> frozenset[str]:
    """The boxes of one level: those at a depth, and smaller ones that hold no others."""
    paths = paths_of(trace)
    if depth == 0:
        return frozenset({WHOLE}) & frozenset(paths)
    holding = {path.rpartition(".")[0] for path in paths}
    return frozenset(
        path
        for path in paths
        if path and (depth_of(path) == depth or (depth_of(path) < depth and path not in holding))
    )


def level_of(trace: Trace, collapsed: frozenset[str]) -> int | None:
    """The depth at which exactly these boxes are all, None for no boxes or a mixture."""
    if not collapsed:
        return None
    return next((d for d in range(deepest(trace) + 1) if boxes_at(trace, d) == collapsed), None)


def deepest(trace: Trace) -> int:
    """The depth of the smallest boxes."""
    return max((depth_of(path) for path in paths_of(trace)), default=0)


def opened_everywhere(trace: Trace, collapsed: frozenset[str]) -> frozenset[str]:
    """The largest of the boxes that are collapsed opened by one level.

    Boxes that hold no others open last, all together.
    """
    if WHOLE in collapsed:
        return boxes_at(trace, 1)
    paths = paths_of(trace)
    holding = {path.rpartition(".")[0] for path in paths}
    outer = {path for path in collapsed if not _hidden(path, collapsed)}
    largest = min((depth_of(path) for path in outer & holding), default=-1)
    opening = {path for path in outer & holding if depth_of(path) == largest}
    if not opening:
        return frozenset()
    inner = {path for path in paths if path.rpartition(".")[0] in opening}
    return frozenset((outer - opening) | inner)


def closed_everywhere(trace: Trace, collapsed: frozenset[str]) -> frozenset[str]:
    """The smallest boxes that are open, collapsed; with them all that hold no others."""
    paths = paths_of(trace)
    holding = {path.rpartition(".")[0] for path in paths}
    shown = [path for path in paths if path not in collapsed and not _hidden(path, collapsed)]
    if not shown:
        return collapsed
    smallest = max(depth_of(path) for path in shown)
    closing = {path for path in shown if depth_of(path) == smallest or path not in holding}
    result = collapsed | closing
    return frozenset(path for path in result if not _hidden(path, result))


def toggled(trace: Trace, collapsed: frozenset[str], node: int, *, rolled: bool) -> frozenset[str]:
    """The box that hides a node opened by one level; a node that is shown put into its box.

    Rolled in time, the same is done in all time steps.
    """
    module = trace.nodes[node].module
    around = [path for path in (WHOLE, *prefixes(module)) if path in set(paths_of(trace))]
    hiding = next((path for path in around if path in collapsed), None)
    if hiding is None:
        if not around or not _holds(trace, node, around[-1]):
            return collapsed
        alike = _alike(trace, around[-1], rolled=rolled)
        result = collapsed | alike
        return frozenset(path for path in result if not _hidden(path, result))
    if hiding == WHOLE:
        return boxes_at(trace, 1)
    opening = _alike(trace, hiding, rolled=rolled)
    inner = {path for path in paths_of(trace) if path.rpartition(".")[0] in opening}
    return frozenset((collapsed - opening) | inner)


def carried(old: Trace, new: Trace, collapsed: frozenset[str]) -> frozenset[str]:
    """The same level of boxes in another run; of a mixture the boxes that it has too."""
    level = level_of(old, collapsed)
    if level is not None:
        return boxes_at(new, level) if level <= deepest(new) else frozenset()
    return collapsed & frozenset(paths_of(new))


def _alike(trace: Trace, path: str, *, rolled: bool) -> frozenset[str]:
    if not rolled:
        return frozenset({path})
    same = without_step(path)
    return frozenset(other for other in paths_of(trace) if without_step(other) == same)


def _hidden(path: str, collapsed: frozenset[str]) -> bool:
    """Whether a box lies in another one that is collapsed."""
    if not path:
        return False
    return WHOLE in collapsed or any(outer in collapsed for outer in prefixes(path)[:-1])


def _holds(trace: Trace, node: int, path: str) -> bool:
    record = trace.nodes[node]
    return _in_whole(record, trace.output) if path == WHOLE else _inside_modules(record)
