"""Search in a run: nodes by name, primitive, role, module, token, time step and number.

:mod:`engine.trace.search_query` has the grammar. Words are read in the nearest way that finds
anything: first as a whole name (with or without its time step), primitive, role, module or token;
then as a symbol inside names, or as a stretch of the text; then as the beginning of any of them.

    >>> from engine.trace.expression import record_expression
    >>> trace = record_expression("x*z + sin(x)", {"x": 2.0, "z": 3.0})
    >>> index = index_of(trace)
    >>> found = search(index, "sin")
    >>> [trace.nodes[i].name for i in found.nodes], matched_by(index, found, 0)
    (['b'], 'primitive sin')
    >>> matched_by(index, search(index, "largest adjoint"), 0)
    '`∂y/∂x` = 2.584'
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.trace.graph import BoolArray, IntArray
from engine.trace.search_index import SearchIndex, index_in_steps, index_of
from engine.trace.search_numbers import compared, extreme, number_found, odd
from engine.trace.search_query import (
    AtStep,
    Clause,
    Compare,
    Extreme,
    Odd,
    Of,
    Quoted,
    Words,
    parse,
)
from engine.trace.search_words import Matched, in_text, nodes_at, readings

__all__ = ["Found", "Matched", "index_in_steps", "index_of", "matched_by", "search"]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The nodes that a query has found.

    Attributes:
        query: as typed.
        clauses: what it says.
        nodes: (n,) in the order of the tape.
        by: for each clause (n,) of :class:`Matched`, all NOTHING for what is no word.
    """

    query: str
    clauses: tuple[Clause, ...]
    nodes: IntArray
    by: tuple[NDArray[np.int8], ...]

    def __len__(self) -> int:
        return len(self.nodes)


def search(index: SearchIndex, query: str) -> Found:
    """Find the nodes of a run that a query asks for; an empty query finds none.

    Raises:
        InputError: the query cannot be understood.
    """
    clauses = parse(query)
    count = len(index.trace)
    hit = np.full(count, bool(clauses))
    kinds = []
    # An extreme is one among the nodes that all else holds of.
    for clause in sorted(clauses, key=lambda one: isinstance(one, Extreme)):
        kind = np.zeros(count, np.int8)
        hit &= _holds(index, clause, hit, kind)
        kinds.append((clause, kind))
    nodes = np.flatnonzero(hit)
    return Found(query, tuple(c for c, _ in kinds), nodes, tuple(k[nodes] for _, k in kinds))


def matched_by(index: SearchIndex, found: Found, place: int) -> str:
    """Why a node was found, for people; mathematics stands between backticks.

    Args:
        index: of the run.
        found: what was found in it.
        place: which of the hits.
    """
    node = int(found.nodes[place])
    reasons = (
        _reason(index, clause, node, Matched(int(by[place])))
        for clause, by in zip(found.clauses, found.by, strict=True)
    )
    return ", ".join(dict.fromkeys(reason for reason in reasons if reason))


def _holds(
    index: SearchIndex, clause: Clause, among: BoolArray, kind: NDArray[np.int8]
) -> BoolArray:
    """(N,) where a clause holds; ``kind`` is filled in for words."""
    match clause:
        case Words(text):
            for reading in readings(index, text):
                for matched, nodes in reading:
                    fresh = nodes[kind[nodes] == Matched.NOTHING]
                    kind[fresh] = matched
                if kind.any():
                    break
            return np.asarray(kind > 0)
        case Quoted(text):
            kind[in_text(index, text)] = Matched.TEXT
            kind[nodes_at(index.tokens, text.casefold())] = Matched.TOKEN
            return np.asarray(kind > 0)
        case AtStep(step):
            return np.asarray(index.trace.graph.step == step)
        case Odd():
            return odd(index, clause)
        case Extreme():
            return extreme(index, clause, among)
        case Compare():
            return compared(index, clause)


def _reason(index: SearchIndex, clause: Clause, node: int, matched: Matched) -> str:
    record = index.trace.nodes[node]
    op = record.op.replace("_", " ")
    if isinstance(clause, AtStep):
        return f"time step {clause.step}"
    if isinstance(clause, Odd) and clause.of is None:
        both: tuple[Of, Of] = ("value", "adjoint")
        parts = (number_found(index.trace, Odd(clause.what, of), node) for of in both)
        return ", ".join(part for part in parts if part)
    if isinstance(clause, Compare | Odd | Extreme):
        return number_found(index.trace, clause, node)
    return {
        Matched.NOTHING: "",
        Matched.NAME: f"{op} in {record.module}" if record.module else op,
        Matched.PRIMITIVE: f"primitive {op}",
        Matched.ROLE: record.role.value,
        Matched.MODULE: f"module {record.module}",
        Matched.TOKEN: "token",
        Matched.TEXT: "the text begins here",
    }[matched]
