"""What a run is searched by: its words, its text and the extent of its numbers; made once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.autodiff.primitives import Array
from engine.autodiff.tape import Role
from engine.trace.graph import BoolArray, IntArray
from engine.trace.trace import Trace

Floats = NDArray[np.float64]
Book = dict[str, list[int]]

TOGETHER = 4096
"""Nodes that are read between two steps."""

_BREAK = "\x1f"
_STEP = re.compile(r"_\{?\d+\}?")
_LAYER = re.compile(r"\^\{\(\d+\)\}|\(\d+\)(?=\})")
_SYMBOL = re.compile(r"[^\W\d_]\w*(?:[_^](?:\{[^{}]*\}|\w+))*")
_UNSAID = str.maketrans({**dict.fromkeys("_{}^ ·*.\t"), "−": "-", "′": "'"})


@dataclass(frozen=True, slots=True)
class Extent:
    """Between what the components of N arrays lie; NaN where there is no number.

    Attributes:
        low, high: (N,) the least and the greatest component; NaN does not count.
        least: (N,) the smallest magnitude of a component.
        magnitude: (N,) the largest one among the finite components.
        nan, infinite: (N,) whether a component is.
    """

    low: Floats
    high: Floats
    least: Floats
    magnitude: Floats
    nan: BoolArray
    infinite: BoolArray


@dataclass(frozen=True, eq=False)
class SearchIndex:
    """What a run is searched by.

    Attributes:
        trace: the run.
        names: nodes by their names as :func:`folded`, with and without time step and layer.
        values, adjoints: the extents of their numbers; integers are tokens, not numbers.
        text: the tokens in a row, in lower case.
        starts, ends: (T,) where each of them stands in the text.
        readers: (T,) the input node that reads each.
    """

    trace: Trace
    names: Book
    values: Extent
    adjoints: Extent
    text: str
    starts: IntArray
    ends: IntArray
    readers: IntArray

    @cached_property
    def any_case(self) -> Book:
        """The same as ``names``, in lower case."""
        return _merged((key.casefold(), nodes) for key, nodes in self.names.items())

    @cached_property
    def symbols(self) -> Book:
        """Nodes by the symbols that their names are written with, in lower case."""
        book: Book = {}
        for node in self.trace.nodes:
            found = _SYMBOL.findall(node.name)
            if len(found) > 1:
                parts = {folded(key).casefold() for part in found for key in _keys(part)}
                for part in parts:
                    book.setdefault(part, []).append(node.index)
        return book

    @cached_property
    def primitives(self) -> Book:
        """Nodes by the primitive that made them."""
        return _book((n.op, n.index) for n in self.trace.nodes if n.primitive is not None)

    @cached_property
    def roles(self) -> Book:
        """Nodes by their role."""
        return _book((n.role.value, n.index) for n in self.trace.nodes)

    @cached_property
    def modules(self) -> Book:
        """Nodes by the path of the module that recorded them."""
        return _book((n.module.casefold(), n.index) for n in self.trace.nodes if n.module)

    @cached_property
    def tokens(self) -> Book:
        """Input nodes by the token they read, as written and as in the vocabulary; lower case."""
        stretches = zip(self.starts.tolist(), self.ends.tolist(), strict=True)
        rows = zip(stretches, self.readers.tolist(), strict=True)
        book = _book((self.text[start:end], node) for (start, end), node in rows)
        vocabulary = self.trace.provenance.get("vocabulary", ())
        for node in self.trace.nodes:
            if node.role is Role.INPUT and node.value.dtype.kind in "iu" and node.value.size == 1:
                place = int(node.value.reshape(-1)[0])
                if 0 <= place < len(vocabulary):
                    nodes = book.setdefault(str(vocabulary[place]).casefold(), [])
                    if node.index not in nodes[-1:]:
                        nodes.append(node.index)
        return book


def index_of(trace: Trace) -> SearchIndex:
    """What a run is searched by."""
    steps = index_in_steps(trace)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: SearchIndex = end.value
            return found


def index_in_steps(trace: Trace) -> Generator[None, None, SearchIndex]:
    """The same as a computation that can be left after every few thousand nodes."""
    names = _names(trace)
    yield
    values = [n.value if n.value.dtype.kind == "f" else None for n in trace.nodes]
    value_extent = yield from _extent(values)
    adjoint_extent = yield from _extent(trace.adjoints)
    return SearchIndex(trace, names, value_extent, adjoint_extent, *_text(trace))


def folded(name: str) -> str:
    """A name without what is lowered, raised or left out when it is typed: ``h_{12}`` is ``h12``.

    The case is kept; ℓ and raised or lowered digits become plain letters and digits.
    """
    return unicodedata.normalize("NFKC", name).translate(_UNSAID)


def _keys(name: str) -> set[str]:
    """A name with and without its time step and layer; never nothing."""
    bare = _STEP.sub("", name)
    return {name, bare, _LAYER.sub("", name), _LAYER.sub("", bare)} - {""}


def _names(trace: Trace) -> Book:
    """Tens of thousands of names are folded as one text."""
    written = [node.name.replace(_BREAK, " ") for node in trace.nodes]
    whole = _BREAK.join(written)
    bare = _STEP.sub("", whole)
    texts = [whole, bare]
    if "(" in whole:
        texts += [_LAYER.sub("", whole), _LAYER.sub("", bare)]
    book: Book = {}
    for kind, text in enumerate(texts):
        for index, key in enumerate(folded(text).split(_BREAK)):
            nodes = book.setdefault(key, [])
            if not kind or index not in nodes[-1:]:
                nodes.append(index)
    book.pop("", None)
    return {key: sorted(set(nodes)) for key, nodes in book.items()}


def _extent(arrays: Sequence[Array | None]) -> Generator[None, None, Extent]:
    count = len(arrays)
    low, high, least, magnitude = np.full((4, count), np.nan)
    nan, infinite = np.zeros((2, count), np.bool_)
    for start in range(0, count, TOGETHER):
        sizes: dict[int, list[int]] = {}
        for place in range(start, min(start + TOGETHER, count)):
            array = arrays[place]
            if array is not None and array.size:
                sizes.setdefault(array.size, []).append(place)
        for size, members in sizes.items():
            # An array on this list is there.
            rows = np.stack([arrays[i].reshape(size) for i in members])  # type: ignore[union-attr]
            nan[members] = np.isnan(rows).any(axis=1)
            infinite[members] = np.isinf(rows).any(axis=1)
            low[members] = np.fmin.reduce(rows, axis=1)
            high[members] = np.fmax.reduce(rows, axis=1)
            sizes_of = np.abs(rows)
            least[members] = np.fmin.reduce(sizes_of, axis=1)
            finite = np.where(np.isfinite(sizes_of), sizes_of, np.nan)
            magnitude[members] = np.fmax.reduce(finite, axis=1)
        yield
    return Extent(low, high, least, magnitude, nan, infinite)


def _text(trace: Trace) -> tuple[str, IntArray, IntArray, IntArray]:
    """The tokens that input nodes read, in a row, where each begins and ends, and who reads it."""
    tokens = trace.provenance.get("tokens", ())
    nodes = [
        node
        for node in trace.nodes
        if node.role is Role.INPUT
        and node.step is not None
        and 1 <= node.step <= len(tokens)
        and node.value.dtype.kind in "iu"
    ]
    words = [str(tokens[(node.step or 1) - 1]).casefold() for node in nodes]
    between = "" if trace.provenance.get("tokenizer") == "char" else " "
    lengths = np.array([len(word) for word in words], np.intp)
    ends = np.cumsum(lengths + len(between)) - len(between)
    readers = np.array([node.index for node in nodes], np.intp)
    return between.join(words), ends - lengths, ends, readers


def _book(rows: Iterable[tuple[str, int]]) -> Book:
    book: Book = {}
    for key, node in rows:
        book.setdefault(key, []).append(node)
    return book


def _merged(rows: Iterable[tuple[str, list[int]]]) -> Book:
    book: dict[str, set[int]] = {}
    for key, nodes in rows:
        book.setdefault(key, set()).update(nodes)
    return {key: sorted(nodes) for key, nodes in book.items()}
