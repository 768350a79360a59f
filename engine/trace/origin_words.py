"""Slices of an adjoint and the ways of gradients, in sentences and short numbers.

Mathematics stands between backticks, as in :mod:`engine.trace.narration`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from engine.trace.measures import handed_on
from engine.trace.narration import adjoint_name

if TYPE_CHECKING:
    from engine.trace.gradient_path import GradientPath
    from engine.trace.origin import Origin
    from engine.trace.trace import Trace

BEFORE = "the pass before"
"""The name of the slice that no edge of this backward pass brought."""

_MOST_ON_WAY = 7
_EXACT = range(-3, 5)
"""Powers of ten that are written as plain digits."""


def signed(value: float) -> str:
    """A slice in three digits with its sign: ``+0.0123``, ``−4.1e-7``, ``NaN``."""
    if math.isnan(value):
        return "NaN"
    sign = "−" if value < 0 else "+" if value > 0 else ""
    return sign + magnitude(abs(value))


def magnitude(value: float, decades: float | None = None) -> str:
    """A number of at least 0 in three digits.

    Args:
        value: as said; 0 or infinity where a float could not hold it and ``decades`` is given.
        decades: its decimal logarithm.
    """
    if math.isnan(value):
        return "NaN"
    if decades is not None and math.isfinite(decades) and (value == 0 or math.isinf(value)):
        power = math.floor(decades)
        return f"{10 ** (decades - power):.2f}e{power}"
    if math.isinf(value):
        return "∞"
    if value == 0:
        return "0"
    power = math.floor(math.log10(value))
    if power in _EXACT:
        return f"{value:.0f}" if power > 1 else f"{value:.3g}"
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def factor(gain: float) -> str:
    """A local derivative as a factor: ``×0.83``, ``×−2``."""
    sign = "−" if gain < 0 else ""
    return f"×{sign}{magnitude(abs(gain))}"


def slice_name(trace: Trace, origin: Origin, place: int) -> str:
    """Where a slice flows through: ``t = 3``, or the name of a consumer."""
    if not origin.edges[place]:
        return BEFORE
    step = int(origin.steps[place])
    if step >= 0 and len(np.unique(origin.steps)) == len(origin.steps):
        return f"t = {step}"
    return trace.nodes[int(trace.graph.edge_consumer[origin.edges[place][0]])].name


def through_words(trace: Trace, origin: Origin, place: int) -> str:
    """The same inside a sentence: ``step 3``, or the consumer in backticks."""
    name = slice_name(trace, origin, place)
    if name == BEFORE:
        return f"what {BEFORE} left"
    return f"step {name.removeprefix('t = ')}" if name.startswith("t = ") else f"`{name}`"


def subject(trace: Trace, origin: Origin, whole: Trace) -> str:
    """What is split: the adjoint, or the part of it through one loss; a component, or all.

    Args:
        trace: what the slices were made from.
        origin: the slices.
        whole: the run; another trace where only one loss is looked at.
    """
    name = f"`{adjoint_name(whole, origin.node)}`"
    if trace is not whole:
        name = f"the part of {name} through `{trace.nodes[trace.output].name}`"
    shape = trace.nodes[origin.node].value.shape
    if not shape:
        return name[:1].upper() + name[1:]
    if origin.component is not None:
        place = ", ".join(str(int(i) + 1) for i in np.unravel_index(origin.component, shape))
        return f"Component {place} of {name}"
    return f"The size of {name}"


def path_sentence(trace: Trace, origin: Origin, place: int, path: GradientPath) -> str:
    """The way of a slice and the product of local derivatives along it."""
    where = through_words(trace, origin, place)
    last = path.links[-1]
    sign = "−" if last.running < 0 else ""
    product = sign + magnitude(abs(last.running), last.decades)
    return f"Through {where}: {way(trace, path)}: the product of local derivatives is {product}."


def way(trace: Trace, path: GradientPath) -> str:
    """The nodes of a way, from the output back to the use; of many the states and the loss."""
    consumers = [int(trace.graph.edge_consumer[edge]) for edge in path.edges]
    if len(consumers) > _MOST_ON_WAY:
        states = {int(node) for nodes in handed_on(trace).values() for node in nodes}
        losses = {node for node in consumers if trace.nodes[node].op in {"nll", "cross_entropy"}}
        kept = [n for n in consumers[:-1] if n in losses | states or n == trace.output]
        consumers = [*(kept or consumers[:-1]), consumers[-1]]
    names = [f"`{trace.nodes[node].name}`" for node in consumers]
    if len(names) > _MOST_ON_WAY:
        names = [*names[:3], "…", *names[-3:]]
    return " → ".join(names)


def largest_sentence(trace: Trace, origin: Origin) -> str:
    """Which slice is the largest, and how much the slices on the other side take away."""
    finite = np.isfinite(origin.values)
    if not finite.all():
        broken = int((~finite).sum())
        many = "1 slice is" if broken == 1 else f"{broken:,} slices are"
        return f"{many} not finite: the gradient has overflowed."
    if not np.any(origin.values):
        return "All slices are 0: nothing reaches it."
    place = int(np.argmax(np.abs(origin.values)))
    where = through_words(trace, origin, place)
    positive = float(origin.values[origin.values > 0].sum())
    negative = float(-origin.values[origin.values < 0].sum())
    told = f"Most comes through {where}: {signed(float(origin.values[place]))}."
    if origin.measure == "projection":
        told += " A slice is the part's length in the direction of the whole."
    if positive and negative:
        told += (
            f" The positive slices add up to +{magnitude(positive)}, the negative ones take"
            f" {magnitude(negative)} away."
        )
    return told
