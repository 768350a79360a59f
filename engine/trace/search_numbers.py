"""What a search says of numbers: components that are odd, extreme, or beside a number."""

from __future__ import annotations

import numpy as np

from engine.autodiff.primitives import Array
from engine.trace.graph import BoolArray, IntArray
from engine.trace.narration import adjoint_name
from engine.trace.places import component_name
from engine.trace.search_index import TOGETHER, Extent, SearchIndex
from engine.trace.search_query import Compare, Extreme, Odd, Of
from engine.trace.trace import Trace


def _extent(index: SearchIndex, of: Of) -> Extent:
    return index.adjoints if of == "adjoint" else index.values


def odd(index: SearchIndex, clause: Odd) -> BoolArray:
    """(N,) where a component is no finite number."""
    result = np.zeros(len(index.trace), np.bool_)
    for of in ("value", "adjoint") if clause.of is None else (clause.of,):
        extent = _extent(index, of)
        if clause.what != "inf":
            result |= extent.nan
        if clause.what != "nan":
            result |= extent.infinite
    return result


def extreme(index: SearchIndex, clause: Extreme, among: BoolArray) -> BoolArray:
    """(N,) the first ``count`` of some nodes; of one that is asked for, all that equal it.

    The output's own adjoint is always 1 and no answer.
    """
    extent = _extent(index, clause.of)
    among = among & ~np.isnan(extent.magnitude)
    if clause.of == "adjoint":
        among[index.trace.output] = False
    result = np.zeros(len(among), np.bool_)
    nodes = np.flatnonzero(among)
    if len(nodes):
        sizes = extent.magnitude[nodes] * (-1.0 if clause.largest else 1.0)
        first = np.argsort(sizes, kind="stable")[: clause.count]
        result[nodes[first]] = True
        if clause.count == 1:
            result[nodes[sizes == sizes[first[0]]]] = True
    return result


def compared(index: SearchIndex, clause: Compare) -> BoolArray:
    """(N,) where a component lies beside a number."""
    extent = _extent(index, clause.of)
    low, high, number = extent.low, extent.high, clause.number
    if clause.magnitude:
        low, high = extent.least, np.maximum(-extent.low, extent.high)
    match clause.sign:
        case ">":
            return np.asarray(high > number)
        case ">=":
            return np.asarray(high >= number)
        case "<":
            return np.asarray(low < number)
        case "<=":
            return np.asarray(low <= number)
    near = (low <= number + clause.tolerance) & (high >= number - clause.tolerance)
    return _with_component(index.trace, clause, np.flatnonzero(near))


def _with_component(trace: Trace, clause: Compare, nodes: IntArray) -> BoolArray:
    """(N,) which of some nodes have a component equal to a number; those of one size together."""
    result = np.zeros(len(trace), np.bool_)
    sizes: dict[int, list[int]] = {}
    arrays = {node: _array(trace, clause.of, node) for node in nodes.tolist()}
    for node, array in arrays.items():
        if array is not None:
            sizes.setdefault(array.size, []).append(node)
    for size, members in sizes.items():
        for start in range(0, len(members), TOGETHER):
            some = members[start : start + TOGETHER]
            # An array on this list is there.
            rows = np.stack([arrays[i].reshape(size) for i in some])  # type: ignore[union-attr]
            rows = np.abs(rows) if clause.magnitude else rows
            result[some] = (np.abs(rows - clause.number) <= clause.tolerance).any(axis=1)
    return result


def _component(trace: Trace, clause: Compare | Odd | Extreme, node: int) -> int:
    """The first component of a node that a clause is about, flat; -1 for none."""
    array = _array(trace, clause.of or "value", node)
    if array is None:
        return -1
    if isinstance(clause, Odd):
        nan, infinite = np.isnan(array), np.isinf(array)
        fits = {"nan": nan, "inf": infinite, "nonfinite": nan | infinite}[clause.what]
    elif isinstance(clause, Extreme):
        sizes = np.where(np.isfinite(array), np.abs(array), -1.0)
        fits = sizes == sizes.max(initial=-1.0)
    else:
        numbers = np.abs(array) if clause.magnitude else array
        fits = {
            ">": numbers > clause.number,
            ">=": numbers >= clause.number,
            "<": numbers < clause.number,
            "<=": numbers <= clause.number,
            "=": np.abs(numbers - clause.number) <= clause.tolerance,
        }[clause.sign]
    places = np.flatnonzero(fits)
    return int(places[0]) if len(places) else -1


def _array(trace: Trace, of: Of, node: int) -> Array | None:
    if of == "adjoint":
        return trace.adjoints[node]
    value = trace.nodes[node].value
    return value if value.dtype.kind == "f" else None


def number_found(trace: Trace, clause: Compare | Odd | Extreme, node: int) -> str:
    """The component that a clause is about, with its value; empty where there is none."""
    array, place = _array(trace, clause.of or "value", node), _component(trace, clause, node)
    if array is None or place < 0:
        return ""
    where = tuple(int(i) for i in np.unravel_index(place, array.shape))
    if clause.of == "adjoint":
        name = adjoint_name(trace, node) if not where else (
            f"∂{trace.nodes[trace.output].name}/∂{component_name(trace.nodes[node].name, where)}"
        )  # fmt: skip
    else:
        name = component_name(trace.nodes[node].name, where)
    return f"`{name}` = {_written(float(array[where]))}"


def _written(number: float) -> str:
    if np.isnan(number):
        return "NaN"
    if np.isinf(number):
        return "∞" if number > 0 else "−∞"
    return f"{number:.4g}".replace("-", "−")
