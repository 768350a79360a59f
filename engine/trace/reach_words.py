"""What a node comes from, what it affects and the paths between two nodes, in sentences.

Mathematics stands between backticks, as in :mod:`engine.trace.narration`.
"""

from __future__ import annotations

from collections import Counter
from itertools import compress
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from engine.autodiff.tape import Role
from engine.trace.formulas import tex_equation, tex_with_numbers
from engine.trace.narration import token_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.trace.reach import Paths, Reach
    from engine.trace.trace import Trace

MANY = 10**15
"""More paths than this are told by their power of ten."""

_FEW_NODES = 4
_MOST_ON_PATH = 7
_COUNTED = ("token", "input", "parameter", "constant", "computed value")


def why_sentence(trace: Trace, node: int, reach: Reach) -> str:
    """What a node was computed from.

    Args:
        trace: the run.
        node: the node.
        reach: its ancestors.
    """
    record = trace.nodes[node]
    count = int(reach.nodes.sum()) - 1
    if not count:
        token = token_of(trace, record)
        what = f"the token “{_one_word(token)}”" if token is not None else _leaf(record.role)
        return f"{_math(trace, node)} is {what}: nothing was computed before it."
    roles = Counter(map(attrgetter("role"), compress(trace.nodes, reach.nodes.tolist())))
    roles[record.role] -= 1
    tokens = 0
    if roles[Role.INPUT]:
        reached = (trace.nodes[i] for i in np.flatnonzero(reach.nodes[:node]).tolist())
        tokens = sum(token_of(trace, other) is not None for other in reached)
    numbers = (
        tokens,
        roles[Role.INPUT] - tokens,
        roles[Role.PARAMETER],
        roles[Role.CONSTANT],
        roles[Role.INTERMEDIATE] + roles[Role.LOSS],
    )
    kinds = [_counted(n, name) for n, name in zip(numbers, _COUNTED, strict=True) if n]
    return f"{_math(trace, node)} comes from {_counted(count, 'node')}: {_listed(kinds)}."


def affects_sentence(trace: Trace, node: int, reach: Reach) -> str:
    """What a node goes into.

    Args:
        trace: the run.
        node: the node.
        reach: its descendants.
    """
    name, output = _math(trace, node), _math(trace, trace.output)
    if node == trace.output:
        return f"{name} is what the run computes: nothing is made from it."
    others = np.flatnonzero(reach.nodes)[1:].tolist()
    if not others:
        return f"{name} affects nothing: no node uses it."
    told = f"{name} affects {_counted(len(others), 'node')}"
    if not reach.nodes[trace.output]:
        return f"{told}, but not {output}."
    if len(others) <= _FEW_NODES:
        return f"{told}: {_listed([_math(trace, other) for other in others])}."
    steps = np.unique(trace.graph.step[others])
    number = int((steps >= 0).sum())
    when = f" in {_counted(number, 'time step')}" if number else ""
    return f"{told}{when}, {output} among them."


def paths_sentence(trace: Trace, found: Paths) -> str:
    """How many paths lead between two nodes, and the way of a shortest one."""
    start, end = _math(trace, found.start), _math(trace, found.end)
    if not found.count:
        return f"No path leads between {start} and {end}: neither was computed from the other."
    way = [found.start, *(int(trace.graph.edge_consumer[edge]) for edge in found.shortest)]
    length = _counted(len(found.shortest), "edge")
    if found.count == 1:
        return f"One path leads from {start} to {end}, of {length}: {_way(trace, way)}."
    return (
        f"{many(found.count)} paths lead from {start} to {end};"
        f" the shortest has {length}: {_way(trace, way)}."
    )


def many(count: int) -> str:
    """A count however large: in digits, or as a power of ten that it exceeds."""
    if count <= MANY:
        return f"{count:,}"
    # Python refuses to write integers of more than 4,300 digits.
    power = int((count.bit_length() - 1) * np.log10(2.0)) + 1
    while count <= 10**power:
        power -= 1
    return f"More than `10^{power}`"


def tex_why(trace: Trace, node: int, component: tuple[int, ...]) -> str:
    """A node's equation as TeX, with names and then with the numbers of one component."""
    record = trace.nodes[node]
    numbers = tex_with_numbers(trace, record, component)
    return f"{tex_equation(trace, record)} = {numbers}"


def component_to_show(trace: Trace, node: int) -> int:
    """The component to show first: the target's of a distribution, else the first."""
    for edge in trace.graph.consumer_edges(node):
        consumer = trace.nodes[int(trace.graph.edge_consumer[edge])]
        if consumer.op in {"nll", "cross_entropy"} and consumer.operands[0] == node:
            return int(trace.nodes[consumer.operands[1]].value.reshape(-1)[0])
    return 0


def _leaf(role: Role) -> str:
    return f"{'an' if role is Role.INPUT else 'a'} {role.value}"


def _way(trace: Trace, nodes: Sequence[int]) -> str:
    names = [_math(trace, node) for node in nodes]
    if len(names) > _MOST_ON_PATH:
        names = [*names[: _MOST_ON_PATH - 2], "…", names[-1]]
    return " → ".join(names)


def _counted(number: int, name: str) -> str:
    return f"{number:,} {name}" if number == 1 else f"{number:,} {name}s"


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _math(trace: Trace, node: int) -> str:
    return f"`{trace.nodes[node].name}`"


def _one_word(token: str) -> str:
    return token.replace("\n", "↵").replace("\t", "⇥").replace("`", "'")
