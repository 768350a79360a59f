"""Running a network in one of the four styles, beside the trace of the same network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from engine.errors import InputError
from engine.styles import modules, procedural
from engine.styles.dialects import DIALECTS, Dialect, Network, StyleName
from engine.styles.lines import Lines, LineTable, line_table
from engine.styles.names import arguments, by_node, network_of
from engine.styles.source import Line, Source
from engine.styles.taped import TapedNetwork

if TYPE_CHECKING:
    from engine.autodiff.primitives import Array
    from engine.trace.events import Event
    from engine.trace.trace import Trace

Numbers = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class StyleRun:
    """What a style computed, and its source with the lines that run at each event.

    Attributes:
        dialect: the style.
        network: which network ran.
        listing: the lines of the definitions that ran.
        table: the lines of every event.
        values, adjoints: by index of the trace's node that they stand for; empty where the style
            has not run.
        value_error, adjoint_error: the largest max|a - b| / (1 + max|b|) of a tensor, b being the
            trace's; None where the style has not run.
        reason: why it has not run, else an empty text.
        dtype: of the run's numbers, ``float64`` or ``float32``.
    """

    dialect: Dialect
    network: Network
    listing: tuple[Line, ...]
    table: LineTable
    values: Mapping[int, Array] = field(default_factory=dict)
    adjoints: Mapping[int, Array] = field(default_factory=dict)
    value_error: float | None = None
    adjoint_error: float | None = None
    reason: str = ""
    dtype: str = "float64"

    def lines(self, event: Event | None) -> Lines:
        """The lines that run at an event, the innermost first."""
        return self.table.at(event)

    def statement(self, number: int) -> str:
        """The whole statement that begins on a line, its lines joined; empty for no line."""
        parts: list[str] = []
        while number in self.text:
            parts.append(self.text[number].strip())
            joined = " ".join(parts)
            if all(joined.count(left) <= joined.count(right) for left, right in ("()", "[]", "{}")):
                break
            number += 1
        return " ".join(parts).replace("( ", "(").replace(" )", ")")

    @cached_property
    def text(self) -> dict[int, str]:
        """The lines by number."""
        return {line.number: line.text for line in self.listing if line.number}


def run_style(
    trace: Trace,
    style: StyleName,
    answer: tuple[Numbers, Numbers] | None = None,
    reason: str = "",
) -> StyleRun:
    """Run the network of a trace in a style and compare every number with the trace's.

    Args:
        trace: a run of one of the two networks.
        style: the style.
        answer: values and adjoints by variable from where PyTorch runs.
        reason: why PyTorch gave none.

    Raises:
        InputError: the trace is of no network that is written in the four styles.
    """
    network = network_of(trace)
    if network is None:
        raise InputError("this run is of no network that is written in the four styles")
    dialect = DIALECTS[style]
    source, code = Source(dialect.module), dialect.code[network]
    table = line_table(source, style, code, trace)
    listing = source.listing([code.forward.split(".")[0], code.backward])
    numbers = answer if style == "pytorch" else _numbers(style, network, arguments(trace))
    dtype = str(trace.nodes[trace.output].value.dtype)
    if numbers is None:
        return StyleRun(dialect, network, listing, table, reason=reason, dtype=dtype)
    values = {
        i: a for i, a in by_node(trace, numbers[0]).items() if trace.nodes[i].primitive is not None
    }
    adjoints = {
        i: a for i, a in by_node(trace, numbers[1]).items() if trace.adjoints[i] is not None
    }
    return StyleRun(
        dialect,
        network,
        listing,
        table,
        values,
        adjoints,
        max(error(values[i], trace.nodes[i].value) for i in values),
        max(error(a, cast("Array", trace.adjoints[i])) for i, a in adjoints.items()),
        dtype=dtype,
    )


def error(found: Array, expected: Array) -> float:
    """max|a - b| / (1 + max|b|); inf where shapes differ or one side alone is not finite."""
    if found.shape != expected.shape:
        return float("inf")
    with np.errstate(all="ignore"):
        difference = np.abs(found - expected)
    alike = (found == expected) | (np.isnan(found) & np.isnan(expected))
    difference = np.where(alike, 0.0, difference)
    size = np.where(np.isfinite(expected), np.abs(expected), 0.0).max(initial=0.0)
    worst = float(difference.max(initial=0.0) / (1 + size))
    return float("inf") if np.isnan(worst) else worst


def _numbers(style: StyleName, network: Network, leaves: Numbers) -> tuple[Numbers, Numbers]:
    """Values and adjoints by variable, from code of ours."""
    if style == "objects":
        taped = TapedNetwork(network, leaves)
        taped.backward(taped.forward())
        return taped.numbers()
    forward, backward = _WRITTEN_OUT[style, network]
    with np.errstate(all="ignore"):
        o = forward(**leaves)
        adjoints = backward(**leaves, o=o)
    return o, {name[2:]: a for name, a in adjoints.items() if name.startswith("g_")}


_WRITTEN_OUT: Mapping[tuple[StyleName, Network], tuple[Callable[..., Numbers], ...]] = {
    ("procedural", "feed-forward"): (procedural.NNForward, procedural.NNBackward),
    ("procedural", "recurrent"): (procedural.RNNForward, procedural.RNNBackward),
    ("modules", "feed-forward"): (modules.NNForward, modules.NNBackward),
    ("modules", "recurrent"): (modules.RNNForward, modules.RNNBackward),
}
