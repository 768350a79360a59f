"""What words can mean in a search: names, primitives, roles, modules, tokens, and the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import IntEnum

import numpy as np

from engine.trace.graph import IntArray
from engine.trace.search_index import Book, SearchIndex, folded

_PRIMITIVES = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "·": "mul",
    "/": "div",
    "^": "pow",
    "@": "matmul",
}
_SPELLED = {"ell": "l", "pi": "π"}
_PLURAL = re.compile("(?<!s)s$")
_SHORTEST_INSIDE = 3


class Matched(IntEnum):
    """By what words have found a node."""

    NOTHING = 0
    NAME = 1
    PRIMITIVE = 2
    ROLE = 3
    MODULE = 4
    TOKEN = 5
    TEXT = 6


def readings(index: SearchIndex, text: str) -> Iterator[list[tuple[Matched, IntArray]]]:
    """What words can mean, the nearest reading first."""
    exact, plain = _folded(text), text.casefold()
    bare = exact.casefold()
    named = (index.names, exact) if exact in index.names else (index.any_case, bare)
    primitive = _PRIMITIVES.get(text, plain.replace(" ", "_"))
    yield [
        (Matched.NAME, nodes_at(*named)),
        (Matched.PRIMITIVE, nodes_at(index.primitives, primitive)),
        (Matched.ROLE, nodes_at(index.roles, _PLURAL.sub("", plain))),
        (Matched.MODULE, _where(index.modules, lambda path: _has_part(path, plain))),
        (Matched.TOKEN, nodes_at(index.tokens, plain)),
    ]  # fmt: skip
    yield [
        (Matched.NAME, nodes_at(index.symbols, bare)),
        (Matched.PRIMITIVE, _where(index.primitives, lambda op: plain in op.split("_"))),
        (Matched.TEXT, in_text(index, text)),
    ]
    if not bare:
        return
    inside = len(bare) >= _SHORTEST_INSIDE
    yield [
        (Matched.NAME, _where(index.any_case, lambda key: key.startswith(bare))),
        (Matched.NAME, _where(index.any_case, lambda key: inside and bare in key)),
        (Matched.PRIMITIVE, _where(index.primitives, lambda op: op.startswith(primitive))),
        (Matched.ROLE, _where(index.roles, lambda role: inside and role.startswith(plain))),
        (Matched.MODULE, _where(index.modules, lambda path: inside and f".{plain}" in f".{path}")),
        (Matched.TOKEN, _where(index.tokens, lambda token: token.startswith(plain))),
    ]


def nodes_at(book: Book, key: str) -> IntArray:
    """The nodes under a key."""
    return np.array(book.get(key, ()), np.intp)


def _where(book: Book, fits: Callable[[str], bool]) -> IntArray:
    """The nodes under every key that fits."""
    lists = (nodes for key, nodes in book.items() if fits(key))
    return np.unique(np.array([node for nodes in lists for node in nodes], np.intp))


def _has_part(path: str, part: str) -> bool:
    """Whether a dotted path has a part, or parts in a row; with or without its number."""
    return f".{part}." in f".{path}." or any(
        piece.partition("[")[0] == part for piece in path.split(".") if part != "step"
    )


def in_text(index: SearchIndex, text: str) -> IntArray:
    """The input nodes at which a stretch of whole tokens begins."""
    wanted = text.casefold()
    if not wanted or not len(index.starts):
        return np.zeros(0, np.intp)
    places, at = [], index.text.find(wanted)
    while at >= 0:
        places.append(at)
        at = index.text.find(wanted, at + 1)
    begun = np.array(places, np.intp)
    token = np.searchsorted(index.starts, begun, side="right") - 1
    whole = (index.starts[token] == begun) & np.isin(begun + len(wanted), index.ends)
    return np.asarray(index.readers[token[whole]])


def _folded(text: str) -> str:
    """A name as typed, where ℓ and π may be spelled."""
    exact = folded(text)
    stem = exact.rstrip("0123456789")
    return _SPELLED.get(stem, stem) + exact[len(stem) :]
